//! Reading settings from where they stand, later sources over earlier ones.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::{Config, ENV_FILE, ENV_PREFIX, Exposure, Failure, Key, Setting};

/// Largest configuration file in bytes.
const MAX_FILE_BYTES: u64 = 256 * 1024;

/// Where a value came from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Source {
    /// Nobody set it.
    Default,
    /// The configuration file.
    File(PathBuf),
    /// An environment variable.
    Env(String),
    /// A flag.
    Flag(String),
    /// The program that embeds the server.
    Program,
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Source::Default => f.write_str("default"),
            Source::File(path) => write!(f, "file {}", path.display()),
            Source::Env(name) => write!(f, "environment {name}"),
            Source::Flag(name) => write!(f, "flag --{name}"),
            Source::Program => f.write_str("program"),
        }
    }
}

/// Why the server does not start with this configuration.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// A file that cannot be read.
    #[error(
        "cannot read the configuration file {path}: {source}. Name another one with --config, or leave the flag out to use defaults."
    )]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Over `MAX_FILE_BYTES`.
    #[error(
        "the configuration file {0} has more than {MAX_FILE_BYTES} bytes: is it the right file?"
    )]
    TooLong(PathBuf),
    /// A file that is not TOML. The line is named and not repeated: it may hold a secret.
    #[error("the configuration file {path} is not TOML: line {line}: {message}")]
    Toml {
        /// The file.
        path: PathBuf,
        /// Where.
        line: usize,
        /// Why.
        message: String,
    },
    /// A setting that does not exist.
    #[error(
        "there is no setting `{key}` ({at}){}. `vote-server config --show` lists all.",
        suggest(key)
    )]
    Unknown {
        /// Its name.
        key: String,
        /// Where it stands.
        at: Source,
    },
    /// A value that its setting does not take. The value is not repeated: it may be a secret that
    /// slipped into the wrong place.
    #[error("the setting `{key}` ({at}) has a value it cannot have: {failure}.")]
    Value {
        /// Which setting.
        key: &'static str,
        /// Where its value came from.
        at: Source,
        /// What a value has to be.
        failure: Failure,
    },
    /// A secret on the command line.
    #[error(
        "the setting `{0}` may hold a secret and is not taken from the command line, which every user of this machine can read. Set it in the file or in the environment."
    )]
    Exposed(&'static str),
}

/// The setting nearest to a misspelt name, as a hint.
fn suggest(found: &str) -> String {
    let last = |name: &str| name.rsplit('.').next().unwrap_or_default().replace('_', "");
    let near = Config::KEYS.iter().find(|key| last(key.name) == last(found));
    near.map(|key| format!("; did you mean `{}`?", key.name)).unwrap_or_default()
}

/// Settings being collected. Later values replace earlier ones; each is checked when it is set.
#[derive(Debug)]
pub struct Settings {
    values: BTreeMap<&'static str, (Zeroizing<String>, Source)>,
}

impl Default for Settings {
    fn default() -> Self {
        Settings::new()
    }
}

impl Settings {
    /// The defaults.
    pub fn new() -> Self {
        let default = |key: &Key| (Zeroizing::new(key.default.to_owned()), Source::Default);
        Settings { values: Config::KEYS.iter().map(|key| (key.name, default(key))).collect() }
    }

    /// File, environment and flags, in that rising order. The file is `file`, or what the
    /// environment variable [`ENV_FILE`] names, or none.
    pub fn load(
        file: Option<&Path>,
        env: impl Iterator<Item = (String, String)>,
        flags: impl Iterator<Item = (String, String)>,
    ) -> Result<Self, ConfigError> {
        let env: BTreeMap<String, String> =
            env.filter(|(name, _)| name.starts_with(ENV_PREFIX)).collect();
        let file = file.map(Path::to_owned).or_else(|| env.get(ENV_FILE).map(PathBuf::from));
        let mut settings = Settings::new();
        if let Some(path) = file {
            settings = settings.file(&path)?;
        }
        for (name, value) in &env {
            settings = settings.env(name, value)?;
        }
        for (key, value) in flags {
            let source = Source::Flag(key.replace(['.', '_'], "-"));
            settings = settings.set(&key, &value, source)?;
        }
        Ok(settings)
    }

    /// Sets one value.
    pub fn set(mut self, key: &str, value: &str, at: Source) -> Result<Self, ConfigError> {
        let known = Config::KEYS.iter().find(|known| known.name == key);
        let known = known.ok_or(ConfigError::Unknown { key: key.to_owned(), at: at.clone() })?;
        if matches!(at, Source::Flag(_)) && known.exposure == Exposure::NeverOnTheCommandLine {
            return Err(ConfigError::Exposed(known.name));
        }
        self.values.insert(known.name, (Zeroizing::new(value.to_owned()), at));
        Ok(self)
    }

