//! What a count prints, and the files it makes: all of it from the transcript alone.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail, ensure};
use clap::{Args, ValueEnum};
use serde_json::json;
use tabulation::Transcript;
use tabulation::report::{csv, html, nist, text};

use super::explain::Origin;
use super::ties::how_to_settle;
use crate::chance;
use crate::cmd::Done;
use crate::cmd::auditor::ballots::Counted;
use crate::cmd::done::value;
use crate::files::{self, Private};
use crate::input::instant::rfc3339;

/// The width that tables are made for.
const WIDTH: usize = 100;

/// How the result is given.
#[derive(Args, Clone, Debug)]
pub(super) struct Output {
    /// Writes the result as a file besides.
    #[arg(long, value_enum, value_name = "FORM", requires = "out")]
    report: Option<Form>,
    /// The file to make; for csv the folder, which gets a file for each table.
    #[arg(long, value_name = "PATH", requires = "report")]
    out: Option<PathBuf>,
    /// The title of the report; by default the file's name.
    #[arg(long, value_name = "TEXT")]
    title: Option<String>,
    /// The day of the election, such as 2026-04-30, which a NIST report must name.
    #[arg(long, value_name = "DATE", required_if_eq("report", "nist"))]
    held: Option<nist::Date>,
}

/// The form of a report.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
enum Form {
    /// A page that explains itself, for browsers and printers.
    Html,
    /// Tables for spreadsheets.
    Csv,
    /// A report as NIST SP 1500-100 has them, in JSON.
    Nist,
    /// The transcript itself, from which everything else is made.
    Transcript,
}

impl Output {
    /// Refuses what no report would show.
    pub(super) fn check(&self) -> Result<()> {
        ensure!(
            self.held.is_none() || self.report == Some(Form::Nist),
            "--held stands in a NIST report alone; add --report nist --out FILE, or leave it out"
        );
        ensure!(
            self.title.is_none() || matches!(self.report, Some(Form::Html | Form::Nist)),
            "--title stands in pages and NIST reports alone; add --report html or --report nist \
             with --out FILE, or leave it out"
        );
        Ok(())
    }

    /// Whether a report was asked for.
    pub(super) fn makes_report(&self) -> bool {
        self.report.is_some() || self.out.is_some()
    }

    /// Words for people; one object with the winners, the ranking and the transcript for programs.
    pub(super) fn done(
        &self,
        counted: &Counted,
        file: &Path,
        origin: Origin<'_>,
        transcript: Transcript,
    ) -> Result<Done> {
        let mut words = format!("{}\n\n{}", counted.words(), text::text(&transcript, WIDTH));
        let mut json = super::summary(&transcript);
        if let Some(object) = json.as_object_mut() {
            object.insert("input".to_owned(), counted.json());
        }
        if let Some(how) = how_to_settle(&transcript, origin) {
            words.push_str(&format!("\n{}\n", how));
        }
        if let (Some(form), Some(out)) = (self.report, &self.out) {
            self.write(form, out, file, &transcript)?;
            words.push_str(&format!("\nThe report is in {}.", out.display()));
            if let Some(object) = json.as_object_mut() {
                object.insert("report".to_owned(), json!(out));
            }
        }
        Ok(Done::ok(words, json).with_late("transcript", move || value(&transcript)))
    }

    fn write(&self, form: Form, out: &Path, file: &Path, transcript: &Transcript) -> Result<()> {
        let title = self.title.clone().unwrap_or_else(|| {
            file.file_stem().map_or_else(String::new, |stem| stem.to_string_lossy().into())
        });
        let content = match form {
            Form::Html => html::page(&title, transcript),
            Form::Nist => nist::report(transcript, &self.about(title)?),
            Form::Transcript => String::from_utf8(crypto::canonical::encode(transcript)?)?,
            Form::Csv => {
                std::fs::create_dir_all(out).with_context(|| out.display().to_string())?;
                for table in csv::files(transcript) {
                    let path = out.join(format!("{}.csv", table.name));
                    files::write_new(&path, table.content.as_bytes(), Private::Public)?;
                }
                return Ok(());
            }
        };
        Ok(files::write_new(out, content.as_bytes(), Private::Public)?)
    }

    fn about(&self, title: String) -> Result<nist::About> {
        let Some(held) = self.held.clone() else { bail!("a NIST report needs --held") };
        Ok(nist::About {
            election: title.clone(),
            contest: title,
            electorate: "those on the roll".to_owned(),
            issuer: "a count of a ballot file".to_owned(),
            issuer_abbreviation: "count".to_owned(),
            starts: held.clone(),
            ends: held,
            generated: rfc3339(chance::now()).parse()?,
            status: nist::Status::UnofficialComplete,
        })
    }
}
