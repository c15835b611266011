//! C2SP signed-note: short texts with signatures that people can read.
//!
//! Checkpoints travel as signed notes. A note may carry signatures by keys we don't know, such as
//! witnesses or future algorithms; they are kept byte for byte and otherwise ignored, as the
//! specification demands.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use crate::encoding::{EncodingError, base64, hex};
use crate::hash::Hash;
use crate::sign::{BadSignature, PublicKey, PublicKeyError, Signature, SigningKey};

/// The longest note: room for [`MAX_NOTE_SIGNATURES`] of today's and a dozen of the post-quantum
/// signatures of nearly 5 kB that the specification announces.
pub const MAX_NOTE_BYTES: usize = 128 * 1024;

/// How many signatures a note may carry. The specification requires at least 16.
pub const MAX_NOTE_SIGNATURES: usize = 64;

/// The longest key name.
pub const MAX_KEY_NAME_BYTES: usize = 255;

/// C2SP signed-note, "Signature types": Ed25519.
const ALGORITHM_ED25519: u8 = 0x01;

/// What begins a signature line: an em dash (U+2014) and a space.
const SIGNATURE_PREFIX: &str = "\u{2014} ";

/// Why text is not a note, a key, or not signed by whom it should be.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum NoteError {
    /// Longer than [`MAX_NOTE_BYTES`].
    #[error("note of {0} bytes is longer than {MAX_NOTE_BYTES}")]
    TooLong(usize),
    /// More than [`MAX_NOTE_SIGNATURES`].
    #[error("note has more than {MAX_NOTE_SIGNATURES} signatures")]
    TooManySignatures,
    /// A control character other than newline.
    #[error("note has a control character at byte {at}")]
    ControlCharacter {
        /// Byte offset of the character.
        at: usize,
    },
    /// The text does not end in a newline.
    #[error("note text does not end in a newline")]
    UnterminatedText,
    /// No blank line between text and signatures, or nothing after it.
    #[error("note has no signatures")]
    NoSignatures,
    /// A line among the signatures that is none.
    #[error("line {line} after the blank line is not a signature")]
    SignatureLine {
        /// Which one, counted from one.
        line: usize,
    },
    /// A key name that is empty, too long, or has spaces, control characters or a plus.
    #[error("{0:?} is not a key name")]
    KeyName(String),
    /// A verifier key that isn't `name+hash+base64`.
    #[error("verifier key is not of the form name+hash+key")]
    VerifierKeyForm,
    /// A verifier key whose hash is not that of its name and key.
    #[error("verifier key says hash {said}, but name and key hash to {computed}")]
    VerifierKeyHash {
        /// The hash in the text.
        said: NoteKeyId,
        /// The hash it should be.
        computed: NoteKeyId,
    },
    /// A verifier key of another algorithm than Ed25519.
    #[error("verifier key has signature type {0:#04x} instead of 0x01 (Ed25519)")]
    Algorithm(u8),
    /// Not base64 or hexadecimal where the format has it.
    #[error("verifier key: {0}")]
    Encoding(#[from] EncodingError),
    /// The public key in a verifier key is not one we accept.
    #[error("verifier key: {0}")]
    PublicKey(#[from] PublicKeyError),
    /// The key has not signed the note.
    #[error("note is not signed by {0}")]
    NotSignedBy(String),
    /// The signature in the key's name is of another length than its algorithm's.
    #[error("signature of {0} has the wrong length")]
    SignatureLength(String),
    /// The signature in the key's name doesn't verify.
    #[error(transparent)]
    BadSignature(#[from] BadSignature),
}

/// The four bytes that name a key next to its name: `SHA-256(name || 0x0A || type || key)[:4]`.
/// They identify and do not authenticate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NoteKeyId([u8; 4]);

impl NoteKeyId {
    /// C2SP signed-note, "Signatures", for Ed25519 keys.
    fn ed25519(name: &KeyName, key: &PublicKey) -> Self {
        let hash =
            Hash::of_parts(&[name.0.as_bytes(), b"\n", &[ALGORITHM_ED25519], key.as_bytes()]);
        let [a, b, c, d, ..] = *hash.as_bytes();
        Self([a, b, c, d])
    }

    /// The four bytes.
    pub const fn as_bytes(&self) -> &[u8; 4] {
        &self.0
    }
}

impl fmt::Display for NoteKeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&hex::encode(&self.0))
    }
}

/// A key's name: by convention a URL without scheme. Ours are the origins of logs.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyName(String);

