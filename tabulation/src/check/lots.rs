//! The order of lots: drawn again from its seed, or read from the rules.

use sha2::{Digest, Sha256};

use crate::lots::{LotDraw, LotRecord, LotSeed};
use crate::option::OptionIndex;
use crate::rules::{Contest, TieRule};

use super::CheckError;
use super::place::{Claim, Place};

/// Checks the order of lots. Where lots are drawn it may be missing: a count without ties needs
/// none, and [`super::ties`] refuses a tie without one.
pub(super) fn check(contest: &Contest, lots: Option<&LotRecord>) -> Result<(), CheckError> {
    let place = Place::top("lots");
    match (&contest.rules().ties, lots) {
        (TieRule::Lots {} | TieRule::CastingVote {} | TieRule::Refuse {}, None) => Ok(()),
        (TieRule::Lots {}, Some(lots)) => {
            let Some(seed) = lots.seed else {
                return Err(place.key("seed").differs(&"nothing", &"the seed drawn from"));
            };
            let (order, draws) = draw(seed, contest.options().len());
            lots.order.compare(&order, &place.key("order"))?;
            lots.draws.compare(&draws, &place.key("draws"))
        }
        (TieRule::PublishedOrder { order }, Some(lots)) => not_drawn(lots, order, &place),
        // The order that the casting vote gave is given; that it is one of all options is not.
        (TieRule::CastingVote {}, Some(lots)) if !contest.options().is_order(&lots.order) => {
            Err(place.key("order").differs(&"a list", &"every option once"))
        }
        (TieRule::CastingVote {}, Some(lots)) if contest.options().is_empty() => {
            Err(place.differs(&format!("{} options", lots.order.len()).as_str(), &"nothing"))
        }
        (TieRule::CastingVote {}, Some(lots)) => not_drawn(lots, &lots.order, &place),
        (TieRule::PublishedOrder { .. }, None) => {
            Err(place.differs(&"nothing", &"the published order"))
        }
        (TieRule::Refuse {}, Some(_)) => Err(place.differs(&"an order of lots", &"nothing")),
    }
}

/// An order that was given and not drawn.
fn not_drawn(
    lots: &LotRecord,
    order: &Vec<OptionIndex>,
    place: &Place<'_>,
) -> Result<(), CheckError> {
    if lots.seed.is_some() {
        return Err(place.key("seed").differs(&"a seed", &"nothing"));
    }
    lots.order.compare(order, &place.key("order"))?;
    lots.draws.compare(&Vec::new(), &place.key("draws"))
}

/// docs/counting.md, section 2, word for word.
fn draw(seed: LotSeed, options: usize) -> (Vec<OptionIndex>, Vec<LotDraw>) {
    let mut left: Vec<OptionIndex> = OptionIndex::all(options).collect();
    let (mut order, mut draws) = (Vec::new(), Vec::new());
    let mut counter: u32 = 0;
    while let Ok(remaining @ 2..) = u16::try_from(left.len()) {
        counter = counter.saturating_add(1);
        let digest: [u8; 32] = Sha256::digest(format!("{seed},{counter}")).into();
        let Some(drawn) = place_drawn(digest, remaining) else { continue };
        let option = left.remove(usize::from(drawn));
        draws.push(LotDraw { counter, remaining, drawn, option });
        order.push(option);
    }
    order.append(&mut left);
    (order, draws)
}

/// The number modulo `n`; nothing if the run of `n` numbers that it stands in goes beyond 2^256.
fn place_drawn(number: [u8; 32], n: u16) -> Option<u16> {
    let n = u32::from(n);
    let remainder = number.iter().fold(0, |rest, &byte| ((rest << 8) | u32::from(byte)) % n);
    let mut carry = n - 1 - remainder;
    for &byte in number.iter().rev() {
        carry = (carry + u32::from(byte)) >> 8;
    }
    if carry > 0 { None } else { u16::try_from(remainder).ok() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_in_the_last_incomplete_run_is_passed_over() {
        let mut number = [0xff; 32];
        // 2^256 − 1 is divisible by 3: it begins a run of which two numbers are missing.
        assert_eq!(place_drawn(number, 3), None);
        assert_eq!(place_drawn(number, 256), Some(255));
        number[31] = 0xfe;
        assert_eq!(place_drawn(number, 3), Some(2));
    }
}
