//! A transcript changed in one place is refused, at that place or after it.
//!
//! Every leaf of the JSON is changed but the sentences in English, and every list is shortened,
//! lengthened and put out of order. The premises (rules, options, electorate, seed) are changed
//! too: the check cannot know the right ones, so a changed transcript may pass there; but then it
//! must be the very transcript that a count from the changed premises gives. So nothing is unbound:
//! what is accepted is a count of what it says it is.

use proptest::prelude::*;
use serde_json::{Value, json};
use tabulation::transcript::CountRecord;
use tabulation::{CastingVote, Contest, LotSource, Profile, TieRule, Transcript, count};

use super::checked;
use super::elections::{Election, KINDS};

/// The order of the parts of a transcript.
const PARTS: [&str; 14] = [
    "version",
    "rules",
    "rules_sentence",
    "options",
    "electorate",
    "cast",
    "blank",
    "lots",
    "count",
    "ranking",
    "ties",
    "cap",
    "outcome",
    "sentence",
];

/// Sentences that are not checked, by key.
const UNCHECKED: [&str; 3] = ["sentence", "quota_sentence", "smith_sentence"];
/// Words that a leaf may hold, each replaced by all the others.
const WORDS: [&str; 38] = [
    "yes",
    "no",
    "abstain",
    "tied",
    "reopen",
    "method",
    "casting-vote",
    "points",
    "star",
    "passed",
    "failed",
    "no-decision",
    "motion",
    "elected",
    "unresolved",
    "tally",
    "schulze",
    "stages",
    "earlier-stage",
    "lot",
    "published-order",
    "lots",
    "refuse",
    "first-preferences",
    "surplus",
    "redistribution",
    "exclusion",
    "joint-exclusion",
    "cap-exclusion",
    "never",
    "narrowing",
    "forwards",
    "all-different",
    "heads",
    "weight",
    "x",
    "y",
    "z",
];

/// A changed copy, with the place of the change.
type Change = (String, Value);

fn changes(value: &Value) -> Vec<Change> {
    let mut changes = Vec::new();
    collect(value, &mut String::new(), &mut |place, new| {
        let mut copy = value.clone();
        *copy.pointer_mut(place).unwrap() = new;
        changes.push((place.to_owned(), copy));
    });
    changes
}

fn collect(value: &Value, place: &mut String, change: &mut dyn FnMut(&str, Value)) {
    let length = place.len();
    match value {
        Value::Object(fields) => {
            for (key, field) in fields {
                let bound = matches!(place.as_str(), "" | "/cap") && key == "sentence";
                if UNCHECKED.contains(&key.as_str()) && !bound {
                    continue;
                }
                place.push_str(&format!("/{key}"));
                collect(field, place, change);
                place.truncate(length);
                let mut without = fields.clone();
                without.remove(key);
                change(place, Value::Object(without));
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                place.push_str(&format!("/{index}"));
                collect(item, place, change);
                place.truncate(length);
                let mut shorter = items.clone();
                shorter.remove(index);
                change(place, Value::Array(shorter));
                let mut longer = items.clone();
                longer.insert(index, item.clone());
                change(place, Value::Array(longer));
                if items.get(index + 1).is_some_and(|next| next != item) {
                    let mut swapped = items.clone();
                    swapped.swap(index, index + 1);
                    change(place, Value::Array(swapped));
                }
            }
        }
        Value::Number(number) => {
            let number = number.as_u64().unwrap();
            change(place, json!(number + 1));
            if let Some(less) = number.checked_sub(1) {
                change(place, json!(less));
            }
        }
        Value::Bool(truth) => change(place, json!(!truth)),
        Value::String(text) => others(text).into_iter().for_each(|t| change(place, json!(t))),
        Value::Null => panic!("null"),
    }
}

fn others(text: &str) -> Vec<String> {
    if WORDS.contains(&text) {
        return WORDS.iter().filter(|w| **w != text).map(|w| (*w).to_owned()).collect();
    }
    let digit = |by: u8| {
        let mut bytes = text.as_bytes().to_vec();
        let last = bytes.last_mut()?;
        *last = if last.is_ascii_digit() { (*last - b'0' + by) % 10 + b'0' } else { b'x' };
        String::from_utf8(bytes).ok()
    };
    let mut others: Vec<String> = [digit(1), digit(9)].into_iter().flatten().collect();
    others.push(format!("0{text}"));
    others.push(format!("{text}0"));
    others.retain(|other| other != text);
    others
}

