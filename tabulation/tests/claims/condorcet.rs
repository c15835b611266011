//! Copeland, minimax, ranked pairs and Condorcet with instant runoff: their laws, and naive second
//! counts.

use std::cmp::Reverse;

use proptest::prelude::*;
use tabulation::transcript::{CountRecord, PairwiseHead};
use tabulation::{
    AffiliationCap, AffiliationId, CondorcetIrvVariant, Contest, ContestOption, ContestOptions,
    Electorate, MAX_OPTIONS, MAX_TOTAL, Method, MinimaxStrength, OptionIndex, Outcome, Profile,
    ProfileBuilder, Selection, Strength, TieRule, TiedPair, Transcript, Unranked, count,
};

use crate::common::{
    SEED, assert_canonical, condorcet_irv, copeland, index, minimax, options, pairwise_head,
    ranked_pairs, ranking, rules, schulze, tabulate,
};

const OPTIONS: usize = 5;
const STRENGTHS: [Strength; 3] =
    [Strength::WinningVotes, Strength::WinningVotesFewerOpposing, Strength::Margins];
const VARIANTS: [CondorcetIrvVariant; 3] = [
    CondorcetIrvVariant::CondorcetElseIrv,
    CondorcetIrvVariant::SmithIrv,
    CondorcetIrvVariant::Benham,
];

/// Methods that elect from the Smith set whenever no tie is open.
fn smith_methods(unranked: Unranked) -> Vec<Method> {
    let mut methods: Vec<Method> = Vec::new();
    for strength in STRENGTHS {
        methods.extend([schulze(unranked, strength), ranked_pairs(unranked, strength)]);
    }
    methods.extend([TiedPair::Half, TiedPair::Nothing].map(|tied| copeland(unranked, tied)));
    methods
}

/// Methods for any number of seats that elect whoever beats all others.
fn condorcet_methods(unranked: Unranked) -> Vec<Method> {
    let mut methods = smith_methods(unranked);
    let strengths = [
        MinimaxStrength::WinningVotes,
        MinimaxStrength::WinningVotesFewerOpposing,
        MinimaxStrength::Margins,
    ];
    methods.extend(strengths.map(|strength| minimax(unranked, strength)));
    methods
}

fn all_methods(unranked: Unranked) -> Vec<Method> {
    let mut methods = condorcet_methods(unranked);
    methods.push(minimax(unranked, MinimaxStrength::Opposition));
    methods.extend(VARIANTS.map(condorcet_irv));
    methods
}

fn strict() -> impl Strategy<Value = Selection> {
    let order = Just((0..OPTIONS).collect::<Vec<_>>()).prop_shuffle();
    (order, 0..=OPTIONS)
        .prop_map(|(order, keep)| Selection::strict(order[..keep].iter().map(|&o| index(o))))
}

/// Ballots on which options may share a rank.
fn weak() -> impl Strategy<Value = Selection> {
    proptest::collection::vec(0..=OPTIONS, OPTIONS).prop_map(|ranks| {
        let groups = (0..OPTIONS)
            .map(|rank| (0..OPTIONS).filter(|&o| ranks[o] == rank).map(index).collect::<Vec<_>>());
        Selection::ranking(groups.filter(|group| !group.is_empty()))
    })
}

type Ballots = Vec<(Selection, u64)>;

fn some(ballot: impl Strategy<Value = Selection>) -> impl Strategy<Value = Ballots> {
    proptest::collection::vec((ballot, 1..5_u64), 0..20)
}

fn either_unranked() -> impl Strategy<Value = Unranked> {
    prop_oneof![Just(Unranked::Last), Just(Unranked::NotCompared)]
}

fn profile(ballots: &[(Selection, u64)]) -> Profile {
    let mut profile = ProfileBuilder::new();
    for (selection, weight) in ballots {
        profile.add(selection, *weight).unwrap();
    }
    profile.build()
}

fn elect(method: &Method, ties: TieRule, ballots: &[(Selection, u64)]) -> Transcript {
    tabulate(rules(method.clone(), 1, ties), options(OPTIONS), &profile(ballots))
}

