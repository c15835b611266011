//! `voter enrol`

use std::path::PathBuf;

use anyhow::{Context as _, Result, anyhow, bail};
use clap::Args as ClapArgs;
use crypto::invitation::MAX_CODE_TEXT_BYTES;
use crypto::{InvitationCode, SigningKey};
use election::PoolId;
use election::ids::Handle;
use election::key::{Capacity, InvitationKey, VoterKey};
use election::pool::PrincipalId;
use election::statement::{Body, Draft, Enrolment, Invitation};
use serde_json::json;
use zeroize::Zeroizing;

use crate::chance;
use crate::cmd::{Context, Done, Side, in_pool};
use crate::files::{self, Passphrase};

/// Options of `voter enrol`.
#[derive(ClapArgs, Debug)]
pub struct Args {
    /// The pool you vote in.
    #[arg(long)]
    pool: PoolId,
    /// You, as the invitation names you, such as github:octocat.
    #[arg(long)]
    person: Handle,
    /// The member you vote for. A contributor votes for themselves and leaves this out.
    #[arg(long)]
    principal: Option<String>,
    /// Reads the invitation code from a file's first line instead of asking.
    #[arg(long, value_name = "FILE")]
    code_file: Option<PathBuf>,
    /// Where your key goes.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

pub(super) fn run(args: &Args, context: &Context) -> Result<Done> {
    in_pool!(args.pool, P => enrol::<P>(args, context))
}

fn enrol<P: Side>(args: &Args, context: &Context) -> Result<Done> {
    let client = context.client::<P>()?;
    let origin = client.anchor().origin.clone();
    let principal = principal::<P>(args)?;
    let home = context.home()?;
    let path = match &args.out {
        Some(path) => path.clone(),
        None => home.key_path::<P>(Capacity::Voter, &args.person),
    };
    let code = code(args)?;
    let subject = Invitation::<P>::subject(&principal, &args.person);
    let invitation = InvitationKey::<P>::new(code.derive(origin.as_str(), &subject));

    // A key whose enrolment got no answer is used again: the code may have been spent on it.
    let key = if path.exists() {
        let prompt = context.passphrases();
        let stored = files::open_key(&path, Capacity::Voter, &origin, &prompt)?;
        if stored.label.holder != args.person.as_str() {
            bail!(
                "{} is the key of {}; give another file with --out",
                path.display(),
                stored.label.holder
            );
        }
        stored.key
    } else {
        let chosen = Passphrase::choose(&context.passphrases(), "A passphrase for your new key: ")?;
        let key = SigningKey::generate(&mut chance::rng());
        let label = files::label(Capacity::Voter, &origin, &args.person);
        files::seal_key(&path, &key, label, &chosen, files::kdf_params(None, None)?)?;
        key
    };
    let voter = VoterKey::<P>::new(key);
    let enrolment = Enrolment {
        origin,
        invitation: invitation.public().id(),
        principal: principal.clone(),
        person: args.person.clone(),
        key: voter.public(),
    };
    let draft = Draft::<P>::new(&Body::Enrolment(enrolment))?.sign(&invitation)?.sign(&voter)?;
    let posted = client.submit(&draft.envelope()).with_context(|| {
        format!("your key is in {}, but the log did not take it yet; the same command again goes on with it. An unknown invitation key means that code, person or principal are not those of the invitation", path.display())
    })?;
    let receipt = home.keep_enrolment::<P>(&posted.receipt)?;
    let id = voter.public().id();
    let words = format!(
        "You are enrolled in the {} pool: {} votes for {principal}.\nKey      {}\nKey id   {id}\nTracker  {}\nReceipt  {}\nKeep the key file and its passphrase: they sign your ballots.",
        P::ID,
        args.person,
        path.display(),
        posted.receipt.tracker,
        receipt.display()
    );
    Ok(Done::ok(
        words,
        json!({
            "pool": P::SLUG, "person": args.person, "principal": principal.to_string(),
            "key_id": id, "key_file": path, "tracker": posted.receipt.tracker,
            "statement": posted.statement.id(), "receipt_file": receipt,
        }),
    ))
}

fn principal<P: Side>(args: &Args) -> Result<PrincipalId<P>> {
    let text = args.principal.as_deref().unwrap_or(args.person.as_str());
    text.parse().map_err(|e| match args.principal {
        Some(_) => anyhow!("--principal: {e}"),
        None => anyhow!("say for which member you vote, with --principal"),
    })
}

fn code(args: &Args) -> Result<InvitationCode> {
    // A line holds the code and perhaps the spaces around it.
    const MAX_BYTES: usize = MAX_CODE_TEXT_BYTES * 4;
    let text = Zeroizing::new(match &args.code_file {
        Some(path) => files::read_text(path, MAX_BYTES)?,
        None => rpassword::prompt_password("Your invitation code: ")
            .context("the code could not be asked for; give --code-file FILE")?,
    });
    let line = text.lines().next().unwrap_or_default().trim();
    line.parse().context("the invitation code was mistyped")
}
