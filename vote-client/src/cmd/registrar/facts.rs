//! `registrar mandate`, `relate` and `affiliate`: single facts about principals.

use anyhow::Result;
use clap::Args as ClapArgs;
use election::ids::{GroupId, Handle, MemberId};
use election::principal::{Affiliation, Mandate, RelatedGroup};
use election::statement::{Body, Entry};
use election::{Business, Technical};
use serde_json::json;

use super::{Signing, sign_and_deliver};
use crate::chance;
use crate::cmd::{Context, Done};
use crate::input::instant;

/// Options of `registrar mandate`.
#[derive(ClapArgs, Debug)]
pub struct MandateArgs {
    /// The member spoken for.
    #[arg(long)]
    member: MemberId,
    /// Whose ballot counts whenever it was cast.
    #[arg(long)]
    delegate: Handle,
    /// Whose ballots count, in this order, when nobody before them cast one.
    #[arg(long, value_delimiter = ',')]
    alternates: Vec<Handle>,
    #[command(flatten)]
    signing: Signing,
}

/// Options of `registrar relate`.
#[derive(ClapArgs, Debug)]
pub struct RelateArgs {
    /// The group.
    #[arg(long)]
    group: GroupId,
    /// Its members, apart by commas.
    #[arg(long, value_delimiter = ',', required = true)]
    members: Vec<MemberId>,
    /// The one among them that is entitled to vote.
    #[arg(long)]
    voice: MemberId,
    #[command(flatten)]
    signing: Signing,
}

/// Options of `registrar affiliate`.
#[derive(ClapArgs, Debug)]
pub struct AffiliateArgs {
    /// The person.
    #[arg(long)]
    person: Handle,
    /// Their employers, apart by commas; none: independent.
    #[arg(long, value_delimiter = ',')]
    groups: Vec<GroupId>,
    /// Since when; by default now.
    #[arg(long, value_name = "INSTANT")]
    from: Option<String>,
    #[command(flatten)]
    signing: Signing,
}

pub(super) fn mandate(args: &MandateArgs, context: &Context) -> Result<Done> {
    let client = context.client::<Business>()?;
    let fact = Mandate {
        member: args.member.clone(),
        delegate: args.delegate.clone(),
        alternates: args.alternates.clone(),
    };
    fact.validate()?;
    let body = Body::Mandate(Entry { origin: client.anchor().origin.clone(), fact });
    let (words, delivery) = sign_and_deliver(&[body], &args.signing, &client, context)?;
    let words = format!("{} speaks for {}: {words}", args.delegate, args.member);
    Ok(Done::ok(words, json!({ "member": args.member, "delivery": delivery })))
}

pub(super) fn relate(args: &RelateArgs, context: &Context) -> Result<Done> {
    let client = context.client::<Business>()?;
    let fact = RelatedGroup {
        group: args.group.clone(),
        members: args.members.clone(),
        voice: args.voice.clone(),
    };
    fact.validate()?;
    let body = Body::Related(Entry { origin: client.anchor().origin.clone(), fact });
    let (words, delivery) = sign_and_deliver(&[body], &args.signing, &client, context)?;
    let words = format!("{} speaks for the related group {}: {words}", args.voice, args.group);
    Ok(Done::ok(words, json!({ "group": args.group, "delivery": delivery })))
}

pub(super) fn affiliate(args: &AffiliateArgs, context: &Context) -> Result<Done> {
    let client = context.client::<Technical>()?;
    let from = match &args.from {
        Some(text) => instant::parse(text)?,
        None => chance::now(),
    };
    let fact = Affiliation { person: args.person.clone(), groups: args.groups.clone(), from };
    let body = Body::Affiliation(Entry { origin: client.anchor().origin.clone(), fact });
    let (words, delivery) = sign_and_deliver(&[body], &args.signing, &client, context)?;
    let words = format!("The affiliation of {}: {words}", args.person);
    Ok(Done::ok(words, json!({ "person": args.person, "delivery": delivery })))
}