/// The only winner, unless a tie is open.
fn winner(method: &Method, ballots: &[(Selection, u64)]) -> Option<OptionIndex> {
    let transcript = elect(method, TieRule::Refuse {}, ballots);
    transcript.outcome.winners().first().copied()
}

fn head(transcript: &Transcript) -> &PairwiseHead {
    pairwise_head(&transcript.count).unwrap()
}

/// The pairwise matrix by asking every ballot about every pair.
fn naive_matrix(ballots: &[(Selection, u64)], unranked: Unranked) -> Vec<Vec<u64>> {
    let mut matrix = vec![vec![0; OPTIONS]; OPTIONS];
    for (selection, weight) in ballots {
        let Selection::Ranking(groups) = selection else { panic!() };
        let place = |o: usize| groups.iter().position(|g| g.contains(&index(o)));
        for (i, row) in matrix.iter_mut().enumerate() {
            for (j, cell) in row.iter_mut().enumerate() {
                let above = match (place(i), place(j), unranked) {
                    (Some(a), Some(b), _) => a < b,
                    (Some(_), None, Unranked::Last) => true,
                    (Some(_), None, Unranked::NotCompared) | (None, _, _) => false,
                };
                *cell += if above { *weight } else { 0 };
            }
        }
    }
    matrix
}

/// The Smith set by trying every set of options.
fn naive_smith(m: &[Vec<u64>]) -> Vec<OptionIndex> {
    let member = |set: u32, o: usize| set >> o & 1 == 1;
    let dominates = |set: u32| {
        (0..OPTIONS)
            .all(|i| (0..OPTIONS).all(|j| !member(set, i) || member(set, j) || m[i][j] > m[j][i]))
    };
    let sets = (1_u32..1 << OPTIONS).filter(|&set| dominates(set));
    let smallest = sets.min_by_key(|set| set.count_ones()).unwrap();
    (0..OPTIONS).filter(|&o| member(smallest, o)).map(index).collect()
}

fn naive_key(m: &[Vec<u64>], w: usize, l: usize, strength: Strength) -> (u64, Reverse<u64>) {
    match strength {
        Strength::WinningVotes => (m[w][l], Reverse(0)),
        Strength::WinningVotesFewerOpposing => (m[w][l], Reverse(m[l][w])),
        Strength::Margins => (m[w][l] - m[l][w], Reverse(0)),
    }
}

fn leads(locked: &[(usize, usize)], from: usize, to: usize) -> bool {
    from == to || locked.iter().any(|&(w, l)| w == from && leads(locked, l, to))
}

