//! Ballot files read into a profile, for whoever counts one or checks a count of it.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail, ensure};
use clap::{Args, ValueEnum};
use serde_json::{Value, json};
use tabulation::format::marks::Rewrites;
use tabulation::format::{Encoding, Kind, blt};
use tabulation::{
    BallotForm, ContestOptions, ContestRules, Marks, Profile, ProfileBuilder, Selection,
};

use super::source::{Source, rewritten};
use super::words;

/// How the file is read.
#[derive(Args, Clone, Debug)]
pub(super) struct FileArgs {
    #[command(flatten)]
    source: Source,
    /// What rankings count as in methods that ask for marks.
    #[arg(long, value_enum, value_name = "WORD")]
    rankings_as: Option<RankingsAs>,
    /// More than so many skipped ranks running end a paper ballot; by default none do.
    #[arg(long, value_name = "N", requires = "overvotes")]
    skipped_ranks: Option<u16>,
}

/// What a ranking says to a method that asks for marks.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
enum RankingsAs {
    /// A mark for the first choice.
    FirstChoice,
    /// Marks for all who are ranked.
    Approvals,
}

/// A file that was read.
pub(super) struct Counted {
    pub(super) options: ContestOptions,
    /// Seats, if the file says.
    pub(super) seats: Option<u16>,
    path: PathBuf,
    kind: Kind,
    rewrites: Rewrites,
    profile: Profile,
    rankings_as: Option<RankingsAs>,
}

/// Reads the file.
pub(super) fn read(path: &Path, args: &FileArgs) -> Result<Counted> {
    let counted = if args.source.kind_named(path) == Some(Kind::Blt) {
        args.source.check(Kind::Blt, args.skipped_ranks)?;
        read_blt(path, args.source.encoding())?
    } else {
        read_other(path, args)?
    };
    Ok(Counted { rankings_as: args.rankings_as, ..counted })
}

/// The commonest and largest files take the shortest way: straight into a profile.
fn read_blt(path: &Path, encoding: Encoding) -> Result<Counted> {
    let place = || path.display().to_string();
    let bytes = crate::files::read(path, blt::MAX_BYTES)?;
    let (header, profile) = blt::read_profile(&bytes, encoding).with_context(place)?;
    Ok(Counted {
        options: header.options().with_context(place)?,
        seats: Some(header.seats),
        path: path.to_owned(),
        kind: Kind::Blt,
        rewrites: Rewrites::default(),
        profile,
        rankings_as: None,
    })
}

fn read_other(path: &Path, args: &FileArgs) -> Result<Counted> {
    let place = || path.display().to_string();
    let (file, kind) = args.source.read(path, args.skipped_ranks)?;
    Ok(Counted {
        options: file.contest_options().with_context(place)?,
        seats: file.seats,
        path: path.to_owned(),
        kind,
        rewrites: file.rewrites,
        profile: file.profile().with_context(place)?,
        rankings_as: None,
    })
}

impl Counted {
    /// What was read, in one line, and how ballots were read otherwise than they stand.
    pub(super) fn words(&self) -> String {
        let total = self.profile.total();
        let mut words = format!(
            "Read {} ({}): {}",
            self.path.display(),
            self.kind.name(),
            words::number(total.heads, "ballot")
        );
        if total.weight != total.heads {
            words.push_str(&format!(" with {} together", words::number(total.weight, "vote")));
        }
        if !self.options.is_empty() {
            words.push_str(&format!(" on {}", words::length(self.options.len(), "option")));
        }
        words.push_str(&format!(", {} distinct.", self.profile.distinct()));
        for line in rewritten(&self.rewrites) {
            words.push_str(&format!("\n  {line}"));
        }
        words
    }

    /// The same for programs.
    pub(super) fn json(&self) -> Value {
        let ballots = self.profile.total().heads;
        json!({ "format": self.kind.name(), "ballots": ballots, "options": self.options.len() })
    }

    /// Refuses `--rankings-as` where no rules read the file's ballots so.
    pub(super) fn check_rankings_as<'a>(
        &self,
        rules: impl IntoIterator<Item = &'a ContestRules>,
    ) -> Result<()> {
        let asks = |rules: &ContestRules| matches!(rules.ballot_form(), BallotForm::Choose { .. });
        ensure!(
            self.rankings_as.is_none() || self.has_rankings() && rules.into_iter().any(asks),
            "--rankings-as is for rankings counted by a method that asks for marks, and here is \
             nothing like that; leave it out"
        );
        Ok(())
    }

    fn has_rankings(&self) -> bool {
        matches!(self.profile.iter().next(), Some((Marks::Ranking(_), _)))
    }

    /// The ballots as the rules ask for them.
    pub(super) fn profile_for(&self, rules: &ContestRules) -> Result<Cow<'_, Profile>> {
        let rankings = self.has_rankings();
        match (rules.ballot_form(), self.rankings_as) {
            (BallotForm::Choose { .. }, Some(rankings_as)) if rankings => {
                Ok(Cow::Owned(marked(&self.profile, rankings_as)?))
            }
            (BallotForm::Choose { .. }, None) if rankings => bail!(
                "the method asks for marks, but the file has rankings; say --rankings-as \
                 first-choice or --rankings-as approvals"
            ),
            (_, _) => Ok(Cow::Borrowed(&self.profile)),
        }
    }
}

fn marked(profile: &Profile, rankings_as: RankingsAs) -> Result<Profile> {
    let mut marked = ProfileBuilder::new();
    for (marks, tally) in profile.iter() {
        let Marks::Ranking(ranking) = marks else { continue };
        let selection = match rankings_as {
            RankingsAs::FirstChoice => Selection::chosen(ranking.groups().take(1).flatten()),
            RankingsAs::Approvals => Selection::chosen(ranking.options()),
        };
        marked.add_many(&selection, tally)?;
    }
    Ok(marked.build())
}
