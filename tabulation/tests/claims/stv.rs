//! Laws of the single transferable vote, for every rule of it.
//!
//! A later preference never harms an earlier one where a paper comes to it only when the earlier
//! ones are decided: in an instant runoff and with Gregory's transfers paper by paper. Not claimed:
//! Meek's method, whose quota falls as papers are exhausted; and cutting equal papers together,
//! since a later preference makes papers unequal. What else does not hold has its counter-example in
//! `counterexamples.rs`.

use proptest::prelude::*;
use tabulation::transcript::{CountRecord, Figure, StageAction, StagesRecord};
use tabulation::{
    AffiliationCap, AffiliationId, ContestOption, ContestOptions, MAX_OPTIONS, MAX_TOTAL, Method,
    OptionIndex, Outcome, Profile, ProfileBuilder, RunoffExclusion, Selection, Tally, TieRule,
    Transcript,
};

use crate::common::{
    assert_canonical, ers97, index, minneapolis, options, rules, runoff, scottish, tabulate,
    transferable, wigm_prf,
};

const OPTIONS: usize = 6;

type Ballots = Vec<(Vec<usize>, u64)>;

fn ballots() -> impl Strategy<Value = Ballots> {
    let order = Just((0..OPTIONS).collect::<Vec<_>>()).prop_shuffle();
    let ballot = (order, 0..=OPTIONS).prop_map(|(order, keep)| order[..keep].to_vec());
    proptest::collection::vec((ballot, 1..6_u64), 0..25)
}

fn profile(ballots: &[(Vec<usize>, u64)]) -> Profile {
    let mut profile = ProfileBuilder::new();
    for (ballot, weight) in ballots {
        profile.add(&Selection::strict(ballot.iter().map(|&o| index(o))), *weight).unwrap();
    }
    profile.build()
}

fn stages(transcript: &Transcript) -> &StagesRecord {
    let CountRecord::Stages(record) = &transcript.count else { panic!("not in stages") };
    record
}

fn scaled(figure: &Figure) -> i128 {
    figure.as_str().replace('.', "").parse().unwrap()
}

