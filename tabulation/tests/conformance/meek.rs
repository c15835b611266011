//! Meek: every figure of every action that independent programs print, to the last digit.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;
use tabulation::format::{Encoding, blt};
use tabulation::transcript::{CountRecord, Stage, StageAction};
use tabulation::{
    AffiliationCap, Basis, Contest, ContestRules, CountError, Electorate, Kept, LookBack,
    LotSource, LowestRule, MarkLimit, Marks, MeekCourse, MeekRules, Method, OmegaBound,
    OptionIndex, Profile, SelectionError, TieRule, Transcript, count,
};

use crate::manifest::{Row, json, same, strings};
use crate::{Mismatch, Outcome};

/// What another program printed: an action, and the votes of those not defeated.
struct Printed {
    action: String,
    votes: BTreeMap<String, String>,
    quota: String,
}

fn tabulate(file: &Read, decimals: u8, omega_decimals: u8) -> Transcript {
    crate::counted(&contest(file, decimals, omega_decimals), &file.profile)
}

fn contest(file: &Read, decimals: u8, omega_decimals: u8) -> Contest {
    let method = Method::Meek(MeekRules {
        by: Basis::Heads,
        at_most: MarkLimit::Any {},
        decimals,
        kept: Kept::Cut,
        course: MeekCourse::Reference,
        omega_decimals,
        omega_bound: OmegaBound::AtMost,
        lowest: LowestRule::WithinSurplus,
        look_back: LookBack::Never,
    });
    // The programs defeat the first of their tie order; it is the candidates' order if none is
    // given. Here the first is the most favoured.
    let mut order: Vec<OptionIndex> = if file.header.tie_order.is_empty() {
        OptionIndex::all(file.header.names.len()).collect()
    } else {
        file.header.tie_order.clone()
    };
    order.reverse();
    let rules = ContestRules {
        method,
        seats: file.header.seats,
        affiliation_cap: AffiliationCap::Unlimited {},
        ties: TieRule::PublishedOrder { order },
    };
    Contest::new(rules, file.header.options().unwrap()).unwrap()
}

struct Read {
    header: blt::BltHeader,
    profile: Profile,
}

fn read(folder: &Path, row: &Row) -> Read {
    let bytes = std::fs::read(folder.join(&row.file)).unwrap();
    let (header, profile) = blt::read_profile(&bytes, Encoding::Utf8).unwrap();
    Read { header, profile }
}

fn stages(transcript: &Transcript) -> &[Stage] {
    let CountRecord::Stages(record) = &transcript.count else { panic!("not a count in stages") };
    &record.stages
}

/// The totals of a stage for the names another program printed.
fn check_votes(transcript: &Transcript, stage: &Stage, printed: &Printed) -> Result<(), Mismatch> {
    let what = format!("stage {} ({})", stage.number, printed.action);
    for (option, total) in OptionIndex::all(stage.totals.len()).zip(&stage.totals) {
        if let Some(wanted) = printed.votes.get(&transcript.options.name(option)) {
            same(&what, &total.as_str(), &wanted.as_str())?;
        }
    }
    let quota = stage.quota.as_ref().unwrap();
    same(&format!("{what}: quota"), &quota.as_str(), &printed.quota.as_str())
}

