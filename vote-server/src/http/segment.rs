//! Parts of a path that are parsed once, with a problem of ours if they don't parse.

use std::fmt::Display;
use std::str::FromStr;

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;

use super::problem::{self, Problem};

/// The one part of the path.
#[derive(Clone, Copy, Debug)]
pub struct Segment<T>(pub T);

impl<S, T> FromRequestParts<S> for Segment<T>
where
    S: Send + Sync,
    T: FromStr<Err: Display>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Path(text) = Path::<String>::from_request_parts(parts, state)
            .await
            .map_err(|rejection| Problem::new(problem::BAD_PARAMETER).detail(rejection))?;
        parse("path", &text).map(Segment)
    }
}

/// Parses a parameter.
pub fn parse<T: FromStr<Err: Display>>(name: &str, text: &str) -> Result<T, Problem> {
    text.parse().map_err(|error| {
        Problem::new(problem::BAD_PARAMETER).detail(format_args!("{name}: {error}"))
    })
}
