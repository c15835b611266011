//! What a person types, as a selection.

use tabulation::{BallotForm, Choice, EqualRanks, OptionIndex, Selection};

/// Why an answer was not understood. Said to a voter, so in a voter's words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AnswerError {
    /// Not one of the three answers.
    #[error("please type y for yes, n for no, or a to abstain")]
    NotAChoice,
    /// Not a number.
    #[error("`{0}` is not a number from the list")]
    NotANumber(String),
    /// A number beyond the list.
    #[error("there is no option {found}; the list goes from 1 to {options}")]
    NoSuchOption {
        /// The number typed.
        found: u64,
        /// How many options there are.
        options: usize,
    },
    /// A number typed twice.
    #[error("option {0} stands there twice")]
    Twice(u64),
    /// Too many.
    #[error("{found} options are too many; at most {limit} are allowed here")]
    TooMany {
        /// How many were typed.
        found: usize,
        /// How many may be.
        limit: usize,
    },
    /// A tie where ranks are single.
    #[error("two options cannot share a rank in this contest; put one before the other")]
    TieRefused,
    /// An equals sign without an option at each side.
    #[error("an equals sign stands between two numbers, as in 3=4")]
    LooseEquals,
    /// A score without its option, or the other way round.
    #[error("`{0}` is no score; type an option's number, a colon and a number, as in 3:5")]
    NotAScore(String),
    /// A score above the scale.
    #[error("option {option} cannot have {score}; the highest score is {highest}")]
    ScoreTooHigh {
        /// The number of the option.
        option: u64,
        /// The score typed.
        score: u16,
        /// The highest allowed.
        highest: u16,
    },
    /// More votes than a ballot has.
    #[error("{given} votes are too many; at most {votes} can be distributed here")]
    TooManyVotes {
        /// How many were typed.
        given: u64,
        /// How many may be.
        votes: u16,
    },
}

/// How to answer, in one line.
pub fn hint(form: BallotForm, options: usize) -> String {
    match form {
        BallotForm::Motion => "y = yes, n = no, a = abstain".to_owned(),
        BallotForm::Choose { at_most } => match at_most.limit(options) {
            1 => "type one number; - or Enter leaves it blank".to_owned(),
            limit if limit >= options => {
                "type the numbers you approve of; - or Enter leaves it blank".to_owned()
            }
            limit => format!("type up to {limit} numbers; - or Enter leaves it blank"),
        },
        BallotForm::Rank { equal_ranks, at_most } => {
            let ties = match equal_ranks {
                EqualRanks::Allowed => "; = makes a tie, as in 3 1=4 2",
                EqualRanks::Refused => "",
            };
            let limit = at_most.limit(options);
            let up_to = if limit < options { format!(" (up to {limit})") } else { String::new() };
            format!("type numbers, best first{up_to}{ties}; - or Enter for no opinion")
        }
        BallotForm::Score { highest } => format!(
            "type numbers with scores from 0 to {highest}, as in 3:{highest} 1:0; - or Enter leaves \
             it blank"
        ),
        BallotForm::Distribute { votes } => format!(
            "type numbers with votes, at most {votes} together, as in 3:{votes}; - or Enter leaves \
             it blank"
        ),
    }
}

/// Reads an answer in a contest with so many options.
pub fn parse_answer(
    form: BallotForm,
    options: usize,
    typed: &str,
) -> Result<Selection, AnswerError> {
    let typed = typed.trim();
    let blank = typed.is_empty() || typed == "-";
    match form {
        BallotForm::Motion => choice(typed),
        BallotForm::Choose { at_most } => {
            let text = if blank { "" } else { typed };
            let chosen = numbers(text, options)?;
            within(chosen.len(), at_most.limit(options))?;
            Ok(Selection::chosen(chosen))
        }
        BallotForm::Rank { equal_ranks, at_most } => {
            let groups = if blank { Vec::new() } else { ranks(typed, options)? };
            within(groups.iter().map(Vec::len).sum(), at_most.limit(options))?;
            if equal_ranks == EqualRanks::Refused && groups.iter().any(|group| group.len() > 1) {
                return Err(AnswerError::TieRefused);
            }
            Ok(Selection::ranking(groups))
        }
        BallotForm::Score { highest } => {
            let given = scores(if blank { "" } else { typed }, options)?;
            match given.iter().find(|(_, _, score)| *score > highest) {
                Some(&(option, _, score)) => {
                    Err(AnswerError::ScoreTooHigh { option, score, highest })
                }
                None => Ok(scored(given)),
            }
        }
        BallotForm::Distribute { votes } => {
            let given = scores(if blank { "" } else { typed }, options)?;
            let sum = given.iter().map(|(_, _, score)| u64::from(*score)).sum();
            if sum > u64::from(votes) {
                return Err(AnswerError::TooManyVotes { given: sum, votes });
            }
            Ok(scored(given))
        }
    }
}

