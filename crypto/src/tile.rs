//! C2SP tlog-tiles: the files under which a log is published.
//!
//! A tree of any size is cut into tiles of 256 hashes, and its entries into bundles of 256, each
//! at a path of its own that never changes content once full. Any static file server can publish
//! or mirror a log, and any client computes every proof from them.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use crate::hash::Hash;
use crate::merkle::{MAX_TREE_SIZE, TreeSize};

/// Levels of the Merkle tree in one tile.
pub const TILE_HEIGHT: u8 = 8;

/// Hashes in a full tile, entries in a full bundle.
pub const TILE_WIDTH: u16 = 1 << TILE_HEIGHT;

/// The highest level that a path can name (C2SP tlog-tiles, "Merkle Tree").
pub const MAX_TILE_LEVEL: u8 = 63;

/// The highest index that a path can name: no tree of [`MAX_TREE_SIZE`] has more tiles.
pub const MAX_TILE_INDEX: u64 = MAX_TREE_SIZE.0 >> TILE_HEIGHT;

/// The longest path: `tile/entries/`, five groups of digits and a width.
pub const MAX_TILE_PATH_BYTES: usize = 64;

/// The longest entry: its length prefix has 16 bits.
pub const MAX_ENTRY_BYTES: usize = u16::MAX as usize;

/// Why something is not a tile, or not a tile's path.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TileError {
    /// Text that names no tile, or names it in a second way.
    #[error("{0:?} is not the path of a tile")]
    Path(String),
    /// A path longer than [`MAX_TILE_PATH_BYTES`].
    #[error("path of {0} bytes is longer than {MAX_TILE_PATH_BYTES}")]
    PathTooLong(usize),
    /// A level above [`MAX_TILE_LEVEL`].
    #[error("tile level {0} is above {MAX_TILE_LEVEL}")]
    Level(u8),
    /// An index above [`MAX_TILE_INDEX`].
    #[error("tile index {0} is above {MAX_TILE_INDEX}")]
    Index(u64),
    /// A width outside 1 to 256.
    #[error("tile width {0} is not between 1 and {TILE_WIDTH}")]
    Width(u16),
    /// An entry longer than [`MAX_ENTRY_BYTES`].
    #[error("entry {index} of {length} bytes is longer than {MAX_ENTRY_BYTES}")]
    EntryTooLong {
        /// Its place in the bundle.
        index: usize,
        /// Its length in bytes.
        length: usize,
    },
    /// A bundle that ends inside an entry.
    #[error("bundle ends inside entry {0}")]
    Truncated(usize),
    /// Another number of entries or hashes than the width says.
    #[error("holds {found} items instead of {expected}")]
    Count {
        /// The width.
        expected: usize,
        /// What is there; for a bundle, the width plus one stands for anything more.
        found: usize,
    },
    /// Hashes are 32 bytes each.
    #[error("tile of {0} bytes is not a whole number of hashes")]
    PartialHash(usize),
}

/// What a tile holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TileKind {
    /// Hashes of nodes of height 8·level.
    Hashes {
        /// The tile's level.
        level: u8,
    },
    /// The entries themselves, over which the tile of level 0 has the hashes.
    Entries,
}

/// The name of a tile, `tile/<level>/<index>[.p/<width>]` or `tile/entries/<index>[.p/<width>]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TilePath {
    kind: TileKind,
    index: u64,
    width: u16,
}

impl TilePath {
    /// A tile of hashes; width 256 is the full tile.
    ///
    /// # Errors
    /// Refuses level, index or width beyond the format's limits.
    pub fn hashes(level: u8, index: u64, width: u16) -> Result<Self, TileError> {
        if level > MAX_TILE_LEVEL {
            return Err(TileError::Level(level));
        }
        Self::checked(TileKind::Hashes { level }, index, width)
    }

