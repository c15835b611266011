//! One voter's selections in one contest, in the canonical form that is signed and counted.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::option::OptionIndex;
use crate::profile::Marks;
use crate::rules::{BallotForm, ContestRules, EqualRanks};

/// A vote on a motion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Choice {
    /// In favour.
    Yes,
    /// Against.
    No,
    /// Neither; what that does is the rule's business.
    Abstain,
}

impl fmt::Display for Choice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Yes => "yes",
            Self::No => "no",
            Self::Abstain => "abstain",
        })
    }
}

/// One voter's selections in one contest.
///
/// There is exactly one way to write each: options ascend within a group, groups are not empty,
/// nothing appears twice. [`Selection::validate`] says whether one is legal under given rules. A
/// blank ballot is legal everywhere.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Selection {
    /// `{"choice":"yes"}`: a motion.
    Choice(Choice),
    /// `{"chosen":[0,3]}`: plurality or approval, ascending.
    Chosen(Vec<OptionIndex>),
    /// `{"ranking":[[2],[0,1]]}`: groups, best first; unranked options are absent.
    Ranking(Vec<Vec<OptionIndex>>),
    /// `{"scores":[[0,5],[2,1]]}`: option and score, ascending by option; unscored are absent.
    Scores(Vec<(OptionIndex, u16)>),
}

/// Why a selection is not legal under a contest's rules.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SelectionError {
    /// The selection is of another form than the contest asks for.
    #[error("this contest asks for {expected}, but the selection is {found}")]
    WrongForm {
        /// What the rules ask for.
        expected: &'static str,
        /// What was given.
        found: &'static str,
    },
    /// An option that is not on the ballot.
    #[error("option {option} does not exist: the contest has {options} options")]
    OutOfRange {
        /// The option named.
        option: OptionIndex,
        /// How many there are.
        options: usize,
    },
    /// An option named more than once.
    #[error("option {option} appears more than once")]
    Repeated {
        /// The option named.
        option: OptionIndex,
    },
    /// Options of a group that do not ascend: not the one canonical way to write it.
    #[error("option {option} is out of order: options must ascend within a group")]
    NotSorted {
        /// The first option out of place.
        option: OptionIndex,
    },
    /// A rank without options.
    #[error("rank {rank} is empty")]
    EmptyGroup {
        /// The rank, counted from one.
        rank: usize,
    },
    /// Two options share a rank where the rules have no place for that.
    #[error("rank {rank} holds {options} options, but this contest does not allow equal ranks")]
    EqualRanks {
        /// The rank, counted from one.
        rank: usize,
        /// How many options share it.
        options: usize,
    },
    /// More options marked than the rules allow.
    #[error("{marked} options are marked, but at most {limit} are allowed")]
    Overvote {
        /// How many are marked.
        marked: usize,
        /// How many may be.
        limit: usize,
    },
    /// A score above the scale.
    #[error("option {option} has the score {score}, but the highest is {highest}")]
    ScoreOutOfRange {
        /// The option scored.
        option: OptionIndex,
        /// The score given.
        score: u16,
        /// The highest allowed.
        highest: u16,
    },
    /// More votes given than a ballot may distribute.
    #[error("{given} votes are given, but a ballot may distribute at most {votes}")]
    TooManyVotes {
        /// How many are given.
        given: u64,
        /// How many may be.
        votes: u16,
    },
}

impl Selection {
    /// A vote in favour.
    pub const YES: Self = Self::Choice(Choice::Yes);
    /// A vote against.
    pub const NO: Self = Self::Choice(Choice::No);
    /// An abstention.
    pub const ABSTAIN: Self = Self::Choice(Choice::Abstain);

    /// A choice of some options, in whatever order they come. Repetitions are kept, so that
    /// [`Selection::validate`] can refuse them.
    pub fn chosen(options: impl IntoIterator<Item = OptionIndex>) -> Self {
        let mut options: Vec<_> = options.into_iter().collect();
        options.sort_unstable();
        Self::Chosen(options)
    }

    /// A ranking with at most one option per rank, best first.
    pub fn strict(options: impl IntoIterator<Item = OptionIndex>) -> Self {
        Self::Ranking(options.into_iter().map(|o| vec![o]).collect())
    }

