//! Contest by contest, then everything once more before anything is signed.

use std::collections::BTreeMap;
use std::io;

use election::ids::ContestId;
use election::manifest::{Contest, Manifest};
use election::pool::{Pool, Question};
use tabulation::Selection;

use super::answer::{hint, parse_answer};
use super::terminal::Terminal;
use crate::show;

/// How often one question is asked before giving up.
pub const MAX_TRIES: u32 = 20;

/// Why no ballot came out.
#[derive(Debug, thiserror::Error)]
pub enum BoothError {
    /// The terminal.
    #[error("the terminal failed: {0}")]
    Io(#[from] io::Error),
    /// The voter left.
    #[error("you left the ballot; nothing was signed and nothing was sent")]
    Left,
    /// Too many answers that were not understood.
    #[error(
        "no answer was understood in {MAX_TRIES} tries; nothing was signed and nothing was sent"
    )]
    NotUnderstood,
}

/// What a voter must know before signing, besides the ballot itself.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Notice {
    /// For whom, as whom, in which election.
    pub voting_as: String,
    /// That this ballot replaces an earlier one, if it does.
    pub replaces: Option<String>,
}

/// Asks for a whole ballot. The selections come back only after the voter has seen them all on one
/// page and said yes to signing them.
pub fn fill<P: Pool>(
    terminal: &mut impl Terminal,
    manifest: &Manifest<P>,
    notice: &Notice,
) -> Result<BTreeMap<ContestId, Selection>, BoothError> {
    terminal.say(&format!("{}\n", manifest.title))?;
    if !manifest.description.as_str().trim().is_empty() {
        terminal.say(&format!("{}\n", manifest.description))?;
    }
    terminal.say(&notice.voting_as)?;
    terminal.say(manifest.secrecy.sentence())?;
    terminal.say(show::disclosure(manifest.disclosure))?;
    let mut selections = BTreeMap::new();
    for (number, contest) in manifest.contests.iter().enumerate() {
        terminal.say(&format!("\nContest {} of {}", number + 1, manifest.contests.len()))?;
        selections.insert(contest.id.clone(), ask(terminal, contest)?);
    }
    for _ in 0..MAX_TRIES {
        review(terminal, manifest, notice, &selections)?;
        let prompt =
            "Type `sign` to sign and send, a contest's number to change it, `quit` to leave: ";
        let answer = terminal.ask(prompt)?.ok_or(BoothError::Left)?;
        match answer.trim() {
            "sign" => return Ok(selections),
            "quit" | "q" => return Err(BoothError::Left),
            other => match contest_of(manifest, other) {
                Some(contest) => {
                    selections.insert(contest.id.clone(), ask(terminal, contest)?);
                }
                None => terminal.say("That is neither `sign`, `quit` nor a contest's number.")?,
            },
        }
    }
    Err(BoothError::NotUnderstood)
}

fn contest_of<'m, P: Pool>(manifest: &'m Manifest<P>, typed: &str) -> Option<&'m Contest<P>> {
    let number: usize = typed.parse().ok()?;
    manifest.contests.get(number.checked_sub(1)?)
}

fn ask<P: Pool>(
    terminal: &mut impl Terminal,
    contest: &Contest<P>,
) -> Result<Selection, BoothError> {
    terminal.say(&format!("{} ({})", contest.title, contest.question.label()))?;
    terminal.say(&format!("  Rule: {}", contest.rules.sentence()))?;
    for (number, option) in contest.options.iter().enumerate() {
        let groups: Vec<_> = option.affiliations.iter().map(|group| group.as_str()).collect();
        let groups =
            if groups.is_empty() { String::new() } else { format!(" [{}]", groups.join(", ")) };
        terminal.say(&format!("  {:>3}. {}{groups}", number + 1, option.name))?;
    }
    let (form, options) = (contest.rules.ballot_form(), contest.options.len());
    let prompt = format!("  Your vote ({}): ", hint(form, options));
    for _ in 0..MAX_TRIES {
        let typed = terminal.ask(&prompt)?.ok_or(BoothError::Left)?;
        match parse_answer(form, options, &typed) {
            Ok(selection) => match selection.validate(&contest.rules, options) {
                Ok(()) => return Ok(selection),
                Err(error) => terminal.say(&format!("  {error}"))?,
            },
            Err(error) => terminal.say(&format!("  {error}"))?,
        }
    }
    Err(BoothError::NotUnderstood)
}

