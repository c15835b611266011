//! `auditor count --compare`: the same ballots by several methods.

use anyhow::Result;
use serde_json::{Value, json};
use tabulation::{Outcome, Transcript};

use super::input::Counted;
use super::method::MethodId;
use super::{Args, count, rules_from_flags, summary};
use crate::cmd::Done;

/// Counts by each method; one that cannot count these ballots says why.
pub(super) fn run(args: &Args, counted: &Counted) -> Result<Done> {
    let mut words = String::from(
        "SIMULATION: one set of ballots counted by several methods. People vote otherwise when \
         another method counts, so this is no evidence of what would have happened.\n\n",
    );
    let width = args.compare.iter().map(|id| id.name().len()).max().unwrap_or(0);
    let mut results = Vec::new();
    for &id in &args.compare {
        let counted = rules_from_flags(args, id, counted).and_then(|r| count(args, r, counted));
        let (line, result) = match &counted {
            Ok(transcript) => (winners(transcript), summary(transcript)),
            Err(error) => {
                (format!("not counted: {error:#}"), json!({ "error": format!("{error:#}") }))
            }
        };
        words.push_str(&format!("{:width$}  {line}\n", id.name()));
        results.push(with_method(id, result));
    }
    Ok(Done::ok(words, json!({ "simulation": true, "methods": results })))
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
            let tie = format!("tie between {} for {open} seat(s)", names(tied));
            if winners.is_empty() { tie } else { format!("{}; {tie}", names(winners)) }
        }
    }
}
