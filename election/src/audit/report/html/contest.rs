//! One contest, from the auditor's own transcript: every round and every pair.

use std::fmt::{self, Write};

use tabulation::transcript::{
    CapRecord, CountRecord, MotionRecord, SchulzeRecord, Stage, StagesRecord, TallyRecord,
    TieRecord, Transcript,
};
use tabulation::{ContestOptions, OptionIndex};

use super::Text;

pub(super) fn explain(out: &mut String, transcript: &Transcript) -> fmt::Result {
    let Transcript { options, cast, blank, .. } = transcript;
    writeln!(out, "<p><strong>{}</strong></p>", Text(&transcript.sentence))?;
    writeln!(out, "<p class=\"small\">{}</p>", Text(&transcript.rules_sentence))?;
    writeln!(
        out,
        "<p>{} ballots with the weight {} were counted; {} of them were blank.</p>",
        cast.heads, cast.weight, blank.heads
    )?;
    count(out, &transcript.count, options)?;
    for tie in &transcript.ties {
        one_tie(out, tie)?;
    }
    match &transcript.cap {
        Some(cap) => capped(out, cap, options),
        None => Ok(()),
    }
}

fn count(out: &mut String, record: &CountRecord, options: &ContestOptions) -> fmt::Result {
    match record {
        CountRecord::Motion(record) => motion(out, record),
        CountRecord::Tally(record) => tally(out, record, options),
        CountRecord::Schulze(record) => schulze(out, record, options),
        CountRecord::Stages(record) => stages(out, record, options),
    }
}

fn motion(out: &mut String, record: &MotionRecord) -> fmt::Result {
    writeln!(
        out,
        "<table><thead><tr><th></th><th class=\"n\">Ballots</th><th class=\"n\">Weight</th></tr></thead>\n<tbody>"
    )?;
    for (choice, votes) in [("Yes", record.yes), ("No", record.no), ("Abstain", record.abstain)] {
        let (heads, weight) = (votes.heads, votes.weight);
        writeln!(
            out,
            "<tr><th scope=\"row\">{choice}</th><td class=\"n\">{heads}</td><td class=\"n\">{weight}</td></tr>"
        )?;
    }
    writeln!(out, "</tbody></table>\n<ul>")?;
    for condition in record.quorums.iter().chain(&record.thresholds) {
        let met = if condition.met { "met" } else { "not met" };
        writeln!(out, "<li>{} ({met})</li>", Text(&condition.sentence))?;
    }
    writeln!(out, "</ul>")
}

fn tally(out: &mut String, record: &TallyRecord, options: &ContestOptions) -> fmt::Result {
    writeln!(
        out,
        "<table><thead><tr><th>Option</th><th class=\"n\">Ballots</th><th class=\"n\">Weight</th><th class=\"n\">Counted</th></tr></thead>\n<tbody>"
    )?;
    for total in &record.totals {
        writeln!(
            out,
            "<tr><th scope=\"row\">{}</th><td class=\"n\">{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td></tr>",
            Text(options.name(total.option)),
            total.votes.heads,
            total.votes.weight,
            total.counted
        )?;
    }
    writeln!(out, "</tbody></table>\n<p>{}</p>", Text(&record.sentence))
}

fn schulze(out: &mut String, record: &SchulzeRecord, options: &ContestOptions) -> fmt::Result {
    let caption =
        "Pairwise comparison: how many prefer the option of the row to that of the column";
    matrix(out, caption, &record.options, &record.pairwise, options)?;
    let caption = "Strongest paths from the option of the row to that of the column";
    matrix(out, caption, &record.options, &record.strongest, options)?;
    writeln!(out, "<ul>")?;
    for pair in &record.sentences {
        writeln!(out, "<li>{}</li>", Text(&pair.sentence))?;
    }
    writeln!(out, "</ul>")
}

