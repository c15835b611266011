//! `auditor check`: a transcript against the ballots, step by step, without counting again.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use clap::Args as ClapArgs;
use serde_json::{Value, json};
use tabulation::{CheckError, Checked, ContestOptions, OptionIndex, TieRule, Transcript};

use super::ballots::{self, Counted, FileArgs};
use super::words;
use crate::cmd::{Done, Exit};
use crate::files;
use crate::show::printable;

/// The largest transcript.
const MAX_TRANSCRIPT_BYTES: usize = 256 << 20;

/// Options of `auditor check`.
#[derive(ClapArgs, Debug)]
pub struct Args {
    /// The transcript: what `auditor count` writes with --report transcript, or prints with --json.
    transcript: PathBuf,
    /// The ballot file that it is said to be a count of.
    ballots: PathBuf,
    #[command(flatten)]
    input: FileArgs,
}

/// A claim of the transcript that does not follow.
struct Finding {
    /// Where it stands, as a JSON pointer.
    place: String,
    claimed: String,
    follows: String,
}

pub(super) fn run(args: &Args) -> Result<Done> {
    let transcript = read(&args.transcript)?;
    let file = ballots::read(&args.ballots, &args.input)?;
    file.check_rankings_as([&transcript.rules])?;
    let profile = file.profile_for(&transcript.rules)?;
    let checked = compare(&transcript.options, &file.options).and_then(|()| {
        tabulation::check(&transcript, &profile)
            .map_err(|error| finding(error, &transcript.options))
    });
    Ok(match checked {
        Ok(checked) => verified(&transcript, &checked, &file),
        Err(finding) => refuted(&finding, &file),
    })
}

/// A transcript, alone or as the member of what a count prints.
fn read(path: &Path) -> Result<Transcript> {
    let bytes = files::read(path, MAX_TRANSCRIPT_BYTES)?;
    let what = || {
        format!(
            "{} is no transcript as `auditor count` writes it with --report transcript or prints \
             it with --json",
            path.display()
        )
    };
    let mut json: Value = serde_json::from_slice(&bytes).with_context(what)?;
    let member = json.get_mut("transcript").map(Value::take);
    serde_json::from_value(member.unwrap_or(json)).with_context(what)
}

/// The options of the transcript are those of the file, by order and by name.
fn compare(claimed: &ContestOptions, follows: &ContestOptions) -> Result<(), Finding> {
    let most = claimed.len().max(follows.len());
    for option in OptionIndex::all(most) {
        let name = |options: &ContestOptions| options.option(option).map(|o| o.name.clone());
        let (claimed, follows) = (name(claimed), name(follows));
        if claimed != follows {
            let said = |name: Option<String>| {
                name.map_or_else(|| "no option".to_owned(), |name| format!("{name:?}"))
            };
            let (claimed, follows) = (said(claimed), said(follows));
            return Err(Finding {
                place: format!("/options/options/{option}/name"),
                claimed,
                follows,
            });
        }
    }
    // Most formats cannot say who withdrew; a file that says it must agree.
    if !follows.withdrawn().is_empty() && claimed.withdrawn() != follows.withdrawn() {
        let place = "/options/withdrawn".to_owned();
        return Err(Finding { place, claimed: withdrawn(claimed), follows: withdrawn(follows) });
    }
    Ok(())
}

fn withdrawn(options: &ContestOptions) -> String {
    let withdrawn: Vec<OptionIndex> = options.withdrawn().iter().copied().collect();
    if withdrawn.is_empty() { "nobody".to_owned() } else { options.names(&withdrawn) }
}

