//! Laws that hold for every profile.

use proptest::prelude::*;
use tabulation::transcript::CountRecord;
use tabulation::{
    ApprovalRules, Basis, Contest, Electorate, Incomparable, LotSource, Majority, MarkLimit,
    Method, OptionIndex, PluralityRules, Profile, ProfileBuilder, RunoffExclusion, SchulzeRules,
    Selection, Strength, Tally, TieRule, Transcript, Unranked, count,
};

use crate::common::{
    assert_canonical, debian, index, meek, meek_nz, meek_prf, options, plurality, rules, runoff,
    schulze, scottish, tabulate,
};

const OPTIONS: usize = 5;

fn ranking_methods() -> Vec<Method> {
    let mut methods = vec![scottish(), meek(), meek_prf(), meek_nz()];
    methods.extend(schulze_methods());
    methods
}

fn schulze_methods() -> Vec<Method> {
    let mut methods = Vec::new();
    for unranked in [Unranked::NotCompared, Unranked::Last] {
        for strength in
            [Strength::WinningVotes, Strength::WinningVotesFewerOpposing, Strength::Margins]
        {
            methods.push(schulze(unranked, strength));
        }
    }
    methods
}

fn strict_ballot() -> impl Strategy<Value = Selection> {
    let order = Just((0..OPTIONS).collect::<Vec<_>>()).prop_shuffle();
    (order, 0..=OPTIONS)
        .prop_map(|(order, keep)| Selection::strict(order[..keep].iter().map(|&o| index(o))))
}

fn ballots() -> impl Strategy<Value = Vec<(Selection, u64)>> {
    proptest::collection::vec((strict_ballot(), 1..5_u64), 0..25)
}

fn profile(ballots: &[(Selection, u64)]) -> Profile {
    let mut profile = ProfileBuilder::new();
    for (selection, weight) in ballots {
        profile.add(selection, *weight).unwrap();
    }
    profile.build()
}

fn json(transcript: &Transcript) -> String {
    serde_json::to_string(transcript).unwrap()
}

