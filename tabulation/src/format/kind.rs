//! Which format a file has.

use std::fmt;
use std::path::Path;
use std::str::FromStr;

/// How many bytes of a file [`Kind::detect`] looks at.
pub const DETECT_BYTES: usize = 64 << 10;

/// The formats of ballot files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Hill, Wichmann and Woodall's ballot files: [`super::blt`].
    Blt,
    /// Aggregated Ballot Information Format: [`super::abif`].
    Abif,
    /// PrefLib, strict orders complete: [`super::preflib`].
    Soc,
    /// PrefLib, strict orders incomplete.
    Soi,
    /// PrefLib, tied orders complete.
    Toc,
    /// PrefLib, tied orders incomplete.
    Toi,
    /// PrefLib, categories.
    Cat,
    /// A rank per candidate and ballot, as Elekto and CIVS publish: [`super::elekto`].
    ElektoCsv,
    /// A name per rank and ballot, as the Ranked Choice Voting Tabulator reads: [`super::rctab`].
    RctabCsv,
    /// NIST SP 1500-103 cast vote records in JSON: [`super::nist`].
    NistJson,
    /// NIST SP 1500-103 cast vote records in XML.
    NistXml,
    /// A tally sheet of the Debian project: [`super::debian`]. Read, not written.
    Debian,
    /// Selections as docs/counting.md §1 has them: [`super::json`].
    Json,
}

/// A word that names no format.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{found:?} is no format; there are {}", Kind::names())]
pub struct UnknownKind {
    /// The word.
    pub found: String,
}

impl Kind {
    /// Every format.
    pub const ALL: [Self; 13] = [
        Self::Blt,
        Self::Abif,
        Self::Soc,
        Self::Soi,
        Self::Toc,
        Self::Toi,
        Self::Cat,
        Self::ElektoCsv,
        Self::RctabCsv,
        Self::NistJson,
        Self::NistXml,
        Self::Debian,
        Self::Json,
    ];

    /// Its name on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Blt => "blt",
            Self::Abif => "abif",
            Self::Soc => "soc",
            Self::Soi => "soi",
            Self::Toc => "toc",
            Self::Toi => "toi",
            Self::Cat => "cat",
            Self::ElektoCsv => "elekto-csv",
            Self::RctabCsv => "rctab-csv",
            Self::NistJson => "nist-cvr-json",
            Self::NistXml => "nist-cvr-xml",
            Self::Debian => "debian",
            Self::Json => "json",
        }
    }

    /// All names, for messages.
    #[must_use]
    pub fn names() -> String {
        Self::ALL.map(Self::name).join(", ")
    }

    /// What a file's name says, where its end belongs to one format alone.
    #[must_use]
    pub fn of_name(path: &Path) -> Option<Self> {
        let extension = path.extension()?.to_str()?.to_ascii_lowercase();
        match extension.as_str() {
            "blt" => Some(Self::Blt),
            "abif" => Some(Self::Abif),
            "soc" => Some(Self::Soc),
            "soi" => Some(Self::Soi),
            "toc" => Some(Self::Toc),
            "toi" => Some(Self::Toi),
            "cat" => Some(Self::Cat),
            "xml" => Some(Self::NistXml),
            _ => None,
        }
    }

    /// What a file's name says or else its first [`DETECT_BYTES`] bytes; nothing where neither
    /// says it.
    #[must_use]
    pub fn detect(path: &Path, head: &[u8]) -> Option<Self> {
        Self::of_name(path).or_else(|| Self::of_content(&String::from_utf8_lossy(head)))
    }

    fn of_content(head: &str) -> Option<Self> {
        let head = head.trim_start_matches('\u{feff}').trim_start();
        if head.starts_with('<') {
            return head.contains("CastVoteRecordReport").then_some(Self::NistXml);
        }
        if head.starts_with('{') {
            return Self::of_braces(head);
        }
        if head.contains("# NUMBER ALTERNATIVES:") {
            let kind = head.lines().find_map(|line| line.strip_prefix("# DATA TYPE:"))?;
            return kind.trim().parse().ok().filter(|kind| Self::is_preflib(*kind));
        }
        let lines = || head.lines().map(str::trim).filter(|line| !line.is_empty());
        let plain = || lines().filter(|line| !line.starts_with('#'));
        if plain().any(|line| line.contains("Option 1-") && line.contains(">:")) {
            return Some(Self::Debian);
        }
        let first = plain().next()?;
        let mut words = first.split('#').next().unwrap_or(first).split_whitespace();
        let numbers = words.by_ref().take(2).filter(|word| digits(word)).count();
        if numbers == 2 && words.next().is_none() {
            return Some(Self::Blt);
        }
        let ballot = first.split([':', '*']).next().is_some_and(|count| digits(count.trim()));
        if first.starts_with('=') || (ballot && first.contains([':', '*'])) {
            return Some(Self::Abif);
        }
        let mut lines = lines();
        let columns = super::csv::cells(lines.next()?)?.len();
        let cells = super::csv::cells(lines.next()?)?;
        let ranks = cells
            .iter()
            .all(|cell| digits(cell) || cell.eq_ignore_ascii_case(super::elekto::NO_OPINION));
        if cells.len() == columns && ranks {
            return Some(Self::ElektoCsv);
        }
        (columns > 1 && cells.len() <= columns).then_some(Self::RctabCsv)
    }

    /// JSON of one kind or another, or a line of metadata of ABIF.
    fn of_braces(head: &str) -> Option<Self> {
        if head.contains("\"CVR.") || head.contains("\"CVR\"") {
            return Some(Self::NistJson);
        }
        let first = head.lines().next().unwrap_or(head).trim();
        if first.ends_with('}') && !first.contains("\"ballots\"") && head.lines().nth(1).is_some() {
            return Some(Self::Abif);
        }
        (head.contains("\"options\"") || head.contains("\"ballots\"")).then_some(Self::Json)
    }

    /// Whether it is one of PrefLib's.
    #[must_use]
    pub fn is_preflib(self) -> bool {
        matches!(self, Self::Soc | Self::Soi | Self::Toc | Self::Toi | Self::Cat)
    }
}

