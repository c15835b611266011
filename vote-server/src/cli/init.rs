//! `init`: from a plan to two founded logs.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context as _, bail};
use crypto::envelope::{Envelope, MAX_ENVELOPE_BYTES};
use crypto::keystore::KdfParams;
use crypto::sign::SigningKey;
use election::ids::Origin;
use election::key::{Capacity, LogKey, OfficerKey};
use election::pool::PoolId;
use election::statement::Officer;
use election::{Business, Pool, Technical};
use zeroize::Zeroizing;

use super::files::{self, Readers};
use super::{ask, passphrase, say};
use crate::clock::{Clock, SystemClock};
use crate::config::Config;
use crate::founding::{Founded, Founding, Plan, unsigned};
use crate::keys::{self, LogKeys};
use crate::service::PoolService;
use crate::storage::Store;

/// Where the genesis envelopes wait for their signatures.
const GENESIS_DIR: &str = "genesis";

/// What `init` takes.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    pub(super) common: super::Common,
    /// The founding plan (TOML); without it, questions are asked at the terminal
    #[arg(long, value_name = "FILE", conflicts_with = "finish")]
    plan: Option<PathBuf>,
    /// Print a plan to start from, and do nothing
    #[arg(long)]
    example_plan: bool,
    /// Sign at once with the officers' key files (*.key) of this directory
    #[arg(long, value_name = "DIR", conflicts_with = "finish")]
    officer_keys: Option<PathBuf>,
    /// A file whose first line is the passphrase of all those key files; otherwise each is asked for
    #[arg(long, value_name = "FILE", requires = "officer_keys")]
    officer_passphrase_file: Option<PathBuf>,
    /// Take the signed genesis envelopes from DIR/genesis and start the logs
    #[arg(long)]
    finish: bool,
    /// Seal the new log keys with the weakest parameters that are accepted: for tests only
    #[arg(long, hide = true)]
    weak_sealing: bool,
}

/// Runs the command.
pub(super) async fn run(args: &Args, config: Config) -> anyhow::Result<ExitCode> {
    if args.example_plan {
        say(EXAMPLE_PLAN);
        return Ok(ExitCode::SUCCESS);
    }
    if config.anchor_file().exists() {
        bail!(
            "{} exists: this foundation is founded. Serve it with `vote-server serve --dir {}`, \
             or choose another --dir.",
            config.anchor_file().display(),
            config.dir.display()
        );
    }
    if args.finish {
        let config = passphrase::complete(config)?;
        return finish(&config).await;
    }
    let plan = plan(args, &config)?;
    let passphrase = passphrase::fresh(&config)?;
    let mut config = config;
    config.set_passphrase(passphrase);
    let founding = begin(args, &config, &plan)?;
    let Some(officer_keys) = &args.officer_keys else {
        return wait_for_officers(&config, &plan, founding);
    };
    let founding = sign(args, &plan, founding, officer_keys)?;
    let (business, technical) = founding.envelopes();
    establish(&config, Founded::new(business, technical)?).await
}

fn plan(args: &Args, config: &Config) -> anyhow::Result<Plan> {
    let Some(path) = &args.plan else { return ask::plan(config) };
    let name = path.display();
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("cannot read the founding plan {name}"))?;
    Plan::parse(&text).with_context(|| {
        format!("the founding plan {name} (see `vote-server init --example-plan`)")
    })
}

