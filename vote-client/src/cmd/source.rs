//! Where records come from: a server, a mirrored folder, a record file, a folder with both records.

use std::convert::Infallible;
use std::fs::File;
use std::io::{self, BufReader, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, anyhow, bail};
use election::anchor::{Anchor, MAX_ANCHOR_BYTES};
use election::record::{
    AnyRecord, CHECKPOINT_PATH, Fetched, MAX_ARTIFACT_LINE_BYTES, Record, RecordReader, TileSource,
    assemble,
};
use election::{Business, PoolId, Technical};

use crate::api::{BaseUrl, MAX_ARTIFACT_BYTES, MAX_TILE_BYTES};
use crate::cmd::{Context, Side};
use crate::files;
use crate::{progress, replay};

/// One record, or those of both pools.
pub(super) enum Records {
    /// Of one pool.
    One(AnyRecord),
    /// Of both.
    Both(Box<Record<Business>>, Box<Record<Technical>>),
}

/// A target as typed.
enum Target {
    Server(BaseUrl, Option<PoolId>),
    RecordFile(PathBuf),
    Mirror(PathBuf),
    Folder(PathBuf),
}

fn classify(target: &str) -> Result<Target> {
    if target.starts_with("http://") || target.starts_with("https://") {
        let trimmed = target.trim_end_matches('/');
        for pool in PoolId::ALL {
            if let Some(base) = trimmed.strip_suffix(&format!("/{}", pool.slug())) {
                return Ok(Target::Server(base.parse()?, Some(pool)));
            }
        }
        return Ok(Target::Server(trimmed.parse()?, None));
    }
    let path = PathBuf::from(target);
    let kind = std::fs::metadata(&path).with_context(|| format!("{target}: give the address of a server, a record file, a mirrored folder, or a folder with both records"))?;
    Ok(match (kind.is_dir(), path.join(CHECKPOINT_PATH).is_file()) {
        (false, _) => Target::RecordFile(path),
        (true, true) => Target::Mirror(path),
        (true, false) => Target::Folder(path),
    })
}

/// The trust anchor for a target: the one that the options name, else the one in the target's own
/// folder, said aloud.
pub(super) fn anchor(target: &str, context: &Context) -> Result<Anchor> {
    let beside = Path::new(target).join("foundation.json");
    match context.anchor() {
        Ok(anchor) => Ok(anchor),
        Err(error) => {
            let Ok(bytes) = files::read(&beside, MAX_ANCHOR_BYTES) else { return Err(error) };
            let _ = writeln!(
                io::stderr().lock(),
                "warning: trusting {} which came with the records; an auditor should have foundation.json from elsewhere and give it with --foundation",
                beside.display()
            );
            Anchor::parse(&bytes).with_context(|| beside.display().to_string())
        }
    }
}

/// Reads the records of a target. `only` asks for one pool's.
pub(super) fn load(target: &str, only: Option<PoolId>, context: &Context) -> Result<Records> {
    match classify(target)? {
        Target::Server(base, pool) => match pool.or(only) {
            Some(PoolId::Business) => Ok(Records::One(AnyRecord::Business(fetch(base, context)?))),
            Some(PoolId::Technical) => {
                Ok(Records::One(AnyRecord::Technical(fetch(base, context)?)))
            }
            None => both(fetch(base.clone(), context)?, fetch(base, context)?),
        },
        Target::RecordFile(path) => Ok(Records::One(read_file(&path)?)),
        Target::Mirror(path) => Ok(Records::One(read_mirror(path)?)),
        Target::Folder(path) => match only {
            Some(pool) => Ok(Records::One(in_folder(&path, pool)?)),
            None => both(
                wanted(in_folder(&path, PoolId::Business)?)?,
                wanted(in_folder(&path, PoolId::Technical)?)?,
            ),
        },
    }
}

