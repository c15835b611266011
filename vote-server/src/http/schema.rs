//! JSON schemas of what travels, named once and referred to from the OpenAPI document.

use serde_json::{Value, json};

/// What a body looks like.
#[derive(Clone, Copy, Debug)]
pub struct Schema {
    /// Its name among the document's components; empty for what is too plain to have one.
    pub name: &'static str,
    /// The schema (JSON Schema 2020-12, as OpenAPI 3.1 uses it).
    pub json: fn() -> Value,
}

/// Text.
pub const TEXT: Schema = Schema { name: "", json: || json!({"type": "string"}) };
/// Bytes.
pub const BYTES: Schema = Schema { name: "", json: || json!({}) };
/// An object of no fixed shape.
pub const OBJECT: Schema = Schema { name: "", json: || json!({"type": "object"}) };

/// A signed statement.
pub const ENVELOPE: Schema = Schema {
    name: "Envelope",
    json: || {
        json!({
            "type": "object",
            "description": "A DSSE v1 envelope in canonical JSON: its payload is canonical JSON too.",
            "required": ["payload", "payloadType", "signatures"],
            "additionalProperties": false,
            "properties": {
                "payload": {"type": "string", "contentEncoding": "base64"},
                "payloadType": {"type": "string", "examples": ["application/vnd.bicameral.v1.technical.ballot+json"]},
                "signatures": {"type": "array", "minItems": 1, "maxItems": 16, "items": {
                    "type": "object",
                    "required": ["keyid", "sig"],
                    "additionalProperties": false,
                    "properties": {
                        "keyid": hash(),
                        "sig": {"type": "string", "contentEncoding": "base64"}
                    }
                }}
            }
        })
    },
};

/// Proof that a statement is recorded.
pub const RECEIPT: Schema = Schema {
    name: "Receipt",
    json: || {
        json!({
            "type": "object",
            "required": ["tracker", "leaf", "proof"],
            "additionalProperties": false,
            "properties": {
                "tracker": {"type": "string", "description": "Six groups of four letters and digits."},
                "leaf": {
                    "type": "object",
                    "required": ["at", "statement"],
                    "additionalProperties": false,
                    "properties": {"at": instant(), "statement": refer(&ENVELOPE)}
                },
                "proof": {"type": "string", "description": "A C2SP tlog-proof: leaf index, inclusion proof, signed checkpoint."}
            }
        })
    },
};

/// What went wrong.
pub const PROBLEM: Schema = Schema {
    name: "Problem",
    json: || {
        json!({
            "type": "object",
            "description": "RFC 9457. Further members depend on the type.",
            "required": ["type", "title", "status"],
            "properties": {
                "type": {"type": "string", "format": "uri-reference"},
                "title": {"type": "string"},
                "status": {"type": "integer"},
                "detail": {"type": "string"},
                "pool": pool(),
                "instance": {"type": "string", "format": "uri-reference"},
                "standing": hash(),
                "trace": {"type": "string"}
            }
        })
    },
};

/// A SHA-256.
pub fn hash() -> Value {
    json!({"type": "string", "pattern": "^[0-9a-f]{64}$"})
}

/// Milliseconds since the Unix epoch.
pub fn instant() -> Value {
    json!({"type": "integer", "minimum": 0, "description": "Milliseconds since 1970-01-01 UTC."})
}

/// A count.
pub fn count() -> Value {
    json!({"type": "integer", "minimum": 0})
}

/// A pool's name.
pub fn pool() -> Value {
    json!({"type": "string", "enum": ["business", "technical"]})
}

/// An array.
pub fn array(items: Value) -> Value {
    json!({"type": "array", "items": items})
}

/// An object with exactly these members, all of them always there.
pub fn object<const N: usize>(properties: [(&str, Value); N]) -> Value {
    let required: Vec<&str> = properties.iter().map(|(name, _)| *name).collect();
    let properties: serde_json::Map<String, Value> =
        properties.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
    json!({
        "type": "object",
        "required": required,
        "additionalProperties": false,
        "properties": properties,
    })
}

/// A schema where it is used: by name if it has one.
pub fn refer(schema: &Schema) -> Value {
    if schema.name.is_empty() {
        (schema.json)()
    } else {
        json!({"$ref": format!("#/components/schemas/{}", schema.name)})
    }
}