fn favouring_the_first(method: Method, seats: usize) -> tabulation::ContestRules {
    let order = OptionIndex::all(OPTIONS).collect();
    rules(method, u16::try_from(seats).unwrap(), TieRule::PublishedOrder { order })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn votes_of_every_stage_sum_to_all_votes(ballots in ballots(), seats in 1..=OPTIONS) {
        for method in transferable() {
            let transcript =
                tabulate(favouring_the_first(method, seats), options(OPTIONS), &profile(&ballots));
            let record = stages(&transcript);
            let one = 10_i128.pow(u32::from(record.decimals));
            let valid = i128::from(transcript.cast.weight - transcript.blank.weight) * one;
            for stage in &record.stages {
                let sum: i128 = stage.totals.iter().map(scaled).sum();
                let lost =
                    scaled(&stage.total_non_transferable) + scaled(&stage.total_rounding_loss);
                prop_assert_eq!(sum + lost, valid, "{:?}", transcript.rules.method);
                prop_assert!(!stage.sentence.is_empty());
            }
            prop_assert_eq!(transcript.outcome.winners().len(), seats);
            assert_canonical(&serde_json::to_value(&transcript).unwrap());
        }
    }

    #[test]
    fn the_order_of_ballots_changes_no_byte_and_a_weight_is_that_many_ballots(
        ballots in ballots(),
        seats in 1..=OPTIONS,
    ) {
        let mut reversed = ballots.clone();
        reversed.reverse();
        let mut apart = ProfileBuilder::new();
        for (ballot, weight) in &ballots {
            let selection = Selection::strict(ballot.iter().map(|&o| index(o)));
            apart.add_many(&selection, Tally { heads: *weight, weight: *weight }).unwrap();
        }
        let apart = apart.build();
        for method in transferable() {
            let rules = favouring_the_first(method, seats);
            let one = tabulate(rules.clone(), options(OPTIONS), &profile(&ballots));
            let two = tabulate(rules.clone(), options(OPTIONS), &profile(&reversed));
            prop_assert_eq!(&one, &two);
            let three = tabulate(rules, options(OPTIONS), &apart);
            prop_assert_eq!(&one.count, &three.count);
            prop_assert_eq!(&one.outcome, &three.outcome);
        }
    }

    #[test]
    fn renaming_the_options_renames_the_winners(
        ballots in ballots(),
        seats in 1..=OPTIONS,
        to in Just((0..OPTIONS).collect::<Vec<_>>()).prop_shuffle(),
    ) {
        let renamed: Ballots =
            ballots.iter().map(|(b, w)| (b.iter().map(|&o| to[o]).collect(), *w)).collect();
        for method in transferable() {
            let first = favouring_the_first(method.clone(), seats);
            let order = to.iter().map(|&o| index(o)).collect();
            let second = rules(method, first.seats, TieRule::PublishedOrder { order });
            let one = tabulate(first, options(OPTIONS), &profile(&ballots));
            let two = tabulate(second, options(OPTIONS), &profile(&renamed));
            let mut one: Vec<_> = one.outcome.winners().iter().map(|w| to[w.index()]).collect();
            let mut two: Vec<_> = two.outcome.winners().iter().map(|w| w.index()).collect();
            one.sort_unstable();
            two.sort_unstable();
            prop_assert_eq!(one, two);
        }
    }

    #[test]
    fn a_solid_coalition_of_so_many_quotas_elects_as_many_of_its_own(
        others in ballots(),
        members in 1..OPTIONS,
        seats in 1..OPTIONS,
        quotas in 1..4_u64,
    ) {
        // Voters who put options 0 to members - 1 before all others, and all of them.
        let outside: u64 = others.iter().map(|(_, w)| w).sum();
        let mut ballots = others;
        // So many that they are more than `quotas` Droop quotas, with a vote per seat to spare for
        // what is cut: c > quotas × (c + outside) ÷ (seats + 1) + seats.
        let divisor = seats as u64 + 1;
        prop_assume!(quotas < divisor);
        let coalition =
            (quotas * outside + (seats as u64 + 2) * divisor) / (divisor - quotas) + 2 * divisor;
        let forwards: Vec<usize> = (0..members).collect();
        let backwards: Vec<usize> = (0..members).rev().chain(members..OPTIONS).collect();
        ballots.push((forwards, coalition / 2));
        ballots.push((backwards, coalition - coalition / 2));
        let due = members.min(usize::try_from(quotas).unwrap()).min(seats);
        for method in transferable() {
            // The Hare quota asks for more voters than this.
            if format!("{method:?}").contains("Hare") {
                continue;
            }
            let transcript =
                tabulate(favouring_the_first(method, seats), options(OPTIONS), &profile(&ballots));
            let winners = transcript.outcome.winners();
            let own = winners.iter().filter(|w| w.index() < members).count();
            prop_assert!(own >= due, "{:?}: {} of {}", transcript.rules.method, own, due);
        }
    }

    #[test]
    fn a_later_preference_never_harms_an_earlier_one(
        ballots in ballots(),
        more in Just((0..OPTIONS).collect::<Vec<_>>()).prop_shuffle(),
        short in 1..OPTIONS,
        seats in 1..4_usize,
    ) {
        let winners = |method: &Method, last: &[usize], seats| -> Vec<usize> {
            let mut ballots = ballots.clone();
            ballots.push((last.to_vec(), 3));
            let rules = favouring_the_first(method.clone(), seats);
            let transcript = tabulate(rules, options(OPTIONS), &profile(&ballots));
            transcript.outcome.winners().iter().map(|w| w.index()).collect()
        };
        let gregory = [scottish(), minneapolis(), ers97(), wigm_prf()];
        let gregory = gregory.into_iter().map(|method| (method, seats));
        for (method, seats) in gregory.chain([(runoff(RunoffExclusion::OneByOne), 1)]) {
            let (without, with) =
                (winners(&method, &more[..short], seats), winners(&method, &more, seats));
            for earlier in &more[..short] {
                let harmed = without.contains(earlier) && !with.contains(earlier);
                prop_assert!(!harmed, "{method:?}: {earlier} of {without:?}, then {with:?}");
            }
        }
    }

    #[test]
    fn a_cap_that_can_be_met_is_met_and_every_seat_is_filled(
        ballots in ballots(),
        seats in 1..=OPTIONS,
        groups in proptest::collection::vec(0..3_usize, OPTIONS),
        limit in 1..3_u16,
    ) {
        let names: Vec<&str> = groups.iter().map(|&g| ["", "a", "b"][g]).collect();
        let capped = ContestOptions::new(
            names
                .iter()
                .enumerate()
                .map(|(i, group)| {
                    let option = ContestOption::new(i.to_string(), format!("option {i}"));
                    if group.is_empty() {
                        return option;
                    }
                    option.affiliated(AffiliationId::new(*group).unwrap())
                })
                .collect(),
        )
        .unwrap();
        for method in transferable() {
            let mut rules = favouring_the_first(method, seats);
            rules.affiliation_cap = AffiliationCap::AtMost { seats: limit };
            prop_assume!(rules.validate(&capped).is_ok());
            let transcript = tabulate(rules, capped.clone(), &profile(&ballots));
            let winners = transcript.outcome.winners();
            prop_assert_eq!(winners.len(), seats, "{:?}", transcript.rules.method);
            for group in ["a", "b"] {
                let of_group = winners.iter().filter(|w| names[w.index()] == group).count();
                prop_assert!(of_group <= usize::from(limit));
            }
        }
    }
}

