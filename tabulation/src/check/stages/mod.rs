//! Counts in stages: every paper is moved as the record says, and the record must say what the
//! figures before it ask for.

mod books;
pub(super) mod condorcet_irv;
pub(super) mod ers97;
pub(super) mod inclusive;
pub(super) mod instant_runoff;
pub(super) mod meek;
mod papers;
pub(super) mod scottish;

use crate::option::OptionIndex;
use crate::rules::LookBack;
use crate::transcript::{CountRecord, Figure, PassedOver, Stage, StageAction, StagesRecord};

use super::cap::Room;
use super::outcome::{self, Filled};
use super::place::{Claim, Place, Said, records};
use super::ties::{Favour, Met, Ties};
use super::{Case, CheckError, wrong_kind};

records! {
    Stage {
        number, action, clause, transfers, non_transferable, rounding_loss, totals,
        total_non_transferable, total_rounding_loss, quota, keep_values, elected
    } but { sentence }
}

/// Checks a count in stages. `run` follows one record under a cap or none.
fn check(
    case: &Case<'_>,
    ties: &mut Ties<'_>,
    run: impl Fn(Recorded<'_>, Option<u16>, &mut Ties<'_>) -> Result<Filled, CheckError>,
) -> Result<(), CheckError> {
    outcome::check_twice(case, ties, |count, place, limit, ties| {
        let CountRecord::Stages(record) = count else {
            return Err(wrong_kind(place, count, "stages"));
        };
        run(Recorded { record, place }, limit, ties)
    })
}

/// The record of a count in stages, and where it stands.
#[derive(Clone, Copy)]
struct Recorded<'a> {
    record: &'a StagesRecord,
    place: &'a Place<'a>,
}

impl<'a> Recorded<'a> {
    fn check_head(&self, decimals: u8, quota: u128) -> Result<(), CheckError> {
        self.record.decimals.compare(&decimals, &self.place.key("decimals"))?;
        self.record.quota.compare(&figure(quota, decimals), &self.place.key("quota"))
    }

    /// Compares one stage with what follows.
    fn check_stage(&self, follows: &Stage) -> Result<(), CheckError> {
        let place = self.place.key("stages");
        // Invariant: stages are numbered from one by the check itself.
        let index = usize::try_from(follows.number).unwrap_or(usize::MAX).saturating_sub(1);
        let place = place.index(index);
        match self.record.stages.get(index) {
            Some(stage) => stage.compare(follows, &place),
            None => Err(place.differs(&"the end of the count", &follows.action)),
        }
    }

    /// There are no stages after the last.
    fn check_end(&self, stages: usize) -> Result<(), CheckError> {
        match self.record.stages.get(stages) {
            None => Ok(()),
            Some(more) => {
                let place = self.place.key("stages");
                Err(place.index(stages).differs(&more.action, &"the end of the count"))
            }
        }
    }
}

/// Where an option stands in the count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Status {
    Continuing,
    Elected,
    /// Excluded or withdrawn.
    Out,
}

/// Everybody's status, the seats, and the totals after each stage so far: what every method in
/// stages keeps.
struct Board<'a> {
    case: &'a Case<'a>,
    decimals: u8,
    look_back: LookBack,
    room: Option<Room<'a>>,
    status: Vec<Status>,
    /// The totals as they are now; after each stage they join the history.
    totals: Vec<u128>,
    history: Vec<Vec<u128>>,
    winners: Vec<OptionIndex>,
    passed_over: Vec<PassedOver>,
}

impl<'a> Board<'a> {
    fn new(case: &'a Case<'a>, decimals: u8, look_back: LookBack, limit: Option<u16>) -> Self {
        let options = case.contest.options();
        let status = OptionIndex::all(options.len())
            .map(|o| if options.is_withdrawn(o) { Status::Out } else { Status::Continuing });
        Self {
            case,
            decimals,
            look_back,
            room: limit.map(|limit| Room::new(options, limit)),
            status: status.collect(),
            totals: vec![0; options.len()],
            history: Vec::new(),
            winners: Vec::new(),
            passed_over: Vec::new(),
        }
    }

    fn total(&self, option: OptionIndex) -> u128 {
        self.totals.get(option.index()).copied().unwrap_or(0)
    }

    fn with_status(&self, wanted: Status) -> Vec<OptionIndex> {
        let all = OptionIndex::all(self.status.len()).zip(&self.status);
        all.filter(|&(_, &status)| status == wanted).map(|(option, _)| option).collect()
    }

    fn continuing(&self) -> Vec<OptionIndex> {
        self.with_status(Status::Continuing)
    }

