//! The OpenAPI 3.1 document, made from the same descriptions as the router.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::endpoint::{Description, Parameter, Position};
use super::problem::{self, ProblemType};
use super::schema::{self, Schema};

/// Problems that any request may meet.
const ANYWHERE: &[&ProblemType] =
    &[problem::TOO_MANY_REQUESTS, problem::TIMEOUT, problem::OVERLOADED, problem::INTERNAL];

/// Descriptions mounted under one prefix.
#[derive(Debug)]
pub struct Mounted {
    /// The prefix, such as `/technical`, or empty.
    pub prefix: &'static str,
    /// The tag that groups them.
    pub tag: &'static str,
    /// What is mounted.
    pub descriptions: Vec<Description>,
}

/// The document.
pub fn document(version: &str, mounted: &[Mounted]) -> Value {
    let mut paths: BTreeMap<String, Map<String, Value>> = BTreeMap::new();
    let mut schemas = BTreeMap::from([component(&schema::PROBLEM)]);
    for mount in mounted {
        for description in &mount.descriptions {
            schemas.extend(named(description).map(|schema| component(&schema)));
            paths
                .entry(path(mount.prefix, description))
                .or_default()
                .insert(description.verb.lower().to_owned(), operation(mount, description));
        }
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Bicameral vote server",
            "version": version,
            "description": "Two pools, one set of paths under /business and one under /technical. \
                Problems are RFC 9457; GET /problems/{slug} explains each type.",
            "license": {"name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0"}
        },
        "paths": paths,
        "components": {"schemas": schemas},
    })
}

/// The template as OpenAPI writes it: the router's `{*rest}` takes slashes, which OpenAPI cannot say.
fn path(prefix: &str, description: &Description) -> String {
    let own = if description.path == "/" && !prefix.is_empty() { "" } else { description.path };
    format!("{prefix}{}", own.replace("{*", "{"))
}

fn component(schema: &Schema) -> (&'static str, Value) {
    (schema.name, (schema.json)())
}

fn named(description: &Description) -> impl Iterator<Item = Schema> {
    let replies = description.replies.iter().map(|reply| reply.schema);
    let body = description.body.iter().map(|body| body.schema);
    // A receipt refers to the envelope in it.
    let inner = [schema::ENVELOPE];
    replies.chain(body).chain(inner).filter(|schema| !schema.name.is_empty())
}

fn operation(mount: &Mounted, description: &Description) -> Value {
    let mut operation = json!({
        "operationId": format!("{}-{}", mount.tag, description.name),
        "summary": description.summary,
        "tags": [mount.tag],
        "responses": responses(description),
    });
    let Some(object) = operation.as_object_mut() else { return operation };
    if !description.parameters.is_empty() {
        let parameters = description.parameters.iter().map(parameter).collect();
        object.insert("parameters".to_owned(), Value::Array(parameters));
    }
    if let Some(body) = &description.body {
        let content = json!({body.media: {"schema": schema::refer(&body.schema)}});
        object.insert("requestBody".to_owned(), json!({"required": true, "content": content}));
    }
    operation
}

fn parameter(parameter: &Parameter) -> Value {
    let (position, required) = match parameter.position {
        Position::Path => ("path", true),
        Position::Query => ("query", true),
        Position::OptionalQuery => ("query", false),
    };
    json!({
        "name": parameter.name,
        "in": position,
        "required": required,
        "description": parameter.meaning,
        "schema": {"type": "string"},
        "example": parameter.example,
    })
}

fn responses(description: &Description) -> Map<String, Value> {
    let mut responses = Map::new();
    for reply in &description.replies {
        let content = json!({reply.media: {"schema": schema::refer(&reply.schema)}});
        let response = json!({"description": reply.meaning, "content": content});
        responses.insert(reply.status.to_string(), response);
    }
    let mut by_status: BTreeMap<u16, Vec<&ProblemType>> = BTreeMap::new();
    for kind in description.problems.iter().chain(ANYWHERE) {
        by_status.entry(kind.status).or_default().push(kind);
    }
    for (status, kinds) in by_status {
        let list: Vec<String> =
            kinds.iter().map(|kind| format!("`{}`: {}", kind.slug, kind.title)).collect();
        let content = json!({problem::MEDIA_TYPE: {"schema": schema::refer(&schema::PROBLEM)}});
        let response = json!({"description": list.join("; "), "content": content});
        responses.insert(status.to_string(), response);
    }
    responses
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::endpoint::JSON;

    fn sample() -> Value {
        let receipt = Description::get("/receipts/{tracker}", "receipt", "A receipt.")
            .part("tracker", "The tracker.", "AAAA")
            .reply(200, "The receipt.", JSON, schema::RECEIPT)
            .problems(&[problem::NOT_FOUND]);
        let tile = Description::get("/log/tile/{*path}", "tile", "A tile.");
        let page = Description::get("/", "board", "The board.");
        let mounted = Mounted {
            prefix: "/technical",
            tag: "technical",
            descriptions: vec![receipt, tile, page],
        };
        document("1.2.3", &[mounted])
    }

    #[test]
    fn a_description_becomes_an_operation_with_its_problems() {
        let document = sample();
        let operation = &document["paths"]["/technical/receipts/{tracker}"]["get"];
        assert_eq!(operation["parameters"][0]["in"], "path");
        assert_eq!(operation["parameters"][0]["required"], true);
        let responses = &operation["responses"];
        assert!(responses["404"]["description"].as_str().expect("text").contains("not-found"));
        assert!(responses["404"]["content"][problem::MEDIA_TYPE].is_object());
        assert_eq!(
            responses["200"]["content"][JSON]["schema"]["$ref"],
            "#/components/schemas/Receipt"
        );
        assert!(document["paths"]["/technical/log/tile/{path}"].is_object());
        assert!(document["paths"]["/technical"].is_object());
    }

    #[test]
    fn every_reference_of_the_document_leads_somewhere() {
        fn check(value: &Value, schemas: &Value) {
            match value {
                Value::Object(object) => {
                    if let Some(Value::String(target)) = object.get("$ref") {
                        let name = target.rsplit('/').next().expect("a name");
                        assert!(schemas[name].is_object(), "{target}");
                    }
                    object.values().for_each(|value| check(value, schemas));
                }
                Value::Array(array) => array.iter().for_each(|value| check(value, schemas)),
                Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => (),
            }
        }
        let document = sample();
        check(&document, &document["components"]["schemas"]);
    }
}
