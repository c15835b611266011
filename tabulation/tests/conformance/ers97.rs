//! ERS97: every total of every stage, the vote required, what became non-transferable, and who was
//! elected.

use std::path::Path;

use tabulation::format::{Encoding, blt};
use tabulation::transcript::{CountRecord, Figure, StagesRecord};
use tabulation::{
    AffiliationCap, Basis, Contest, ContestRules, Ers97Rules, MarkLimit, Method, OptionIndex,
    Profile, TieRule,
};

use crate::manifest::{Row, json, same, strings};
use crate::{Mismatch, Outcome};

pub(crate) fn run(folder: &Path, row: &Row) -> Result<Outcome, Mismatch> {
    let bytes = std::fs::read(folder.join(&row.file)).unwrap();
    let (file, profile) = blt::read_profile(&bytes, Encoding::Utf8).map_err(|e| e.to_string())?;
    let expected = &json(folder, &row.expected)["ers97"];
    same("seats", &u64::from(file.seats), &expected["seats"].as_u64().unwrap())?;
    // The published counts settle lots by the order of candidates: the first has its surplus
    // transferred first, and the first is excluded first. No row needs both.
    let order: Vec<OptionIndex> = OptionIndex::all(file.names.len()).collect();
    let reversed = order.iter().rev().copied().collect();
    let first = check(row, &file, &profile, expected, order);
    first.or_else(|why| check(row, &file, &profile, expected, reversed).map_err(|_| why))?;
    Ok(Outcome::Met)
}

fn check(
    row: &Row,
    file: &blt::BltHeader,
    profile: &Profile,
    expected: &serde_json::Value,
    order: Vec<OptionIndex>,
) -> Result<(), Mismatch> {
    let rules = ContestRules {
        method: Method::Ers97(Ers97Rules { by: Basis::Heads, at_most: MarkLimit::Any {} }),
        seats: file.seats,
        affiliation_cap: AffiliationCap::Unlimited {},
        ties: TieRule::PublishedOrder { order },
    };
    let contest = Contest::new(rules, file.options().unwrap()).unwrap();
    let transcript = crate::counted(&contest, profile);
    let CountRecord::Stages(record) = &transcript.count else { panic!("not a count in stages") };
    check_stages(record, &file.names, &expected["stages"])?;
    let mut winners: Vec<String> =
        transcript.outcome.winners().iter().map(|&w| transcript.options.name(w)).collect();
    winners.sort();
    let mut listed = strings(&expected["winners"]);
    listed.sort();
    same("winners", &winners, &listed)?;
    let mut in_manifest = row.winners.clone();
    in_manifest.sort();
    same("winners of the manifest", &winners, &in_manifest)
}

fn check_stages(
    record: &StagesRecord,
    names: &[String],
    expected: &serde_json::Value,
) -> Result<(), Mismatch> {
    let expected = expected.as_array().unwrap();
    for (stage, expected) in record.stages.iter().zip(expected) {
        let of = |what: &str| format!("stage {}: {what}", stage.number);
        for (name, total) in names.iter().zip(&stage.totals) {
            let wanted = expected["totals"][name].as_str().unwrap_or("0.00");
            same(&of(name), &total.as_str(), &wanted)?;
        }
        let quota = stage.quota.as_ref().map(Figure::as_str);
        same(&of("quota"), &quota, &expected["quota"].as_str())?;
        let lost = scaled(&stage.total_non_transferable) + scaled(&stage.total_rounding_loss);
        let wanted = expected["non_transferable"].as_str().unwrap();
        same(&of("non-transferable"), &Figure::scaled(lost, 2).as_str(), &wanted)?;
    }
    same("stages", &record.stages.len(), &expected.len())
}

fn scaled(figure: &Figure) -> i128 {
    figure.as_str().replace('.', "").parse().unwrap()
}
