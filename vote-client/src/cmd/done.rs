//! What comes of a command.

use serde::Serialize;
use serde_json::{Map, Value, json};

/// The exit code, documented in `--help`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Exit {
    /// Done, or verified.
    Ok,
    /// Something that was to be verified is false.
    Refuted,
    /// It could not be done or checked.
    Unchecked,
}

impl Exit {
    /// The number.
    pub fn code(self) -> u8 {
        match self {
            Exit::Ok => 0,
            Exit::Refuted => 1,
            Exit::Unchecked => 2,
        }
    }
}

/// An error that refutes: exit code 1 instead of 2.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Refuted(pub String);

/// Words for people, JSON for programs, and an exit code.
#[derive(Clone, Debug)]
pub struct Done {
    human: String,
    json: Map<String, Value>,
    exit: Exit,
    report: bool,
}

impl Done {
    /// All well.
    pub fn ok(human: impl Into<String>, json: Value) -> Self {
        Done::report(human, json, Exit::Ok)
    }
    /// A result that may be a refutation; it goes to standard output all the same.
    pub fn report(human: impl Into<String>, json: Value, exit: Exit) -> Self {
        let json = if let Value::Object(members) = json {
            members
        } else {
            Map::from_iter([("result".to_owned(), json)])
        };
        Done { human: human.into(), json, exit, report: true }
    }
    /// A command that failed.
    pub fn failed(error: &anyhow::Error) -> Self {
        let refuted = error.chain().any(|cause| cause.is::<Refuted>());
        let exit = if refuted { Exit::Refuted } else { Exit::Unchecked };
        let word = if refuted { "refuted" } else { "error" };
        let mut parts: Vec<String> = Vec::new();
        for cause in error.chain().map(ToString::to_string) {
            // Errors that quote their cause would say it twice.
            if !parts.last().is_some_and(|last| last.contains(&cause)) {
                parts.push(cause);
            }
        }
        let message = parts.join(": ");
        let json = json!({ "error": message });
        Done { report: false, ..Done::report(format!("{word}: {message}"), json, exit) }
    }
    /// The exit code.
    pub fn exit(&self) -> Exit {
        self.exit
    }
    /// Whether it is a result rather than a failure.
    pub fn is_report(&self) -> bool {
        self.report
    }
    /// For people.
    pub fn human(&self) -> &str {
        &self.human
    }
    /// For programs: one object, which always says how it ended.
    pub fn json(&self) -> Value {
        let mut members = self.json.clone();
        members.insert("exit".to_owned(), self.exit.code().into());
        Value::Object(members)
    }
}

/// A value as JSON. What this program builds always encodes; if not, the reader sees why.
pub(super) fn value(of: impl Serialize) -> Value {
    serde_json::to_value(of).unwrap_or_else(|e| Value::String(e.to_string()))
}
