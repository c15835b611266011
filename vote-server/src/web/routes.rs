//! The pages' addresses: each handler reads, makes one view model and renders it.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, header};
use axum::response::Response;
use election::pool::Pool;
use election::receipt::Tracker;
use election::state::Phase;
use election::statement::{Body, Statement, StatementId};
use serde::Deserialize;
use tabulation::Transcript;

use super::board::BoardPage;
use super::election::ElectionPage;
use super::home::{Chamber, HomePage};
use super::log::LogPage;
use super::verify::{Found, Lookup, VerifyPage};
use super::{assets, source};
use crate::http::endpoint::{Description, Endpoint, HTML, Parameter, Position};
use crate::http::problem::{self, Problem};
use crate::http::respond::{Freshness, content};
use crate::http::segment::Segment;
use crate::http::{App, PoolContext, schema};
use crate::service::{PoolService, ReadError};

const CSS: &str = "text/css; charset=utf-8";

/// The pages under a pool's prefix.
pub fn pool_pages<P: Pool>() -> Vec<Endpoint<PoolContext<P>>> {
    let example = "0000000000000000000000000000000000000000000000000000000000000000";
    vec![
        Description::get("/", "board-page", "The pool's board, for readers.")
            .reply(200, "The page.", HTML, schema::TEXT)
            .handled_by(board::<P>),
        Description::get("/elections/{id}", "election-page", "One election, for readers.")
            .part("id", "The manifest's statement id.", example)
            .reply(200, "The page.", HTML, schema::TEXT)
            .problems(&[problem::BAD_PARAMETER, problem::NOT_FOUND])
            .handled_by(election::<P>),
        Description::get("/log", "log-page", "The log's latest statements, for readers.")
            .parameter(Parameter {
                name: "before",
                position: Position::OptionalQuery,
                meaning: "Show the statements before this leaf.",
                example: "100",
            })
            .reply(200, "The page.", HTML, schema::TEXT)
            .handled_by(log::<P>),
        Description::get("/verify", "verify-page", "How to verify, and a tracker's look-up.")
            .parameter(Parameter {
                name: "tracker",
                position: Position::OptionalQuery,
                meaning: "A ballot's tracker.",
                example: "0000-0000-0000-0000-0000-0000",
            })
            .reply(200, "The page.", HTML, schema::TEXT)
            .handled_by(verify::<P>),
    ]
}

/// The pages outside the pools.
pub fn global_pages() -> Vec<Endpoint<App>> {
    vec![
        Description::get("/", "front-page", "The foundation and its two pools, for readers.")
            .reply(200, "The page.", HTML, schema::TEXT)
            .handled_by(home),
        Description::get("/assets/{name}", "asset", "The pages' style sheet.")
            .part("name", "The file's name, with its hash.", "board-0000000000000000.css")
            .reply(200, "The file.", CSS, schema::TEXT)
            .problems(&[problem::BAD_PARAMETER, problem::NOT_FOUND])
            .handled_by(asset),
    ]
}

pub(crate) fn page(template: &impl Template) -> Result<Response, Problem> {
    let html = template.render().map_err(|error| Problem::internal(&error))?;
    Ok(content(HTML, Freshness::Now, html))
}

async fn home(State(app): State<App>) -> Result<Response, Problem> {
    let business = app.business().view(Chamber::of);
    let technical = app.technical().view(Chamber::of);
    page(&HomePage::new(app.anchor().name.as_str(), [business, technical]))
}

async fn asset(Segment(name): Segment<String>) -> Result<Response, Problem> {
    if name == assets::css_name() {
        Ok(content(CSS, Freshness::Forever, assets::CSS))
    } else {
        Err(Problem::new(problem::NOT_FOUND))
    }
}

async fn board<P: Pool>(State(context): State<PoolContext<P>>) -> Result<Response, Problem> {
    let service = &context.service;
    let certified: Vec<StatementId> = service.view(|state| {
        let elections = state.elections();
        let certified = elections.filter(|(_, election)| election.phase() == Phase::Certified);
        certified.map(|(id, _)| *id).collect()
    });
    let mut transcripts: BTreeMap<StatementId, Vec<Transcript>> = BTreeMap::new();
    for id in certified {
        if let Some((certificate, _)) = source::certificate(service, &id).await? {
            transcripts.insert(id, source::transcripts(service, &certificate).await?);
        }
    }
    let of = |id: &StatementId| transcripts.get(id).cloned().unwrap_or_default();
    page(&service.view(|state| BoardPage::new(state, of)))
}

