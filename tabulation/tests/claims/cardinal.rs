//! Points, scores, grades and approvals: laws that hold for every profile, and elections in which
//! a law fails.

use proptest::prelude::*;
use tabulation::transcript::{CountRecord, TieResolution};
use tabulation::{
    ApprovalRules, BallotForm, Basis, CommitteeSearch, Contest, MAX_OPTIONS, MAX_TOTAL, Method,
    OptionIndex, Outcome, Profile, ProfileBuilder, RulesError, Selection, SelectionError, StarTies,
    Tally, TieRule, Transcript, Ungraded, UnrankedPoints, Unscored,
};

use crate::common::{
    assert_canonical, borda, cumulative, index, judgment, options, phragmen, rules, score, star,
    tabulate, thiele,
};

const OPTIONS: usize = 5;
const HIGHEST: u16 = 5;

fn methods() -> Vec<Method> {
    vec![
        cumulative(HIGHEST * OPTIONS as u16),
        score(HIGHEST, Unscored::Zero),
        score(HIGHEST, Unscored::NotCounted),
        borda(UnrankedPoints::Zero),
        borda(UnrankedPoints::Average),
        star(HIGHEST, StarTies::Lots),
        star(HIGHEST, StarTies::Official),
        judgment(HIGHEST, Ungraded::Lowest),
        judgment(HIGHEST, Ungraded::NotCounted),
        phragmen(),
        thiele(CommitteeSearch::Sequential),
        thiele(CommitteeSearch::Optimal),
    ]
}

/// What a voter thinks of each option: a score, or nothing.
type Opinion = Vec<Option<u16>>;

fn opinions() -> impl Strategy<Value = Vec<(Opinion, u64)>> {
    let opinion = proptest::collection::vec(proptest::option::of(0..=HIGHEST), OPTIONS);
    proptest::collection::vec((opinion, 1..5_u64), 0..20)
}

/// The opinion on the ballot of a method: its scores, those of three and more approved, or a
/// ranking by scores.
fn ballot(method: &Method, opinion: &[Option<u16>]) -> Selection {
    let scored = || (0..).zip(opinion).filter_map(|(i, s)| Some((index(i), (*s)?)));
    match rules(method.clone(), 1, TieRule::Refuse {}).ballot_form() {
        BallotForm::Score { .. } | BallotForm::Distribute { .. } => Selection::scores(scored()),
        BallotForm::Choose { .. } => {
            Selection::chosen(scored().filter(|&(_, s)| s >= 3).map(|(o, _)| o))
        }
        BallotForm::Rank { .. } => {
            let groups = (0..=HIGHEST + 1).rev().map(|rank| {
                scored().filter(|&(_, s)| s == rank).map(|(o, _)| o).collect::<Vec<_>>()
            });
            Selection::ranking(groups.filter(|group| !group.is_empty()))
        }
        BallotForm::Motion => panic!("no motion is tested here"),
    }
}

fn profile(method: &Method, opinions: &[(Opinion, u64)]) -> Profile {
    let mut profile = ProfileBuilder::new();
    for (opinion, weight) in opinions {
        profile.add(&ballot(method, opinion), *weight).unwrap();
    }
    profile.build()
}

fn counted(method: &Method, seats: u16, ties: TieRule, opinions: &[(Opinion, u64)]) -> Transcript {
    let rules = rules(method.clone(), seats, ties);
    tabulate(rules, options(OPTIONS), &profile(method, opinions))
}

fn in_order() -> TieRule {
    TieRule::PublishedOrder { order: OptionIndex::all(OPTIONS).collect() }
}

