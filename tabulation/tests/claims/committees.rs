//! Committees from approvals: fair shares, caps and ties.

use proptest::prelude::*;
use tabulation::transcript::CountRecord;
use tabulation::{
    AffiliationCap, AffiliationId, CommitteeSearch, ContestOption, ContestOptions, Method,
    OptionIndex, Outcome, Profile, ProfileBuilder, Selection, StarTies, Tally, TieRule,
};

use crate::common::{index, options, phragmen, rules, star, tabulate, thiele};

const OPTIONS: usize = 6;

fn approvals() -> impl Strategy<Value = Vec<Vec<usize>>> {
    let ballot = proptest::sample::subsequence((0..OPTIONS).collect::<Vec<_>>(), 0..=OPTIONS);
    proptest::collection::vec(ballot, 1..16)
}

fn profile(ballots: &[Vec<usize>]) -> Profile {
    let chosen = ballots.iter().map(|b| Selection::chosen(b.iter().map(|&o| index(o))));
    Profile::of(chosen).unwrap()
}

fn elected(method: Method, seats: u16, ballots: &[Vec<usize>]) -> Vec<usize> {
    let rules = rules(method, seats, TieRule::Lots {});
    let transcript = tabulate(rules, options(OPTIONS), &profile(ballots));
    transcript.outcome.winners().iter().map(|w| w.index()).collect()
}

/// H. Aziz et al., "Justified representation in approval-based committee voting" (2017): of n
/// voters for k seats, n/k who all approve of one option are not all left without anybody.
fn justly_represents(ballots: &[Vec<usize>], committee: &[usize], seats: usize) -> bool {
    let unheard: Vec<_> =
        ballots.iter().filter(|b| b.iter().all(|o| !committee.contains(o))).collect();
    (0..OPTIONS).all(|option| {
        unheard.iter().filter(|b| b.contains(&option)).count() * seats < ballots.len()
    })
}

/// 1 + 1/2 + … for every voter, in sixtieths, which is exact for up to six seats.
fn worth(ballots: &[Vec<usize>], committee: &[usize]) -> usize {
    let share = |n: usize| (1..=n).map(|k| 60 / k).sum::<usize>();
    ballots.iter().map(|b| share(b.iter().filter(|&o| committee.contains(o)).count())).sum()
}

/// The loads of every voter, with fractions of two numbers.
fn naive_phragmen(ballots: &[Vec<usize>], seats: usize, order: &[usize]) -> Vec<usize> {
    type Fraction = (u128, u128);
    let reduce = |(n, d): Fraction| {
        let gcd = |mut a: u128, mut b: u128| {
            while b > 0 {
                (a, b) = (b, a % b);
            }
            a
        };
        let g = gcd(n, d);
        (n / g, d / g)
    };
    let add = |(a, b): Fraction, (c, d): Fraction| reduce((a * d + c * b, b * d));
    let mut loads: Vec<Fraction> = vec![(0, 1); ballots.len()];
    let mut elected = Vec::new();
    while elected.len() < seats {
        let bid = |option: usize| {
            let voters = || (0..ballots.len()).filter(|&v| ballots[v].contains(&option));
            let sum = voters().fold((1, 1), |sum, v| add(sum, loads[v]));
            let number = voters().count() as u128;
            (number > 0).then(|| reduce((sum.0, sum.1 * number)))
        };
        let less = |(a, b): Fraction, (c, d): Fraction| a * d < c * b;
        let mut best: Option<(usize, Fraction)> = None;
        for &option in order.iter().filter(|o| !elected.contains(*o)) {
            if let Some(load) = bid(option)
                && best.is_none_or(|(_, smallest)| less(load, smallest))
            {
                best = Some((option, load));
            }
        }
        let Some((option, load)) = best else { break };
        elected.push(option);
        for voter in (0..ballots.len()).filter(|&v| ballots[v].contains(&option)) {
            loads[voter] = load;
        }
    }
    elected
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn large_groups_that_agree_on_somebody_are_represented(
        ballots in approvals(),
        seats in 1..6_usize,
    ) {
        for method in [
            phragmen(),
            thiele(CommitteeSearch::Optimal),
            // Sequential PAV has justified representation for up to five seats (L. Sánchez-
            // Fernández et al. 2017), and not for all committees of six and more.
            thiele(CommitteeSearch::Sequential),
        ] {
            let committee = elected(method.clone(), seats as u16, &ballots);
            prop_assert!(justly_represents(&ballots, &committee, seats), "{:?}", method);
        }
    }

    #[test]
    fn no_committee_is_worth_more_than_the_optimal_one(
        ballots in approvals(),
        seats in 1..6_usize,
        other in Just((0..OPTIONS).collect::<Vec<_>>()).prop_shuffle(),
    ) {
        let best = worth(&ballots, &elected(thiele(CommitteeSearch::Optimal), seats as u16, &ballots));
        prop_assert!(best >= worth(&ballots, &other[..seats]));
        let greedy = elected(thiele(CommitteeSearch::Sequential), seats as u16, &ballots);
        prop_assert!(best >= worth(&ballots, &greedy));
    }

    #[test]
    fn grouped_loads_are_the_loads_of_voters_one_by_one(
        ballots in approvals(),
        seats in 1..5_usize,
        order in Just((0..OPTIONS).collect::<Vec<_>>()).prop_shuffle(),
    ) {
        let published = order.iter().map(|&o| index(o)).collect();
        let rules = rules(phragmen(), seats as u16, TieRule::PublishedOrder { order: published });
        let transcript = tabulate(rules, options(OPTIONS), &profile(&ballots));
        let expected = naive_phragmen(&ballots, seats, &order);
        let CountRecord::Phragmen(record) = &transcript.count else { panic!() };
        let rounds: Vec<usize> = record.rounds.iter().map(|round| round.option.index()).collect();
        prop_assert_eq!(rounds, expected);
    }
}

