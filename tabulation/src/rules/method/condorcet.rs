//! Methods that elect whoever beats all others pair by pair, and differ where nobody does.

use serde::{Deserialize, Serialize};

use super::{LookBack, MethodRules, Strength, Unranked, check_single_seat, request};
use crate::option::ContestOptions;
use crate::rules::{BallotForm, Basis, EqualRanks, MarkLimit, RulesError};

/// Copeland's method: most pairwise wins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CopelandRules {
    /// What a vote counts as.
    pub by: Basis,
    /// What it means not to rank an option.
    pub unranked: Unranked,
    /// Whether options may share a rank.
    pub equal_ranks: EqualRanks,
    /// How many options one ballot may rank.
    pub at_most: MarkLimit,
    /// What a tied pair gives to each of its two options.
    pub tied_pair: TiedPair,
}

/// Minimax, also named after P. B. Simpson and G. H. Kramer: smallest worst defeat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MinimaxRules {
    /// What a vote counts as.
    pub by: Basis,
    /// What it means not to rank an option.
    pub unranked: Unranked,
    /// How bad a defeat is.
    pub strength: MinimaxStrength,
    /// Whether options may share a rank.
    pub equal_ranks: EqualRanks,
    /// How many options one ballot may rank.
    pub at_most: MarkLimit,
}

/// Ranked pairs: T. N. Tideman, "Independence of clones as a criterion for voting rules", Social
/// Choice and Welfare 4, 1987; equally strong defeats after T. M. Zavist and T. N. Tideman,
/// "Complete independence of clones in the ranked pairs rule", ibid. 6, 1989.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RankedPairsRules {
    /// What a vote counts as.
    pub by: Basis,
    /// What it means not to rank an option.
    pub unranked: Unranked,
    /// How strong a pairwise defeat is.
    pub strength: Strength,
    /// Whether options may share a rank.
    pub equal_ranks: EqualRanks,
    /// How many options one ballot may rank.
    pub at_most: MarkLimit,
}

/// An instant runoff that elects the winner of all pairwise comparisons, for one seat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CondorcetIrvRules {
    /// What a vote counts as.
    pub by: Basis,
    /// What it means not to rank an option.
    pub unranked: Unranked,
    /// How many options one ballot may rank.
    pub at_most: MarkLimit,
    /// How the two are put together.
    pub variant: CondorcetIrvVariant,
    /// How earlier rounds break a tie for exclusion.
    pub look_back: LookBack,
}

/// What a tied pair gives to each of its two options.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TiedPair {
    /// No point.
    Nothing,
    /// Half a point.
    Half,
}

/// How bad a defeat is under minimax.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MinimaxStrength {
    /// As bad as the votes for the winner.
    WinningVotes,
    /// The same; between equal ones the fewer votes against the winner, the worse.
    WinningVotesFewerOpposing,
    /// As bad as the difference between the votes for the winner and against.
    Margins,
    /// As bad as the votes for the other option, whether that wins the pair or not. Whoever beats
    /// all others may then lose.
    Opposition,
}

/// How pairwise comparison and instant runoff are put together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CondorcetIrvVariant {
    /// Whoever beats all others; if nobody does, an instant runoff among all.
    CondorcetElseIrv,
    /// An instant runoff among the Smith set.
    SmithIrv,
    /// The lowest are excluded until one beats all who are left (T. N. Tideman calls this rule
    /// Benham's in "Collective Decisions and Voting", 2006).
    Benham,
}

/// Votes for several seats or one, on rankings.
fn rank(equal_ranks: EqualRanks, at_most: MarkLimit) -> BallotForm {
    BallotForm::Rank { equal_ranks, at_most }
}

/// What a voter is asked for, in words.
fn asked(at_most: MarkLimit, equal_ranks: EqualRanks, unranked: Unranked) -> String {
    let (equal_ranks, unranked) = (equal_ranks.words(), unranked.words());
    format!("{}, best first; {equal_ranks}; {unranked}.", request("Rank", at_most))
}