fn sorted(winners: impl Iterator<Item = usize>) -> Vec<usize> {
    let mut winners: Vec<usize> = winners.collect();
    winners.sort_unstable();
    winners
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn the_order_of_ballots_changes_no_byte(opinions in opinions(), seats in 1..4_u16) {
        let mut reversed = opinions.clone();
        reversed.reverse();
        for method in methods() {
            let one = counted(&method, seats, TieRule::Lots {}, &opinions);
            let other = counted(&method, seats, TieRule::Lots {}, &reversed);
            prop_assert_eq!(serde_json::to_string(&one).unwrap(), serde_json::to_string(&other).unwrap());
        }
    }

    #[test]
    fn a_weight_counts_as_that_many_ballots(opinions in opinions(), seats in 1..4_u16) {
        for method in methods() {
            let mut apart = ProfileBuilder::new();
            for (opinion, weight) in &opinions {
                let tally = Tally { heads: *weight, weight: *weight };
                apart.add_many(&ballot(&method, opinion), tally).unwrap();
            }
            let one = counted(&method, seats, TieRule::Lots {}, &opinions);
            let rules = rules(method, seats, TieRule::Lots {});
            let other = tabulate(rules, options(OPTIONS), &apart.build());
            prop_assert_eq!(one.count, other.count);
            prop_assert_eq!(one.outcome, other.outcome);
        }
    }

    #[test]
    fn renaming_the_options_renames_the_winners(
        opinions in opinions(),
        seats in 1..4_u16,
        to in Just((0..OPTIONS).collect::<Vec<_>>()).prop_shuffle(),
    ) {
        let renamed: Vec<(Opinion, u64)> = opinions
            .iter()
            .map(|(opinion, weight)| {
                let mut other = vec![None; OPTIONS];
                opinion.iter().zip(&to).for_each(|(score, &place)| other[place] = *score);
                (other, *weight)
            })
            .collect();
        let order = to.iter().map(|&place| index(place)).collect();
        for method in methods() {
            let one = counted(&method, seats, in_order(), &opinions);
            let order = TieRule::PublishedOrder { order: Vec::clone(&order) };
            let other = counted(&method, seats, order, &renamed);
            prop_assert_eq!(
                sorted(one.outcome.winners().iter().map(|w| to[w.index()])),
                sorted(other.outcome.winners().iter().map(|w| w.index())),
            );
        }
    }

    #[test]
    fn a_transcript_is_canonical_json_and_reads_back(opinions in opinions(), seats in 1..4_u16) {
        for ties in [TieRule::Lots {}, TieRule::Refuse {}] {
            for method in methods() {
                let transcript = counted(&method, seats, ties.clone(), &opinions);
                assert_canonical(&serde_json::to_value(&transcript).unwrap());
                let json = serde_json::to_string(&transcript).unwrap();
                let back: Transcript = serde_json::from_str(&json).unwrap();
                prop_assert_eq!(back, transcript);
            }
        }
    }

    #[test]
    fn who_wins_and_is_raised_still_wins(opinions in opinions(), voter in 0..20_usize) {
        prop_assume!(voter < opinions.len());
        for method in [
            score(HIGHEST + 1, Unscored::Zero),
            Method::Approval(ApprovalRules { by: Basis::Weight }),
            borda(UnrankedPoints::Zero),
            borda(UnrankedPoints::Average),
            judgment(HIGHEST + 1, Ungraded::Lowest),
        ] {
            let before = counted(&method, 1, in_order(), &opinions);
            let winner = before.outcome.winners()[0];
            let mut raised = opinions.clone();
            raised[voter].0[winner.index()] = Some(HIGHEST + 1);
            let after = counted(&method, 1, in_order(), &raised);
            prop_assert_eq!(before.outcome, after.outcome, "{:?}", method);
        }
    }

    #[test]
    fn who_alone_has_the_top_grade_of_a_majority_wins_by_majority_judgment(opinions in opinions()) {
        let total: u64 = opinions.iter().map(|(_, weight)| weight).sum();
        let mut opinions = opinions;
        let mut opinion = vec![Some(HIGHEST - 1); OPTIONS];
        opinion[3] = Some(HIGHEST);
        opinions.push((opinion, total + 1));
        let method = judgment(HIGHEST, Ungraded::Lowest);
        let transcript = counted(&method, 1, TieRule::Refuse {}, &opinions);
        prop_assert_eq!(transcript.outcome.winners(), &[index(3)]);
    }

    #[test]
    fn more_votes_prefer_the_winner_of_star_to_the_other_finalist(opinions in opinions(), seats in 1..4_u16) {
        let method = star(HIGHEST, StarTies::Official);
        let transcript = counted(&method, seats, TieRule::Lots {}, &opinions);
        let CountRecord::Star(record) = &transcript.count else { panic!() };
        let total: u64 = opinions.iter().map(|(_, weight)| weight).sum();
        for round in &record.rounds {
            let [a, b] = round.finalists[..] else { panic!() };
            let score = |opinion: &Opinion, o: OptionIndex| opinion[o.index()].unwrap_or(0);
            let votes = |for_a: bool| -> u64 {
                let prefer = |opinion: &Opinion| {
                    let (a, b) = (score(opinion, a), score(opinion, b));
                    if for_a { a > b } else { b > a }
                };
                opinions.iter().filter(|(o, _)| prefer(o)).map(|(_, weight)| weight).sum()
            };
            let (for_a, for_b) = (votes(true), votes(false));
            prop_assert_eq!(&round.preferring, &vec![for_a, for_b]);
            prop_assert_eq!(round.no_preference, total - for_a - for_b);
            let elected = round.elected.unwrap();
            let (won, lost) = if elected == a { (for_a, for_b) } else { (for_b, for_a) };
            prop_assert!(won >= lost);
        }
    }
}

