//! Schulze: published rankings, four variants each, and every cell of the pairwise matrices.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;
use tabulation::format::{Encoding, elekto};
use tabulation::transcript::{CountRecord, SchulzeRecord};
use tabulation::{
    AffiliationCap, AffiliationId, Basis, Contest, ContestOption, ContestOptions, ContestRules,
    EqualRanks, Incomparable, MarkLimit, Method, OptionIndex, Profile, ProfileBuilder,
    RankedPairsRules, Ratio, SchulzeRules, Selection, Strength, Tally, TieRule, Transcript,
    Unranked,
};

use crate::manifest::{Row, json, same, strings};
use crate::{Mismatch, Outcome};

fn rules(unranked: Unranked, strength: Strength, seats: u16, cap: AffiliationCap) -> ContestRules {
    let method = Method::Schulze(SchulzeRules {
        by: Basis::Heads,
        unranked,
        strength,
        incomparable: Incomparable::ByWins,
        equal_ranks: EqualRanks::Allowed,
        at_most: MarkLimit::Any {},
    });
    ContestRules { method, seats, affiliation_cap: cap, ties: TieRule::Refuse {} }
}

fn tabulate(rules: ContestRules, options: ContestOptions, profile: &Profile) -> Transcript {
    let contest = Contest::new(rules, options).unwrap();
    crate::counted(&contest, profile)
}

fn record(transcript: &Transcript) -> &SchulzeRecord {
    let CountRecord::Schulze(record) = &transcript.count else { panic!("not a Schulze count") };
    record
}

pub(crate) fn run(folder: &Path, row: &Row) -> Result<Outcome, Mismatch> {
    if row.id == "edge-schulze-45" {
        return run_example_of_45(folder, row);
    }
    let bytes = std::fs::read(folder.join(&row.file)).unwrap();
    let file = elekto::read(&bytes, Encoding::Utf8).map_err(|e| e.to_string())?;
    let seats: u16 = row.seats.parse().unwrap();
    if row.id == "cloudfoundry-toc-2021" {
        return run_published_text(folder, row, &file, seats);
    }
    let expected = json(folder, &row.expected);
    same("candidates", &file.names, &strings(&expected["candidates"]))?;
    same("ballots", &(file.ballots.len() as u64), &expected["ballots"].as_u64().unwrap())?;
    for (unranked, key) in
        [(Unranked::NotCompared, "no-opinion-not-compared"), (Unranked::Last, "unranked-last")]
    {
        for (strength, variant) in
            [(Strength::WinningVotes, "winning"), (Strength::Margins, "margin")]
        {
            let rules = rules(unranked, strength, seats, AffiliationCap::Unlimited {});
            let transcript = tabulate(rules, file.options().unwrap(), &file.profile().unwrap());
            let matrix = serde_json::to_value(&record(&transcript).pairwise).unwrap();
            same("pairwise", &matrix, &expected[format!("pairwise/{key}")])?;
            let wanted = &expected[format!("schulze/{key}/{variant}")]["ranking"];
            check_places(&transcript, wanted).map_err(|e| format!("{key}/{variant}: {e}"))?;
        }
    }
    let (options, cap) = capped(row, &file);
    let rules = rules(Unranked::NotCompared, Strength::WinningVotes, seats, cap);
    let transcript = tabulate(rules, options, &file.profile().unwrap());
    let winners: Vec<String> =
        transcript.outcome.winners().iter().map(|&w| transcript.options.name(w)).collect();
    // Two of one group of a ranking are tied; the order in which they are listed says nothing.
    same("winners", &sorted(winners), &sorted(row.winners.clone()))?;
    Ok(Outcome::Met)
}

fn sorted(mut names: Vec<String>) -> Vec<String> {
    names.sort();
    names
}

/// A place is how many options are ranked above one: all that a partial order says of it.
fn check_places(transcript: &Transcript, wanted: &Value) -> Result<(), String> {
    let record = record(transcript);
    let mut above: BTreeMap<String, u64> =
        record.options.iter().map(|&o| (transcript.options.name(o), 0)).collect();
    for beaten in record.beats.iter().flatten() {
        *above.get_mut(&transcript.options.name(*beaten)).unwrap() += 1;
    }
    let wanted: BTreeMap<String, u64> = wanted
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| (entry[1].as_str().unwrap().to_owned(), entry[0].as_u64().unwrap()))
        .collect();
    same("ranking", &above, &wanted)
}

