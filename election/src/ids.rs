//! Names of things: parsed once, then trusted.

use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::pool::{Pool, PoolId};

/// Longest slug in bytes.
pub const MAX_SLUG_BYTES: usize = 64;
/// Longest handle in bytes, scheme included.
pub const MAX_HANDLE_BYTES: usize = 100;
/// Longest log origin in bytes.
pub const MAX_ORIGIN_BYTES: usize = 200;

/// Why a name was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// Not a slug.
    #[error(
        "`{0}` is not an identifier: 1 to {MAX_SLUG_BYTES} of a-z, 0-9 and inner `-`, `_` or `.`"
    )]
    Slug(String),
    /// Not a handle.
    #[error("`{0}` is not a handle: `scheme:name`, such as `github:octocat`, without spaces")]
    Handle(String),
    /// Not an origin.
    #[error("`{0}` is not a log origin: `host/pool`, such as `vote.example.org/technical`")]
    Origin(String),
    /// The origin of the other pool's log.
    #[error("`{origin}` is not an origin of the {pool} pool")]
    OriginOfOtherPool {
        /// The origin found.
        origin: String,
        /// The pool wanted.
        pool: PoolId,
    },
}

fn shorten(text: &str) -> String {
    text.chars().take(80).collect()
}

fn is_slug(text: &str) -> bool {
    let alnum = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    let bytes = text.as_bytes();
    let inner = |b: &u8| alnum(*b) || matches!(b, b'-' | b'_' | b'.');
    (1..=MAX_SLUG_BYTES).contains(&bytes.len())
        && bytes.iter().all(inner)
        && bytes.first().copied().is_some_and(alnum)
        && bytes.last().copied().is_some_and(alnum)
}

fn is_handle(text: &str) -> bool {
    let Some((scheme, name)) = text.split_once(':') else { return false };
    text.len() <= MAX_HANDLE_BYTES
        && !scheme.is_empty()
        && scheme.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
        && !name.is_empty()
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
}

macro_rules! name_type {
    ($(#[$doc:meta])* $name:ident, $is:path, $error:path) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// The name as written.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }
        impl FromStr for $name {
            type Err = NameError;
            fn from_str(text: &str) -> Result<Self, NameError> {
                if $is(text) { Ok($name(text.to_owned())) } else { Err($error(shorten(text))) }
            }
        }
        impl TryFrom<String> for $name {
            type Error = NameError;
            fn try_from(text: String) -> Result<Self, NameError> {
                text.parse()
            }
        }
        impl From<$name> for String {
            fn from(name: $name) -> String {
                name.0
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

name_type!(
    /// A corporate member's id, such as `acme`. Never a person.
    MemberId, is_slug, NameError::Slug
);
name_type!(
    /// A related group or employer, such as `acme-group`.
    GroupId, is_slug, NameError::Slug
);
name_type!(
    /// A class of corporate membership, such as `premier`.
    ClassId, is_slug, NameError::Slug
);
name_type!(
    /// A contest within an election, such as `budget-2027`.
    ContestId, is_slug, NameError::Slug
);
name_type!(
    /// An option of a contest, such as `candidate-3`.
    OptionId, is_slug, NameError::Slug
);
name_type!(
    /// A module of the project, such as `compiler`. Modules exist in the technical pool only.
    ModuleId, is_slug, NameError::Slug
);
name_type!(
    /// A natural person's stable public handle with its scheme: `github:octocat`, `orcid:…`, `id:…`.
    Handle, is_handle, NameError::Handle
);

/// A committee or board of one pool.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String", bound = "")]
pub struct BodyId<P: Pool>(String, PhantomData<P>);

impl<P: Pool> BodyId<P> {
    /// The name as written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
impl<P: Pool> FromStr for BodyId<P> {
    type Err = NameError;
    fn from_str(text: &str) -> Result<Self, NameError> {
        if is_slug(text) {
            Ok(BodyId(text.to_owned(), PhantomData))
        } else {
            Err(NameError::Slug(shorten(text)))
        }
    }
}
impl<P: Pool> TryFrom<String> for BodyId<P> {
    type Error = NameError;
    fn try_from(text: String) -> Result<Self, NameError> {
        text.parse()
    }
}
impl<P: Pool> From<BodyId<P>> for String {
    fn from(body: BodyId<P>) -> String {
        body.0
    }
}
impl<P: Pool> fmt::Display for BodyId<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The name of one pool's log: `<host>/<business|technical>`. It stands in every payload and every
/// checkpoint, so that nothing signed for one log means anything in another.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String", bound = "")]
pub struct Origin<P: Pool>(String, PhantomData<P>);

impl<P: Pool> Origin<P> {
    /// The pool's log on `host`.
    pub fn of_host(host: &str) -> Result<Self, NameError> {
        format!("{host}/{}", P::SLUG).parse()
    }
    /// The origin as it stands in a checkpoint's first line.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<P: Pool> FromStr for Origin<P> {
    type Err = NameError;
    fn from_str(text: &str) -> Result<Self, NameError> {
        let bad = || NameError::Origin(shorten(text));
        let (host, pool) = text.rsplit_once('/').ok_or_else(bad)?;
        let host_ok = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b':' | b'/');
        if text.len() > MAX_ORIGIN_BYTES || host.is_empty() || !host.bytes().all(host_ok) {
            return Err(bad());
        }
        match pool.parse::<PoolId>() {
            Ok(pool) if pool == P::ID => Ok(Origin(text.to_owned(), PhantomData)),
            Ok(_) => Err(NameError::OriginOfOtherPool { origin: shorten(text), pool: P::ID }),
            Err(_) => Err(bad()),
        }
    }
}
impl<P: Pool> TryFrom<String> for Origin<P> {
    type Error = NameError;
    fn try_from(text: String) -> Result<Self, NameError> {
        text.parse()
    }
}
impl<P: Pool> From<Origin<P>> for String {
    fn from(origin: Origin<P>) -> String {
        origin.0
    }
}
impl<P: Pool> fmt::Display for Origin<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pool::{Business, Technical};

    #[test]
    fn the_origin_of_one_pool_is_no_origin_of_the_other() {
        assert!("vote.example.org/business".parse::<Origin<Business>>().is_ok());
        assert_eq!(
            "vote.example.org/business".parse::<Origin<Technical>>(),
            Err(NameError::OriginOfOtherPool {
                origin: "vote.example.org/business".into(),
                pool: PoolId::Technical
            })
        );
        assert!("vote.example.org".parse::<Origin<Business>>().is_err());
        assert!("/business".parse::<Origin<Business>>().is_err());
    }

    #[test]
    fn an_organisation_id_is_not_a_persons_handle() {
        assert!("acme".parse::<Handle>().is_err());
        assert!("github:octocat".parse::<MemberId>().is_err());
        assert!("github:octocat".parse::<Handle>().is_ok());
        for bad in ["", "-x", "X", "a b", &"a".repeat(65)] {
            assert!(bad.parse::<MemberId>().is_err(), "{bad}");
        }
    }
}
