//! `auditor mirror`

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use clap::Args as ClapArgs;
use crypto::checkpoint::Checkpoint;
use crypto::merkle::TreeSize;
use crypto::tile::{self, TILE_WIDTH, TileKind, TilePath};
use crypto::{Hash, Tree};
use election::PoolId;
use election::leaf::{self, Leaf};
use election::record::{CHECKPOINT_PATH, artifact_path};
use election::statement::{Body, Statement};
use serde_json::json;

use crate::api::{
    ApiError, BaseUrl, LogClient, MAX_ARTIFACT_BYTES, MAX_CHECKPOINT_BYTES, MAX_TILE_BYTES,
};
use crate::cmd::{Context, Done, Refuted, Side, in_pool};
use crate::files::{self, Private};
use crate::progress;

/// Options of `auditor mirror`.
#[derive(ClapArgs, Debug)]
pub struct Args {
    /// The server's address.
    url: BaseUrl,
    /// The folder to make or to go on with.
    folder: PathBuf,
    /// The pool whose log to copy.
    #[arg(long)]
    pool: PoolId,
}

pub(super) fn run(args: &Args, context: &Context) -> Result<Done> {
    in_pool!(args.pool, P => mirror::<P>(args, context))
}

/// A mirror being made.
struct Mirror<'a, P: Side> {
    log: LogClient<'a, P>,
    folder: &'a Path,
    fetched: u64,
    withheld: u64,
}

fn mirror<P: Side>(args: &Args, context: &Context) -> Result<Done> {
    let client = context.client_at::<P>(args.url.clone())?;
    let (note, head) = client.log().checkpoint()?;
    let mut mirror =
        Mirror::<P> { log: client.log(), folder: &args.folder, fetched: 0, withheld: 0 };
    let before = mirror.earlier(client.anchor(), &head)?;
    let tiles: Vec<TilePath> = TilePath::all_at(head.size()).collect();
    let bar = progress::bar(tiles.len() as u64, "fetching tiles");
    for path in &tiles {
        mirror.have(path)?;
        bar.inc(1);
    }
    bar.finish_and_clear();
    let (tree, artifacts) = mirror.tree(head.size())?;
    mirror.verify(&tree, &head, before.as_ref())?;
    let bar = progress::bar(artifacts.len() as u64, "fetching artifacts");
    for name in &artifacts {
        mirror.have_artifact(name)?;
        bar.inc(1);
    }
    bar.finish_and_clear();
    // The checkpoint comes last: a folder with one is whole up to it.
    let path = args.folder.join(CHECKPOINT_PATH);
    if path.exists() {
        files::replace(&path, note.as_bytes(), Private::Public)?;
    } else {
        files::write_new(&path, note.as_bytes(), Private::Public)?;
    }
    let words = format!(
        "{} has the log of {} up to {} leaves, every hash verified ({} files fetched, {} bundles withheld while their elections are open).",
        args.folder.display(),
        client.anchor().origin,
        head.size().0,
        mirror.fetched,
        mirror.withheld
    );
    Ok(Done::ok(
        words,
        json!({
            "folder": args.folder, "size": head.size(), "root": head.root(),
            "fetched": mirror.fetched, "withheld_bundles": mirror.withheld,
            "artifacts": artifacts.len(), "continues": before.map(|before| before.size()),
        }),
    ))
}

fn limit(bytes: u64) -> usize {
    usize::try_from(bytes).unwrap_or(usize::MAX)
}

