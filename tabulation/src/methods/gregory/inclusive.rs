//! Weighted inclusive Gregory: all papers of an elected candidate go on, each at its value times
//! surplus over total.
//!
//! The steps are those of the Proportional Representation Foundation's reference rule for WIGM
//! (clauses A to D; the text stands in the program droop, `rules/wigm_prf.py`), without its
//! optional B.2 and without a stage for a surplus of zero. The Minneapolis Code of Ordinances,
//! chapter 167, is the same with a batch defeat, and with a candidate who goes on receiving papers
//! until the surplus is transferred.

use super::ledger::{Ledger, Receivers, Status};
use super::papers::{Bundle, Papers, Worth, mul_div};
use super::polls::exclusion;
use super::{Procedure, Step, words};
use crate::count::CountError;
use crate::english::plural;
use crate::methods::Counted;
use crate::methods::capped::with_and_without_cap;
use crate::methods::equals::Seating;
use crate::option::OptionIndex;
use crate::profile::Profile;
use crate::rules::{
    Contest, Elects, InclusiveQuota, LookBack, MinneapolisRules, TransferCut, WigmRules,
};
use crate::ties::{Favour, TieBreaker};
use crate::transcript::{PassedOver, StageAction};

/// 167.20: "calculated to four (4) decimal places, ignoring any remainder".
const MINNEAPOLIS_DECIMALS: u8 = 4;

/// What the two rules do differently.
struct Form {
    decimals: u8,
    elects: Elects,
    look_back: LookBack,
    value: NewValue,
    /// Whether all who cannot mathematically win are excluded together.
    batch: bool,
    receivers: Receivers,
    clauses: Clauses,
}

/// How a paper's new value is found.
#[derive(Debug, Clone, Copy)]
enum NewValue {
    /// Value × surplus ÷ total, cut once.
    CutOnce,
    /// Surplus ÷ total, cut, times value, cut.
    CutTwice,
}

/// The clauses that stages cite.
struct Clauses {
    first: &'static str,
    surplus: &'static str,
    batch: &'static str,
    exclusion: &'static str,
    rest: &'static str,
}

const WIGM_CLAUSES: Clauses = Clauses {
    first: "WIGM A.4 and A.5",
    surplus: "WIGM B.3",
    batch: "WIGM B.2",
    exclusion: "WIGM B.4",
    rest: "WIGM D.3",
};

const MINNEAPOLIS_CLAUSES: Clauses = Clauses {
    first: "167.70(1)(a)",
    surplus: "167.70(1)(d)",
    batch: "167.70(1)(c)",
    exclusion: "167.70(1)(e)",
    rest: "167.70(1)(f)",
};

/// Counts by weighted inclusive Gregory with the rules' choices.
pub(crate) fn count_wigm(
    contest: &Contest,
    profile: &Profile,
    rules: &WigmRules,
    ties: &mut TieBreaker<'_>,
) -> Result<Counted, CountError> {
    let one = 10_u128.pow(u32::from(rules.decimals));
    let laid_out = Papers::of(contest, profile, rules.by, |count| match rules.transfer {
        TransferCut::PerPaper => Worth::Each(one),
        // Invariant: 2^53 papers of 10^9 each stay below 2^83.
        TransferCut::PerParcel => Worth::Together(u128::from(count) * one),
    });
    let form = Form {
        decimals: rules.decimals,
        elects: rules.elects,
        look_back: rules.look_back,
        value: NewValue::CutOnce,
        batch: false,
        receivers: Receivers::Continuing,
        clauses: WIGM_CLAUSES,
    };
    count(contest, &laid_out, rules.quota, &form, ties)
}

/// Counts by the Minneapolis Code of Ordinances, chapter 167.
pub(crate) fn count_minneapolis(
    contest: &Contest,
    profile: &Profile,
    rules: &MinneapolisRules,
    ties: &mut TieBreaker<'_>,
) -> Result<Counted, CountError> {
    let one = 10_u128.pow(u32::from(MINNEAPOLIS_DECIMALS));
    let laid_out = Papers::of(contest, profile, rules.by, |_| Worth::Each(one));
    let form = Form {
        decimals: MINNEAPOLIS_DECIMALS,
        elects: Elects::AtLeast,
        // 167.70(1)(d) and (e): every tie is decided by lot.
        look_back: LookBack::Never,
        value: NewValue::CutTwice,
        batch: true,
        receivers: Receivers::ContinuingAndUntransferred,
        clauses: MINNEAPOLIS_CLAUSES,
    };
    // 167.20, threshold: votes ÷ (seats + 1) + 1, fractions disregarded.
    count(contest, &laid_out, InclusiveQuota::DroopWhole, &form, ties)
}

