//! Founds "Example Foundation" in a folder and starts a real server over it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, bail};
use crypto::keystore::KdfParams;
use crypto::sign::SigningKey;
use election::anchor::Anchor;
use election::ids::Origin;
use election::key::LogKey;
use election::module::Modules;
use election::pool::Pool;
use election::statement::Quorums;
use election::{Business, Technical};
use zeroize::Zeroizing;

use super::chamber::{Chamber, DemoPool};
use super::client::Client;
use super::scenario;
use crate::clock::SetClock;
use crate::config::{Config, Settings, Source};
use crate::founding::{Founded, Founding, Plan, PoolPlan};
use crate::keys;
use crate::server::{self, RunningServer};
use crate::storage::Store;

/// The host in the logs' origins: reserved by RFC 2606, so that it is nobody's.
pub(super) const HOST: &str = "vote.foundation.example";
/// The passphrase of the demo's log keys. It protects nothing and is printed.
pub(super) const PASSPHRASE: &str = "demo of Example Foundation";

/// The folder that the demo works in.
#[derive(Debug)]
pub(super) struct Folder {
    path: PathBuf,
    kept: bool,
}

impl Folder {
    /// The folder asked for, which must be empty or not exist yet; or a fresh temporary one.
    pub(super) fn new(asked: Option<&Path>) -> anyhow::Result<Self> {
        let (path, kept) = match asked {
            Some(path) => (path.to_owned(), true),
            None => {
                let name = crate::random::uuid(&mut crate::random::system());
                (std::env::temp_dir().join(format!("bicameral-demo-{name}")), false)
            }
        };
        if path.exists() {
            let mut entries = std::fs::read_dir(&path)
                .with_context(|| format!("{} is no folder", path.display()))?;
            if entries.next().is_some() {
                bail!("{} is not empty; name another folder with --dir", path.display());
            }
        }
        std::fs::create_dir_all(&path).with_context(|| format!("making {}", path.display()))?;
        Ok(Folder { path, kept })
    }
    /// Where it is.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }
    /// Whether it stays when the demo ends.
    pub(super) fn kept(&self) -> bool {
        self.kept
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if !self.kept {
            // A temporary folder that cannot be removed is the operating system's to clean.
            let _ = std::fs::remove_dir_all(&self.path);
        }
    }
}

/// A founded foundation with a server that serves it.
#[derive(Debug)]
pub(super) struct Foundation {
    /// The trust anchor.
    pub anchor: Anchor,
    /// The server.
    pub server: RunningServer,
    /// A client of it.
    pub client: Client,
    /// The business pool from outside.
    pub business: Chamber<Business>,
    /// The technical pool from outside.
    pub technical: Chamber<Technical>,
    /// The logs' keys, which only a dishonest server would use for what the attacks do.
    pub log_keys: (LogKey<Business>, LogKey<Technical>),
}

fn quorums() -> Quorums {
    Quorums { manifest: 2, certificate: 2, roll: 1, exceptional: 2, officers: 2 }
}

fn copy_of(key: &SigningKey) -> SigningKey {
    SigningKey::from_seed(&key.seed())
}

fn plan(business: &Chamber<Business>, technical: &Chamber<Technical>) -> anyhow::Result<Plan> {
    fn parsed<T>(names: &[&str]) -> anyhow::Result<Vec<T>>
    where
        T: std::str::FromStr<Err: std::error::Error + Send + Sync + 'static>,
    {
        names.iter().map(|name| Ok(name.parse()?)).collect()
    }
    Ok(Plan {
        name: "Example Foundation".parse()?,
        host: HOST.to_owned(),
        business: PoolPlan {
            quorums: quorums(),
            bodies: parsed(&["governing-board", "finance-committee"])?,
            classes: parsed(&["premier", "general", "associate"])?,
            modules: Modules::default(),
            standings: Vec::new(),
            officers: business.officer_entries()?,
        },
        technical: PoolPlan {
            quorums: quorums(),
            bodies: parsed(&["steering"])?,
            classes: Vec::new(),
            modules: scenario::modules()?,
            standings: scenario::founding_standings()?,
            officers: technical.officer_entries()?,
        },
    })
}