    /// A bundle of entries; width 256 is the full bundle.
    ///
    /// # Errors
    /// Refuses index or width beyond the format's limits.
    pub fn entries(index: u64, width: u16) -> Result<Self, TileError> {
        Self::checked(TileKind::Entries, index, width)
    }

    fn checked(kind: TileKind, index: u64, width: u16) -> Result<Self, TileError> {
        if index > MAX_TILE_INDEX {
            return Err(TileError::Index(index));
        }
        if !(1..=TILE_WIDTH).contains(&width) {
            return Err(TileError::Width(width));
        }
        Ok(Self { kind, index, width })
    }

    /// What it holds.
    pub const fn kind(&self) -> TileKind {
        self.kind
    }

    /// Its position within its level.
    pub const fn index(&self) -> u64 {
        self.index
    }

    /// How many hashes or entries it holds, 1 to 256.
    pub const fn width(&self) -> u16 {
        self.width
    }

    /// Whether it is partial, and so may be superseded by the full tile.
    pub const fn is_partial(&self) -> bool {
        self.width != TILE_WIDTH
    }

    /// The first hash (of its level) or entry in it.
    pub const fn start(&self) -> u64 {
        self.index << TILE_HEIGHT
    }

    /// Whether a tree of this size fills it.
    pub fn exists_at(&self, size: TreeSize) -> bool {
        self.start() + u64::from(self.width) <= items_at(self.kind, size)
    }

    /// Every tile and bundle that publishes a tree of this size: the full ones, and at each level
    /// the partial one that C2SP tlog-tiles, "Partial Tiles", requires.
    pub fn all_at(size: TreeSize) -> impl Iterator<Item = Self> {
        Self::all_between(TreeSize::EMPTY, size)
    }

    /// Every tile and bundle of a tree of size `to` that the tree of size `from` doesn't have:
    /// what must be written when the log grows.
    pub fn all_between(from: TreeSize, to: TreeSize) -> impl Iterator<Item = Self> {
        let levels = (0..=MAX_TILE_LEVEL).map(|level| TileKind::Hashes { level });
        std::iter::once(TileKind::Entries)
            .chain(levels.take_while(move |kind| items_at(*kind, to) > 0))
            .flat_map(move |kind| {
                let (before, after) = (items_at(kind, from), items_at(kind, to));
                let first = if after > before { before >> TILE_HEIGHT } else { u64::MAX };
                (first..after.div_ceil(u64::from(TILE_WIDTH))).map(move |index| {
                    let width = (after - (index << TILE_HEIGHT)).min(u64::from(TILE_WIDTH));
                    // Invariant: at most 256.
                    Self { kind, index, width: u16::try_from(width).unwrap_or(TILE_WIDTH) }
                })
            })
    }
}

/// How many hashes of a level, or entries, a tree of some size has.
fn items_at(kind: TileKind, size: TreeSize) -> u64 {
    match kind {
        TileKind::Entries => size.0,
        TileKind::Hashes { level } => {
            size.0.checked_shr(u32::from(level) * u32::from(TILE_HEIGHT)).unwrap_or(0)
        }
    }
}

impl fmt::Display for TilePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            TileKind::Hashes { level } => write!(f, "tile/{level}/")?,
            TileKind::Entries => f.write_str("tile/entries/")?,
        }
        // Three-digit path elements; all but the last begin with an x.
        let mut groups = Vec::new();
        let mut rest = self.index;
        loop {
            groups.push(rest % 1000);
            rest /= 1000;
            if rest == 0 {
                break;
            }
        }
        while let Some(group) = groups.pop() {
            if groups.is_empty() {
                write!(f, "{group:03}")?;
            } else {
                write!(f, "x{group:03}/")?;
            }
        }
        if self.is_partial() {
            write!(f, ".p/{}", self.width)?;
        }
        Ok(())
    }
}

