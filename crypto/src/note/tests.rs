//! Notes: Go's published example, and what readers must ignore or refuse.

use proptest::prelude::*;

use super::*;
use crate::testing::{array, key, text, vectors};

const VECTORS: &str = include_str!("../../vectors/note.json");
const NAME: &str = "vote.example.org/technical";

fn note() -> SignedNote {
    let key = key(1);
    SignedNote::sign("hello\n", &NoteSigner::new(NAME, &key).unwrap()).unwrap()
}

fn verifier(seed: u8) -> VerifierKey {
    VerifierKey::new(NAME, key(seed).public()).unwrap()
}

#[test]
fn gos_example_is_made_and_read_byte_for_byte() {
    let vector = vectors(VECTORS);
    let verifier: VerifierKey = text(&vector["vkey"]).parse().unwrap();
    assert_eq!(verifier.to_string(), text(&vector["vkey"]));
    assert_eq!(verifier.name(), text(&vector["name"]));
    assert_eq!(verifier.id().to_string(), "c74f20a3");
    let key = SigningKey::from_seed(&array(&vector["seed"]));
    let signer = NoteSigner::new(text(&vector["name"]), &key).unwrap();
    assert_eq!(signer.verifier(), &verifier);
    let note = SignedNote::sign(text(&vector["text"]), &signer).unwrap();
    assert_eq!(note.to_string(), text(&vector["note"]));
    let read = SignedNote::parse(text(&vector["note"])).unwrap();
    assert_eq!(read, note);
    read.verify(&verifier).unwrap();
}

#[test]
fn unknown_signatures_are_kept_and_ignored() {
    let mut note = note();
    let witness = key(2);
    note.add(&NoteSigner::new("witness.example.net", &witness).unwrap()).unwrap();
    // A future algorithm: another length.
    let line = format!("— future.example {}\n", base64::encode(&[7; 2424]));
    note.add_line(&line).unwrap();
    // The log's own name with another id.
    note.add_line(&format!("— {NAME} {}", base64::encode(&[7; 68]))).unwrap();
    let read = SignedNote::parse(&note.to_string()).unwrap();
    assert_eq!(read, note);
    assert_eq!(read.signatures().len(), 4);
    assert_eq!(read.signatures()[2].bytes().len(), 2420);
    read.verify(&verifier(1)).unwrap();
    read.verify(&VerifierKey::new("witness.example.net", key(2).public()).unwrap()).unwrap();
}

#[test]
fn sixteen_signatures_and_more_are_accepted() {
    let mut note = note();
    let key = key(2);
    while note.signatures().len() < MAX_NOTE_SIGNATURES {
        let name = format!("w{}", note.signatures().len());
        note.add(&NoteSigner::new(&name, &key).unwrap()).unwrap();
    }
    SignedNote::parse(&note.to_string()).unwrap().verify(&verifier(1)).unwrap();
    let signer = NoteSigner::new("one-more", &key).unwrap();
    assert_eq!(note.add(&signer), Err(NoteError::TooManySignatures));
    let text = format!("{note}{}", signer.sign("hello\n"));
    assert_eq!(SignedNote::parse(&text), Err(NoteError::TooManySignatures));
}

#[test]
fn a_note_must_be_signed_by_the_key_asked_for() {
    assert_eq!(note().verify(&verifier(2)), Err(NoteError::NotSignedBy(NAME.to_owned())));
    let other = VerifierKey::new("vote.example.org/business", key(1).public()).unwrap();
    assert!(matches!(note().verify(&other), Err(NoteError::NotSignedBy(_))));
}

#[test]
fn one_bad_line_in_the_keys_name_spoils_the_note() {
    // C2SP signed-note, "Signatures": a known key's signature that fails rejects the note.
    let id = *verifier(1).id().as_bytes();
    let line = |signature: &[u8]| {
        format!("— {NAME} {}\n", base64::encode(&[id.as_slice(), signature].concat()))
    };
    let mut bad = note();
    bad.add_line(&line(&[0; 64])).unwrap();
    assert_eq!(
        bad.verify(&verifier(1)),
        Err(NoteError::BadSignature(BadSignature { key: key(1).public().id() }))
    );
    let mut short = note();
    short.add_line(&line(&[0; 63])).unwrap();
    assert_eq!(short.verify(&verifier(1)), Err(NoteError::SignatureLength(NAME.to_owned())));
    let mut twice = note();
    let again = twice.signatures()[0].to_string();
    twice.add_line(&again).unwrap();
    twice.verify(&verifier(1)).unwrap();
}