fn finding(error: CheckError, options: &ContestOptions) -> Finding {
    let place = error.place().to_owned();
    let (claimed, follows) = match error {
        CheckError::Claim { claimed, follows, .. } => (claimed, follows),
        CheckError::Rules { error } => ("these rules".to_owned(), format!("nothing: {error}")),
        CheckError::Ballot { selection, error } => (
            "that all ballots of the file were counted".to_owned(),
            format!(
                "that its rules do not allow the ballot \u{201c}{}\u{201d}: {error}",
                words::ballot(&selection, options)
            ),
        ),
        CheckError::Overflow { .. } => {
            ("what it says".to_owned(), "a sum larger than any count can reach".to_owned())
        }
    };
    Finding { place, claimed, follows }
}

fn verified(transcript: &Transcript, checked: &Checked, file: &Counted) -> Done {
    let given = premises(transcript, checked);
    let mut words = format!(
        "{}\n\nChecked against these ballots: the electorate's bounds, every sum and figure, every \
         tie and what became of it, every election and exclusion, the ranking, the cap, the \
         outcome. Sentences were not, but for those of the rules, the cap and the outcome.\n\nTaken as given, for you \
         to compare with what was published:\n",
        file.words()
    );
    for (what, said) in &given {
        words.push_str(&format!("  {what}: {}\n", printable(said)));
    }
    words.push_str(&format!(
        "\nVERIFIED: everything in the transcript follows. {}",
        printable(&transcript.sentence)
    ));
    let given: serde_json::Map<String, Value> =
        given.into_iter().map(|(what, said)| (what.to_owned(), said.into())).collect();
    let json = json!({
        "verdict": "verified", "input": file.json(), "given": given,
        "outcome": transcript.outcome, "sentence": transcript.sentence,
    });
    Done::ok(words, json)
}

/// What the transcript starts from, which no ballot proves.
fn premises(transcript: &Transcript, checked: &Checked) -> Vec<(&'static str, String)> {
    let (rules, electorate) = (checked.contest().rules(), checked.electorate());
    let tally = |tally: tabulation::Tally| {
        format!("{} with {}", tally.heads, words::number(tally.weight, "vote"))
    };
    let mut given = vec![("rules", rules.sentence()), ("entitled", tally(electorate.entitled()))];
    if electorate.recused != tabulation::Tally::default() {
        given.push(("recused", tally(electorate.recused)));
    }
    given.extend(electorate.present.map(|present| ("present", tally(present))));
    let options = checked.contest().options();
    if !options.withdrawn().is_empty() {
        given.push(("withdrawn", withdrawn(options)));
    }
    let affiliated = options.iter().filter(|(_, option)| !option.affiliations.is_empty());
    let affiliated: Vec<_> = affiliated
        .map(|(_, option)| {
            let groups: Vec<_> = option.affiliations.iter().map(ToString::to_string).collect();
            format!("{} of {}", option.name, groups.join(" and "))
        })
        .collect();
    if !affiliated.is_empty() {
        given.push(("affiliations", affiliated.join(", ")));
    }
    if !options.sitting().is_empty() {
        let sitting = options.sitting().iter().map(|(group, seats)| format!("{group}: {seats}"));
        given.push(("seats held already", sitting.collect::<Vec<_>>().join(", ")));
    }
    given.extend(checked.seed().map(|seed| ("seed", seed.to_string())));
    let casting = transcript.lots.as_ref().filter(|_| rules.ties == TieRule::CastingVote {});
    given.extend(casting.map(|lots| ("casting vote", options.names(&lots.order))));
    if let tabulation::transcript::CountRecord::Motion(motion) = &transcript.count {
        given.extend(motion.casting.map(|vote| ("casting vote", vote.to_string())));
    }
    given
}

fn refuted(finding: &Finding, file: &Counted) -> Done {
    let Finding { place, claimed, follows } = finding;
    let words = format!(
        "{}\n\nREFUTED at {place}: the transcript says {}, but what follows from the ballots is {}.",
        file.words(),
        printable(claimed),
        printable(follows)
    );
    let json = json!({
        "verdict": "refuted", "input": file.json(), "place": place, "claimed": claimed,
        "follows": follows,
    });
    Done::report(words, json, Exit::Refuted)
}
