//! Scottish STV against a naive second counter: one paper at a time, nothing grouped.

use proptest::prelude::*;
use tabulation::transcript::{CountRecord, StageAction, TieResolution};
use tabulation::{
    AffiliationCap, AffiliationId, ContestOption, ContestOptions, OptionIndex, Outcome, Profile,
    ProfileBuilder, Selection, TieRule,
};

use crate::common::{index, options, rules, scottish, tabulate};

/// Counts paper by paper; lots favour the first option. Returns totals after each stage, scaled by
/// 10^5, and the winners in order of election.
fn naive(ballots: &[Vec<usize>], n: usize, seats: usize) -> (Vec<Vec<u128>>, Vec<usize>) {
    let valid: Vec<&Vec<usize>> = ballots.iter().filter(|b| !b.is_empty()).collect();
    let quota = (valid.len() / (seats + 1) + 1) as u128 * 100_000;
    // Each paper: preferences, how many are used up, value.
    let mut piles: Vec<Vec<(&[usize], u128)>> = vec![Vec::new(); n];
    let (mut elected, mut out) = (Vec::new(), vec![false; n]);
    let mut surplus_done = vec![false; n];
    let mut votes = vec![0_u128; n];
    for ballot in valid {
        piles[ballot[0]].push((&ballot[1..], 100_000));
        votes[ballot[0]] += 100_000;
    }
    let mut history = vec![votes.clone()];
    loop {
        let mut hopeful: Vec<usize> = (0..n).filter(|i| !out[*i] && !elected.contains(i)).collect();
        hopeful.sort_by_key(|&i| (std::cmp::Reverse(votes[i]), i));
        for &i in &hopeful {
            if votes[i] >= quota {
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
        let surplus: Vec<usize> = (0..n)
            .filter(|&i| elected.contains(&i) && !surplus_done[i] && votes[i] > quota)
            .collect();
        let (from, factor) = if surplus.is_empty() {
            let low = extreme(&hopeful, &history, false);
            out[low] = true;
            (low, None)
        } else {
            let high = extreme(&surplus, &history, true);
            surplus_done[high] = true;
            (high, Some((votes[high] - quota, votes[high])))
        };
        let papers = std::mem::take(&mut piles[from]);
        votes[from] = if factor.is_some() { quota } else { 0 };
        for (rest, value) in papers {
            let value = factor.map_or(value, |(surplus, total)| value * surplus / total);
            if let Some(at) = rest.iter().position(|i| !out[*i] && !elected.contains(i)) {
                piles[rest[at]].push((&rest[at + 1..], value));
                votes[rest[at]] += value;
            }
        }
        history.push(votes.clone());
    }
    (history, elected)
}

/// The option with the most or fewest votes; ties by earlier stages, then the first is favoured.
fn extreme(among: &[usize], history: &[Vec<u128>], most: bool) -> usize {
    let mut tied = among.to_vec();
    for votes in history.iter().rev() {
        let best = if most {
            tied.iter().map(|&i| votes[i]).max()
        } else {
            tied.iter().map(|&i| votes[i]).min()
        };
        tied.retain(|&i| Some(votes[i]) == best);
    }
    if most { tied[0] } else { tied[tied.len() - 1] }
}

fn ballots() -> impl Strategy<Value = (usize, usize, Vec<Vec<usize>>)> {
    (2..7_usize).prop_flat_map(|n| {
        let order = Just((0..n).collect::<Vec<_>>()).prop_shuffle();
        let ballot = (order, 0..=n).prop_map(|(order, keep)| order[..keep].to_vec());
        (Just(n), 1..n, proptest::collection::vec(ballot, 0..60))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]
    #[test]
    fn grouped_papers_count_as_papers_one_by_one((n, seats, ballots) in ballots()) {
        let (history, winners) = naive(&ballots, n, seats);
        let ballots = ballots.iter().map(|b| Selection::strict(b.iter().map(|&o| index(o))));
        let profile = Profile::of(ballots).unwrap();
        let ties = TieRule::PublishedOrder { order: OptionIndex::all(n).collect() };
        let seats = u16::try_from(seats).unwrap();
        let transcript = tabulate(rules(scottish(), seats, ties), options(n), &profile);
        let CountRecord::Stages(record) = &transcript.count else { panic!() };
        let totals: Vec<Vec<u128>> = record
            .stages
            .iter()
            .map(|s| s.totals.iter().map(|f| f.as_str().replace('.', "").parse().unwrap()).collect())
            .collect();
        prop_assert_eq!(totals, history);
        let elected: Vec<usize> = transcript.outcome.winners().iter().map(|w| w.index()).collect();
        prop_assert_eq!(elected, winners);
    }
}

fn profile(ballots: &[(u64, &[usize])]) -> Profile {
    let mut profile = ProfileBuilder::new();
    for &(heads, ballot) in ballots {
        let selection = Selection::strict(ballot.iter().map(|&o| index(o)));
        profile.add_many(&selection, tabulation::Tally { heads, weight: heads }).unwrap();
    }
    profile.build()
}

#[test]
fn truncation_is_told_as_a_loss_of_its_own() {
    // 68 votes, quota 34: each of 68 papers goes on at 34 ÷ 68; then 3 of 7 leave a remainder.
    let profile = profile(&[(7, &[0, 1]), (2, &[2]), (1, &[1])]);
    let transcript = tabulate(rules(scottish(), 2, TieRule::Refuse {}), options(4), &profile);
    let CountRecord::Stages(record) = &transcript.count else { panic!() };
    let second = &record.stages[1];
    // Quota 4, surplus 3 of 7: 3/7 = 0.42857…, seven papers give 2.99999.
    assert_eq!(second.transfers[0].votes.as_str(), "2.99999");
    assert_eq!(second.rounding_loss.as_str(), "0.00001");
    assert_eq!(second.non_transferable.votes.as_str(), "0.00000");
    assert!(second.sentence.contains("0.00001 is lost to rounding"), "{}", second.sentence);
}

#[test]
fn an_earlier_stage_breaks_a_tie_before_a_lot_does() {
    let profile = profile(&[(10, &[0]), (9, &[1]), (4, &[2, 0]), (4, &[3, 1]), (3, &[4, 2])]);
    let transcript = tabulate(rules(scottish(), 1, TieRule::Refuse {}), options(5), &profile);
    assert!(transcript.ties.iter().all(|t| t.resolution != TieResolution::Unresolved));
}

#[test]
fn a_tie_that_the_rules_leave_open_ends_the_count_unresolved() {
    let profile = profile(&[(1, &[0]), (1, &[1])]);
    let transcript = tabulate(rules(scottish(), 1, TieRule::Refuse {}), options(2), &profile);
    let tied = vec![index(0), index(1)];
    assert_eq!(transcript.outcome, Outcome::Unresolved { winners: vec![], tied, open: 1 });
}

fn affiliated(groups: &[&str]) -> ContestOptions {
    let options = groups.iter().enumerate().map(|(i, group)| {
        let option = ContestOption::new(i.to_string(), format!("option {i}"));
        if group.is_empty() {
            return option;
        }
        option.affiliated(AffiliationId::new(*group).unwrap())
    });
    ContestOptions::new(options.collect()).unwrap()
}

#[test]
fn a_full_affiliation_dooms_its_other_candidates_at_once() {
    let profile = profile(&[(54, &[0, 1, 3]), (22, &[2]), (13, &[4]), (11, &[3])]);
    let mut rules = rules(scottish(), 3, TieRule::Refuse {});
    rules.affiliation_cap = AffiliationCap::AtMost { seats: 1 };
    let transcript = tabulate(rules, affiliated(&["acme", "acme", "", "", ""]), &profile);
    // The surplus of option 0 passes over option 1 and elects option 3 before option 2 has its quota.
    assert_eq!(transcript.outcome.winners(), [0, 3, 2].map(index));
    let CountRecord::Stages(record) = &transcript.count else { panic!() };
    let doomed = StageAction::CapExclusion {
        option: index(1),
        affiliation: AffiliationId::new("acme").unwrap(),
    };
    assert_eq!(record.stages[1].action, doomed);
    let cap = transcript.cap.unwrap();
    assert_eq!(cap.before, [0, 1, 2].map(index));
    assert_eq!(cap.after, [0, 3, 2].map(index));
    assert!(cap.uncapped.is_some());
}

#[test]
fn whoever_is_needed_to_fill_all_seats_is_guarded_from_exclusion() {
    // Three seats, one per affiliation: option 3 must have one although it comes last.
    let profile = profile(&[(40, &[0]), (30, &[1]), (20, &[2]), (1, &[3])]);
    let mut rules = rules(scottish(), 3, TieRule::Refuse {});
    rules.affiliation_cap = AffiliationCap::AtMost { seats: 1 };
    let transcript = tabulate(rules, affiliated(&["a", "a", "b", "c"]), &profile);
    let mut winners = transcript.outcome.winners().to_vec();
    winners.sort();
    assert_eq!(winners, [0, 2, 3].map(index));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn a_cap_that_can_be_met_is_met_and_every_seat_is_filled(
        (n, seats, ballots) in ballots(),
        groups in proptest::collection::vec(0..3_usize, 7),
        limit in 1..3_u16,
    ) {
        let names: Vec<&str> = groups[..n].iter().map(|&g| ["", "a", "b"][g]).collect();
        let options = affiliated(&names);
        let mut rules = rules(scottish(), u16::try_from(seats).unwrap(), TieRule::Lots {});
        rules.affiliation_cap = AffiliationCap::AtMost { seats: limit };
        prop_assume!(rules.validate(&options).is_ok());
        let ballots = ballots.iter().map(|b| Selection::strict(b.iter().map(|&o| index(o))));
        let profile = Profile::of(ballots).unwrap();
        let transcript = tabulate(rules, options, &profile);
        let winners = transcript.outcome.winners();
        prop_assert_eq!(winners.len(), seats);
        for group in ["a", "b"] {
            let of_group = winners.iter().filter(|w| names[w.index()] == group).count();
            prop_assert!(of_group <= usize::from(limit));
        }
    }
}
