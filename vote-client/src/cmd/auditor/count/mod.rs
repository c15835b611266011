//! `auditor count`: any ballot file by any method, without a server.

mod build;
mod choices;
mod compare;
mod input;
mod method;
mod output;

use std::path::PathBuf;

use anyhow::{Context as _, Result, bail, ensure};
use clap::{Args as ClapArgs, ValueEnum};
use serde_json::json;
use tabulation::{
    AffiliationCap, CastingVote, Contest, ContestOptions, ContestRules, Electorate, LotSeed,
    LotSource, Method, OptionIndex, Profile, TieRule, Transcript,
};

use self::choices::{Choices, Others};
use self::input::{Counted, FileArgs};
use self::method::MethodId;
use self::output::Output;
use crate::cmd::Done;

/// The largest file of rules.
const MAX_RULES_BYTES: usize = 1 << 20;

/// What breaks a tie that the method leaves.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
enum Ties {
    /// Nothing: it is reported.
    Refuse,
    /// Lots drawn from --seed.
    Lots,
    /// The order given with --order, most favoured first.
    Order,
    /// A casting vote, given with --casting once the tie is known.
    Casting,
}

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
    /// What breaks a tie.
    #[arg(long, value_enum, default_value_t = Ties::Refuse)]
    ties: Ties,
    /// The seed of the lots, 64 hexadecimal digits.
    #[arg(long, value_name = "HEX", required_if_eq("ties", "lots"))]
    seed: Option<LotSeed>,
    /// Options by name, most favoured first, for ties; "ballot" stands for their order on the ballot.
    #[arg(long, value_name = "NAME>NAME>...", required_if_eq("ties", "order"))]
    order: Option<String>,
    /// The casting vote: options by name, most favoured first; yes or no on a motion.
    #[arg(long, value_name = "NAME>NAME>...")]
    casting: Option<String>,
    /// At most so many seats for one affiliation (see --affiliations).
    #[arg(long, value_name = "N")]
    cap: Option<u16>,
    /// How many were entitled to vote, for quorums; by default those who voted.
    #[arg(long, value_name = "N")]
    entitled: Option<u64>,
    #[command(flatten)]
    output: Output,
}

pub(super) fn run(args: &Args) -> Result<Done> {
    let counted = input::read(&args.file, &args.input)?;
    if !args.compare.is_empty() {
        return compare::run(args, &counted);
    }
    let rules = match (&args.rules, args.method) {
        (Some(path), _) => {
            ensure!(args.choices.is_empty(), "--rules has the whole rules; leave out the flags");
            rules_of(path)?
        }
        (None, Some(id)) => rules_from_flags(args, id, &counted)?,
        (None, None) => bail!("give --method, --rules or --compare"),
    };
    let transcript = count(args, rules, &counted)?;
    args.output.done(&args.file, transcript)
}

/// Counts by rules.
fn count(args: &Args, rules: ContestRules, counted: &Counted) -> Result<Transcript> {
    let profile = counted.profile_for(&rules)?;
    let order = args.casting.as_deref().map(|casting| casting_vote(casting, &counted.options));
    let order = order.transpose()?;
    let source = match (&order, args.seed) {
        (Some(Casting::Motion(vote)), _) => LotSource::Casting(CastingVote::Motion(*vote)),
        (Some(Casting::Order(order)), _) => LotSource::Casting(CastingVote::Order(order)),
        (None, Some(seed)) => LotSource::Seed(seed),
        (None, None) => LotSource::None,
    };
    let options = if matches!(rules.method, Method::Motion(_)) {
        ContestOptions::default()
    } else {
        counted.options.clone()
    };
    let contest = Contest::new(rules, options).context("these rules cannot be carried out")?;
    let electorate = electorate(args, &profile);
    Ok(tabulation::count(&contest, &profile, &electorate, source)?)
}

enum Casting {
    Motion(tabulation::Choice),
    Order(Vec<OptionIndex>),
}

fn casting_vote(text: &str, options: &ContestOptions) -> Result<Casting> {
    match text {
        "yes" if options.is_empty() => Ok(Casting::Motion(tabulation::Choice::Yes)),
        "no" if options.is_empty() => Ok(Casting::Motion(tabulation::Choice::No)),
        _ => order_of(text, options).map(Casting::Order),
    }
}

fn electorate(args: &Args, profile: &Profile) -> Electorate {
    let voted = Electorate::of_those_who_voted(profile);
    match args.entitled {
        Some(entitled) => {
            Electorate { entitled_heads: entitled, entitled_weight: entitled, ..voted }
        }
        None => voted,
    }
}

fn rules_of(path: &std::path::Path) -> Result<ContestRules> {
    let bytes = crate::files::read(path, MAX_RULES_BYTES)?;
    serde_json::from_slice(&bytes)
        .with_context(|| format!("{}: not rules as docs/counting.md has them", path.display()))
}

fn rules_from_flags(args: &Args, id: MethodId, counted: &Counted) -> Result<ContestRules> {
    let others = if args.compare.is_empty() { Others::Absent } else { Others::CountToo };
    let method = id.method(&args.choices, &counted.options, others)?;
    Ok(ContestRules {
        method,
        seats: args.seats.or(counted.seats).unwrap_or(1),
        affiliation_cap: match args.cap {
            Some(seats) => AffiliationCap::AtMost { seats },
            None => AffiliationCap::Unlimited {},
        },
        ties: match args.ties {
            Ties::Refuse => TieRule::Refuse {},
            Ties::Lots => TieRule::Lots {},
            Ties::Casting => TieRule::CastingVote {},
            Ties::Order => TieRule::PublishedOrder {
                order: order_of(args.order.as_deref().unwrap_or(""), &counted.options)?,
            },
        },
    })
}

/// Options by name, each once, most favoured first.
fn order_of(text: &str, options: &ContestOptions) -> Result<Vec<OptionIndex>> {
    if text == "ballot" {
        return Ok(OptionIndex::all(options.len()).collect());
    }
    text.split('>').map(|name| option_named(options, name.trim())).collect()
}

/// An option by its name or its id.
fn option_named(options: &ContestOptions, name: &str) -> Result<OptionIndex> {
    let found = options.iter().find(|(_, option)| option.name == name || option.id == name);
    found.map(|(index, _)| index).with_context(|| {
        let names: Vec<String> = options.iter().map(|(_, o)| o.name.clone()).take(20).collect();
        format!("no option is called {name:?}; there are {}", names.join(", "))
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
