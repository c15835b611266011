//! Motions: three sums, and each condition by its cross-multiplication.

use crate::methods::motion::sentence;
use crate::profile::{Marks, Tally};
use crate::rules::{
    Abstention, Basis, Bound, MotionRules, Quorum, QuorumBase, QuorumFailure, Share, ShareOf,
    Threshold, ThresholdShare, TieRule,
};
use crate::selection::Choice;
use crate::transcript::{
    ConditionRecord, CountRecord, Figure, MotionRecord, MotionResult, TieRecord, TieResolution,
};

use super::place::{Claim, records};
use super::ties::Ties;
use super::{COUNT, Case, CheckError, check_ranking, outcome, votes, wrong_kind};

records! {
    MotionRecord { yes, no, abstain, quorums, thresholds, casting } but {}
    ConditionRecord { reached, against, left, right, met } but { sentence }
}

/// Checks a motion.
pub(super) fn check(
    case: &Case<'_>,
    rules: &MotionRules,
    ties: &mut Ties<'_>,
) -> Result<(), CheckError> {
    let CountRecord::Motion(record) = &case.transcript.count else {
        return Err(wrong_kind(COUNT, &case.transcript.count, "motion"));
    };
    let sum = |wanted: Choice| {
        let those = case.profile.iter().filter(|(marks, _)| *marks == Marks::Choice(wanted));
        COUNT.fits(those.map(|(_, tally)| tally).try_fold(Tally::default(), Tally::plus))
    };
    let (yes, no, abstain) = (sum(Choice::Yes)?, sum(Choice::No)?, sum(Choice::Abstain)?);
    let sums = Sums { case, abstention: rules.abstention, yes, no, abstain };
    let quorums: Option<Vec<_>> = rules.quorums.iter().map(|q| sums.quorum(q)).collect();
    let thresholds: Option<Vec<_>> = rules.thresholds.iter().map(|t| sums.threshold(t)).collect();
    let (quorums, thresholds) = (COUNT.fits(quorums)?, COUNT.fits(thresholds)?);
    let valid = quorums.iter().all(|q| q.met);
    let may_tie = matches!(case.contest.rules().ties, TieRule::CastingVote {});
    let tied = valid && may_tie && is_tied(rules, &thresholds);
    let result = match rules.quorum_failure {
        QuorumFailure::NoDecision if !valid => MotionResult::NoDecision,
        QuorumFailure::Reopen if !valid => MotionResult::Reopen,
        QuorumFailure::NoDecision | QuorumFailure::Reopen | QuorumFailure::Fails => {
            match (valid && thresholds.iter().all(|t| t.met), tied, record.casting) {
                (true, ..) | (false, true, Some(Choice::Yes)) => MotionResult::Passed,
                (false, true, None) => MotionResult::Tied,
                (false, ..) => MotionResult::Failed,
            }
        }
    };
    // Which way the casting vote went is given; that it was asked for is not.
    let casting = record.casting.filter(|&vote| tied && vote != Choice::Abstain);
    record.compare(&MotionRecord { yes, no, abstain, quorums, thresholds, casting }, COUNT)?;
    check_ranking(case, &Vec::new())?;
    if tied {
        ties.follow(&tie(casting))?;
    }
    ties.finish()?;
    outcome::check_motion(case, result, &sentence(record, result))
}

/// Nothing stands in the way but that exactly half is reached where more than half is needed.
fn is_tied(rules: &MotionRules, thresholds: &[ConditionRecord]) -> bool {
    let half = |(threshold, record): (&Threshold, &ConditionRecord)| match threshold {
        Threshold::Share(ThresholdShare { share, .. }) => {
            let (n, d) = (share.ratio.numerator(), share.ratio.denominator());
            let of_half = u64::from(n).checked_mul(2) == Some(u64::from(d));
            share.bound == Bound::MoreThan
                && of_half
                && record.against > 0
                && record.reached.checked_mul(2) == Some(record.against)
        }
        Threshold::MinimumYes { .. }
        | Threshold::MaximumNo { .. }
        | Threshold::MinimumLead { .. }
        | Threshold::AllBut { .. } => false,
    };
    let mut unmet = rules.thresholds.iter().zip(thresholds).filter(|(_, t)| !t.met).peekable();
    unmet.peek().is_some() && unmet.all(half)
}

fn tie(casting: Option<Choice>) -> TieRecord {
    TieRecord {
        stage: 0,
        tied: Vec::new(),
        question: "the motion".to_owned(),
        looked_at: Vec::new(),
        resolution: match casting {
            Some(_) => TieResolution::CastingVote,
            None => TieResolution::Unresolved,
        },
        decided: Vec::new(),
        sentence: String::new(),
    }
}

struct Sums<'a> {
    case: &'a Case<'a>,
    abstention: Abstention,
    yes: Tally,
    no: Tally,
    abstain: Tally,
}

