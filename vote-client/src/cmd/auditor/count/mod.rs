//! `auditor count`: any ballot file by any method, without a server.

mod build;
mod caps;
mod choices;
mod compare;
mod electorate;
mod explain;
mod method;
mod names;
mod output;
mod ties;

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail, ensure};
use clap::Args as ClapArgs;
use serde_json::json;
use tabulation::{Contest, ContestOptions, ContestRules, Method, OptionIndex, Transcript};

use self::caps::CapArgs;
use self::choices::{Choices, Taking};
use self::electorate::ElectorateArgs;
use self::explain::Origin;
use self::method::MethodId;
use self::output::Output;
use self::ties::TieArgs;
use super::ballots::{self, Counted, FileArgs};
use crate::cmd::Done;

/// The largest file of rules.
const MAX_RULES_BYTES: usize = 1 << 20;

/// Options of `auditor count`.
#[derive(ClapArgs, Debug)]
pub struct Args {
    /// The ballot file; its format is seen from its name and its beginning.
    file: PathBuf,
    /// The method.
    #[arg(long, value_name = "ID", required_unless_present_any = ["rules", "compare"])]
    method: Option<MethodId>,
    /// Seats to fill; by default as many as the file says, or one.
    #[arg(long, value_name = "N")]
    seats: Option<u16>,
    /// The whole rules as JSON (docs/counting.md), instead of a method and its flags.
    #[arg(long, value_name = "FILE", conflicts_with = "method")]
    rules: Option<PathBuf>,
    /// Counts by several methods side by side: a simulation, since voters who know another method
    /// vote otherwise.
    #[arg(long, value_name = "ID,ID,...", value_delimiter = ',', conflicts_with_all = ["method", "rules"])]
    compare: Vec<MethodId>,
    #[command(flatten)]
    choices: Choices,
    #[command(flatten)]
    input: FileArgs,
    #[command(flatten)]
    ties: TieArgs,
    #[command(flatten)]
    caps: CapArgs,
    #[command(flatten)]
    electorate: ElectorateArgs,
    #[command(flatten)]
    output: Output,
}

impl Args {
    /// Where the rules come from.
    fn origin(&self) -> Origin<'_> {
        self.rules.as_deref().map_or(Origin::Flags, Origin::File)
    }
}

pub(super) fn run(args: &Args) -> Result<Done> {
    let rules = checked(args)?;
    let mut counted = ballots::read(&args.file, &args.input)?;
    counted.options = args.caps.affiliated(counted.options)?;
    if !args.compare.is_empty() {
        return compare::run(args, &counted);
    }
    let rules = match (rules, args.method) {
        (Some(rules), _) => rules,
        (None, Some(id)) => {
            let mut take = args.choices.taking();
            let rules = rules_from_flags(args, id, &counted, &mut take)?;
            take.done(&id.name())?;
            rules
        }
        (None, None) => bail!("give --method, --rules or --compare"),
    };
    counted.check_rankings_as([&rules])?;
    let transcript = count(args, rules, &counted)?;
    args.output.done(&counted, &args.file, args.origin(), transcript)
}

/// The rules of the file, if they come from one. Flags that nothing would heed are refused, so that
/// nobody believes to have said something.
fn checked(args: &Args) -> Result<Option<ContestRules>> {
    args.output.check()?;
    if let Some(path) = &args.rules {
        let flags = args.choices.given().into_iter();
        let flags = flags.chain(args.seats.is_some().then_some("seats"));
        let flags: Vec<_> = flags.chain(args.caps.ruling()).chain(args.ties.ruling()).collect();
        ensure!(
            flags.is_empty(),
            "--rules has the whole rules; leave out --{}, or write it into {}",
            flags.join(" and --"),
            path.display()
        );
        let rules = rules_of(path)?;
        args.caps.check(&rules.affiliation_cap, Some(path))?;
        args.ties.check_with(&rules.ties, path)?;
        return Ok(Some(rules));
    }
    ensure!(
        args.compare.is_empty() || !args.output.makes_report(),
        "--compare makes no report; count by one method with --method for that, or leave out \
         --report and --out"
    );
    args.caps.check(&args.caps.rule(), None)?;
    args.ties.check()?;
    Ok(None)
}

/// Counts by rules.
fn count(args: &Args, rules: ContestRules, counted: &Counted) -> Result<Transcript> {
    let profile = counted.profile_for(&rules)?;
    explain::check_form(&rules, &profile)?;
    let casting = args.ties.casting(&rules.method, &counted.options)?;
    let options = if matches!(rules.method, Method::Motion(_)) {
        ContestOptions::default()
    } else {
        counted.options.clone()
    };
    let (method, origin) = (rules.method.clone(), args.origin());
    let contest = Contest::new(rules, options)
        .map_err(|error| explain::rules_error(error, &method, origin))?;
    let electorate = args.electorate.electorate(&profile);
    let source = args.ties.source(casting.as_ref());
    tabulation::count(&contest, &profile, &electorate, source)
        .map_err(|error| explain::count_error(error, &contest, origin))
}

fn rules_of(path: &Path) -> Result<ContestRules> {
    let bytes = crate::files::read(path, MAX_RULES_BYTES)?;
    serde_json::from_slice(&bytes)
        .with_context(|| format!("{}: not rules as docs/counting.md has them", path.display()))
}

fn rules_from_flags(
    args: &Args,
    id: MethodId,
    counted: &Counted,
    take: &mut Taking<'_>,
) -> Result<ContestRules> {
    Ok(ContestRules {
        method: id.method(take, &counted.options)?,
        seats: args.seats.or(counted.seats).unwrap_or(1),
        affiliation_cap: args.caps.rule(),
        ties: args.ties.rule(&counted.options)?,
    })
}

/// What programs read: winners by name in order of election, groups of the ranking, the transcript.
fn summary(transcript: &Transcript) -> serde_json::Value {
    let name = |option: &OptionIndex| transcript.options.name(*option);
    let names = |options: &[OptionIndex]| options.iter().map(name).collect::<Vec<_>>();
    let mut summary = json!({
        "winners": names(transcript.outcome.winners()),
        "outcome": transcript.outcome,
        "sentence": transcript.sentence,
    });
    if !transcript.ranking.is_empty()
        && let Some(object) = summary.as_object_mut()
    {
        let groups: Vec<_> = transcript.ranking.iter().map(|group| names(group)).collect();
        object.insert("ranking".to_owned(), json!(groups));
    }
    summary
}