#[test]
fn the_largest_weights_are_counted_exactly() {
    let heavy = MAX_TOTAL / 3;
    let ballots =
        [(vec![0, 1, 2], heavy), (vec![0, 2, 1], heavy), (vec![3, 2], heavy - 1), (vec![2], 1)];
    for method in transferable() {
        let transcript =
            tabulate(rules(method, 2, TieRule::Lots {}), options(4), &profile(&ballots));
        let record = stages(&transcript);
        let one = 10_i128.pow(u32::from(record.decimals));
        let last = record.stages.last().unwrap();
        let sum: i128 = last.totals.iter().map(scaled).sum();
        let lost = scaled(&last.total_non_transferable) + scaled(&last.total_rounding_loss);
        assert_eq!(sum + lost, i128::from(transcript.cast.weight) * one);
        assert_eq!(transcript.outcome.winners().len(), 2);
    }
}

#[test]
fn a_thousand_options_and_two_hundred_seats_are_counted() {
    let mut profile = ProfileBuilder::new();
    for start in 0..40_usize {
        let order = (0..MAX_OPTIONS).map(|i| index((start * 7 + i * 13) % MAX_OPTIONS));
        profile.add(&Selection::strict(order), 1 + start as u64).unwrap();
    }
    let profile = profile.build();
    for method in [ers97(), minneapolis(), wigm_prf()] {
        let rules = rules(method, 200, TieRule::Lots {});
        let transcript = tabulate(rules, options(MAX_OPTIONS), &profile);
        assert_eq!(transcript.outcome.winners().len(), 200);
    }
}

#[test]
fn an_empty_box_and_a_single_voter_have_a_clear_answer() {
    for ballots in [vec![], vec![(vec![], 3)], vec![(vec![2], 1)], vec![(vec![2, 0], 1)]] {
        let empty = ballots.iter().all(|(b, _): &(Vec<usize>, u64)| b.is_empty());
        for method in transferable() {
            let refuse = rules(method.clone(), 2, TieRule::Refuse {});
            let refused = tabulate(refuse, options(4), &profile(&ballots));
            if empty {
                assert!(matches!(refused.outcome, Outcome::Unresolved { .. }), "{method:?}");
            }
            let drawn =
                tabulate(rules(method, 2, TieRule::Lots {}), options(4), &profile(&ballots));
            assert_eq!(drawn.outcome.winners().len(), 2);
            assert!(empty || drawn.outcome.winners()[0] == index(2), "{:?}", drawn.rules.method);
        }
    }
}

