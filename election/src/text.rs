//! Short human text inside signed payloads: bounded, and free of characters that hide things.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Longest [`Line`] in characters.
pub const MAX_LINE_CHARS: usize = 200;
/// Longest [`Paragraph`] in characters.
pub const MAX_PARAGRAPH_CHARS: usize = 4_000;

/// Why a text was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// Nothing but white space.
    #[error("the text is empty")]
    Empty,
    /// Over its limit.
    #[error("the text has {chars} characters; at most {limit} are allowed")]
    TooLong {
        /// How many it has.
        chars: usize,
        /// How many it may have.
        limit: usize,
    },
    /// A control, or a character that reorders or hides what surrounds it.
    #[error("the text has the character U+{0:04X}, which can hide or reorder what is shown")]
    Hidden(u32),
}

/// Whether a character may make a reader see something else than what was signed
/// (Unicode TR 36 §2: controls, bidirectional overrides, zero-width, line separators).
fn hides(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}')
}

fn check(text: &str, limit: usize, newlines: bool) -> Result<(), TextError> {
    let chars = text.chars().count();
    if chars > limit {
        return Err(TextError::TooLong { chars, limit });
    }
    match text.chars().find(|&c| hides(c) && !(newlines && c == '\n')) {
        Some(c) => Err(TextError::Hidden(u32::from(c))),
        None => Ok(()),
    }
}

macro_rules! text_type {
    ($(#[$doc:meta])* $name:ident, $limit:expr, $newlines:expr, $may_be_empty:expr) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Checks length and characters.
            pub fn new(text: impl Into<String>) -> Result<Self, TextError> {
                let text = text.into();
                if text.trim().is_empty() && !$may_be_empty {
                    return Err(TextError::Empty);
                }
                check(&text, $limit, $newlines)?;
                Ok($name(text))
            }
            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }
        impl TryFrom<String> for $name {
            type Error = TextError;
            fn try_from(text: String) -> Result<Self, TextError> {
                $name::new(text)
            }
        }
        impl std::str::FromStr for $name {
            type Err = TextError;
            fn from_str(text: &str) -> Result<Self, TextError> {
                $name::new(text)
            }
        }
        impl From<$name> for String {
            fn from(text: $name) -> String {
                text.0
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

text_type!(
    /// One line of text: a title or a name.
    Line, MAX_LINE_CHARS, false, false
);
text_type!(
    /// Some lines of text: a description. May be empty.
    Paragraph, MAX_PARAGRAPH_CHARS, true, true
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_that_reorders_itself_is_refused() {
        assert_eq!(Line::new("pay \u{202E}ton od"), Err(TextError::Hidden(0x202E)));
        assert_eq!(Line::new("two\nlines"), Err(TextError::Hidden(0x0A)));
        assert!(Paragraph::new("two\nlines").is_ok());
    }

    #[test]
    fn empty_and_endless_titles_are_refused() {
        assert_eq!(Line::new("  "), Err(TextError::Empty));
        let long = "x".repeat(MAX_LINE_CHARS + 1);
        assert_eq!(
            Line::new(long),
            Err(TextError::TooLong { chars: MAX_LINE_CHARS + 1, limit: MAX_LINE_CHARS })
        );
    }
}
