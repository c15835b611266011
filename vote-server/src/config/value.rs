//! The types of setting values, and how each is read and shown.

use std::fmt;
use std::net::SocketAddr;
use std::num::{NonZeroU8, NonZeroU32, NonZeroUsize};
use std::path::{Path, PathBuf};
use std::time::Duration;

use zeroize::Zeroizing;

use super::Database;

/// Longest duration that a setting accepts, so that no sum of them overflows.
const MAX_SPAN: Duration = Duration::from_secs(24 * 60 * 60);
/// What stands where a secret would.
const REDACTED: &str = "(set, not shown)";

/// Why a text is no value of a setting.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("it has to be {0}")]
pub struct Failure(pub &'static str);

/// A type of value.
pub trait Setting: Sized {
    /// What a value looks like, to follow "it has to be".
    const EXPECTS: &'static str;
    /// Reads it.
    fn read(text: &str) -> Result<Self, Failure>;
    /// Shows it without betraying a secret.
    fn show(&self) -> String;
}

macro_rules! number {
    ($($ty:ty, $expects:literal);* $(;)?) => {$(
        impl Setting for $ty {
            const EXPECTS: &'static str = $expects;
            fn read(text: &str) -> Result<Self, Failure> {
                text.parse().map_err(|_| Failure(Self::EXPECTS))
            }
            fn show(&self) -> String {
                self.to_string()
            }
        }
    )*};
}

number! {
    u32, "a whole number, 0 or more";
    NonZeroU8, "a whole number from 1 to 255";
    NonZeroU32, "a whole number, 1 or more";
    NonZeroUsize, "a whole number, 1 or more";
    SocketAddr, "an address and a port, such as 127.0.0.1:8080 or [::1]:8080";
}

impl Setting for PathBuf {
    const EXPECTS: &'static str = "a path";
    fn read(text: &str) -> Result<Self, Failure> {
        if text.is_empty() { Err(Failure(Self::EXPECTS)) } else { Ok(PathBuf::from(text)) }
    }
    fn show(&self) -> String {
        self.display().to_string()
    }
}

/// A path that has a default elsewhere.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Place(Option<PathBuf>);

impl Place {
    /// The path, or the default.
    pub fn or(&self, default: &Path) -> PathBuf {
        self.0.as_deref().unwrap_or(default).to_owned()
    }
    /// The path, if one was given.
    pub fn path(&self) -> Option<&Path> {
        self.0.as_deref()
    }
}

impl Setting for Place {
    const EXPECTS: &'static str = "a path, or empty";
    fn read(text: &str) -> Result<Self, Failure> {
        Ok(Place((!text.is_empty()).then(|| PathBuf::from(text))))
    }
    fn show(&self) -> String {
        self.0.as_ref().map(|path| path.display().to_string()).unwrap_or_default()
    }
}

/// A duration with its unit.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Span(Duration);

impl Span {
    /// The duration.
    pub fn duration(self) -> Duration {
        self.0
    }
}

impl Setting for Span {
    const EXPECTS: &'static str =
        "a duration of at most 24h with its unit, such as 500ms, 30s, 5m or 1h, and more than 0";
    fn read(text: &str) -> Result<Self, Failure> {
        let failure = Failure(Self::EXPECTS);
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let (number, unit) = text.split_at_checked(digits).ok_or(failure.clone())?;
        let number: u64 = number.parse().map_err(|_| failure.clone())?;
        let millis: u64 = match unit {
            "ms" => 1,
            "s" => 1000,
            "m" => 60_000,
            "h" => 3_600_000,
            _ => return Err(failure),
        };
        let millis = number.checked_mul(millis).ok_or(failure.clone())?;
        let span = Duration::from_millis(millis);
        if span.is_zero() || span > MAX_SPAN { Err(failure) } else { Ok(Span(span)) }
    }
    fn show(&self) -> String {
        let millis = self.0.as_millis();
        if millis.is_multiple_of(1000) {
            format!("{}s", millis / 1000)
        } else {
            format!("{millis}ms")
        }
    }
}

/// A text that is never shown, and wiped when dropped.
#[derive(Clone)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// The secret, if there is one.
    pub fn reveal(&self) -> Option<&str> {
        (!self.0.is_empty()).then_some(self.0.as_str())
    }
}

impl From<Zeroizing<String>> for Secret {
    fn from(text: Zeroizing<String>) -> Self {
        Secret(text)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.show())
    }
}

impl Setting for Secret {
    const EXPECTS: &'static str = "a text";
    fn read(text: &str) -> Result<Self, Failure> {
        Ok(Secret(Zeroizing::new(text.to_owned())))
    }
    fn show(&self) -> String {
        if self.0.is_empty() { String::new() } else { REDACTED.to_owned() }
    }
}

/// Where the database is. Its password is not shown.
#[derive(Clone)]
pub struct DatabaseUrl(Option<Database>);

impl DatabaseUrl {
    /// The database, by default in the foundation's directory.
    pub fn in_dir(&self, dir: &Path) -> Database {
        self.0.clone().unwrap_or_else(|| Database::Sqlite(dir.join("bicameral.sqlite")))
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.show())
    }
}

