//! Published files, where `BICAMERAL_DATA` has them: every one is read, written in every format
//! that can express it, and reads back as an equal profile.

use std::collections::BTreeMap;
use std::io::{BufReader, Read as _, Write as _};
use std::path::{Path, PathBuf};

use tabulation::format::ballots::{self, BallotFile, ReadOptions, WriteError, WriteOptions};
use tabulation::format::{DETECT_BYTES, Encoding, Kind};

use crate::random::RULES;

fn folder() -> PathBuf {
    std::env::var_os("BICAMERAL_DATA").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/data"),
        PathBuf::from,
    )
}

/// Prints past the test harness's capture: what was run is part of the result.
fn say(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else {
            found.push(path);
        }
    }
    found.sort();
}

/// Whether it is a ballot file at all.
fn is_ballots(path: &Path) -> bool {
    let name = path.file_name().unwrap().to_string_lossy().into_owned();
    let ends = [".blt", ".csv", "_tally.txt"].iter().any(|end| name.ends_with(end));
    // A table with a column of numbers before the ranks, of no format here; it is there as BLT too.
    let other = name == "Portland_D1_raw_votekit_format.csv";
    (ends && !other) || (name.starts_with("example_") && name.ends_with(".xml"))
}

fn read(path: &Path) -> Result<BallotFile, String> {
    let mut head = Vec::new();
    let open = || std::fs::File::open(path).unwrap();
    open().take(DETECT_BYTES as u64).read_to_end(&mut head).unwrap();
    let kind = Kind::detect(path, &head).ok_or("its format is not recognised")?;
    let name = path.file_name().unwrap().to_string_lossy().into_owned();
    let options = ReadOptions {
        encoding: Encoding::Utf8OrLatin1,
        marks: RULES,
        // One contest of a ballot with many.
        contest: (name == "example_2.xml").then_some("_5TS"),
        ..ReadOptions::of(kind)
    };
    ballots::read(BufReader::new(open()), &options).map_err(|error| error.to_string())
}

#[test]
fn published_files_go_through_every_format() {
    let folder = folder();
    if !folder.join("manifest.tsv").is_file() {
        say(&format!("\n!!! NOT RUN: no published file was converted: {folder:?} is missing.\n"));
        assert!(std::env::var_os("CI").is_none(), "under CI the published files must be read");
        return;
    }
    let mut paths = Vec::new();
    files(&folder, &mut paths);
    paths.retain(|path| is_ballots(path));
    assert!(paths.len() > 40, "only {} files", paths.len());
    let (mut failures, mut done) = (Vec::new(), BTreeMap::new());
    let mut refused: BTreeMap<String, usize> = BTreeMap::new();
    for path in &paths {
        let name = path.strip_prefix(&folder).unwrap().display().to_string();
        let mut file = match read(path) {
            Ok(file) => file,
            Err(why) => {
                failures.push(format!("{name}: {why}"));
                continue;
            }
        };
        file.seats = file.seats.or(Some(1));
        for kind in Kind::ALL {
            match through(&file, kind) {
                Ok(()) => *done.entry(kind).or_insert(0) += 1,
                Err(Ok(error)) => {
                    let reason = error.to_string();
                    let reason = reason.split_once(": ").map_or(reason.as_str(), |(_, why)| why);
                    *refused
                        .entry(format!("{kind}: {}", &reason[..reason.len().min(40)]))
                        .or_insert(0) += 1;
                }
                Err(Err(why)) => failures.push(format!("{name} as {kind}: {why}")),
            }
        }
    }
    for (kind, files) in done {
        say(&format!("formats: {files:3} of {} files through {kind} and back", paths.len()));
    }
    for (reason, files) in refused {
        say(&format!("formats: {files:3} files not expressible as {reason}"));
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// Writes and reads back; what differs, or what cannot be expressed.
fn through(file: &BallotFile, kind: Kind) -> Result<(), Result<WriteError, String>> {
    let mut bytes = Vec::new();
    let options = WriteOptions { kind, generated: "2025-01-31T12:00:00Z" };
    ballots::write(file, &options, &mut bytes).map_err(Ok)?;
    let again = ballots::read(bytes.as_slice(), &ReadOptions::of(kind));
    let again = again.map_err(|error| Err(error.to_string()))?;
    let names = |file: &BallotFile| -> Vec<String> {
        file.options.iter().map(|option| option.name.clone()).collect()
    };
    if names(file) != names(&again) {
        // The one format that numbers options itself, in order of their names.
        let mut sorted = names(file);
        sorted.sort();
        let expected = kind == Kind::RctabCsv && sorted == names(&again);
        let same = expected && file.ballots.total() == again.ballots.total();
        return if same { Ok(()) } else { Err(Err("other options".to_owned())) };
    }
    match file.profile() == again.profile() {
        true => Ok(()),
        false => Err(Err("another profile".to_owned())),
    }
}
