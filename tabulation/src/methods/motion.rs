//! Motions: yes, no or abstain against quorums and thresholds.

use crate::count::Electorate;
use crate::english::percent;
use crate::profile::{Marks, Profile, Tally};
use crate::rules::{
    Abstention, Basis, Bound, MotionRules, Quorum, QuorumBase, QuorumFailure, Share, ShareOf,
    Threshold, ThresholdShare,
};
use crate::selection::Choice;
use crate::ties::TieBreaker;
use crate::transcript::{
    ConditionRecord, CountRecord, Figure, MotionRecord, MotionResult, Outcome,
};

use super::Counted;

impl MotionResult {
    /// What became of a motion, in one sentence.
    pub(crate) fn sentence(self, casting: Option<Choice>) -> &'static str {
        match (self, casting) {
            (Self::Passed, None) => "The motion passed.",
            (Self::Passed, Some(_)) => "The motion is tied and passed by the casting vote.",
            (Self::Failed, None) => "The motion failed.",
            (Self::Failed, Some(_)) => "The motion is tied and failed by the casting vote.",
            (Self::NoDecision, _) => "The quorum was missed, so nothing is decided.",
            (Self::Reopen, _) => "The quorum was missed, so the vote is opened again.",
            (Self::Tied, _) => "The motion is tied; the casting vote has not been given.",
        }
    }
}

impl Basis {
    /// The number of a tally that counts.
    pub(crate) fn of(self, tally: Tally) -> u64 {
        match self {
            Self::Heads => tally.heads,
            Self::Weight => tally.weight,
        }
    }
}

#[derive(Default)]
struct Votes {
    yes: Tally,
    no: Tally,
    abstain: Tally,
}

impl Votes {
    fn of(profile: &Profile) -> Self {
        let mut votes = Self::default();
        for (marks, tally) in profile.iter() {
            match marks {
                Marks::Choice(Choice::Yes) => votes.yes = tally,
                Marks::Choice(Choice::No) => votes.no = tally,
                Marks::Choice(Choice::Abstain) => votes.abstain = tally,
                // Invariant: ballots of another form were refused before counting.
                Marks::Chosen(_) | Marks::Ranking(_) | Marks::Scores(_) => {}
            }
        }
        votes
    }

    // Invariant (here and below): parts of a profile sum to at most its checked total.
    fn present(&self, by: Basis, abstention: Abstention) -> u64 {
        let voted = by.of(self.yes).saturating_add(by.of(self.no));
        match abstention {
            Abstention::Neutral => voted,
            Abstention::QuorumOnly | Abstention::CountsAsNo => {
                voted.saturating_add(by.of(self.abstain))
            }
        }
    }

    fn against(&self, by: Basis, abstention: Abstention) -> u64 {
        match abstention {
            Abstention::Neutral | Abstention::QuorumOnly => by.of(self.no),
            Abstention::CountsAsNo => by.of(self.no).saturating_add(by.of(self.abstain)),
        }
    }

    fn cast(&self, by: Basis) -> u64 {
        [self.yes, self.no, self.abstain].iter().fold(0, |sum, &t| by.of(t).saturating_add(sum))
    }
}

/// Counts a motion.
pub(crate) fn count(
    rules: &MotionRules,
    profile: &Profile,
    electorate: &Electorate,
    ties: &mut TieBreaker<'_>,
) -> Counted {
    let votes = Votes::of(profile);
    let vote = Vote { votes, abstention: rules.abstention, electorate };
    let quorums: Vec<_> = rules.quorums.iter().map(|q| vote.quorum(q)).collect();
    let thresholds: Vec<_> = rules.thresholds.iter().map(|t| vote.threshold(t)).collect();
    let mut casting = None;
    let result = match (quorums.iter().all(|c| c.met), rules.quorum_failure) {
        (true, _) if thresholds.iter().all(|c| c.met) => MotionResult::Passed,
        (true, _) => match tie(rules, &thresholds) {
            Some(at) if ties.may_settle_motion() => {
                casting = ties.settle_motion(&format!("{} of {}", at.reached, at.against));
                match casting {
                    Some(Choice::Yes) => MotionResult::Passed,
                    Some(Choice::No | Choice::Abstain) => MotionResult::Failed,
                    None => MotionResult::Tied,
                }
            }
            Some(_) | None => MotionResult::Failed,
        },
        (false, QuorumFailure::Fails) => MotionResult::Failed,
        (false, QuorumFailure::NoDecision) => MotionResult::NoDecision,
        (false, QuorumFailure::Reopen) => MotionResult::Reopen,
    };
    let Votes { yes, no, abstain } = vote.votes;
    let record = MotionRecord { yes, no, abstain, quorums, thresholds, casting };
    Counted {
        sentence: sentence(&record, result),
        record: CountRecord::Motion(record),
        ranking: Vec::new(),
        cap: None,
        outcome: Outcome::Motion { result },
    }
}

