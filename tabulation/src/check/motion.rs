//! Motions: three sums, and each condition by its cross-multiplication.

use crate::profile::{Marks, Tally};
use crate::rules::{
    Abstention, Basis, Bound, MotionRules, Quorum, QuorumFailure, Share, ShareOf, Threshold,
};
use crate::selection::Choice;
use crate::transcript::{ConditionRecord, CountRecord, Figure, MotionRecord, MotionResult};

use super::place::{Claim, records};
use super::{COUNT, Case, CheckError, check_ranking, outcome, votes, wrong_kind};

records! {
    MotionRecord { yes, no, abstain, quorums, thresholds } but {}
    ConditionRecord { reached, against, left, right, met } but { sentence }
}

/// Checks a motion.
pub(super) fn check(case: &Case<'_>, rules: &MotionRules) -> Result<(), CheckError> {
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
    let result = match rules.quorum_failure {
        QuorumFailure::NoDecision if !valid => MotionResult::NoDecision,
        QuorumFailure::NoDecision | QuorumFailure::Fails => {
            match valid && thresholds.iter().all(|t| t.met) {
                true => MotionResult::Passed,
                false => MotionResult::Failed,
            }
        }
    };
    record.compare(&MotionRecord { yes, no, abstain, quorums, thresholds }, COUNT)?;
    check_ranking(case, &Vec::new())?;
    outcome::check_motion(case, result)
}

struct Sums<'a> {
    case: &'a Case<'a>,
    abstention: Abstention,
    yes: Tally,
    no: Tally,
    abstain: Tally,
}

impl Sums<'_> {
    fn entitled(&self, by: Basis) -> u64 {
        let electorate = self.case.transcript.electorate;
        match by {
            Basis::Heads => electorate.entitled_heads,
            Basis::Weight => electorate.entitled_weight,
        }
    }

    fn quorum(&self, quorum: &Quorum) -> Option<ConditionRecord> {
        let present = |by| match self.abstention {
            Abstention::Neutral => votes(by, self.yes).checked_add(votes(by, self.no)),
            Abstention::QuorumOnly | Abstention::CountsAsNo => {
                Some(votes(by, self.case.profile.total()))
            }
        };
        match quorum {
            Quorum::Share { by, share: wanted } => {
                share(*wanted, present(*by)?, self.entitled(*by))
            }
            Quorum::AtLeast { by, number } => {
                let present = present(*by)?;
                Some(number_reached(present, *number, present >= *number))
            }
        }
    }

    fn threshold(&self, threshold: &Threshold) -> Option<ConditionRecord> {
        let against = |by| match self.abstention {
            Abstention::Neutral | Abstention::QuorumOnly => Some(votes(by, self.no)),
            Abstention::CountsAsNo => votes(by, self.no).checked_add(votes(by, self.abstain)),
        };
        match threshold {
            Threshold::Share(wanted) => {
                let by = wanted.by;
                let whole = match wanted.of {
                    ShareOf::YesAndNo => votes(by, self.yes).checked_add(against(by)?)?,
                    ShareOf::Cast => votes(by, self.case.profile.total()),
                    ShareOf::Entitled => self.entitled(by),
                };
                share(wanted.share, votes(by, self.yes), whole)
            }
            Threshold::MinimumYes { by, number } => {
                let yes = votes(*by, self.yes);
                Some(number_reached(yes, *number, yes >= *number))
            }
            Threshold::MaximumNo { by, number } => {
                let no = against(*by)?;
                Some(number_reached(no, *number, no <= *number))
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
    Some(ConditionRecord {
        reached,
        against,
        left: Figure::from(left),
        right: Figure::from(right),
        met: met && against > 0,
        sentence: String::new(),
    })
}

fn number_reached(reached: u64, number: u64, met: bool) -> ConditionRecord {
    ConditionRecord {
        reached,
        against: number,
        left: Figure::from(reached),
        right: Figure::from(number),
        met,
        sentence: String::new(),
    }
}
