//! Weighted inclusive Gregory against a naive second counter: one paper at a time, nothing grouped.

use proptest::prelude::*;
use tabulation::transcript::CountRecord;
use tabulation::{
    Elects, InclusiveQuota, Method, OptionIndex, Profile, Selection, TieRule, TransferCut,
};

use crate::common::{index, options, rules, tabulate, wigm};

/// The choices of one rule, as the naive counter reads them.
#[derive(Debug, Clone, Copy)]
struct Naive {
    decimals: u32,
    quota: InclusiveQuota,
    elects: Elects,
    transfer: TransferCut,
}

impl Naive {
    fn method(self) -> Method {
        let decimals = u8::try_from(self.decimals).unwrap();
        wigm(decimals, self.quota, self.elects, self.transfer)
    }

    fn quota(self, votes: usize, seats: usize) -> u128 {
        let one = 10_u128.pow(self.decimals);
        let (votes, seats) = (votes as u128, seats as u128);
        match self.quota {
            InclusiveQuota::DroopWhole => (votes / (seats + 1) + 1) * one,
            InclusiveQuota::DroopExact => votes * one / (seats + 1) + 1,
            InclusiveQuota::Hare => votes * one / seats,
        }
    }

    /// Counts paper by paper; lots favour the first option. Returns totals after each stage and
    /// the winners in order of election.
    fn count(self, ballots: &[Vec<usize>], n: usize, seats: usize) -> (Vec<Vec<u128>>, Vec<usize>) {
        let one = 10_u128.pow(self.decimals);
        let valid: Vec<&Vec<usize>> = ballots.iter().filter(|b| !b.is_empty()).collect();
        let quota = self.quota(valid.len(), seats);
        let reached = |v: u128| match self.elects {
            Elects::AtLeast => v >= quota,
            Elects::MoreThan => v > quota,
        };
        // Each paper: the whole ballot, how many preferences are used up, its value.
        let mut piles: Vec<Vec<(&Vec<usize>, usize, u128)>> = vec![Vec::new(); n];
        let mut votes = vec![0_u128; n];
        // Papers one by one; or equal papers as one paper of their value together.
        let mut papers: Vec<(&Vec<usize>, u128)> = valid.into_iter().map(|b| (b, one)).collect();
        if self.transfer == TransferCut::PerParcel {
            let mut equal = std::collections::BTreeMap::new();
            for (ballot, value) in papers {
                *equal.entry(ballot).or_insert(0) += value;
            }
            papers = equal.into_iter().collect();
        }
        for (ballot, value) in papers {
            piles[ballot[0]].push((ballot, 1, value));
            votes[ballot[0]] += value;
        }
        let (mut elected, mut done, mut out) = (Vec::new(), vec![false; n], vec![false; n]);
        let mut history = vec![votes.clone()];
        loop {
            let mut hopeful: Vec<usize> =
                (0..n).filter(|i| !out[*i] && !elected.contains(i)).collect();
            hopeful.sort_by_key(|&i| (std::cmp::Reverse(votes[i]), i));
            for &i in &hopeful {
                if elected.len() < seats && reached(votes[i]) {
                    elected.push(i);
                }
            }
            hopeful.retain(|i| !elected.contains(i));
            if elected.len() >= seats {
                break;
            }
            if hopeful.len() <= seats - elected.len() {
                elected.extend(hopeful);
                break;
            }
            let mut surplus: Vec<usize> =
                elected.iter().copied().filter(|&i| !done[i] && votes[i] > quota).collect();
            surplus.sort_by_key(|&i| (std::cmp::Reverse(votes[i]), i));
            let (from, factor) = match surplus.first() {
                Some(&high) => {
                    done[high] = true;
                    (high, Some((votes[high] - quota, votes[high])))
                }
                None => {
                    let &low = hopeful.iter().min_by_key(|&&i| (votes[i], n - i)).unwrap();
                    out[low] = true;
                    (low, None)
                }
            };
            let papers = std::mem::take(&mut piles[from]);
            votes[from] = if factor.is_some() { quota } else { 0 };
            for (ballot, used, value) in &papers {
                let value = factor.map_or(*value, |(s, t)| value * s / t);
                if let Some(at) =
                    ballot[*used..].iter().position(|i| !out[*i] && !elected.contains(i))
                {
                    let to = ballot[used + at];
                    piles[to].push((ballot, used + at + 1, value));
                    votes[to] += value;
                }
            }
            history.push(votes.clone());
        }
        (history, elected)
    }
}

