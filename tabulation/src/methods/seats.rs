//! Filling seats from an order of options: walk down, and skip whom the cap keeps out.

use super::Counted;
use crate::cap::Room;
use crate::count::CountError;
use crate::english::plural;
use crate::option::{ContestOptions, OptionIndex};
use crate::rules::Contest;
use crate::ties::{Favour, Tie, TieBreaker};
use crate::transcript::{CapRecord, CountRecord, Outcome, PassedOver};

/// Who fills the seats, and what the cap changed.
pub(crate) struct Filled {
    pub(crate) outcome: Outcome,
    pub(crate) cap: Option<CapRecord>,
    pub(crate) sentence: String,
}

/// Fills a contest's seats from groups of options, best first; a group is a tie.
///
/// A tie matters only where a group does not fit as a whole: then the rule for ties orders it.
/// Within a group that fits, winners are listed in ballot order, and the ranking shows the tie.
pub(crate) fn fill(
    contest: &Contest,
    ranking: &[Vec<OptionIndex>],
    ties: &mut TieBreaker<'_>,
) -> Result<Filled, CountError> {
    let options = contest.options();
    let seats = usize::from(contest.rules().seats);
    let Some(limit) = contest.rules().affiliation_cap.limit() else {
        let walked = walk(options, ranking, seats, None, ties)?;
        let sentence = outcome_sentence(options, &walked.outcome);
        return Ok(Filled { outcome: walked.outcome, cap: None, sentence });
    };
    let mut uncapped_ties = ties.fork();
    let before = walk(options, ranking, seats, None, &mut uncapped_ties)?;
    let after = walk(options, ranking, seats, Some(Room::new(options, limit)), ties)?;
    let sentence = outcome_sentence(options, &after.outcome);
    let cap = CapRecord {
        limit,
        before: before.outcome.winners().to_vec(),
        after: after.outcome.winners().to_vec(),
        sentence: cap_sentence(options, &before.outcome, &after.outcome),
        passed_over: after.passed_over,
        uncapped: None,
        uncapped_ties: uncapped_ties.into_records().1,
    };
    Ok(Filled { outcome: after.outcome, cap: Some(cap), sentence })
}

