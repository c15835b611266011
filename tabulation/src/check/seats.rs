//! Filling seats from an order of options: down the ranking, past whom the cap keeps out.

use crate::option::OptionIndex;
use crate::rules::LookBack;
use crate::transcript::Outcome;

use super::cap::Room;
use super::outcome::{self, Filled};
use super::place::Place;
use super::ties::{Favour, Met, Ties};
use super::{Case, CheckError};

/// Checks who fills the seats, given the ranking.
pub(super) fn check(
    case: &Case<'_>,
    ranking: &[Vec<OptionIndex>],
    ties: &mut Ties<'_>,
) -> Result<(), CheckError> {
    let limit = case.contest.rules().affiliation_cap.limit();
    let room = limit.map(|limit| Room::new(case.contest.options(), limit));
    let filled = walk(case, ranking, room, ties)?;
    outcome::check(case, &filled, ties, |cap, ties| {
        if cap.uncapped.is_some() {
            let place = Place::top("cap");
            return Err(place.key("uncapped").differs(&"a second count", &"nothing"));
        }
        walk(case, ranking, None, ties)
    })
}

/// A group that fits is seated in ballot order; for one that does not, there must be a tie.
fn walk(
    case: &Case<'_>,
    ranking: &[Vec<OptionIndex>],
    mut room: Option<Room<'_>>,
    ties: &mut Ties<'_>,
) -> Result<Filled, CheckError> {
    let mut open = usize::from(case.contest.rules().seats);
    let (mut winners, mut passed_over) = (Vec::new(), Vec::new());
    for group in ranking {
        if open == 0 {
            break;
        }
        let kept_out = |o: OptionIndex| room.as_ref().and_then(|r| r.passed(o));
        passed_over.extend(group.iter().filter_map(|&o| kept_out(o)));
        let mut group: Vec<_> = group.iter().copied().filter(|&o| kept_out(o).is_none()).collect();
        if group.len() > open || room.as_ref().is_some_and(|r| !r.takes_all(&group)) {
            let question = match open {
                1 => "the last seat".to_owned(),
                _ => format!("the last {open} seats"),
            };
            let met = Met {
                stage: 0,
                tied: &group,
                question: &question,
                favour: Favour::Most,
                look_back: LookBack::Never,
                history: &[],
                decimals: 0,
            };
            let Some(order) = ties.decide(&met)? else {
                let open = u16::try_from(open).unwrap_or(u16::MAX);
                let outcome = Outcome::Unresolved { winners, tied: group, open };
                return Ok(Filled { outcome, passed_over });
            };
            group = order;
        }
        for option in group {
            if open == 0 {
                break;
            }
            if let Some(passed) = room.as_ref().and_then(|r| r.passed(option)) {
                passed_over.push(passed);
                continue;
            }
            if let Some(room) = &mut room {
                room.seat(option);
            }
            winners.push(option);
            open -= 1;
        }
    }
    let unfilled = u16::try_from(open).unwrap_or(u16::MAX);
    Ok(Filled { outcome: Outcome::Elected { winners, unfilled }, passed_over })
}
