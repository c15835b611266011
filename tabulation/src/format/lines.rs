//! A file line by line, never as a whole.

use std::io::BufRead;

use super::text::{Encoding, TextError};

/// The longest line read, in bytes.
pub const MAX_LINE_BYTES: usize = 1 << 20;

/// Why the next line of a file cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LineError {
    /// A line longer than any ballot needs.
    #[error("line {line}: the line has more than {MAX_LINE_BYTES} bytes")]
    TooLong {
        /// The line.
        line: usize,
    },
    /// The file is not text.
    #[error(transparent)]
    Text(#[from] TextError),
    /// The file could not be read further.
    #[error("line {line}: the file cannot be read: {message}")]
    Io {
        /// The line.
        line: usize,
        /// What the system says.
        message: String,
    },
}

/// The lines of a file with their numbers, without line breaks and without a byte order mark.
pub(crate) struct Lines<R> {
    reader: R,
    encoding: Encoding,
    /// Whether a line before this one is UTF-8 and not ASCII.
    utf8: bool,
    number: usize,
    bytes: Vec<u8>,
    text: String,
}

impl<R: BufRead> Lines<R> {
    pub(crate) fn new(reader: R, encoding: Encoding) -> Self {
        Self { reader, encoding, utf8: false, number: 0, bytes: Vec::new(), text: String::new() }
    }

    /// The next line and its number, counted from one; nothing at the end.
    pub(crate) fn next(&mut self) -> Result<Option<(usize, &str)>, LineError> {
        self.number += 1;
        self.bytes.clear();
        if !self.fill()? {
            return Ok(None);
        }
        if self.bytes.last() == Some(&b'\r') {
            self.bytes.pop();
        }
        self.decode()?;
        let text = self.text.as_str();
        let first = self.number == 1;
        Ok(Some((
            self.number,
            if first { text.strip_prefix('\u{feff}').unwrap_or(text) } else { text },
        )))
    }

    /// Takes bytes up to the next line break; `false` where the file has ended.
    fn fill(&mut self) -> Result<bool, LineError> {
        let line = self.number;
        let mut any = false;
        loop {
            let chunk = match self.reader.fill_buf() {
                Ok(chunk) => chunk,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(LineError::Io { line, message: error.to_string() }),
            };
            if chunk.is_empty() {
                return Ok(any);
            }
            any = true;
            let end = chunk.iter().position(|&byte| byte == b'\n');
            let part = end.and_then(|end| chunk.get(..end)).unwrap_or(chunk);
            if self.bytes.len() + part.len() > MAX_LINE_BYTES {
                return Err(LineError::TooLong { line });
            }
            self.bytes.extend_from_slice(part);
            let used = part.len() + usize::from(end.is_some());
            self.reader.consume(used);
            if end.is_some() {
                return Ok(true);
            }
        }
    }

    /// A file is UTF-8 or not as a whole: the first line that is not settles it, and none that
    /// says otherwise may stand before it.
    fn decode(&mut self) -> Result<(), LineError> {
        self.text.clear();
        let latin1 = match (self.encoding, std::str::from_utf8(&self.bytes)) {
            (Encoding::Latin1, _) => true,
            (Encoding::Utf8OrLatin1, Err(_)) if !self.utf8 => {
                self.encoding = Encoding::Latin1;
                true
            }
            (Encoding::Utf8 | Encoding::Utf8OrLatin1, Ok(text)) => {
                self.utf8 |= !text.is_ascii();
                self.text.push_str(text);
                false
            }
            (Encoding::Utf8 | Encoding::Utf8OrLatin1, Err(_)) => {
                return Err(TextError { line: self.number }.into());
            }
        };
        if latin1 {
            self.text.extend(self.bytes.iter().map(|&byte| char::from(byte)));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(bytes: &[u8], encoding: Encoding) -> Result<Vec<String>, LineError> {
        let mut lines = Lines::new(std::io::BufReader::with_capacity(3, bytes), encoding);
        let mut found = Vec::new();
        while let Some((_, line)) = lines.next()? {
            found.push(line.to_owned());
        }
        Ok(found)
    }

    #[test]
    fn lines_end_as_anywhere_and_a_byte_order_mark_is_dropped() {
        let lines = all("\u{feff}a\r\n\nlast".as_bytes(), Encoding::Utf8).unwrap();
        assert_eq!(lines, ["a", "", "last"]);
        assert_eq!(all(b"", Encoding::Utf8), Ok(Vec::new()));
    }

    #[test]
    fn the_first_line_that_is_not_utf_8_settles_the_encoding() {
        assert_eq!(all(b"a\nM\xfc\n\xc3\xbc", Encoding::Utf8OrLatin1).unwrap(), ["a", "Mü", "Ã¼"]);
        let error = LineError::Text(TextError { line: 2 });
        assert_eq!(all(b"\xc3\xbc\nM\xfc\n", Encoding::Utf8OrLatin1), Err(error.clone()));
        assert_eq!(all(b"a\nM\xfc\n", Encoding::Utf8), Err(error));
    }

    #[test]
    fn a_line_has_a_limit() {
        let long = [vec![b'a'; MAX_LINE_BYTES], b"\nb".to_vec()].concat();
        assert_eq!(all(&long, Encoding::Utf8).unwrap().len(), 2);
        let error = LineError::TooLong { line: 2 };
        assert_eq!(
            all(&[b"\n".to_vec(), b"a".to_vec(), long].concat(), Encoding::Utf8),
            Err(error)
        );
    }

    #[test]
    fn a_fault_of_the_medium_names_the_line() {
        struct Broken;
        impl std::io::Read for Broken {
            fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
                Err(std::io::Error::other("torn"))
            }
        }
        let mut lines = Lines::new(std::io::BufReader::new(Broken), Encoding::Utf8);
        let message = "torn".to_owned();
        assert_eq!(lines.next(), Err(LineError::Io { line: 1, message }));
    }
}
