//! A result as one page: no scripts, nothing fetched, light and dark, fit for a phone and for print.

mod table;

use std::fmt::{self, Write};

use super::escape::Escaped;
use super::model::{Block, Section, Sentence, shown};
use super::sections::{count_sections, sections, verdict};
use crate::transcript::Transcript;

/// The most sentences of one list that a page shows.
const MAX_SENTENCES: usize = 60;

/// The style of [`count`], for a page that has none of its own. It takes its colours from the page:
/// the custom properties `--sheet`, `--ink`, `--muted`, `--line`, `--accent`, `--tint`, `--track`,
/// `--good`, `--good-bg`, `--bad` and `--bad-bg`.
pub const COUNT_STYLE: &str = include_str!("count.css");

const PAGE_STYLE: &str = include_str!("page.css");

/// How headings and folded parts of a piece of a page are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Manner {
    /// The level of the headings: 2 for `h2`.
    pub heading: Heading,
    /// Whether what most readers pass over is open from the start.
    pub details: Details,
}

/// The level of a heading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heading {
    /// `h2`.
    Second,
    /// `h3`.
    Third,
    /// `h4`.
    Fourth,
    /// `h5`.
    Fifth,
}

/// Whether what most readers pass over is open from the start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Details {
    /// It is, as for print.
    Open,
    /// A reader opens it.
    Folded,
}

/// The whole result as a page of its own. The title is the caller's: a transcript names no contest.
#[must_use]
pub fn page(title: &str, transcript: &Transcript) -> String {
    let title = Escaped(title);
    // The style sheet has no "</" and is the only thing the page may load.
    let mut out = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src \
         'unsafe-inline'\">\n\
         <title>{title}</title>\n<style>\n{PAGE_STYLE}{COUNT_STYLE}</style>\n</head>\n<body>\n<main>\n\
         <h1>{title}</h1>\n<p class=\"verdict\">{}</p>\n\
         <p class=\"rules\"><strong>How it is counted.</strong> {}</p>\n",
        Escaped(verdict(transcript)),
        Escaped(&transcript.rules_sentence)
    );
    let manner = Manner { heading: Heading::Second, details: Details::Open };
    // Invariant: writing to a String never fails.
    let _written = write_sections(&mut out, &sections(transcript), manner);
    out.push_str(
        "</main>\n<footer><p>Made from the transcript of the count and from nothing else. Where \
         this page leaves something out it says so; the transcript (JSON) has all of it.</p>\
         </footer>\n</body>\n</html>\n",
    );
    out
}

/// The count, what an affiliation cap changed, and ties, to stand inside another page. It is
/// styled by classes, see [`COUNT_STYLE`].
#[must_use]
pub fn count(transcript: &Transcript, manner: Manner) -> String {
    let mut out = String::new();
    // Invariant: writing to a String never fails.
    let _written = write_sections(&mut out, &count_sections(transcript), manner);
    out
}

fn write_sections(out: &mut String, sections: &[Section<'_>], manner: Manner) -> fmt::Result {
    let level = match manner.heading {
        Heading::Second => "h2",
        Heading::Third => "h3",
        Heading::Fourth => "h4",
        Heading::Fifth => "h5",
    };
    for section in sections {
        writeln!(out, "<section>\n<{level}>{}</{level}>", Escaped(section.title))?;
        blocks(out, &section.blocks, manner)?;
        writeln!(out, "</section>")?;
    }
    Ok(())
}

fn blocks(out: &mut String, all: &[Block<'_>], manner: Manner) -> fmt::Result {
    for block in all {
        match block {
            Block::Paragraph(text) => writeln!(out, "<p>{}</p>", Escaped(text))?,
            Block::Command(command) => {
                writeln!(out, "<pre><code>{}</code></pre>", Escaped(command))?;
            }
            Block::Table(table) => table::table(out, table)?,
            Block::Sentences(lines) => sentences(out, lines)?,
            Block::Conditions(conditions) => {
                writeln!(out, "<ul class=\"conditions\">")?;
                for condition in conditions {
                    let (class, verdict) =
                        if condition.met { ("met", "✓ met") } else { ("unmet", "✗ not met") };
                    writeln!(
                        out,
                        "<li class=\"{class}\"><strong>{} {verdict}.</strong> {}</li>",
                        Escaped(condition.what),
                        Escaped(condition.sentence)
                    )?;
                }
                writeln!(out, "</ul>")?;
            }
            Block::Details { title, blocks: inner } => {
                let open = match manner.details {
                    Details::Open => " open",
                    Details::Folded => "",
                };
                writeln!(out, "<details{open}>\n<summary>{}</summary>", Escaped(title))?;
                blocks(out, inner, manner)?;
                writeln!(out, "</details>")?;
            }
        }
    }
    Ok(())
}

fn sentences(out: &mut String, lines: &[Sentence<'_>]) -> fmt::Result {
    let list = if lines.iter().any(|line| line.number.is_some()) { "ol" } else { "ul" };
    writeln!(out, "<{list} class=\"sentences\">")?;
    for line in shown(lines.len(), MAX_SENTENCES).into_iter().filter_map(|i| lines.get(i)) {
        match line.number {
            Some(number) => write!(out, "<li value=\"{number}\">{}", Escaped(&line.text))?,
            None => write!(out, "<li>{}", Escaped(&line.text))?,
        }
        if !line.source.is_empty() {
            write!(out, " <span class=\"muted\">({})</span>", Escaped(line.source))?;
        }
        writeln!(out, "</li>")?;
    }
    writeln!(out, "</{list}>")?;
    match lines.len().saturating_sub(MAX_SENTENCES) {
        0 => Ok(()),
        more => writeln!(out, "<p class=\"more\">… {more} more in the JSON.</p>"),
    }
}
