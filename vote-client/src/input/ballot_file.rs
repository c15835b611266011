//! A filled-in ballot as TOML or JSON, for machines.
//!
//! ```toml
//! election = "9f…"            # optional: refused if it is another election's
//! [selections]
//! budget-2027 = "yes"                        # a motion: yes, no, abstain
//! board-seat = ["cand-1"]                    # option ids; [] leaves it blank
//! steering = ["ann", ["bob", "cy"], "dee"]   # best first, ties in brackets; [] has no opinion
//! venue = { oslo = 5, rome = 0 }             # scores, or votes distributed; {} leaves it blank
//! ```

use std::collections::BTreeMap;

use election::StatementId;
use election::ids::{ContestId, OptionId};
use election::manifest::{Contest, Manifest};
use election::pool::Pool;
use serde::Deserialize;
use tabulation::{BallotForm, Choice, OptionIndex, Selection, SelectionError};

/// Longest ballot file in bytes.
pub const MAX_BALLOT_FILE_BYTES: usize = 256 * 1024;

/// Why a file is no ballot of an election.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BallotFileError {
    /// Neither TOML nor JSON of this form.
    #[error("the ballot file cannot be read: {0}")]
    Form(String),
    /// Another election.
    #[error("the ballot file is for the election {found}, not for {wanted}")]
    OtherElection {
        /// In the file.
        found: StatementId,
        /// Asked for.
        wanted: StatementId,
    },
    /// A contest that is not there.
    #[error("the election has no contest `{0}`")]
    UnknownContest(ContestId),
    /// A contest left out.
    #[error(
        "the ballot file has no entry for contest `{0}`; write [] or \"abstain\" to leave it blank"
    )]
    MissingContest(ContestId),
    /// An option that is not there.
    #[error("contest `{contest}` has no option `{option}`")]
    UnknownOption {
        /// Where.
        contest: ContestId,
        /// The name.
        option: String,
    },
    /// An entry of another form than the contest asks for.
    #[error("contest `{contest}` asks for {wanted}")]
    WrongForm {
        /// Where.
        contest: ContestId,
        /// What it asks for.
        wanted: &'static str,
    },
    /// A selection the rules do not allow.
    #[error("contest `{contest}`: {source}")]
    Selection {
        /// Where.
        contest: ContestId,
        /// What is wrong.
        source: SelectionError,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    election: Option<StatementId>,
    selections: BTreeMap<ContestId, Mark>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Mark {
    Word(String),
    List(Vec<Item>),
    Scores(BTreeMap<String, u16>),
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Item {
    One(String),
    Tie(Vec<String>),
}

/// Reads a ballot file for an election. JSON if it starts with a brace, TOML otherwise.
pub fn parse<P: Pool>(
    text: &str,
    id: StatementId,
    manifest: &Manifest<P>,
) -> Result<BTreeMap<ContestId, Selection>, BallotFileError> {
    let file: File = if text.trim_start().starts_with('{') {
        serde_json::from_str(text).map_err(|e| BallotFileError::Form(e.to_string()))?
    } else {
        toml::from_str(text).map_err(|e| BallotFileError::Form(e.to_string()))?
    };
    if let Some(found) = file.election.filter(|found| *found != id) {
        return Err(BallotFileError::OtherElection { found, wanted: id });
    }
    if let Some(unknown) = file.selections.keys().find(|id| manifest.contest(id).is_none()) {
        return Err(BallotFileError::UnknownContest(unknown.clone()));
    }
    let mut selections = BTreeMap::new();
    for contest in &manifest.contests {
        let mark = file.selections.get(&contest.id);
        let mark = mark.ok_or_else(|| BallotFileError::MissingContest(contest.id.clone()))?;
        let selection = selection(contest, mark)?;
        let source = selection.validate(&contest.rules, contest.options.len());
        source
            .map_err(|source| BallotFileError::Selection { contest: contest.id.clone(), source })?;
        selections.insert(contest.id.clone(), selection);
    }
    Ok(selections)
}

fn selection<P: Pool>(contest: &Contest<P>, mark: &Mark) -> Result<Selection, BallotFileError> {
    let form = contest.rules.ballot_form();
    let wrong = |wanted| BallotFileError::WrongForm { contest: contest.id.clone(), wanted };
    match (form, mark) {
        (BallotForm::Motion, Mark::Word(word)) => match word.as_str() {
            "yes" => Ok(Selection::Choice(Choice::Yes)),
            "no" => Ok(Selection::Choice(Choice::No)),
            "abstain" => Ok(Selection::Choice(Choice::Abstain)),
            _ => Err(wrong("\"yes\", \"no\" or \"abstain\"")),
        },
        (BallotForm::Choose { .. }, Mark::List(items)) => {
            let chosen = items.iter().map(|item| match item {
                Item::One(option) => index(contest, option),
                Item::Tie(_) => Err(wrong("a plain list of option ids")),
            });
            Ok(Selection::chosen(chosen.collect::<Result<Vec<_>, _>>()?))
        }
        (BallotForm::Rank { .. }, Mark::List(items)) => {
            let groups = items.iter().map(|item| match item {
                Item::One(option) => Ok(vec![index(contest, option)?]),
                Item::Tie(options) => options.iter().map(|o| index(contest, o)).collect(),
            });
            Ok(Selection::ranking(groups.collect::<Result<Vec<_>, _>>()?))
        }
        (BallotForm::Score { .. } | BallotForm::Distribute { .. }, Mark::Scores(scores)) => {
            let scores = scores.iter().map(|(option, score)| Ok((index(contest, option)?, *score)));
            Ok(Selection::scores(scores.collect::<Result<Vec<_>, _>>()?))
        }
        (BallotForm::Motion, Mark::List(_) | Mark::Scores(_)) => {
            Err(wrong("\"yes\", \"no\" or \"abstain\""))
        }
        (BallotForm::Choose { .. }, Mark::Word(_) | Mark::Scores(_)) => {
            Err(wrong("a list of option ids"))
        }
        (BallotForm::Rank { .. }, Mark::Word(_) | Mark::Scores(_)) => {
            Err(wrong("a list of option ids, best first"))
        }
        (BallotForm::Score { .. }, Mark::Word(_) | Mark::List(_)) => {
            Err(wrong("a table of option ids with scores"))
        }
        (BallotForm::Distribute { .. }, Mark::Word(_) | Mark::List(_)) => {
            Err(wrong("a table of option ids with votes"))
        }
    }
}

fn index<P: Pool>(contest: &Contest<P>, option: &str) -> Result<OptionIndex, BallotFileError> {
    let id: Option<OptionId> = option.parse().ok();
    let place = id.and_then(|id| contest.options.iter().position(|option| option.id == id));
    let place = place.and_then(|place| u16::try_from(place).ok());
    place.map(OptionIndex::new).ok_or_else(|| BallotFileError::UnknownOption {
        contest: contest.id.clone(),
        option: option.chars().take(80).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::election_file::example_manifest;
    use election::{Business, Technical};

    fn id() -> StatementId {
        StatementId::from(crypto::Hash::of(b"election"))
    }
    fn motion(entry: &str) -> Result<Vec<Selection>, BallotFileError> {
        let manifest = example_manifest::<Business>("motion");
        let text = format!("[selections]\n{entry}\n");
        parse(&text, id(), &manifest).map(|ballot| ballot.into_values().collect())
    }
    fn schulze(list: &str) -> Result<Vec<Selection>, BallotFileError> {
        let manifest = example_manifest::<Technical>("schulze");
        let text = format!("[selections]\n\"{}\" = {list}\n", manifest.contests[0].id);
        parse(&text, id(), &manifest).map(|ballot| ballot.into_values().collect())
    }
    fn scored(method: &str, table: &str) -> Result<Vec<Selection>, BallotFileError> {
        let mut manifest = example_manifest::<Technical>("approval");
        let contest = &mut manifest.contests[0];
        contest.rules.method = serde_json::from_str(method).expect("a method");
        let text = format!("[selections]\n\"{}\" = {table}\n", contest.id);
        parse(&text, id(), &manifest).map(|ballot| ballot.into_values().collect())
    }
    fn option(index: u16) -> OptionIndex {
        OptionIndex::new(index)
    }

    #[test]
    fn motions_and_rankings_are_read_from_toml_and_json() {
        let contest = example_manifest::<Business>("motion").contests[0].id.clone();
        assert_eq!(motion(&format!("\"{contest}\" = \"no\"")), Ok(vec![Selection::NO]));
        let json = format!(r#"{{"selections":{{"{contest}":"abstain"}}}}"#);
        let read = parse(&json, id(), &example_manifest::<Business>("motion")).expect("a ballot");
        assert_eq!(read.into_values().collect::<Vec<_>>(), [Selection::ABSTAIN]);
        let options = example_manifest::<Technical>("schulze").contests[0].options.clone();
        let (a, b, c) = (&options[0].id, &options[1].id, &options[2].id);
        let tied = schulze(&format!("[\"{c}\", [\"{b}\", \"{a}\"]]"));
        assert_eq!(
            tied,
            Ok(vec![Selection::Ranking(vec![vec![option(2)], vec![option(0), option(1)]])])
        );
        assert_eq!(schulze("[]"), Ok(vec![Selection::Ranking(vec![])]));
    }

    #[test]
    fn scores_are_a_table_of_options() {
        let score = r#"{"kind":"score","by":"heads","highest":5,"unscored":"zero"}"#;
        let given = scored(score, "{ candidate-3 = 5, candidate-1 = 0 }");
        assert_eq!(given, Ok(vec![Selection::Scores(vec![(option(0), 0), (option(2), 5)])]));
        assert_eq!(scored(score, "{}"), Ok(vec![Selection::Scores(vec![])]));
        let too_high = scored(score, "{ candidate-1 = 6 }");
        assert!(matches!(too_high, Err(BallotFileError::Selection { .. })));
        let nobody = scored(score, "{ nobody = 1 }");
        assert!(matches!(nobody, Err(BallotFileError::UnknownOption { .. })));
        let list = scored(score, "[\"candidate-1\"]");
        assert!(matches!(list, Err(BallotFileError::WrongForm { .. })));
        let cumulative = r#"{"kind":"cumulative","by":"heads","votes":3}"#;
        assert!(scored(cumulative, "{ candidate-1 = 3 }").is_ok());
        let too_many = scored(cumulative, "{ candidate-1 = 3, candidate-2 = 1 }");
        assert!(matches!(too_many, Err(BallotFileError::Selection { .. })));
    }

    #[test]
    fn a_ballot_of_another_election_is_refused() {
        let other = crypto::Hash::of(b"other");
        let text = format!("election = \"{other}\"\n[selections]\n");
        let refused = parse(&text, id(), &example_manifest::<Business>("motion"));
        assert_eq!(
            refused,
            Err(BallotFileError::OtherElection { found: StatementId::from(other), wanted: id() })
        );
    }

    #[test]
    fn each_wrong_entry_is_refused_by_name() {
        let contest = example_manifest::<Business>("motion").contests[0].id.clone();
        assert!(matches!(motion("x = \"yes\""), Err(BallotFileError::UnknownContest(_))));
        assert!(matches!(motion(""), Err(BallotFileError::MissingContest(_))));
        let wrong = motion(&format!("\"{contest}\" = \"maybe\""));
        assert!(matches!(wrong, Err(BallotFileError::WrongForm { .. })));
        let wrong = motion(&format!("\"{contest}\" = [\"yes\"]"));
        assert!(matches!(wrong, Err(BallotFileError::WrongForm { .. })));
        assert!(matches!(motion("= ="), Err(BallotFileError::Form(_))));
        assert!(matches!(schulze("[\"nobody\"]"), Err(BallotFileError::UnknownOption { .. })));
        let ann = example_manifest::<Technical>("schulze").contests[0].options[0].id.clone();
        let twice = schulze(&format!("[\"{ann}\", \"{ann}\"]"));
        assert!(matches!(twice, Err(BallotFileError::Selection { .. })));
        let empty = schulze("[[]]");
        assert!(matches!(empty, Err(BallotFileError::Selection { .. })));
    }
}
