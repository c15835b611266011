//! `auditor count --compare`: the same ballots by several methods.

use anyhow::Result;
use serde_json::{Value, json};
use tabulation::{Outcome, Transcript};

use super::explain::Origin;
use super::method::MethodId;
use super::ties::how_to_settle;
use super::{Args, count, rules_from_flags, summary};
use crate::cmd::Done;
use crate::cmd::auditor::ballots::Counted;
use crate::cmd::auditor::words;

/// Counts by each method; one that cannot count these ballots says why.
pub(super) fn run(args: &Args, counted: &Counted) -> Result<Done> {
    let mut take = args.choices.taking();
    let rules = args.compare.iter().map(|&id| rules_from_flags(args, id, counted, &mut take));
    let rules: Vec<_> = rules.collect();
    take.done("any of the methods compared")?;
    counted.check_rankings_as(rules.iter().flatten())?;
    let mut words = format!(
        "{}\n\nSIMULATION: one set of ballots counted by several methods. People vote otherwise \
         when another method counts, so this is no evidence of what would have happened.\n\n",
        counted.words()
    );
    let width = args.compare.iter().map(|id| id.name().len()).max().unwrap_or(0);
    let mut results = Vec::new();
    let mut how = None;
    for (&id, rules) in args.compare.iter().zip(rules) {
        let counted = rules.and_then(|rules| count(args, rules, counted));
        if let Ok(transcript) = &counted {
            how = how.or_else(|| how_to_settle(transcript, Origin::Flags));
        }
        let (line, result) = match &counted {
            Ok(transcript) => (winners(transcript), summary(transcript)),
            Err(error) => {
                (format!("not counted: {error:#}"), json!({ "error": format!("{error:#}") }))
            }
        };
        words.push_str(&format!("{:width$}  {line}\n", id.name()));
        results.push(with_method(id, result));
    }
    if let Some(how) = how {
        words.push_str(&format!("\n{how}\n"));
    }
    Ok(Done::ok(words, json!({ "simulation": true, "input": counted.json(), "methods": results })))
}

fn with_method(id: MethodId, mut result: Value) -> Value {
    if let Some(object) = result.as_object_mut() {
        object.insert("method".to_owned(), id.name().into());
    }
    result
}

fn winners(transcript: &Transcript) -> String {
    let names = |options: &[tabulation::OptionIndex]| transcript.options.names(options);
    match &transcript.outcome {
        Outcome::Motion { .. } => transcript.sentence.clone(),
        Outcome::Elected { winners, .. } => names(winners),
        Outcome::Unresolved { winners, tied, open } => {
            let seats = words::number(u64::from(*open), "seat");
            let tie = format!("tie between {} for {seats}", names(tied));
            if winners.is_empty() { tie } else { format!("{}; {tie}", names(winners)) }
        }
    }
}
