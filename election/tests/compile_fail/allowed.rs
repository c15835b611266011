// What the refusals beside this file vary by one thing each: it compiles.
use election::ballot::Ballot;
use election::ids::BodyId;
use election::key::OfficerKey;
use election::pool::{Business, Pool, Technical};
use election::question::{BusinessQuestion, TechnicalQuestion};
use election::roll::{Roll, RollEntry};
use election::statement::{Body, Draft};

fn cast<P: Pool>(_box: &mut Vec<Ballot<P>>, _ballot: Ballot<P>) {}

fn business_into_business(open: &mut Vec<Ballot<Business>>, ballot: Ballot<Business>) {
    cast(open, ballot);
}

fn hold<P: Pool>(_roll: &Roll<P>, _question: P::Question) {}

fn technical_on_technical(roll: &Roll<Technical>, body: BodyId<Technical>) {
    hold(roll, TechnicalQuestion::TechnicalSeats { body });
}

fn seats_cross_this_way_only(roll: &Roll<Technical>, body: BodyId<Business>) {
    hold(roll, TechnicalQuestion::BusinessBoardSeats { body });
}

fn business_on_business(roll: &Roll<Business>, body: BodyId<Business>) {
    hold(roll, BusinessQuestion::BusinessSeats { body });
}

fn weighs_one(entry: &RollEntry<Technical>) -> election::roll::One {
    entry.weight
}

fn sign(key: &OfficerKey<Business>, body: &Body<Business>) {
    let _ = Draft::new(body).map(|draft| draft.sign(key));
}

fn main() {}
