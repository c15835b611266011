//! A body that is written while it is read.

use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::{Body, Bytes, HttpBody};
use hyper::body::Frame;
use tokio::sync::mpsc;

/// Pieces that wait for the client.
const PIECES: usize = 4;

/// Why a body ended before its time. The client sees a connection that breaks off, and so no record
/// that looks complete.
#[derive(Debug, thiserror::Error)]
#[error("the body ended before its time")]
pub(super) struct BrokenOff;

/// What a writer gives.
pub(super) type Piece = Result<Vec<u8>, BrokenOff>;

struct Pieces(mpsc::Receiver<Piece>);

impl HttpBody for Pieces {
    type Data = Bytes;
    type Error = BrokenOff;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BrokenOff>>> {
        let piece = self.get_mut().0.poll_recv(cx);
        piece.map(|piece| piece.map(|piece| piece.map(|bytes| Frame::data(bytes.into()))))
    }
}

/// A body, and where to write it. The writer waits for the client; dropping it ends the body.
pub(super) fn piecewise() -> (mpsc::Sender<Piece>, Body) {
    let (sender, receiver) = mpsc::channel(PIECES);
    (sender, Body::new(Pieces(receiver)))
}
