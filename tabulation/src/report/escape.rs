//! Names are written by strangers: what of them may reach a page, a terminal or a spreadsheet.

use std::fmt;

/// Characters that reorder the text around them (Unicode Standard Annex #9 §2: embeddings,
/// overrides and isolates) or end a line. Names in right-to-left scripts need none of them.
fn reorders(c: char) -> bool {
    matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Text on a terminal or a page: characters that reorder or control are shown by number.
pub(super) fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if reorders(c) || c.is_control() {
            shown.push_str(&format!("⟨U+{:04X}⟩", u32::from(c)));
        } else {
            shown.push(c);
        }
    }
    shown
}

/// Text that cannot become markup, in content and in quoted attributes.
pub(super) struct Escaped<T>(pub(super) T);

impl<T: AsRef<str>> fmt::Display for Escaped<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use fmt::Write;
        for c in self.0.as_ref().chars() {
            match c {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                '\'' => f.write_str("&#39;")?,
                c if reorders(c) || c.is_control() => write!(f, "⟨U+{:04X}⟩", u32::from(c))?,
                c => f.write_char(c)?,
            }
        }
        Ok(())
    }
}

/// Text in a spreadsheet: what a spreadsheet could take for a formula begins with an apostrophe
/// (OWASP, "CSV Injection"). Full-width signs are taken for formulas in some locales.
pub(super) fn harmless_cell(text: &str) -> String {
    const STARTS: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];
    if text.trim_start().starts_with(STARTS) || text.starts_with(['\t', '\r', '\n']) {
        return format!("'{text}");
    }
    text.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_becomes_text() {
        let attack = "</td><script>alert('x')</script>&\"";
        assert_eq!(
            Escaped(attack).to_string(),
            "&lt;/td&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;&quot;"
        );
    }

    #[test]
    fn characters_that_reorder_are_shown_and_scripts_are_left_alone() {
        assert_eq!(visible("a\u{202e}b"), "a⟨U+202E⟩b");
        assert_eq!(Escaped("a\u{2067}b").to_string(), "a⟨U+2067⟩b");
        for name in ["שרה", "محمد", "名前", "Ünï 🗳", "na\u{308}ive"] {
            assert_eq!(visible(name), name);
            assert_eq!(Escaped(name).to_string(), name);
        }
    }

    #[test]
    fn formulas_become_text() {
        for attack in ["=1+1", "+1", "-1", "@SUM(A1)", " =1", "＝1", "\t=1"] {
            assert!(harmless_cell(attack).starts_with('\''), "{attack:?}");
        }
        assert_eq!(harmless_cell("a=b"), "a=b");
    }
}
