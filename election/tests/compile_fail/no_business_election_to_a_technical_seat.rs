use election::ids::BodyId;
use election::pool::Technical;
use election::question::BusinessQuestion;

fn main() {
    fn attempt(steering: BodyId<Technical>) -> BusinessQuestion {
        BusinessQuestion::BusinessSeats { body: steering }
    }
}
