//! What comes of a command.

use std::fmt;
use std::sync::Arc;

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
    late: Option<Late>,
    exit: Exit,
    report: bool,
}

/// A member of the JSON that takes so long to make that it is made only when it is asked for.
#[derive(Clone)]
struct Late {
    name: &'static str,
    make: Arc<dyn Fn() -> Value + Send + Sync>,
}

impl fmt::Debug for Late {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Late").field(&self.name).finish()
    }
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
        Done { human: human.into(), json, late: None, exit, report: true }
    }
    /// With one more member of the JSON, made only when the JSON is asked for.
    #[must_use]
    pub fn with_late(
        self,
        name: &'static str,
        make: impl Fn() -> Value + Send + Sync + 'static,
    ) -> Self {
        Done { late: Some(Late { name, make: Arc::new(make) }), ..self }
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
        if let Some(late) = &self.late {
            members.insert(late.name.to_owned(), (late.make)());
        }
        Value::Object(members)
    }
}

/// A value as JSON. What this program builds always encodes; if not, the reader sees why.
pub(super) fn value(of: impl Serialize) -> Value {
    serde_json::to_value(of).unwrap_or_else(|e| Value::String(e.to_string()))
}
