//! For registrars.

mod bundle;
mod exceptional;
mod export;
mod facts;
mod import;
mod invite;

use std::path::PathBuf;

use anyhow::Result;
use clap::{Args as ClapArgs, Subcommand};
use election::key::{Capacity, OfficerKey};
use election::state::PrincipalRecord;
use election::statement::Body;
use election::{PoolId, Technical};
use serde_json::Value;

use super::deliver::{Delivery, deliver, sign_all};
use super::{Context, Done, KeyArgs, Side, source};
use crate::api::{PoolClient, PrincipalInfo};
use crate::replay;

/// What a registrar can do.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Brings a roll from CSV into the log: what is new or changed, and nothing else.
    Import(import::Args),
    /// Writes the principals as the CSV that `import` reads.
    Export(export::Args),
    /// Makes invitation codes and enters their public keys; the codes stay on this machine.
    Invite(invite::Args),
    /// Says who speaks for a member.
    Mandate(facts::MandateArgs),
    /// Says which members are related, and which one speaks for all.
    Relate(facts::RelateArgs),
    /// Says whom a contributor works for.
    Affiliate(facts::AffiliateArgs),
    /// Ends a lost or stolen key and invites its holder anew.
    Rekey(invite::RekeyArgs),
    /// Takes a principal off future rolls.
    Suspend(exceptional::Args),
    /// Puts a principal back on future rolls.
    Reinstate(exceptional::Args),
    /// Adds your signature to a file of statements.
    Sign(bundle::SignArgs),
    /// Sends a file of statements.
    Submit(bundle::SubmitArgs),
}

pub(super) fn run(command: &Command, context: &Context) -> Result<Done> {
    match command {
        Command::Import(args) => import::run(args, context),
        Command::Export(args) => export::run(args, context),
        Command::Invite(args) => invite::run(args, context),
        Command::Mandate(args) => facts::mandate(args, context),
        Command::Relate(args) => facts::relate(args, context),
        Command::Affiliate(args) => facts::affiliate(args, context),
        Command::Rekey(args) => invite::rekey(args, context),
        Command::Suspend(args) => exceptional::run(args, context, exceptional::What::Suspend),
        Command::Reinstate(args) => exceptional::run(args, context, exceptional::What::Reinstate),
        Command::Sign(args) => bundle::sign(args, context),
        Command::Submit(args) => bundle::submit(args, context),
    }
}

/// Who signs, and where it goes.
#[derive(ClapArgs, Debug)]
pub struct Signing {
    #[command(flatten)]
    key: KeyArgs,
    /// Writes the signed statements to a file for other signatures instead of sending them.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// A pool, where both have the command.
#[derive(ClapArgs, Debug)]
pub struct InPool {
    /// The pool.
    #[arg(long)]
    pool: PoolId,
}

/// The contributors with their affiliations, which only the log itself tells.
fn contributors(
    client: &PoolClient<Technical>,
    context: &Context,
) -> Result<Vec<PrincipalInfo<Technical>>> {
    let record = source::fetch::<Technical>(context.server()?, context)?;
    let replayed = replay::replay(&record, client.anchor(), |_| ())?;
    let info = |record: &PrincipalRecord<Technical>| PrincipalInfo {
        principal: record.principal.clone(),
        suspended: record.suspended,
        mandate: None,
        speakers: record.speakers.clone(),
        affiliation: replayed.state.affiliation(&record.principal.handle).cloned(),
    };
    Ok(replayed.state.principals().map(info).collect())
}

/// Signs bodies with the registrar's key and delivers them.
fn sign_and_deliver<P: Side>(
    bodies: &[Body<P>],
    signing: &Signing,
    client: &PoolClient<P>,
    context: &Context,
) -> Result<(String, Value)> {
    let key = OfficerKey::<P>::new(context.key::<P>(&signing.key, Capacity::Officer)?.key);
    let envelopes = sign_all(bodies, &key)?;
    let delivery = match &signing.out {
        Some(path) => Delivery::File(path.clone()),
        None => Delivery::Post(client),
    };
    deliver(envelopes, &delivery)
}