fn quotas() -> impl Strategy<Value = InclusiveQuota> {
    prop_oneof![
        Just(InclusiveQuota::DroopWhole),
        Just(InclusiveQuota::DroopExact),
        Just(InclusiveQuota::Hare)
    ]
}

fn election() -> impl Strategy<Value = (usize, usize, Vec<Vec<usize>>)> {
    (2..7_usize).prop_flat_map(|n| {
        let order = Just((0..n).collect::<Vec<_>>()).prop_shuffle();
        let ballot = (order, 0..=n).prop_map(|(order, keep)| order[..keep].to_vec());
        (Just(n), 1..=n, proptest::collection::vec(ballot, 1..40))
    })
}

fn totals(transcript: &tabulation::Transcript) -> Vec<Vec<u128>> {
    let CountRecord::Stages(record) = &transcript.count else { panic!() };
    let scaled = |f: &tabulation::transcript::Figure| f.as_str().replace('.', "").parse().unwrap();
    record.stages.iter().map(|s| s.totals.iter().map(scaled).collect()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn grouped_papers_count_as_single_ones_do(
        (n, seats, ballots) in election(),
        decimals in 0..6_u32,
        quota in quotas(),
        more in any::<bool>(),
        together in any::<bool>(),
    ) {
        let elects = if more { Elects::MoreThan } else { Elects::AtLeast };
        let transfer = if together { TransferCut::PerParcel } else { TransferCut::PerPaper };
        let naive = Naive { decimals, quota, elects, transfer };
        let order = OptionIndex::all(n).collect();
        let rules = rules(
            naive.method(),
            u16::try_from(seats).unwrap(),
            TieRule::PublishedOrder { order },
        );
        let selections = ballots.iter().map(|b| Selection::strict(b.iter().map(|&o| index(o))));
        let profile = Profile::of(selections).unwrap();
        let transcript = tabulate(rules, options(n), &profile);
        let (history, elected) = naive.count(&ballots, n, seats);
        prop_assert_eq!(totals(&transcript), history);
        let winners: Vec<usize> = transcript.outcome.winners().iter().map(|w| w.index()).collect();
        prop_assert_eq!(winners, elected);
    }
}

#[test]
fn sums_of_equal_papers_are_cut_once_and_papers_one_by_one() {
    // 7 equal papers, quota 4: a surplus of 3 of 7. 3/7 cut is 0.4285; seven of it are 2.9995, but
    // the sum of the seven is 3.0000.
    let mut ballots = vec![vec![0, 1]; 7];
    ballots.extend([vec![2], vec![2], vec![1]]);
    let selections = ballots.iter().map(|b| Selection::strict(b.iter().map(|&o| index(o))));
    let profile = Profile::of(selections).unwrap();
    for (transfer, got) in [(TransferCut::PerPaper, 39_995), (TransferCut::PerParcel, 40_000)] {
        let method = wigm(4, InclusiveQuota::DroopWhole, Elects::AtLeast, transfer);
        let transcript = tabulate(rules(method, 2, TieRule::Refuse {}), options(3), &profile);
        assert_eq!(totals(&transcript)[1][1], got);
    }
}

#[test]
fn who_has_exactly_the_quota_is_elected_or_not_as_the_rules_say() {
    // Hare quota of 10 votes for 2 seats: 5.
    let ballots = [vec![0], vec![0], vec![0], vec![0], vec![0], vec![1, 2], vec![1, 2], vec![2]]
        .into_iter()
        .chain([vec![3], vec![3]])
        .map(|b: Vec<usize>| Selection::strict(b.into_iter().map(index)));
    let profile = Profile::of(ballots).unwrap();
    for (elects, stage) in [(Elects::AtLeast, 0), (Elects::MoreThan, 2)] {
        let method = wigm(2, InclusiveQuota::Hare, elects, TransferCut::PerPaper);
        let transcript = tabulate(rules(method, 2, TieRule::Lots {}), options(4), &profile);
        let CountRecord::Stages(record) = &transcript.count else { panic!() };
        let elected_at = record.stages.iter().position(|s| s.elected.contains(&index(0)));
        assert_eq!(elected_at, Some(stage), "{elects:?}");
    }
}