    /// A ranking in groups, best first; options within a group come in whatever order.
    pub fn ranking(groups: impl IntoIterator<Item = Vec<OptionIndex>>) -> Self {
        Self::Ranking(
            groups
                .into_iter()
                .map(|mut group| {
                    group.sort_unstable();
                    group
                })
                .collect(),
        )
    }

    /// Scores in whatever order.
    pub fn scores(scores: impl IntoIterator<Item = (OptionIndex, u16)>) -> Self {
        let mut scores: Vec<_> = scores.into_iter().collect();
        scores.sort_unstable();
        Self::Scores(scores)
    }

    /// Whether nothing is marked. An abstention is an answer, and not blank.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        match self {
            Self::Choice(_) => false,
            Self::Chosen(options) => options.is_empty(),
            Self::Ranking(groups) => groups.is_empty(),
            Self::Scores(scores) => scores.is_empty(),
        }
    }

    /// Whether this selection is canonical and legal under the rules of a contest with `options`
    /// options.
    ///
    /// # Errors
    /// The first fault found, with the option or rank at fault.
    pub fn validate(&self, rules: &ContestRules, options: usize) -> Result<(), SelectionError> {
        self.check_canonical(options)?;
        let checker = Checker::new(rules.ballot_form(), options);
        match self {
            Self::Choice(_) => checker.choice(),
            Self::Chosen(chosen) => checker.chosen(chosen.len()),
            Self::Ranking(groups) => checker.ranking(groups.iter().map(Vec::len)),
            Self::Scores(scores) => checker.scores(scores.iter().copied()),
        }
    }

    /// Whether this is the one way to write a selection among `options` options, whatever the
    /// rules.
    pub(crate) fn check_canonical(&self, options: usize) -> Result<(), SelectionError> {
        match self {
            Self::Choice(_) => Ok(()),
            Self::Chosen(chosen) => check_group(chosen.iter().copied(), options),
            Self::Scores(scores) => check_group(scores.iter().map(|&(option, _)| option), options),
            Self::Ranking(groups) => check_ranking(groups, options),
        }
    }

    /// What kind of selection this is, for messages.
    #[must_use]
    pub fn noun(&self) -> &'static str {
        match self {
            Self::Choice(_) => "a yes/no/abstain vote",
            Self::Chosen(_) => "a choice of options",
            Self::Ranking(_) => "a ranking",
            Self::Scores(_) => "a sheet of scores",
        }
    }
}

/// Checks ballots that are canonical against what the rules of one contest ask for.
pub(crate) struct Checker {
    form: BallotForm,
    options: usize,
    seen: Vec<u32>,
    ballot: u32,
}

impl Checker {
    pub(crate) fn new(form: BallotForm, options: usize) -> Self {
        Self { form, options, seen: vec![0; options], ballot: 0 }
    }

    /// One ballot of a profile.
    pub(crate) fn check(&mut self, marks: &Marks<'_>) -> Result<(), SelectionError> {
        match marks {
            Marks::Choice(_) => self.choice(),
            Marks::Chosen(chosen) => {
                let marked = self.in_range(chosen.options())?;
                self.chosen(marked)
            }
            Marks::Ranking(ranking) => {
                let marked = self.in_range(ranking.options())?;
                match self.form {
                    // The most frequent ballots are checked in one pass.
                    BallotForm::Rank { at_most, .. } if ranking.is_strict() => {
                        check_limit(marked, at_most.limit(self.options))
                    }
                    BallotForm::Rank { .. }
                    | BallotForm::Motion
                    | BallotForm::Choose { .. }
                    | BallotForm::Score { .. }
                    | BallotForm::Distribute { .. } => {
                        self.ranking(ranking.groups().map(Iterator::count))
                    }
                }
            }
            Marks::Scores(scores) => {
                self.in_range(scores.iter().map(|(option, _)| option))?;
                self.scores(scores.iter())
            }
        }
    }

    /// Every option exists, and none appears twice; how many there are.
    fn in_range(
        &mut self,
        options: impl Iterator<Item = OptionIndex>,
    ) -> Result<usize, SelectionError> {
        if self.options <= u64::BITS as usize {
            return in_small_range(options, self.options);
        }
        self.ballot = self.ballot.wrapping_add(1);
        let mut marked = 0;
        for option in options {
            marked += 1;
            match self.seen.get_mut(option.index()) {
                Some(seen) if *seen != self.ballot => *seen = self.ballot,
                Some(_) => return Err(SelectionError::Repeated { option }),
                None => return Err(SelectionError::OutOfRange { option, options: self.options }),
            }
        }
        Ok(marked)
    }

