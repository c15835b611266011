//! The conversation with a person: lines out, lines in.

use std::collections::VecDeque;
use std::io::{self, BufRead, Read, Write};

/// Longest line that a person may type, in bytes.
pub const MAX_ANSWER_BYTES: u64 = 10_000;

/// Somebody who can be shown lines and asked for one.
pub trait Terminal {
    /// Shows text.
    fn say(&mut self, text: &str) -> io::Result<()>;
    /// Shows a prompt and reads a line; `None` when there is nothing more to read.
    fn ask(&mut self, prompt: &str) -> io::Result<Option<String>>;
}

/// Standard input, and standard error so that standard output stays for results.
#[derive(Debug, Default)]
pub struct StdTerminal;

impl Terminal for StdTerminal {
    fn say(&mut self, text: &str) -> io::Result<()> {
        writeln!(io::stderr().lock(), "{text}")
    }
    fn ask(&mut self, prompt: &str) -> io::Result<Option<String>> {
        let mut err = io::stderr().lock();
        write!(err, "{prompt}")?;
        err.flush()?;
        let mut line = String::new();
        let read = io::stdin().lock().take(MAX_ANSWER_BYTES).read_line(&mut line)?;
        Ok((read > 0).then_some(line))
    }
}

/// A conversation with a fixed part on one side: for tests.
#[derive(Debug, Default)]
pub struct Script {
    answers: VecDeque<String>,
    shown: String,
}

impl Script {
    /// Will answer with these lines, one after the other.
    pub fn new<'a>(answers: impl IntoIterator<Item = &'a str>) -> Self {
        let answers = answers.into_iter().map(str::to_owned).collect();
        Script { answers, shown: String::new() }
    }
    /// All that was shown, answers included.
    pub fn shown(&self) -> &str {
        &self.shown
    }
    /// Answers nobody has asked for yet.
    pub fn left(&self) -> usize {
        self.answers.len()
    }
}

impl Terminal for Script {
    fn say(&mut self, text: &str) -> io::Result<()> {
        self.shown.push_str(text);
        self.shown.push('\n');
        Ok(())
    }
    fn ask(&mut self, prompt: &str) -> io::Result<Option<String>> {
        let answer = self.answers.pop_front();
        self.shown.push_str(prompt);
        self.shown.push_str(answer.as_deref().unwrap_or("<end>"));
        self.shown.push('\n');
        Ok(answer)
    }
}