/// A motion is tied where nothing stands in its way but this: exactly half is reached of
/// something of which more than half is needed. The first such threshold.
fn tie<'a>(rules: &MotionRules, records: &'a [ConditionRecord]) -> Option<&'a ConditionRecord> {
    let is_half = |threshold: &Threshold, record: &ConditionRecord| match threshold {
        Threshold::Share(t) => {
            t.share.bound == Bound::MoreThan
                && t.share.ratio.is_half()
                && record.against > 0
                && record.left == record.right
        }
        Threshold::MinimumYes { .. }
        | Threshold::MaximumNo { .. }
        | Threshold::MinimumLead { .. }
        | Threshold::AllBut { .. } => false,
    };
    let mut unmet = rules.thresholds.iter().zip(records).filter(|(_, record)| !record.met);
    let (_, first) = unmet.clone().next()?;
    unmet.all(|(threshold, record)| is_half(threshold, record)).then_some(first)
}

/// A vote with all that its conditions are measured against.
struct Vote<'a> {
    votes: Votes,
    abstention: Abstention,
    electorate: &'a Electorate,
}

impl Vote<'_> {
    /// Everybody entitled, or without those recused, or the seats fixed in the rules.
    fn base(&self, by: Basis, of: QuorumBase) -> u64 {
        match of {
            QuorumBase::Entitled => by.of(self.electorate.entitled()),
            QuorumBase::Unrecused => by.of(self.electorate.unrecused()),
            QuorumBase::Seats(seats) => u64::from(seats.get()),
        }
    }

    /// Invariant: rules that ask who was present are not counted without it.
    fn present(&self, by: Basis) -> u64 {
        by.of(self.electorate.present.unwrap_or_default())
    }

    fn quorum(&self, quorum: &Quorum) -> ConditionRecord {
        let voting = |by| self.votes.present(by, self.abstention);
        let (reached, whole, share) = match *quorum {
            Quorum::Share { by, share } => (voting(by), self.base(by, QuorumBase::Entitled), share),
            Quorum::ShareOf { by, share, of } => (voting(by), self.base(by, of), share),
            Quorum::Present { by, share, of } => (self.present(by), self.base(by, of), share),
            Quorum::AtLeast { by, number } => {
                return at_least(&quorum.words(), "quorum", voting(by), number);
            }
            Quorum::PresentAtLeast { by, number } => {
                return at_least(&quorum.words(), "quorum", self.present(by), number);
            }
        };
        share_record(&quorum.words(), "quorum", reached, whole, share)
    }

    fn threshold(&self, threshold: &Threshold) -> ConditionRecord {
        let words = threshold.words();
        let yes = |by: Basis| by.of(self.votes.yes);
        let against = |by| self.votes.against(by, self.abstention);
        match *threshold {
            Threshold::Share(ThresholdShare { by, share, of }) => {
                let whole = match of {
                    ShareOf::YesAndNo => yes(by).saturating_add(against(by)),
                    ShareOf::Cast => self.votes.cast(by),
                    ShareOf::Present => self.present(by),
                    ShareOf::Entitled => self.base(by, QuorumBase::Entitled),
                    ShareOf::Unrecused => self.base(by, QuorumBase::Unrecused),
                    ShareOf::Seats(seats) => self.base(by, QuorumBase::Seats(seats)),
                };
                share_record(&words, "threshold", yes(by), whole, share)
            }
            Threshold::MinimumYes { by, number } => at_least(&words, "threshold", yes(by), number),
            Threshold::MaximumNo { by, number } => {
                let no = against(by);
                number_record(&words, "threshold", no, number, no <= number)
            }
            Threshold::MinimumLead { by, number } => {
                lead_record(&words, yes(by), against(by), number)
            }
            Threshold::AllBut { by, number } => {
                let whole = self.base(by, QuorumBase::Unrecused);
                all_but_record(&words, yes(by), whole, number)
            }
        }
    }
}

