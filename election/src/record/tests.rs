//! A record is the same whether it came as one file or as tiles, and a bad line is named.

use std::collections::BTreeMap;
use std::convert::Infallible;

use crypto::merkle::{Tree, TreeSize};
use crypto::tile::{TileKind, TilePath, encode_entries, encode_hashes};

use super::*;
use crate::pool::Technical;
use crate::testing::{TestLog, TestPool, motion, small_foundation};
use tabulation::Selection;

/// A log's tiles, as a server publishes them or a mirror keeps them.
#[derive(Default)]
struct Files(BTreeMap<String, Fetched>);

impl TileSource for Files {
    type Error = Infallible;
    fn fetch(&mut self, path: &str) -> Result<Fetched, Infallible> {
        Ok(self.0.get(path).cloned().unwrap_or(Fetched::Missing))
    }
}

fn publish<P: TestPool>(log: &TestLog<P>) -> Files {
    let leaves = log.leaf_bytes();
    let tree: Tree = leaves.iter().map(|bytes| leaf::hash(bytes)).collect();
    let size = TreeSize(leaves.len() as u64);
    let mut files = Files::default();
    for path in TilePath::all_at(size) {
        let start = usize::try_from(path.start()).expect("small");
        let bytes = match path.kind() {
            TileKind::Entries => {
                encode_entries(&leaves[start..start + usize::from(path.width())]).expect("short")
            }
            TileKind::Hashes { level } => {
                let hashes = tree.tile_hashes(level, path.index(), path.width()).expect("there");
                encode_hashes(&hashes)
            }
        };
        files.0.insert(path.to_string(), Fetched::Found(bytes));
    }
    for (name, content) in &log.artifacts {
        files.0.insert(artifact_path(name), Fetched::Found(content.clone()));
    }
    let checkpoint = log.checkpoint_at(leaves.len()).into_bytes();
    files.0.insert(CHECKPOINT_PATH.to_owned(), Fetched::Found(checkpoint));
    files
}

/// More than one bundle of 256.
fn large() -> TestLog<Technical> {
    small_foundation(90).1
}

fn file_of(log: &TestLog<Technical>) -> Vec<u8> {
    log.record().to_file().expect("writable")
}

#[test]
fn a_file_and_a_tree_of_tiles_become_the_same_record() {
    let log = large();
    assert!(log.leaves.len() > 256);
    let from_file = parse(&file_of(&log)).expect("readable");
    let from_tiles = assemble(&mut publish(&log)).expect("complete");
    assert_eq!(from_file, from_tiles);
    assert_eq!(from_file.pool(), PoolId::Technical);
    assert_eq!(from_file.to_file().expect("writable"), file_of(&log));
}

#[test]
fn a_full_tile_stands_in_for_a_partial_one_that_was_deleted() {
    let log = large();
    let older = TreeSize(200);
    let mut files = publish(&log);
    let checkpoint = log.checkpoint_at(200).into_bytes();
    files.0.insert(CHECKPOINT_PATH.to_owned(), Fetched::Found(checkpoint));
    let record = assemble(&mut files).expect("complete");
    assert_eq!(record.size(), older);
}

#[test]
fn a_withheld_bundle_becomes_the_hashes_of_its_leaves() {
    let log = large();
    let mut files = publish(&log);
    files.0.insert("tile/entries/000".to_owned(), Fetched::Withheld);
    let AnyRecord::Technical(record) = assemble(&mut files).expect("complete") else {
        panic!("of the other pool")
    };
    let withheld = record.leaves().iter().filter(|leaf| matches!(leaf, RecordLeaf::Withheld(_)));
    assert_eq!(withheld.count(), 256);
    let hashes: Vec<_> = record.leaves().iter().map(RecordLeaf::hash).collect();
    assert_eq!(hashes, log.record().leaves().iter().map(RecordLeaf::hash).collect::<Vec<_>>());
}

#[test]
fn a_missing_tile_is_named() {
    let log = large();
    let mut files = publish(&log);
    files.0.remove("tile/entries/000");
    let error = assemble(&mut files).expect_err("incomplete");
    assert_eq!(error.to_string(), "`tile/entries/000` is missing");
}

