use election::ballot::Ballot;
use election::pool::{Business, Pool, Technical};

fn cast<P: Pool>(_box: &mut Vec<Ballot<P>>, _ballot: Ballot<P>) {}

fn main() {
    fn attempt(open: &mut Vec<Ballot<Business>>, ballot: Ballot<Technical>) {
        cast(open, ballot);
    }
}
