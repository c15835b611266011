//! Commands for operators: `migrate`, `rebuild-projections`, `backup`, `restore`.

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use election::{Business, Technical};

use super::files::{self, Readers};
use super::say;
use crate::config::{Config, Database};
use crate::service::{self, AnchorOf, Mode, PoolService};
use crate::storage::Store;

/// Opens the database, which for all but `migrate` and `restore` has to be there.
async fn open(config: &Config) -> anyhow::Result<Store> {
    let database = config.database();
    if let Database::Sqlite(path) = &database
        && !path.exists()
    {
        bail!(
            "there is no database {}: check --dir, or found a foundation with `vote-server init`",
            path.display()
        );
    }
    Ok(Store::open(&database.url()).await?)
}

/// Brings the schema up to date.
pub(super) async fn migrate(config: &Config) -> anyhow::Result<ExitCode> {
    let store = Store::open(&config.database().url()).await?;
    store.migrate().await?;
    say(&format!("The {} database has this program's schema.", store.backend()));
    store.close().await;
    Ok(ExitCode::SUCCESS)
}

/// Compares every projection with its log, and puts it right unless `check` says only to compare.
pub(super) async fn rebuild(config: &Config, check: bool) -> anyhow::Result<ExitCode> {
    let store = open(config).await?;
    store.check_schema().await?;
    let mode = if check { Mode::Check } else { Mode::Write };
    let business = rebuild_pool::<Business>(&store, mode).await?;
    let technical = rebuild_pool::<Technical>(&store, mode).await?;
    store.close().await;
    let differences = business + technical;
    Ok(match (mode, differences) {
        (_, 0) | (Mode::Write, _) => ExitCode::SUCCESS,
        (Mode::Check, _) => {
            eprintln!(
                "{differences} differences. The logs are the truth: stop the server, make a backup, \
                 run `vote-server rebuild-projections`, and find out who changed the tables."
            );
            ExitCode::FAILURE
        }
    })
}

async fn rebuild_pool<P: AnchorOf>(store: &Store, mode: Mode) -> anyhow::Result<usize> {
    let report = PoolService::<P>::rebuild_projections(store, mode)
        .await
        .with_context(|| format!("the {} pool", P::ID))?;
    for difference in &report.differences {
        say(&format!("{}: {difference}", P::ID));
    }
    let verdict = match (mode, report.differences.len()) {
        (_, 0) => "every table is what the log says".to_owned(),
        (Mode::Check, count) => format!("{count} differences"),
        (Mode::Write, count) => format!("{count} differences, all put right"),
    };
    say(&format!("{}: {} leaves replayed, {verdict}.", P::ID, report.leaves.0));
    Ok(report.differences.len())
}

/// Writes a backup.
pub(super) async fn backup(config: &Config, file: &Path) -> anyhow::Result<ExitCode> {
    let store = open(config).await?;
    store.check_schema().await?;
    let summary = service::backup(&store, file).await?;
    store.close().await;
    say(&format!(
        "{} holds {} business and {} technical leaves. The keys in {} are not in it: keep them, and \
         their passphrase, somewhere else.",
        file.display(),
        summary.business.0,
        summary.technical.0,
        config.keys_dir().display(),
    ));
    Ok(ExitCode::SUCCESS)
}

/// Fills an empty database from a backup.
pub(super) async fn restore(config: &Config, file: &Path) -> anyhow::Result<ExitCode> {
    files::directory(&config.dir)?;
    let store = Store::open(&config.database().url()).await?;
    store.migrate().await?;
    let summary = service::restore(&store, file).await?;
    let anchor = store.anchor().await?.context("the backup held no foundation")?;
    store.close().await;
    if !config.anchor_file().exists() {
        files::create(&config.anchor_file(), anchor.to_json()?.as_bytes(), Readers::Anybody)?;
    }
    say(&format!(
        "Restored {} business and {} technical leaves of {}. Next: put the log keys into {}, then \
         `vote-server serve --dir {}`.",
        summary.business.0,
        summary.technical.0,
        anchor.name,
        config.keys_dir().display(),
        config.dir.display(),
    ));
    Ok(ExitCode::SUCCESS)
}