#[test]
fn ballots_of_an_open_election_are_hashes_in_the_file() {
    let mut log = TestLog::<Technical>::found("vote.example.org");
    log.enrol(0);
    let election = log.open_election(vec![motion()]);
    log.vote(election, 0, &[("motion", Selection::YES)]);
    let file = file_of(&log);
    assert!(String::from_utf8_lossy(&file).contains("\n{\"withheld\":\""));
    assert_eq!(parse(&file).expect("readable").to_file().expect("writable"), file);
}

/// Changes one line of a file and gives what the reader says.
fn fault(change: impl FnOnce(&mut Vec<String>)) -> RecordError {
    let file = file_of(&small_foundation(3).1);
    let text = String::from_utf8(file).expect("UTF-8");
    let mut lines: Vec<_> = text.lines().map(str::to_owned).collect();
    change(&mut lines);
    parse((lines.join("\n") + "\n").as_bytes()).expect_err("no record")
}

#[test]
fn every_fault_is_named_with_its_line() {
    let format = |line: &str| line.replace("record/v1", "record/v9");
    let error = fault(|lines| lines[0] = format(&lines[0]));
    assert_eq!(error, RecordError { line: 1, fault: Fault::Format("bicameral-record/v9".into()) });

    let error = fault(|lines| {
        lines[0] = lines[0].replace("\"pool\":\"technical\"", "\"pool\":\"business\"")
    });
    let (said, found) = (PoolId::Business, PoolId::Technical);
    assert_eq!(error, RecordError { line: 1, fault: Fault::Pool { said, found } });

    let error =
        fault(|lines| lines[0] = lines[0].replace("example.org/technical", "example.org/board"));
    assert!(matches!(error, RecordError { line: 1, fault: Fault::Origin(_) }));

    let error = fault(|lines| lines[0].push(' '));
    assert!(matches!(error, RecordError { line: 1, fault: Fault::Header(_) }));

    let error = fault(|lines| lines[3] = "{\"hello\":1}".into());
    assert_eq!(error, RecordError { line: 4, fault: Fault::Unknown });

    let error = fault(|lines| lines[3] = format!("{{\"at\":{}}}", "9".repeat(70_000)));
    assert!(matches!(error, RecordError { line: 4, fault: Fault::TooLong { .. } }));

    let error = fault(|lines| lines[3] = "{\"withheld\":\"00\"}".into());
    assert_eq!(error, RecordError { line: 4, fault: Fault::Spelling("a withheld leaf") });

    let error = fault(|lines| drop(lines.remove(3)));
    assert!(matches!(error.fault, Fault::LeafCount { .. }));

    let error = fault(|lines| drop(lines.pop()));
    assert_eq!(error.fault, Fault::CutOff);

    let error = fault(|lines| lines.push(lines[3].clone()));
    assert!(matches!(error.fault, Fault::Order { .. }));

    let error = fault(|lines| {
        let artifact = lines.iter().position(|l| l.starts_with("{\"artifact")).expect("one");
        lines.insert(artifact, lines[artifact].clone());
    });
    assert!(matches!(error.fault, Fault::ArtifactTwice(_)));

    let error = fault(|lines| {
        let artifact = lines.iter().position(|l| l.starts_with("{\"artifact")).expect("one");
        lines.swap(artifact, artifact - 1);
    });
    assert!(matches!(error.fault, Fault::Order { found: "a leaf", .. }));

    let error = fault(|lines| {
        let last = lines.len() - 1;
        lines[last] = "{\"checkpoint\":7}".into();
    });
    assert!(matches!(error.fault, Fault::Checkpoint(_)));
    assert_eq!(parse(b"").expect_err("empty").line, 1);
}

#[test]
fn a_file_with_any_one_byte_changed_is_another_record_or_none() {
    let file = file_of(&small_foundation(2).1);
    let honest = parse(&file).expect("readable");
    for at in (0..file.len()).step_by(37) {
        let mut changed = file.clone();
        changed[at] ^= 1;
        if let Ok(record) = parse(&changed) {
            assert_ne!(record, honest, "byte {at}");
        }
    }
}
