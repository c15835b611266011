//! A22: organisations are principals of the business pool and persons of the technical one; what a
//! pool decides is of its own kinds; and seats cross one way only, from contributors onto a business
//! body.
//!
//! Read from the JSON that was signed, by name, not from the types that decoded it: so that a fault
//! in the types would be found.

use serde_json::Value;

use super::journal::{Entry, Journal};
use super::report::Finding;
use super::{Both, Checked, Failed, Proved, genesis_of};
use crate::pool::{Pool, Principal};
use crate::statement::Body;

/// What corporate members can decide.
const BUSINESS_DECISIONS: [&str; 3] =
    ["budget_approved", "business_seat_filled", "resolution_adopted"];
/// What contributors can decide.
const TECHNICAL_DECISIONS: [&str; 5] = [
    "business_board_seat_filled",
    "maintainer_elected",
    "module_admitted",
    "technical_resolution_adopted",
    "technical_seat_filled",
];

/// What one pool may name.
struct Own<'a> {
    decisions: &'a [&'a str],
    /// Which bodies a decision of a kind fills seats of.
    bodies: &'a dyn Fn(&str) -> Vec<String>,
    modules: Vec<String>,
    /// Whether its principals are persons.
    persons: bool,
}

pub(super) fn check(both: &Both<'_>) -> Checked {
    let missing = || Failed::Incomplete("a log's genesis cannot be read".to_owned());
    let business = genesis_of(both.business).ok_or_else(missing)?;
    let technical = genesis_of(both.technical).ok_or_else(missing)?;
    let business_bodies: Vec<_> = business.bodies.iter().map(ToString::to_string).collect();
    let technical_bodies: Vec<_> = technical.bodies.iter().map(ToString::to_string).collect();
    let own = Own {
        decisions: &BUSINESS_DECISIONS,
        bodies: &|_| business_bodies.clone(),
        modules: Vec::new(),
        persons: false,
    };
    let mut items = examine(both.business, &own)?;
    let own = Own {
        decisions: &TECHNICAL_DECISIONS,
        bodies: &|kind| match kind {
            "business_board_seat_filled" => business_bodies.clone(),
            _ => technical_bodies.clone(),
        },
        modules: technical.modules.iter().map(|module| module.id.to_string()).collect(),
        persons: true,
    };
    items += examine(both.technical, &own)?;
    Proved::of(
        items,
        "Organisations stand in the business log only and persons' votes weigh one; every decision is of a kind of its own pool, about that pool's bodies and modules; standings, effects and electorates name the technical pool's modules alone; the only seats that cross are those contributors fill on business bodies.",
    )
}

fn examine<P: Pool>(journal: &Journal<P>, own: &Own<'_>) -> Result<u64, Failed> {
    let mut items = 0;
    for entry in &journal.entries {
        match &entry.body {
            Body::Principal(new) => {
                // A person's handle has a scheme, an organisation's id cannot have one.
                let id = new.principal.id().to_string();
                if id.contains(':') != own.persons {
                    let expected = if own.persons { "a person" } else { "an organisation" };
                    return Err(at(entry, expected, format!("`{id}`")));
                }
                items += 1;
            }
            Body::Manifest(manifest) => {
                if own.persons && manifest.roll.weight != manifest.roll.heads {
                    let found = format!("{} for {}", manifest.roll.weight, manifest.roll.heads);
                    return Err(at(entry, "a roll on which everybody weighs one", found));
                }
                of_own_modules(entry, [&manifest.electorate], own)?;
                items += 1;
            }
            Body::Certificate(certificate) => {
                let signed = serde_json::to_value(certificate);
                let signed = signed.map_err(|error| Failed::Incomplete(error.to_string()))?;
                let results = signed.get("results").and_then(Value::as_array);
                for result in results.into_iter().flatten() {
                    let decisions = result.get("decisions").and_then(Value::as_array);
                    for decision in decisions.into_iter().flatten() {
                        judge(entry, decision, own)?;
                        items += 1;
                    }
                }
            }
            Body::Genesis(genesis) => of_own_modules(entry, &genesis.standings, own)?,
            Body::Effect(effect) => of_own_modules(entry, &effect.grants, own)?,
            Body::Officers(_) | Body::Mandate(_) | Body::Related(_) => {}
            Body::Affiliation(_) | Body::Invitation(_) | Body::Enrolment(_) | Body::Rekey(_) => {}
            Body::Suspension(_) | Body::Reinstatement(_) | Body::Cancel(_) => {}
            Body::Opened(_) | Body::Closed(_) | Body::Ballot(_) => {}
        }
    }
    Ok(items)
}

fn judge<P: Pool>(entry: &Entry<P>, decision: &Value, own: &Own<'_>) -> Result<(), Failed> {
    let text = |field| decision.get(field).and_then(Value::as_str);
    let kind = text("kind").unwrap_or_default();
    if !own.decisions.contains(&kind) {
        let expected = format!("a decision of the {} pool", P::ID);
        return Err(at(entry, &expected, format!("`{kind}`")));
    }
    let known = |field, names: &[String]| match text(field) {
        Some(name) if !names.iter().any(|known| known == name) => {
            let expected = format!("a {field} that the pool's genesis names");
            Err(at(entry, &expected, format!("`{name}` in `{kind}`")))
        }
        Some(_) | None => Ok(()),
    };
    known("body", &(own.bodies)(kind))?;
    known("module", &own.modules)
}

/// Refuses whatever names a module that is not the pool's own: any at all in the business pool.
fn of_own_modules<'a, P: Pool, T: serde::Serialize + 'a>(
    entry: &Entry<P>,
    named: impl IntoIterator<Item = &'a T>,
    own: &Own<'_>,
) -> Result<(), Failed> {
    for item in named {
        let item =
            serde_json::to_value(item).map_err(|error| Failed::Incomplete(error.to_string()))?;
        match item.get("module").map(|module| module.as_str().unwrap_or_default()) {
            Some(module) if !own.modules.iter().any(|known| known == module) => {
                let found = format!("`{module}` in a {}", entry.body.kind());
                return Err(at(entry, "a module that the pool's genesis names", found));
            }
            Some(_) | None => {}
        }
    }
    Ok(())
}

fn at<P: Pool>(entry: &Entry<P>, expected: &str, found: String) -> Failed {
    let found = format!("{found} in the {} log", P::ID);
    Finding::at_statement(entry.index, entry.id, expected, found).into()
}
