//! The rules of the Electoral Reform Society: R. A. Newland and F. S. Britton, "How to conduct an
//! election by the Single Transferable Vote", third edition, 1997, section 5.
//!
//! Figures have two decimals. Of an elected candidate's papers only the batch received last goes
//! on (5.3.2), at a value that uses up the surplus among the papers that can go on (5.3.7). Small
//! surpluses wait (5.2.2), several candidates are excluded together (5.2.5), and papers of excluded
//! candidates go on batch by batch, the highest value first (5.4.11).
//!
//! A stage of the transcript is a point in the count after the transfer of a batch of papers: an
//! exclusion with papers of three values is three stages. Ties look at these points, from the first
//! one on (5.2.3, 5.2.5, 5.6.2). A stage's quota is the vote then required for election (5.6.1).

use super::ledger::{Ledger, Receivers, Status};
use super::papers::{Bundle, Papers, Worth};
use super::polls::exclusion;
use super::{Procedure, Step, words};
use crate::count::CountError;
use crate::english::plural;
use crate::methods::Counted;
use crate::methods::capped::with_and_without_cap;
use crate::methods::equals::Seating;
use crate::option::OptionIndex;
use crate::profile::Profile;
use crate::rules::{Contest, Ers97Rules, LookBack};
use crate::ties::{Favour, TieBreaker};
use crate::transcript::{PassedOver, StageAction};

/// 5.1.6, 5.3.7: "two decimal places".
const DECIMALS: u8 = 2;
/// One vote in hundredths.
const ONE: u128 = 100;
/// 5.2.3, 5.2.5, 5.6.2: "at the first stage or at the earliest point in the count ... where they
/// had unequal votes".
const LOOK_BACK: LookBack = LookBack::Forwards;

/// Counts by the ERS rules of 1997.
pub(crate) fn count(
    contest: &Contest,
    profile: &Profile,
    rules: &Ers97Rules,
    ties: &mut TieBreaker<'_>,
) -> Result<Counted, CountError> {
    let (papers, bundles) = Papers::of(contest, profile, rules.by, |_| Worth::Each(ONE));
    // Invariant: counts sum to at most the profile's checked total.
    let valid: u64 = bundles.iter().map(|b| b.count).sum();
    with_and_without_cap(contest, ties, |limit, ties| {
        let laid_out = (&papers, bundles.clone());
        let rule = (DECIMALS, Receivers::Continuing);
        let ledger = Ledger::open(contest, laid_out, limit, ties, rule, "5.1");
        let valid = u128::from(valid) * ONE;
        let seats = u128::from(contest.rules().seats);
        let quota = valid.div_ceil(seats + 1);
        let sentence = format!(
            "The quota is {}: {} divided by {} (one more than the places), to two decimals, \
             rounded up (5.1.6).",
            ledger.figure(quota),
            ledger.figure(valid),
            seats + 1
        );
        let mut count = Ers97 { valid, quota, required: quota, leaving: None };
        super::run(ledger, &mut count, quota, sentence)
    })
}

/// Candidates being excluded, whose batches are not all transferred.
struct Leaving {
    out: Vec<OptionIndex>,
    action: StageAction,
    clause: &'static str,
}

/// One count's procedure.
struct Ers97 {
    /// The total valid vote.
    valid: u128,
    quota: u128,
    /// The vote required for election (5.6.1).
    required: u128,
    leaving: Option<Leaving>,
}

impl Procedure for Ers97 {
    fn step(&mut self, ledger: &mut Ledger<'_, '_, '_>) -> Result<Step, CountError> {
        self.lower_quota(ledger);
        if let Some(tied) = self.elect(ledger)? {
            return Ok(Step::Stuck(tied));
        }
        // 4.3: "or there is the same number of candidates left as unfilled seats".
        ledger.elect_rest("4.3");
        self.note_required(ledger);
        // 5.5.2: no further transfers are made.
        if ledger.vacancies() == 0 || ledger.continuing().is_empty() {
            return Ok(Step::Complete);
        }
        if let Some(leaving) = self.leaving.take() {
            self.transfer_batch(ledger, leaving);
            return Ok(Step::Continue);
        }
        match ledger.next_doomed(LOOK_BACK)? {
            Some(Ok(passed)) => return Ok(self.exclude_doomed(ledger, passed)),
            Some(Err(tied)) => return Ok(Step::Stuck(tied)),
            None => {}
        }
        let with_surplus = ledger.with_surplus(self.quota);
        // Invariant: sums of votes are parts of the profile's checked total.
        let surplus = ledger.sum(&with_surplus) - self.quota * with_surplus.len() as u128;
        let out = excludable(ledger, surplus);
        // 5.2.2: a surplus waits where it could not save anybody from exclusion.
        if surplus > 0 && out.is_empty() {
            let question = "the transfer of the surplus";
            return Ok(match ledger.extreme(&with_surplus, question, Favour::Most, LOOK_BACK)? {
                Ok(from) => self.transfer_surplus(ledger, from),
                Err(tied) => Step::Stuck(tied),
            });
        }
        match name_tied(ledger, out)? {
            Ok(out) => Ok(self.propose(ledger, out, surplus)),
            Err(tied) => Ok(Step::Stuck(tied)),
        }
    }
}