#[test]
fn changed_text_does_not_verify() {
    let changed = note().to_string().replace("hello", "hallo");
    assert!(matches!(
        SignedNote::parse(&changed).unwrap().verify(&verifier(1)),
        Err(NoteError::BadSignature(_))
    ));
}

#[test]
fn text_may_have_blank_lines() {
    let key = key(1);
    let signer = NoteSigner::new(NAME, &key).unwrap();
    for text in ["\n", "\n\n", "a\n\nb\n", "a\n\n\n", "— not a signature\n"] {
        let note = SignedNote::sign(text, &signer).unwrap();
        let read = SignedNote::parse(&note.to_string()).unwrap();
        assert_eq!(read.text(), text);
        read.verify(&verifier(1)).unwrap();
    }
}

#[test]
fn malformed_notes_are_refused() {
    let line = note().signatures()[0].to_string();
    let line = line.trim_end();
    let signature = |n| Err(NoteError::SignatureLine { line: n });
    for (text, expected) in [
        (String::new(), Err(NoteError::NoSignatures)),
        ("hello\n".to_owned(), Err(NoteError::NoSignatures)),
        ("hello\n\n".to_owned(), Err(NoteError::NoSignatures)),
        (format!("hello\n{line}\n"), Err(NoteError::NoSignatures)),
        (format!("hello\n\n{line}"), signature(1)),
        (format!("hello\n\n{line}\nx\n"), signature(2)),
        (format!("hello\n\n{line}\n {line}\n"), signature(2)),
        (format!("hello\n\n{}\n", line.replace('—', "-")), signature(1)),
        (format!("hello\n\n{}\n", line.replace(NAME, "")), signature(1)),
        (format!("hello\n\n{}\n", line.replace(NAME, "a+b")), signature(1)),
        (format!("hello\n\n{}\n", line.replace(NAME, "a\u{a0}b")), signature(1)),
        (format!("hello\n\n{} x\n", line), signature(1)),
        (format!("hello\n\n— {NAME} \n"), signature(1)),
        (format!("hello\n\n— {NAME}\n"), signature(1)),
        (format!("hello\n\n— {NAME} AAAAAA==\n"), signature(1)),
        (format!("hello\n\n— {NAME} AAAAAAA\n"), signature(1)),
        (format!("hello\r\n\n{line}\n"), Err(NoteError::ControlCharacter { at: 5 })),
        (format!("he\0llo\n\n{line}\n"), Err(NoteError::ControlCharacter { at: 2 })),
    ] {
        assert_eq!(SignedNote::parse(&text), expected, "{text:?}");
    }
    let long = "a".repeat(MAX_NOTE_BYTES + 1);
    assert_eq!(SignedNote::parse(&long), Err(NoteError::TooLong(long.len())));
}

#[test]
fn unfit_texts_are_not_signed() {
    let key = key(1);
    let signer = NoteSigner::new(NAME, &key).unwrap();
    assert_eq!(SignedNote::sign("hello", &signer), Err(NoteError::UnterminatedText));
    assert_eq!(SignedNote::sign("", &signer), Err(NoteError::UnterminatedText));
    assert_eq!(SignedNote::sign("a\tb\n", &signer), Err(NoteError::ControlCharacter { at: 1 }));
    let long = "a\n".repeat(MAX_NOTE_BYTES / 2);
    assert_eq!(SignedNote::sign(long.clone(), &signer), Err(NoteError::TooLong(long.len())));
    let mut note = note();
    let line = format!("— a {}", base64::encode(&vec![0; MAX_NOTE_BYTES]));
    assert!(matches!(note.add_line(&line), Err(NoteError::TooLong(_))));
    assert_eq!(note.add_line("a b"), Err(NoteError::SignatureLine { line: 1 }));
}

