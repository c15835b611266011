//! Wall 1: what mixes the pools does not compile. Each file under `compile_fail/` is one attempt,
//! beside it the compiler's refusal.

#[test]
fn what_mixes_the_pools_does_not_compile() {
    let cases = trybuild::TestCases::new();
    cases.pass("tests/compile_fail/allowed.rs");
    cases.compile_fail("tests/compile_fail/no_*.rs");
}