impl Ers97 {
    /// 5.4.8: while nobody is deemed elected, the quota ignores non-transferable votes.
    fn lower_quota(&mut self, ledger: &mut Ledger<'_, '_, '_>) {
        if !ledger.winners.is_empty() {
            return;
        }
        let seats = u128::from(ledger.contest.rules().seats);
        let quota = self.valid.saturating_sub(ledger.non_transferable).div_ceil(seats + 1);
        if quota < self.quota {
            self.quota = quota;
            let sentence = format!(
                "Nobody is elected yet, so the quota falls to {} (5.4.8).",
                ledger.figure(quota)
            );
            ledger.say(&sentence);
        }
    }

    /// 5.1.7, 5.3.13, 5.4.9: deems elected whoever has the vote required, which falls as places
    /// are filled. Returns a tie that the rules leave open.
    fn elect(
        &mut self,
        ledger: &mut Ledger<'_, '_, '_>,
    ) -> Result<Option<Vec<OptionIndex>>, CountError> {
        loop {
            if ledger.vacancies() == 0 {
                return Ok(None);
            }
            self.required = self.required_now(ledger);
            let mut reached = ledger.highest_first();
            reached.retain(|&o| ledger.votes(o) >= self.required && ledger.may_be_seated(o));
            let before = ledger.winners.len();
            let groups: Vec<Vec<OptionIndex>> = reached
                .chunk_by(|&a, &b| ledger.votes(a) == ledger.votes(b))
                .map(<[OptionIndex]>::to_vec)
                .collect();
            for mut group in groups {
                group.retain(|&o| ledger.may_be_seated(o));
                if group.len() > ledger.vacancies() {
                    group = ahead(ledger, &group);
                }
                let seated = ledger.seat_equals(group, LOOK_BACK)?;
                for option in seated.elected {
                    let sentence = self.elected_sentence(ledger, option);
                    ledger.say(&sentence);
                }
                if seated.tied.is_some() {
                    self.note_required(ledger);
                    return Ok(seated.tied);
                }
            }
            if ledger.winners.len() == before {
                return Ok(None);
            }
        }
    }

    /// 5.3.13(b) with 6.20: the total active vote divided by one more than the places not yet
    /// filled, in hundredths rounded up, which is the least vote that equals or exceeds it. It is
    /// never more than the quota, which (a) asks for.
    fn required_now(&self, ledger: &Ledger<'_, '_, '_>) -> u128 {
        let elected = ledger.with_status(|s| matches!(s, Status::Elected { .. }));
        let kept: u128 = elected.iter().map(|&o| ledger.votes(o).min(self.quota)).sum();
        let active = ledger.credited().saturating_sub(kept);
        active.div_ceil(ledger.vacancies() as u128 + 1)
    }

    fn elected_sentence(&self, ledger: &Ledger<'_, '_, '_>, option: OptionIndex) -> String {
        if ledger.votes(option) >= self.quota {
            return words::elected(ledger, option);
        }
        format!(
            "{} has {}, which is at least the {} now required: elected.",
            ledger.options().name(option),
            ledger.figure(ledger.votes(option)),
            ledger.figure(self.required)
        )
    }

    fn note_required(&self, ledger: &mut Ledger<'_, '_, '_>) {
        let required = ledger.figure(self.required);
        if let Some(stage) = ledger.stages.last_mut() {
            stage.quota = Some(required);
        }
    }

