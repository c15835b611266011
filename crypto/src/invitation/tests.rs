//! Codes as people type them, and the keys they stand for.

use proptest::prelude::*;

use super::*;
use crate::testing::{array, list, rng, text, vectors};

const VECTORS: &str = include_str!("../../vectors/invitation.json");
const CODE: &str = "00041-06105-0R3GG-28A1C-60T3G-FT17P";

#[test]
fn the_vectors_derive_their_keys() {
    for vector in list(&vectors(VECTORS)["derivations"]) {
        let code: InvitationCode = text(&vector["text"]).parse().unwrap();
        assert_eq!(code.as_bytes(), &array(&vector["code"]));
        assert_eq!(code.to_string(), text(&vector["text"]));
        let key = code.derive(text(&vector["origin"]), text(&vector["subject"]));
        assert_eq!(*key.seed(), array(&vector["seed"]), "{vector}");
        assert_eq!(key.public().to_string(), text(&vector["public"]));
    }
}

#[test]
fn typing_is_forgiven_where_it_cannot_mislead() {
    let code: InvitationCode = CODE.parse().unwrap();
    for typed in [
        CODE.to_lowercase(),
        CODE.replace('-', ""),
        CODE.replace('-', " "),
        CODE.replace('0', "O"),
        CODE.replace('0', "o"),
        CODE.replace('1', "I"),
        CODE.replace('1', "l"),
        format!("  {CODE} "),
    ] {
        assert_eq!(typed.parse::<InvitationCode>().unwrap(), code, "{typed:?}");
    }
}

#[test]
fn wrong_codes_are_refused_by_name() {
    let refusal = |text: &str| text.parse::<InvitationCode>().unwrap_err();
    assert_eq!(refusal(&CODE.replace('8', "9")), InvitationError::Checksum);
    assert_eq!(refusal(&CODE.replace("17P", "17Q")), InvitationError::Checksum);
    assert_eq!(refusal(&CODE.replace("61", "16")), InvitationError::Checksum);
    assert_eq!(refusal(&CODE[1..]), InvitationError::Length(29));
    assert_eq!(refusal(&format!("{CODE}0")), InvitationError::Length(31));
    assert_eq!(refusal(""), InvitationError::Length(0));
    assert_eq!(refusal(&CODE.replacen('0', "8", 1)), InvitationError::Range);
    assert_eq!(refusal(&CODE.replace('8', "U")), InvitationError::Character('U'));
    assert_eq!(refusal(&CODE.replace('8', "é")), InvitationError::Character('é'));
    assert_eq!(refusal(&CODE.replace('-', "\n")), InvitationError::Character('\n'));
    assert_eq!(refusal(&"0".repeat(65)), InvitationError::TooLong(65));
}

#[test]
fn a_code_is_not_printed_by_accident() {
    let code: InvitationCode = CODE.parse().unwrap();
    assert_eq!(format!("{code:?}"), "InvitationCode(secret)");
}

#[test]
fn generated_codes_follow_the_callers_randomness() {
    assert_eq!(InvitationCode::generate(&mut rng(1)), InvitationCode::generate(&mut rng(1)));
    assert_ne!(InvitationCode::generate(&mut rng(1)), InvitationCode::generate(&mut rng(2)));
}

proptest! {
    #[test]
    fn parsing_undoes_printing(bytes: [u8; 16]) {
        let code = InvitationCode::from_bytes(bytes);
        prop_assert_eq!(code.to_string().parse::<InvitationCode>(), Ok(code));
    }

    #[test]
    fn origin_and_subject_never_run_together(
        bytes: [u8; 16], origin in "[ab]{0,3}", subject in "[ab]{0,3}", other_origin in "[ab]{0,3}", other_subject in "[ab]{0,3}",
    ) {
        let code = InvitationCode::from_bytes(bytes);
        let same = (&origin, &subject) == (&other_origin, &other_subject);
        let keys = (code.derive(&origin, &subject), code.derive(&other_origin, &other_subject));
        prop_assert_eq!(keys.0.public() == keys.1.public(), same);
    }
}

#[test]
fn every_single_mistyped_character_of_a_code_is_noticed() {
    // Twenty check bits leave one chance in a million per mistake; for this code there is none.
    for place in (0..CODE.len()).filter(|place| CODE.as_bytes()[*place] != b'-') {
        for letter in ALPHABET.iter().map(|letter| char::from(*letter)) {
            let mut typed = CODE.to_owned();
            typed.replace_range(place..=place, &letter.to_string());
            assert_eq!(typed.parse::<InvitationCode>().is_ok(), typed == CODE, "{typed}");
        }
    }
}
