use crypto::sign::SigningKey;

use super::*;

/// Officers 1 and 2 of the business pool, 3 and 4 of the technical, log keys 8 and 9.
fn key(seed: u8) -> SigningKey {
    SigningKey::from_seed(&[seed; 32])
}

fn officer(seed: u8) -> String {
    let public = serde_json::to_string(&key(seed).public()).expect("a key");
    format!(
        "handle = \"id:officer-{seed}\"\nname = \"Officer {seed}\"\nkey = {public}\n\
         roles = [\"registrar\", \"officer\"]\n"
    )
}

fn plan() -> String {
    let quorums = "{ manifest = 2, certificate = 2, roll = 1, exceptional = 2, officers = 2 }";
    let modules = "[{ id = \"compiler\", process = { rights = [\"merge\"], version = 1 } }]";
    format!(
        "name = \"Example Foundation\"\nhost = \"vote.example.org\"\n\
         [business]\nquorums = {quorums}\nclasses = [\"premier\"]\nbodies = [\"board\"]\n\
         [[business.officers]]\n{}[[business.officers]]\n{}\
         [technical]\nquorums = {quorums}\nmodules = {modules}\nbodies = [\"steering\"]\n\
         [[technical.officers]]\n{}[[technical.officers]]\n{}",
        officer(1),
        officer(2),
        officer(3),
        officer(4)
    )
}

fn drafted(text: &str) -> Result<Founding, FoundingError> {
    let plan = Plan::parse(text).expect("a plan");
    Founding::draft(&plan, Uuid::from_u128(7), &LogKey::new(key(8)), &LogKey::new(key(9)))
}

fn signed(text: &str, business: &[u8], technical: &[u8]) -> Result<Founded, FoundingError> {
    let mut founding = drafted(text)?;
    for seed in business {
        founding = founding.sign_business(&OfficerKey::new(key(*seed)))?;
    }
    for seed in technical {
        founding = founding.sign_technical(&OfficerKey::new(key(*seed)))?;
    }
    let (business, technical) = founding.envelopes();
    Founded::new(business, technical)
}

#[test]
fn a_plan_signed_by_all_officers_founds_two_logs() {
    let founded = signed(&plan(), &[1, 2], &[3, 4]).expect("founded");
    let anchor = Anchor::parse(founded.anchor.to_json().expect("JSON").as_bytes());
    assert_eq!(anchor.expect("an anchor"), founded.anchor);
    assert_eq!(founded.anchor.business.origin.as_str(), "vote.example.org/business");
    assert_eq!(founded.anchor.technical.origin.as_str(), "vote.example.org/technical");
}

#[test]
fn a_plan_survives_being_written_and_read() {
    let read = Plan::parse(&plan()).expect("a plan");
    assert_eq!(Plan::parse(&read.to_toml().expect("written")).expect("read"), read);
}

#[test]
fn a_genesis_that_one_officer_has_not_signed_founds_nothing() {
    let error = signed(&plan(), &[1], &[3, 4]).expect_err("refused");
    let FoundingError::Refused { pool: PoolId::Business, refusal } = error else {
        panic!("{error}");
    };
    assert_eq!(refusal.slug(), "signature-missing");
}

#[test]
fn a_stranger_cannot_sign_along() {
    let error = signed(&plan(), &[1, 2], &[3, 4, 5]).expect_err("refused");
    let FoundingError::Refused { pool: PoolId::Technical, refusal } = error else {
        panic!("{error}");
    };
    assert_eq!(refusal.slug(), "not-a-signer");
}

#[test]
fn one_officer_key_in_both_pools_is_refused() {
    let text = plan().replace(&officer(3), &officer(1));
    let error = signed(&text, &[1, 2], &[1, 4]).expect_err("refused");
    assert!(matches!(error, FoundingError::KeyInBothPools), "{error}");
}

#[test]
fn a_log_key_that_is_an_officers_key_in_the_other_pool_is_refused() {
    let text = plan().replace(&officer(3), &officer(8));
    let error = signed(&text, &[1, 2], &[8, 4]).expect_err("refused");
    assert!(matches!(error, FoundingError::KeyInBothPools), "{error}");
}

#[test]
fn envelopes_of_two_foundations_do_not_found_one() {
    let (business, _) = drafted(&plan())
        .and_then(|founding| founding.sign_business(&OfficerKey::new(key(1))))
        .and_then(|founding| founding.sign_business(&OfficerKey::new(key(2))))
        .expect("drafted")
        .envelopes();
    let other = plan().replace("Example Foundation", "Other Foundation");
    let other = signed(&other, &[1, 2], &[3, 4]).expect("founded");
    let error = Founded::new(business, other.technical).expect_err("refused");
    assert!(matches!(error, FoundingError::TwoFoundations), "{error}");
}

#[test]
fn the_envelope_of_one_pool_does_not_found_the_other() {
    let founded = signed(&plan(), &[1, 2], &[3, 4]).expect("founded");
    let error = Founded::new(founded.technical, founded.business).expect_err("refused");
    assert!(matches!(error, FoundingError::Statement { pool: PoolId::Business, .. }), "{error}");
}

#[test]
fn a_plan_that_the_rules_refuse_fails_before_anybody_signs() {
    let standing = "[{ module = \"gpu\", person = \"id:ann\", standing = \"lead\" }]";
    for (from, to, slug) in [
        ("manifest = 2", "manifest = 3", "unworkable-officers"),
        ("modules = ", "classes = [\"premier\"]\nmodules = ", "not-of-this-pool"),
        ("modules = ", &format!("standings = {standing}\nmodules = "), "founding-standing"),
    ] {
        let error = drafted(&plan().replacen(from, to, 1)).expect_err("refused");
        let FoundingError::Refused { refusal, .. } = error else { panic!("{error}") };
        assert_eq!(refusal.slug(), slug);
    }
}

#[test]
fn a_plan_gives_the_business_pool_no_module() {
    let module = "modules = [{ id = \"compiler\", process = { rights = [], version = 1 } }]";
    let text = plan().replace("classes = [\"premier\"]", module);
    let error = Plan::parse(&text).expect_err("refused").to_string();
    assert!(error.contains("this pool has no such thing"), "{error}");
}

#[test]
fn a_misspelt_key_of_a_plan_is_refused_with_its_place() {
    let text = plan().replace("classes =", "clases =");
    let error = Plan::parse(&text).expect_err("refused").to_string();
    assert!(error.contains("clases") && error.contains("line 5"), "{error}");
}

#[test]
fn a_host_that_cannot_name_a_log_is_refused() {
    let text = plan().replace("vote.example.org", "vote example");
    let error = drafted(&text).expect_err("refused");
    assert!(matches!(error, FoundingError::Host(_)), "{error}");
}