fn write_key<P: Pool>(path: &Path, key: &LogKey<P>) -> anyhow::Result<()> {
    let (origin, params) = (Origin::<P>::of_host(HOST)?, KdfParams::minimum());
    let sealed = keys::seal(key, &origin, PASSPHRASE, params, &mut crate::random::system())?;
    std::fs::write(path, sealed).with_context(|| format!("writing {}", path.display()))
}

/// The address to listen on: the one asked for, else port 8080 if it is free, else any.
fn address(port: Option<u16>) -> String {
    let free = |port| std::net::TcpListener::bind(("127.0.0.1", port)).is_ok();
    let port = port.unwrap_or(if free(8080) { 8080 } else { 0 });
    format!("127.0.0.1:{port}")
}

impl Foundation {
    /// Founds it in `dir`, starts the server on a set clock, and posts both genesis statements.
    pub(super) async fn found(
        dir: &Path,
        port: Option<u16>,
        clock: &SetClock,
    ) -> anyhow::Result<Self> {
        let business =
            Chamber::<Business>::new(HOST, &["Ines Halloran", "Pavel Ostrand", "Ruth Achterberg"])?;
        let technical =
            Chamber::<Technical>::new(HOST, &["Dilan Moravec", "Grete Sundqvist", "Teo Balakian"])?;
        let mut rng = crate::random::system();
        let log_keys = (
            LogKey::<Business>::new(SigningKey::generate(&mut rng)),
            LogKey::<Technical>::new(SigningKey::generate(&mut rng)),
        );
        let id = crate::random::uuid(&mut rng);
        let plan = plan(&business, &technical)?;
        let mut founding = Founding::draft(&plan, id, &log_keys.0, &log_keys.1)?;
        for seat in 0..business.officers.len() {
            founding = founding.sign_business(business.officer(seat)?)?;
            founding = founding.sign_technical(technical.officer(seat)?)?;
        }
        let (b, t) = founding.envelopes();
        let founded = Founded::new(b, t)?;
        let config = prepare(dir, port, &founded.anchor, &log_keys).await?;
        let server = server::start(&config, Arc::new(clock.clone())).await?;
        let client = Client::new(server.url());
        client.record(Business::anchor(&founded.anchor), &founded.business).await?;
        client.record(Technical::anchor(&founded.anchor), &founded.technical).await?;
        Ok(Foundation { anchor: founded.anchor, server, client, business, technical, log_keys })
    }

    /// A second copy of the log key of the business pool, for a server that cheats.
    pub(super) fn business_log_key(&self) -> SigningKey {
        copy_of(self.log_keys.0.raw())
    }
}

/// Writes what a server needs: the trust anchor, both log keys, an empty database.
async fn prepare(
    dir: &Path,
    port: Option<u16>,
    anchor: &Anchor,
    log_keys: &(LogKey<Business>, LogKey<Technical>),
) -> anyhow::Result<Config> {
    let mut config = Settings::new()
        .set("dir", &dir.display().to_string(), Source::Program)?
        .set("http.listen", &address(port), Source::Program)?
        .set("limits.requests_per_second", "0", Source::Program)?
        .finish()?;
    config.set_passphrase(Zeroizing::new(PASSPHRASE.to_owned()));
    std::fs::create_dir_all(config.keys_dir())?;
    std::fs::write(config.anchor_file(), anchor.to_json()?)?;
    write_key(&config.business_key_file(), &log_keys.0)?;
    write_key(&config.technical_key_file(), &log_keys.1)?;
    let store = Store::open_sqlite(&dir.join("bicameral.sqlite")).await?;
    store.migrate().await?;
    store.found(anchor).await?;
    store.close().await;
    Ok(config)
}
