//! `voter vote`

use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};
use clap::Args as ClapArgs;
use election::ballot::{self, Ballot};
use election::ids::ContestId;
use election::key::{Capacity, VoterKey};
use election::state::Phase;
use election::statement::{Body, Draft};
use election::{PoolId, StatementId};
use serde_json::json;
use tabulation::Selection;

use crate::api::{ApiError, PoolClient, Posted, SealedManifest, VoterInfo};
use crate::booth::{self, Notice, StdTerminal, Terminal};
use crate::cmd::done::value;
use crate::cmd::{Context, Done, KeyArgs, Side, in_pool};
use crate::files::{self, Home};
use crate::input::ballot_file::{self, MAX_BALLOT_FILE_BYTES};
use crate::{chance, show};

/// Options of `voter vote`.
#[derive(ClapArgs, Debug)]
pub struct Args {
    /// The election's id.
    election: StatementId,
    /// The pool.
    #[arg(long)]
    pool: PoolId,
    #[command(flatten)]
    key: KeyArgs,
    /// Takes the ballot from a TOML or JSON file instead of asking.
    #[arg(long, value_name = "FILE")]
    from: Option<PathBuf>,
    /// With --from: replaces an earlier ballot of yours without asking.
    #[arg(long, requires = "from")]
    replace: bool,
    /// Writes the receipt to this file as well.
    #[arg(long, value_name = "FILE")]
    receipt: Option<PathBuf>,
}

/// A voter in an election: all that a ballot needs besides its selections.
struct Booth<'a, P: Side> {
    client: &'a PoolClient<P>,
    home: &'a Home,
    sealed: &'a SealedManifest<P>,
    voter: &'a VoterInfo<P>,
    key: &'a VoterKey<P>,
}

pub(super) fn run(args: &Args, context: &Context) -> Result<Done> {
    in_pool!(args.pool, P => vote::<P>(args, context))
}

fn vote<P: Side>(args: &Args, context: &Context) -> Result<Done> {
    let client = context.client::<P>()?;
    let home = context.home()?;
    let sealed = client.manifest(args.election)?;
    let phase = client.election(args.election)?.phase;
    if phase != Phase::Open {
        let window = sealed.manifest.window;
        bail!(
            "the election is {phase}; it takes ballots from {} until {}",
            window.opens_at,
            window.closes_at
        );
    }
    if let Some(path) = args.receipt.as_ref().filter(|path| path.exists()) {
        bail!("{} exists already; choose another name, nothing is overwritten", path.display());
    }
    let key = VoterKey::<P>::new(context.key::<P>(&args.key, Capacity::Voter)?.key);
    let voter = client
        .voter(key.public().id())
        .context("the server does not know your key; enrol first with `voter enrol`")?;
    if voter.ended || voter.capacity != Capacity::Voter {
        bail!(
            "your key {} no longer votes; ask your registrar for a new invitation",
            key.public().id()
        );
    }
    let booth = Booth { client: &client, home: &home, sealed: &sealed, voter: &voter, key: &key };
    let mut terminal = StdTerminal;
    resend(&booth, &mut terminal)?;
    let standing = home.standing::<P>(args.election)?;
    let selections = match &args.from {
        Some(path) => {
            let text = files::read_text(path, MAX_BALLOT_FILE_BYTES)?;
            ballot_file::parse(&text, sealed.id, &sealed.manifest)?
        }
        None => booth::fill(&mut terminal, &sealed.manifest, &booth.notice(standing))?,
    };
    let posted = cast(&booth, &mut terminal, &selections, standing, args)?;
    report(&booth, args, &selections, &posted)
}

impl<P: Side> Booth<'_, P> {
    fn notice(&self, standing: Option<StatementId>) -> Notice {
        let voting_as = format!(
            "You vote as {} for {} in the {} pool, with the key {}.",
            self.voter.person,
            self.voter.principal,
            P::ID,
            self.key.public().id()
        );
        let replaces = standing.map(|id| format!("It REPLACES your earlier ballot {id}."));
        Notice { voting_as, replaces }
    }

    fn sign(
        &self,
        selections: &BTreeMap<ContestId, Selection>,
        supersedes: Option<StatementId>,
    ) -> Result<crypto::Envelope> {
        let ballot = Ballot::<P> {
            origin: self.client.anchor().origin.clone(),
            manifest: self.sealed.id,
            principal: self.voter.principal.clone(),
            person: self.voter.person.clone(),
            supersedes,
            nonce: ballot::nonce(&mut chance::rng()),
            selections: selections.clone(),
        };
        ballot.validate(&self.sealed.manifest)?;
        Ok(Draft::<P>::new(&Body::Ballot(ballot))?.sign(self.key)?.envelope())
    }

    /// Sends a signed ballot; it stays on this machine until its receipt is here.
    fn send(&self, envelope: &crypto::Envelope) -> Result<Posted<P>, ApiError> {
        let posted = self.client.submit(envelope);
        // A refusal ends the ballot; no answer leaves open whether it is in the log.
        if posted.is_ok()
            || posted.as_ref().is_err_and(|e| e.problem().is_some() && !e.is_transient())
        {
            // Losing this note costs one idempotent repetition and nothing else.
            let _ = self.home.drop_pending::<P>(self.sealed.id);
        }
        posted
    }
}

