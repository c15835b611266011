//! STAR voting: totals, runoffs, and the protocol for ties of docs/counting.md.

use crate::option::OptionIndex;
use crate::profile::Marks;
use crate::rules::{StarRules, StarTies};
use crate::transcript::{
    CountRecord, Figure, OptionPoints, StarRecord, StarRound, TieRecord, TieResolution, TieStep,
};

use super::outcome::{self, Filled};
use super::place::{Claim, Place, records};
use super::points::{Received, scores};
use super::seats::Seats;
use super::tally::by_value;
use super::ties::{Favour, Ties};
use super::{COUNT, Case, CheckError, votes, wrong_kind};

records! {
    StarRecord { totals, rounds } but { sentence }
    StarRound { seat, finalists, totals, preferring, no_preference, elected } but { sentence }
}

/// Checks a count by STAR voting.
pub(super) fn check(
    case: &Case<'_>,
    rules: &StarRules,
    ties: &mut Ties<'_>,
) -> Result<(), CheckError> {
    let sums = scores(case, rules.by)?;
    outcome::check_twice(case, ties, |count, place, limit, ties| {
        let CountRecord::Star(record) = count else {
            return Err(wrong_kind(place, count, "star"));
        };
        let star = Star { case, rules, sums: &sums };
        star.follow(record, place, Seats::new(case, limit), ties)
    })
}

struct Star<'a> {
    case: &'a Case<'a>,
    rules: &'a StarRules,
    sums: &'a [(OptionIndex, Received)],
}

/// Those chosen, or those tied where the rules leave it open.
type Chosen = Result<Vec<OptionIndex>, Vec<OptionIndex>>;