impl Sums<'_> {
    fn base(&self, by: Basis, of: QuorumBase) -> u64 {
        let electorate = self.case.transcript.electorate;
        match of {
            QuorumBase::Entitled => votes(by, electorate.entitled()),
            QuorumBase::Unrecused => votes(by, electorate.unrecused()),
            QuorumBase::Seats(seats) => u64::from(seats.get()),
        }
    }

    /// P, which was checked to be there where the rules ask for it.
    fn present(&self, by: Basis) -> Option<u64> {
        Some(votes(by, self.case.transcript.electorate.present?))
    }

    /// V: the votes that take part.
    fn taking_part(&self, by: Basis) -> Option<u64> {
        match self.abstention {
            Abstention::Neutral => votes(by, self.yes).checked_add(votes(by, self.no)),
            Abstention::QuorumOnly | Abstention::CountsAsNo => {
                Some(votes(by, self.case.profile.total()))
            }
        }
    }

    /// G: the votes against.
    fn against(&self, by: Basis) -> Option<u64> {
        match self.abstention {
            Abstention::Neutral | Abstention::QuorumOnly => Some(votes(by, self.no)),
            Abstention::CountsAsNo => votes(by, self.no).checked_add(votes(by, self.abstain)),
        }
    }

    fn quorum(&self, quorum: &Quorum) -> Option<ConditionRecord> {
        match *quorum {
            Quorum::Share { by, share: wanted } => {
                share(wanted, self.taking_part(by)?, self.base(by, QuorumBase::Entitled))
            }
            Quorum::ShareOf { by, share: wanted, of } => {
                share(wanted, self.taking_part(by)?, self.base(by, of))
            }
            Quorum::Present { by, share: wanted, of } => {
                share(wanted, self.present(by)?, self.base(by, of))
            }
            Quorum::AtLeast { by, number } => {
                let reached = self.taking_part(by)?;
                Some(number_reached(reached, number, reached >= number))
            }
            Quorum::PresentAtLeast { by, number } => {
                let reached = self.present(by)?;
                Some(number_reached(reached, number, reached >= number))
            }
        }
    }

    fn threshold(&self, threshold: &Threshold) -> Option<ConditionRecord> {
        match *threshold {
            Threshold::Share(ThresholdShare { by, share: wanted, of }) => {
                let yes = votes(by, self.yes);
                let whole = match of {
                    ShareOf::YesAndNo => yes.checked_add(self.against(by)?)?,
                    ShareOf::Cast => votes(by, self.case.profile.total()),
                    ShareOf::Present => self.present(by)?,
                    ShareOf::Entitled => self.base(by, QuorumBase::Entitled),
                    ShareOf::Unrecused => self.base(by, QuorumBase::Unrecused),
                    ShareOf::Seats(seats) => self.base(by, QuorumBase::Seats(seats)),
                };
                share(wanted, yes, whole)
            }
            Threshold::MinimumYes { by, number } => {
                let yes = votes(by, self.yes);
                Some(number_reached(yes, number, yes >= number))
            }
            Threshold::MaximumNo { by, number } => {
                let no = self.against(by)?;
                Some(number_reached(no, number, no <= number))
            }
            Threshold::MinimumLead { by, number } => {
                let (yes, no) = (votes(by, self.yes), self.against(by)?);
                let right = u128::from(no).checked_add(u128::from(number))?;
                let met = u128::from(yes) >= right;
                Some(condition(yes.saturating_sub(no), number, u128::from(yes), right, met))
            }
            Threshold::AllBut { by, number } => {
                let (yes, whole) = (votes(by, self.yes), self.base(by, QuorumBase::Unrecused));
                let left = u128::from(yes).checked_add(u128::from(number))?;
                let right = u128::from(whole);
                Some(condition(yes, whole, left, right, yes > 0 && left >= right))
            }
        }
    }
}

/// `reached ÷ against` against `numerator ÷ denominator`; a share of nothing is not reached.
fn share(share: Share, reached: u64, against: u64) -> Option<ConditionRecord> {
    let left = u128::from(reached).checked_mul(u128::from(share.ratio.denominator()))?;
    let right = u128::from(share.ratio.numerator()).checked_mul(u128::from(against))?;
    let met = match share.bound {
        Bound::AtLeast => left >= right,
        Bound::MoreThan => left > right,
    };
    Some(condition(reached, against, left, right, met && against > 0))
}

fn number_reached(reached: u64, number: u64, met: bool) -> ConditionRecord {
    condition(reached, number, u128::from(reached), u128::from(number), met)
}

fn condition(reached: u64, against: u64, left: u128, right: u128, met: bool) -> ConditionRecord {
    let (left, right) = (Figure::from(left), Figure::from(right));
    ConditionRecord { reached, against, left, right, met, sentence: String::new() }
}
