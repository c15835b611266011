//! Debian leader elections: the matrix, the order without the default option's rules, the winner.

use std::path::Path;

use tabulation::format::{Encoding, debian};
use tabulation::transcript::CountRecord;
use tabulation::{
    AffiliationCap, Basis, Contest, ContestRules, DebianRules, EqualRanks, Incomparable, MarkLimit,
    Method, OptionIndex, SchulzeRules, Strength, TieRule, Transcript, Unranked,
};

use crate::manifest::{Row, json, same, strings};
use crate::{Mismatch, Outcome};

fn tabulate(sheet: &debian::DebianSheet, method: Method) -> Transcript {
    let rules = ContestRules {
        method,
        seats: 1,
        affiliation_cap: AffiliationCap::Unlimited {},
        ties: TieRule::Refuse {},
    };
    let contest = Contest::new(rules, sheet.options().unwrap()).unwrap();
    let profile = sheet.profile().unwrap();
    crate::counted(&contest, &profile)
}

pub(crate) fn run(folder: &Path, row: &Row) -> Result<Outcome, Mismatch> {
    let bytes = std::fs::read(folder.join(&row.file)).unwrap();
    let sheet = debian::read(&bytes, Encoding::Utf8OrLatin1).map_err(|e| e.to_string())?;
    let expected = json(folder, &row.expected);
    same("options", &sheet.names, &strings(&expected["candidates"]))?;
    let ballots = expected["ballots"].as_u64().unwrap();
    same("ballots", &(sheet.ballots.len() as u64), &ballots)?;
    for (unranked, key) in [
        (Unranked::Last, "unranked-last (Debian A.5.1)"),
        (Unranked::NotCompared, "unranked-not-compared"),
    ] {
        let transcript = tabulate(
            &sheet,
            Method::Schulze(SchulzeRules {
                by: Basis::Heads,
                unranked,
                strength: Strength::WinningVotesFewerOpposing,
                incomparable: Incomparable::Tied,
                equal_ranks: EqualRanks::Allowed,
                at_most: MarkLimit::Any {},
            }),
        );
        let CountRecord::Schulze(record) = &transcript.count else { panic!("not Schulze") };
        let matrix = serde_json::to_value(&record.pairwise).unwrap();
        same(key, &matrix, &expected[format!("pairwise/{key}")])?;
        let mut places = Vec::new();
        for group in &transcript.ranking {
            let place = places.len();
            places.extend(group.iter().map(|&o| (place, transcript.options.name(o))));
        }
        let places = serde_json::to_value(&places).unwrap();
        same(key, &places, &expected[format!("schulze-winning/{key}")])?;
    }
    let last = u16::try_from(sheet.names.len() - 1).unwrap();
    let transcript = tabulate(
        &sheet,
        Method::DebianA5(DebianRules {
            by: Basis::Heads,
            default_option: OptionIndex::new(last),
            quorum: 0,
            majorities: Vec::new(),
        }),
    );
    let winners: Vec<String> =
        transcript.outcome.winners().iter().map(|&w| transcript.options.name(w)).collect();
    same("winner", &winners, &row.winners)?;
    Ok(Outcome::Met)
}
