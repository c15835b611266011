//! The report as one HTML file: no scripts, nothing fetched, and fit for print.

use std::fmt::{self, Display, Write};

use tabulation::report::html::COUNT_STYLE;

use super::{
    Check, DualRole, ElectionReport, Finding, JointReport, Report, Verdict, first_failure,
    verdict_of,
};

mod contest;

const STYLE: &str = "\
:root{--sheet:#fff;--ink:#1a1a1a;--muted:#333;--line:#999;--accent:#1a1a1a;--tint:#eee;--track:#ddd;\
--good:#155f15;--good-bg:#e3f1e3;--bad:#a00000;--bad-bg:#fbeaea}\
body{font:16px/1.5 Georgia,serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a;background:#fff}\
h1,h2,h3,h4{font-family:system-ui,sans-serif;line-height:1.2}\
h2{margin-top:2.5rem;border-bottom:2px solid #1a1a1a}\
table{border-collapse:collapse;margin:.7rem 0;font-size:.9rem}\
th,td{border:1px solid #999;padding:.25rem .5rem;text-align:left;vertical-align:top}\
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}\
caption{text-align:left;font-weight:bold;padding:.3rem 0}\
code{font-size:.85em;overflow-wrap:anywhere}\
.verdict{border:3px solid;padding:.7rem 1rem;font-family:system-ui,sans-serif}\
.verified{color:#155f15}.refuted{color:#a00000}.incomplete{color:#7a5200}\
.small{font-size:.85rem}\
@media print{body{margin:0;max-width:none;font-size:11pt}tr,figure,.verdict{break-inside:avoid}h2,h3,h4{break-after:avoid}}";

/// Text that cannot become markup.
struct Text<T>(T);

impl<T: Display> Display for Text<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        struct Escaped<'a, 'b>(&'a mut fmt::Formatter<'b>);
        impl Write for Escaped<'_, '_> {
            fn write_str(&mut self, text: &str) -> fmt::Result {
                for c in text.chars() {
                    match c {
                        '<' => self.0.write_str("&lt;")?,
                        '>' => self.0.write_str("&gt;")?,
                        '&' => self.0.write_str("&amp;")?,
                        '"' => self.0.write_str("&quot;")?,
                        '\'' => self.0.write_str("&#39;")?,
                        other => self.0.write_char(other)?,
                    }
                }
                Ok(())
            }
        }
        write!(Escaped(f), "{}", self.0)
    }
}

/// The report of one pool as a page.
pub fn html(report: &Report) -> String {
    let title = format!("Audit of {}", report.origin);
    page(&title, |out| {
        banner(out, &report.verdict, first_failure(&report.checks).map(|(id, _)| id.number()))?;
        pool(out, report)
    })
}

/// The report of both pools as a page.
pub fn html_both(report: &JointReport) -> String {
    let name =
        [&report.business, &report.technical].into_iter().find_map(|r| r.foundation.as_ref());
    let name = name.map_or("a foundation", |foundation| &foundation.name);
    page(&format!("Audit of {name}"), |out| {
        banner(out, &report.verdict, report.first_failure().map(|(id, _)| id.number()))?;
        writeln!(out, "<h2>Both pools together</h2>")?;
        checks(out, &report.joint)?;
        dual_roles(out, &report.dual_roles)?;
        pool(out, &report.business)?;
        pool(out, &report.technical)
    })
}

fn page(title: &str, body: impl FnOnce(&mut String) -> fmt::Result) -> String {
    let title = Text(title);
    let mut out = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <title>{title}</title>\n<style>{COUNT_STYLE}{STYLE}</style>\n</head>\n<body>\n<h1>{title}</h1>\n"
    );
    // Invariant: writing to a String never fails.
    let _written = body(&mut out);
    out.push_str("</body>\n</html>\n");
    out
}

fn banner(out: &mut String, verdict: &Verdict, first: Option<&str>) -> fmt::Result {
    let (class, words) = match verdict {
        Verdict::Verified => ("verified", "Verified: every check holds.".to_owned()),
        Verdict::Refuted { finding } => {
            ("refuted", format!("Refuted by {}: {finding}", first.unwrap_or("a check")))
        }
        Verdict::Incomplete { why } => ("incomplete", format!("Not complete: {why}")),
    };
    writeln!(out, "<p class=\"verdict {class}\"><strong>{}</strong></p>", Text(words))
}

