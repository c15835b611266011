//! What the demo tells: short, in order, with figures; or nothing but JSON at the end.

use std::io::{IsTerminal as _, Write as _};
use std::time::{Duration, Instant};

use serde_json::{Map, Value};

/// Where the story goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Voice {
    /// Text for people on standard output.
    Text,
    /// One JSON object on standard output, at the end.
    Json,
}

/// The teller.
#[derive(Debug)]
pub(super) struct Story {
    voice: Voice,
    live: bool,
    figures: Map<String, Value>,
}

/// Widest line of text.
const WIDTH: usize = 96;

impl Story {
    /// A story told in this voice.
    pub(super) fn new(voice: Voice) -> Self {
        Story { voice, live: std::io::stderr().is_terminal(), figures: Map::new() }
    }

    fn write(&self, line: &str) {
        if self.voice == Voice::Text {
            self.clear();
            // A reader that went away is no reason to fail: the exit code still tells.
            let _ = writeln!(std::io::stdout().lock(), "{line}");
        }
    }

    /// Starts a chapter.
    pub(super) fn chapter(&self, title: &str) {
        self.write("");
        self.write(title);
        self.write(&"─".repeat(title.chars().count()));
    }

    /// A paragraph, wrapped.
    pub(super) fn say(&self, text: &str) {
        for line in wrapped(text, WIDTH) {
            self.write(&line);
        }
    }

    /// An item of a list, wrapped and indented.
    pub(super) fn item(&self, text: &str) {
        let mut mark = "  • ";
        for line in wrapped(text, WIDTH - 4) {
            self.write(&format!("{mark}{line}"));
            mark = "    ";
        }
    }

    /// A line exactly as it is.
    pub(super) fn line(&self, text: &str) {
        self.write(text);
    }

    /// A figure for programs.
    pub(super) fn figure(&mut self, name: &str, value: impl Into<Value>) {
        self.figures.insert(name.to_owned(), value.into());
    }

    /// How far long work is: on standard error, and only where somebody watches.
    pub(super) fn progress(&self, what: &str, done: usize, all: usize) {
        if self.live {
            let _ = write!(std::io::stderr().lock(), "\r\x1b[K{what}: {done} of {all}");
        }
    }

    /// Ends the line of progress.
    fn clear(&self) {
        if self.live {
            let _ = write!(std::io::stderr().lock(), "\r\x1b[K");
        }
    }

    /// Ends the story: in the JSON voice, with everything told as figures.
    pub(super) fn end(&self) -> anyhow::Result<()> {
        self.clear();
        if self.voice == Voice::Json {
            let text = serde_json::to_string_pretty(&Value::Object(self.figures.clone()))?;
            writeln!(std::io::stdout().lock(), "{text}")?;
        }
        // Whoever read the story may have gone; the exit code still tells.
        let _ = std::io::stdout().flush();
        Ok(())
    }
}

/// Text in lines of at most so many characters.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let Some(line) = lines.last_mut() else { break };
        if line.is_empty() {
            line.push_str(word);
        } else if line.chars().count() + 1 + word.chars().count() <= width {
            line.push(' ');
            line.push_str(word);
        } else {
            lines.push(word.to_owned());
        }
    }
    lines
}

/// A stopwatch, for durations that are shown and for nothing else.
#[derive(Clone, Copy, Debug)]
pub(super) struct Watch(Instant);

impl Watch {
    /// Starts.
    #[expect(clippy::disallowed_methods, reason = "a duration that is shown")]
    pub(super) fn start() -> Self {
        Watch(Instant::now())
    }
    /// How long it has run.
    pub(super) fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }
}

/// A duration in words: `1.4 s`, `320 ms`.
pub(super) fn spent(duration: Duration) -> String {
    let millis = duration.as_millis();
    if millis < 1000 {
        format!("{millis} ms")
    } else {
        format!("{}.{} s", millis / 1000, millis % 1000 / 100)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_between_words_and_lose_none() {
        let text = "one two three four five six seven";
        let lines = wrapped(text, 10);
        assert!(lines.iter().all(|line| line.chars().count() <= 10));
        assert_eq!(lines.join(" "), text);
    }

    #[test]
    fn durations_read_as_people_say_them() {
        assert_eq!(spent(Duration::from_millis(999)), "999 ms");
        assert_eq!(spent(Duration::from_millis(1449)), "1.4 s");
    }
}
