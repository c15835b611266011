//! A reader that counts lines and refuses to read on where a part of a file is too large: for
//! parsers that would otherwise buffer as much as somebody else pleases.

use std::cell::Cell;
use std::io::{BufRead, Error, Read, Result};
use std::rc::Rc;

/// What a [`Metered`] has read; shared with whoever drives the parser.
pub(crate) struct Meter {
    line: Cell<usize>,
    used: Cell<usize>,
    limit: usize,
}

impl Meter {
    /// A meter for parts of at most so many bytes.
    pub(crate) fn new(limit: usize) -> Self {
        Self { line: Cell::new(1), used: Cell::new(0), limit }
    }

    /// A new part begins.
    pub(crate) fn reset(&self) {
        self.used.set(0);
    }

    /// The line that is being read, from one.
    pub(crate) fn line(&self) -> usize {
        self.line.get()
    }
}

/// A reader under a [`Meter`].
pub(crate) struct Metered<R> {
    reader: R,
    meter: Rc<Meter>,
}

impl<R> Metered<R> {
    pub(crate) fn new(reader: R, meter: Rc<Meter>) -> Self {
        Self { reader, meter }
    }
}

impl<R: BufRead> BufRead for Metered<R> {
    fn fill_buf(&mut self) -> Result<&[u8]> {
        let left = self.meter.limit.saturating_sub(self.meter.used.get());
        let chunk = self.reader.fill_buf()?;
        if left == 0 && !chunk.is_empty() {
            let limit = self.meter.limit;
            return Err(Error::other(format!("one part of the file has more than {limit} bytes")));
        }
        Ok(chunk.get(..left).unwrap_or(chunk))
    }

    fn consume(&mut self, amount: usize) {
        // The bytes consumed are those seen last; they are still there.
        if let Ok(chunk) = self.reader.fill_buf() {
            let used = chunk.get(..amount).unwrap_or(chunk);
            let lines = used.iter().filter(|&&byte| byte == b'\n').count();
            self.meter.line.set(self.meter.line.get() + lines);
        }
        self.meter.used.set(self.meter.used.get().saturating_add(amount));
        self.reader.consume(amount);
    }
}

impl<R: BufRead> Read for Metered<R> {
    fn read(&mut self, out: &mut [u8]) -> Result<usize> {
        let read = self.fill_buf()?.read(out)?;
        self.consume(read);
        Ok(read)
    }
}