impl MethodRules for CopelandRules {
    fn ballot_form(&self) -> BallotForm {
        rank(self.equal_ranks, self.at_most)
    }

    fn sentence(&self, seats: &str) -> String {
        format!(
            "{} Copeland's method compares every pair of options: a win gives one point, {}; the \
             options with the most points fill {seats}. {}",
            asked(self.at_most, self.equal_ranks, self.unranked),
            match self.tied_pair {
                TiedPair::Nothing => "a tied pair none",
                TiedPair::Half => "a tied pair half a point to each",
            },
            self.by.sentence()
        )
    }

    fn check(&self, _seats: u16, _options: &ContestOptions) -> Result<(), RulesError> {
        Ok(())
    }
}

impl MethodRules for MinimaxRules {
    fn ballot_form(&self) -> BallotForm {
        rank(self.equal_ranks, self.at_most)
    }

    fn sentence(&self, seats: &str) -> String {
        let worst = match self.strength.of_defeats() {
            Some(strength) => {
                format!("the worst defeat of each, where a defeat is {}", { strength.words() })
            }
            None => "the most votes that prefer any one other option to each, whether that \
                     option wins the pair or not"
                .to_owned(),
        };
        format!(
            "{} Minimax compares every pair of options and looks at {worst}; the options for \
             which that is smallest fill {seats}. {}",
            asked(self.at_most, self.equal_ranks, self.unranked),
            self.by.sentence()
        )
    }

    fn check(&self, _seats: u16, _options: &ContestOptions) -> Result<(), RulesError> {
        Ok(())
    }
}

impl MinimaxStrength {
    /// The strength of defeats meant; nothing if pairs that are won count as well.
    pub(crate) fn of_defeats(self) -> Option<Strength> {
        match self {
            Self::WinningVotes => Some(Strength::WinningVotes),
            Self::WinningVotesFewerOpposing => Some(Strength::WinningVotesFewerOpposing),
            Self::Margins => Some(Strength::Margins),
            Self::Opposition => None,
        }
    }
}

impl MethodRules for RankedPairsRules {
    fn ballot_form(&self) -> BallotForm {
        rank(self.equal_ranks, self.at_most)
    }

    fn sentence(&self, seats: &str) -> String {
        format!(
            "{} Ranked pairs compares every pair of options and locks in the pairwise wins, the \
             strongest first, except those that would contradict what is locked already, where a \
             win is {}; equally strong wins that contradict each other are taken in the order that \
             breaks ties; the options that stand highest in the locked order fill {seats}. {}",
            asked(self.at_most, self.equal_ranks, self.unranked),
            self.strength.words(),
            self.by.sentence()
        )
    }

    fn check(&self, _seats: u16, _options: &ContestOptions) -> Result<(), RulesError> {
        Ok(())
    }
}

impl MethodRules for CondorcetIrvRules {
    fn ballot_form(&self) -> BallotForm {
        rank(EqualRanks::Refused, self.at_most)
    }

    fn sentence(&self, _seats: &str) -> String {
        let else_do = match self.variant {
            CondorcetIrvVariant::CondorcetElseIrv => {
                "if there is none, an instant runoff decides: the lowest option is excluded and its \
                 ballots go to their next choice, until one has more than half of the votes still \
                 in play"
            }
            CondorcetIrvVariant::SmithIrv => {
                "if there is none, an instant runoff decides among the smallest group whose members \
                 all beat everybody else: the lowest of them is excluded and its ballots go to \
                 their next choice, until one has more than half of the votes still in play"
            }
            CondorcetIrvVariant::Benham => {
                "while there is none, the lowest option is excluded and its ballots go to their \
                 next choice, until one beats every other option left"
            }
        };
        format!(
            "{} Whoever beats every other option pair by pair is elected; {else_do}. Ties are \
             broken by {}. {}",
            asked(self.at_most, EqualRanks::Refused, self.unranked),
            self.look_back.words(),
            self.by.sentence()
        )
    }

    fn check(&self, seats: u16, _options: &ContestOptions) -> Result<(), RulesError> {
        check_single_seat(seats)
    }
}