/// Fills one seat by a count that takes those whom the cap bars: options whose affiliation is full
/// already cannot have the seat. With a cap it is held a second time without.
pub(super) fn fill_one(
    contest: &Contest,
    ties: &mut TieBreaker<'_>,
    hold: impl Fn(&[PassedOver], &mut TieBreaker<'_>) -> Result<(CountRecord, Outcome), CountError>,
) -> Result<Counted, CountError> {
    let options = contest.options();
    let counted = |record, outcome: Outcome, cap| {
        let sentence = outcome_sentence(options, &outcome);
        Counted { record, ranking: Vec::new(), cap, outcome, sentence }
    };
    let Some(limit) = contest.rules().affiliation_cap.limit() else {
        let (record, outcome) = hold(&[], ties)?;
        return Ok(counted(record, outcome, None));
    };
    let room = Room::new(options, limit);
    let barred = options.standing().into_iter().filter_map(|o| passed(&room, o, options));
    let barred: Vec<PassedOver> = barred.collect();
    let mut uncapped_ties = ties.fork();
    let (uncapped, before) = hold(&[], &mut uncapped_ties)?;
    let (record, after) = hold(&barred, ties)?;
    let cap = CapRecord {
        limit,
        before: before.winners().to_vec(),
        after: after.winners().to_vec(),
        sentence: cap_sentence(options, &before, &after),
        passed_over: barred,
        uncapped: Some(Box::new(uncapped)),
        uncapped_ties: uncapped_ties.into_records().1,
    };
    Ok(counted(record, after, Some(cap)))
}

struct Walked {
    outcome: Outcome,
    passed_over: Vec<PassedOver>,
}

fn walk(
    options: &ContestOptions,
    ranking: &[Vec<OptionIndex>],
    seats: usize,
    mut room: Option<Room>,
    ties: &mut TieBreaker<'_>,
) -> Result<Walked, CountError> {
    let mut winners: Vec<OptionIndex> = Vec::new();
    let mut passed_over = Vec::new();
    for group in ranking {
        let open = seats.saturating_sub(winners.len());
        if open == 0 {
            break;
        }
        let mut fitting = Vec::new();
        for &option in group {
            match room.as_ref().and_then(|r| passed(r, option, options)) {
                Some(passed) => passed_over.push(passed),
                None => fitting.push(option),
            }
        }
        let order = if fitting.len() <= open && fit_together(room.as_ref(), &fitting, options) {
            fitting
        } else {
            let tie = Tie {
                stage: 0,
                tied: fitting.clone(),
                question: plural_seats(open),
                looked_at: Vec::new(),
                favour: Favour::Most,
            };
            let Some(order) = ties.settle(tie)? else {
                let open = u16::try_from(open).unwrap_or(u16::MAX);
                let outcome = Outcome::Unresolved { winners, tied: fitting, open };
                return Ok(Walked { outcome, passed_over });
            };
            order
        };
        for option in order {
            if winners.len() == seats {
                break;
            }
            match room.as_ref().and_then(|r| passed(r, option, options)) {
                Some(passed) => passed_over.push(passed),
                None => {
                    if let Some(room) = &mut room {
                        room.seat(option, options);
                    }
                    winners.push(option);
                }
            }
        }
    }
    let unfilled = u16::try_from(seats.saturating_sub(winners.len())).unwrap_or(u16::MAX);
    Ok(Walked { outcome: Outcome::Elected { winners, unfilled }, passed_over })
}

fn fit_together(room: Option<&Room>, group: &[OptionIndex], options: &ContestOptions) -> bool {
    let Some(room) = room else { return true };
    let mut room = room.clone();
    group.iter().all(|&option| {
        let fits = room.full_affiliation(option, options).is_none();
        room.seat(option, options);
        fits
    })
}

pub(crate) fn passed(
    room: &Room,
    option: OptionIndex,
    options: &ContestOptions,
) -> Option<PassedOver> {
    let affiliation = room.full_affiliation(option, options)?;
    let holds = room.taken(affiliation);
    Some(PassedOver {
        option,
        affiliation: affiliation.clone(),
        holds,
        sentence: format!(
            "{} is passed over: {affiliation} holds {holds} of at most {} already.",
            options.name(option),
            plural(u64::from(room.limit()), "seat", "seats"),
        ),
    })
}

fn plural_seats(open: usize) -> String {
    match open {
        1 => "the last seat".to_owned(),
        _ => format!("the last {open} seats"),
    }
}

/// The outcome of an election in one sentence.
pub(crate) fn outcome_sentence(options: &ContestOptions, outcome: &Outcome) -> String {
    let elected = |winners: &[OptionIndex]| match winners {
        [] => "Nobody is elected.".to_owned(),
        [one] => format!("{} is elected.", options.name(*one)),
        [_, _, ..] => format!("{} are elected, in this order.", options.names(winners)),
    };
    match outcome {
        Outcome::Motion { .. } => String::new(),
        Outcome::Elected { winners, unfilled: 0 } => elected(winners),
        Outcome::Elected { winners, unfilled } => format!(
            "{} {} empty.",
            elected(winners),
            plural(u64::from(*unfilled), "seat stays", "seats stay")
        ),
        Outcome::Unresolved { winners, tied, open } => format!(
            "{} {} are tied for {}, and the rules leave that open.",
            elected(winners),
            options.names(tied),
            plural_seats(usize::from(*open))
        ),
    }
}

/// What a cap changed, in one sentence.
pub(crate) fn cap_sentence(options: &ContestOptions, before: &Outcome, after: &Outcome) -> String {
    let only = |a: &Outcome, b: &Outcome| -> Vec<OptionIndex> {
        a.winners().iter().filter(|w| !b.winners().contains(w)).copied().collect()
    };
    let (out, instead) = (only(before, after), only(after, before));
    if out.is_empty() && instead.is_empty() {
        return "The affiliation cap changes nothing.".to_owned();
    }
    format!(
        "Without the affiliation cap {} would have been elected; with it {} instead.",
        options.names(&out),
        match instead.as_slice() {
            [] => "nobody is elected".to_owned(),
            [one] => format!("{} is elected", options.name(*one)),
            several => format!("{} are elected", options.names(several)),
        }
    )
}
