//! `registrar invite` and `registrar rekey`: codes made here, public keys into the log.

use std::path::PathBuf;

use anyhow::{Context as _, Result, anyhow, bail};
use clap::Args as ClapArgs;
use crypto::InvitationCode;
use election::ids::{Handle, Origin};
use election::pool::{Principal as _, PrincipalId};
use election::statement::{Body, Invitation, Reason, Rekey};
use serde_json::json;

use super::exceptional::reason;
use super::{InPool, Signing, sign_and_deliver};
use crate::api::PrincipalInfo;
use crate::chance;
use crate::cmd::{Context, Done, Side, in_pool};
use crate::files::{self, Private};
use crate::input::codes::{self, Code};

/// Options of `registrar invite`.
#[derive(ClapArgs, Debug)]
pub struct Args {
    #[command(flatten)]
    pool: InPool,
    /// Everybody who may vote and is not invited yet.
    #[arg(long, conflicts_with = "person")]
    all: bool,
    /// Whom to invite. May be given several times.
    #[arg(long, required_unless_present = "all")]
    person: Vec<Handle>,
    /// For which principal only.
    #[arg(long)]
    principal: Option<String>,
    /// Where the codes go: a new CSV file, readable by you only. They go nowhere else.
    #[arg(long, value_name = "FILE")]
    codes: PathBuf,
    #[command(flatten)]
    signing: Signing,
}

/// Options of `registrar rekey`.
#[derive(ClapArgs, Debug)]
pub struct RekeyArgs {
    #[command(flatten)]
    pool: InPool,
    /// Whose key ends.
    #[arg(long)]
    person: Handle,
    /// For which principal. A contributor stands for themselves.
    #[arg(long)]
    principal: Option<String>,
    /// Why.
    #[arg(long, value_parser = reason)]
    reason: Reason,
    /// Where the new code goes: a new CSV file, readable by you only.
    #[arg(long, value_name = "FILE")]
    codes: PathBuf,
    #[command(flatten)]
    signing: Signing,
}

pub(super) fn run(args: &Args, context: &Context) -> Result<Done> {
    in_pool!(args.pool.pool, P => invite::<P>(args, context))
}

pub(super) fn rekey(args: &RekeyArgs, context: &Context) -> Result<Done> {
    in_pool!(args.pool.pool, P => rekey_in::<P>(args, context))
}

fn invite<P: Side>(args: &Args, context: &Context) -> Result<Done> {
    let client = context.client::<P>()?;
    let origin = client.anchor().origin.clone();
    let only = args.principal.as_deref().map(principal_id::<P>).transpose()?;
    let principals = client.principals()?;
    let mut codes: Vec<Code<P>> = Vec::new();
    for info in principals.iter().filter(|info| !info.suspended) {
        let id = info.principal.id();
        if only.as_ref().is_some_and(|only| only != id) {
            continue;
        }
        for person in info.voices() {
            let wanted = args.all || args.person.contains(&person);
            let invited = info.speakers.contains_key(&person);
            if wanted && invited && !args.all {
                bail!(
                    "{person} is invited for `{id}` already; if the code or key is lost, use `registrar rekey`"
                );
            }
            if wanted && !invited {
                let code = InvitationCode::generate(&mut chance::rng());
                codes.push(Code { principal: id.clone(), person, code });
            }
        }
    }
    if let Some(unknown) =
        args.person.iter().find(|person| !codes.iter().any(|code| code.person == **person))
    {
        bail!("{unknown} speaks for no principal that is not suspended; enter the mandate first");
    }
    if codes.is_empty() {
        return Ok(Done::ok("Everybody who may vote is invited already.", json!({ "invited": 0 })));
    }
    // The codes are safe on disk before the log hears of their keys.
    files::write_new(&args.codes, codes::to_csv(&codes).as_bytes(), Private::Owner)?;
    let bodies: Vec<_> =
        codes.iter().map(|code| Body::Invitation(invitation(&origin, code))).collect();
    let (delivered, delivery) = sign_and_deliver(&bodies, &args.signing, &client, context)
        .with_context(|| format!("the codes are in {}", args.codes.display()))?;
    let words = format!(
        "{} invitation(s). {delivered}\nThe codes are in {}, readable by you only. Give each person theirs by a way that only they read, then delete the file.",
        codes.len(),
        args.codes.display()
    );
    Ok(Done::ok(
        words,
        json!({ "invited": codes.len(), "codes_file": args.codes, "delivery": delivery }),
    ))
}

fn invitation<P: Side>(origin: &Origin<P>, code: &Code<P>) -> Invitation<P> {
    let subject = Invitation::<P>::subject(&code.principal, &code.person);
    Invitation {
        origin: origin.clone(),
        principal: code.principal.clone(),
        person: code.person.clone(),
        key: code.code.derive(origin.as_str(), &subject).public(),
    }
}

fn principal_id<P: Side>(text: &str) -> Result<PrincipalId<P>> {
    text.parse().map_err(|e| anyhow!("--principal: {e}"))
}

fn rekey_in<P: Side>(args: &RekeyArgs, context: &Context) -> Result<Done> {
    let client = context.client::<P>()?;
    let origin = client.anchor().origin.clone();
    let principal = principal_id::<P>(args.principal.as_deref().unwrap_or(args.person.as_str()))?;
    let info: PrincipalInfo<P> = client
        .principal(&principal)?
        .with_context(|| format!("the {} pool has no principal `{principal}`", P::ID))?;
    let speaker = info.speakers.get(&args.person);
    let speaker = speaker.with_context(|| {
        format!("{} is not invited for `{principal}`; use `registrar invite`", args.person)
    })?;
    let ends = speaker.voter.unwrap_or(speaker.invitation);
    let code = InvitationCode::generate(&mut chance::rng());
    let code = Code { principal, person: args.person.clone(), code };
    let key = invitation(&origin, &code).key;
    files::write_new(&args.codes, codes::to_csv(&[code]).as_bytes(), Private::Owner)?;
    let body = Body::Rekey(Rekey { origin, ends, invitation: key, reason: args.reason });
    let (delivered, delivery) = sign_and_deliver(&[body], &args.signing, &client, context)?;
    let words = format!(
        "The key {ends} of {} ends. {delivered}\nThe new code is in {}, readable by you only.",
        args.person,
        args.codes.display()
    );
    Ok(Done::ok(words, json!({ "ends": ends, "codes_file": args.codes, "delivery": delivery })))
}
