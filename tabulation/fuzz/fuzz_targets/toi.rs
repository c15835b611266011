#![no_main]

use libfuzzer_sys::fuzz_target;
use tabulation::format::Kind;

fuzz_target!(|bytes: &[u8]| tabulation_fuzz::fuzz_bodies::read_and_convert(Kind::Toi, bytes));
