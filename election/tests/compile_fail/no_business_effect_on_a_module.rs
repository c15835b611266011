use election::ids::{Handle, ModuleId};
use election::pool::Business;
use election::standing::Grant;

fn main() {
    fn attempt(module: ModuleId, person: Handle) -> Grant<Business> {
        Grant { module, person }
    }
}