/// In 2017 the third and fourth of the published ranking came from one company, of which three
/// others sat on the committee of thirteen; at most a third of it could be of one company.
fn capped(row: &Row, file: &elekto::ElektoFile) -> (ContestOptions, AffiliationCap) {
    if row.id != "k8s-steering-2017" {
        return (file.options().unwrap(), AffiliationCap::Unlimited {});
    }
    let ranking = ranking(file);
    let company = AffiliationId::new("one company").unwrap();
    let options =
        with_affiliations(file, &[(&ranking[2..4], &company)]).with_sitting([(company, 3)].into());
    let ratio = Ratio::new(1, 3).unwrap();
    (options, AffiliationCap::Share { ratio, body_seats: 13 })
}

/// The options in the order of the published ranking.
fn ranking(file: &elekto::ElektoFile) -> Vec<OptionIndex> {
    let rules =
        rules(Unranked::NotCompared, Strength::WinningVotes, 1, AffiliationCap::Unlimited {});
    tabulate(rules, file.options().unwrap(), &file.profile().unwrap()).ranking.concat()
}

fn with_affiliations(
    file: &elekto::ElektoFile,
    groups: &[(&[OptionIndex], &AffiliationId)],
) -> ContestOptions {
    let options = file.names.iter().enumerate().map(|(i, name)| {
        let index = OptionIndex::new(u16::try_from(i).unwrap());
        let mut option = ContestOption::new(i.to_string(), name);
        let theirs = groups.iter().filter(|(members, _)| members.contains(&index));
        option.affiliations = theirs.map(|&(_, group)| group.clone()).collect();
        option
    });
    ContestOptions::new(options.collect()).unwrap()
}

/// An election published as text only: `3. Name  loses to X by 73–22, loses to Y by 60–34`.
fn run_published_text(
    folder: &Path,
    row: &Row,
    file: &elekto::ElektoFile,
    seats: u16,
) -> Result<Outcome, Mismatch> {
    let ranking = ranking(file);
    // The first and second came from one company, the third, fourth and fifth from another.
    let (one, two) = (AffiliationId::new("one").unwrap(), AffiliationId::new("two").unwrap());
    let options = with_affiliations(file, &[(&ranking[..2], &one), (&ranking[2..5], &two)]);
    let cap = AffiliationCap::AtMost { seats: 2 };
    let rules = rules(Unranked::NotCompared, Strength::WinningVotes, seats, cap);
    let transcript = tabulate(rules, options, &file.profile().unwrap());
    let name = |o: OptionIndex| transcript.options.name(o);
    let names: Vec<String> = ranking.iter().map(|&o| name(o)).collect();
    let text = std::fs::read_to_string(folder.join(&row.expected)).unwrap();
    let mut published = Vec::new();
    let mut duels = 0;
    for line in text.lines() {
        let Some((place, rest)) = line.split_once(". ") else { continue };
        if place.parse::<u8>().is_err() {
            continue;
        }
        let (candidate, reasons) = rest.split_once("  ").unwrap_or((rest, ""));
        let candidate = candidate.split("  (").next().unwrap().trim().to_owned();
        for duel in reasons.split("loses to ").skip(1) {
            let (winner, votes) = duel.split_once(" by ").unwrap();
            let (won, lost) = votes.trim_end_matches([',', ' ']).split_once('–').unwrap();
            let at = |n: &str| file.names.iter().position(|m| m == n).unwrap();
            let (i, j) = (at(winner), at(&candidate));
            let matrix = &record(&transcript).pairwise;
            let found = (matrix[i][j].to_string(), matrix[j][i].to_string());
            same(duel, &found, &(won.to_owned(), lost.to_owned()))?;
            duels += 1;
        }
        published.push(candidate);
    }
    same("published order", &names, &published)?;
    same("published duels", &duels, &13)?;
    let winners: Vec<String> = transcript.outcome.winners().iter().map(|&w| name(w)).collect();
    same("winners", &winners, &row.winners)?;
    let passed = &transcript.cap.as_ref().unwrap().passed_over;
    same("passed over", &passed.iter().map(|p| p.option).collect(), &vec![ranking[4]])?;
    Ok(Outcome::Met)
}