    fn continues(&self, option: OptionIndex) -> bool {
        self.status.get(option.index()) == Some(&Status::Continuing)
    }

    fn set(&mut self, option: OptionIndex, status: Status) {
        if let Some(slot) = self.status.get_mut(option.index()) {
            *slot = status;
        }
    }

    fn vacancies(&self) -> usize {
        usize::from(self.case.contest.rules().seats).saturating_sub(self.winners.len())
    }

    fn open(&self) -> u16 {
        u16::try_from(self.vacancies()).unwrap_or(u16::MAX)
    }

    fn seat(&mut self, option: OptionIndex) {
        self.set(option, Status::Elected);
        if let Some(room) = &mut self.room {
            room.seat(option);
        }
        self.winners.push(option);
    }

    /// Why a continuing option can have no seat, if so.
    fn doomed(&self, option: OptionIndex) -> Option<PassedOver> {
        self.room.as_ref()?.doomed(option, &self.continuing(), self.vacancies())
    }

    fn all_doomed(&self) -> Vec<PassedOver> {
        match self.room {
            None => Vec::new(),
            Some(_) => self.continuing().iter().filter_map(|&o| self.doomed(o)).collect(),
        }
    }

    /// Those continuing who may be excluded: all but those needed to fill the seats.
    fn not_guarded(&self) -> Vec<OptionIndex> {
        let mut open = self.continuing();
        if let Some(room) = &self.room {
            let guarded = room.guarded(&open, self.vacancies());
            open.retain(|o| !guarded.contains(o));
        }
        open
    }

    /// Whether the seats left could be filled without some options.
    fn can_spare(&self, out: &[OptionIndex]) -> bool {
        let mut rest = self.continuing();
        rest.retain(|o| !out.contains(o));
        let filled = |room: &Room<'_>| room.most(&rest) >= self.vacancies();
        rest.len() >= self.vacancies() && self.room.as_ref().is_none_or(filled)
    }

    /// The votes of several together.
    fn sum(&self, options: &[OptionIndex]) -> Option<u128> {
        options.iter().try_fold(0_u128, |sum, &option| sum.checked_add(self.total(option)))
    }

    /// Seats whoever continues if they are no more than the seats left, the highest first; equals
    /// in ballot order.
    fn seat_rest(&mut self) -> Vec<OptionIndex> {
        let rest = self.continuing();
        if rest.len() > self.vacancies() {
            return Vec::new();
        }
        let totals = rest.iter().map(|&o| (o, self.total(o)));
        let rest: Vec<_> = super::tally::by_value(totals).into_iter().flatten().collect();
        rest.iter().for_each(|&option| self.seat(option));
        rest
    }

    /// Whom the cap keeps out, of them the lowest, who is excluded next; nothing if it keeps out
    /// nobody.
    fn next_doomed(
        &self,
        ties: &mut Ties<'_>,
    ) -> Result<Option<Result<PassedOver, Vec<OptionIndex>>>, CheckError> {
        let doomed = self.all_doomed();
        if doomed.is_empty() {
            return Ok(None);
        }
        let among = doomed.iter().map(|p| p.option).collect();
        Ok(match self.extreme(among, "exclusion under the cap", Favour::Least, ties)? {
            Ok(option) => doomed.into_iter().find(|p| p.option == option).map(Ok),
            Err(tied) => Some(Err(tied)),
        })
    }

    /// Those at or above the quota who continue, the highest first; equal ones as groups in ballot
    /// order.
    fn at_quota(&self, quota: u128) -> Vec<Vec<OptionIndex>> {
        let continuing = self.continuing().into_iter().map(|o| (o, self.total(o)));
        super::tally::by_value(continuing.filter(|&(_, total)| total >= quota))
    }

    /// The one with the most or fewest votes, ties decided; or those tied, if that is left open.
    fn extreme(
        &self,
        mut among: Vec<OptionIndex>,
        question: &str,
        favour: Favour,
        ties: &mut Ties<'_>,
    ) -> Result<Result<OptionIndex, Vec<OptionIndex>>, CheckError> {
        let totals = among.iter().map(|&o| self.total(o));
        let extreme = match favour {
            Favour::Most => totals.max(),
            Favour::Least => totals.min(),
        };
        among.retain(|&o| Some(self.total(o)) == extreme);
        self.one_of(among, question, favour, ties)
    }