fn count(
    contest: &Contest,
    (papers, bundles): &(Papers, Vec<Bundle>),
    quota: InclusiveQuota,
    form: &Form,
    ties: &mut TieBreaker<'_>,
) -> Result<Counted, CountError> {
    // Invariant: counts sum to at most the profile's checked total.
    let valid: u64 = bundles.iter().map(|b| b.count).sum();
    let (quota, sentence) = quota_of(quota, valid, contest.rules().seats, form.decimals);
    with_and_without_cap(contest, ties, |limit, ties| {
        let laid_out = (papers, bundles.clone());
        let rule = (form.decimals, form.receivers);
        let ledger = Ledger::open(contest, laid_out, limit, ties, rule, form.clauses.first);
        super::run(ledger, &mut Inclusive { form, quota }, quota, sentence.clone())
    })
}

/// The quota and how it came about.
fn quota_of(quota: InclusiveQuota, valid: u64, seats: u16, decimals: u8) -> (u128, String) {
    let one = 10_u128.pow(u32::from(decimals));
    // Invariant: 2^53 votes of 10^9 each stay below 2^83.
    let votes = u128::from(valid) * one;
    let seats = u128::from(seats.max(1));
    let (scaled, divisor, how) = match quota {
        InclusiveQuota::DroopWhole => (
            (votes / one / (seats + 1) + 1) * one,
            seats + 1,
            "(one more than the seats), without decimals, plus one".to_owned(),
        ),
        InclusiveQuota::DroopExact => (
            votes / (seats + 1) + 1,
            seats + 1,
            format!(
                "(one more than the seats), cut after {}, plus one unit of the last",
                plural(u64::from(decimals), "decimal", "decimals")
            ),
        ),
        InclusiveQuota::Hare => (
            votes / seats,
            seats,
            format!(
                "(the seats), cut after {}",
                plural(u64::from(decimals), "decimal", "decimals")
            ),
        ),
    };
    let figure =
        crate::transcript::Figure::scaled(i128::try_from(scaled).unwrap_or(i128::MAX), decimals);
    let ballots = plural(valid, "ballot with a preference", "ballots with a preference");
    (scaled, format!("The quota is {figure}: {ballots} divided by {divisor} {how}."))
}

/// One count's procedure.
struct Inclusive<'f> {
    form: &'f Form,
    quota: u128,
}

impl Procedure for Inclusive<'_> {
    fn step(&mut self, ledger: &mut Ledger<'_, '_, '_>) -> Result<Step, CountError> {
        if let Some(tied) = self.elect(ledger)? {
            return Ok(Step::Stuck(tied));
        }
        // WIGM D.3; 167.70(1)(f).
        ledger.elect_rest(self.form.clauses.rest);
        if ledger.vacancies() == 0 || ledger.continuing().is_empty() {
            return Ok(Step::Complete);
        }
        let look_back = self.form.look_back;
        match ledger.next_doomed(look_back)? {
            Some(Ok(passed)) => return Ok(self.exclude_doomed(ledger, passed)),
            Some(Err(tied)) => return Ok(Step::Stuck(tied)),
            None => {}
        }
        let losers = self.sure_losers(ledger);
        if !losers.is_empty() {
            self.exclude(ledger, &losers, self.form.clauses.batch);
            return Ok(Step::Continue);
        }
        // WIGM B.3; 167.70(1)(d): the largest surplus first.
        let pending = ledger.with_surplus(self.quota);
        if !pending.is_empty() {
            let question = "the transfer of the surplus";
            return Ok(match ledger.extreme(&pending, question, Favour::Most, look_back)? {
                Ok(option) => self.transfer_surplus(ledger, option),
                Err(tied) => Step::Stuck(tied),
            });
        }
        // WIGM B.4; 167.70(1)(e): the lowest; whom the cap guards is passed over.
        let open = ledger.unguarded();
        Ok(match ledger.extreme(&open, "exclusion", Favour::Least, look_back)? {
            Ok(option) => {
                self.exclude(ledger, &[option], self.form.clauses.exclusion);
                Step::Continue
            }
            Err(tied) => Step::Stuck(tied),
        })
    }
}

