//! Scottish STV: every total of every stage, the quota, what was lost, and who was elected.

use std::path::Path;

use serde_json::Value;
use tabulation::format::{Encoding, blt};
use tabulation::transcript::{CountRecord, Figure, StagesRecord};
use tabulation::{
    AffiliationCap, AffiliationId, Basis, Contest, ContestOption, ContestOptions, ContestRules,
    LookBack, MarkLimit, Method, OptionIndex, Profile, ScottishRules, TieRule, Transcript,
};

use crate::manifest::{Row, json, same, strings};
use crate::{Mismatch, Outcome};

struct Read {
    header: blt::BltHeader,
    profile: Profile,
}

fn tabulate(
    file: &Read,
    options: ContestOptions,
    cap: AffiliationCap,
    order: Vec<OptionIndex>,
) -> Transcript {
    let method = Method::ScottishStv(ScottishRules {
        by: Basis::Heads,
        at_most: MarkLimit::Any {},
        look_back: LookBack::Narrowing,
    });
    let ties = TieRule::PublishedOrder { order };
    let rules = ContestRules { method, seats: file.header.seats, affiliation_cap: cap, ties };
    let contest = Contest::new(rules, options).unwrap();
    crate::counted(&contest, &file.profile)
}

fn read(folder: &Path, row: &Row) -> Result<Read, Mismatch> {
    let bytes = std::fs::read(folder.join(&row.file)).unwrap();
    let read = blt::read_profile(&bytes, Encoding::Utf8);
    read.map(|(header, profile)| Read { header, profile }).map_err(|e| e.to_string())
}

pub(crate) fn run(folder: &Path, row: &Row) -> Result<Outcome, Mismatch> {
    let file = read(folder, row)?;
    let expected = &json(folder, &row.expected)["scottish-stv"];
    same("seats", &u64::from(file.header.seats), &expected["seats"].as_u64().unwrap())?;
    let order = order_of_lots(expected, file.header.names.len());
    let transcript =
        tabulate(&file, file.header.options().unwrap(), AffiliationCap::Unlimited {}, order);
    let CountRecord::Stages(record) = &transcript.count else { panic!("not a count in stages") };
    same("quota", &record.quota.as_str(), &expected["quota"].as_str().unwrap())?;
    check_stages(record, &file.header.names, &expected["stages"])?;
    let lots = transcript
        .ties
        .iter()
        .filter(|t| t.resolution == tabulation::transcript::TieResolution::PublishedOrder);
    let published = expected["ties_by_lot"].as_array().unwrap();
    let published = published.iter().filter(|t| t.as_str().unwrap().contains("by lot"));
    same("lots", &lots.count(), &published.count())?;
    let mut winners: Vec<String> =
        transcript.outcome.winners().iter().map(|&w| transcript.options.name(w)).collect();
    winners.sort();
    let mut listed = strings(&expected["winners"]);
    listed.sort();
    same("winners", &winners, &listed)?;
    let mut in_manifest = row.winners.clone();
    in_manifest.sort();
    same("winners of the manifest", &winners, &in_manifest)?;
    Ok(Outcome::Met)
}

/// The published counts settle lots by the order of candidates: the first has its surplus
/// transferred first, and the first is excluded first.
fn order_of_lots(expected: &Value, options: usize) -> Vec<OptionIndex> {
    let lots = expected["ties_by_lot"].as_array().unwrap();
    let exclusion = lots.iter().any(|t| t.as_str().unwrap().contains("by lot (defeat"));
    let order = OptionIndex::all(options);
    if exclusion { order.rev().collect() } else { order.collect() }
}

fn check_stages(record: &StagesRecord, names: &[String], expected: &Value) -> Result<(), Mismatch> {
    let expected = expected.as_array().unwrap();
    same("stages", &record.stages.len(), &expected.len())?;
    for (stage, expected) in record.stages.iter().zip(expected) {
        for (name, total) in names.iter().zip(&stage.totals) {
            let wanted = expected["totals"][name].as_str().unwrap_or("0.00000");
            same(&format!("stage {}: {name}", stage.number), &total.as_str(), &wanted)?;
        }
        let lost = scaled(&stage.total_non_transferable) + scaled(&stage.total_rounding_loss);
        let wanted = expected["non_transferable_plus_fraction_loss"].as_str().unwrap();
        let found = Figure::scaled(lost, 5);
        same(&format!("stage {}: lost", stage.number), &found.as_str(), &wanted)?;
    }
    Ok(())
}

fn scaled(figure: &Figure) -> i128 {
    figure.as_str().replace('.', "").parse().unwrap()
}

/// The same file with the affiliation that stands in brackets after some names, capped at one.
pub(crate) fn run_capped(folder: &Path, row: &Row) -> Result<Outcome, Mismatch> {
    let file = read(folder, row)?;
    let options = file.header.names.iter().enumerate().map(|(i, name)| {
        let option = ContestOption::new(i.to_string(), name);
        match name.split_once('(') {
            Some((_, group)) => {
                option.affiliated(AffiliationId::new(group.trim_end_matches(')')).unwrap())
            }
            None => option,
        }
    });
    let options = ContestOptions::new(options.collect()).unwrap();
    let order = OptionIndex::all(file.header.names.len()).collect();
    let transcript = tabulate(&file, options, AffiliationCap::AtMost { seats: 1 }, order);
    let names = |winners: &[OptionIndex]| -> Vec<String> {
        let mut names: Vec<String> = winners.iter().map(|&w| transcript.options.name(w)).collect();
        names.sort();
        names
    };
    let all = json(folder, &row.expected);
    let constrained = strings(&all["constrained"]["guard_doom_and_repeat_count_winners"]);
    same("winners", &names(transcript.outcome.winners()), &constrained)?;
    same("winners of the manifest", &constrained, &row.winners)?;
    let cap = transcript.cap.as_ref().unwrap();
    let before = strings(&all["scottish-stv"]["winners"]);
    same("winners without the cap", &names(&cap.before), &before)?;
    Ok(Outcome::Met)
}