/// Ranked pairs by the words of the rule; the order of lots is the ballot order.
fn naive_ranked_pairs(m: &[Vec<u64>], strength: Strength) -> Vec<(usize, usize)> {
    let pairs = (0..OPTIONS).flat_map(|w| (0..OPTIONS).map(move |l| (w, l)));
    let mut pairs: Vec<_> = pairs.filter(|&(w, l)| m[w][l] > m[l][w]).collect();
    pairs.sort_by_key(|&(w, l)| Reverse(naive_key(m, w, l, strength)));
    let mut locked: Vec<(usize, usize)> = Vec::new();
    let same = |a: &(usize, usize), b: &(usize, usize)| {
        naive_key(m, a.0, a.1, strength) == naive_key(m, b.0, b.1, strength)
    };
    for group in pairs.chunk_by(same) {
        let mut rest: Vec<_> =
            group.iter().copied().filter(|&(w, l)| !leads(&locked, l, w)).collect();
        let mut one_by_one = locked.clone();
        rest.sort_by_key(|&(w, l)| (w, Reverse(l)));
        for (w, l) in rest {
            if !leads(&one_by_one, l, w) {
                one_by_one.push((w, l));
            }
        }
        locked = one_by_one;
    }
    locked.sort_unstable();
    locked
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn pairs_and_the_smith_set_are_those_of_a_naive_count(
        ballots in some(weak()), unranked in either_unranked(),
    ) {
        let method = copeland(unranked, TiedPair::Half);
        let transcript = elect(&method, TieRule::Refuse {}, &ballots);
        let matrix = naive_matrix(&ballots, unranked);
        prop_assert_eq!(&head(&transcript).pairwise, &matrix);
        prop_assert_eq!(&head(&transcript).smith, &naive_smith(&matrix));
    }

    #[test]
    fn ranked_pairs_locks_what_a_naive_count_locks(
        ballots in some(weak()), unranked in either_unranked(),
    ) {
        let order: Vec<OptionIndex> = OptionIndex::all(OPTIONS).collect();
        for strength in STRENGTHS {
            let method = ranked_pairs(unranked, strength);
            let ties = TieRule::PublishedOrder { order: order.clone() };
            let transcript = elect(&method, ties, &ballots);
            let CountRecord::RankedPairs(record) = &transcript.count else { panic!() };
            let locked = record.defeats.iter().filter(|d| d.locked);
            let mut locked: Vec<_> =
                locked.map(|d| (d.winner.index(), d.loser.index())).collect();
            locked.sort_unstable();
            let naive = naive_ranked_pairs(&naive_matrix(&ballots, unranked), strength);
            prop_assert_eq!(&locked, &naive);
            for blocked in record.defeats.iter().filter(|d| !d.locked) {
                prop_assert_eq!(blocked.path.first(), Some(&blocked.loser));
                prop_assert_eq!(blocked.path.last(), Some(&blocked.winner));
                for link in blocked.path.windows(2) {
                    prop_assert!(locked.contains(&(link[0].index(), link[1].index())));
                }
            }
        }
    }

    #[test]
    fn copeland_and_minimax_rank_as_a_naive_count_does(
        ballots in some(weak()), unranked in either_unranked(),
    ) {
        let m = naive_matrix(&ballots, unranked);
        let grouped = |key: &dyn Fn(usize) -> (u64, Reverse<u64>)| {
            let mut order: Vec<usize> = (0..OPTIONS).collect();
            order.sort_by_key(|&o| key(o));
            let groups = order.chunk_by(|&a, &b| key(a) == key(b));
            groups.map(|g| g.iter().map(|&o| index(o)).collect()).collect::<Vec<Vec<_>>>()
        };
        let others = |i: usize| (0..OPTIONS).filter(move |&j| j != i);
        for (tied, points) in [(TiedPair::Nothing, 0), (TiedPair::Half, 1)] {
            let lost = |i: usize| {
                let halves: u64 = others(i).map(|j| match m[i][j].cmp(&m[j][i]) {
                    std::cmp::Ordering::Less => 2,
                    std::cmp::Ordering::Equal => 2 - points,
                    std::cmp::Ordering::Greater => 0,
                }).sum();
                (halves, Reverse(0))
            };
            let transcript = elect(&copeland(unranked, tied), TieRule::Lots {}, &ballots);
            prop_assert_eq!(&transcript.ranking, &grouped(&lost));
        }
        for (strength, of) in [
            (MinimaxStrength::WinningVotes, Some(Strength::WinningVotes)),
            (MinimaxStrength::WinningVotesFewerOpposing, Some(Strength::WinningVotesFewerOpposing)),
            (MinimaxStrength::Margins, Some(Strength::Margins)),
            (MinimaxStrength::Opposition, None),
        ] {
            let worst = |i: usize| others(i).filter_map(|j| match of {
                Some(of) => (m[j][i] > m[i][j]).then(|| naive_key(&m, j, i, of)),
                None => Some((m[j][i], Reverse(0))),
            }).max().unwrap_or((0, Reverse(u64::MAX)));
            let transcript = elect(&minimax(unranked, strength), TieRule::Lots {}, &ballots);
            prop_assert_eq!(&transcript.ranking, &grouped(&worst));
        }
    }

    #[test]
    fn whoever_beats_all_others_is_elected(ballots in some(strict()), unranked in either_unranked()) {
        let mut methods = condorcet_methods(unranked);
        if unranked == Unranked::Last {
            methods.extend(VARIANTS.map(condorcet_irv));
        }
        let smith = naive_smith(&naive_matrix(&ballots, unranked));
        if let [best] = *smith.as_slice() {
            for method in methods {
                prop_assert_eq!(winner(&method, &ballots), Some(best), "{:?}", method);
            }
        }
    }

    #[test]
    fn the_winner_is_of_the_smith_set(ballots in some(strict()), unranked in either_unranked()) {
        let mut methods = smith_methods(unranked);
        if unranked == Unranked::Last {
            methods.extend([CondorcetIrvVariant::SmithIrv, CondorcetIrvVariant::Benham].map(condorcet_irv));
        }
        let smith = naive_smith(&naive_matrix(&ballots, unranked));
        for method in methods {
            let transcript = elect(&method, TieRule::Lots {}, &ballots);
            let winners = transcript.outcome.winners();
            prop_assert!(winners.iter().all(|w| smith.contains(w)), "{:?}", method);
        }
    }

    #[test]
    fn whoever_more_than_half_put_first_is_elected(ballots in some(strict())) {
        let total: u64 = ballots.iter().map(|(_, w)| w).sum();
        let mut ballots = ballots;
        ballots.push((Selection::strict([index(3), index(1)]), total + 1));
        let mut methods = condorcet_methods(Unranked::Last);
        methods.extend(VARIANTS.map(condorcet_irv));
        for method in methods {
            prop_assert_eq!(winner(&method, &ballots), Some(index(3)), "{:?}", method);
        }
    }

    #[test]
    fn a_winner_does_not_win_the_reversed_election(ballots in some(strict())) {
        let complete = |(selection, weight): &(Selection, u64)| {
            let Selection::Ranking(groups) = selection else { panic!() };
            let mut groups = groups.clone();
            let named = groups.concat();
            let rest: Vec<_> = OptionIndex::all(OPTIONS).filter(|o| !named.contains(o)).collect();
            if !rest.is_empty() {
                groups.push(rest);
            }
            (groups, *weight)
        };
        let forwards: Vec<_> = ballots.iter().map(complete).collect();
        let backwards = forwards.iter().map(|(groups, weight)| {
            (Selection::ranking(groups.iter().rev().cloned()), *weight)
        });
        let backwards: Vec<_> = backwards.collect();
        let forwards: Vec<_> =
            forwards.into_iter().map(|(groups, weight)| (Selection::ranking(groups), weight)).collect();
        for strength in STRENGTHS {
            for method in [schulze(Unranked::Last, strength), ranked_pairs(Unranked::Last, strength)] {
                if let Some(first) = winner(&method, &forwards) {
                    prop_assert_ne!(winner(&method, &backwards), Some(first), "{:?}", method);
                }
            }
        }
    }

    #[test]
    fn raising_the_winner_never_unseats_it(ballots in some(strict()), which in 0..20_usize) {
        for method in condorcet_methods(Unranked::Last) {
            let Some(first) = winner(&method, &ballots) else { continue };
            let mut raised = ballots.clone();
            let Some((Selection::Ranking(groups), _)) = raised.get_mut(which) else { continue };
            groups.retain(|group| !group.contains(&first));
            groups.insert(0, vec![first]);
            let after = elect(&method, TieRule::Refuse {}, &raised);
            if let Outcome::Elected { winners, .. } = &after.outcome {
                prop_assert_eq!(winners, &[first], "{:?}", method);
            }
        }
    }

    #[test]
    fn names_order_and_weights_change_nothing(
        ballots in some(strict()),
        unranked in either_unranked(),
        to in Just((0..OPTIONS).collect::<Vec<_>>()).prop_shuffle(),
    ) {
        let mut renamed: Ballots = Vec::new();
        for (selection, weight) in ballots.iter().rev() {
            let Selection::Ranking(groups) = selection else { panic!() };
            let rename = |o: &OptionIndex| index(to[o.index()]);
            let groups = groups.iter().map(|g| g.iter().map(rename).collect());
            let selection = Selection::ranking(groups);
            renamed.extend((0..*weight).map(|_| (selection.clone(), 1)));
        }
        let order: Vec<OptionIndex> = OptionIndex::all(OPTIONS).collect();
        let order_too: Vec<OptionIndex> = order.iter().map(|o| index(to[o.index()])).collect();
        for method in all_methods(unranked) {
            let one = elect(&method, TieRule::PublishedOrder { order: order.clone() }, &ballots);
            let two = elect(&method, TieRule::PublishedOrder { order: order_too.clone() }, &renamed);
            let winner = one.outcome.winners()[0];
            prop_assert_eq!(two.outcome.winners(), &[index(to[winner.index()])], "{:?}", method);
        }
    }

    #[test]
    fn their_transcripts_are_canonical_json_and_read_back(ballots in some(strict())) {
        for method in all_methods(Unranked::Last) {
            let transcript = elect(&method, TieRule::Lots {}, &ballots);
            let value = serde_json::to_value(&transcript).unwrap();
            assert_canonical(&value);
            let back: Transcript = serde_json::from_value(value.clone()).unwrap();
            prop_assert_eq!(back, transcript);
            let mut stranger = value;
            stranger["count"]["stranger"] = 1.into();
            prop_assert!(serde_json::from_value::<Transcript>(stranger).is_err());
        }
    }
}