/// Walks both counts together: one stage here is one or more actions there.
fn compare(transcript: &Transcript, printed: &[Printed]) -> Result<(), Mismatch> {
    let stages = stages(transcript);
    let name = |o: OptionIndex| transcript.options.name(o);
    let (mut at, mut elected) = (0, Vec::new());
    for action in printed {
        let stage = stages.get(at).ok_or("the count ends too early")?;
        if let Some(candidate) = action.action.strip_prefix("Elect: ") {
            check_votes(transcript, stage, action)?;
            elected.push(candidate.to_owned());
            if elected.len() == stage.elected.len() {
                let mut wanted: Vec<String> = stage.elected.iter().map(|&o| name(o)).collect();
                wanted.sort();
                elected.sort();
                same("elected", &wanted, &elected)?;
                elected.clear();
                at += 1;
            }
        } else if let Some((_, candidate)) =
            action.action.strip_prefix("Defeat (").and_then(|rest| rest.split_once("): "))
        {
            check_votes(transcript, stage, action)?;
            same("elected before a defeat", &stage.elected.len(), &0)?;
            at += 1;
            let next = stages.get(at).ok_or("the count ends before a defeat")?;
            let StageAction::Exclusion { option } = next.action else {
                return Err(format!("stage {} is no exclusion", next.number));
            };
            same("defeated", &name(option).as_str(), &candidate)?;
        } else if let Some(tie) = action.action.strip_prefix("Break tie (defeat): ") {
            let (_, chosen) = tie.rsplit_once("-> ").unwrap();
            let tie = transcript.ties.iter().find(|t| t.stage == stage.number + 1);
            let first = tie.and_then(|t| t.decided.first()).map(|&o| name(o));
            same("tie", &first.as_deref(), &Some(chosen))?;
        } else if let Some(candidate) = action.action.strip_prefix("Elect remaining: ") {
            let last = stages.last().unwrap();
            check_votes(transcript, last, action)?;
            let elected: Vec<String> = last.elected.iter().map(|&o| name(o)).collect();
            same("elected at the end", &elected.contains(&candidate.to_owned()), &true)?;
        } else if let Some(candidate) = action.action.strip_prefix("Defeat remaining: ") {
            let StageAction::JointExclusion { options } = &stages.last().unwrap().action else {
                return Err("nobody is left at the end".to_owned());
            };
            let rest: Vec<String> = options.iter().map(|&o| name(o)).collect();
            same("defeated at the end", &rest.contains(&candidate.to_owned()), &true)?;
        } else {
            return Err(format!("no test knows the action {:?}", action.action));
        }
    }
    Ok(())
}

pub(crate) fn run(folder: &Path, row: &Row) -> Result<Outcome, Mismatch> {
    let file = read(folder, row);
    let expected = &json(folder, &row.expected)["meek-fixed9"];
    let transcript = tabulate(&file, 9, 6);
    let printed: Vec<Printed> = expected["actions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|action| Printed {
            action: action["action"].as_str().unwrap().to_owned(),
            votes: votes(&action["votes"]),
            quota: action["quota"].as_str().unwrap().to_owned(),
        })
        .collect();
    same("actions", &printed.is_empty(), &false)?;
    compare(&transcript, &printed)?;
    let last = Printed {
        action: "final".to_owned(),
        votes: votes(&expected["final_votes"]),
        quota: expected["final_quota"].as_str().unwrap().to_owned(),
    };
    check_votes(&transcript, stages(&transcript).last().unwrap(), &last)?;
    check_winners(&transcript, strings(&expected["winners"]))?;
    check_winners(&transcript, row.winners.clone())?;
    Ok(Outcome::Met)
}

fn votes(value: &Value) -> BTreeMap<String, String> {
    let map = value.as_object().unwrap();
    map.iter().map(|(name, v)| (name.clone(), v.as_str().unwrap().to_owned())).collect()
}

fn check_winners(transcript: &Transcript, mut wanted: Vec<String>) -> Result<(), Mismatch> {
    let mut winners: Vec<String> =
        transcript.outcome.winners().iter().map(|&w| transcript.options.name(w)).collect();
    winners.sort();
    wanted.sort();
    same("winners", &winners, &wanted)
}