fn choice(typed: &str) -> Result<Selection, AnswerError> {
    match typed.to_ascii_lowercase().as_str() {
        "y" | "yes" => Ok(Selection::Choice(Choice::Yes)),
        "n" | "no" => Ok(Selection::Choice(Choice::No)),
        "a" | "abstain" => Ok(Selection::Choice(Choice::Abstain)),
        _ => Err(AnswerError::NotAChoice),
    }
}

fn within(found: usize, limit: usize) -> Result<(), AnswerError> {
    if found > limit { Err(AnswerError::TooMany { found, limit }) } else { Ok(()) }
}

/// One number from the list, 1 to `options`.
fn number(text: &str, options: usize) -> Result<(u64, OptionIndex), AnswerError> {
    let short = || AnswerError::NotANumber(text.chars().take(20).collect());
    let digits = text.strip_suffix('.').unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(short());
    }
    let found: u64 = digits.parse().map_err(|_| short())?;
    let no_such = AnswerError::NoSuchOption { found, options };
    let index = found.checked_sub(1).and_then(|index| u16::try_from(index).ok());
    match index {
        Some(index) if usize::from(index) < options => Ok((found, OptionIndex::new(index))),
        Some(_) | None => Err(no_such),
    }
}

fn numbers(text: &str, options: usize) -> Result<Vec<OptionIndex>, AnswerError> {
    let mut seen = Vec::new();
    for word in text.split(|c: char| c.is_whitespace() || c == ',').filter(|w| !w.is_empty()) {
        let (shown, option) = number(word, options)?;
        if seen.contains(&option) {
            return Err(AnswerError::Twice(shown));
        }
        seen.push(option);
    }
    Ok(seen)
}

fn scored(given: Vec<(u64, OptionIndex, u16)>) -> Selection {
    Selection::scores(given.into_iter().map(|(_, option, score)| (option, score)))
}

/// Scores as `number:score`, with spaces or commas between them: the number typed, the option it
/// names and its score.
fn scores(text: &str, options: usize) -> Result<Vec<(u64, OptionIndex, u16)>, AnswerError> {
    let mut given: Vec<(u64, OptionIndex, u16)> = Vec::new();
    for word in text.split(|c: char| c.is_whitespace() || c == ',').filter(|w| !w.is_empty()) {
        let no_score = || AnswerError::NotAScore(word.chars().take(20).collect());
        let (name, score) = word.split_once(':').ok_or_else(no_score)?;
        let (shown, option) = number(name, options)?;
        if score.is_empty() || !score.bytes().all(|b| b.is_ascii_digit()) {
            return Err(no_score());
        }
        let score: u16 = score.parse().map_err(|_| no_score())?;
        if given.iter().any(|(_, seen, _)| *seen == option) {
            return Err(AnswerError::Twice(shown));
        }
        given.push((shown, option, score));
    }
    Ok(given)
}