    /// Takes an environment variable. One that starts with the name of one of our tables and means
    /// nothing is refused; the client and the tests have variables with the same prefix.
    fn env(self, name: &str, value: &str) -> Result<Self, ConfigError> {
        let at = Source::Env(name.to_owned());
        if let Some(key) = Config::KEYS.iter().find(|key| key.env() == name) {
            return self.set(key.name, value, at);
        }
        let tables = Config::KEYS.iter().filter_map(|key| key.name.split_once('.'));
        let ours = |(table, _): (&str, &str)| {
            name.starts_with(&format!("{ENV_PREFIX}{}_", table.to_ascii_uppercase()))
        };
        if tables.clone().any(ours) {
            return Err(ConfigError::Unknown { key: name.to_owned(), at });
        }
        Ok(self)
    }

    /// Takes every setting of a TOML file.
    fn file(mut self, path: &Path) -> Result<Self, ConfigError> {
        let unreadable = |source| ConfigError::Unreadable { path: path.to_owned(), source };
        if std::fs::metadata(path).map_err(unreadable)?.len() > MAX_FILE_BYTES {
            return Err(ConfigError::TooLong(path.to_owned()));
        }
        let text = Zeroizing::new(std::fs::read_to_string(path).map_err(unreadable)?);
        let table: toml::Table = text.parse().map_err(|error: toml::de::Error| {
            let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
            let line = before.lines().count().max(1);
            ConfigError::Toml { path: path.to_owned(), line, message: error.message().to_owned() }
        })?;
        let mut flat = Vec::new();
        flatten("", &table, &mut flat);
        for (key, value) in flat {
            self = self.set(&key, &value, Source::File(path.to_owned()))?;
        }
        Ok(self)
    }

    /// A setting's value.
    pub(super) fn value<T: Setting>(&self, name: &'static str) -> Result<T, ConfigError> {
        let (text, at) = self
            .values
            .get(name)
            .ok_or_else(|| ConfigError::Unknown { key: name.to_owned(), at: Source::Program })?;
        T::read(text).map_err(|failure| ConfigError::Value { key: name, at: at.clone(), failure })
    }

    /// Checks every value.
    pub fn finish(&self) -> Result<Config, ConfigError> {
        Config::build(self)
    }

    /// The effective configuration as a TOML file, each setting with its meaning and with where its
    /// value came from. Secrets are not shown.
    pub fn show(&self) -> Result<String, ConfigError> {
        let mut shown: BTreeMap<&str, String> = self.finish()?.shown().into_iter().collect();
        let mut out = String::new();
        let mut table = "";
        for key in Config::KEYS {
            let (section, name) = key.name.split_once('.').unwrap_or(("", key.name));
            if section != table {
                table = section;
                out += &format!("[{section}]\n");
            }
            let value = shown.remove(key.name).unwrap_or_default();
            let value = toml::Value::String(value);
            let source = self.values.get(key.name).map(|(_, at)| at.to_string());
            out += &format!("# {}\n", key.doc);
            out += &format!("{name} = {value}  # {}\n\n", source.unwrap_or_default());
        }
        Ok(out)
    }
}

