//! HTTP with deadlines and limits, and nothing of pools.

use std::fmt;
use std::io::{Read, Write};
use std::str::FromStr;
use std::time::Duration;

use serde::de::DeserializeOwned;
use ureq::http::Response;
use ureq::{Agent, Body};

use super::error::{ApiError, Problem};

/// Longest server address in bytes.
const MAX_URL_BYTES: usize = 500;
/// Longest problem document in bytes.
const MAX_PROBLEM_BYTES: u64 = 64 * 1024;
/// Longest headers of an answer in bytes.
const MAX_HEADER_BYTES: usize = 32 * 1024;

/// The address of a server, without a slash at its end.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BaseUrl(String);

/// Why a text is no server address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a server address: give something like https://vote.example.org")]
pub struct BaseUrlError(String);

impl FromStr for BaseUrl {
    type Err = BaseUrlError;
    fn from_str(text: &str) -> Result<Self, BaseUrlError> {
        let bad = || BaseUrlError(text.chars().take(80).collect());
        let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
        let rest = rest.ok_or_else(bad)?.trim_end_matches('/');
        let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~:/[]".contains(&b);
        if text.len() > MAX_URL_BYTES || rest.is_empty() || !rest.bytes().all(plain) {
            return Err(bad());
        }
        Ok(BaseUrl(text.trim_end_matches('/').to_owned()))
    }
}
impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// How long a server may take.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Deadlines {
    /// To take a connection.
    pub connect: Duration,
    /// For a whole small call.
    pub call: Duration,
    /// For a whole download.
    pub download: Duration,
    /// For each piece of any answer.
    pub read: Duration,
}

impl Default for Deadlines {
    fn default() -> Self {
        Deadlines {
            connect: Duration::from_secs(10),
            call: Duration::from_secs(60),
            download: Duration::from_secs(4 * 3600),
            read: Duration::from_secs(30),
        }
    }
}

/// A connection pool to one server.
#[derive(Clone, Debug)]
pub struct Transport {
    agent: Agent,
    base: BaseUrl,
    deadlines: Deadlines,
}

impl Transport {
    /// Talks to the server at this address.
    pub fn new(base: BaseUrl, deadlines: Deadlines) -> Self {
        let agent = Agent::config_builder()
            .user_agent(concat!("vote-client/", env!("CARGO_PKG_VERSION")))
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .max_response_header_size(MAX_HEADER_BYTES)
            .timeout_connect(Some(deadlines.connect))
            .timeout_per_read(Some(deadlines.read))
            .build()
            .new_agent();
        Transport { agent, base, deadlines }
    }
    /// The server's address.
    pub fn base(&self) -> &BaseUrl {
        &self.base
    }
    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// The bytes at a path.
    pub fn get(&self, path: &str, limit: u64) -> Result<Vec<u8>, ApiError> {
        let url = self.url(path);
        let request = self.agent.get(&url).config().timeout_global(Some(self.deadlines.call));
        let response = request.build().call().map_err(|e| transport(&url, e))?;
        read(&url, response, limit)
    }

    /// The JSON at a path.
    pub fn get_json<T: DeserializeOwned>(&self, path: &str, limit: u64) -> Result<T, ApiError> {
        let bytes = self.get(path, limit)?;
        serde_json::from_slice(&bytes)
            .map_err(|source| ApiError::Shape { url: self.url(path), source })
    }

    /// Sends JSON and reads JSON.
    pub fn post_json<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &[u8],
        limit: u64,
    ) -> Result<T, ApiError> {
        let url = self.url(path);
        let request = self.agent.post(&url).header("content-type", "application/json");
        let request = request.config().timeout_global(Some(self.deadlines.call)).build();
        let response = request.send(body).map_err(|e| transport(&url, e))?;
        let bytes = read(&url, response, limit)?;
        serde_json::from_slice(&bytes).map_err(|source| ApiError::Shape { url, source })
    }

    /// Copies what is at a path, telling `progress` of every piece. Gives the number of bytes.
    pub fn download(
        &self,
        path: &str,
        limit: u64,
        into: &mut impl Write,
        mut progress: impl FnMut(u64),
    ) -> Result<u64, ApiError> {
        let url = self.url(path);
        let request = self.agent.get(&url).config().timeout_global(Some(self.deadlines.download));
        let response = request.build().call().map_err(|e| transport(&url, e))?;
        let response = accept(&url, response)?;
        let mut reader = response.into_body().into_with_config().limit(limit).reader();
        let (mut piece, mut total) = (vec![0; 64 * 1024], 0);
        loop {
            let read =
                reader.read(&mut piece).map_err(|e| transport(&url, ureq::Error::from(e)))?;
            let Some(got) = piece.get(..read).filter(|got| !got.is_empty()) else {
                return Ok(total);
            };
            into.write_all(got).map_err(|source| ApiError::Store { url: url.clone(), source })?;
            total += read as u64;
            progress(total);
        }
    }
}

fn transport(url: &str, source: ureq::Error) -> ApiError {
    let url = url.to_owned();
    if let ureq::Error::BodyExceedsLimit(limit) = source {
        return ApiError::TooLong { url, limit };
    }
    ApiError::Transport { url, source: Box::new(source) }
}

/// Lets answers of success through; makes errors of the others.
fn accept(url: &str, mut response: Response<Body>) -> Result<Response<Body>, ApiError> {
    let status = response.status();
    if status.is_success() {
        return Ok(response);
    }
    let (url, status) = (url.to_owned(), status.as_u16());
    if (300..400).contains(&status) {
        return Err(ApiError::Redirect { url, status });
    }
    let body = response.body_mut().with_config().limit(MAX_PROBLEM_BYTES).read_to_vec();
    match body.ok().and_then(|bytes| Problem::parse(&bytes).ok()) {
        Some(problem) if !problem.slug().is_empty() => Err(ApiError::Problem(Box::new(problem))),
        Some(_) | None => Err(ApiError::Status { url, status }),
    }
}

fn read(url: &str, response: Response<Body>, limit: u64) -> Result<Vec<u8>, ApiError> {
    let mut response = accept(url, response)?;
    let body = response.body_mut().with_config().limit(limit).read_to_vec();
    body.map_err(|e| transport(url, e))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_addresses_are_taken() {
        assert!("http://127.0.0.1:8080/".parse::<BaseUrl>().is_ok());
        assert!("https://[::1]:8443/votes".parse::<BaseUrl>().is_ok());
        for bad in ["", "ftp://x", "https://", "https://u@h", "https://h?q", "https://h/a b"] {
            assert!(bad.parse::<BaseUrl>().is_err(), "{bad}");
        }
    }
}
