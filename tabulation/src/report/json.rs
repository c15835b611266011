//! JSON with exact decimals: a figure becomes the number that it is, digit for digit.

use std::fmt;

use crate::transcript::Figure;

/// A JSON value (RFC 8259).
pub(super) enum Json {
    Text(String),
    Figure(Figure),
    List(Vec<Json>),
    Object(Vec<(&'static str, Json)>),
}

impl Json {
    pub(super) fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    pub(super) fn number(number: u64) -> Self {
        Self::Figure(Figure::from(number))
    }
}

impl fmt::Display for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => string(f, text),
            Self::Figure(figure) => f.write_str(without_leading_zeros(figure.as_str())),
            Self::List(items) => {
                f.write_str("[")?;
                for (place, item) in items.iter().enumerate() {
                    let comma = if place > 0 { "," } else { "" };
                    write!(f, "{comma}{item}")?;
                }
                f.write_str("]")
            }
            Self::Object(members) => {
                f.write_str("{")?;
                for (place, (key, value)) in members.iter().enumerate() {
                    f.write_str(if place > 0 { "," } else { "" })?;
                    string(f, key)?;
                    write!(f, ":{value}")?;
                }
                f.write_str("}")
            }
        }
    }
}

/// RFC 8259 §6 has no leading zeros; a figure may.
fn without_leading_zeros(digits: &str) -> &str {
    let whole = digits.find('.').unwrap_or(digits.len());
    let zeros = digits.bytes().take_while(|&b| b == b'0').count();
    digits.get(zeros.min(whole.saturating_sub(1))..).unwrap_or(digits)
}

/// RFC 8259 §7. A page may hold it in a script element, so `<` is escaped too.
fn string(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    use fmt::Write;
    f.write_char('"')?;
    for c in text.chars() {
        match c {
            '"' | '\\' => write!(f, "\\{c}")?,
            '<' | '\u{2028}' | '\u{2029}' | '\u{7f}' => write!(f, "\\u{:04x}", u32::from(c))?,
            c if c < ' ' => write!(f, "\\u{:04x}", u32::from(c))?,
            c => f.write_char(c)?,
        }
    }
    f.write_char('"')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_figures_survive_every_reader() {
        let text = "a\"b\\c\nd</script>\u{2028}名🗳";
        let figure = Figure::try_from("12.50000".to_owned()).unwrap();
        let json = Json::Object(vec![
            ("text", Json::text(text)),
            ("list", Json::List(vec![Json::Figure(figure), Json::number(7)])),
        ])
        .to_string();
        assert!(json.contains("[12.50000,7]"), "{json}");
        let read: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert_eq!(read["text"], text);
        assert_eq!(without_leading_zeros("00.5"), "0.5");
        assert_eq!(without_leading_zeros("007"), "7");
        assert_eq!(without_leading_zeros("0"), "0");
    }
}