fn renamed(selection: &Selection, to: &[usize]) -> Selection {
    let Selection::Ranking(groups) = selection else { panic!() };
    let rename = |o: &OptionIndex| index(to[o.index()]);
    Selection::ranking(groups.iter().map(|g| g.iter().map(rename).collect()))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_order_of_ballots_changes_no_byte(ballots in ballots(), seats in 1..4_u16) {
        let mut reversed = ballots.clone();
        reversed.reverse();
        for method in ranking_methods() {
            let rules = rules(method, seats, TieRule::Lots {});
            let one = tabulate(rules.clone(), options(OPTIONS), &profile(&ballots));
            let other = tabulate(rules, options(OPTIONS), &profile(&reversed));
            prop_assert_eq!(json(&one), json(&other));
        }
    }

    #[test]
    fn a_weight_counts_as_that_many_ballots(ballots in ballots(), seats in 1..4_u16) {
        let mut apart = ProfileBuilder::new();
        for (selection, weight) in &ballots {
            apart.add_many(selection, Tally { heads: *weight, weight: *weight }).unwrap();
        }
        let apart = apart.build();
        for method in ranking_methods() {
            let rules = rules(method, seats, TieRule::Lots {});
            let one = tabulate(rules.clone(), options(OPTIONS), &profile(&ballots));
            let other = tabulate(rules, options(OPTIONS), &apart);
            prop_assert_eq!(one.count, other.count);
            prop_assert_eq!(one.outcome, other.outcome);
        }
    }

    #[test]
    fn renaming_the_options_renames_the_result(
        ballots in ballots(),
        seats in 1..4_u16,
        to in Just((0..OPTIONS).collect::<Vec<_>>()).prop_shuffle(),
    ) {
        let other: Vec<_> = ballots.iter().map(|(s, w)| (renamed(s, &to), *w)).collect();
        let order: Vec<OptionIndex> = OptionIndex::all(OPTIONS).collect();
        let order_too: Vec<OptionIndex> = order.iter().map(|o| index(to[o.index()])).collect();
        for method in ranking_methods() {
            let with = |order: Vec<OptionIndex>| {
                rules(method.clone(), seats, TieRule::PublishedOrder { order })
            };
            let one = tabulate(with(order.clone()), options(OPTIONS), &profile(&ballots));
            let two = tabulate(with(order_too.clone()), options(OPTIONS), &profile(&other));
            let mut winners: Vec<usize> =
                one.outcome.winners().iter().map(|w| to[w.index()]).collect();
            let mut winners_too: Vec<usize> =
                two.outcome.winners().iter().map(|w| w.index()).collect();
            winners.sort_unstable();
            winners_too.sort_unstable();
            prop_assert_eq!(winners, winners_too);
        }
    }

    #[test]
    fn a_transcript_is_canonical_json_and_reads_back(ballots in ballots(), seats in 1..4_u16) {
        for method in ranking_methods() {
            let transcript =
                tabulate(rules(method, seats, TieRule::Lots {}), options(OPTIONS), &profile(&ballots));
            assert_canonical(&serde_json::to_value(&transcript).unwrap());
            let back: Transcript = serde_json::from_str(&json(&transcript)).unwrap();
            prop_assert_eq!(back, transcript);
        }
    }

    #[test]
    fn schulze_elects_a_condorcet_winner_and_ranks_consistently(ballots in ballots()) {
        for method in schulze_methods() {
            let transcript =
                tabulate(rules(method, 1, TieRule::Lots {}), options(OPTIONS), &profile(&ballots));
            let CountRecord::Schulze(record) = &transcript.count else { panic!() };
            if let Some(winner) = record.condorcet_winner {
                prop_assert_eq!(&transcript.ranking[0], &vec![winner]);
            }
            let place = |o: OptionIndex| {
                transcript.ranking.iter().position(|group| group.contains(&o)).unwrap()
            };
            for (above, beaten) in record.options.iter().zip(&record.beats) {
                for below in beaten {
                    prop_assert!(place(*above) < place(*below));
                }
            }
        }
    }

    #[test]
    fn schulze_by_wins_only_refines_what_the_method_leaves_open(ballots in ballots()) {
        let Method::Schulze(SchulzeRules { by, unranked, strength, equal_ranks, at_most, .. }) =
            schulze(Unranked::NotCompared, Strength::WinningVotes) else { panic!() };
        let method = Method::Schulze(SchulzeRules {
            by, unranked, strength, equal_ranks, at_most, incomparable: Incomparable::ByWins,
        });
        let transcript =
            tabulate(rules(method, 1, TieRule::Lots {}), options(OPTIONS), &profile(&ballots));
        let CountRecord::Schulze(record) = &transcript.count else { panic!() };
        let place = |o: &OptionIndex| {
            transcript.ranking.iter().position(|group| group.contains(o)).unwrap()
        };
        for (above, beaten) in record.options.iter().zip(&record.beats) {
            prop_assert!(beaten.iter().all(|below| place(above) < place(below)));
        }
    }

    #[test]
    fn every_strongest_path_is_the_best_of_all_paths(ballots in ballots()) {
        let method = schulze(Unranked::Last, Strength::WinningVotes);
        let transcript =
            tabulate(rules(method, 1, TieRule::Lots {}), options(OPTIONS), &profile(&ballots));
        let CountRecord::Schulze(record) = &transcript.count else { panic!() };
        let direct = |i: usize, j: usize| {
            let (there, back) = (record.pairwise[i][j], record.pairwise[j][i]);
            if there > back { there } else { 0 }
        };
        for from in 0..OPTIONS {
            for to in (0..OPTIONS).filter(|&to| to != from) {
                let best = best_path(&direct, from, to, &mut vec![from]);
                prop_assert_eq!(record.strongest[from][to], best);
            }
        }
        for path in &record.paths {
            let links = path.path.windows(2).map(|l| direct(l[0].index(), l[1].index()));
            prop_assert_eq!(links.min().unwrap().to_string(), path.strength.as_str());
        }
    }

    #[test]
    fn votes_of_every_stage_sum_to_all_votes(ballots in ballots(), seats in 1..4_u16) {
        let transcript =
            tabulate(rules(scottish(), seats, TieRule::Lots {}), options(OPTIONS), &profile(&ballots));
        let CountRecord::Stages(record) = &transcript.count else { panic!() };
        let scaled = |f: &tabulation::transcript::Figure| -> u128 {
            f.as_str().replace('.', "").parse().unwrap()
        };
        let valid = (transcript.cast.weight - transcript.blank.weight) as u128 * 100_000;
        for stage in &record.stages {
            let sum: u128 = stage.totals.iter().map(scaled).sum();
            let lost = scaled(&stage.total_non_transferable) + scaled(&stage.total_rounding_loss);
            prop_assert_eq!(sum + lost, valid);
        }
    }

    #[test]
    fn excluding_in_batches_elects_the_same_option(ballots in ballots()) {
        let elect = |exclusion| {
            let rules = rules(runoff(exclusion), 1, TieRule::Lots {});
            tabulate(rules, options(OPTIONS), &profile(&ballots)).outcome
        };
        prop_assert_eq!(elect(RunoffExclusion::Batch), elect(RunoffExclusion::OneByOne));
    }

    #[test]
    fn meek_keeps_every_vote_or_shows_it_exhausted(ballots in ballots(), seats in 1..4_u16) {
        let transcript =
            tabulate(rules(meek(), seats, TieRule::Lots {}), options(OPTIONS), &profile(&ballots));
        let CountRecord::Stages(record) = &transcript.count else { panic!() };
        let scaled = |f: &tabulation::transcript::Figure| -> u128 {
            f.as_str().replace('.', "").parse().unwrap()
        };
        let valid = u128::from(transcript.cast.weight - transcript.blank.weight) * 1_000_000_000;
        for stage in &record.stages {
            let sum: u128 = stage.totals.iter().map(scaled).sum();
            prop_assert_eq!(sum + scaled(&stage.total_non_transferable), valid);
        }
        prop_assert_eq!(transcript.outcome.winners().len(), usize::from(seats));
    }

    #[test]
    fn a_solid_majority_elects_one_of_its_own_by_stv(ballots in ballots()) {
        let total: u64 = ballots.iter().map(|(_, w)| w).sum();
        let mut ballots = ballots;
        ballots.push((Selection::strict([index(3), index(1)]), total + 1));
        let transcript =
            tabulate(rules(scottish(), 1, TieRule::Lots {}), options(OPTIONS), &profile(&ballots));
        prop_assert_eq!(transcript.outcome.winners(), &[index(3)]);
    }
}