    fn choice(&self) -> Result<(), SelectionError> {
        match self.form {
            BallotForm::Motion => Ok(()),
            BallotForm::Choose { .. }
            | BallotForm::Rank { .. }
            | BallotForm::Score { .. }
            | BallotForm::Distribute { .. } => Err(self.wrong_form("a yes/no/abstain vote")),
        }
    }

    fn chosen(&self, marked: usize) -> Result<(), SelectionError> {
        match self.form {
            BallotForm::Choose { at_most } => check_limit(marked, at_most.limit(self.options)),
            BallotForm::Motion
            | BallotForm::Rank { .. }
            | BallotForm::Score { .. }
            | BallotForm::Distribute { .. } => Err(self.wrong_form("a choice of options")),
        }
    }

    fn ranking(&self, groups: impl Iterator<Item = usize>) -> Result<(), SelectionError> {
        let BallotForm::Rank { equal_ranks, at_most } = self.form else {
            return Err(self.wrong_form("a ranking"));
        };
        let mut marked = 0;
        for (place, options) in groups.enumerate() {
            if options > 1 && equal_ranks == EqualRanks::Refused {
                return Err(SelectionError::EqualRanks { rank: place + 1, options });
            }
            marked += options;
        }
        check_limit(marked, at_most.limit(self.options))
    }

    fn scores(
        &self,
        mut scores: impl Iterator<Item = (OptionIndex, u16)>,
    ) -> Result<(), SelectionError> {
        match self.form {
            BallotForm::Score { highest } => match scores.find(|&(_, score)| score > highest) {
                Some((option, score)) => {
                    Err(SelectionError::ScoreOutOfRange { option, score, highest })
                }
                None => Ok(()),
            },
            BallotForm::Distribute { votes } => {
                let given: u64 = scores.map(|(_, votes)| u64::from(votes)).sum();
                if given > u64::from(votes) {
                    return Err(SelectionError::TooManyVotes { given, votes });
                }
                Ok(())
            }
            BallotForm::Motion | BallotForm::Choose { .. } | BallotForm::Rank { .. } => {
                Err(self.wrong_form("a sheet of scores"))
            }
        }
    }

    fn wrong_form(&self, found: &'static str) -> SelectionError {
        SelectionError::WrongForm { expected: self.form.noun(), found }
    }
}

/// [`Checker::in_range`] where a word has a bit for each option, as almost always.
fn in_small_range(
    marked: impl Iterator<Item = OptionIndex>,
    options: usize,
) -> Result<usize, SelectionError> {
    let (mut seen, mut count) = (0_u64, 0);
    for option in marked {
        if option.index() >= options {
            return Err(SelectionError::OutOfRange { option, options });
        }
        let bit = 1 << option.index();
        if seen & bit != 0 {
            return Err(SelectionError::Repeated { option });
        }
        seen |= bit;
        count += 1;
    }
    Ok(count)
}

fn check_limit(marked: usize, limit: usize) -> Result<(), SelectionError> {
    if marked > limit {
        return Err(SelectionError::Overvote { marked, limit });
    }
    Ok(())
}

fn check_group(
    group: impl Iterator<Item = OptionIndex>,
    options: usize,
) -> Result<(), SelectionError> {
    let mut previous: Option<OptionIndex> = None;
    for option in group {
        if option.index() >= options {
            return Err(SelectionError::OutOfRange { option, options });
        }
        match previous {
            Some(p) if p == option => return Err(SelectionError::Repeated { option }),
            Some(p) if p > option => return Err(SelectionError::NotSorted { option }),
            Some(_) | None => previous = Some(option),
        }
    }
    Ok(())
}

fn check_ranking(groups: &[Vec<OptionIndex>], options: usize) -> Result<(), SelectionError> {
    let mut seen = vec![false; options];
    for (place, group) in groups.iter().enumerate() {
        if group.is_empty() {
            return Err(SelectionError::EmptyGroup { rank: place + 1 });
        }
        check_group(group.iter().copied(), options)?;
        for &option in group {
            match seen.get_mut(option.index()) {
                Some(flag) if !*flag => *flag = true,
                Some(_) => return Err(SelectionError::Repeated { option }),
                None => return Err(SelectionError::OutOfRange { option, options }),
            }
        }
    }
    Ok(())
}