    /// One of those who count as tied.
    fn one_of(
        &self,
        tied: Vec<OptionIndex>,
        question: &str,
        favour: Favour,
        ties: &mut Ties<'_>,
    ) -> Result<Result<OptionIndex, Vec<OptionIndex>>, CheckError> {
        if let [only] = *tied.as_slice() {
            return Ok(Ok(only));
        }
        let met = Met {
            stage: self.next_number(),
            tied: &tied,
            question,
            favour,
            look_back: self.look_back,
            history: &self.history,
            decimals: self.decimals,
        };
        Ok(ties.decide_first(&met)?.ok_or(tied))
    }

    /// Seats equals that reach the quota together, in the order given if the cap and the seats left
    /// have room for all of them, otherwise one by one as ties decide, with those left aside who
    /// can have no seat any more. Who is seated; and who is tied, if the rules leave that open.
    fn seat_equals(
        &mut self,
        mut group: Vec<OptionIndex>,
        ties: &mut Ties<'_>,
    ) -> Result<(Vec<OptionIndex>, Option<Vec<OptionIndex>>), CheckError> {
        let mut seated = Vec::new();
        loop {
            let vacancies = self.vacancies();
            group.retain(|&o| vacancies > 0 && self.doomed(o).is_none());
            let continuing = self.continuing();
            let together = |room: &Room<'_>| room.fills_with(&group, &continuing, vacancies);
            let all = group.len() <= vacancies && self.room.as_ref().is_none_or(together);
            if all || group.len() < 2 {
                group.iter().for_each(|&o| self.seat(o));
                seated.append(&mut group);
                return Ok((seated, None));
            }
            let mut tied = group.clone();
            tied.sort_unstable();
            let Ok(first) = self.one_of(tied, "the order of election", Favour::Most, ties)? else {
                return Ok((seated, Some(group)));
            };
            self.seat(first);
            seated.push(first);
            group.retain(|&o| o != first);
        }
    }

    /// The number of the next stage, counted from one.
    fn next_number(&self) -> u32 {
        u32::try_from(self.history.len()).unwrap_or(u32::MAX).saturating_add(1)
    }

    fn figure(&self, value: u128) -> Figure {
        figure(value, self.decimals)
    }

    fn figures(&self, values: &[u128]) -> Vec<Figure> {
        values.iter().map(|&value| self.figure(value)).collect()
    }
}

/// A figure of a rule's decimals, given in units of the last.
fn figure(value: u128, decimals: u8) -> Figure {
    // Invariant: votes stay below 2^84.
    Figure::scaled(i128::try_from(value).unwrap_or(i128::MAX), decimals)
}

impl Said for StageAction {
    fn said(&self) -> String {
        match self {
            Self::FirstPreferences {} => "first preferences".to_owned(),
            Self::Surplus { from, .. } => format!("the surplus of option {from}"),
            Self::Redistribution {} => "a redistribution".to_owned(),
            Self::Exclusion { option } => format!("the exclusion of option {option}"),
            Self::JointExclusion { options } => {
                let options: Vec<u16> = options.iter().map(|o| o.value()).collect();
                format!("the exclusion of the options {options:?}")
            }
            Self::CapExclusion { option, .. } => {
                format!("the exclusion of option {option} under the cap")
            }
        }
    }
}

impl Claim for StageAction {
    fn compare(&self, follows: &Self, place: &Place<'_>) -> Result<(), CheckError> {
        match (self, follows) {
            (Self::FirstPreferences {}, Self::FirstPreferences {})
            | (Self::Redistribution {}, Self::Redistribution {}) => Ok(()),
            (
                Self::Surplus { from, surplus, total },
                Self::Surplus { from: f, surplus: s, total: t },
            ) => {
                from.compare(f, &place.key("from"))?;
                surplus.compare(s, &place.key("surplus"))?;
                total.compare(t, &place.key("total"))
            }
            (Self::Exclusion { option }, Self::Exclusion { option: o }) => {
                option.compare(o, &place.key("option"))
            }
            (Self::JointExclusion { options }, Self::JointExclusion { options: o }) => {
                options.compare(o, &place.key("options"))
            }
            (
                Self::CapExclusion { option, affiliation },
                Self::CapExclusion { option: o, affiliation: a },
            ) => {
                option.compare(o, &place.key("option"))?;
                affiliation.compare(a, &place.key("affiliation"))
            }
            (
                Self::FirstPreferences {}
                | Self::Surplus { .. }
                | Self::Redistribution {}
                | Self::Exclusion { .. }
                | Self::JointExclusion { .. }
                | Self::CapExclusion { .. },
                _,
            ) => Err(place.key("kind").differs(self, follows)),
        }
    }
}