/// Makes the log keys and drafts both genesis statements.
fn begin(args: &Args, config: &Config, plan: &Plan) -> anyhow::Result<Founding> {
    let params = if args.weak_sealing { KdfParams::minimum() } else { KdfParams::recommended() };
    let mut rng = crate::random::system();
    let business = LogKey::<Business>::new(SigningKey::generate(&mut rng));
    let technical = LogKey::<Technical>::new(SigningKey::generate(&mut rng));
    let foundation = crate::random::uuid(&mut rng);
    // Before anything is written: a plan that cannot work fails here.
    let founding = Founding::draft(plan, foundation, &business, &technical)
        .context("the founding plan cannot work; nothing was written")?;
    let passphrase = config.passphrase.reveal().unwrap_or_default();
    files::directory(&config.keys_dir())?;
    let origin = Origin::of_host(&plan.host)?;
    let sealed = keys::seal(&business, &origin, passphrase, params, &mut rng)?;
    files::create(&config.business_key_file(), &sealed, Readers::Owner)?;
    let origin = Origin::of_host(&plan.host)?;
    let sealed = keys::seal(&technical, &origin, passphrase, params, &mut rng)?;
    files::create(&config.technical_key_file(), &sealed, Readers::Owner)?;
    Ok(founding)
}

/// Leaves the envelopes for the officers.
fn wait_for_officers(config: &Config, plan: &Plan, founding: Founding) -> anyhow::Result<ExitCode> {
    let dir = config.dir.join(GENESIS_DIR);
    files::directory(&dir)?;
    let (business, technical) = founding.envelopes();
    for (pool, envelope) in [(PoolId::Business, business), (PoolId::Technical, technical)] {
        let path = dir.join(format!("{pool}.json"));
        files::create(&path, &unsigned::encode(&envelope)?, Readers::Anybody)?;
    }
    let names = |officers: &[Officer]| {
        officers.iter().map(|officer| officer.handle.to_string()).collect::<Vec<_>>().join(", ")
    };
    say(&format!(
        "Made the log keys in {keys} and two genesis statements in {dir}.\n\n\
         Next, every founding officer signs the statement of the own pool:\n\
         \u{20} business.json   {business}\n\
         \u{20} technical.json  {technical}\n\
         with `vote-client officer sign FILE --key officer.key`, and the signed copies are put into\n\
         {dir}/, under any names that end in .json. Then:\n\
         \u{20} vote-server init --dir {root} --finish",
        keys = config.keys_dir().display(),
        dir = dir.display(),
        root = config.dir.display(),
        business = names(&plan.business.officers),
        technical = names(&plan.technical.officers),
    ));
    Ok(ExitCode::SUCCESS)
}

/// Signs with every officer's key file at hand.
fn sign(args: &Args, plan: &Plan, mut founding: Founding, dir: &Path) -> anyhow::Result<Founding> {
    let common = args.officer_passphrase_file.as_deref().map(passphrase::from_file).transpose()?;
    let business = Origin::<Business>::of_host(&plan.host)?;
    for key in officer_keys(&plan.business.officers, &business, dir, common.as_ref())? {
        founding = founding.sign_business(&OfficerKey::new(key))?;
    }
    let technical = Origin::<Technical>::of_host(&plan.host)?;
    for key in officer_keys(&plan.technical.officers, &technical, dir, common.as_ref())? {
        founding = founding.sign_technical(&OfficerKey::new(key))?;
    }
    Ok(founding)
}

/// The keys of a pool's officers, each from the file that holds its public half.
fn officer_keys<P: Pool>(
    officers: &[Officer],
    origin: &Origin<P>,
    dir: &Path,
    common: Option<&Zeroizing<String>>,
) -> anyhow::Result<Vec<SigningKey>> {
    let mut found = Vec::new();
    for path in files_of(dir, "key")? {
        found.push((keys::read(P::ID, &path)?, path));
    }
    let mut opened = Vec::new();
    for officer in officers {
        let (_, path) =
            found.iter().find(|(file, _)| *file.public_key() == officer.key).with_context(
                || format!("no key file in {} holds the key of {}", dir.display(), officer.handle),
            )?;
        let passphrase = match common {
            Some(passphrase) => passphrase.clone(),
            None => passphrase::ask(&format!("Passphrase of {}: ", path.display()))?,
        };
        let bytes = passphrase.as_bytes();
        opened.push(keys::open_for(P::ID, path, bytes, Capacity::Officer, origin.as_str())?);
    }
    Ok(opened)
}