/// Everything but the sentences.
fn bare(mut value: Value) -> Value {
    fn strip(value: &mut Value) {
        match value {
            Value::Object(fields) => {
                fields
                    .retain(|key, field| !(field.is_string() && UNCHECKED.contains(&key.as_str())));
                fields.values_mut().for_each(strip);
            }
            Value::Array(items) => items.iter_mut().for_each(strip),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
    strip(&mut value);
    value
}

/// Whether a count from the premises that the transcript states gives the same figures.
fn counts_to(transcript: &Transcript, profile: &Profile) -> bool {
    let contest = Contest::new(transcript.rules.clone(), transcript.options.clone()).unwrap();
    let casting =
        if let CountRecord::Motion(record) = &transcript.count { record.casting } else { None };
    let lots = match (&transcript.rules.ties, &transcript.lots, casting) {
        (_, _, Some(vote)) => LotSource::Casting(CastingVote::Motion(vote)),
        (TieRule::CastingVote {}, Some(lots), None) => {
            LotSource::Casting(CastingVote::Order(&lots.order))
        }
        (_, Some(lots), None) => lots.seed.map_or(LotSource::None, LotSource::Seed),
        (_, None, None) => LotSource::None,
    };
    count(&contest, profile, &transcript.electorate, lots).is_ok_and(|again| {
        let json = |t: &Transcript| bare(serde_json::to_value(t).unwrap());
        json(&again) == json(transcript)
    })
}

/// Whether the first of two places stands at the second or after it, as far as lists and the parts
/// of a transcript have an order.
fn is_at_or_after(found: &str, changed: &str) -> bool {
    let part = |place: &str| {
        let name = place.split('/').nth(1).unwrap_or("").to_owned();
        PARTS.iter().position(|part| *part == name).unwrap_or(0)
    };
    if part(found) != part(changed) {
        return part(found) > part(changed);
    }
    for (a, b) in found.split('/').zip(changed.split('/')) {
        match (a.parse::<usize>(), b.parse::<usize>()) {
            (Ok(a), Ok(b)) if a != b => return a > b,
            _ if a != b => return true,
            _ => {}
        }
    }
    true
}

/// Whether a change was one of premises; and what is said there.
fn check_change(election: &Election, place: &str, changed: Value) -> Result<(), String> {
    // JSON of another shape is refused before it is checked.
    let Ok(transcript) = serde_json::from_value::<Transcript>(changed) else { return Ok(()) };
    let json = |t: &Transcript| bare(serde_json::to_value(t).unwrap());
    // Two conditions in other order that differ in their sentences alone.
    if !place.ends_with("sentence") && json(&transcript) == json(&election.transcript) {
        return Ok(());
    }
    match checked(&transcript, &election.profile) {
        Ok(_) if counts_to(&transcript, &election.profile) => {
            let premises = ["/rules", "/options", "/electorate", "/lots"];
            let premise = place.is_empty() || premises.iter().any(|p| place.starts_with(p));
            if premise { Ok(()) } else { Err(format!("{place} is not bound")) }
        }
        Ok(_) => Err(format!("a change at {place:?} is accepted: {transcript:#?}")),
        Err(error) => {
            let found = error.place();
            let rules = found == "/rules" && place.starts_with("/options");
            if rules || is_at_or_after(found, place) {
                return Ok(());
            }
            Err(format!("changed at {place:?}, but refused at {found:?}: {error}"))
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    #[test]
    fn a_transcript_changed_in_any_one_place_is_refused(seed in any::<u64>()) {
        for kind in 0..KINDS {
            let Some(election) = Election::random(seed, kind) else { continue };
            let value = serde_json::to_value(&election.transcript).unwrap();
            for (place, changed) in changes(&value) {
                let checked = check_change(&election, &place, changed);
                prop_assert!(checked.is_ok(), "{}\n{:#}", checked.unwrap_err(), value);
            }
        }
    }
}

#[test]
fn another_profile_than_was_counted_is_refused() {
    let elections = (0..40).filter_map(|seed| Election::random(seed, 5));
    let elections: Vec<Election> = elections.filter(|e| e.profile.distinct() > 0).collect();
    for pair in elections.windows(2) {
        if pair[0].profile != pair[1].profile {
            assert!(checked(&pair[0].transcript, &pair[1].profile).is_err());
        }
    }
}