fn pool(out: &mut String, report: &Report) -> fmt::Result {
    let heading = format!("The {} pool", report.pool);
    writeln!(out, "<h2>{}</h2>", Text(heading))?;
    if verdict_of(&report.checks) != Verdict::Verified {
        banner(out, &report.verdict, report.first_failure().map(|(id, _)| id.number()))?;
    }
    writeln!(out, "<table>")?;
    if let Some(foundation) = &report.foundation {
        row(out, "Foundation", format_args!("{} ({})", foundation.name, foundation.id))?;
    }
    row(out, "Log", &report.origin)?;
    row(out, "Leaves", report.size)?;
    row(out, "Root, as computed", report.root)?;
    row(out, "Last leaf logged", report.last_at)?;
    row(out, "Signatures verified", report.signatures)?;
    row(out, "Took", format_args!("{:?} on {} threads", report.took, report.threads))?;
    writeln!(out, "</table>")?;
    checks(out, &report.checks)?;
    for election in &report.elections {
        one_election(out, election)?;
    }
    Ok(())
}

fn row(out: &mut String, name: &str, value: impl Display) -> fmt::Result {
    writeln!(out, "<tr><th scope=\"row\">{}</th><td>{}</td></tr>", Text(name), Text(value))
}

fn checks(out: &mut String, checks: &[Check]) -> fmt::Result {
    writeln!(
        out,
        "<table>\n<thead><tr><th>Check</th><th>What it proved</th><th class=\"n\">Items</th>\
         <th class=\"n\">Work</th><th>Result</th></tr></thead>\n<tbody>"
    )?;
    for check in checks {
        let Check { id, title, proved, items, took, verdict } = check;
        let (class, word) = match verdict {
            Verdict::Verified => ("verified", "verified"),
            Verdict::Refuted { .. } => ("refuted", "REFUTED"),
            Verdict::Incomplete { .. } => ("incomplete", "not complete"),
        };
        write!(
            out,
            "<tr><th scope=\"row\">{id}</th><td><strong>{}</strong><br>{}",
            Text(title),
            Text(proved)
        )?;
        match verdict {
            Verdict::Verified => {}
            Verdict::Refuted { finding } => found(out, finding)?,
            Verdict::Incomplete { why } => write!(out, "<br><em>{}</em>", Text(why))?,
        }
        writeln!(
            out,
            "</td><td class=\"n\">{items}</td><td class=\"n\">{took:.1?}</td><td class=\"{class}\">{word}</td></tr>"
        )?;
    }
    writeln!(out, "</tbody>\n</table>")
}

fn found(out: &mut String, finding: &Finding) -> fmt::Result {
    let Finding { leaf, statement, expected, found } = finding;
    if let Some(leaf) = leaf {
        write!(out, "<br>Leaf {leaf}")?;
    }
    if let Some(statement) = statement {
        write!(out, ", statement <code>{statement}</code>")?;
    }
    write!(out, "<br>Expected: {}<br>Found: {}", Text(expected), Text(found))
}

fn dual_roles(out: &mut String, register: &[DualRole]) -> fmt::Result {
    if register.is_empty() {
        return Ok(());
    }
    writeln!(
        out,
        "<table><caption>People who act in both pools</caption>\n\
         <thead><tr><th>Person</th><th>In the business pool</th><th>In the technical pool</th></tr></thead>\n<tbody>"
    )?;
    for DualRole { person, business, technical } in register {
        let (business, technical) = (business.join(", "), technical.join(", "));
        writeln!(
            out,
            "<tr><th scope=\"row\">{}</th><td>{}</td><td>{}</td></tr>",
            Text(person),
            Text(business),
            Text(technical)
        )?;
    }
    writeln!(out, "</tbody></table>")
}

fn one_election(out: &mut String, election: &ElectionReport) -> fmt::Result {
    let ElectionReport { id, title, phase, opens_at, closes_at, .. } = election;
    writeln!(out, "<h3>{}</h3>", Text(title))?;
    writeln!(
        out,
        "<p>{phase}; voting from {opens_at} to {closes_at}. {} of {} entitled voted, with the weight {} of {}; {} ballots in all, replaced ones included.<br>\
         <span class=\"small\">Manifest <code>{id}</code></span></p>",
        election.cast_heads,
        election.entitled_heads,
        election.cast_weight,
        election.entitled_weight,
        election.ballots
    )?;
    for report in &election.contests {
        writeln!(out, "<h4>{}</h4>", Text(&report.title))?;
        writeln!(out, "<p>Asked: {}.</p>", Text(report.question))?;
        match &report.transcript {
            Some(transcript) => contest::explain(out, transcript)?,
            None => writeln!(out, "<p>No certified result in this record.</p>")?,
        }
    }
    Ok(())
}