#[test]
fn withdrawn_options_are_passed_over_and_their_papers_are_equal_to_others() {
    let mut with = ProfileBuilder::new();
    with.add(&Selection::strict([3, 0, 1].map(index)), 5).unwrap();
    with.add(&Selection::strict([0, 3, 1].map(index)), 5).unwrap();
    with.add(&Selection::strict([2].map(index)), 4).unwrap();
    with.add(&Selection::strict([3].map(index)), 4).unwrap();
    let without = profile(&[(vec![0, 1], 10), (vec![2], 4), (vec![], 4)]);
    let (with, withdrawn) = (with.build(), [index(3)].into());
    let fewer = options(4).with_withdrawn(withdrawn).unwrap();
    for method in transferable() {
        let rules = rules(method, 2, TieRule::Lots {});
        let one = tabulate(rules.clone(), fewer.clone(), &with);
        let two = tabulate(rules, fewer.clone(), &without);
        assert_eq!(one.count, two.count);
        assert_eq!(one.outcome, two.outcome);
    }
}

#[test]
fn as_many_options_as_seats_are_elected_at_once() {
    let profile = profile(&[(vec![0], 9), (vec![1], 1)]);
    for method in transferable() {
        let transcript = tabulate(rules(method, 3, TieRule::Refuse {}), options(3), &profile);
        assert_eq!(transcript.outcome.winners().len(), 3);
        assert!(transcript.ties.is_empty());
    }
}

/// Section 8 of the ERS rules, "Model election", stages 1 and 2 (rosenstiel.co.uk/stvrules/model.htm):
/// 753 votes, six places, 134 papers of which 123 can go on. Who receives them is not published
/// paper by paper, so here they all name one candidate next.
#[test]
fn the_second_stage_of_the_ers_model_election_gives_its_published_figures() {
    let mut ballots = vec![(vec![0, 1], 123), (vec![0], 11), (vec![9], 24), (vec![10], 23)];
    ballots.extend((1..9).map(|option| (vec![option], if option < 5 { 72 } else { 71 })));
    let transcript =
        tabulate(rules(ers97(), 6, TieRule::Refuse {}), options(11), &profile(&ballots));
    let record = stages(&transcript);
    assert_eq!(record.quota.as_str(), "107.58");
    assert_eq!(record.stages[0].elected, [index(0)]);
    // 26.42 exceeds 24 - 23, so the surplus is transferred, at 26.42 ÷ 123 = 0.21 a paper.
    let second = &record.stages[1];
    let surplus = StageAction::Surplus {
        from: index(0),
        surplus: Figure::scaled(2642, 2),
        total: Figure::scaled(13_400, 2),
    };
    assert_eq!(second.action, surplus);
    assert_eq!((second.transfers[0].papers, second.transfers[0].votes.as_str()), (123, "25.83"));
    assert_eq!(second.non_transferable.papers, 11);
    assert_eq!(second.rounding_loss.as_str(), "0.59");
    assert_eq!(second.totals[0].as_str(), "107.58");
}

#[test]
fn ers97_lets_a_small_surplus_wait_and_excludes_several_together() {
    // Quota 60.00, a surplus of 1; 1 + 2 + 33 and the surplus do not exceed 40.
    let ballots =
        [(vec![0, 3], 61), (vec![1], 43), (vec![2], 40), (vec![3, 1], 2), (vec![4, 1], 1)];
    let mut ballots = ballots.to_vec();
    ballots.push((vec![5], 33));
    let transcript =
        tabulate(rules(ers97(), 2, TieRule::Refuse {}), options(6), &profile(&ballots));
    let second = &stages(&transcript).stages[1];
    let out = vec![index(3), index(4), index(5)];
    assert_eq!(second.action, StageAction::JointExclusion { options: out });
    assert!(second.sentence.contains("wait (5.2.2)"), "{}", second.sentence);
}

