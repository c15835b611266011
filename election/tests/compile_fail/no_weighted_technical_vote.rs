use election::ids::Handle;
use election::pool::Technical;
use election::roll::{RollEntry, VotingPower};

fn main() {
    fn attempt(principal: Handle, weight: VotingPower) -> RollEntry<Technical> {
        RollEntry { principal, weight, speakers: Vec::new() }
    }
}