#[test]
fn malformed_verifier_keys_are_refused() {
    let good = verifier(1).to_string();
    let (name, rest) = good.split_once('+').unwrap();
    let (id, bytes) = rest.split_once('+').unwrap();
    let refusal = |text: String| text.parse::<VerifierKey>().unwrap_err();
    assert_eq!(refusal(name.to_owned()), NoteError::VerifierKeyForm);
    assert_eq!(refusal(format!("{name}+{id}")), NoteError::VerifierKeyForm);
    assert_eq!(refusal(format!("{name}+{id}+")), NoteError::VerifierKeyForm);
    assert_eq!(refusal(format!("{name}+{id}+AQ==")), NoteError::VerifierKeyForm);
    assert!(matches!(refusal(format!("+{id}+{bytes}")), NoteError::KeyName(_)));
    assert!(matches!(refusal(format!("a b+{id}+{bytes}")), NoteError::KeyName(_)));
    assert!(matches!(refusal(format!("{}+{id}+{bytes}", "a".repeat(256))), NoteError::KeyName(_)));
    assert!(matches!(refusal(format!("other+{id}+{bytes}")), NoteError::VerifierKeyHash { .. }));
    assert!(matches!(
        refusal(format!("{name}+00000000+{bytes}")),
        NoteError::VerifierKeyHash { .. }
    ));
    assert!(matches!(
        refusal(format!("{name}+{}+{bytes}", id.to_uppercase())),
        NoteError::Encoding(_)
    ));
    assert!(matches!(refusal(format!("{name}+{id}0+{bytes}")), NoteError::Encoding(_)));
    assert!(matches!(refusal(format!("{name}+{id}+{bytes}=")), NoteError::Encoding(_)));
    let typed = |first: u8, key: &[u8]| {
        format!("{name}+{id}+{}", base64::encode(&[&[first], key].concat()))
    };
    assert_eq!(refusal(typed(4, key(1).public().as_bytes())), NoteError::Algorithm(4));
    assert_eq!(refusal(typed(1, &[0; 32])), NoteError::PublicKey(PublicKeyError::Weak));
}

proptest! {
    #[test]
    fn parsing_undoes_printing(
        lines in proptest::collection::vec("\\PC{0,20}", 1..5), name in "[a-z./-]{1,20}", signers in 1_u8..4,
    ) {
        let text = lines.iter().map(|line| format!("{line}\n")).collect::<String>();
        let first = key(1);
        let mut note = SignedNote::sign(text, &NoteSigner::new(&name, &first).unwrap()).unwrap();
        for seed in 2..=signers {
            note.add(&NoteSigner::new(&name, &key(seed)).unwrap()).unwrap();
        }
        let read = SignedNote::parse(&note.to_string()).unwrap();
        prop_assert_eq!(&read, &note);
        for seed in 1..=signers {
            prop_assert_eq!(read.verify(&VerifierKey::new(&name, key(seed).public()).unwrap()), Ok(()));
        }
        let vkey = VerifierKey::new(&name, key(1).public()).unwrap();
        prop_assert_eq!(vkey.to_string().parse(), Ok(vkey));
    }

    #[test]
    fn mutated_notes_fail(place: prop::sample::Index, flip in 1_u8..128) {
        let mut bytes = note().to_string().into_bytes();
        let place = place.index(bytes.len());
        bytes[place] ^= flip;
        if let Ok(text) = String::from_utf8(bytes) {
            let verdict = SignedNote::parse(&text).and_then(|note| note.verify(&verifier(1)));
            prop_assert!(verdict.is_err(), "{:?} verifies", text);
        }
    }

    #[test]
    fn whatever_parses_prints_the_same(text in "(a\n|\n|— a AAAAAAA=\n|— b\\+ AAAAAAAA\n| ){0,8}") {
        if let Ok(note) = SignedNote::parse(&text) {
            prop_assert_eq!(note.to_string(), text);
        }
    }
}