#[test]
fn an_exclusion_in_ers97_goes_on_batch_by_batch_each_a_stage() {
    // Quota 37.67. Option 0 has 60 and a surplus of 22.33, 0.37 a paper, 0.13 lost. Option 2 then
    // has 11 papers of 1.00 and 10 of 0.37 and is the lowest.
    let mut ballots = vec![(vec![0, 1], 50), (vec![0, 2, 3], 10), (vec![1], 4)];
    ballots.extend([(vec![2, 3], 11), (vec![3], 20), (vec![4], 18)]);
    let transcript =
        tabulate(rules(ers97(), 2, TieRule::Refuse {}), options(5), &profile(&ballots));
    let record = stages(&transcript);
    assert_eq!(record.quota.as_str(), "37.67");
    assert_eq!(record.stages[1].rounding_loss.as_str(), "0.13");
    let totals = |stage: usize| record.stages[stage].totals.iter().map(Figure::as_str);
    assert!(totals(1).eq(["37.67", "22.50", "14.70", "20.00", "18.00"]));
    let out = StageAction::Exclusion { option: index(2) };
    assert_eq!((&record.stages[2].action, &record.stages[3].action), (&out, &out));
    assert!(totals(2).eq(["37.67", "22.50", "3.70", "31.00", "18.00"]));
    assert!(totals(3).eq(["37.67", "22.50", "0.00", "34.70", "18.00"]));
    // 5.6.1: (113 − 37.67 − 0.13) ÷ 2.
    assert_eq!(record.stages[3].quota.as_ref().unwrap().as_str(), "37.60");
}

/// 5.5.1 and 5.6.2. It takes a tie that never was none: otherwise the highest has the vote required
/// before an exclusion could leave as many as there are places.
#[test]
fn an_exclusion_that_leaves_as_many_as_places_is_not_carried_out_in_ers97() {
    let ballots = [(vec![0, 3], 5), (vec![1, 3], 5), (vec![2, 3], 5), (vec![3, 2], 5)];
    let order = [2, 3, 0, 1].map(index).to_vec();
    let published = rules(ers97(), 3, TieRule::PublishedOrder { order });
    let transcript = tabulate(published, options(4), &profile(&ballots));
    let record = stages(&transcript);
    assert_eq!(record.stages.len(), 1);
    assert_eq!(record.stages[0].elected, [0, 2, 3].map(index));
    assert!(record.stages[0].sentence.contains("5.5.1"), "{}", record.stages[0].sentence);
    assert_eq!(transcript.ties[0].decided[0], index(1));
    let refused = tabulate(rules(ers97(), 3, TieRule::Refuse {}), options(4), &profile(&ballots));
    assert!(matches!(refused.outcome, Outcome::Unresolved { open: 3, .. }));
}

/// The program droop's test "fixspec": by the ordinance of 2009 options 0 and 1, one vote each,
/// could not surpass option 2 with two; as amended ("equal or surpass") one of them can still win.
#[test]
fn who_can_still_equal_the_next_is_not_mathematically_out_in_minneapolis() {
    let ballots = [(vec![3], 3), (vec![2, 1, 0], 2), (vec![1, 0], 1), (vec![0, 1], 1)];
    let transcript =
        tabulate(rules(minneapolis(), 2, TieRule::Lots {}), options(4), &profile(&ballots));
    let record = stages(&transcript);
    assert!(matches!(record.stages[1].action, StageAction::Exclusion { .. }));
    assert_eq!(record.stages[0].elected, [index(3)]);
}

/// 167.70(1)(d): a candidate is a continuing one until the surplus is transferred.
#[test]
fn who_reached_the_threshold_receives_papers_until_the_surplus_goes_on_in_minneapolis() {
    let ballots = [(vec![0, 1], 12), (vec![1, 2], 10), (vec![2], 3), (vec![3, 2], 3), (vec![4], 3)];
    let transcript =
        tabulate(rules(minneapolis(), 3, TieRule::Lots {}), options(5), &profile(&ballots));
    let record = stages(&transcript);
    // Threshold 8: the surplus of 4 of option 0 goes to option 1, who had 10 already.
    assert_eq!(record.stages[1].transfers[0].to, index(1));
    assert_eq!(record.stages[1].totals[1].as_str(), "13.9996");
}