impl KeyName {
    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for KeyName {
    type Err = NoteError;

    /// C2SP signed-note, "Format": non-empty, no Unicode spaces, no plus; and, because notes hold
    /// none, no ASCII control characters.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let unfit = |c: char| c.is_whitespace() || c < ' ' || c == '+';
        if text.is_empty() || text.len() > MAX_KEY_NAME_BYTES || text.contains(unfit) {
            return Err(NoteError::KeyName(text.chars().take(MAX_KEY_NAME_BYTES).collect()));
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for KeyName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// A public key with its name, as notes know it; in text `name+hash+base64(type || key)`, the
/// "vkey" of Go's `sumdb/note` and of every witness.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifierKey {
    name: KeyName,
    id: NoteKeyId,
    key: PublicKey,
}

impl VerifierKey {
    /// Names a key.
    ///
    /// # Errors
    /// Refuses what is no key name.
    pub fn new(name: &str, key: PublicKey) -> Result<Self, NoteError> {
        Ok(Self::named(name.parse()?, key))
    }

    pub(crate) fn named(name: KeyName, key: PublicKey) -> Self {
        Self { id: NoteKeyId::ed25519(&name, &key), name, key }
    }

    /// The name.
    pub fn name(&self) -> &str {
        self.name.as_str()
    }

    /// The four bytes beside the name.
    pub const fn id(&self) -> NoteKeyId {
        self.id
    }

    /// The key.
    pub const fn key(&self) -> &PublicKey {
        &self.key
    }
}

impl fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = [&[ALGORITHM_ED25519], self.key.as_bytes().as_slice()].concat();
        write!(f, "{}+{}+{}", self.name, self.id, base64::encode(&bytes))
    }
}

impl FromStr for VerifierKey {
    type Err = NoteError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut parts = text.splitn(3, '+');
        let (Some(name), Some(said), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(NoteError::VerifierKeyForm);
        };
        let name: KeyName = name.parse()?;
        let said = NoteKeyId(hex::decode_array(said)?);
        let bytes = base64::decode(key)?;
        let (algorithm, key) = bytes.split_first().ok_or(NoteError::VerifierKeyForm)?;
        if *algorithm != ALGORITHM_ED25519 {
            return Err(NoteError::Algorithm(*algorithm));
        }
        let key = key.try_into().map_err(|_| NoteError::VerifierKeyForm)?;
        let verifier = Self::named(name, PublicKey::from_bytes(key)?);
        if verifier.id == said {
            Ok(verifier)
        } else {
            Err(NoteError::VerifierKeyHash { said, computed: verifier.id })
        }
    }
}

impl serde::Serialize for VerifierKey {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for VerifierKey {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        crate::encoding::text::deserialize(deserializer, "a verifier key name+hash+key")
    }
}

/// A secret key with its name, ready to sign notes.
#[derive(Debug)]
pub struct NoteSigner<'a> {
    verifier: VerifierKey,
    key: &'a SigningKey,
}

impl<'a> NoteSigner<'a> {
    /// Names a key.
    ///
    /// # Errors
    /// Refuses what is no key name.
    pub fn new(name: &str, key: &'a SigningKey) -> Result<Self, NoteError> {
        Ok(Self::named(name.parse()?, key))
    }

    pub(crate) fn named(name: KeyName, key: &'a SigningKey) -> Self {
        Self { verifier: VerifierKey::named(name, key.public()), key }
    }

    /// The public half.
    pub const fn verifier(&self) -> &VerifierKey {
        &self.verifier
    }

    /// The whole note for a text that is known to be well-formed.
    pub(crate) fn sign_well_formed(&self, text: &str) -> String {
        format!("{text}\n{}", self.sign(text))
    }

    /// C2SP signed-note, "Ed25519 signatures": over the text, its final newline included.
    fn sign(&self, text: &str) -> NoteSignature {
        NoteSignature {
            name: self.verifier.name.clone(),
            id: self.verifier.id,
            bytes: self.key.sign(text.as_bytes()).as_bytes().to_vec(),
        }
    }
}

/// A signature line of a note, by a key we may know nothing about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteSignature {
    name: KeyName,
    id: NoteKeyId,
    bytes: Vec<u8>,
}

impl NoteSignature {
    /// The name of the key that claims to have signed.
    pub fn name(&self) -> &str {
        self.name.as_str()
    }

    /// The four bytes that name the key further.
    pub const fn id(&self) -> NoteKeyId {
        self.id
    }

    /// The signature as its algorithm writes it, without the key id.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    fn parse(line: &str) -> Option<Self> {
        let (name, signature) = line.strip_prefix(SIGNATURE_PREFIX)?.split_once(' ')?;
        let bytes = base64::decode(signature).ok()?;
        let (id, signature) = bytes.split_first_chunk::<4>()?;
        if signature.is_empty() {
            return None;
        }
        Some(Self { name: name.parse().ok()?, id: NoteKeyId(*id), bytes: signature.to_vec() })
    }
}

impl fmt::Display for NoteSignature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = [self.id.0.as_slice(), &self.bytes].concat();
        writeln!(f, "{SIGNATURE_PREFIX}{} {}", self.name, base64::encode(&bytes))
    }
}