/// Dotted names and texts of a table's values. What is no scalar becomes a text no setting takes.
fn flatten(prefix: &str, table: &toml::Table, out: &mut Vec<(String, String)>) {
    for (name, value) in table {
        let key = if prefix.is_empty() { name.clone() } else { format!("{prefix}.{name}") };
        match value {
            toml::Value::Table(inner) => flatten(&key, inner, out),
            toml::Value::String(text) => out.push((key, text.clone())),
            toml::Value::Integer(_)
            | toml::Value::Float(_)
            | toml::Value::Boolean(_)
            | toml::Value::Datetime(_)
            | toml::Value::Array(_) => out.push((key, value.to_string())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs<const N: usize>(pairs: [(&str, &str); N]) -> impl Iterator<Item = (String, String)> {
        pairs.map(|(key, value)| (key.to_owned(), value.to_owned())).into_iter()
    }

    fn file(text: &str) -> tempfile::NamedTempFile {
        let file = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(file.path(), text).expect("writable");
        file
    }

    #[test]
    fn flags_win_over_the_environment_and_that_over_the_file() {
        let file = file("[http]\nlisten = \"127.0.0.1:1\"\nconcurrency = 1\n[limits]\nburst = 1\n");
        let env = pairs([
            ("BICAMERAL_HTTP_LISTEN", "127.0.0.1:2"),
            ("BICAMERAL_LIMITS_BURST", "2"),
            ("HOME", "/ignored"),
            ("BICAMERAL_DATA", "/of/the/tests"),
        ]);
        let flags = pairs([("http.listen", "127.0.0.1:3")]);
        let settings = Settings::load(Some(file.path()), env, flags).expect("loads");
        let config = settings.finish().expect("good");
        assert_eq!(config.listen.port(), 3);
        assert_eq!(config.burst.get(), 2);
        assert_eq!(config.concurrency.get(), 1);
        let shown = settings.show().expect("shows");
        assert!(shown.contains("listen = \"127.0.0.1:3\"  # flag --http-listen"), "{shown}");
        assert!(shown.contains("burst = \"2\"  # environment BICAMERAL_LIMITS_BURST"), "{shown}");
        assert!(shown.contains(&format!("# file {}", file.path().display())), "{shown}");
        assert!(shown.contains("grace = \"20s\"  # default"), "{shown}");
    }

    #[test]
    fn what_is_shown_is_a_file_that_loads_again() {
        let shown = Settings::new().show().expect("shows");
        let file = file(&shown);
        let again = Settings::load(Some(file.path()), pairs([]), pairs([])).expect("loads");
        assert_eq!(
            again.finish().expect("good").shown(),
            Settings::new().finish().expect("good").shown()
        );
    }

    #[test]
    fn an_unknown_setting_is_refused_wherever_it_stands() {
        let file = file("[htpp]\nlisten = \"127.0.0.1:1\"\n");
        let error = Settings::load(Some(file.path()), pairs([]), pairs([])).expect_err("refused");
        let text = error.to_string();
        assert!(
            text.contains("`htpp.listen`") && text.contains("did you mean `http.listen`"),
            "{text}"
        );
        assert!(text.contains(&file.path().display().to_string()), "{text}");

        let env = pairs([("BICAMERAL_HTTP_LISTNE", "127.0.0.1:1")]);
        let error = Settings::load(None, env, pairs([])).expect_err("refused");
        assert!(error.to_string().contains("environment BICAMERAL_HTTP_LISTNE"), "{error}");
    }

    #[test]
    fn a_bad_value_is_refused_with_its_key_and_its_source() {
        let env = pairs([("BICAMERAL_HTTP_REQUEST_TIMEOUT", "30")]);
        let settings = Settings::load(None, env, pairs([])).expect("names are known");
        let error = settings.finish().expect_err("refused").to_string();
        assert!(error.contains("`http.request_timeout`"), "{error}");
        assert!(error.contains("environment BICAMERAL_HTTP_REQUEST_TIMEOUT"), "{error}");
        assert!(error.contains("with its unit"), "{error}");
    }

    #[test]
    fn a_table_where_a_value_belongs_is_refused() {
        let file = file("[http]\nlisten = [\"127.0.0.1:1\"]\n");
        let settings = Settings::load(Some(file.path()), pairs([]), pairs([])).expect("flattens");
        assert!(settings.finish().is_err());
    }

    #[test]
    fn a_passphrase_is_refused_as_a_flag_and_never_shown() {
        let flags = pairs([("keys.passphrase", "open sesame")]);
        let error = Settings::load(None, pairs([]), flags).expect_err("refused").to_string();
        assert!(error.contains("keys.passphrase") && !error.contains("sesame"), "{error}");

        let env = pairs([
            ("BICAMERAL_KEYS_PASSPHRASE", "open sesame"),
            ("BICAMERAL_DATABASE_URL", "postgres://vote:sesame@db/vote"),
        ]);
        let settings = Settings::load(None, env, pairs([])).expect("loads");
        assert!(!settings.show().expect("shows").contains("sesame"));
        assert_eq!(settings.finish().expect("good").passphrase.reveal(), Some("open sesame"));
    }

    #[test]
    fn a_bad_secret_is_not_repeated_in_the_error() {
        let env = pairs([("BICAMERAL_DATABASE_URL", "mysql://vote:sesame@db/vote")]);
        let settings = Settings::load(None, env, pairs([])).expect("names are known");
        let error = settings.finish().expect_err("refused").to_string();
        assert!(error.contains("`database.url`") && !error.contains("sesame"), "{error}");
    }

    #[test]
    fn a_broken_line_with_a_secret_is_not_repeated_in_the_error() {
        let file = file("[keys]\npassphrase = \"sesame\n");
        let error = Settings::load(Some(file.path()), pairs([]), pairs([])).expect_err("refused");
        let text = error.to_string();
        assert!(
            text.contains("line 2") && !format!("{text}{error:?}").contains("sesame"),
            "{text}"
        );
    }

    #[test]
    fn the_environment_may_name_the_file() {
        let file = file("dir = \"/srv/vote\"\n");
        let env = [(ENV_FILE.to_owned(), file.path().display().to_string())];
        let settings = Settings::load(None, env.into_iter(), pairs([])).expect("loads");
        assert_eq!(settings.finish().expect("good").dir, Path::new("/srv/vote"));
    }

    #[test]
    fn a_missing_file_is_an_error_that_says_what_to_do() {
        let error = Settings::load(Some(Path::new("/nonexistent/x.toml")), pairs([]), pairs([]));
        let text = error.expect_err("refused").to_string();
        assert!(text.contains("/nonexistent/x.toml") && text.contains("--config"), "{text}");
    }
}