impl Setting for DatabaseUrl {
    const EXPECTS: &'static str = "empty, sqlite:PATH, or postgres://USER:PASSWORD@HOST/NAME";
    fn read(text: &str) -> Result<Self, Failure> {
        if text.is_empty() {
            return Ok(DatabaseUrl(None));
        }
        if let Some(path) = text.strip_prefix("sqlite:") {
            let path = path.strip_prefix("//").unwrap_or(path);
            if !path.is_empty() && !path.starts_with(':') {
                return Ok(DatabaseUrl(Some(Database::Sqlite(PathBuf::from(path)))));
            }
        }
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return Ok(DatabaseUrl(Some(Database::Postgres(text.to_owned()))));
        }
        Err(Failure(Self::EXPECTS))
    }
    fn show(&self) -> String {
        match &self.0 {
            None => String::new(),
            Some(Database::Sqlite(path)) => format!("sqlite:{}", path.display()),
            Some(Database::Postgres(url)) => without_password(url),
        }
    }
}

/// A URL with stars for its password and without its query, which may hold one too.
fn without_password(url: &str) -> String {
    let url = url.split(['?', '#']).next().unwrap_or_default();
    let Some((scheme, rest)) = url.split_once("://") else { return REDACTED.to_owned() };
    match rest.rsplit_once('@') {
        None => format!("{scheme}://{rest}"),
        Some((login, host)) => {
            let user = login.split(':').next().unwrap_or_default();
            format!("{scheme}://{user}:***@{host}")
        }
    }
}

macro_rules! choice {
    ($(#[$doc:meta])* $name:ident, $expects:literal, $($(#[$vdoc:meta])* $variant:ident = $text:literal),*) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub enum $name { $($(#[$vdoc])* $variant),* }

        impl Setting for $name {
            const EXPECTS: &'static str = $expects;
            fn read(text: &str) -> Result<Self, Failure> {
                match text {
                    $($text => Ok($name::$variant),)*
                    _ => Err(Failure(Self::EXPECTS)),
                }
            }
            fn show(&self) -> String {
                match self { $($name::$variant => $text),* }.to_owned()
            }
        }
    };
}

choice!(
    /// Whose word the server takes for a client's address.
    ProxyHeader, "none or x-forwarded-for",
    /// Nobody's: the address is the connection's.
    None = "none",
    /// The `X-Forwarded-For` header that the operator's own proxy appends to.
    XForwardedFor = "x-forwarded-for"
);
choice!(
    /// How diagnostics are written.
    LogFormat, "human or json",
    /// For a terminal.
    Human = "human",
    /// One JSON object a line, for collectors.
    Json = "json"
);

/// A tracing filter that parses.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FilterText(String);

impl FilterText {
    /// The filter's text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Setting for FilterText {
    const EXPECTS: &'static str = "off, error, warn, info, debug or trace, or a tracing filter such as info,vote_server=debug";
    fn read(text: &str) -> Result<Self, Failure> {
        // The filter's parser takes any word for a target; a misspelt level must not be one.
        let known = |part: &str| {
            let level = part.rsplit_once('=').map_or(part, |(_, level)| level);
            !level.is_empty() && level.parse::<tracing_subscriber::filter::LevelFilter>().is_ok()
        };
        let parses = tracing_subscriber::EnvFilter::try_new(text).is_ok();
        if !text.is_empty() && parses && text.split(',').all(known) {
            Ok(FilterText(text.to_owned()))
        } else {
            Err(Failure(Self::EXPECTS))
        }
    }
    fn show(&self) -> String {
        self.0.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_needs_its_unit_and_a_limit() {
        let read = |text| Span::read(text).map(Span::duration);
        assert_eq!(read("30s"), Ok(Duration::from_secs(30)));
        assert_eq!(read("500ms"), Ok(Duration::from_millis(500)));
        assert_eq!(read("24h"), Ok(MAX_SPAN));
        for bad in ["", "30", "s", "0s", "-1s", "1.5s", "25h", "99999999999999999999s", "5 s"] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_database_password_is_not_shown() {
        let shown = |text| DatabaseUrl::read(text).expect("a database").show();
        assert_eq!(shown("postgres://vote:s3cret@db:5432/x"), "postgres://vote:***@db:5432/x");
        assert_eq!(shown("postgres://db/x?password=s3cret"), "postgres://db/x");
        assert_eq!(shown("postgres://vote:p@ss@db/x"), "postgres://vote:***@db/x");
        assert_eq!(shown("sqlite:///var/lib/x.sqlite"), "sqlite:/var/lib/x.sqlite");
        let debug = format!("{:?}", DatabaseUrl::read("postgres://vote:s3cret@db/x"));
        assert!(!debug.contains("s3cret"), "{debug}");
    }

    #[test]
    fn other_databases_are_refused() {
        for bad in ["mysql://db/x", "sqlite:", "sqlite::memory:", "/var/lib/x.sqlite"] {
            assert!(DatabaseUrl::read(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_secret_is_never_shown() {
        let secret = Secret::read("open sesame").expect("a text");
        assert_eq!(secret.reveal(), Some("open sesame"));
        assert!(!format!("{secret:?}{}", secret.show()).contains("sesame"));
    }

    #[test]
    fn a_misspelt_level_is_refused() {
        assert!(FilterText::read("info,vote_server=debug").is_ok());
        for bad in ["", "inof", "vote_server=loud", "info,"] {
            assert!(FilterText::read(bad).is_err(), "{bad}");
        }
    }
}