fn digits(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit())
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Kind {
    type Err = UnknownKind;

    fn from_str(word: &str) -> Result<Self, UnknownKind> {
        let kind = Self::ALL.into_iter().find(|kind| kind.name() == word);
        kind.ok_or_else(|| UnknownKind { found: word.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_back() {
        for kind in Kind::ALL {
            assert_eq!(kind.name().parse(), Ok(kind));
        }
        let error = "xls".parse::<Kind>().unwrap_err();
        assert!(error.to_string().contains("blt, abif"));
    }

    #[test]
    fn a_name_says_it_or_else_the_content() {
        let cases = [
            ("a.blt", "", Some(Kind::Blt)),
            ("a.TOI", "", Some(Kind::Toi)),
            ("a.txt", "# c\n3 1 # three\n", Some(Kind::Blt)),
            ("a.txt", "# c\n3:A>B\n", Some(Kind::Abif)),
            ("a", "{\"title\": \"x\"}\n3:A>B\n", Some(Kind::Abif)),
            ("a", "=A:[Ann]\n", Some(Kind::Abif)),
            ("a", "# DATA TYPE: toc\n# NUMBER ALTERNATIVES: 2\n", Some(Kind::Toc)),
            ("a", "# DATA TYPE: wmd\n# NUMBER ALTERNATIVES: 2\n", None),
            ("a.csv", "a,b\n1,No opinion\n", Some(Kind::ElektoCsv)),
            ("a.csv", "r1,r2\nAnn,\n", Some(Kind::RctabCsv)),
            ("a.json", "{\"title\":\"\",\"options\":[]}", Some(Kind::Json)),
            ("a.json", "{\"@type\": \"CVR.CastVoteRecordReport\"}", Some(Kind::NistJson)),
            ("a", "<?xml?><CastVoteRecordReport>", Some(Kind::NistXml)),
            ("a", "<html>", None),
            ("a", "hello\n/ Option 1---->: Ann\n", Some(Kind::Debian)),
            ("a", "", None),
            ("a", "one line", None),
        ];
        for (name, head, kind) in cases {
            assert_eq!(Kind::detect(Path::new(name), head.as_bytes()), kind, "{name} {head:?}");
        }
    }
}
