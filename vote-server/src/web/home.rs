//! The front page: the foundation and its two chambers, side by side and never mixed.

use askama::Template;
use election::pool::Pool;
use election::state::{Phase, PoolState};

use super::shell::{Face, Place, Shell, counted, grouped};

/// The front page.
#[derive(Debug, Template)]
#[template(path = "home.html")]
pub struct HomePage {
    shell: Shell,
    pools: [Chamber; 2],
}

/// One chamber as the front page shows it.
#[derive(Debug)]
pub struct Chamber {
    face: Face,
    principals: String,
    open: Vec<Link>,
    summary: String,
    log_size: String,
    origin: String,
}

/// A link to an election.
#[derive(Debug)]
pub struct Link {
    href: String,
    title: String,
    note: String,
}

impl Chamber {
    /// What the front page says about a pool.
    pub fn of<P: Pool>(state: &PoolState<P>) -> Chamber {
        let face = Face::of(P::ID);
        let in_phase =
            |phase| state.elections().filter(move |(_, election)| election.phase() == phase);
        let open = in_phase(Phase::Open).map(|(id, election)| Link {
            href: format!("/{}/elections/{id}", face.slug),
            title: election.manifest().title.to_string(),
            note: format!("open until {}", election.manifest().window.closes_at),
        });
        let count = |phase, word| match in_phase(phase).count() {
            0 => None,
            number => Some(format!("{number} {word}")),
        };
        let parts = [
            count(Phase::Open, "open"),
            count(Phase::Sealed, "to come"),
            count(Phase::Closed, "being counted"),
            count(Phase::Certified, "certified"),
        ];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        let principals = state.principals().count();
        Chamber {
            face,
            principals: counted(
                u64::try_from(principals).unwrap_or(0),
                face.one(),
                face.principals,
            ),
            open: open.collect(),
            summary: if parts.is_empty() { "none yet".to_owned() } else { parts.join(", ") },
            log_size: grouped(state.size().0),
            origin: state.origin().to_string(),
        }
    }
}

impl HomePage {
    /// The page; the chambers are given in the order in which pools are shown.
    pub fn new(foundation: &str, pools: [Chamber; 2]) -> HomePage {
        HomePage { shell: Shell::outside(foundation, "Votes"), pools }
    }
}
