//! Motions: yes, no or abstain against quorums and thresholds.

use crate::count::Electorate;
use crate::profile::{Marks, Profile, Tally};
use crate::ratio::Ratio;
use crate::rules::{Abstention, Basis, MotionRules, Quorum, QuorumFailure, ShareOf, Threshold};
use crate::selection::Choice;
use crate::transcript::{
    ConditionRecord, CountRecord, Figure, MotionRecord, MotionResult, Outcome,
};

use super::Counted;

impl Basis {
    /// The number of a tally that counts.
    pub(crate) fn of(self, tally: Tally) -> u64 {
        match self {
            Self::Heads => tally.heads,
            Self::Weight => tally.weight,
        }
    }

    fn entitled(self, electorate: &Electorate) -> u64 {
        match self {
            Self::Heads => electorate.entitled_heads,
            Self::Weight => electorate.entitled_weight,
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
pub(crate) fn count(rules: &MotionRules, profile: &Profile, electorate: &Electorate) -> Counted {
    let votes = Votes::of(profile);
    let quorums: Vec<_> =
        rules.quorums.iter().map(|q| quorum(q, &votes, rules.abstention, electorate)).collect();
    let thresholds: Vec<_> = rules
        .thresholds
        .iter()
        .map(|t| threshold(t, &votes, rules.abstention, electorate))
        .collect();
    let result = match (quorums.iter().all(|c| c.met), rules.quorum_failure) {
        (true, _) if thresholds.iter().all(|c| c.met) => MotionResult::Passed,
        (true, _) | (false, QuorumFailure::Fails) => MotionResult::Failed,
        (false, QuorumFailure::NoDecision) => MotionResult::NoDecision,
    };
    let sentence = sentence(&votes, &quorums, &thresholds, result);
    Counted {
        record: CountRecord::Motion(MotionRecord {
            yes: votes.yes,
            no: votes.no,
            abstain: votes.abstain,
            quorums,
            thresholds,
        }),
        ranking: Vec::new(),
        cap: None,
        outcome: Outcome::Motion { result },
        sentence,
    }
}

fn quorum(
    quorum: &Quorum,
    votes: &Votes,
    abstention: Abstention,
    electorate: &Electorate,
) -> ConditionRecord {
    match quorum {
        Quorum::Share { by, share } => {
            let (reached, whole) = (votes.present(*by, abstention), by.entitled(electorate));
            let met = share.is_met(reached, whole);
            share_record(&quorum.words(), "quorum", reached, whole, share.ratio, met)
        }
        Quorum::AtLeast { by, number } => {
            let reached = votes.present(*by, abstention);
            number_record(&quorum.words(), "quorum", reached, *number, reached >= *number)
        }
    }
}

fn threshold(
    threshold: &Threshold,
    votes: &Votes,
    abstention: Abstention,
    electorate: &Electorate,
) -> ConditionRecord {
    let words = threshold.words();
    match threshold {
        Threshold::Share(t) => {
            let yes = t.by.of(votes.yes);
            let whole = match t.of {
                ShareOf::YesAndNo => yes.saturating_add(votes.against(t.by, abstention)),
                ShareOf::Cast => votes.cast(t.by),
                ShareOf::Entitled => t.by.entitled(electorate),
            };
            let met = t.share.is_met(yes, whole);
            share_record(&words, "threshold", yes, whole, t.share.ratio, met)
        }
        Threshold::MinimumYes { by, number } => {
            let yes = by.of(votes.yes);
            number_record(&words, "threshold", yes, *number, yes >= *number)
        }
        Threshold::MaximumNo { by, number } => {
            let no = votes.against(*by, abstention);
            number_record(&words, "threshold", no, *number, no <= *number)
        }
    }
}

fn share_record(
    words: &str,
    what: &str,
    reached: u64,
    whole: u64,
    ratio: Ratio,
    met: bool,
) -> ConditionRecord {
    let left = u128::from(reached) * u128::from(ratio.denominator());
    let right = u128::from(ratio.numerator()) * u128::from(whole);
    let verdict = verdict(met);
    let sentence = format!(
        "The {what} of {words} is {verdict}: {reached} of {whole} ({reached} × {} = {left}, \
         {} × {whole} = {right}).",
        ratio.denominator(),
        ratio.numerator()
    );
    ConditionRecord {
        reached,
        against: whole,
        left: Figure::from(left),
        right: Figure::from(right),
        met,
        sentence,
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

fn sentence(
    votes: &Votes,
    quorums: &[ConditionRecord],
    thresholds: &[ConditionRecord],
    result: MotionResult,
) -> String {
    let weight = if [votes.yes, votes.no, votes.abstain].iter().all(|t| t.heads == t.weight) {
        String::new()
    } else {
        format!(
            " (by voting power {}, {} and {})",
            votes.yes.weight, votes.no.weight, votes.abstain.weight
        )
    };
    let result = match result {
        MotionResult::Passed => "The motion passed.",
        MotionResult::Failed => "The motion failed.",
        MotionResult::NoDecision => "The quorum was missed, so nothing is decided.",
    };
    let conditions: Vec<&str> =
        quorums.iter().chain(thresholds).map(|c| c.sentence.as_str()).collect();
    format!(
        "{} in favour, {} against, {} abstained{weight}. {} {result}",
        votes.yes.heads,
        votes.no.heads,
        votes.abstain.heads,
        conditions.join(" ")
    )
}
