//! Endpoints: what a path does, said once. The router and the OpenAPI document are both made from
//! the same list, so that neither can have what the other has not.

use axum::Router;
use axum::handler::Handler;
use axum::routing::{MethodRouter, get, post};

use super::problem::ProblemType;
use super::schema::Schema;

/// `application/json`.
pub const JSON: &str = "application/json";
/// JSON Lines.
pub const JSON_LINES: &str = "application/jsonl";
/// `text/plain; charset=utf-8`, as C2SP tlog-tiles asks for checkpoints.
pub const TEXT: &str = "text/plain; charset=utf-8";
/// Bytes, as C2SP tlog-tiles asks for tiles.
pub const BYTES: &str = "application/octet-stream";
/// A page.
pub const HTML: &str = "text/html; charset=utf-8";

/// The methods that endpoints take. Everything that can be got answers HEAD too.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verb {
    /// GET, and HEAD.
    Get,
    /// POST.
    Post,
}

impl Verb {
    /// The name in an OpenAPI document.
    pub fn lower(self) -> &'static str {
        match self {
            Verb::Get => "get",
            Verb::Post => "post",
        }
    }
}

/// Where a parameter stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Position {
    /// In the path.
    Path,
    /// In the query, and may be left out.
    OptionalQuery,
    /// In the query.
    Query,
}

/// A parameter.
#[derive(Clone, Copy, Debug)]
pub struct Parameter {
    /// Its name.
    pub name: &'static str,
    /// Where it stands.
    pub position: Position,
    /// What it means.
    pub meaning: &'static str,
    /// A value of the right form.
    pub example: &'static str,
}

/// An answer that is no problem.
#[derive(Clone, Copy, Debug)]
pub struct Reply {
    /// Its status.
    pub status: u16,
    /// When it is given.
    pub meaning: &'static str,
    /// Its media type.
    pub media: &'static str,
    /// Its content.
    pub schema: Schema,
}

/// A request's body.
#[derive(Clone, Copy, Debug)]
pub struct RequestBody {
    /// Its media type.
    pub media: &'static str,
    /// Its content.
    pub schema: Schema,
}

/// What an endpoint takes and gives.
#[derive(Clone, Debug)]
pub struct Description {
    /// The method.
    pub verb: Verb,
    /// The path's template under the place where the endpoint is mounted.
    pub path: &'static str,
    /// The operation's name.
    pub name: &'static str,
    /// What it does, in a sentence.
    pub summary: &'static str,
    /// Parameters.
    pub parameters: Vec<Parameter>,
    /// The body, if it takes one.
    pub body: Option<RequestBody>,
    /// Answers.
    pub replies: Vec<Reply>,
    /// Problems of its own, besides those that any request may meet.
    pub problems: Vec<&'static ProblemType>,
}

/// An endpoint with its handler.
#[derive(Debug)]
pub struct Endpoint<S> {
    description: Description,
    route: MethodRouter<S>,
}

impl Description {
    fn new(verb: Verb, path: &'static str, name: &'static str, summary: &'static str) -> Self {
        Description {
            verb,
            path,
            name,
            summary,
            parameters: Vec::new(),
            body: None,
            replies: Vec::new(),
            problems: Vec::new(),
        }
    }
    /// Something to read.
    pub fn get(path: &'static str, name: &'static str, summary: &'static str) -> Self {
        Description::new(Verb::Get, path, name, summary)
    }
    /// Something to do.
    pub fn post(path: &'static str, name: &'static str, summary: &'static str) -> Self {
        Description::new(Verb::Post, path, name, summary)
    }
    /// Adds a part of the path.
    pub fn part(self, name: &'static str, meaning: &'static str, example: &'static str) -> Self {
        self.parameter(Parameter { name, position: Position::Path, meaning, example })
    }
    /// Adds a parameter.
    pub fn parameter(mut self, parameter: Parameter) -> Self {
        self.parameters.push(parameter);
        self
    }
    /// Takes a body.
    pub fn body(mut self, media: &'static str, schema: Schema) -> Self {
        self.body = Some(RequestBody { media, schema });
        self
    }
    /// Adds an answer.
    pub fn reply(
        mut self,
        status: u16,
        meaning: &'static str,
        media: &'static str,
        schema: Schema,
    ) -> Self {
        self.replies.push(Reply { status, meaning, media, schema });
        self
    }
    /// Adds problems of its own.
    pub fn problems(mut self, problems: &[&'static ProblemType]) -> Self {
        self.problems.extend_from_slice(problems);
        self
    }
    /// Names what answers.
    pub fn handled_by<S, T, H>(self, handler: H) -> Endpoint<S>
    where
        S: Clone + Send + Sync + 'static,
        T: 'static,
        H: Handler<T, S>,
    {
        let route = match self.verb {
            Verb::Get => get(handler),
            Verb::Post => post(handler),
        };
        Endpoint { description: self, route }
    }
}

impl<S: Clone + Send + Sync + 'static> Endpoint<S> {
    /// What it takes and gives.
    pub fn description(&self) -> &Description {
        &self.description
    }
}

/// The router of a list of endpoints.
pub fn router<S: Clone + Send + Sync + 'static>(endpoints: Vec<Endpoint<S>>) -> Router<S> {
    endpoints.into_iter().fold(Router::new(), |router, endpoint| {
        router.route(endpoint.description.path, endpoint.route)
    })
}