    /// 5.3: transfers the surplus of one candidate.
    fn transfer_surplus(&self, ledger: &mut Ledger<'_, '_, '_>, from: OptionIndex) -> Step {
        let total = ledger.votes(from);
        let surplus = total.saturating_sub(self.quota);
        // 5.3.1, 5.3.2: the batch received last.
        let last = ledger.pile(from).iter().map(|b| b.received).max().unwrap_or(0);
        let of_batch = |b: &&Bundle| b.received == last && ledger.transferable(b);
        let batch = ledger.pile(from).iter().filter(of_batch);
        // Invariant: papers and votes are parts of the profile's checked total.
        let (papers, value) =
            batch.fold((0_u64, 0_u128), |(papers, votes), b| (papers + b.count, votes + b.votes()));
        // 5.3.7: the surplus among the papers that can go on, two decimals, the remainder ignored;
        // papers worth no more than the surplus keep their value.
        let reduced = (value > surplus).then(|| surplus / u128::from(papers.max(1)));
        let (figure, of) = (ledger.figure(surplus), ledger.figure(total));
        let name = ledger.options().name(from);
        let papers = plural(papers, "transferable paper", "transferable papers");
        let what = match reduced {
            Some(value) => format!(
                "The surplus of {name}, {figure} of {of}, is transferred: {figure} divided by \
                 {papers} of the last batch is {} for each, cut after two decimals.",
                ledger.figure(value)
            ),
            None => format!(
                "The surplus of {name}, {figure} of {of}, is transferred: {papers} of the last \
                 batch, worth no more than that, go on at the value they came with."
            ),
        };
        let bundles = ledger.take(from, |b| b.received == last);
        ledger.settle(from, self.quota);
        ledger.set_status(from, Status::Elected { transferred: true });
        let mut moved =
            ledger.distribute(bundles, |bundle| reduced.map_or(bundle.worth, Worth::Each));
        // 5.3.9, 5.3.10, 6.11: what is not credited is non-transferable: the neglected remainder
        // where papers were reduced, else the value of the papers that do not go on.
        let left = surplus.saturating_sub(moved.credited());
        match reduced {
            Some(_) => (moved.nowhere.1, moved.rounding_loss) = (0, left),
            None => (moved.nowhere.1, moved.rounding_loss) = (left, 0),
        }
        let action = StageAction::Surplus { from, surplus: figure, total: of };
        ledger.push_stage(action, "5.3", &what, &moved);
        Step::Continue
    }

    /// 5.5.1: an exclusion that would leave only as many as there are places fills them instead.
    fn propose(
        &mut self,
        ledger: &mut Ledger<'_, '_, '_>,
        out: Vec<OptionIndex>,
        surplus: u128,
    ) -> Step {
        let action = exclusion(&out);
        let mut what = words::excluded(ledger, &out);
        if surplus > 0 {
            what = format!(
                "The surpluses, {} together, could not save the lowest and wait (5.2.2). {what}",
                ledger.figure(surplus)
            );
        }
        self.begin(ledger, Leaving { out, action, clause: "5.4" }, &what)
    }

    fn exclude_doomed(&mut self, ledger: &mut Ledger<'_, '_, '_>, passed: PassedOver) -> Step {
        let PassedOver { option, .. } = passed;
        let what = format!("{} {} is excluded", passed.sentence, ledger.options().name(option));
        let action = StageAction::CapExclusion { option, affiliation: passed.affiliation.clone() };
        ledger.passed_over.push(passed);
        let leaving = Leaving { out: vec![option], action, clause: "affiliation cap" };
        self.begin(ledger, leaving, &what)
    }

    fn begin(&mut self, ledger: &mut Ledger<'_, '_, '_>, leaving: Leaving, what: &str) -> Step {
        for &option in &leaving.out {
            ledger.set_status(option, Status::Excluded);
        }
        if ledger.continuing().len() <= ledger.vacancies() {
            let sentence = format!(
                "To exclude {} would leave as many as there are places.",
                ledger.options().names(&leaving.out)
            );
            ledger.say(&sentence);
            ledger.elect_rest("5.5.1");
            return Step::Complete;
        }
        self.transfer(ledger, leaving, what);
        Step::Continue
    }

    /// 5.4.11: the next batch of an exclusion under way.
    fn transfer_batch(&mut self, ledger: &mut Ledger<'_, '_, '_>, leaving: Leaving) {
        let what = format!("The exclusion of {} goes on", ledger.options().names(&leaving.out));
        self.transfer(ledger, leaving, &what);
    }

