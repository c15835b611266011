use election::ids::ModuleId;
use election::manifest::Electorate;
use election::pool::Business;

fn main() {
    fn attempt(module: ModuleId) -> Electorate<Business> {
        Electorate::Maintainers { module }
    }
}