/// A row of `stv-rs` transcripts: those in fixed decimals, for ballots without equal ranks.
pub(crate) fn run_logs(folder: &Path, row: &Row) -> Result<Outcome, Mismatch> {
    let file = read(folder, row);
    let shared = |marks: &Marks<'_>| match marks {
        Marks::Ranking(ranking) => ranking.groups().any(|group| group.count() > 1),
        Marks::Choice(_) | Marks::Chosen(_) | Marks::Scores(_) => false,
    };
    if file.profile.iter().any(|(marks, _)| shared(&marks)) {
        let contest = contest(&file, 9, 6);
        let electorate = Electorate::of_those_who_voted(&file.profile);
        return match count(&contest, &file.profile, &electorate, LotSource::None) {
            Err(CountError::IllegalSelection {
                error: SelectionError::EqualRanks { .. }, ..
            }) => Ok(Outcome::Refused("equal ranks have no place in any text of this method")),
            other => Err(format!("equal ranks are not refused: {other:?}")),
        };
    }
    let transcript = tabulate(&file, 9, 6);
    let logs: Vec<String> = serde_json::from_str(&row.expected).unwrap();
    let fixed: Vec<&String> = logs.iter().filter(|log| log.contains("fixed9.log")).collect();
    same("transcripts in fixed decimals", &fixed.is_empty(), &false)?;
    for log in fixed {
        let text = std::fs::read_to_string(folder.join(log)).unwrap();
        let printed = actions(&text);
        same("actions", &printed.is_empty(), &false)?;
        compare(&transcript, &printed).map_err(|why| format!("{log}: {why}"))?;
    }
    check_winners(&transcript, row.winners.clone())?;
    Ok(Outcome::Met)
}

/// The actions of a transcript that elect or defeat somebody.
fn actions(text: &str) -> Vec<Printed> {
    let mut printed = Vec::new();
    for block in text.split("\nAction: ").skip(1) {
        let (action, rest) = block.split_once('\n').unwrap();
        if !action.starts_with("Elect") && !action.starts_with("Defeat") {
            continue;
        }
        let mut votes = BTreeMap::new();
        let mut quota = String::new();
        for line in rest.lines() {
            let line = line.trim();
            if let Some(entry) =
                line.strip_prefix("Elected: ").or_else(|| line.strip_prefix("Hopeful: "))
            {
                let (name, total) = entry.trim().rsplit_once(" (").unwrap();
                votes.insert(name.to_owned(), total.trim_end_matches(')').to_owned());
            } else if let Some(figure) = line.strip_prefix("Quota: ") {
                quota = figure.to_owned();
            }
        }
        printed.push(Printed { action: action.to_owned(), votes, quota });
    }
    printed
}

/// A report printed with six decimals: every total, exhausted vote and threshold of each round.
pub(crate) fn run_report(folder: &Path, row: &Row) -> Result<Outcome, Mismatch> {
    let file = read(folder, row);
    let transcript = tabulate(&file, 6, 5);
    let text = std::fs::read_to_string(folder.join("w3c/solid-chairs-2023.rounds.txt")).unwrap();
    let stages = stages(&transcript);
    // Two lines of cells per round: candidates 1 to 4; candidate 5, exhausted, surplus, threshold.
    let cells = |line: &str| -> Vec<String> {
        line.split('|').skip(1).map(|cell| cell.trim().to_owned()).collect()
    };
    let lines: Vec<&str> = text.lines().collect();
    let mut rounds = 0;
    for (index, line) in lines.iter().enumerate() {
        let Some((round, _)) = line.split_once('|') else { continue };
        let Ok(round) = round.trim().parse::<usize>() else { continue };
        let printed: Vec<String> = [cells(line), cells(lines[index + 1])].concat();
        let stage = &stages[round - 1];
        let total = |i: usize| stage.totals[i].to_string();
        let found = [
            total(0),
            total(1),
            total(2),
            total(3),
            total(4),
            stage.total_non_transferable.to_string(),
            printed[6].clone(),
            stage.quota.as_ref().unwrap().to_string(),
        ];
        for (found, wanted) in found.iter().zip(&printed).filter(|(_, w)| !w.is_empty()) {
            same(&format!("round {round}"), found, wanted)?;
        }
        rounds += 1;
    }
    same("rounds", &rounds, &4)?;
    check_winners(&transcript, row.winners.clone())?;
    Ok(Outcome::Met)
}
