//! Writing ABIF.

use std::collections::BTreeSet;
use std::io::Write;

use super::{CHOOSE_MANY, RATED, is_token};
use crate::format::Kind;
use crate::format::ballots::{Ballot, BallotFile, WriteError, Writer};

/// Writes rankings, marks or scores. Every candidate is declared first; one without an identifier
/// that can be a token is `c1`, `c2` and so on.
pub(in crate::format) fn write(file: &BallotFile, out: &mut impl Write) -> Result<(), WriteError> {
    let kind = Kind::Abif;
    let writer = Writer::new(kind, file)?;
    for name in file.options.iter().map(|option| &option.name) {
        if name.contains(['[', ']']) {
            return Err(writer.name(name, "a bracket would end it"));
        }
    }
    let tokens = tokens(file);
    if !file.title.is_empty() {
        let title = serde_json::to_string(&file.title);
        let title = title.map_err(|error| WriteError::Io { message: error.to_string() })?;
        writeln!(out, "{{\"title\": {title}}}")?;
    }
    if let Some(seats) = file.seats {
        writeln!(out, "{{\"seats\": {seats}}}")?;
    }
    let kind = match file.ballots.iter().next() {
        Some((Ballot::Chosen(_), _)) => Some(CHOOSE_MANY),
        Some((Ballot::Scores(_), _)) => Some(RATED),
        Some((Ballot::Choice(_) | Ballot::Ranking(_), _)) | None => None,
    };
    if let Some(kind) = kind {
        writeln!(out, "{{\"ballot_type\": \"{kind}\"}}")?;
    }
    for (token, option) in tokens.iter().zip(&file.options) {
        writeln!(out, "={token}:[{}]", option.name)?;
    }
    let token = |index: usize| tokens.get(index).map_or("", String::as_str);
    for entry in writer.entries() {
        let (place, ballot, tally) = entry?;
        let text = match ballot {
            Ballot::Choice(_) => return Err(writer.wrong_form()),
            Ballot::Chosen(chosen) => {
                let words: Vec<_> = chosen.options().map(|o| token(o.index())).collect();
                words.join(",")
            }
            Ballot::Scores(scores) => {
                let words: Vec<_> =
                    scores.iter().map(|(o, s)| format!("{}/{s}", token(o.index()))).collect();
                words.join(", ")
            }
            Ballot::Ranking(ranks) => {
                let ranks = ranks.iter().map(|rank| {
                    rank.map(|option| token(option.index())).collect::<Vec<_>>().join("=")
                });
                ranks.filter(|rank| !rank.is_empty()).collect::<Vec<_>>().join(">")
            }
        };
        writeln!(out, "{}: {text}", writer.heads(place, tally)?)?;
    }
    Ok(())
}

fn tokens(file: &BallotFile) -> Vec<String> {
    let ids = file.options.iter().filter_map(|option| option.id.clone());
    let mut taken: BTreeSet<String> = ids.filter(|id| is_token(id)).collect();
    let mut given = BTreeSet::new();
    let mut next = 0;
    file.options
        .iter()
        .map(|option| match &option.id {
            Some(id) if is_token(id) && given.insert(id.clone()) => id.clone(),
            Some(_) | None => loop {
                next += 1;
                let token = format!("c{next}");
                if taken.insert(token.clone()) {
                    break token;
                }
            },
        })
        .collect()
}