/// A bigger committee need not hold the smaller one: see abcvoting's example 2.5, where the one
/// option worth most is in no best pair.
#[test]
fn the_best_pair_may_leave_out_the_best_single_option() {
    let mut profile = ProfileBuilder::new();
    for (heads, chosen) in [(3, &[0, 1][..]), (6, &[0, 3]), (4, &[1]), (5, &[2]), (5, &[2, 3])] {
        let selection = Selection::chosen(chosen.iter().map(|&o| index(o)));
        profile.add_many(&selection, Tally { heads, weight: heads }).unwrap();
    }
    let profile = profile.build();
    let best = |seats| {
        let rules = rules(thiele(CommitteeSearch::Optimal), seats, TieRule::Refuse {});
        tabulate(rules, options(4), &profile).outcome.winners().to_vec()
    };
    assert_eq!(best(1), [index(3)]);
    assert_eq!(best(2), [index(0), index(2)]);
}

#[test]
fn of_equal_committees_the_one_with_the_most_favoured_options_is_taken() {
    // Everybody approves of option 1; 0, 2 and 3 are alike for the second seat.
    let ballots = [vec![0, 1], vec![1, 2], vec![1, 3]];
    let count = |ties| {
        tabulate(rules(thiele(CommitteeSearch::Optimal), 2, ties), options(4), &profile(&ballots))
    };
    let order = [3, 2, 1, 0].map(index).to_vec();
    let decided = count(TieRule::PublishedOrder { order });
    assert_eq!(decided.outcome.winners(), [index(1), index(3)]);
    assert_eq!(decided.ties[0].tied, [0, 2, 3].map(index));
    let CountRecord::ProportionalApproval(record) = &decided.count else { panic!() };
    assert_eq!((record.best.len(), record.committees), (3, Some(6)));
    let open = count(TieRule::Refuse {});
    let tied = [0, 2, 3].map(index).to_vec();
    assert_eq!(open.outcome, Outcome::Unresolved { winners: vec![index(1)], tied, open: 1 });
}

#[test]
fn as_many_committees_as_are_allowed_are_compared() {
    for (number, seats) in [(20, 10), (632, 2), (502, 500)] {
        let ballots: Vec<Vec<usize>> = (0..400_usize)
            .map(|v| (0..number).filter(|o| (v * v * 31 + o * o * 17 + v * o) % 11 < 4).collect())
            .collect();
        let rules = rules(thiele(CommitteeSearch::Optimal), seats, TieRule::Lots {});
        let transcript = tabulate(rules, options(number), &profile(&ballots));
        assert_eq!(transcript.outcome.winners().len(), usize::from(seats));
        let CountRecord::ProportionalApproval(record) = &transcript.count else { panic!() };
        assert!(record.committees.unwrap() > 100_000);
    }
}

#[test]
fn options_without_voters_come_last_and_tied() {
    let ballots = [vec![0]];
    let count =
        |seats, ties| tabulate(rules(phragmen(), seats, ties), options(3), &profile(&ballots));
    let all = count(3, TieRule::Refuse {});
    assert_eq!(all.outcome.winners(), [0, 1, 2].map(index));
    let open = count(2, TieRule::Refuse {});
    let tied = [1, 2].map(index).to_vec();
    assert_eq!(open.outcome, Outcome::Unresolved { winners: vec![index(0)], tied, open: 1 });
}

fn of_one_company(affiliated: &[usize], number: usize) -> ContestOptions {
    let options = (0..number).map(|i| {
        let option = ContestOption::new(i.to_string(), format!("option {i}"));
        if affiliated.contains(&i) {
            return option.affiliated(AffiliationId::new("acme").unwrap());
        }
        option
    });
    ContestOptions::new(options.collect()).unwrap()
}

#[test]
fn a_cap_takes_the_rest_of_a_full_affiliation_out_of_the_count() {
    let ballots = [vec![0, 1], vec![0, 1], vec![0, 1], vec![2], vec![3, 0]];
    let chosen = profile(&ballots);
    let scored =
        Profile::of(ballots.iter().map(|b| Selection::scores(b.iter().map(|&o| (index(o), 5)))))
            .unwrap();
    for (method, profile) in [
        (phragmen(), &chosen),
        (thiele(CommitteeSearch::Sequential), &chosen),
        (thiele(CommitteeSearch::Optimal), &chosen),
        (star(5, StarTies::Official), &scored),
    ] {
        let mut rules = rules(
            method.clone(),
            2,
            TieRule::PublishedOrder { order: OptionIndex::all(4).collect() },
        );
        rules.affiliation_cap = AffiliationCap::AtMost { seats: 1 };
        let transcript = tabulate(rules, of_one_company(&[0, 1], 4), profile);
        let cap = transcript.cap.unwrap();
        assert_eq!(cap.before, [index(0), index(1)], "{method:?}");
        assert_eq!(cap.after, [index(0), index(2)], "{method:?}");
        assert_eq!(transcript.outcome.winners(), cap.after);
        assert!(cap.uncapped.is_some());
        let in_sequence = !matches!(&transcript.count,
            CountRecord::ProportionalApproval(r) if r.committees.is_some());
        assert_eq!(cap.passed_over.len(), usize::from(in_sequence), "{method:?}");
    }
}
