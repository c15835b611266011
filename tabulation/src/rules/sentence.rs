//! The rules as a plain English sentence: what voters see before they vote.

use super::{
    Abstention, AffiliationCap, Basis, ContestRules, EqualRanks, Incomparable, LookBack,
    LowestRule, MarkLimit, Method, Quorum, QuorumFailure, RunoffEnd, RunoffExclusion, ShareOf,
    Strength, Threshold, TieRule, Unranked,
};
use crate::english::{list, plural};

impl ContestRules {
    /// These rules in plain English, complete: what a voter reads before voting.
    #[must_use]
    pub fn sentence(&self) -> String {
        let method = self.method.sentence(self.seats);
        let mut parts = vec![method];
        if !matches!(self.method, Method::Motion { .. }) {
            parts.extend(self.affiliation_cap.sentence());
            parts.push(self.ties.sentence());
        }
        parts.join(" ")
    }
}

impl Method {
    fn sentence(&self, seats: u16) -> String {
        let seats = plural(u64::from(seats), "seat", "seats");
        match self {
            Self::Motion { quorums, thresholds, abstention, quorum_failure } => {
                motion(quorums, thresholds, *abstention, *quorum_failure)
            }
            Self::Plurality { by, at_most } => format!(
                "{}; the options with the most votes fill {seats}. {}",
                mark("Mark", *at_most),
                by.sentence()
            ),
            Self::Approval { by } => format!(
                "Mark every option you approve of; those with the most approvals fill {seats}. {}",
                by.sentence()
            ),
            Self::Schulze { by, unranked, strength, incomparable, equal_ranks, at_most } => {
                format!(
                    "{}, best first; {}; {}. Schulze's method compares every pair of options and \
                 ranks them by their strongest chains of pairwise wins, where a win is {}; {}; \
                 the highest ranked fill {seats}. {}",
                    mark("Rank", *at_most),
                    equal_ranks.words(),
                    unranked.words(),
                    strength.words(),
                    incomparable.words(),
                    by.sentence()
                )
            }
            Self::DebianA5 { by, quorum, majorities, .. } => {
                let special = match majorities.len() {
                    0 => String::new(),
                    _ => ", or by the larger majority fixed for it".to_owned(),
                };
                format!(
                    "Rank as many options as you like, best first; options may share a rank; the \
                     options you leave out count as equal last. An option that is not preferred to \
                     the default option by at least {quorum} voters and by more than are against \
                     it{special}, is dropped; Schwartz sequential dropping (Debian constitution 1.9, \
                     A.5) chooses among the rest and fills {seats}. {}",
                    by.sentence()
                )
            }
            Self::ScottishStv { by, at_most, look_back } => format!(
                "{}, best first, one per rank. {seats} are filled by single transferable vote as \
                 in the Scottish Local Government Elections Order 2011 (SSI 2011/399, Schedule \
                 1): whoever reaches the quota is elected, a surplus goes on at a reduced value \
                 of five decimals, the lowest is excluded one at a time; ties are broken by \
                 earlier stages, the latest first{}. {}",
                mark("Rank", *at_most),
                look_back.words(),
                by.sentence()
            ),
            Self::Meek { by, at_most, decimals, omega_decimals, lowest, look_back } => format!(
                "{}, best first, one per rank. {seats} are filled by single transferable vote by \
                 Meek's method with {decimals} decimals: whoever reaches the quota is elected and \
                 keeps only the share of each ballot that is needed, the rest goes on; once the \
                 surpluses left sum to at most 0.{:0>width$}, the lowest is excluded{}; ties are \
                 broken by earlier stages{}. {}",
                mark("Rank", *at_most),
                1,
                match lowest {
                    LowestRule::WithinSurplus => {
                        " (whoever the remaining surplus could put last counts as tied)"
                    }
                    LowestRule::Exactly => "",
                },
                look_back.words(),
                by.sentence(),
                width = usize::from(*omega_decimals)
            ),
            Self::InstantRunoff { by, at_most, end, exclusion, exclude_first, look_back } => {
                let first = match exclude_first.len() {
                    0 => String::new(),
                    _ => " The options named for it are excluded before any other.".to_owned(),
                };
                format!(
                    "{}, best first, one per rank. {}{first} Ties are broken by earlier rounds{}. {}",
                    mark("Rank", *at_most),
                    runoff(*end, *exclusion),
                    look_back.words(),
                    by.sentence()
                )
            }
        }
    }
}

fn runoff(end: RunoffEnd, exclusion: RunoffExclusion) -> String {
    let out = match exclusion {
        RunoffExclusion::OneByOne => "the lowest option is excluded",
        RunoffExclusion::Batch => {
            "the lowest option, or all of the lowest that together have fewer votes than the next, \
             are excluded"
        }
    };
    let end = match end {
        RunoffEnd::Majority => "one has more than half of the votes still in play",
        RunoffEnd::TwoLeft => "two are left, of whom the one with more votes is elected",
    };
    format!("Round by round {out} and its ballots go to their next choice, until {end}.")
}

fn mark(verb: &str, limit: MarkLimit) -> String {
    match limit {
        MarkLimit::Any {} => format!("{verb} as many options as you like"),
        MarkLimit::AtMost { options } => {
            format!("{verb} at most {}", plural(u64::from(options), "option", "options"))
        }
    }
}