fn scores(ballots: &[(u64, &[u16])]) -> Profile {
    let mut profile = ProfileBuilder::new();
    for &(heads, scores) in ballots {
        let selection = Selection::scores((0..).map(index).zip(scores.iter().copied()));
        profile.add_many(&selection, Tally { heads, weight: heads }).unwrap();
    }
    profile.build()
}

fn rankings(ballots: &[(u64, &[usize])]) -> Profile {
    let mut profile = ProfileBuilder::new();
    for &(heads, order) in ballots {
        let selection = Selection::strict(order.iter().map(|&o| index(o)));
        profile.add_many(&selection, Tally { heads, weight: heads }).unwrap();
    }
    profile.build()
}

fn winners(method: Method, number: usize, profile: &Profile) -> Vec<OptionIndex> {
    let rules = rules(method, 1, TieRule::Refuse {});
    tabulate(rules, options(number), profile).outcome.winners().to_vec()
}

/// Why Borda's sentence warns: three of five voters rank A first, and still it loses as soon as B
/// brings a clone that its friends rank right behind it.
#[test]
fn a_clone_wins_a_borda_count_against_a_majority() {
    let alone = rankings(&[(3, &[0, 1]), (2, &[1, 0])]);
    assert_eq!(winners(borda(UnrankedPoints::Zero), 2, &alone), [index(0)]);
    let cloned = rankings(&[(3, &[0, 1, 2]), (2, &[1, 2, 0])]);
    assert_eq!(winners(borda(UnrankedPoints::Zero), 3, &cloned), [index(1)]);
    let sentence = rules(borda(UnrankedPoints::Zero), 1, TieRule::Refuse {}).sentence();
    for part in ["not recommended", "clones", "burying"] {
        assert!(sentence.contains(part), "{sentence}");
    }
}

/// Scores weigh how much, not how many: two who love B outweigh three who mildly prefer A. STAR's
/// runoff elects A.
#[test]
fn a_majority_may_lose_by_scores_and_wins_the_runoff_of_star() {
    let profile = scores(&[(3, &[5, 4]), (2, &[0, 5])]);
    assert_eq!(winners(score(5, Unscored::Zero), 2, &profile), [index(1)]);
    assert_eq!(winners(star(5, StarTies::Lots), 2, &profile), [index(0)]);
}

/// More votes of "Good" for A than for B do not help against medians: the majority criterion holds
/// for grades (above), not for preferences. Three of five prefer A, whose median is lower.
#[test]
fn a_majority_of_preferences_may_lose_by_majority_judgment() {
    let profile = scores(&[(2, &[3, 2]), (1, &[1, 0]), (2, &[0, 2])]);
    let transcript =
        tabulate(rules(judgment(3, Ungraded::Lowest), 1, TieRule::Refuse {}), options(2), &profile);
    assert_eq!(transcript.outcome.winners(), [index(1)]);
}