fn review<P: Pool>(
    terminal: &mut impl Terminal,
    manifest: &Manifest<P>,
    notice: &Notice,
    selections: &BTreeMap<ContestId, Selection>,
) -> Result<(), BoothError> {
    terminal.say("\n---- Your ballot, before you sign it ----")?;
    terminal.say(&notice.voting_as)?;
    for (number, contest) in manifest.contests.iter().enumerate() {
        terminal.say(&format!("{}. {}", number + 1, contest.title))?;
        let lines = selections.get(&contest.id).map(|s| show::selection(contest, s));
        for line in lines.unwrap_or_default() {
            terminal.say(&format!("     {line}"))?;
        }
    }
    terminal.say(manifest.secrecy.sentence())?;
    if let Some(replaces) = &notice.replaces {
        terminal.say(replaces)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::booth::Script;
    use crate::input::election_file::example_manifest;
    use election::{Business, Technical};
    use tabulation::OptionIndex;

    fn notice(replaces: Option<&str>) -> Notice {
        let voting_as = "You vote as id:ann.".to_owned();
        Notice { voting_as, replaces: replaces.map(str::to_owned) }
    }

    #[test]
    fn a_motion_is_asked_reviewed_and_returned() {
        let manifest = example_manifest::<Business>("motion");
        let mut script = Script::new(["perhaps", "y", "sign"]);
        let ballot = fill(&mut script, &manifest, &notice(None)).expect("a ballot");
        assert_eq!(ballot.values().collect::<Vec<_>>(), [&Selection::YES]);
        let shown = script.shown();
        assert!(shown.contains("please type y for yes"), "{shown}");
        assert!(shown.contains(&manifest.contests[0].rules.sentence()), "{shown}");
        assert!(shown.contains("This ballot is not secret."), "{shown}");
        assert!(shown.contains("     YES"), "{shown}");
    }

    #[test]
    fn a_ranking_can_be_changed_on_the_review_page() {
        let manifest = example_manifest::<Technical>("schulze");
        let mut script = Script::new(["2 1", "nonsense", "1", "1=2", "sign"]);
        let ballot = fill(&mut script, &manifest, &notice(None)).expect("a ballot");
        let tie = vec![vec![OptionIndex::new(0), OptionIndex::new(1)]];
        assert_eq!(ballot.values().collect::<Vec<_>>(), [&Selection::Ranking(tie)]);
        assert_eq!(script.left(), 0);
        let (a, b) = (&manifest.contests[0].options[0].name, &manifest.contests[0].options[1].name);
        assert!(script.shown().contains(&format!("     1. {a} = {b}")), "{}", script.shown());
    }

    #[test]
    fn the_review_page_says_that_a_ballot_is_replaced() {
        let manifest = example_manifest::<Business>("plurality");
        let mut script = Script::new(["1", "sign"]);
        let replaces = notice(Some("This ballot REPLACES your earlier one."));
        fill(&mut script, &manifest, &replaces).expect("a ballot");
        assert!(script.shown().contains("This ballot REPLACES your earlier one."));
    }

    #[test]
    fn leaving_signs_nothing() {
        let manifest = example_manifest::<Business>("approval");
        for answers in [vec!["1 2", "quit"], vec!["1 2"], vec![]] {
            let left = fill(&mut Script::new(answers), &manifest, &notice(None));
            assert!(matches!(left, Err(BoothError::Left)));
        }
    }

    #[test]
    fn endless_nonsense_ends() {
        let manifest = example_manifest::<Business>("motion");
        let mut script = Script::new(["?"; 1000]);
        let given_up = fill(&mut script, &manifest, &notice(None));
        assert!(matches!(given_up, Err(BoothError::NotUnderstood)));
    }
}
