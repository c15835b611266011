//! Why a call to a server failed.

use std::collections::BTreeMap;

use election::StatementId;
use election::receipt::ReceiptError;
use election::statement::StatementError;
use serde::Deserialize;
use serde_json::Value;

use crate::show::printable;

/// An RFC 9457 problem document, as sent by the server.
#[derive(Clone, PartialEq, Debug, Deserialize)]
pub struct Problem {
    #[serde(rename = "type", default)]
    kind: String,
    #[serde(default)]
    title: String,
    #[serde(default)]
    status: u16,
    #[serde(default)]
    detail: Option<String>,
    #[serde(flatten)]
    extensions: BTreeMap<String, Value>,
}

impl Problem {
    /// Reads a problem document.
    pub fn parse(bytes: &[u8]) -> Result<Self, serde_json::Error> {
        let mut problem: Problem = serde_json::from_slice(bytes)?;
        problem.title = printable(&problem.title);
        problem.kind = printable(&problem.kind);
        problem.detail = problem.detail.map(|detail| printable(&detail));
        Ok(problem)
    }
    /// The last segment of the type's URI, such as `stale-ballot`.
    pub fn slug(&self) -> &str {
        self.kind.rsplit('/').next().unwrap_or_default()
    }
    /// The HTTP status it came with.
    pub fn status(&self) -> u16 {
        self.status
    }
    /// What happened, for people.
    pub fn message(&self) -> String {
        match &self.detail {
            Some(detail) if !detail.is_empty() => format!("{}: {detail}", self.title),
            Some(_) | None => self.title.clone(),
        }
    }
    /// The voter's standing ballot, which a `stale-ballot` problem names.
    pub fn standing(&self) -> Option<StatementId> {
        self.extensions.get("standing")?.as_str()?.parse().ok()
    }
    /// What the server adds beyond RFC 9457's own members.
    pub fn extension(&self, name: &str) -> Option<&Value> {
        self.extensions.get(name)
    }
}

/// Why a call failed.
#[derive(Debug, thiserror::Error)]
pub enum ApiError {
    /// No answer, or none in time.
    #[error("no usable answer from {url}: {source}")]
    Transport {
        /// What was asked.
        url: String,
        /// What went wrong.
        source: Box<ureq::Error>,
    },
    /// A redirect: this client follows none, so that a foundation's address stays what it is.
    #[error("{url} answers with a redirect ({status}); give the server's final address")]
    Redirect {
        /// What was asked.
        url: String,
        /// The status.
        status: u16,
    },
    /// An answer beyond its limit.
    #[error("the answer from {url} is longer than {limit} bytes")]
    TooLong {
        /// What was asked.
        url: String,
        /// The limit.
        limit: u64,
    },
    /// The server said no, in its documented form.
    #[error("the server refuses ({}, {}): {}", .0.slug(), .0.status(), .0.message())]
    Problem(Box<Problem>),
    /// The server said no in another form.
    #[error("{url} answers with status {status}; is this the address of a Bicameral server?")]
    Status {
        /// What was asked.
        url: String,
        /// The status.
        status: u16,
    },
    /// An answer of another shape.
    #[error("the answer from {url} is not what was asked for: {source}")]
    Shape {
        /// What was asked.
        url: String,
        /// What is wrong.
        source: serde_json::Error,
    },
    /// A statement that is not one of this pool.
    #[error("the server sent something that is no statement of this pool: {0}")]
    Statement(#[from] StatementError),
    /// An answer that contradicts itself or what is known already.
    #[error("the answer from {url} is false: {what}")]
    False {
        /// What was asked.
        url: String,
        /// What does not fit.
        what: String,
    },
    /// A receipt that proves nothing.
    #[error("the server's receipt proves nothing: {0}")]
    Receipt(#[from] Box<ReceiptError>),
    /// A checkpoint that this log's key did not sign.
    #[error("the checkpoint at {url} is not this log's: {source}")]
    Checkpoint {
        /// What was asked.
        url: String,
        /// What is wrong.
        source: crypto::checkpoint::CheckpointError,
    },
    /// A file that could not be written while downloading.
    #[error("could not store what {url} sends: {source}")]
    Store {
        /// What was asked.
        url: String,
        /// What went wrong.
        source: std::io::Error,
    },
}

impl ApiError {
    /// The problem, where the server sent one.
    pub fn problem(&self) -> Option<&Problem> {
        if let ApiError::Problem(problem) = self { Some(problem) } else { None }
    }
    /// Whether the server says the thing asked for does not exist.
    pub fn is_not_found(&self) -> bool {
        match self {
            ApiError::Problem(problem) => problem.status() == 404,
            ApiError::Status { status, .. } => *status == 404,
            ApiError::Transport { .. }
            | ApiError::Redirect { .. }
            | ApiError::TooLong { .. }
            | ApiError::Shape { .. }
            | ApiError::Statement(_)
            | ApiError::False { .. }
            | ApiError::Receipt(_)
            | ApiError::Checkpoint { .. }
            | ApiError::Store { .. } => false,
        }
    }
    /// Whether sending the same again can help.
    pub fn is_transient(&self) -> bool {
        match self {
            ApiError::Transport { .. } => true,
            ApiError::Problem(problem) => matches!(problem.status(), 429 | 503),
            ApiError::Status { status, .. } => matches!(status, 429 | 502..=504),
            ApiError::Redirect { .. }
            | ApiError::TooLong { .. }
            | ApiError::Shape { .. }
            | ApiError::Statement(_)
            | ApiError::False { .. }
            | ApiError::Receipt(_)
            | ApiError::Checkpoint { .. }
            | ApiError::Store { .. } => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_names_the_standing_ballot() {
        let id = crypto::Hash::of(b"ballot");
        let text = format!(
            r#"{{"type":"/problems/stale-ballot","title":"Another ballot stands","status":409,"standing":"{id}"}}"#
        );
        let problem = Problem::parse(text.as_bytes()).expect("a problem");
        assert_eq!(problem.slug(), "stale-ballot");
        assert_eq!(problem.standing(), Some(StatementId::from(id)));
    }

    #[test]
    fn a_problem_cannot_drive_the_terminal() {
        let text = br#"{"type":"x","title":"\u001b[2Jall is well","status":400}"#;
        let problem = Problem::parse(text).expect("a problem");
        assert!(!problem.message().contains('\u{1b}'));
    }
}
