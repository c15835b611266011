//! Domain values in words.

use election::manifest::{Disclosure, EarlyClose, Electorate};
use election::pool::{Pool, Question};
use serde::Serialize;
use serde_json::Value;
use tabulation::{ContestOptions, OptionIndex, Selection};

/// What a question asks, with what it names: `budget approval: amount 2,400,000.00 USD`.
pub(super) fn question<P: Pool>(question: &P::Question) -> String {
    let details = details(question, &["kind"]);
    if details.is_empty() {
        question.label().to_owned()
    } else {
        format!("{}: {details}", question.label())
    }
}

/// A decision in words: `technical seat filled: body steering, name Ana`.
pub(super) fn decision(decision: &impl Serialize) -> String {
    let kind = match serde_json::to_value(decision) {
        Ok(value) => value.get("kind").and_then(Value::as_str).unwrap_or("decision").to_owned(),
        Err(_) => "decision".to_owned(),
    };
    let details = details(decision, &["kind", "option"]);
    let kind = capitalised(&kind.replace('_', " "));
    if details.is_empty() { kind } else { format!("{kind}: {details}") }
}

fn details(value: &impl Serialize, without: &[&str]) -> String {
    let Ok(Value::Object(fields)) = serde_json::to_value(value) else { return String::new() };
    let named = |name: &str, value: &Value| {
        let text = match value {
            Value::String(text) => text.clone(),
            Value::Object(amount) => money(amount),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) => value.to_string(),
        };
        format!("{} {text}", name.replace('_', " "))
    };
    fields
        .iter()
        .filter(|(name, _)| !without.contains(&name.as_str()))
        .map(|(name, value)| named(name, value))
        .collect::<Vec<_>>()
        .join(", ")
}

/// An amount in its currency's major unit (ISO 4217, exponent column).
fn money(amount: &serde_json::Map<String, Value>) -> String {
    let currency = amount.get("currency").and_then(Value::as_str).unwrap_or("");
    let minor = amount.get("minor_units").and_then(Value::as_u64).unwrap_or(0);
    let decimals = match currency {
        "BIF" | "CLP" | "DJF" | "GNF" | "ISK" | "JPY" | "KMF" | "KRW" | "PYG" | "RWF" | "UGX"
        | "UYI" | "VND" | "VUV" | "XAF" | "XOF" | "XPF" => 0,
        "BHD" | "IQD" | "JOD" | "KWD" | "LYD" | "OMR" | "TND" => 3,
        _ => 2,
    };
    let unit = 10_u64.pow(decimals);
    let major = super::shell::grouped(minor / unit);
    match usize::try_from(decimals) {
        Ok(width @ 1..) => format!("{major}.{:0width$} {currency}", minor % unit),
        Ok(_) | Err(_) => format!("{major} {currency}"),
    }
}

/// First letter large.
pub(super) fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => String::new(),
    }
}

/// Who is entitled, as a rule.
pub(super) fn electorate<P: Pool>(electorate: &Electorate<P>, principals: &str) -> String {
    match electorate {
        Electorate::Everyone {} => format!("All {principals} of the pool"),
        Electorate::Class { class } => format!("The {principals} of class {class}"),
        Electorate::Maintainers { module } => format!(
            "The maintainers of module {module}, or of the next module above it that has any"
        ),
    }
}

/// When ballots can be read.
pub(super) fn disclosure(disclosure: Disclosure) -> &'static str {
    match disclosure {
        Disclosure::AfterClose => {
            "Ballots are withheld until the close; then everybody can read them."
        }
        Disclosure::Live => "Ballots can be read by everybody as soon as they are logged.",
    }
}

/// Whether the box may close early.
pub(super) fn early_close(early: EarlyClose) -> &'static str {
    match early {
        EarlyClose::Never => "The box stays open until the window ends.",
        EarlyClose::WhenAllVoted => "The box may close as soon as everybody on the roll has voted.",
    }
}

/// A selection as its voter would read it back.
pub(super) fn selection(selection: &Selection, options: &ContestOptions) -> String {
    let name = |option: &OptionIndex| options.name(*option);
    if selection.is_blank() && !matches!(selection, Selection::Choice(_)) {
        return "(blank)".to_owned();
    }
    match selection {
        Selection::Choice(choice) => {
            let word = serde_json::to_value(choice).ok();
            capitalised(word.as_ref().and_then(Value::as_str).unwrap_or("?"))
        }
        Selection::Chosen(chosen) => chosen.iter().map(name).collect::<Vec<_>>().join(", "),
        Selection::Ranking(groups) => groups
            .iter()
            .enumerate()
            .map(|(rank, group)| {
                let names = group.iter().map(name).collect::<Vec<_>>().join(" = ");
                format!("{}. {names}", rank + 1)
            })
            .collect::<Vec<_>>()
            .join("  "),
        Selection::Scores(scores) => scores
            .iter()
            .map(|(option, score)| format!("{}: {score}", options.name(*option)))
            .collect::<Vec<_>>()
            .join(", "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use election::question::{BusinessQuestion, TechnicalDecision, TechnicalQuestion};
    use election::{Business, Technical};

    #[test]
    fn a_budget_shows_its_amount_in_whole_money() {
        let budget: BusinessQuestion = serde_json::from_str(
            r#"{"kind":"budget_approval","amount":{"currency":"USD","minor_units":240000050}}"#,
        )
        .expect("a question");
        assert_eq!(question::<Business>(&budget), "budget approval: amount 2,400,000.50 USD");
        let yen = r#"{"kind":"budget_approval","amount":{"currency":"JPY","minor_units":1200}}"#;
        let yen: BusinessQuestion = serde_json::from_str(yen).expect("a question");
        assert_eq!(question::<Business>(&yen), "budget approval: amount 1,200 JPY");
        let resolution = TechnicalQuestion::TechnicalResolution {};
        assert_eq!(question::<Technical>(&resolution), "technical resolution");
    }

    #[test]
    fn a_decision_reads_as_a_sentence_without_internal_ids() {
        let filled =
            r#"{"kind":"maintainer_elected","module":"storage","option":"x1","name":"Ana"}"#;
        let filled: TechnicalDecision = serde_json::from_str(filled).expect("a decision");
        assert_eq!(decision(&filled), "Maintainer elected: module storage, name Ana");
    }

    #[test]
    fn selections_read_back_as_they_were_made() {
        let options = ContestOptions::from_names(["Ana", "Bo", "Cy"]).expect("options");
        let at = OptionIndex::new;
        let ranked = Selection::ranking([vec![at(2)], vec![at(0), at(1)]]);
        assert_eq!(selection(&ranked, &options), "1. Cy  2. Ana = Bo");
        assert_eq!(selection(&Selection::strict([]), &options), "(blank)");
        assert_eq!(selection(&Selection::ABSTAIN, &options), "Abstain");
        assert_eq!(selection(&Selection::chosen([at(1), at(0)]), &options), "Ana, Bo");
    }
}
