#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| tabulation_fuzz::fuzz_bodies::marks(bytes));