/// Ballots given as `[count, "ACBED"]`.
fn letters(ballots: &Value, candidates: &[String]) -> Profile {
    let mut profile = ProfileBuilder::new();
    for ballot in ballots.as_array().unwrap() {
        let heads = ballot[0].as_u64().unwrap();
        let order = ballot[1].as_str().unwrap().chars().map(|letter| {
            let place = candidates.iter().position(|c| *c == letter.to_string()).unwrap();
            OptionIndex::new(u16::try_from(place).unwrap())
        });
        profile.add_many(&Selection::strict(order), Tally { heads, weight: heads }).unwrap();
    }
    profile.build()
}

fn run_example_of_45(folder: &Path, row: &Row) -> Result<Outcome, Mismatch> {
    let file = json(folder, &row.file);
    let candidates = strings(&file["candidates"]);
    let profile = letters(&file["ballots"], &candidates);
    let rules =
        rules(Unranked::NotCompared, Strength::WinningVotes, 1, AffiliationCap::Unlimited {});
    let transcript = tabulate(rules, ContestOptions::from_names(candidates).unwrap(), &profile);
    let record = record(&transcript);
    same("pairwise", &serde_json::to_value(&record.pairwise).unwrap(), &file["pairwise"])?;
    let paths = serde_json::to_value(&record.strongest).unwrap();
    same("widest paths", &paths, &file["widest_paths"])?;
    let names: Vec<String> =
        transcript.ranking.concat().iter().map(|&o| transcript.options.name(o)).collect();
    same("ranking", &names, &strings(&file["ranking"]))?;
    same("winners", &names[..1].to_vec(), &row.winners)?;
    Ok(Outcome::Met)
}

pub(crate) fn run_tennessee(folder: &Path, row: &Row) -> Result<Outcome, Mismatch> {
    let file = json(folder, &row.file);
    let candidates: Vec<String> = file["candidates"].as_object().unwrap().keys().cloned().collect();
    let profile = letters(&file["ballots"], &candidates);
    let rules = rules(Unranked::Last, Strength::Margins, 1, AffiliationCap::Unlimited {});
    let options = ContestOptions::from_names(candidates).unwrap();
    let expected = &file["expected"];
    let winner = expected["irv"].as_str().unwrap();
    crate::irv::check_rounds(options.clone(), &profile, &expected["irv_rounds"], winner)?;
    let transcript = tabulate(rules, options, &profile);
    let names: Vec<String> =
        transcript.ranking.concat().iter().map(|&o| transcript.options.name(o)).collect();
    same("ranking", &names, &strings(&file["expected"]["schulze"]))?;
    check_ranked_pairs(&transcript, &profile, &strings(&expected["ranked_pairs"]))?;
    let winner = record(&transcript).condorcet_winner.map(|w| transcript.options.name(w));
    same("Condorcet winner", &winner.as_deref(), &file["expected"]["condorcet"].as_str())?;
    Ok(Outcome::Met)
}

fn check_ranked_pairs(
    schulze: &Transcript,
    profile: &Profile,
    wanted: &[String],
) -> Result<(), Mismatch> {
    let method = Method::RankedPairs(RankedPairsRules {
        by: Basis::Heads,
        unranked: Unranked::Last,
        strength: Strength::Margins,
        equal_ranks: EqualRanks::Allowed,
        at_most: MarkLimit::Any {},
    });
    let transcript = tabulate(
        ContestRules { method, ..schulze.rules.clone() },
        schulze.options.clone(),
        profile,
    );
    let ranking = transcript.ranking.concat();
    let names: Vec<String> = ranking.iter().map(|&o| transcript.options.name(o)).collect();
    same("ranked pairs", &names, &wanted.to_vec())
}
