//! The server's configuration: one struct, filled from defaults, a TOML file, the environment and
//! flags, in that rising order.
//!
//! Every setting has one name. `http.listen` stands under `[http]` as `listen` in the file, is
//! `BICAMERAL_HTTP_LISTEN` in the environment and `--http-listen` on the command line. A name that
//! does not exist is refused wherever it stands: a misspelt limit that silently does not apply is
//! worse than a server that does not start.
//!
//! **Invariant:** nothing else in the server reads the environment.

mod load;
mod value;

pub use load::{ConfigError, Settings, Source};
pub use value::{
    DatabaseUrl, Failure, FilterText, LogFormat, Place, ProxyHeader, Secret, Setting, Span,
};

use std::net::SocketAddr;
use std::num::{NonZeroU8, NonZeroU32, NonZeroUsize};
use std::path::{Path, PathBuf};

/// Prefix of every environment variable that the server reads.
pub const ENV_PREFIX: &str = "BICAMERAL_";
/// The environment variable that names the configuration file when no flag does.
pub const ENV_FILE: &str = "BICAMERAL_CONFIG";

/// Where a setting may come from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Exposure {
    /// File, environment and command line.
    Anywhere,
    /// File and environment. Other users of the machine see the command line.
    NeverOnTheCommandLine,
}

/// A setting's name and documentation.
#[derive(Debug)]
pub struct Key {
    /// The name, with a dot between table and key.
    pub name: &'static str,
    /// What it does.
    pub doc: &'static str,
    /// The default as it would stand in the file.
    pub default: &'static str,
    /// What a value looks like.
    pub expects: &'static str,
    /// Where it may come from.
    pub exposure: Exposure,
}

impl Key {
    /// Its environment variable.
    pub fn env(&self) -> String {
        format!("{ENV_PREFIX}{}", self.name.replace('.', "_").to_ascii_uppercase())
    }
    /// Its flag, without the dashes in front.
    pub fn flag(&self) -> String {
        self.name.replace(['.', '_'], "-")
    }
}

macro_rules! settings {
    ($($name:literal $field:ident : $ty:ty = $default:literal, $exposure:ident, $doc:literal;)*) => {
        /// The effective configuration.
        #[derive(Clone, Debug)]
        pub struct Config { $(#[doc = $doc] pub $field: $ty,)* }

        impl Config {
            /// Every setting, in the order in which it is shown.
            pub const KEYS: &'static [Key] = &[$(Key {
                name: $name,
                doc: $doc,
                default: $default,
                expects: <$ty as Setting>::EXPECTS,
                exposure: Exposure::$exposure,
            }),*];

            fn build(settings: &Settings) -> Result<Config, ConfigError> {
                Ok(Config { $($field: settings.value($name)?,)* })
            }

            /// Every setting's effective value, secrets redacted.
            fn shown(&self) -> Vec<(&'static str, String)> {
                vec![$(($name, self.$field.show())),*]
            }
        }
    };
}

settings! {
    "dir" dir: PathBuf = ".", Anywhere,
        "The foundation's directory: foundation.json, the log keys and, with SQLite, the database.";
    "database.url" database_url: DatabaseUrl = "", NeverOnTheCommandLine,
        "The database: sqlite:PATH, or postgres://USER:PASSWORD@HOST/NAME. Empty: bicameral.sqlite in the foundation's directory.";
    "keys.business" business_key: Place = "", Anywhere,
        "The business log's key file. Empty: keys/business-log.key in the foundation's directory.";
    "keys.technical" technical_key: Place = "", Anywhere,
        "The technical log's key file. Empty: keys/technical-log.key in the foundation's directory.";
    "keys.passphrase" passphrase: Secret = "", NeverOnTheCommandLine,
        "The passphrase of both log keys. Better: keys.passphrase_file. Empty: read from that file, or asked for at a terminal.";
    "keys.passphrase_file" passphrase_file: Place = "", Anywhere,
        "A file whose first line is the passphrase of both log keys, such as a mounted secret.";
    "http.listen" listen: SocketAddr = "127.0.0.1:8080", Anywhere,
        "Address and port to listen on. Port 0: any free port.";
    "http.request_timeout" request_timeout: Span = "30s", Anywhere,
        "After this long a request is answered with 503.";
    "http.concurrency" concurrency: NonZeroUsize = "2048", Anywhere,
        "Requests worked on at a time; more are answered with 503 at once.";
    "http.proxy_header" proxy_header: ProxyHeader = "none", Anywhere,
        "Where a reverse proxy writes the client's address: none or x-forwarded-for. Leave it at none unless every request passes your own proxy: clients can write this header too.";
    "http.proxy_hops" proxy_hops: NonZeroU8 = "1", Anywhere,
        "How many of your own proxies a request passes: the client is that many addresses from the header's right end.";
    "limits.requests_per_second" requests_per_second: u32 = "50", Anywhere,
        "Requests a second that one client (an IPv4 address, an IPv6 /64) may make. 0: no limit.";
    "limits.burst" burst: NonZeroU32 = "200", Anywhere,
        "Requests that one client may make at once before the rate applies.";
    "shutdown.grace" shutdown_grace: Span = "20s", Anywhere,
        "How long requests under way may take to finish after a request to stop.";
    "trace.format" trace_format: LogFormat = "human", Anywhere,
        "How the server writes what it does to standard error: human or json.";
    "trace.filter" trace_filter: FilterText = "info", Anywhere,
        "What it writes: a level, or a tracing filter such as info,vote_server::http=debug.";
}

