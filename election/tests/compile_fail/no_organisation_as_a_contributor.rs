use election::pool::Technical;
use election::principal::CorporateMember;
use election::ids::Origin;
use election::statement::PrincipalEntry;

fn main() {
    fn attempt(origin: Origin<Technical>, acme: CorporateMember) -> PrincipalEntry<Technical> {
        PrincipalEntry { origin, principal: acme }
    }
}
