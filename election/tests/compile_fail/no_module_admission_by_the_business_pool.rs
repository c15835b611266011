use election::ids::{Handle, ModuleId};
use election::pool::{Business, Pool};
use election::question::TechnicalQuestion;
use election::roll::Roll;

fn hold<P: Pool>(_roll: &Roll<P>, _question: P::Question) {}

fn main() {
    fn attempt(roll: &Roll<Business>, module: ModuleId, person: Handle) {
        hold(roll, TechnicalQuestion::ModuleAdmission { module, person });
    }
}
