//! Random elections, and our count of one.

use std::collections::BTreeSet;

use rand::rngs::StdRng;
use rand::seq::SliceRandom as _;
use rand::{RngExt as _, SeedableRng as _};
use serde_json::{Value, json};
use tabulation::{
    Contest, ContestOptions, ContestRules, Electorate, LotSource, OptionIndex, ProfileBuilder,
    Selection, Tally, count,
};

/// Some ballots of one election, all alike.
#[derive(Debug, Clone)]
pub(crate) struct Ballots {
    /// How many.
    pub(crate) number: u64,
    /// Groups of options, best first.
    pub(crate) ranks: Vec<Vec<usize>>,
}

/// One election; options go by number.
#[derive(Debug, Clone)]
pub(crate) struct Election {
    pub(crate) options: usize,
    pub(crate) seats: u16,
    pub(crate) withdrawn: BTreeSet<usize>,
    pub(crate) ballots: Vec<Ballots>,
    /// An order of all options; what it is for is the method's business.
    pub(crate) order: Vec<usize>,
}

/// What ballots rank.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ranks {
    /// Every option, each at a rank of its own.
    Complete,
    /// Some of them, each at a rank of its own.
    Some,
    /// Some of them, some at the same rank.
    Shared,
}

/// What elections are drawn from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Range {
    /// The fewest and the most options.
    pub(crate) options: (usize, usize),
    /// The most seats.
    pub(crate) seats: u16,
    /// The most ballots alike. Few of them make ties frequent.
    pub(crate) number: u64,
    /// The most kinds of ballots.
    pub(crate) kinds: usize,
    /// What ballots rank.
    pub(crate) ranks: Ranks,
    /// Whether options may have withdrawn.
    pub(crate) withdrawn: bool,
}

/// The election of a seed.
pub(crate) fn election(seed: u64, range: Range) -> Election {
    let mut rng = StdRng::seed_from_u64(seed);
    let options = rng.random_range(range.options.0..=range.options.1);
    let mut order: Vec<usize> = (0..options).collect();
    order.shuffle(&mut rng);
    let mut withdrawn = BTreeSet::new();
    if range.withdrawn && rng.random_range(0..3) == 0 {
        withdrawn.extend((0..rng.random_range(1..=2)).map(|_| rng.random_range(0..options)));
    }
    let standing = u16::try_from(options - withdrawn.len()).expect("few options");
    let seats = rng.random_range(1..=range.seats.min(standing));
    let kinds = rng.random_range(1..=range.kinds);
    let ballots = (0..kinds).map(|_| ballots(&mut rng, options, range)).collect();
    Election { options, seats, withdrawn, ballots, order }
}

fn ballots(rng: &mut StdRng, options: usize, range: Range) -> Ballots {
    let mut order: Vec<usize> = (0..options).collect();
    order.shuffle(rng);
    if range.ranks != Ranks::Complete {
        order.truncate(rng.random_range(1..=options));
    }
    let mut ranks: Vec<Vec<usize>> = Vec::new();
    for option in order {
        match ranks.last_mut() {
            Some(rank) if range.ranks == Ranks::Shared && rng.random_range(0..4) == 0 => {
                rank.push(option)
            }
            Some(_) | None => ranks.push(vec![option]),
        }
    }
    Ballots { number: rng.random_range(1..=range.number), ranks }
}

/// What a ballot's number counts as here; the count must be the same.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Cast {
    /// So many ballots of weight one, counted by heads.
    Apart,
    /// One ballot of that weight, counted by weight.
    Together,
}

impl Cast {
    /// The basis to put into the rules.
    pub(crate) fn by(self) -> &'static str {
        match self {
            Self::Apart => "heads",
            Self::Together => "weight",
        }
    }
}

/// Our transcript, as an auditor reads it.
pub(crate) fn tabulate(election: &Election, method: &Value, ties: &Value, cast: Cast) -> Value {
    let rules = json!({
        "method": method,
        "seats": election.seats,
        "affiliation_cap": {"kind": "unlimited"},
        "ties": ties,
    });
    let rules: ContestRules = serde_json::from_value(rules).expect("rules");
    let index = |option: usize| OptionIndex::new(u16::try_from(option).expect("few options"));
    let names: Vec<String> = (0..election.options).map(|option| format!("c{option}")).collect();
    let options = ContestOptions::from_names(names.iter().map(String::as_str))
        .and_then(|all| all.with_withdrawn(election.withdrawn.iter().map(|&o| index(o)).collect()))
        .expect("options");
    let contest = Contest::new(rules, options).expect("a contest");
    let mut builder = ProfileBuilder::new();
    for ballots in &election.ballots {
        let ranks = ballots.ranks.iter().map(|rank| rank.iter().map(|&o| index(o)).collect());
        let tally = match cast {
            Cast::Apart => Tally { heads: ballots.number, weight: ballots.number },
            Cast::Together => Tally { heads: 1, weight: ballots.number },
        };
        builder.add_many(&Selection::ranking(ranks), tally).expect("few ballots");
    }
    let profile = builder.build();
    let electorate = Electorate::of_those_who_voted(&profile);
    let transcript = count(&contest, &profile, &electorate, LotSource::None)
        .unwrap_or_else(|error| panic!("{error} in {election:?} by {method}"));
    serde_json::to_value(&transcript).expect("a transcript is JSON")
}
