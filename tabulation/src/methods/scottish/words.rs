//! The stages in English.

use super::{Run, figure};
use crate::english::{list, plural};
use crate::option::OptionIndex;
use crate::transcript::{Stage, StageAction};

/// How the quota came about (rule 47).
pub(super) fn quota(valid: u64, divisor: u64, quota: u64) -> String {
    format!(
        "The quota is {quota}: {} divided by {divisor} (one more than the seats) is {} without \
         decimals, plus one.",
        plural(valid, "ballot with a preference", "ballots with a preference"),
        valid / divisor
    )
}

/// What a stage did, before anybody is elected by it.
pub(super) fn stage(run: &Run<'_, '_, '_>, stage: &Stage) -> String {
    let name = |o: OptionIndex| run.options().name(o);
    let ties: Vec<&str> = run.ties.sentences_at(stage.number).collect();
    let what = match &stage.action {
        StageAction::FirstPreferences {} => {
            let sums = OptionIndex::all(stage.totals.len())
                .zip(&stage.totals)
                .filter(|&(o, _)| !run.options().is_withdrawn(o))
                .map(|(o, total)| format!("{} {total}", name(o)));
            return format!("First preferences: {}.", list(sums));
        }
        StageAction::Surplus { from, surplus, total } => format!(
            "The surplus of {}, {surplus} of {total}, is transferred: each paper goes on at its \
             value × {surplus} ÷ {total}, cut after five decimals.",
            name(*from)
        ),
        StageAction::Exclusion { option } => {
            let before = run.history.last().and_then(|totals| totals.get(option.index()));
            format!(
                "{} has the fewest votes ({}) and is excluded; the papers go on at the value they \
                 came with.",
                name(*option),
                figure(before.copied().unwrap_or(0))
            )
        }
        // The Scottish rules move one candidate's papers at a time.
        StageAction::JointExclusion { options } => {
            format!("{} are excluded.", run.options().names(options))
        }
        StageAction::Redistribution {} => "All surpluses are redistributed.".to_owned(),
        StageAction::CapExclusion { option, .. } => {
            let reason = run.passed_over.iter().rfind(|p| p.option == *option);
            format!(
                "{} {} is excluded; the papers go on at the value they came with.",
                reason.map_or("", |p| p.sentence.as_str()),
                name(*option)
            )
        }
    };
    let mut to: Vec<String> =
        stage.transfers.iter().map(|t| format!("{} to {}", t.votes, name(t.to))).collect();
    if stage.non_transferable.papers > 0 {
        to.push(format!("{} to nobody", stage.non_transferable.votes));
    }
    let to = if to.is_empty() { "no votes anywhere".to_owned() } else { list(to) };
    let lost = match stage.rounding_loss.as_str() {
        "0.00000" => String::new(),
        lost => format!(" {lost} is lost to rounding."),
    };
    let sentence = format!("{what} It gives {to}.{lost}");
    ties.into_iter().chain([sentence.as_str()]).collect::<Vec<_>>().join(" ")
}

/// Adds to the last stage that somebody is elected by it.
pub(super) fn append_elected(run: &mut Run<'_, '_, '_>, option: OptionIndex) {
    let (name, votes) = (run.options().name(option), run.votes(option));
    let at_quota = votes >= run.quota;
    if let Some(stage) = run.stages.last_mut() {
        stage.elected.push(option);
        if at_quota {
            let votes = figure(votes);
            stage.sentence.push_str(&format!(" {name} reaches the quota with {votes}: elected."));
        }
    }
}

/// Adds to the last stage that the rest are elected, since they are as many as the seats left.
pub(super) fn append_filled(run: &mut Run<'_, '_, '_>) {
    let quota = run.quota;
    let options = run.options();
    let below: Vec<OptionIndex> =
        run.stages.last().map_or_else(Vec::new, |stage| stage.elected.clone());
    let below = below.into_iter().filter(|&o| run.votes(o) < quota).map(|o| options.name(o));
    let names: Vec<String> = below.collect();
    if let Some(stage) = run.stages.last_mut()
        && !names.is_empty()
    {
        let verb = if names.len() == 1 { "is" } else { "are" };
        stage.sentence.push_str(&format!(
            " As many continue as seats are left, so {} {verb} elected below the quota (rule 53).",
            list(names)
        ));
    }
}