impl Star<'_> {
    fn follow(
        &self,
        record: &StarRecord,
        place: &Place<'_>,
        mut seats: Seats<'_>,
        ties: &mut Ties<'_>,
    ) -> Result<Filled, CheckError> {
        let totals = self.sums.iter().map(|(option, received)| OptionPoints {
            option: *option,
            ballots: received.ballots,
            sum: Figure::from(received.points),
            value: Figure::from(received.points),
        });
        let (totals, mut rounds) = (totals.collect(), Vec::new());
        let mut left = self.case.contest.options().standing();
        let mut tied = None;
        while seats.open() > 0 && tied.is_none() {
            seats.pass_full(&mut left);
            let seat = seats.next();
            let round = match self.finalists(seat, &left, ties)? {
                Err(open) => {
                    tied = Some(open);
                    break;
                }
                Ok(finalists) => match *finalists.as_slice() {
                    [] => break,
                    [only] => StarRound {
                        seat,
                        finalists: vec![only],
                        totals: vec![Figure::from(self.total(only))],
                        preferring: Vec::new(),
                        no_preference: 0,
                        elected: Some(only),
                        sentence: String::new(),
                    },
                    [a, b, ..] => self.runoff(seat, a, b, ties)?,
                },
            };
            match round.elected {
                Some(elected) => {
                    seats.seat(elected);
                    left.retain(|&o| o != elected);
                }
                None => {
                    let mut open = round.finalists.clone();
                    open.sort_unstable();
                    tied = Some(open);
                }
            }
            rounds.push(round);
        }
        record.compare(&StarRecord { totals, rounds, sentence: String::new() }, place)?;
        Ok(seats.close(tied))
    }

    fn total(&self, option: OptionIndex) -> u128 {
        let found = self.sums.iter().find(|(o, _)| *o == option);
        found.map_or(0, |(_, received)| received.points)
    }

    /// Votes that give an option the highest score.
    fn top(&self, option: OptionIndex) -> Result<u64, CheckError> {
        let those = self.case.profile.iter().filter(|(marks, _)| match marks {
            Marks::Scores(scores) => {
                scores.iter().any(|(o, score)| o == option && score == self.rules.highest)
            }
            Marks::Choice(_) | Marks::Chosen(_) | Marks::Ranking(_) => false,
        });
        let mut votes = those.map(|(_, tally)| votes(self.rules.by, tally));
        COUNT.fits(votes.try_fold(0_u64, u64::checked_add))
    }

    /// Votes that score the one option above the other.
    fn above(&self, a: OptionIndex, b: OptionIndex) -> Result<u64, CheckError> {
        let those = self.case.profile.iter().filter(|(marks, _)| {
            let Marks::Scores(scores) = marks else { return false };
            let of = |option| scores.iter().find(|&(o, _)| o == option).map_or(0, |(_, s)| s);
            of(a) > of(b)
        });
        let mut votes = those.map(|(_, tally)| votes(self.rules.by, tally));
        COUNT.fits(votes.try_fold(0_u64, u64::checked_add))
    }

    /// The two highest, the higher first, equal ones in ballot order.
    fn finalists(
        &self,
        seat: u16,
        left: &[OptionIndex],
        ties: &mut Ties<'_>,
    ) -> Result<Chosen, CheckError> {
        let mut finalists: Vec<OptionIndex> = Vec::new();
        for group in by_value(left.iter().map(|&o| (o, self.total(o)))) {
            let places = 2_usize.saturating_sub(finalists.len());
            if places == 0 {
                break;
            }
            if group.len() <= places {
                finalists.extend(group);
                continue;
            }
            match self.places(seat, group, places, ties)? {
                Ok(mut chosen) => {
                    chosen.sort_unstable();
                    finalists.extend(chosen);
                }
                Err(tied) => return Ok(Err(tied)),
            }
        }
        Ok(Ok(finalists))
    }

    /// Of equals more than places, who goes through.
    fn places(
        &self,
        seat: u16,
        tied: Vec<OptionIndex>,
        places: usize,
        ties: &mut Ties<'_>,
    ) -> Result<Chosen, CheckError> {
        let what = if places == 1 { "a place" } else { "the two places" };
        let question = format!("{what} in the runoff for seat {seat}");
        let stage = u32::from(seat);
        let mut asked =
            Asked { stage, through: Vec::new(), among: tied.clone(), places, steps: Vec::new() };
        if self.rules.ties == StarTies::Official {
            self.ask(&mut asked)?;
        }
        let Asked { mut through, among, places, steps, .. } = asked;
        if places == 0 || among.len() == places {
            through.extend(among.into_iter().take(places));
            ties.follow(&by_method(stage, tied, question, steps, through.clone()))?;
            return Ok(Ok(through));
        }
        let order = ties.settle(stage, &question, steps, among.clone(), Favour::Most)?;
        let Some(order) = order else { return Ok(Err(among)) };
        through.extend(order.into_iter().take(places));
        Ok(Ok(through))
    }

    /// The protocol as far as the ballots decide.
    fn ask(&self, asked: &mut Asked) -> Result<(), CheckError> {
        while asked.places > 0 && asked.among.len() > asked.places {
            // (1) Losses head to head against the others who are tied.
            let mut losses = Vec::new();
            for &option in &asked.among {
                let mut lost = 0_u64;
                for &other in asked.among.iter().filter(|&&other| other != option) {
                    lost += u64::from(self.above(other, option)? > self.above(option, other)?);
                }
                losses.push(lost);
            }
            if asked.differ(&losses) {
                let (worst, rest) = asked.with(&losses, losses.iter().max());
                if rest.len() >= asked.places {
                    asked.drop_out(&worst);
                } else {
                    asked.go_through(&rest);
                }
                continue;
            }
            // (2) Top scores.
            let tops: Result<Vec<u64>, CheckError> =
                asked.among.iter().map(|&o| self.top(o)).collect();
            let tops = tops?;
            if !asked.differ(&tops) {
                return Ok(());
            }
            let (best, _) = asked.with(&tops, tops.iter().max());
            if best.len() <= asked.places {
                asked.go_through(&best);
            } else {
                let (worst, _) = asked.with(&tops, tops.iter().min());
                asked.drop_out(&worst);
            }
        }
        Ok(())
    }

    fn runoff(
        &self,
        seat: u16,
        a: OptionIndex,
        b: OptionIndex,
        ties: &mut Ties<'_>,
    ) -> Result<StarRound, CheckError> {
        let (for_a, for_b) = (self.above(a, b)?, self.above(b, a)?);
        let all = votes(self.rules.by, self.case.profile.total());
        let elected = match for_a.cmp(&for_b) {
            std::cmp::Ordering::Greater => Some(a),
            std::cmp::Ordering::Less => Some(b),
            std::cmp::Ordering::Equal => self.tied_runoff(seat, a.min(b), a.max(b), ties)?,
        };
        Ok(StarRound {
            seat,
            finalists: vec![a, b],
            totals: vec![Figure::from(self.total(a)), Figure::from(self.total(b))],
            preferring: vec![for_a, for_b],
            no_preference: all.saturating_sub(for_a).saturating_sub(for_b),
            elected,
            sentence: String::new(),
        })
    }

    /// The higher total, then more top scores, then lots.
    fn tied_runoff(
        &self,
        seat: u16,
        a: OptionIndex,
        b: OptionIndex,
        ties: &mut Ties<'_>,
    ) -> Result<Option<OptionIndex>, CheckError> {
        let (stage, question) = (u32::from(seat), format!("the runoff for seat {seat}"));
        let mut figures = Vec::new();
        if self.rules.ties == StarTies::Official {
            figures.push((self.total(a), self.total(b)));
            figures.push((u128::from(self.top(a)?), u128::from(self.top(b)?)));
        }
        let Some(&(of_a, of_b)) = figures.iter().find(|(of_a, of_b)| of_a != of_b) else {
            let order = ties.settle(stage, &question, Vec::new(), vec![a, b], Favour::Most)?;
            return Ok(order.and_then(|order| order.first().copied()));
        };
        let totals = vec![Figure::from(of_a), Figure::from(of_b)];
        let step = TieStep { stage, among: vec![a, b], totals };
        let decided = if of_a > of_b { vec![a, b] } else { vec![b, a] };
        let elected = decided.first().copied();
        ties.follow(&by_method(stage, vec![a, b], question, vec![step], decided))?;
        Ok(elected)
    }
}