fn matrix(
    out: &mut String,
    caption: &str,
    order: &[OptionIndex],
    rows: &[Vec<u64>],
    options: &ContestOptions,
) -> fmt::Result {
    writeln!(out, "<table><caption>{}</caption>\n<thead><tr><th></th>", Text(caption))?;
    for option in order {
        write!(out, "<th class=\"n\">{}</th>", Text(options.name(*option)))?;
    }
    writeln!(out, "</tr></thead>\n<tbody>")?;
    for (i, (option, row)) in order.iter().zip(rows).enumerate() {
        write!(out, "<tr><th scope=\"row\">{}</th>", Text(options.name(*option)))?;
        for (j, votes) in row.iter().enumerate() {
            let back = rows.get(j).and_then(|row| row.get(i)).copied().unwrap_or(0);
            if i == j {
                write!(out, "<td class=\"self\"></td>")?;
            } else {
                let class = if *votes > back { "n win" } else { "n" };
                write!(out, "<td class=\"{class}\">{votes}</td>")?;
            }
        }
        writeln!(out, "</tr>")?;
    }
    writeln!(out, "</tbody></table>")
}

fn stages(out: &mut String, record: &StagesRecord, options: &ContestOptions) -> fmt::Result {
    writeln!(out, "<p>{}</p>", Text(&record.quota_sentence))?;
    writeln!(out, "<table><caption>Totals after each stage</caption>\n<thead><tr><th>Option</th>")?;
    for stage in &record.stages {
        write!(out, "<th class=\"n\">Stage {}</th>", stage.number)?;
    }
    writeln!(out, "</tr></thead>\n<tbody>")?;
    for (option, described) in options.iter() {
        write!(out, "<tr><th scope=\"row\">{}</th>", Text(&described.name))?;
        for stage in &record.stages {
            let total = stage.totals.get(option.index());
            let elected = stage.elected.contains(&option);
            let class = if elected { "n win" } else { "n" };
            let total = total.map(ToString::to_string).unwrap_or_default();
            write!(out, "<td class=\"{class}\">{}</td>", Text(total))?;
        }
        writeln!(out, "</tr>")?;
    }
    let exhausted = |stage: &Stage| stage.total_non_transferable.to_string();
    let lost = |stage: &Stage| stage.total_rounding_loss.to_string();
    totals(out, "Not transferable", record, &exhausted)?;
    totals(out, "Lost by rounding", record, &lost)?;
    writeln!(out, "</tbody></table>\n<ol>")?;
    for stage in &record.stages {
        writeln!(
            out,
            "<li>{} <span class=\"small\">({})</span></li>",
            Text(&stage.sentence),
            Text(&stage.clause)
        )?;
    }
    writeln!(out, "</ol>")
}

fn totals(
    out: &mut String,
    name: &str,
    record: &StagesRecord,
    figure: &dyn Fn(&Stage) -> String,
) -> fmt::Result {
    write!(out, "<tr><th scope=\"row\">{name}</th>")?;
    for stage in &record.stages {
        write!(out, "<td class=\"n\">{}</td>", Text(figure(stage)))?;
    }
    writeln!(out, "</tr>")
}

fn one_tie(out: &mut String, tie: &TieRecord) -> fmt::Result {
    writeln!(out, "<p><strong>Tie.</strong> {} {}</p>", Text(&tie.question), Text(&tie.sentence))
}

fn capped(out: &mut String, cap: &CapRecord, options: &ContestOptions) -> fmt::Result {
    writeln!(out, "<p><strong>Affiliation cap.</strong> {}</p>\n<table>", Text(&cap.sentence))?;
    super::row(out, "Elected without the cap", options.names(&cap.before))?;
    super::row(out, "Elected with the cap", options.names(&cap.after))?;
    writeln!(out, "</table>\n<ul>")?;
    for passed in &cap.passed_over {
        writeln!(out, "<li>{}</li>", Text(&passed.sentence))?;
    }
    writeln!(out, "</ul>")?;
    match &cap.uncapped {
        Some(record) => {
            writeln!(out, "<p>The whole count without the cap:</p>")?;
            count(out, record, options)
        }
        None => Ok(()),
    }
}
