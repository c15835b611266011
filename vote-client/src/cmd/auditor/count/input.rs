//! The ballot file of a count.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail, ensure};
use clap::{Args, ValueEnum};
use tabulation::format::marks::SkippedRanks;
use tabulation::format::{Encoding, Kind, blt};
use tabulation::{
    AffiliationId, BallotForm, ContestOption, ContestOptions, ContestRules, Marks, Profile,
    ProfileBuilder, Selection,
};

use crate::cmd::auditor::source::Source;

/// How the file is read.
#[derive(Args, Clone, Debug)]
pub(super) struct FileArgs {
    #[command(flatten)]
    source: Source,
    /// What rankings count as in methods that ask for marks.
    #[arg(long, value_enum, value_name = "WORD")]
    rankings_as: Option<RankingsAs>,
    /// More than so many skipped ranks running end a paper ballot; by default none do.
    #[arg(long, value_name = "N")]
    skipped_ranks: Option<u16>,
    /// A file with lines `NAME,AFFILIATION`, for --cap.
    #[arg(long, value_name = "FILE")]
    affiliations: Option<PathBuf>,
    /// Seats that an affiliation holds already, for --cap; may be given again.
    #[arg(long, value_name = "AFFILIATION=N")]
    sitting: Vec<String>,
}

/// What a ranking says to a method that asks for marks.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(super) enum RankingsAs {
    /// A mark for the first choice.
    FirstChoice,
    /// Marks for all who are ranked.
    Approvals,
}

/// The largest file of affiliations.
const MAX_AFFILIATION_BYTES: usize = 1 << 20;

/// A file that was read.
pub(super) struct Counted {
    pub(super) options: ContestOptions,
    /// Seats, if the file says.
    pub(super) seats: Option<u16>,
    profile: Profile,
    rankings_as: Option<RankingsAs>,
}

/// Reads the file.
pub(super) fn read(path: &Path, args: &FileArgs) -> Result<Counted> {
    let mut counted = if args.source.kind_named(path) == Some(Kind::Blt) {
        read_blt(path, args.source.encoding()).with_context(|| path.display().to_string())?
    } else {
        read_other(path, args)?
    };
    counted.rankings_as = args.rankings_as;
    counted.options = affiliated(counted.options, args)?;
    Ok(counted)
}

/// The commonest and largest files take the shortest way: straight into a profile.
fn read_blt(path: &Path, encoding: Encoding) -> Result<Counted> {
    let bytes = crate::files::read(path, blt::MAX_BYTES)?;
    let (header, profile) = blt::read_profile(&bytes, encoding)?;
    Ok(Counted {
        options: header.options()?,
        seats: Some(header.seats),
        profile,
        rankings_as: None,
    })
}

fn read_other(path: &Path, args: &FileArgs) -> Result<Counted> {
    let skipped = args.skipped_ranks.map_or(SkippedRanks::Unlimited, SkippedRanks::AtMost);
    let (file, _) = args.source.read(path, skipped)?;
    Ok(Counted {
        options: file.contest_options()?,
        seats: file.seats,
        profile: file.profile()?,
        rankings_as: None,
    })
}

/// The options with the affiliations that a file gives them, and the seats already held.
fn affiliated(options: ContestOptions, args: &FileArgs) -> Result<ContestOptions> {
    let Some(path) = &args.affiliations else {
        ensure!(args.sitting.is_empty(), "--sitting needs --affiliations");
        return Ok(options);
    };
    let text = String::from_utf8(crate::files::read(path, MAX_AFFILIATION_BYTES)?)?;
    let withdrawn = options.withdrawn().clone();
    let mut listed: Vec<ContestOption> = options.iter().map(|(_, o)| o.clone()).collect();
    for (index, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let at = || format!("{}, line {}", path.display(), index + 1);
        let (name, affiliation) =
            line.rsplit_once(',').with_context(|| format!("{}: not NAME,AFFILIATION", at()))?;
        let option = listed.iter_mut().find(|option| option.name == name.trim());
        let option = option.with_context(|| format!("{}: no option {name:?}", at()))?;
        option.affiliations.push(AffiliationId::new(affiliation.trim()).with_context(at)?);
    }
    let sitting = args.sitting.iter().map(|held| {
        let (name, seats) = held.split_once('=').context("--sitting is AFFILIATION=N")?;
        Ok((AffiliationId::new(name)?, seats.parse()?))
    });
    let sitting = sitting.collect::<Result<_>>()?;
    Ok(ContestOptions::new(listed)?.with_withdrawn(withdrawn)?.with_sitting(sitting))
}

impl Counted {
    /// The ballots as the rules ask for them.
    pub(super) fn profile_for(&self, rules: &ContestRules) -> Result<Cow<'_, Profile>> {
        let first = self.profile.iter().next().map(|(marks, _)| marks);
        let rankings = matches!(first, Some(Marks::Ranking(_)));
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