impl Inclusive<'_> {
    fn reached(&self, votes: u128) -> bool {
        match self.form.elects {
            Elects::AtLeast => votes >= self.quota,
            Elects::MoreThan => votes > self.quota,
        }
    }

    /// WIGM B.1; 167.70(1)(a): elects whoever has the quota, the highest first. Returns a tie
    /// that the rules leave open.
    fn elect(
        &self,
        ledger: &mut Ledger<'_, '_, '_>,
    ) -> Result<Option<Vec<OptionIndex>>, CountError> {
        let mut reached = ledger.highest_first();
        reached.retain(|&o| self.reached(ledger.votes(o)));
        let groups: Vec<Vec<OptionIndex>> = reached
            .chunk_by(|&a, &b| ledger.votes(a) == ledger.votes(b))
            .map(<[OptionIndex]>::to_vec)
            .collect();
        for group in groups {
            let seated = ledger.seat_equals(group, self.form.look_back)?;
            for option in seated.elected {
                let sentence = words::elected(ledger, option);
                ledger.say(&sentence);
            }
            if seated.tied.is_some() {
                return Ok(seated.tied);
            }
        }
        Ok(None)
    }

    /// 167.20, "mathematically impossible to be elected", as amended to "equal or surpass": the
    /// longest run of the lowest who, with all their votes and all surpluses together, would not
    /// reach the next above, as far as enough remain to fill the seats.
    fn sure_losers(&self, ledger: &Ledger<'_, '_, '_>) -> Vec<OptionIndex> {
        if !self.form.batch {
            return Vec::new();
        }
        let pending = ledger.with_surplus(self.quota);
        // Invariant: sums of votes are parts of the profile's checked total.
        let surplus = ledger.sum(&pending) - self.quota * pending.len() as u128;
        let mut lowest = ledger.unguarded();
        lowest.sort_by_key(|&o| (ledger.votes(o), o));
        let groups: Vec<&[OptionIndex]> =
            lowest.chunk_by(|&a, &b| ledger.votes(a) == ledger.votes(b)).collect();
        let (mut maybe, mut losers, mut together) = (Vec::new(), 0, surplus);
        for pair in groups.windows(2) {
            let [group, above] = pair else { continue };
            maybe.extend_from_slice(group);
            if !ledger.can_spare(&maybe) {
                break;
            }
            together += ledger.sum(group);
            if together < above.first().map_or(0, |&o| ledger.votes(o)) {
                losers = maybe.len();
            }
        }
        maybe.truncate(losers);
        let mut losers = maybe;
        losers.sort_unstable();
        losers
    }

    /// WIGM B.3 and D.4; 167.20, "surplus fraction of a vote" and "transfer value".
    fn transfer_surplus(&self, ledger: &mut Ledger<'_, '_, '_>, from: OptionIndex) -> Step {
        let total = ledger.votes(from);
        let surplus = total.saturating_sub(self.quota);
        let one = 10_u128.pow(u32::from(self.form.decimals));
        let value = |value: u128| match self.form.value {
            NewValue::CutOnce => mul_div(value, surplus, total),
            // Invariant: a surplus below 2^67 times 10^4 stays below 2^81.
            NewValue::CutTwice => value * (surplus * one / total.max(1)) / one,
        };
        let (figure, of) = (ledger.figure(surplus), ledger.figure(total));
        let how = match self.form.value {
            NewValue::CutOnce => format!("its value × {figure} ÷ {of}"),
            NewValue::CutTwice => format!("its value × ({figure} ÷ {of}), both"),
        };
        let what = format!(
            "The surplus of {}, {figure} of {of}, is transferred: each paper goes on at {how} cut \
             after {}.",
            ledger.options().name(from),
            plural(u64::from(self.form.decimals), "decimal", "decimals"),
        );
        let bundles = ledger.take(from, |_| true);
        ledger.settle(from, self.quota);
        ledger.set_status(from, Status::Elected { transferred: true });
        let mut moved = ledger.distribute(bundles, |bundle| match bundle.worth {
            Worth::Each(each) => Worth::Each(value(each)),
            Worth::Together(votes) => Worth::Together(value(votes)),
        });
        let passed_on = moved.credited() + moved.nowhere.1;
        moved.rounding_loss = surplus.saturating_sub(passed_on);
        let action = StageAction::Surplus { from, surplus: figure, total: of };
        ledger.push_stage(action, self.form.clauses.surplus, &what, &moved);
        Step::Continue
    }

    /// WIGM B.4; 167.70(1)(c) and (e): papers go on at the value they came with.
    fn exclude(&self, ledger: &mut Ledger<'_, '_, '_>, out: &[OptionIndex], clause: &str) {
        let what = format!(
            "{}; the papers go on at the value they came with.",
            words::excluded(ledger, out)
        );
        self.move_out(ledger, out, exclusion(out), clause, &what);
    }

    fn exclude_doomed(&self, ledger: &mut Ledger<'_, '_, '_>, passed: PassedOver) -> Step {
        let PassedOver { option, .. } = passed;
        let what = format!(
            "{} {} is excluded; the papers go on at the value they came with.",
            passed.sentence,
            ledger.options().name(option)
        );
        let action = StageAction::CapExclusion { option, affiliation: passed.affiliation.clone() };
        ledger.passed_over.push(passed);
        self.move_out(ledger, &[option], action, "affiliation cap", &what);
        Step::Continue
    }

    fn move_out(
        &self,
        ledger: &mut Ledger<'_, '_, '_>,
        out: &[OptionIndex],
        action: StageAction,
        clause: &str,
        what: &str,
    ) {
        let mut bundles = Vec::new();
        for &option in out {
            ledger.set_status(option, Status::Excluded);
            bundles.append(&mut ledger.take(option, |_| true));
        }
        let moved = ledger.distribute(bundles, |bundle| bundle.worth);
        ledger.push_stage(action, clause, what, &moved);
    }
}