#[test]
fn what_unranked_means_elects_somebody_else() {
    // Three voters name option 0 alone; the two who compare both prefer option 1.
    let ballots = [(ranking(&[&[0]]), 3), (ranking(&[&[1], &[0]]), 2)];
    let elected = |unranked| {
        [
            copeland(unranked, TiedPair::Half),
            minimax(unranked, MinimaxStrength::WinningVotes),
            ranked_pairs(unranked, Strength::WinningVotes),
            schulze(unranked, Strength::WinningVotes),
        ]
        .map(|method| {
            let rules = rules(method, 1, TieRule::Refuse {});
            tabulate(rules, options(2), &profile(&ballots)).outcome.winners().to_vec()
        })
    };
    assert_eq!(elected(Unranked::Last), [const { OptionIndex::new(0) }; 4].map(|o| vec![o]));
    assert_eq!(elected(Unranked::NotCompared), [const { OptionIndex::new(1) }; 4].map(|o| vec![o]));
}

/// Ballots light and heavy, short and long, with ranks shared and options withdrawn, in contests on
/// either side of every limit below which the matrix is summed in another way.
#[test]
fn the_pairwise_matrix_is_that_of_a_naive_count_however_it_is_summed() {
    for (number, heads) in [(20, 400), (126, 150), (127, 150), (128, 60), (450, 12)] {
        let mut state = 1 + number as u64;
        let mut below = |bound: usize| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            usize::try_from(state % bound as u64).unwrap()
        };
        let mut ballots: Vec<(Vec<usize>, u64)> = Vec::new();
        for ballot in 0..heads {
            // A rank for each option; the highest means unranked.
            let ranks = match ballot % 3 {
                0 => 3,
                1 => number,
                _ => 50 * number,
            };
            let ranks = (0..number).map(|_| below(ranks).min(number)).collect();
            ballots.push((ranks, [1, 3, 16, 5_000, 1 << 40][below(5)]));
        }
        let mut profile = ProfileBuilder::new();
        for (ranks, weight) in &ballots {
            let groups = (0..number).map(|rank| {
                (0..number).filter(|&o| ranks[o] == rank).map(index).collect::<Vec<_>>()
            });
            let selection = Selection::ranking(groups.filter(|group| !group.is_empty()));
            profile.add(&selection, *weight).unwrap();
        }
        let profile = profile.build();
        let options = options(number).with_withdrawn([index(1)].into()).unwrap();
        for unranked in [Unranked::Last, Unranked::NotCompared] {
            let rules = rules(copeland(unranked, TiedPair::Half), 1, TieRule::Lots {});
            let transcript = tabulate(rules, options.clone(), &profile);
            let head = head(&transcript);
            for (i, row) in head.options.iter().zip(&head.pairwise) {
                for (j, &votes) in head.options.iter().zip(row) {
                    let above = |ranks: &[usize]| {
                        let (a, b) = (ranks[i.index()], ranks[j.index()]);
                        a < b && (b < number || unranked == Unranked::Last)
                    };
                    let wanted = ballots.iter().filter(|(ranks, _)| above(ranks));
                    assert_eq!(votes, wanted.map(|(_, weight)| weight).sum::<u64>());
                }
            }
        }
    }
}

