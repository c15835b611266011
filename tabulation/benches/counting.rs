//! What a count by pairwise comparison costs: the whole call, from a grouped profile to the
//! transcript.
//!
//! `cargo bench -p tabulation`

#![expect(clippy::unwrap_used, reason = "a benchmark that cannot go on must stop")]

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, SamplingMode, criterion_group, criterion_main};
use tabulation::{
    AffiliationCap, Basis, Contest, ContestOptions, ContestRules, CopelandRules, Electorate,
    EqualRanks, Incomparable, LotSeed, LotSource, MarkLimit, Method, OptionIndex, Profile,
    ProfileBuilder, RankedPairsRules, SchulzeRules, Selection, Strength, TieRule, TiedPair,
    Unranked, count,
};

/// Random complete ballots of the benchmarks with many options.
const FEW_BALLOTS: usize = 201;
/// Random ballots of the benchmark with many ballots.
const MANY_BALLOTS: usize = 1_000_000;

/// G. Marsaglia's xorshift: the same numbers on every machine, and no floating point.
struct Xorshift(u64);

impl Xorshift {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % bound as u64).unwrap()
    }

    /// A random order of all options.
    fn order(&mut self, options: usize) -> Vec<OptionIndex> {
        let mut order: Vec<OptionIndex> = OptionIndex::all(options).collect();
        for last in (1..options).rev() {
            order.swap(last, self.below(last + 1));
        }
        order
    }
}

/// Ballots that rank all options, or as many of them as chance says.
fn profile(options: usize, ballots: usize, complete: bool) -> Profile {
    let mut random = Xorshift(0x9E37_79B9_7F4A_7C15);
    let mut profile = ProfileBuilder::new();
    for _ in 0..ballots {
        let order = random.order(options);
        let ranked = if complete { options } else { 1 + random.below(options) };
        profile.add(&Selection::strict(order.into_iter().take(ranked)), 1).unwrap();
    }
    profile.build()
}

fn schulze(strength: Strength, unranked: Unranked) -> Method {
    Method::Schulze(SchulzeRules {
        by: Basis::Heads,
        unranked,
        strength,
        incomparable: Incomparable::Tied,
        equal_ranks: EqualRanks::Allowed,
        at_most: MarkLimit::Any {},
    })
}

fn ranked_pairs() -> Method {
    Method::RankedPairs(RankedPairsRules {
        by: Basis::Heads,
        unranked: Unranked::Last,
        strength: Strength::WinningVotes,
        equal_ranks: EqualRanks::Allowed,
        at_most: MarkLimit::Any {},
    })
}

/// Little more than the pairwise matrix.
fn copeland(unranked: Unranked) -> Method {
    Method::Copeland(CopelandRules {
        by: Basis::Heads,
        unranked,
        equal_ranks: EqualRanks::Allowed,
        at_most: MarkLimit::Any {},
        tied_pair: TiedPair::Half,
    })
}

fn run(method: &Method, options: usize, profile: &Profile) {
    let names = OptionIndex::all(options).map(|o| format!("option {o}"));
    let rules = ContestRules {
        method: method.clone(),
        seats: 1,
        affiliation_cap: AffiliationCap::Unlimited {},
        ties: TieRule::Lots {},
    };
    let contest = Contest::new(rules, ContestOptions::from_names(names).unwrap()).unwrap();
    let electorate = Electorate::of_those_who_voted(profile);
    let seed = LotSource::Seed(LotSeed::new([7; 32]));
    black_box(count(&contest, profile, &electorate, seed).unwrap());
}

fn many_options(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("many options");
    group.sample_size(10).sampling_mode(SamplingMode::Flat);
    for options in [100, 500, 1_000] {
        let profile = profile(options, FEW_BALLOTS, true);
        for (name, method) in [
            ("schulze", schulze(Strength::WinningVotes, Unranked::Last)),
            ("schulze opposing", schulze(Strength::WinningVotesFewerOpposing, Unranked::Last)),
            ("ranked pairs", ranked_pairs()),
            ("copeland", copeland(Unranked::Last)),
        ] {
            let id = BenchmarkId::new(name, options);
            group.bench_function(id, |b| b.iter(|| run(&method, options, &profile)));
        }
    }
    group.finish();
}

fn many_ballots(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("many ballots");
    group.sample_size(10).sampling_mode(SamplingMode::Flat);
    let options = 20;
    for (name, complete) in [("truncated", false), ("complete", true)] {
        let profile = profile(options, MANY_BALLOTS, complete);
        for (rule, unranked) in [("last", Unranked::Last), ("not compared", Unranked::NotCompared)]
        {
            let method = copeland(unranked);
            let id = BenchmarkId::new(format!("copeland, unranked {rule}"), name);
            group.bench_function(id, |b| b.iter(|| run(&method, options, &profile)));
        }
    }
    group.finish();
}

criterion_group!(benches, many_options, many_ballots);
criterion_main!(benches);