impl<P: Side> Mirror<'_, P> {
    /// The checkpoint of an earlier run. A log that has become shorter is no longer the same.
    fn earlier(
        &self,
        anchor: &election::anchor::PoolAnchor<P>,
        head: &Checkpoint,
    ) -> Result<Option<Checkpoint>> {
        let path = self.folder.join(CHECKPOINT_PATH);
        if !path.exists() {
            return Ok(None);
        }
        let note = files::read_text(&path, limit(MAX_CHECKPOINT_BYTES))?;
        let before = Checkpoint::open(&note, &anchor.log_key)
            .with_context(|| format!("{} is a mirror of another log", self.folder.display()))?;
        if before.size() > head.size() {
            let what = format!(
                "the server signs {} leaves now; {} has its signature over {}",
                head.size().0,
                path.display(),
                before.size().0
            );
            return Err(Refuted(what).into());
        }
        Ok(Some(before))
    }

    fn read(&self, path: &TilePath) -> Option<Vec<u8>> {
        let bytes = files::read(&self.folder.join(path.to_string()), limit(MAX_TILE_BYTES)).ok()?;
        well_formed(path, &bytes).then_some(bytes)
    }

    /// Makes sure of a tile: kept from an earlier run, or fetched.
    fn have(&mut self, path: &TilePath) -> Result<()> {
        if self.read(path).is_some() {
            return Ok(());
        }
        let bytes = match self.log.tile(path) {
            Ok(bytes) => bytes,
            Err(ApiError::Problem(problem)) if problem.slug() == "embargoed" => {
                self.withheld += 1;
                return Ok(());
            }
            Err(error) => return Err(error).with_context(|| path.to_string()),
        };
        if !well_formed(path, &bytes) {
            return Err(Refuted(format!("the server's {path} is malformed")).into());
        }
        self.store(&path.to_string(), &bytes)
    }

    fn store(&mut self, path: &str, bytes: &[u8]) -> Result<()> {
        let file = self.folder.join(path);
        if file.exists() {
            files::replace(&file, bytes, Private::Public)?;
        } else {
            files::write_new(&file, bytes, Private::Public)?;
        }
        self.fetched += 1;
        Ok(())
    }

    /// The tree over the entries (the hashes of withheld ones come from the tiles), and the
    /// artifacts that certificates name.
    fn tree(&self, size: TreeSize) -> Result<(Tree, Vec<Hash>)> {
        let (mut tree, mut artifacts) = (Tree::new(), Vec::new());
        let width_of = |index: u64| {
            let left = size.0 - index * u64::from(TILE_WIDTH);
            u16::try_from(left.min(u64::from(TILE_WIDTH))).unwrap_or(TILE_WIDTH)
        };
        for index in 0..size.0.div_ceil(u64::from(TILE_WIDTH)) {
            let width = width_of(index);
            match self.read(&TilePath::entries(index, width)?) {
                Some(bytes) => {
                    for entry in tile::decode_entries(&bytes, width)? {
                        tree.push(leaf::hash(entry));
                        artifacts.extend(named::<P>(entry));
                    }
                }
                None => {
                    let path = TilePath::hashes(0, index, width)?;
                    let Some(bytes) = self.read(&path) else { bail!("{path} is missing") };
                    tile::decode_hashes(&bytes, width)?.into_iter().for_each(|hash| {
                        tree.push(hash);
                    });
                }
            }
        }
        Ok((tree, artifacts))
    }

    /// Every tile of hashes is that of the tree, and the tree is the one that is signed.
    fn verify(&self, tree: &Tree, head: &Checkpoint, before: Option<&Checkpoint>) -> Result<()> {
        if tree.root() != *head.root() {
            let what = format!(
                "the entries have the root {}, the checkpoint over {} leaves signs {}",
                tree.root(),
                head.size().0,
                head.root()
            );
            return Err(Refuted(what).into());
        }
        for path in TilePath::all_at(head.size()) {
            let TileKind::Hashes { level } = path.kind() else { continue };
            let hashes = tree.tile_hashes(level, path.index(), path.width())?;
            if self.read(&path).as_deref() != Some(tile::encode_hashes(&hashes).as_slice()) {
                return Err(Refuted(format!(
                    "{path} is not that of the tree; remove the file if it was damaged here"
                ))
                .into());
            }
        }
        if let Some(before) = before
            && tree.root_at(before.size())? != *before.root()
        {
            let what = format!(
                "the log does not continue what it signed earlier: at {} leaves it had the root {}",
                before.size().0,
                before.root()
            );
            return Err(Refuted(what).into());
        }
        Ok(())
    }

    fn have_artifact(&mut self, name: &Hash) -> Result<()> {
        let path = artifact_path(name);
        let kept = files::read(&self.folder.join(&path), limit(MAX_ARTIFACT_BYTES));
        if kept.is_ok_and(|bytes| Hash::of(&bytes) == *name) {
            return Ok(());
        }
        let bytes = self.log.artifact(name).with_context(|| path.clone())?;
        self.store(&path, &bytes)
    }
}

/// Whether bytes have the form that a tile of this name has.
fn well_formed(path: &TilePath, bytes: &[u8]) -> bool {
    match path.kind() {
        TileKind::Hashes { .. } => tile::decode_hashes(bytes, path.width()).is_ok(),
        TileKind::Entries => tile::decode_entries(bytes, path.width()).is_ok(),
    }
}

/// The artifacts that an entry names, if it is a certificate. What does not decode is for the audit.
fn named<P: Side>(entry: &[u8]) -> Vec<Hash> {
    let certificate = Leaf::decode(entry)
        .ok()
        .filter(|leaf| leaf.statement.payload_type().contains(".certificate+"))
        .and_then(|leaf| Statement::<P>::decode(&leaf.statement).ok());
    match certificate.as_ref().map(Statement::body) {
        Some(Body::Certificate(c)) => c.results.iter().map(|result| result.transcript).collect(),
        Some(_) | None => Vec::new(),
    }
}