#[test]
fn empty_and_single_ballots_and_shared_ranks_are_no_trouble() {
    let everybody: Vec<OptionIndex> = OptionIndex::all(OPTIONS).collect();
    for ballots in [
        vec![],
        vec![(Selection::strict([]), 7)],
        vec![(Selection::strict([index(2)]), MAX_TOTAL)],
        vec![(Selection::strict([index(2), index(0)]), 1)],
    ] {
        for method in all_methods(Unranked::Last) {
            let open = elect(&method, TieRule::Refuse {}, &ballots);
            let drawn = elect(&method, TieRule::Lots {}, &ballots);
            assert_eq!(drawn.outcome.winners().len(), 1, "{method:?}");
            if let Outcome::Elected { winners, .. } = open.outcome {
                assert_eq!(winners, drawn.outcome.winners());
            }
        }
    }
    for method in condorcet_methods(Unranked::NotCompared) {
        let ballots = [(Selection::ranking([everybody.clone()]), 3)];
        let transcript = elect(&method, TieRule::Lots {}, &ballots);
        assert_eq!(transcript.ranking.concat(), everybody, "{method:?}");
        assert_eq!(transcript.ranking.len(), 1);
    }
}

#[test]
fn a_thousand_options_and_the_heaviest_weights_are_counted() {
    let ballots: Ballots = (0..40_usize)
        .map(|start| {
            let order = (0..MAX_OPTIONS).map(|i| index((start * 7 + i * 13) % MAX_OPTIONS));
            (Selection::strict(order), 20_000_000_000_000 + start as u64)
        })
        .collect();
    for method in [
        ranked_pairs(Unranked::Last, Strength::WinningVotesFewerOpposing),
        ranked_pairs(Unranked::NotCompared, Strength::Margins),
        schulze(Unranked::Last, Strength::WinningVotesFewerOpposing),
        minimax(Unranked::Last, MinimaxStrength::WinningVotesFewerOpposing),
        copeland(Unranked::Last, TiedPair::Half),
        condorcet_irv(CondorcetIrvVariant::Benham),
    ] {
        let rules = rules(method, 1, TieRule::Lots {});
        let transcript = tabulate(rules, options(MAX_OPTIONS), &profile(&ballots));
        assert_eq!(transcript.outcome.winners().len(), 1);
    }
}

