//! `GET /api/v1/electorate`: the roll that a rule gives now, for drafting a manifest.

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::Response;
use crypto::Hash;
use crypto::merkle::TreeSize;
use election::Pool;
use election::manifest::Electorate;
use election::roll::Roll;
use election::state::Refusal;
use election::time::Millis;
use serde::{Deserialize, Serialize};

use crate::http::PoolContext;
use crate::http::endpoint::{Description, Endpoint, JSON, Parameter, Position};
use crate::http::problem::{self, Problem};
use crate::http::respond::json;
use crate::http::schema::{self, Schema};
use crate::http::segment::parse;

/// The query.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rule {
    kind: String,
    class: Option<String>,
    module: Option<String>,
    at: Option<u64>,
}

/// The answer.
#[derive(Serialize)]
#[serde(bound = "")]
struct Frozen<P: Pool> {
    log_size: TreeSize,
    root: Hash,
    heads: u64,
    weight: u64,
    entries: Roll<P>,
}

const SCHEMA: Schema = Schema {
    name: "Electorate",
    json: || {
        schema::object([
            ("log_size", schema::count()),
            ("root", schema::hash()),
            ("heads", schema::count()),
            ("weight", schema::count()),
            ("entries", super::roll::entries()),
        ])
    },
};

/// The endpoint.
pub fn endpoint<P: Pool>() -> Endpoint<PoolContext<P>> {
    let query = |name, position, meaning, example| Parameter { name, position, meaning, example };
    Description::get(
        "/api/v1/electorate",
        "electorate",
        "Who would be entitled if a manifest were sealed now.",
    )
    .parameter(query(
        "kind",
        Position::Query,
        "`everyone`, `class` with a class, or `maintainers` with a module.",
        "everyone",
    ))
    .parameter(query(
        "class",
        Position::OptionalQuery,
        "The class of membership, for `class` alone.",
        "",
    ))
    .parameter(query(
        "module",
        Position::OptionalQuery,
        "The module, for `maintainers` alone: of the technical pool.",
        "",
    ))
    .parameter(query(
        "at",
        Position::OptionalQuery,
        "The opening, in milliseconds since 1970: voting power is dated. Now, if left out.",
        "1795464000000",
    ))
    .reply(200, "The roll, and what a manifest seals of it.", JSON, SCHEMA)
    .problems(&[problem::BAD_PARAMETER, problem::BAD_ROLL])
    .handled_by(handle)
}

async fn handle<P: Pool>(
    State(context): State<PoolContext<P>>,
    rule: Result<Query<Rule>, QueryRejection>,
) -> Result<Response, Problem> {
    let bad = |detail: &dyn std::fmt::Display| {
        Problem::new(problem::BAD_PARAMETER).detail(detail).pool(P::ID)
    };
    let Query(rule) = rule.map_err(|error| bad(&error))?;
    let given = |text: Option<String>| text.filter(|text| !text.is_empty());
    let electorate = match (rule.kind.as_str(), given(rule.class), given(rule.module)) {
        ("everyone", None, None) => Electorate::Everyone {},
        ("class", Some(class), None) => Electorate::Class { class: parse("class", &class)? },
        ("maintainers", None, Some(module)) => {
            Electorate::Maintainers { module: parse("module", &module)? }
        }
        _ => {
            return Err(bad(
                &"kind is `everyone` alone, `class` with a class, or `maintainers` with a module",
            ));
        }
    };
    let at = match rule.at {
        None => context.service.now(),
        Some(at) => Millis::new(at).ok_or_else(|| bad(&"at: an instant is at most 2^53 - 1"))?,
    };
    let (size, roll) =
        context.service.view(|state| (state.size(), state.freeze_roll(&electorate, at)));
    let roll = roll.map_err(|error| Problem::of_refusal(&Refusal::Roll(error), P::ID))?;
    let root = roll.root().map_err(|error| Problem::internal(&error))?;
    let (heads, weight) = (roll.heads(), roll.weight());
    json(&Frozen { log_size: size, root, heads, weight, entries: roll })
}