/// A database that the server can use.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Database {
    /// An SQLite file.
    Sqlite(PathBuf),
    /// A PostgreSQL URL, with its password.
    Postgres(String),
}

impl Database {
    /// The URL that the store opens.
    pub fn url(&self) -> String {
        match self {
            Database::Sqlite(path) => format!("sqlite:{}", path.display()),
            Database::Postgres(url) => url.clone(),
        }
    }
}

impl Config {
    /// The trust anchor's file.
    pub fn anchor_file(&self) -> PathBuf {
        self.dir.join("foundation.json")
    }
    /// The directory of the log keys that `init` makes.
    pub fn keys_dir(&self) -> PathBuf {
        self.dir.join("keys")
    }
    /// The business log's key file.
    pub fn business_key_file(&self) -> PathBuf {
        self.business_key.or(&self.keys_dir().join("business-log.key"))
    }
    /// The technical log's key file.
    pub fn technical_key_file(&self) -> PathBuf {
        self.technical_key.or(&self.keys_dir().join("technical-log.key"))
    }
    /// The database.
    pub fn database(&self) -> Database {
        self.database_url.in_dir(&self.dir)
    }
    /// Takes in a passphrase that was asked for.
    pub fn set_passphrase(&mut self, passphrase: zeroize::Zeroizing<String>) {
        self.passphrase = Secret::from(passphrase);
    }
    /// A configuration with every default, for a foundation's directory, on any free local port and
    /// without rate limits: for tests, the demo and load programs, which are one client.
    pub fn local(dir: &Path) -> Result<Config, ConfigError> {
        Settings::new()
            .set("dir", &dir.display().to_string(), Source::Program)?
            .set("http.listen", "127.0.0.1:0", Source::Program)?
            .set("limits.requests_per_second", "0", Source::Program)?
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_setting_is_documented_and_its_default_is_accepted() {
        for key in Config::KEYS {
            assert!(key.doc.ends_with('.'), "{}: {}", key.name, key.doc);
            assert!(!key.expects.is_empty(), "{}", key.name);
        }
        let config = Settings::new().finish().expect("defaults");
        assert_eq!(config.shown().len(), Config::KEYS.len());
        assert_eq!(config.database(), Database::Sqlite("./bicameral.sqlite".into()));
        assert_eq!(config.business_key_file(), Path::new("./keys/business-log.key"));
    }

    #[test]
    fn no_two_settings_share_a_name_a_variable_or_a_flag() {
        let mut seen = std::collections::BTreeSet::new();
        for key in Config::KEYS {
            for name in [key.name.to_owned(), key.env(), format!("--{}", key.flag())] {
                assert!(seen.insert(name.clone()), "{name} stands twice");
            }
        }
    }

    #[test]
    fn nothing_secret_can_be_given_on_the_command_line() {
        for name in ["keys.passphrase", "database.url"] {
            let key = Config::KEYS.iter().find(|key| key.name == name).expect("there");
            assert_eq!(key.exposure, Exposure::NeverOnTheCommandLine, "{name}");
        }
    }
}
