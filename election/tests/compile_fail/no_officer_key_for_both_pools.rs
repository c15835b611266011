use election::key::OfficerKey;
use election::pool::{Business, Technical};
use election::statement::{Body, Draft};

fn main() {
    fn attempt(key: &OfficerKey<Business>, here: &Body<Business>, there: &Body<Technical>) {
        let _ = Draft::new(here).map(|draft| draft.sign(key));
        let _ = Draft::new(there).map(|draft| draft.sign(key));
    }
}
