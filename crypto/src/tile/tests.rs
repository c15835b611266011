//! Paths and contents of tiles, by the specification's own examples.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::merkle::{Tree, leaf_hash};
use crate::testing::{bytes, list, number, text, vectors};

const VECTORS: &str = include_str!("../../vectors/tile.json");

#[test]
fn paths_are_the_specifications() {
    for vector in list(&vectors(VECTORS)["paths"]) {
        let (index, width) = (number(&vector["index"]), number(&vector["width"]) as u16);
        let path = match vector["level"].as_u64() {
            Some(level) => TilePath::hashes(level as u8, index, width),
            None => TilePath::entries(index, width),
        };
        let path = path.unwrap();
        assert_eq!(path.to_string(), text(&vector["path"]));
        assert_eq!(text(&vector["path"]).parse(), Ok(path));
    }
}

#[test]
fn other_spellings_are_refused() {
    for refused in list(&vectors(VECTORS)["refused"]).iter().map(text) {
        assert!(refused.parse::<TilePath>().is_err(), "{refused:?}");
    }
    assert_eq!("x".repeat(65).parse::<TilePath>(), Err(TileError::PathTooLong(65)));
    assert_eq!("tile/64/000".parse::<TilePath>(), Err(TileError::Level(64)));
    assert_eq!("tile/0/000.p/257".parse::<TilePath>(), Err(TileError::Width(257)));
    assert_eq!("tile/0/1".parse::<TilePath>(), Err(TileError::Path("tile/0/1".to_owned())));
    let index = MAX_TILE_INDEX + 1;
    assert_eq!(TilePath::entries(index, 1), Err(TileError::Index(index)));
    assert_eq!(TilePath::entries(0, 0), Err(TileError::Width(0)));
}

#[test]
fn the_specifications_tree_has_its_tiles() {
    let vector = &vectors(VECTORS)["tree"];
    let size = TreeSize(number(&vector["size"]));
    let tiles: Vec<TilePath> = TilePath::all_at(size).collect();
    for (level, (full, partial)) in
        list(&vector["full"]).iter().zip(list(&vector["partial"])).enumerate()
    {
        let kind = TileKind::Hashes { level: level as u8 };
        let of_level = || tiles.iter().filter(|tile| tile.kind() == kind);
        assert_eq!(of_level().filter(|tile| !tile.is_partial()).count() as u64, number(full));
        let widths: Vec<u64> =
            of_level().filter(|tile| tile.is_partial()).map(|tile| tile.width().into()).collect();
        assert_eq!(widths, [number(partial)]);
    }
    assert_eq!(tiles.iter().filter(|tile| tile.kind() == TileKind::Entries).count(), 274);
    assert_eq!(tiles.len(), 274 + 274 + 2 + 1);
}

#[test]
fn a_tree_of_256_has_a_partial_tile_above_its_full_one() {
    let tiles: Vec<String> = TilePath::all_at(TreeSize(256)).map(|tile| tile.to_string()).collect();
    assert_eq!(tiles, ["tile/entries/000", "tile/0/000", "tile/1/000.p/1"]);
    assert_eq!(TilePath::all_at(TreeSize::EMPTY).count(), 0);
}

#[test]
fn bundles_have_length_prefixes() {
    let vector = &vectors(VECTORS)["bundle"];
    let entries: Vec<Vec<u8>> = list(&vector["entries"]).iter().map(bytes).collect();
    let bundle = encode_entries(&entries).unwrap();
    assert_eq!(bundle, bytes(&vector["bytes"]));
    assert_eq!(decode_entries(&bundle, 3).unwrap(), entries);
}

#[test]
fn broken_bundles_are_refused() {
    let bundle = encode_entries(&["a", "bc"]).unwrap();
    assert_eq!(decode_entries(&bundle, 1), Err(TileError::Count { expected: 1, found: 2 }));
    assert_eq!(decode_entries(&bundle, 3), Err(TileError::Count { expected: 3, found: 2 }));
    assert_eq!(decode_entries(&bundle[..6], 2), Err(TileError::Truncated(1)));
    assert_eq!(decode_entries(&bundle[..4], 2), Err(TileError::Truncated(1)));
    assert_eq!(decode_entries(&[], 0), Ok(Vec::new()));
    let long = vec![0; MAX_ENTRY_BYTES + 1];
    assert!(encode_entries(&[&long[1..]]).is_ok());
    assert_eq!(
        encode_entries(&[long.as_slice()]),
        Err(TileError::EntryTooLong { index: 0, length: MAX_ENTRY_BYTES + 1 })
    );
    assert_eq!(encode_entries(&vec![""; 257]), Err(TileError::Count { expected: 256, found: 257 }));
}

#[test]
fn broken_hash_tiles_are_refused() {
    let hashes = [leaf_hash(b"a"), leaf_hash(b"b")];
    let tile = encode_hashes(&hashes);
    assert_eq!(decode_hashes(&tile, 2).unwrap(), hashes);
    assert_eq!(decode_hashes(&tile, 1), Err(TileError::Count { expected: 1, found: 2 }));
    assert_eq!(decode_hashes(&tile[1..], 2), Err(TileError::PartialHash(63)));
}

proptest! {
    #[test]
    fn parsing_undoes_printing(level in 0..=MAX_TILE_LEVEL, index in 0..=MAX_TILE_INDEX, width in 1..=TILE_WIDTH) {
        for path in [TilePath::hashes(level, index, width), TilePath::entries(index, width)] {
            let path = path.unwrap();
            prop_assert!(path.to_string().len() <= MAX_TILE_PATH_BYTES);
            prop_assert_eq!(path.to_string().parse(), Ok(path));
        }
    }

    #[test]
    fn whatever_parses_prints_the_same(text in "tile/(entries|[0-9]{1,2})/(x?[0-9]{3}/){0,2}x?[0-9]{2,4}(\\.p/[0-9]{1,3})?") {
        if let Ok(path) = text.parse::<TilePath>() {
            prop_assert_eq!(path.to_string(), text);
        }
    }

    #[test]
    fn growing_writes_exactly_what_is_new(from in 0_u64..1500, more in 0_u64..1500) {
        let (from, to) = (TreeSize(from), TreeSize(from + more));
        let all = |size| TilePath::all_at(size).collect::<BTreeSet<_>>();
        let new: BTreeSet<_> = TilePath::all_between(from, to).collect();
        prop_assert_eq!(&new, &all(to).difference(&all(from)).copied().collect());
        let tree: Tree = (0..to.0).map(|n| leaf_hash(&n.to_be_bytes())).collect();
        for tile in all(to) {
            prop_assert!(tile.exists_at(to));
            if let TileKind::Hashes { level } = tile.kind() {
                prop_assert!(tree.tile_hashes(level, tile.index(), tile.width()).is_ok());
            }
        }
        for tile in new {
            prop_assert!(!tile.exists_at(from));
        }
    }

    #[test]
    fn decoding_undoes_encoding(entries in proptest::collection::vec(any::<Vec<u8>>(), 0..9)) {
        let bundle = encode_entries(&entries).unwrap();
        prop_assert_eq!(decode_entries(&bundle, entries.len() as u16).unwrap(), entries);
    }

    #[test]
    fn any_bytes_are_refused_or_reencode_to_themselves(bytes: Vec<u8>, width in 0_u16..9) {
        if let Ok(entries) = decode_entries(&bytes, width) {
            prop_assert_eq!(encode_entries(&entries).unwrap(), bytes);
        }
    }
}