fn share_record(
    words: &str,
    what: &str,
    reached: u64,
    whole: u64,
    share: Share,
) -> ConditionRecord {
    let (numerator, denominator) = (share.ratio.numerator(), share.ratio.denominator());
    let left = u128::from(reached) * u128::from(denominator);
    let right = u128::from(numerator) * u128::from(whole);
    let met = share.is_met(reached, whole);
    let percent = match whole {
        0 => String::new(),
        _ => format!(" is {}", percent(reached, whole)),
    };
    let sentence = format!(
        "The {what} of {words} is {}: {reached} of {whole}{percent} ({reached} × {denominator} = \
         {left}, {numerator} × {whole} = {right}).",
        verdict(met)
    );
    let (left, right) = (Figure::from(left), Figure::from(right));
    ConditionRecord { reached, against: whole, left, right, met, sentence }
}

fn at_least(words: &str, what: &str, reached: u64, number: u64) -> ConditionRecord {
    number_record(words, what, reached, number, reached >= number)
}

fn lead_record(words: &str, yes: u64, no: u64, number: u64) -> ConditionRecord {
    let left = u128::from(yes);
    let right = u128::from(no) + u128::from(number);
    let met = left >= right;
    ConditionRecord {
        reached: yes.saturating_sub(no),
        against: number,
        left: Figure::from(left),
        right: Figure::from(right),
        met,
        sentence: format!(
            "The threshold of {words} is {}: {yes} in favour, {no} against and {number} are \
             {right}.",
            verdict(met)
        ),
    }
}

fn all_but_record(words: &str, yes: u64, whole: u64, number: u64) -> ConditionRecord {
    let left = u128::from(yes) + u128::from(number);
    let right = u128::from(whole);
    // Nobody in favour adopts nothing, however few are entitled.
    let met = yes > 0 && left >= right;
    ConditionRecord {
        reached: yes,
        against: whole,
        left: Figure::from(left),
        right: Figure::from(right),
        met,
        sentence: format!(
            "The threshold of {words} is {}: {yes} of {whole} are, and with {number} they are \
             {left}.",
            verdict(met)
        ),
    }
}

fn number_record(words: &str, what: &str, reached: u64, number: u64, met: bool) -> ConditionRecord {
    ConditionRecord {
        reached,
        against: number,
        left: Figure::from(reached),
        right: Figure::from(number),
        met,
        sentence: format!("The {what} of {words} is {}: there are {reached}.", verdict(met)),
    }
}

fn verdict(met: bool) -> &'static str {
    if met { "met" } else { "not met" }
}

/// The votes, every condition and what became of the motion.
pub(crate) fn sentence(record: &MotionRecord, result: MotionResult) -> String {
    let MotionRecord { yes, no, abstain, quorums, thresholds, casting } = record;
    let weight = if [yes, no, abstain].iter().all(|t| t.heads == t.weight) {
        String::new()
    } else {
        format!(" (by voting power {}, {} and {})", yes.weight, no.weight, abstain.weight)
    };
    let conditions: Vec<&str> =
        quorums.iter().chain(thresholds).map(|c| c.sentence.as_str()).collect();
    format!(
        "{} in favour, {} against, {} abstained{weight}. {} {}",
        yes.heads,
        no.heads,
        abstain.heads,
        conditions.join(" "),
        result.sentence(*casting)
    )
}
