//! The stages in English.

use super::ledger::Ledger;
use crate::english::list;
use crate::option::OptionIndex;
use crate::transcript::{Stage, StageAction};

/// What the first stage counted.
pub(super) fn first_preferences(ledger: &Ledger<'_, '_, '_>) -> String {
    let options = ledger.options();
    let sums = OptionIndex::all(options.len())
        .filter(|&o| !options.is_withdrawn(o))
        .map(|o| format!("{} {}", options.name(o), ledger.figure(ledger.votes(o))));
    format!("First preferences: {}.", list(sums))
}

/// A stage: the ties met on the way to it, what it did, where votes went and what was lost.
pub(super) fn stage(
    ledger: &Ledger<'_, '_, '_>,
    stage: &Stage,
    what: &str,
    with_loss: bool,
) -> String {
    if stage.action == (StageAction::FirstPreferences {}) {
        return what.to_owned();
    }
    let options = ledger.options();
    let mut to: Vec<String> =
        stage.transfers.iter().map(|t| format!("{} to {}", t.votes, options.name(t.to))).collect();
    if stage.non_transferable.papers > 0 {
        to.push(format!("{} to nobody", stage.non_transferable.votes));
    }
    let to = if to.is_empty() { "no votes anywhere".to_owned() } else { list(to) };
    let mut sentences: Vec<String> =
        ledger.ties.sentences_at(stage.number).map(str::to_owned).collect();
    sentences.push(format!("{what} It gives {to}."));
    if with_loss {
        sentences.push(format!("{} is lost to rounding.", stage.rounding_loss));
    }
    sentences.join(" ")
}

/// Who is excluded, and with how many votes.
pub(super) fn excluded(ledger: &Ledger<'_, '_, '_>, excluded: &[OptionIndex]) -> String {
    let name = |o: OptionIndex| {
        format!("{} ({})", ledger.options().name(o), ledger.figure(ledger.votes(o)))
    };
    match excluded {
        [one] => format!("{} has the fewest votes and is excluded", name(*one)),
        several => {
            format!(
                "{} have the fewest votes and are excluded together",
                list(several.iter().map(|&o| name(o)))
            )
        }
    }
}

/// That somebody is elected with so many votes.
pub(super) fn elected(ledger: &Ledger<'_, '_, '_>, option: OptionIndex) -> String {
    let votes = ledger.figure(ledger.votes(option));
    format!("{} reaches the quota with {votes}: elected.", ledger.options().name(option))
}

/// That the rest are elected, since they are as many as the seats left.
pub(super) fn filled(ledger: &Ledger<'_, '_, '_>, rest: &[OptionIndex], clause: &str) -> String {
    let verb = if rest.len() == 1 { "is" } else { "are" };
    format!(
        "As many continue as seats are left, so {} {verb} elected below the quota ({clause}).",
        ledger.options().names(rest)
    )
}