/// A text and the signatures on it. The form is right; whom to believe is for
/// [`SignedNote::verify`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedNote {
    text: String,
    signatures: Vec<NoteSignature>,
}

impl SignedNote {
    /// Signs a text with one key.
    ///
    /// # Errors
    /// Refuses text that does not end in a newline, has control characters, or is too long.
    pub fn sign(text: impl Into<String>, signer: &NoteSigner<'_>) -> Result<Self, NoteError> {
        let text = text.into();
        check_text(&text)?;
        if text.len() > MAX_NOTE_BYTES / 2 {
            return Err(NoteError::TooLong(text.len()));
        }
        let signature = signer.sign(&text);
        Ok(Self { text, signatures: vec![signature] })
    }

    /// Adds another key's signature.
    ///
    /// # Errors
    /// Refuses more than [`MAX_NOTE_SIGNATURES`].
    pub fn add(&mut self, signer: &NoteSigner<'_>) -> Result<(), NoteError> {
        self.attach(signer.sign(&self.text))
    }

    /// Adds a signature line that came from elsewhere, such as a witness's, unchecked.
    ///
    /// # Errors
    /// Refuses what is no signature line, and whatever would make the note exceed its limits.
    pub fn add_line(&mut self, line: &str) -> Result<(), NoteError> {
        let line = line.strip_suffix('\n').unwrap_or(line);
        let signature = NoteSignature::parse(line).ok_or(NoteError::SignatureLine { line: 1 })?;
        self.attach(signature)
    }

    fn attach(&mut self, signature: NoteSignature) -> Result<(), NoteError> {
        if self.signatures.len() == MAX_NOTE_SIGNATURES {
            return Err(NoteError::TooManySignatures);
        }
        let length = self.to_string().len() + signature.to_string().len();
        if length > MAX_NOTE_BYTES {
            return Err(NoteError::TooLong(length));
        }
        self.signatures.push(signature);
        Ok(())
    }

    /// Reads a note, whoever signed it. Its [`fmt::Display`] gives back the same bytes.
    ///
    /// # Errors
    /// Names what breaks the format.
    pub fn parse(note: &str) -> Result<Self, NoteError> {
        if note.len() > MAX_NOTE_BYTES {
            return Err(NoteError::TooLong(note.len()));
        }
        check_characters(note)?;
        // The last empty line separates: the text itself may have some.
        let (text, lines) = note.rsplit_once("\n\n").ok_or(NoteError::NoSignatures)?;
        if lines.is_empty() {
            return Err(NoteError::NoSignatures);
        }
        let mut signatures = Vec::new();
        for (index, line) in lines.split_inclusive('\n').enumerate() {
            if index == MAX_NOTE_SIGNATURES {
                return Err(NoteError::TooManySignatures);
            }
            let signature = line.strip_suffix('\n').and_then(NoteSignature::parse);
            signatures.push(signature.ok_or(NoteError::SignatureLine { line: index + 1 })?);
        }
        Ok(Self { text: format!("{text}\n"), signatures })
    }

    /// The signed text, its final newline included. Not to be believed before
    /// [`SignedNote::verify`].
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The signature lines, in their order.
    pub fn signatures(&self) -> &[NoteSignature] {
        &self.signatures
    }

    /// Requires a valid signature by `key`, and that every line in its name is valid (C2SP
    /// signed-note, "Signatures"). Lines by other keys are ignored, also those that share only the
    /// name or only the id.
    ///
    /// # Errors
    /// Tells a missing signature from a bad one.
    pub fn verify(&self, key: &VerifierKey) -> Result<(), NoteError> {
        let mut verified = Err(NoteError::NotSignedBy(key.name().to_owned()));
        for line in &self.signatures {
            if line.name != key.name || line.id != key.id {
                continue;
            }
            let bytes = line.bytes.as_slice().try_into();
            let bytes = bytes.map_err(|_| NoteError::SignatureLength(key.name().to_owned()))?;
            key.key.verify(self.text.as_bytes(), &Signature::from_bytes(bytes))?;
            verified = Ok(());
        }
        verified
    }
}

impl fmt::Display for SignedNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.text)?;
        self.signatures.iter().try_for_each(|line| line.fmt(f))
    }
}

impl FromStr for SignedNote {
    type Err = NoteError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

fn check_text(text: &str) -> Result<(), NoteError> {
    check_characters(text)?;
    if text.ends_with('\n') { Ok(()) } else { Err(NoteError::UnterminatedText) }
}

/// C2SP signed-note, "Format": no ASCII control characters (below U+0020) but newline.
fn check_characters(text: &str) -> Result<(), NoteError> {
    match text.bytes().position(|byte| byte < 0x20 && byte != b'\n') {
        Some(at) => Err(NoteError::ControlCharacter { at }),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests;
