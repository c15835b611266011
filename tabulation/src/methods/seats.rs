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
    room: Option<Room>,
    ties: &mut TieBreaker<'_>,
) -> Result<Walked, CountError> {
    let mut walk = Walk::new(options, seats, room);
    for group in ranking {
        if let Some(tied) = walk.group(group, ties)? {
            return Ok(walk.finish(Some(tied)));
        }
    }
    Ok(walk.finish(None))
}

/// The largest contest in which methods that fill seat by seat list every candidate of a round.
pub(super) const LARGEST_CONTEST_LISTED: usize = 40;

/// Seats filled one after the other, and whom the cap kept out.
pub(super) struct Walk<'a> {
    options: &'a ContestOptions,
    seats: usize,
    room: Option<Room>,
    winners: Vec<OptionIndex>,
    passed_over: Vec<PassedOver>,
}

/// What became of the choice for one seat.
pub(super) enum Step {
    /// Somebody has it.
    Seated(OptionIndex),
    /// The rules leave a tie for it open.
    Open(Vec<OptionIndex>),
}

impl<'a> Walk<'a> {
    fn new(options: &'a ContestOptions, seats: usize, room: Option<Room>) -> Self {
        Self { options, seats, room, winners: Vec::new(), passed_over: Vec::new() }
    }

    /// Seats still to fill.
    pub(super) fn open(&self) -> usize {
        self.seats.saturating_sub(self.winners.len())
    }

    /// The number of the next seat, counted from one.
    pub(super) fn next_seat(&self) -> u16 {
        u16::try_from(self.winners.len() + 1).unwrap_or(u16::MAX)
    }

    /// The room that the cap leaves, where there is a cap.
    pub(super) fn room(&self) -> Option<&Room> {
        self.room.as_ref()
    }

    /// Gives an option a seat.
    pub(super) fn seat(&mut self, option: OptionIndex) {
        if let Some(room) = &mut self.room {
            room.seat(option, self.options);
        }
        self.winners.push(option);
    }

    /// Takes those out whom the cap keeps out, and remembers them.
    pub(super) fn pass_over_full(&mut self, options: &mut Vec<OptionIndex>) {
        options.retain(|&option| !self.pass_over(option));
    }

    fn pass_over(&mut self, option: OptionIndex) -> bool {
        let passed = self.room.as_ref().and_then(|r| passed(r, option, self.options));
        let full = passed.is_some();
        self.passed_over.extend(passed);
        full
    }

    /// Gives the next seat to one of those tied for it.
    pub(super) fn choose(
        &mut self,
        tied: Vec<OptionIndex>,
        ties: &mut TieBreaker<'_>,
    ) -> Result<Step, CountError> {
        let option = match tied.as_slice() {
            [only] => *only,
            _ => {
                let seat = self.next_seat();
                let question = format!("seat {seat}");
                let tie = Tie {
                    stage: u32::from(seat),
                    tied: tied.clone(),
                    question,
                    looked_at: Vec::new(),
                    favour: Favour::Most,
                };
                match ties.settle(tie)?.and_then(|order| order.first().copied()) {
                    Some(first) => first,
                    None => return Ok(Step::Open(tied)),
                }
            }
        };
        self.seat(option);
        Ok(Step::Seated(option))
    }

    /// Gives seats to a group of equals, best favoured first if not all fit. Says who is tied if
    /// the rules leave that open.
    pub(super) fn group(
        &mut self,
        group: &[OptionIndex],
        ties: &mut TieBreaker<'_>,
    ) -> Result<Option<Vec<OptionIndex>>, CountError> {
        let open = self.open();
        if open == 0 {
            return Ok(None);
        }
        let mut fitting = group.to_vec();
        self.pass_over_full(&mut fitting);
        let all_fit = fit_together(self.room.as_ref(), &fitting, self.options);
        let order = if fitting.len() <= open && all_fit {
            fitting
        } else {
            let tie = Tie {
                stage: 0,
                tied: fitting.clone(),
                question: plural_seats(open),
                looked_at: Vec::new(),
                favour: Favour::Most,
            };
            match ties.settle(tie)? {
                Some(order) => order,
                None => return Ok(Some(fitting)),
            }
        };
        for option in order {
            if self.open() == 0 {
                break;
            }
            if !self.pass_over(option) {
                self.seat(option);
            }
        }
        Ok(None)
    }

    fn finish(self, tied: Option<Vec<OptionIndex>>) -> Walked {
        let open = u16::try_from(self.open()).unwrap_or(u16::MAX);
        let outcome = match tied {
            Some(tied) => Outcome::Unresolved { winners: self.winners, tied, open },
            None => Outcome::Elected { winners: self.winners, unfilled: open },
        };
        Walked { outcome, passed_over: self.passed_over }
    }
}

/// Runs a count that fills seats itself: under the cap and, to show what that changed, without.
/// The count gives its record and who is tied, where the rules leave that open.
pub(super) fn seat_by_seat<'t>(
    contest: &Contest,
    ties: &mut TieBreaker<'t>,
    run: impl Fn(
        &mut Walk<'_>,
        &mut TieBreaker<'t>,
    ) -> Result<(CountRecord, Option<Vec<OptionIndex>>), CountError>,
) -> Result<Counted, CountError> {
    let options = contest.options();
    let seats = usize::from(contest.rules().seats);
    let run = |room: Option<Room>, ties: &mut TieBreaker<'t>| {
        let mut walk = Walk::new(options, seats, room);
        let (record, tied) = run(&mut walk, ties)?;
        Ok::<_, CountError>((record, walk.finish(tied)))
    };
    let limit = contest.rules().affiliation_cap.limit();
    let uncapped = match limit {
        None => None,
        Some(limit) => {
            let mut uncapped_ties = ties.fork();
            Some((limit, run(None, &mut uncapped_ties)?, uncapped_ties.into_records().1))
        }
    };
    let (record, after) = run(limit.map(|limit| Room::new(options, limit)), ties)?;
    let cap = uncapped.map(|(limit, (record, before), uncapped_ties)| CapRecord {
        limit,
        before: before.outcome.winners().to_vec(),
        after: after.outcome.winners().to_vec(),
        sentence: cap_sentence(options, &before.outcome, &after.outcome),
        passed_over: after.passed_over,
        uncapped: Some(Box::new(record)),
        uncapped_ties,
    });
    let sentence = outcome_sentence(options, &after.outcome);
    Ok(Counted { record, ranking: Vec::new(), cap, outcome: after.outcome, sentence })
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
        [_, _, ..] => format!("{} are elected.", options.names(winners)),
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
            "{} {} are tied, and nothing decides between them: {} open.",
            elected(winners),
            options.names(tied),
            plural(u64::from(*open), "seat stays", "seats stay")
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
