//! Bytes to text, by a decision and not by a guess.

use std::borrow::Cow;

/// How the bytes of a file are read as text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8, and an error where it is not.
    Utf8,
    /// ISO 8859-1: every byte is the character of its number.
    Latin1,
    /// UTF-8, or as a whole ISO 8859-1 if it is not UTF-8.
    Utf8OrLatin1,
}

/// Bytes that are not text in the encoding asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: the file is not UTF-8 (say latin-1 if it is an old one)")]
pub struct TextError {
    /// The first line at fault.
    pub line: usize,
}

/// Reads bytes as text; a byte order mark is dropped.
///
/// # Errors
/// When the encoding is UTF-8 and the bytes are not.
pub fn decode(bytes: &[u8], encoding: Encoding) -> Result<Cow<'_, str>, TextError> {
    let latin1 = || Cow::Owned(bytes.iter().map(|&b| char::from(b)).collect());
    let text = match (encoding, std::str::from_utf8(bytes)) {
        (Encoding::Latin1, _) | (Encoding::Utf8OrLatin1, Err(_)) => return Ok(latin1()),
        (Encoding::Utf8 | Encoding::Utf8OrLatin1, Ok(text)) => text,
        (Encoding::Utf8, Err(error)) => {
            let good = bytes.get(..error.valid_up_to()).unwrap_or(&[]);
            let line = good.iter().filter(|&&b| b == b'\n').count() + 1;
            return Err(TextError { line });
        }
    };
    Ok(Cow::Borrowed(text.strip_prefix('\u{feff}').unwrap_or(text)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_latin_1_file_is_read_only_where_that_was_decided() {
        let bytes = b"ok\nM\xfcller";
        assert_eq!(decode(bytes, Encoding::Utf8), Err(TextError { line: 2 }));
        assert_eq!(decode(bytes, Encoding::Utf8OrLatin1).unwrap(), "ok\nMüller");
        assert_eq!(decode("Müller".as_bytes(), Encoding::Utf8OrLatin1).unwrap(), "Müller");
        assert_eq!(decode("ü".as_bytes(), Encoding::Latin1).unwrap(), "Ã¼");
    }

    #[test]
    fn a_byte_order_mark_is_dropped() {
        assert_eq!(decode("\u{feff}1 1".as_bytes(), Encoding::Utf8).unwrap(), "1 1");
    }
}