impl FromStr for TilePath {
    type Err = TileError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.len() > MAX_TILE_PATH_BYTES {
            return Err(TileError::PathTooLong(text.len()));
        }
        let path = parse(text).ok_or_else(|| TileError::Path(text.to_owned()))??;
        // One path, one text: whatever else parses (leading zeros, `x000/`) is refused here.
        if path.to_string() == text { Ok(path) } else { Err(TileError::Path(text.to_owned())) }
    }
}

/// Reads a path leniently; the caller compares with the canonical text.
fn parse(text: &str) -> Option<Result<TilePath, TileError>> {
    let (level, rest) = text.strip_prefix("tile/")?.split_once('/')?;
    let (index, width) = match rest.split_once(".p/") {
        Some((index, width)) => (index, decimal::<u16>(width)?),
        None => (rest, TILE_WIDTH),
    };
    let mut number = 0_u64;
    for group in index.split('/') {
        let digits = group.strip_prefix('x').unwrap_or(group);
        number = number.checked_mul(1000)?.checked_add(decimal(digits)?)?;
    }
    Some(if level == "entries" {
        TilePath::entries(number, width)
    } else {
        TilePath::hashes(decimal(level)?, number, width)
    })
}

/// Plain digits: `str::parse` alone would take a plus sign.
fn decimal<T: FromStr>(text: &str) -> Option<T> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

/// The bytes of a tile of hashes.
pub fn encode_hashes(hashes: &[Hash]) -> Vec<u8> {
    hashes.iter().flat_map(|hash| *hash.as_bytes()).collect()
}

/// The hashes of a tile of this width.
///
/// # Errors
/// Refuses any other number of bytes than `width` hashes have.
pub fn decode_hashes(bytes: &[u8], width: u16) -> Result<Vec<Hash>, TileError> {
    let (hashes, rest) = bytes.as_chunks::<{ Hash::LENGTH }>();
    if !rest.is_empty() {
        return Err(TileError::PartialHash(bytes.len()));
    }
    let expected = usize::from(width);
    if hashes.len() != expected {
        return Err(TileError::Count { expected, found: hashes.len() });
    }
    Ok(hashes.iter().copied().map(Hash::from_bytes).collect())
}

/// The bytes of a bundle: each entry after its length as a big-endian 16-bit number.
///
/// # Errors
/// Refuses entries beyond [`MAX_ENTRY_BYTES`], and more than 256 of them.
pub fn encode_entries<E: AsRef<[u8]>>(entries: &[E]) -> Result<Vec<u8>, TileError> {
    let limit = usize::from(TILE_WIDTH);
    if entries.len() > limit {
        return Err(TileError::Count { expected: limit, found: entries.len() });
    }
    let mut bytes = Vec::new();
    for (index, entry) in entries.iter().map(AsRef::as_ref).enumerate() {
        let length = u16::try_from(entry.len())
            .map_err(|_| TileError::EntryTooLong { index, length: entry.len() })?;
        bytes.extend_from_slice(&length.to_be_bytes());
        bytes.extend_from_slice(entry);
    }
    Ok(bytes)
}

/// The entries of a bundle of this width.
///
/// # Errors
/// Refuses a bundle that ends early or goes on after its last entry.
pub fn decode_entries(bytes: &[u8], width: u16) -> Result<Vec<&[u8]>, TileError> {
    let expected = usize::from(width);
    let mut entries = Vec::with_capacity(expected.min(usize::from(TILE_WIDTH)));
    let mut rest = bytes;
    while entries.len() < expected {
        if rest.is_empty() {
            return Err(TileError::Count { expected, found: entries.len() });
        }
        let truncated = TileError::Truncated(entries.len());
        let Some((length, after)) = rest.split_first_chunk::<2>() else { return Err(truncated) };
        let length = usize::from(u16::from_be_bytes(*length));
        let Some((entry, after)) = after.split_at_checked(length) else { return Err(truncated) };
        entries.push(entry);
        rest = after;
    }
    if rest.is_empty() {
        Ok(entries)
    } else {
        Err(TileError::Count { expected, found: expected + 1 })
    }
}

#[cfg(test)]
mod tests;