/// Collects the officers' signatures and starts the logs.
async fn finish(config: &Config) -> anyhow::Result<ExitCode> {
    let dir = config.dir.join(GENESIS_DIR);
    let mut envelopes = Vec::new();
    for path in files_of(&dir, "json")? {
        let bytes = std::fs::read(&path).with_context(|| format!("{}", path.display()))?;
        if bytes.len() > MAX_ENVELOPE_BYTES {
            bail!("{} is no genesis envelope: it is too long", path.display());
        }
        let envelope = unsigned::decode(bytes.trim_ascii())
            .with_context(|| format!("{} is no envelope", path.display()))?;
        envelopes.push(envelope);
    }
    let business = merged::<Business>(&envelopes, &dir)?;
    let technical = merged::<Technical>(&envelopes, &dir)?;
    let founded = Founded::new(business, technical).context(
        "the genesis statements are not complete; collect what is missing and run this again",
    )?;
    establish(config, founded).await
}

/// Starts both logs with their genesis, and publishes the trust anchor last: while there is no
/// foundation.json, nothing is founded.
async fn establish(config: &Config, founded: Founded) -> anyhow::Result<ExitCode> {
    let Founded { anchor, business, technical } = founded;
    let keys = LogKeys::open(config, &anchor)?;
    let store = Store::open(&config.database().url()).await?;
    store.migrate().await?;
    // A run that was interrupted after this step is taken up again.
    match store.anchor().await? {
        None => store.found(&anchor).await?,
        Some(there) if there == anchor => (),
        Some(there) => bail!("the database serves another foundation: {}", there.name),
    }
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let first = PoolService::start(store.clone(), clock.clone(), keys.business).await?;
    first.submit_envelope(business).await?;
    first.shutdown().await?;
    let second = PoolService::start(store.clone(), clock, keys.technical).await?;
    second.submit_envelope(technical).await?;
    second.shutdown().await?;
    store.close().await;
    let file = config.anchor_file();
    files::create(&file, anchor.to_json()?.as_bytes(), Readers::Anybody)?;
    say(&format!(
        "Founded {name}.\n\
         \u{20} {business}  genesis {b}\n\
         \u{20} {technical}  genesis {t}\n\
         Publish {file} where voters and auditors can trust it, and keep {keys} secret and backed up.\n\
         Next: vote-server serve --dir {dir}",
        name = anchor.name,
        business = anchor.business.origin,
        b = anchor.business.genesis,
        technical = anchor.technical.origin,
        t = anchor.technical.genesis,
        file = file.display(),
        keys = config.keys_dir().display(),
        dir = config.dir.display(),
    ));
    Ok(ExitCode::SUCCESS)
}

/// One envelope with all signatures that its copies carry.
fn merged<P: Pool>(envelopes: &[Envelope], dir: &Path) -> anyhow::Result<Envelope> {
    let mut merged: Option<Envelope> = None;
    for envelope in envelopes {
        let wanted = election::statement::payload_type::<P>(election::Kind::Genesis);
        if envelope.payload_type() != wanted {
            continue;
        }
        let Some(whole) = &mut merged else {
            merged = Some(envelope.clone());
            continue;
        };
        if whole.id() != envelope.id() {
            bail!("{} holds two different genesis statements of the {} pool", dir.display(), P::ID);
        }
        for signature in envelope.signatures() {
            if whole.signature_of(signature.keyid()).is_none() {
                whole.attach(signature.keyid(), *signature.sig())?;
            }
        }
    }
    merged.with_context(|| format!("{} holds no genesis of the {} pool", dir.display(), P::ID))
}

/// Files of a directory with an extension, in the order of their names.
fn files_of(dir: &Path, extension: &str) -> anyhow::Result<Vec<PathBuf>> {
    let entries = std::fs::read_dir(dir)
        .with_context(|| format!("cannot read the directory {}", dir.display()))?;
    let mut files = Vec::new();
    for entry in entries {
        let path = entry?.path();
        if path.extension().is_some_and(|found| found == extension) {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

const EXAMPLE_PLAN: &str = include_str!("example-plan.toml");

#[cfg(test)]
mod tests;