/// The best path found by trying all of them.
fn best_path(
    direct: &dyn Fn(usize, usize) -> u64,
    at: usize,
    to: usize,
    seen: &mut Vec<usize>,
) -> u64 {
    let mut best = direct(at, to);
    for next in 0..OPTIONS {
        if next != to && !seen.contains(&next) && direct(at, next) > 0 {
            seen.push(next);
            best = best.max(direct(at, next).min(best_path(direct, next, to, seen)));
            seen.pop();
        }
    }
    best
}

#[test]
fn plurality_and_approval_count_marks_by_weight_or_by_heads() {
    let mut profile = ProfileBuilder::new();
    profile.add(&Selection::chosen([index(0)]), 5).unwrap();
    profile.add(&Selection::chosen([index(1)]), 1).unwrap();
    profile.add(&Selection::chosen([index(1)]), 1).unwrap();
    profile.add(&Selection::chosen([]), 9).unwrap();
    let profile = profile.build();
    let by_weight = tabulate(rules(plurality(), 1, TieRule::Refuse {}), options(3), &profile);
    assert_eq!(by_weight.outcome.winners(), [index(0)]);
    assert_eq!((by_weight.blank.heads, by_weight.blank.weight), (1, 9));
    let by_heads = Method::Plurality(PluralityRules {
        by: Basis::Heads,
        at_most: MarkLimit::AtMost { options: 1 },
    });
    let by_heads = tabulate(rules(by_heads, 1, TieRule::Refuse {}), options(3), &profile);
    assert_eq!(by_heads.outcome.winners(), [index(1)]);
    let approval = Method::Approval(ApprovalRules { by: Basis::Heads });
    let approval = tabulate(rules(approval, 2, TieRule::Refuse {}), options(3), &profile);
    assert_eq!(approval.outcome.winners(), [index(1), index(0)]);
    assert_eq!(approval.ranking, [vec![index(1)], vec![index(0)], vec![index(2)]]);
}

#[test]
fn debian_drops_what_misses_its_quorum_or_its_majority() {
    // Option 2 is the default. Option 0 has 5 to 2 against it, option 1 has 4 to 3.
    let mut profile = ProfileBuilder::new();
    profile.add(&Selection::strict([0, 1, 2].map(index)), 3).unwrap();
    profile.add(&Selection::strict([0, 2, 1].map(index)), 2).unwrap();
    profile.add(&Selection::strict([2, 1, 0].map(index)), 1).unwrap();
    profile.add(&Selection::strict([1, 2, 0].map(index)), 1).unwrap();
    let profile = profile.build();
    let winner = |quorum, majorities| {
        let rules = rules(debian(2, quorum, majorities), 1, TieRule::Refuse {});
        let transcript = tabulate(rules, options(3), &profile);
        transcript.outcome.winners().to_vec()
    };
    assert_eq!(winner(0, vec![]), [index(0)]);
    assert_eq!(winner(5, vec![]), [index(0)]);
    assert_eq!(winner(6, vec![]), [index(2)]);
    let majority = |votes_for| Majority { option: index(0), votes_for, votes_against: 2 };
    // 5 × 2 against p × 2: a majority of 5:2 is just met, one of 6:2 is not.
    assert_eq!(winner(0, vec![majority(5)]), [index(0)]);
    assert_eq!(winner(0, vec![majority(6)]), [index(1)]);
}

#[test]
fn a_lot_that_is_needed_and_cannot_be_drawn_is_an_error() {
    let contest = Contest::new(rules(plurality(), 1, TieRule::Lots {}), options(2)).unwrap();
    let profile = ProfileBuilder::new().build();
    let electorate = Electorate::of_those_who_voted(&profile);
    let error = count(&contest, &profile, &electorate, LotSource::None).unwrap_err();
    assert!(error.to_string().contains("no seed was given"), "{error}");
}
