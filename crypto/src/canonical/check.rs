//! The scanner: one pass over the bytes, no recursion, no heap.

use super::{CanonicalError, Fault, MAX_DEPTH, MAX_INTEGER};

/// Judges a whole document.
pub(super) fn document(bytes: &[u8]) -> Result<(), CanonicalError> {
    let mut scanner = Scanner { bytes, at: 0, open: [Container::Array; MAX_DEPTH], depth: 0 };
    scanner.document().map_err(|Found { at, fault }| CanonicalError::Malformed { at, fault })
}

/// A fault and its place.
struct Found {
    at: usize,
    fault: Fault,
}

/// An array or object whose end is still to come.
#[derive(Clone, Copy)]
enum Container<'a> {
    Array,
    /// With its latest key, which the next one must exceed.
    Object(&'a [u8]),
}

/// What scanning the start of a value led to.
enum Step {
    /// The value is over.
    Complete,
    /// It is a container, and its first element's value comes next.
    Entered,
}

struct Scanner<'a> {
    bytes: &'a [u8],
    at: usize,
    open: [Container<'a>; MAX_DEPTH],
    depth: usize,
}

impl<'a> Scanner<'a> {
    fn document(&mut self) -> Result<(), Found> {
        loop {
            if let Step::Entered = self.value()? {
                continue;
            }
            if self.after_value()?.is_none() {
                return match self.peek() {
                    None => Ok(()),
                    Some(_) => self.fail(Fault::TrailingBytes),
                };
            }
        }
    }

    /// Closes what ends here; `Some` if another value follows, `None` at the end of the document.
    fn after_value(&mut self) -> Result<Option<()>, Found> {
        while let Some(container) = self.depth.checked_sub(1).and_then(|top| self.open.get(top)) {
            match (*container, self.peek()) {
                (Container::Array, Some(b',')) => {
                    self.at += 1;
                    return Ok(Some(()));
                }
                (Container::Object(previous), Some(b',')) => {
                    self.at += 1;
                    self.key(Some(previous))?;
                    return Ok(Some(()));
                }
                (Container::Array, Some(b']')) | (Container::Object(_), Some(b'}')) => {
                    self.at += 1;
                    self.depth -= 1;
                }
                (_, other) => return self.unexpected(other),
            }
        }
        Ok(None)
    }

    fn value(&mut self) -> Result<Step, Found> {
        match self.peek() {
            Some(b'"') => self.string(),
            Some(b'{') => self.enter(Container::Object(&[]), b'}'),
            Some(b'[') => self.enter(Container::Array, b']'),
            Some(b't') => self.literal(b"true"),
            Some(b'f') => self.literal(b"false"),
            Some(b'n') => self.fail(Fault::Null),
            Some(b'-' | b'0'..=b'9') => self.integer(),
            other => self.unexpected(other),
        }
    }

    fn enter(&mut self, container: Container<'a>, end: u8) -> Result<Step, Found> {
        let Some(slot) = self.open.get_mut(self.depth) else {
            return self.fail(Fault::TooDeep);
        };
        *slot = container;
        self.at += 1;
        if self.peek() == Some(end) {
            self.at += 1;
            return Ok(Step::Complete);
        }
        self.depth += 1;
        if let Container::Object(_) = container {
            self.key(None)?;
        }
        Ok(Step::Entered)
    }

    /// A key and its colon. RFC 8785 §3.2.3: keys are sorted by UTF-16 code units, which for
    /// ASCII is the order of the bytes.
    fn key(&mut self, previous: Option<&[u8]>) -> Result<(), Found> {
        if self.peek() != Some(b'"') {
            return self.unexpected(self.peek());
        }
        let start = self.at + 1;
        let rest = self.bytes.get(start..).unwrap_or_default();
        let length = rest.iter().position(|byte| !is_key_byte(*byte)).unwrap_or(rest.len());
        let (key, _) = rest.split_at_checked(length).unwrap_or_default();
        match rest.get(length) {
            Some(b'"') => {}
            None => return Err(Found { at: start + length, fault: Fault::UnexpectedEnd }),
            Some(_) => return Err(Found { at: start + length, fault: Fault::Key }),
        }
        match previous.map(|previous| previous.cmp(key)) {
            None | Some(std::cmp::Ordering::Less) => {}
            Some(std::cmp::Ordering::Equal) => return self.fail(Fault::DuplicateKey),
            Some(std::cmp::Ordering::Greater) => return self.fail(Fault::KeyOrder),
        }
        if let Some(slot) = self.depth.checked_sub(1).and_then(|top| self.open.get_mut(top)) {
            *slot = Container::Object(key);
        }
        self.at = start + length + 1;
        match self.peek() {
            Some(b':') => {
                self.at += 1;
                Ok(())
            }
            other => self.unexpected(other),
        }
    }