#[test]
fn means_are_compared_exactly_and_nobody_has_the_mean_zero() {
    let mut profile = ProfileBuilder::new();
    let mut add = |heads, scores: &[(usize, u16)]| {
        let selection = Selection::scores(scores.iter().map(|&(o, s)| (index(o), s)));
        profile.add_many(&selection, Tally { heads, weight: heads }).unwrap();
    };
    add(2, &[(0, 5)]);
    add(1, &[(0, 1)]);
    add(3, &[(1, 4)]);
    add(1, &[(1, 3)]);
    let profile = profile.build();
    let rules = rules(score(5, Unscored::NotCounted), 1, TieRule::Refuse {});
    let transcript = tabulate(rules, options(3), &profile);
    let CountRecord::Points(record) = &transcript.count else { panic!() };
    let values: Vec<&str> = record.totals.iter().map(|t| t.value.as_str()).collect();
    assert_eq!(values, ["11/3", "15/4", "0"]);
    assert_eq!(transcript.ranking, [[index(1)], [index(0)], [index(2)]]);
}

#[test]
fn equal_ranks_and_options_left_out_get_the_mean_of_their_places() {
    let mut profile = ProfileBuilder::new();
    let groups = [vec![0, 1, 2, 3], vec![4]].map(|g| g.into_iter().map(index).collect());
    profile.add(&Selection::ranking(groups), 1).unwrap();
    profile.add(&Selection::strict([index(5)]), 1).unwrap();
    let profile = profile.build();
    let sums = |unranked| {
        let rules = rules(borda(unranked), 1, TieRule::Lots {});
        let withdrawn = options(7).with_withdrawn([index(6)].into()).unwrap();
        let transcript = tabulate(rules, withdrawn, &profile);
        let CountRecord::Points(record) = transcript.count else { panic!() };
        record.totals.iter().map(|t| t.sum.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(sums(UnrankedPoints::Zero), ["3.5", "3.5", "3.5", "3.5", "1.0", "5.0"]);
    assert_eq!(sums(UnrankedPoints::Average), ["5.5", "5.5", "5.5", "5.5", "3.0", "5.0"]);
}

#[test]
fn the_official_protocol_asks_defeats_then_top_scores_then_lots() {
    // A cycle of three with equal totals and no defeats to tell: A and B have top scores.
    let cycle = scores(&[(1, &[5, 3, 1]), (1, &[1, 5, 3]), (1, &[3, 1, 5])]);
    let rules = |ties| rules(star(5, StarTies::Official), 1, ties);
    let open = tabulate(rules(TieRule::Refuse {}), options(3), &cycle);
    let tied = [0, 1, 2].map(index).to_vec();
    assert_eq!(open.outcome, Outcome::Unresolved { winners: vec![], tied, open: 1 });
    // A cycle with equal totals in which C has no top score.
    let cycle = scores(&[(1, &[5, 4, 2]), (1, &[1, 5, 3]), (1, &[3, 0, 4])]);
    let decided = tabulate(rules(TieRule::Refuse {}), options(3), &cycle);
    let CountRecord::Star(record) = &decided.count else { panic!() };
    assert_eq!(record.rounds[0].finalists, [0, 1].map(index));
    assert_eq!(decided.outcome.winners(), [index(0)]);
    assert_eq!(decided.ties[0].resolution, TieResolution::Method);
    assert_eq!(decided.ties[0].looked_at.len(), 1);
    // C loses to A and to B: it drops out, although it alone has a top score. A lot does the rest.
    let beaten = scores(&[(3, &[2, 2, 0]), (1, &[0, 0, 5]), (1, &[0, 0, 1])]);
    let decided = tabulate(rules(TieRule::Lots {}), options(3), &beaten);
    let CountRecord::Star(record) = &decided.count else { panic!() };
    assert_eq!(record.rounds[0].finalists, [0, 1].map(index));
    let resolutions: Vec<_> = decided.ties.iter().map(|t| t.resolution).collect();
    assert_eq!(resolutions, [TieResolution::Method, TieResolution::Lot]);
}

#[test]
fn scores_and_distributed_votes_are_held_to_their_limits() {
    let check = |method, given: &[(usize, u16)]| {
        let selection = Selection::scores(given.iter().map(|&(o, s)| (index(o), s)));
        selection.validate(&rules(method, 1, TieRule::Refuse {}), 3)
    };
    assert_eq!(check(cumulative(3), &[(0, 1), (2, 2)]), Ok(()));
    assert_eq!(
        check(cumulative(3), &[(0, 2), (2, 2)]),
        Err(SelectionError::TooManyVotes { given: 4, votes: 3 })
    );
    assert_eq!(
        check(star(5, StarTies::Lots), &[(1, 6)]),
        Err(SelectionError::ScoreOutOfRange { option: index(1), score: 6, highest: 5 })
    );
    let refuse = |method| rules(method, 1, TieRule::Refuse {}).validate(&options(3)).unwrap_err();
    assert_eq!(refuse(cumulative(0)), RulesError::NoMarks);
    assert_eq!(refuse(score(0, Unscored::Zero)), RulesError::Scale { highest: 0 });
    assert_eq!(refuse(judgment(1001, Ungraded::Lowest)), RulesError::Scale { highest: 1001 });
    let optimal = rules(thiele(CommitteeSearch::Optimal), 10, TieRule::Refuse {});
    assert!(Contest::new(optimal.clone(), options(20)).is_ok());
    assert_eq!(
        optimal.validate(&options(21)),
        Err(RulesError::TooManyCommittees { seats: 10, standing: 21 })
    );
}

#[test]
fn the_largest_weights_count_exactly() {
    let third = MAX_TOTAL / 3;
    for method in methods() {
        let mut profile = ProfileBuilder::new();
        for (opinion, weight) in [
            ([Some(5), Some(4), Some(0), None, Some(1)], third),
            ([Some(0), Some(4), Some(5), Some(3), None], third - 1),
            ([Some(3), None, Some(5), Some(5), Some(1)], third + 1),
        ] {
            profile.add(&ballot(&method, &opinion), weight).unwrap();
        }
        let rules = rules(method, 3, TieRule::Lots {});
        let transcript = tabulate(rules, options(OPTIONS), &profile.build());
        assert_eq!(transcript.outcome.winners().len(), 3);
        assert_canonical(&serde_json::to_value(&transcript).unwrap());
    }
}

#[test]
fn an_empty_box_ties_everybody_and_one_voter_decides_alone() {
    for method in methods() {
        let empty = counted(&method, 2, TieRule::Refuse {}, &[]);
        assert!(matches!(empty.outcome, Outcome::Unresolved { open: 2, .. }), "{method:?}");
        let drawn = counted(&method, 2, TieRule::Lots {}, &[]);
        assert_eq!(drawn.outcome.winners().len(), 2);
        let one = [(vec![Some(0), Some(5), Some(2), None, None], 1)];
        let alone = counted(&method, 1, TieRule::Refuse {}, &one);
        assert_eq!(alone.outcome.winners(), [index(1)], "{method:?}");
    }
}

#[test]
fn a_thousand_options_and_two_hundred_seats_are_counted() {
    for method in methods() {
        if method == thiele(CommitteeSearch::Optimal) {
            continue;
        }
        let method =
            if matches!(method, Method::Cumulative(_)) { cumulative(9999) } else { method };
        for same in [false, true] {
            let mut profile = ProfileBuilder::new();
            for start in 0..40_usize {
                let opinion: Opinion = (0..MAX_OPTIONS)
                    .map(|i| Some(if same { 3 } else { ((i * 7 + start * 13) % 97 % 6) as u16 }))
                    .collect();
                profile.add(&ballot(&method, &opinion), 1 + start as u64).unwrap();
            }
            let rules = rules(method.clone(), 200, TieRule::Lots {});
            let transcript = tabulate(rules, options(MAX_OPTIONS), &profile.build());
            assert_eq!(transcript.outcome.winners().len(), 200, "{method:?}");
        }
    }
}