fn motion(
    quorums: &[Quorum],
    thresholds: &[Threshold],
    abstention: Abstention,
    failure: QuorumFailure,
) -> String {
    let passes = list(thresholds.iter().map(Threshold::words));
    let quorum = if quorums.is_empty() {
        "No quorum is needed.".to_owned()
    } else {
        let consequence = match failure {
            QuorumFailure::NoDecision => "nothing is decided",
            QuorumFailure::Fails => "the motion fails",
        };
        format!(
            "It needs a quorum of {}; without it {consequence}.",
            list(quorums.iter().map(Quorum::words))
        )
    };
    let abstentions = match abstention {
        Abstention::Neutral => "An abstention counts neither for the quorum nor for or against.",
        Abstention::QuorumOnly => {
            "An abstention counts for the quorum, but neither for nor against."
        }
        Abstention::CountsAsNo => "An abstention counts for the quorum and as a vote against.",
    };
    format!("The motion passes with {passes}. {quorum} {abstentions}")
}

impl Basis {
    pub(crate) fn noun(self) -> &'static str {
        match self {
            Self::Heads => "voters",
            Self::Weight => "voting power",
        }
    }

    fn sentence(self) -> &'static str {
        match self {
            Self::Heads => "Every ballot counts one.",
            Self::Weight => "Every ballot counts its weight.",
        }
    }
}

impl Quorum {
    /// The quorum in words, without its evaluation.
    pub(crate) fn words(&self) -> String {
        match self {
            Self::Share { by, share } => {
                format!("{} {} of the {} entitled", share.bound.words(), share.ratio, by.noun())
            }
            Self::AtLeast { by, number } => format!("at least {number} {}", by.number_noun()),
        }
    }
}

impl Threshold {
    /// The threshold in words, without its evaluation.
    pub(crate) fn words(&self) -> String {
        match self {
            Self::Share(t) => format!(
                "{} {} of {} in favour{}",
                t.share.bound.words(),
                t.share.ratio,
                t.of.words(t.by),
                match t.by {
                    Basis::Heads => "",
                    Basis::Weight => ", by voting power",
                }
            ),
            Self::MinimumYes { by, number } => {
                format!("at least {number} {} in favour", by.number_noun())
            }
            Self::MaximumNo { by, number: 0 } => {
                format!("no {} against", by.number_noun())
            }
            Self::MaximumNo { by, number } => {
                format!("at most {number} {} against", by.number_noun())
            }
        }
    }
}

impl Basis {
    fn number_noun(self) -> &'static str {
        match self {
            Self::Heads => "voters",
            Self::Weight => "units of voting power",
        }
    }
}

impl ShareOf {
    fn words(self, by: Basis) -> String {
        match self {
            Self::YesAndNo => "the votes for and against".to_owned(),
            Self::Cast => "all votes cast, abstentions included,".to_owned(),
            Self::Entitled => format!("the {} entitled", by.noun()),
        }
    }
}

impl EqualRanks {
    fn words(self) -> &'static str {
        match self {
            Self::Allowed => "options may share a rank",
            Self::Refused => "one option per rank",
        }
    }
}

impl Unranked {
    fn words(self) -> &'static str {
        match self {
            Self::NotCompared => "an option you leave out means no opinion about it",
            Self::Last => "the options you leave out count as equal last",
        }
    }
}

impl Strength {
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::WinningVotes => "as strong as the votes for the winner of the pair",
            Self::WinningVotesFewerOpposing => {
                "as strong as the votes for the winner of the pair, and among equals stronger \
                 with fewer votes against"
            }
            Self::Margins => "as strong as the difference between the votes for and against",
        }
    }
}

impl Incomparable {
    fn words(self) -> &'static str {
        match self {
            Self::Tied => "options that it does not decide between are tied",
            Self::ByWins => {
                "options that it does not decide between stand in order of how many others they \
                 are ranked above"
            }
        }
    }
}

impl LookBack {
    fn words(self) -> &'static str {
        match self {
            Self::Never => " never",
            Self::Narrowing => ", each stage narrowing the tie",
            Self::AllDifferent => ", if all tied differed there",
        }
    }
}

impl AffiliationCap {
    fn sentence(&self) -> Option<String> {
        match self {
            Self::Unlimited {} => None,
            Self::AtMost { seats } => Some(format!(
                "At most {} may go to people of one affiliation, those already in office included.",
                plural(u64::from(*seats), "seat", "seats")
            )),
            Self::Share { ratio, body_seats } => Some(format!(
                "At most {ratio} of the body's {body_seats} seats, rounded down to {}, may go to \
                 people of one affiliation, those already in office included.",
                ratio.of_rounded_down(*body_seats)
            )),
        }
    }
}

impl TieRule {
    fn sentence(&self) -> String {
        match self {
            Self::Lots {} => "A tie that remains is broken by lot: one order of all options drawn \
                              from the election's published seed."
                .to_owned(),
            Self::PublishedOrder { .. } => "A tie that remains is broken by the order of options \
                                            that was published before opening."
                .to_owned(),
            Self::Refuse {} => "A tie that remains is reported, not broken.".to_owned(),
        }
    }
}