    /// 5.4.1, 5.4.2: the papers of the highest value, of all who are excluded, go on at it.
    fn transfer(&mut self, ledger: &mut Ledger<'_, '_, '_>, leaving: Leaving, what: &str) {
        let values = |ledger: &Ledger<'_, '_, '_>| {
            let piles = leaving.out.iter().flat_map(|&o| ledger.pile(o));
            piles.map(Bundle::value).max()
        };
        let highest = values(ledger);
        let what = match highest {
            Some(value) => format!("{what}; the papers worth {} go on.", ledger.figure(value)),
            None => format!("{what}, without papers."),
        };
        let mut bundles = Vec::new();
        for &option in &leaving.out {
            bundles.append(&mut ledger.take(option, |b| Some(b.value()) == highest));
        }
        let moved = ledger.distribute(bundles, |bundle| bundle.worth);
        ledger.push_stage(leaving.action.clone(), leaving.clause, &what, &moved);
        if values(ledger).is_some() {
            self.leaving = Some(leaving);
        }
    }
}

/// 5.2.5: the largest number of the lowest who can be excluded together: enough remain (a), and
/// their votes with the deferred surpluses do not exceed the vote of the next above (b). With a
/// surplus this is also the question whether it waits (5.2.2): nobody, and it does not.
fn excludable(ledger: &Ledger<'_, '_, '_>, surplus: u128) -> Vec<OptionIndex> {
    let mut lowest = ledger.unguarded();
    lowest.sort_by_key(|&o| (ledger.votes(o), o));
    // Who of equal candidates goes decides whom the cap still lets fill the places, so under a cap
    // they go one at a time.
    let at_most = if ledger.constraint.is_some() { 1 } else { lowest.len() };
    let (mut most, mut together) = (0, surplus);
    for number in 1..=at_most.min(lowest.len()) {
        let (out, above) = lowest.split_at(number);
        if !ledger.can_spare(out) {
            break;
        }
        together += out.last().map_or(0, |&o| ledger.votes(o));
        let fits = match above.first() {
            Some(&next) => together <= ledger.votes(next),
            // All others are guarded by the cap: there is no next above.
            None => number == 1 && surplus == 0,
        };
        if fits {
            most = number;
        }
    }
    lowest.truncate(most);
    lowest
}

/// 5.2.5, last paragraph: where only some of those with equal votes are excluded, earlier points in
/// the count and then the rule for ties say who. The group comes back in ballot order.
fn name_tied(
    ledger: &mut Ledger<'_, '_, '_>,
    mut out: Vec<OptionIndex>,
) -> Result<Result<Vec<OptionIndex>, Vec<OptionIndex>>, CountError> {
    let Some(&highest) = out.last() else { return Ok(Err(Vec::new())) };
    let votes = ledger.votes(highest);
    let mut equal = ledger.unguarded();
    equal.retain(|&o| ledger.votes(o) == votes);
    let wanted = out.iter().filter(|&&o| ledger.votes(o) == votes).count();
    if equal.len() > wanted {
        out.retain(|&o| ledger.votes(o) < votes);
        for _ in 0..wanted {
            let chosen = ledger.extreme(&equal, "exclusion", Favour::Least, LOOK_BACK)?;
            match chosen {
                Ok(option) => {
                    equal.retain(|&o| o != option);
                    out.push(option);
                }
                Err(tied) => return Ok(Err(tied)),
            }
        }
    }
    out.sort_unstable();
    Ok(Ok(out))
}

/// 5.6.2: where equal candidates do not all fit into the places left, those who were ahead at the
/// earliest point where they differed, and nobody where they never differed.
fn ahead(ledger: &mut Ledger<'_, '_, '_>, group: &[OptionIndex]) -> Vec<OptionIndex> {
    let mut order = group.to_vec();
    order.sort_by_key(|&o| {
        let totals = ledger.history.iter().map(|totals| totals.get(o.index()).copied());
        (std::cmp::Reverse(totals.collect::<Vec<_>>()), o)
    });
    let same = |a: OptionIndex, b: OptionIndex| {
        ledger.history.iter().all(|totals| totals.get(a.index()) == totals.get(b.index()))
    };
    // Whoever never differed from somebody who finds no place is not elected at this stage.
    let (fitting, others) = order.split_at(ledger.vacancies().min(order.len()));
    let first_out = others.first().copied();
    let sure = fitting.iter().copied().filter(|&o| first_out.is_none_or(|out| !same(o, out)));
    let sure: Vec<OptionIndex> = sure.collect();
    let sentence = format!(
        "{} have equal votes and cannot all have a place; by the earliest point where they \
         differed, {} (5.6.2).",
        ledger.options().names(group),
        match sure.as_slice() {
            [] => "nobody is elected by this stage".to_owned(),
            some => format!("{} first", ledger.options().names(some)),
        }
    );
    ledger.say(&sentence);
    sure
}