async fn election<P: Pool>(
    State(context): State<PoolContext<P>>,
    Segment(id): Segment<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let id = source::id_of(&id)?;
    let service = &context.service;
    let known = service.view(|state| state.election(&id).is_some());
    if !known {
        let problem = Problem::new(problem::NOT_FOUND).pool(P::ID);
        return Err(problem.detail("this pool has no election of that id"));
    }
    let published = source::published(service, &id).await?;
    let server = server(&headers);
    let made = service.view(|state| {
        let election = state.election(&id)?;
        Some(ElectionPage::new(state, id, election, &published, &server))
    });
    page(&made.ok_or_else(|| Problem::new(problem::NOT_FOUND))?)
}

#[derive(Deserialize)]
struct LogQuery {
    before: Option<String>,
}

async fn log<P: Pool>(
    State(context): State<PoolContext<P>>,
    Query(query): Query<LogQuery>,
) -> Result<Response, Problem> {
    let service = &context.service;
    let head = service.head();
    let size = head.size().0;
    let before = query.before.and_then(|text| text.parse().ok()).unwrap_or(size).min(size);
    let leaves = source::leaves(service, before).await?;
    let note = head.note().to_string();
    page(&service.view(|state| LogPage::new(state, &note, before, size, &leaves)))
}

#[derive(Deserialize)]
struct VerifyQuery {
    tracker: Option<String>,
}

async fn verify<P: Pool>(
    State(context): State<PoolContext<P>>,
    Query(query): Query<VerifyQuery>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let service = &context.service;
    let asked = query.tracker.unwrap_or_default();
    let lookup = lookup(service, asked.trim()).await?;
    let (server, key) = (server(&headers), service.verifier_key().to_string());
    page(&service.view(|state| VerifyPage::new(state, &server, &key, asked.trim(), lookup)))
}

async fn lookup<P: Pool>(service: &PoolService<P>, asked: &str) -> Result<Lookup, Problem> {
    if asked.is_empty() {
        return Ok(Lookup::Nothing);
    }
    let tracker = match asked.parse::<Tracker>() {
        Ok(tracker) => tracker,
        Err(error) => return Ok(Lookup::Malformed(super::words::capitalised(&error.to_string()))),
    };
    let recorded = match service.receipt_by_tracker(&tracker).await {
        Ok(recorded) => recorded,
        Err(ReadError::NotFound(_)) => return Ok(Lookup::Unknown),
        Err(ReadError::Embargoed { .. }) => return Ok(Lookup::Withheld),
        Err(error) => return Err(Problem::internal(&error)),
    };
    let statement = Statement::<P>::decode(&recorded.receipt.leaf.statement);
    let statement = statement.map_err(|error| Problem::internal(&error))?;
    let manifest =
        if let Body::Ballot(ballot) = statement.body() { Some(ballot.manifest) } else { None };
    let title = |id: StatementId| {
        let href = format!("/{}/elections/{id}", P::SLUG);
        service.view(|state| Some((state.election(&id)?.manifest().title.to_string(), href)))
    };
    Ok(Lookup::Found(Box::new(Found {
        index: recorded.index.0,
        at: recorded.receipt.leaf.at.to_string(),
        id: recorded.id.to_string(),
        proof: recorded.receipt.proof,
        election: manifest.and_then(title),
    })))
}

/// The address that the reader reached this server under, for commands to copy. It comes from the
/// request and is shown to nobody else; anything odd gives a placeholder.
fn server(headers: &HeaderMap) -> String {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or("");
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b':' | b'[' | b']');
    if host.is_empty() || host.len() > 255 || !host.bytes().all(plain) {
        return "https://SERVER".to_owned();
    }
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    let local = matches!(name, "localhost" | "127.0.0.1" | "[::1]");
    format!("{}://{host}", if local { "http" } else { "https" })
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    #[test]
    fn an_odd_host_header_does_not_reach_the_commands() {
        let of = |host: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::HOST, HeaderValue::from_static(host));
            server(&headers)
        };
        assert_eq!(of("127.0.0.1:8080"), "http://127.0.0.1:8080");
        assert_eq!(of("vote.example.org"), "https://vote.example.org");
        assert_eq!(of("x; rm -rf /"), "https://SERVER");
        assert_eq!(of("$(id).example"), "https://SERVER");
    }
}