#[test]
fn an_option_that_the_cap_bars_takes_no_part() {
    let full = AffiliationId::new("full").unwrap();
    let barred = ContestOption::new("0", "barred").affiliated(full.clone());
    let others = ["b", "c", "d"].map(|name| ContestOption::new(name, name));
    let options = ContestOptions::new([barred].into_iter().chain(others).collect()).unwrap();
    let options = options.with_sitting([(full, 1)].into());
    // Option 0 beats all; without it 1 beats 2 beats 3 beats 1.
    let ballots = profile(&[
        (Selection::strict([0, 1, 2, 3].map(index)), 4),
        (Selection::strict([0, 2, 3, 1].map(index)), 3),
        (Selection::strict([0, 3, 1, 2].map(index)), 2),
    ]);
    for variant in VARIANTS {
        let mut rules = rules(condorcet_irv(variant), 1, TieRule::Refuse {});
        rules.affiliation_cap = AffiliationCap::AtMost { seats: 1 };
        let contest = Contest::new(rules, options.clone()).unwrap();
        let electorate = Electorate::of_those_who_voted(&ballots);
        let transcript = count(&contest, &ballots, &electorate, SEED).unwrap();
        assert_eq!(head(&transcript).smith, [1, 2, 3].map(index));
        assert_eq!(transcript.outcome.winners(), [index(1)]);
        let cap = transcript.cap.unwrap();
        assert_eq!((cap.before, cap.after), (vec![index(0)], vec![index(1)]));
    }
}
