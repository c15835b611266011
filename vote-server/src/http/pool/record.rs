//! `GET /record`: everything an auditor needs of this pool, in one file.

use axum::extract::State;
use axum::response::Response;
use election::Pool;
use election::record::RecordWriter;
use tokio::sync::mpsc::Sender;

use crate::http::PoolContext;
use crate::http::body::{BrokenOff, Piece, piecewise};
use crate::http::endpoint::{Description, Endpoint, JSON_LINES};
use crate::http::problem::Problem;
use crate::http::respond::{Freshness, content};
use crate::http::schema;
use crate::service::{RecordLine, RecordReader};

/// The endpoint.
pub fn endpoint<P: Pool>() -> Endpoint<PoolContext<P>> {
    Description::get(
        "/record",
        "record",
        "The pool's record: header, leaves, artifacts, checkpoint. Ballots under an embargo stand as their leaf hashes.",
    )
    .reply(200, "JSON Lines.", JSON_LINES, schema::TEXT)
    .handled_by(handle)
}

async fn handle<P: Pool>(State(context): State<PoolContext<P>>) -> Result<Response, Problem> {
    let reader = context.service.record();
    let origin = &context.service.anchor().origin;
    let writer = RecordWriter::start(origin, reader.head().size())
        .map_err(|error| Problem::internal(&error))?;
    let (pieces, body) = piecewise();
    tokio::spawn(write(reader, writer, pieces));
    Ok(content(JSON_LINES, Freshness::Now, body))
}

/// Writes the file as fast as the client reads it. A fault breaks the connection off: half a record
/// must not look like a whole one.
async fn write<P: Pool>(
    mut reader: RecordReader<P>,
    mut writer: RecordWriter,
    pieces: Sender<Piece>,
) {
    loop {
        let lines = match reader.next().await {
            Ok(lines) if lines.is_empty() => break,
            Ok(lines) => lines,
            Err(error) => {
                tracing::error!(pool = P::SLUG, %error, "the record broke off");
                let _ = pieces.send(Err(BrokenOff)).await;
                return;
            }
        };
        lines.iter().for_each(|line| add(&mut writer, line));
        if pieces.send(Ok(writer.take())).await.is_err() {
            return;
        }
    }
    let last = match writer.checkpoint(&reader.head().note().to_string()) {
        Ok(()) => Ok(writer.take()),
        Err(error) => {
            tracing::error!(pool = P::SLUG, %error, "the record broke off");
            Err(BrokenOff)
        }
    };
    let _ = pieces.send(last).await;
}

fn add(writer: &mut RecordWriter, line: &RecordLine) {
    match line {
        RecordLine::Leaf(bytes) => writer.leaf(bytes),
        RecordLine::Withheld(hash) => writer.withheld(hash),
        RecordLine::Artifact(artifact) => writer.artifact(&artifact.sha256, &artifact.content),
    }
}