/// A tie for places in the runoff while the ballots are asked.
struct Asked {
    stage: u32,
    through: Vec<OptionIndex>,
    among: Vec<OptionIndex>,
    places: usize,
    steps: Vec<TieStep>,
}

impl Asked {
    /// Whether the tied differ in some figures, which are then part of the record.
    fn differ(&mut self, figures: &[u64]) -> bool {
        let differ = figures.iter().max() != figures.iter().min();
        if differ {
            self.steps.push(TieStep {
                stage: self.stage,
                among: self.among.clone(),
                totals: figures.iter().map(|&figure| Figure::from(figure)).collect(),
            });
        }
        differ
    }

    /// Those with a figure, and the others.
    fn with(&self, figures: &[u64], figure: Option<&u64>) -> (Vec<OptionIndex>, Vec<OptionIndex>) {
        let (with, without): (Vec<_>, Vec<_>) =
            self.among.iter().zip(figures).partition(|(_, f)| Some(*f) == figure);
        let options = |part: Vec<(&OptionIndex, &u64)>| part.into_iter().map(|(o, _)| *o).collect();
        (options(with), options(without))
    }

    fn drop_out(&mut self, out: &[OptionIndex]) {
        self.among.retain(|o| !out.contains(o));
    }

    fn go_through(&mut self, through: &[OptionIndex]) {
        self.places = self.places.saturating_sub(through.len());
        self.through.extend(through);
        self.drop_out(through);
    }
}

fn by_method(
    stage: u32,
    tied: Vec<OptionIndex>,
    question: String,
    looked_at: Vec<TieStep>,
    decided: Vec<OptionIndex>,
) -> TieRecord {
    let resolution = TieResolution::Method;
    TieRecord { stage, tied, question, looked_at, resolution, decided, sentence: String::new() }
}