    fn string(&mut self) -> Result<Step, Found> {
        self.at += 1;
        loop {
            let rest = self.bytes.get(self.at..).unwrap_or_default();
            self.at += rest.iter().position(|byte| !is_plain(*byte)).unwrap_or(rest.len());
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(Step::Complete);
                }
                Some(b'\\') => self.escape()?,
                Some(0..=0x1f) => return self.fail(Fault::ControlCharacter),
                Some(_) => self.multibyte()?,
                None => return self.fail(Fault::UnexpectedEnd),
            }
        }
    }

    /// RFC 8785 §3.2.2.2: two-character escapes where JSON has them, `\u00xx` in lowercase for
    /// the other control characters, and nothing else is escaped.
    fn escape(&mut self) -> Result<(), Found> {
        let rest = self.bytes.get(self.at + 1..).unwrap_or_default();
        let length = match rest {
            [b'"' | b'\\' | b'b' | b'f' | b'n' | b'r' | b't', ..] => 2,
            [b'u', b'0', b'0', b'0', b'0'..=b'7' | b'b' | b'e' | b'f', ..] => 6,
            [b'u', b'0', b'0', b'1', b'0'..=b'9' | b'a'..=b'f', ..] => 6,
            [] => return Err(Found { at: self.bytes.len(), fault: Fault::UnexpectedEnd }),
            [_, ..] => return self.fail(Fault::Escape),
        };
        self.at += length;
        Ok(())
    }

    /// One character of two to four bytes, well-formed by the table of RFC 3629 §4: no overlong
    /// form, no surrogate, nothing above U+10FFFF.
    fn multibyte(&mut self) -> Result<(), Found> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let length = match rest {
            [0xc2..=0xdf, 0x80..=0xbf, ..] => 2,
            [0xe0, 0xa0..=0xbf, 0x80..=0xbf, ..]
            | [0xe1..=0xec | 0xee..=0xef, 0x80..=0xbf, 0x80..=0xbf, ..]
            | [0xed, 0x80..=0x9f, 0x80..=0xbf, ..] => 3,
            [0xf0, 0x90..=0xbf, 0x80..=0xbf, 0x80..=0xbf, ..]
            | [0xf1..=0xf3, 0x80..=0xbf, 0x80..=0xbf, 0x80..=0xbf, ..]
            | [0xf4, 0x80..=0x8f, 0x80..=0xbf, 0x80..=0xbf, ..] => 4,
            _ => return self.fail(Fault::Utf8),
        };
        self.at += length;
        Ok(())
    }

    /// RFC 8785 §3.2.2.3 for integers: an optional minus and plain digits.
    fn integer(&mut self) -> Result<Step, Found> {
        let start = self.at;
        let negative = self.peek() == Some(b'-');
        let digits_start = if negative { start + 1 } else { start };
        let rest = self.bytes.get(digits_start..).unwrap_or_default();
        let length = rest.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(rest.len());
        let (digits, after) = rest.split_at_checked(length).unwrap_or_default();
        self.at = digits_start + length;
        let fault = match (digits, after) {
            ([], _) => return self.unexpected(self.peek()),
            (_, [b'.' | b'e' | b'E', ..]) => Fault::NotAnInteger,
            ([b'0'], _) if negative => Fault::NegativeZero,
            ([b'0', _, ..], _) => Fault::LeadingZero,
            (digits, _) if !is_safe(digits) => Fault::IntegerRange,
            _ => return Ok(Step::Complete),
        };
        Err(Found { at: start, fault })
    }

    fn literal(&mut self, word: &[u8]) -> Result<Step, Found> {
        for expected in word {
            match self.peek() {
                Some(byte) if byte == *expected => self.at += 1,
                other => return self.unexpected(other),
            }
        }
        Ok(Step::Complete)
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn unexpected<T>(&self, byte: Option<u8>) -> Result<T, Found> {
        self.fail(match byte {
            None => Fault::UnexpectedEnd,
            Some(b' ' | b'\t' | b'\r' | b'\n') => Fault::WhiteSpace,
            Some(byte) => Fault::UnexpectedByte(byte),
        })
    }

    fn fail<T>(&self, fault: Fault) -> Result<T, Found> {
        Err(Found { at: self.at, fault })
    }
}

/// A character that a string holds as it is and that is one byte long.
fn is_plain(byte: u8) -> bool {
    matches!(byte, 0x20..=0x7f) && byte != b'"' && byte != b'\\'
}

/// What keys are made of.
pub(super) fn is_key_byte(byte: u8) -> bool {
    is_plain(byte) && byte != 0x7f
}

fn is_safe(digits: &[u8]) -> bool {
    // Sixteen digits never overflow a u64, and 2^53 − 1 has sixteen.
    digits.len() <= 16
        && digits.iter().fold(0, |sum, digit| sum * 10 + u64::from(digit - b'0')) <= MAX_INTEGER
}
