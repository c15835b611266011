use election::ids::Origin;
use election::pool::Technical;
use election::principal::Mandate;
use election::statement::{Body, Entry};

fn main() {
    fn attempt(origin: Origin<Technical>, fact: Mandate) -> Body<Technical> {
        Body::Mandate(Entry { origin, fact })
    }
}
