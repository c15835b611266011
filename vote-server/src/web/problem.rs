//! The page that explains a type of problem.

use askama::Template;

use super::shell::{Place, Shell};
use crate::http::problem::{ALL, ProblemType};

/// The page.
#[derive(Debug, Template)]
#[template(path = "problem.html")]
pub struct ProblemPage {
    shell: Shell,
    slug: &'static str,
    status: u16,
    title: &'static str,
    meaning: &'static str,
    all: Vec<(&'static str, &'static str)>,
}

impl ProblemPage {
    /// The page of a type.
    pub fn new(foundation: &str, kind: &'static ProblemType) -> ProblemPage {
        ProblemPage {
            shell: Shell::outside(foundation, kind.title),
            slug: kind.slug,
            status: kind.status,
            title: kind.title,
            meaning: kind.meaning,
            all: ALL.iter().map(|kind| (kind.slug, kind.title)).collect(),
        }
    }
}