/// Sends a ballot again whose receipt never came, before a new one is made.
fn resend<P: Side>(booth: &Booth<'_, P>, terminal: &mut impl Terminal) -> Result<()> {
    let election = booth.sealed.id;
    let Some(envelope) = booth.home.pending::<P>(election)? else { return Ok(()) };
    terminal
        .say("A ballot that you signed earlier got no receipt. Sending it again, unchanged.")?;
    match booth.send(&envelope) {
        Ok(posted) => {
            booth.home.keep_ballot::<P>(election, posted.statement.id(), &posted.receipt)?;
            terminal.say(&format!("It is in the log: tracker {}.", posted.receipt.tracker))?;
            Ok(())
        }
        Err(error) if error.problem().is_some() && !error.is_transient() => {
            terminal.say(&format!("It is not in the log and will not be: {error}"))?;
            Ok(())
        }
        Err(error) => Err(error)
            .context("it is not known whether your earlier ballot is in the log; try again later"),
    }
}

/// Signs and sends. Where the server names another standing ballot, the voter decides.
fn cast<P: Side>(
    booth: &Booth<'_, P>,
    terminal: &mut impl Terminal,
    selections: &BTreeMap<ContestId, Selection>,
    standing: Option<StatementId>,
    args: &Args,
) -> Result<Posted<P>> {
    let election = booth.sealed.id;
    let envelope = booth.sign(selections, standing)?;
    booth.home.keep_pending::<P>(election, &envelope)?;
    let error = match booth.send(&envelope) {
        Ok(posted) => return Ok(posted),
        Err(error) => error,
    };
    let Some(problem) = error.problem().filter(|problem| problem.slug() == "stale-ballot") else {
        return Err(error).context("your ballot was not confirmed; the same command again sends it again if it was only the connection");
    };
    let other = problem.standing();
    let words = match other {
        Some(id) => format!("The server says that another ballot of yours stands, which this machine did not cast: {id}. If you did not cast it either, somebody else may have your key: ask your registrar."),
        None => "The server says that no ballot of yours stands, although this machine has a receipt for one. Keep that receipt: it proves that the ballot was recorded.".to_owned(),
    };
    let agreed = match (&args.from, args.replace) {
        (Some(_), true) => true,
        (Some(_), false) => bail!("{words} Nothing was cast; give --replace to replace it."),
        (None, _) => {
            terminal.say(&words)?;
            let answer =
                terminal.ask("Sign again so that this ballot takes its place? Type `yes`: ")?;
            answer.is_some_and(|answer| answer.trim() == "yes")
        }
    };
    if !agreed {
        bail!("nothing was cast; the earlier ballot stands");
    }
    let envelope = booth.sign(selections, other)?;
    booth.home.keep_pending::<P>(election, &envelope)?;
    Ok(booth.send(&envelope)?)
}

fn report<P: Side>(
    booth: &Booth<'_, P>,
    args: &Args,
    selections: &BTreeMap<ContestId, Selection>,
    posted: &Posted<P>,
) -> Result<Done> {
    let (id, tracker) = (posted.statement.id(), posted.receipt.tracker);
    let kept = booth.home.keep_ballot::<P>(booth.sealed.id, id, &posted.receipt)?;
    if let Some(path) = &args.receipt {
        let bytes = files::receipt_json(&posted.receipt)?;
        files::write_new(path, &bytes, files::Private::Owner)?;
    }
    let mut words = format!("Your ballot is recorded in {}.\n", booth.client.anchor().origin);
    for contest in &booth.sealed.manifest.contests {
        words.push_str(&format!("  {}\n", contest.title));
        let lines = selections.get(&contest.id).map(|s| show::selection(contest, s));
        for line in lines.unwrap_or_default() {
            words.push_str(&format!("    {line}\n"));
        }
    }
    words.push_str(&format!(
        "Tracker  {tracker}\nBallot   {id}\nReceipt  {}\nThe receipt is checked against foundation.json. You can vote again until the close; the last ballot counts.",
        kept.display()
    ));
    Ok(Done::ok(
        words,
        json!({
            "pool": P::SLUG, "election": booth.sealed.id, "ballot": id, "tracker": tracker,
            "principal": booth.voter.principal.to_string(), "person": booth.voter.person,
            "selections": value(selections), "receipt_file": kept,
            "receipt": value(&posted.receipt),
        }),
    ))
}
