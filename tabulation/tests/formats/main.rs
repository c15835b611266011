//! Ballot files: the bodies of the fuzz targets on arbitrary and mutated bytes and on inputs that
//! once failed, and published files through every format.
//!
//! `PROPTEST_CASES` makes the random part longer.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on must stop, helpers of tests included"
)]

#[expect(unreachable_pub, reason = "public for the fuzz targets")]
#[path = "../../fuzz/src/fuzz_bodies.rs"]
mod fuzz_bodies;
mod published;
mod random;
#[expect(unreachable_pub, reason = "public for the fuzz targets")]
#[path = "../../fuzz/src/seeds.rs"]
mod seeds;

use std::path::Path;

use fuzz_bodies::{convert_to, read_and_convert};
use seeds::seeds;
use tabulation::format::Kind;
use tabulation::format::ballots::{self, ReadOptions};

#[test]
fn every_seed_is_read_and_goes_through_every_format_that_can_express_it() {
    for kind in Kind::ALL {
        for seed in seeds(kind) {
            read_and_convert(kind, seed.as_bytes());
            let options = ReadOptions { marks: random::RULES, ..ReadOptions::of(kind) };
            let file = ballots::read(seed.as_bytes(), &options);
            let file = file.unwrap_or_else(|error| panic!("{kind}: {error}\n{seed}"));
            assert!(convert_to(&file, Kind::Json), "our own format can express everything");
            let itself = kind != Kind::Debian;
            assert!(!itself || convert_to(&file, kind), "{kind} cannot express\n{seed}");
        }
    }
}

/// Inputs that once failed: `fuzz/regressions/KIND/*`.
#[test]
fn what_once_failed_does_not_fail_again() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/regressions");
    let mut read = 0;
    for kind in Kind::ALL {
        let Ok(entries) = std::fs::read_dir(folder.join(kind.name())) else { continue };
        for entry in entries {
            let bytes = std::fs::read(entry.unwrap().path()).unwrap();
            read_and_convert(kind, &bytes);
            fuzz_bodies::marks(&bytes);
            read += 1;
        }
    }
    assert!(read > 0, "no input is kept");
}