fn both(business: Record<Business>, technical: Record<Technical>) -> Result<Records> {
    Ok(Records::Both(Box::new(business), Box::new(technical)))
}

/// The record of one pool of a target.
pub(super) fn load_pool<P: Side>(target: &str, context: &Context) -> Result<Record<P>> {
    match load(target, Some(P::ID), context)? {
        Records::One(record) => wanted(record),
        Records::Both(..) => bail!("one pool was asked for"),
    }
}

fn wanted<P: Side>(record: AnyRecord) -> Result<Record<P>> {
    let found = record.origin().to_owned();
    P::record(record)
        .ok_or_else(|| anyhow!("this is a record of {found}, not of the {} pool", P::ID))
}

fn in_folder(folder: &Path, pool: PoolId) -> Result<AnyRecord> {
    let file = folder.join(format!("{}.record", pool.slug()));
    if file.is_file() {
        return read_file(&file);
    }
    let mirror = folder.join(pool.slug());
    if mirror.join(CHECKPOINT_PATH).is_file() {
        return read_mirror(mirror);
    }
    bail!(
        "{} has neither {} nor a mirrored folder {}/",
        folder.display(),
        file.display(),
        pool.slug()
    )
}

fn read_file(path: &Path) -> Result<AnyRecord> {
    let file = File::open(path).with_context(|| path.display().to_string())?;
    replay::read(BufReader::with_capacity(1 << 20, file))
        .with_context(|| path.display().to_string())
}

/// The record of one pool of a server.
pub(super) fn fetch<P: Side>(base: BaseUrl, context: &Context) -> Result<Record<P>> {
    let client = context.client_at::<P>(base)?;
    let spinner = progress::spinner("downloading the record");
    let mut lines = LineSink { reader: RecordReader::default(), line: Vec::new() };
    client.log().record(&mut lines, |bytes| spinner.set_position(bytes))?;
    spinner.finish_and_clear();
    if !lines.line.is_empty() {
        bail!("the record that the server sends is cut off");
    }
    wanted(lines.reader.finish()?)
}

/// Feeds a record reader line by line as the bytes come in, so that the file is never held whole.
struct LineSink {
    reader: RecordReader,
    line: Vec<u8>,
}

impl Write for LineSink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            self.line.extend_from_slice(piece);
            if self.line.len() > MAX_ARTIFACT_LINE_BYTES + 1 {
                return Err(io::Error::other("a line of the record is too long"));
            }
            if self.line.pop_if(|byte| *byte == b'\n').is_some() {
                self.reader.line(&self.line).map_err(io::Error::other)?;
                self.line.clear();
            }
        }
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A mirrored folder as a source of tiles.
struct Folder(PathBuf);

impl TileSource for Folder {
    type Error = Infallible;
    fn fetch(&mut self, path: &str) -> Result<Fetched, Infallible> {
        let limit = if path.starts_with("artifact/") { MAX_ARTIFACT_BYTES } else { MAX_TILE_BYTES };
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        // What cannot be read is missing; what matters of it, the audit misses by name.
        Ok(files::read(&self.0.join(path), limit).map_or(Fetched::Missing, Fetched::Found))
    }
}

fn read_mirror(path: PathBuf) -> Result<AnyRecord> {
    let shown = path.display().to_string();
    // A bundle that the mirror could not get is withheld: its leaves' hashes are in the tiles.
    let mut folder = Withholding(Folder(path));
    assemble(&mut folder).with_context(|| shown)
}

/// A folder in which a missing bundle of entries is one that the server withheld.
struct Withholding(Folder);

impl TileSource for Withholding {
    type Error = Infallible;
    fn fetch(&mut self, path: &str) -> Result<Fetched, Infallible> {
        match self.0.fetch(path)? {
            Fetched::Missing if path.starts_with("tile/entries/") => Ok(Fetched::Withheld),
            found @ (Fetched::Found(_) | Fetched::Missing | Fetched::Withheld) => Ok(found),
        }
    }
}