/// Ranks, best first: numbers with spaces, commas or `>` between ranks and `=` within one.
fn ranks(text: &str, options: usize) -> Result<Vec<Vec<OptionIndex>>, AnswerError> {
    let spaced = text.replace('=', " = ").replace(['>', ','], " ");
    let mut groups: Vec<Vec<OptionIndex>> = Vec::new();
    let (mut tie, mut ready) = (false, false);
    for word in spaced.split_whitespace() {
        if word == "=" {
            if !ready {
                return Err(AnswerError::LooseEquals);
            }
            (tie, ready) = (true, false);
            continue;
        }
        let (shown, option) = number(word, options)?;
        if groups.iter().flatten().any(|seen| *seen == option) {
            return Err(AnswerError::Twice(shown));
        }
        match groups.last_mut().filter(|_| tie) {
            Some(group) => group.push(option),
            None => groups.push(vec![option]),
        }
        (tie, ready) = (false, true);
    }
    if tie { Err(AnswerError::LooseEquals) } else { Ok(groups) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tabulation::MarkLimit;

    const ANY: MarkLimit = MarkLimit::Any {};
    const RANK: BallotForm =
        BallotForm::Rank { equal_ranks: EqualRanks::Allowed, at_most: MarkLimit::Any {} };

    fn option(index: u16) -> OptionIndex {
        OptionIndex::new(index)
    }

    #[test]
    fn a_motion_is_answered_by_a_letter_or_a_word() {
        let parse = |typed| parse_answer(BallotForm::Motion, 0, typed);
        assert_eq!(parse(" Y\n"), Ok(Selection::YES));
        assert_eq!(parse("no"), Ok(Selection::NO));
        assert_eq!(parse("abstain"), Ok(Selection::ABSTAIN));
        // Nobody abstains by pressing Enter: an abstention can count towards a quorum.
        assert_eq!(parse(""), Err(AnswerError::NotAChoice));
        assert_eq!(parse("yep"), Err(AnswerError::NotAChoice));
    }

    #[test]
    fn marks_are_numbers_in_any_order() {
        let form = BallotForm::Choose { at_most: MarkLimit::AtMost { options: 2 } };
        let parse = |typed| parse_answer(form, 4, typed);
        assert_eq!(parse("4, 1"), Ok(Selection::Chosen(vec![option(0), option(3)])));
        assert_eq!(parse("-"), Ok(Selection::Chosen(vec![])));
        assert_eq!(parse("1 2 3"), Err(AnswerError::TooMany { found: 3, limit: 2 }));
        assert_eq!(parse("2 2"), Err(AnswerError::Twice(2)));
        assert_eq!(parse("0"), Err(AnswerError::NoSuchOption { found: 0, options: 4 }));
        assert_eq!(parse("5"), Err(AnswerError::NoSuchOption { found: 5, options: 4 }));
        assert_eq!(parse("one"), Err(AnswerError::NotANumber("one".into())));
        assert_eq!(parse("+1"), Err(AnswerError::NotANumber("+1".into())));
    }

    #[test]
    fn a_ranking_has_ties_by_equals_signs() {
        let parse = |typed| parse_answer(RANK, 4, typed);
        let groups = |groups: &[&[u16]]| {
            let groups = groups.iter().map(|g| g.iter().map(|o| option(*o)).collect());
            Ok(Selection::Ranking(groups.collect()))
        };
        assert_eq!(parse("3 1=4 2"), groups(&[&[2], &[0, 3], &[1]]));
        assert_eq!(parse("3 > 4 = 1 > 2"), groups(&[&[2], &[0, 3], &[1]]));
        assert_eq!(parse("2=3=1"), groups(&[&[0, 1, 2]]));
        assert_eq!(parse(""), groups(&[]));
        for loose in ["=1", "1=", "1==2", "="] {
            assert_eq!(parse(loose), Err(AnswerError::LooseEquals), "{loose}");
        }
        assert_eq!(parse("1=2 1"), Err(AnswerError::Twice(1)));
    }

    #[test]
    fn a_strict_ranking_takes_no_ties() {
        let form = BallotForm::Rank { equal_ranks: EqualRanks::Refused, at_most: ANY };
        assert_eq!(parse_answer(form, 3, "1=2"), Err(AnswerError::TieRefused));
        assert!(parse_answer(form, 3, "2 1").is_ok());
    }

    #[test]
    fn scores_are_numbers_with_scores_in_any_order() {
        let parse = |typed| parse_answer(BallotForm::Score { highest: 5 }, 3, typed);
        let given = Selection::Scores(vec![(option(0), 0), (option(2), 5)]);
        assert_eq!(parse("3:5, 1:0"), Ok(given));
        assert_eq!(parse("-"), Ok(Selection::Scores(vec![])));
        let too_high = AnswerError::ScoreTooHigh { option: 2, score: 6, highest: 5 };
        assert_eq!(parse("2:6"), Err(too_high));
        assert_eq!(parse("2:1 2:1"), Err(AnswerError::Twice(2)));
        assert_eq!(parse("4:1"), Err(AnswerError::NoSuchOption { found: 4, options: 3 }));
        for no_score in ["2", "2:", "2:+1", "2:70000", "2:1:1"] {
            assert_eq!(parse(no_score), Err(AnswerError::NotAScore(no_score.into())));
        }
    }

    #[test]
    fn distributed_votes_are_held_to_their_number() {
        let parse = |typed| parse_answer(BallotForm::Distribute { votes: 3 }, 3, typed);
        let given = Selection::Scores(vec![(option(1), 3)]);
        assert_eq!(parse("2:3"), Ok(given));
        let too_many = AnswerError::TooManyVotes { given: 4, votes: 3 };
        assert_eq!(parse("2:3 1:1"), Err(too_many));
    }

    #[test]
    fn a_limited_ranking_is_held_to_its_limit() {
        let at_most = MarkLimit::AtMost { options: 2 };
        let form = BallotForm::Rank { equal_ranks: EqualRanks::Allowed, at_most };
        let parsed = parse_answer(form, 3, "1 2 3");
        assert_eq!(parsed, Err(AnswerError::TooMany { found: 3, limit: 2 }));
    }
}
