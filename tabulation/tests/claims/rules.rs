//! Rules and selections: what is refused, and what they look like when signed.

use serde_json::json;
use tabulation::{
    Abstention, AffiliationCap, AffiliationId, Basis, Bound, ContestOption, ContestOptions,
    ContestRules, MarkLimit, Method, MotionRules, PluralityRules, Quorum, QuorumFailure, Ratio,
    RulesError, Selection, SelectionError, Share, ShareOf, Strength, Threshold, ThresholdShare,
    TieRule, Unranked,
};

use crate::common::{index, options, plurality, ranking, rules, schulze, scottish};

fn motion() -> ContestRules {
    let share = Share { bound: Bound::AtLeast, ratio: Ratio::TWO_THIRDS };
    let method = Method::Motion(MotionRules {
        quorums: vec![Quorum::Share { by: Basis::Weight, share }],
        thresholds: vec![Threshold::Share(ThresholdShare {
            by: Basis::Heads,
            share,
            of: ShareOf::YesAndNo,
        })],
        abstention: Abstention::QuorumOnly,
        quorum_failure: QuorumFailure::NoDecision,
    });
    rules(method, 0, TieRule::Refuse {})
}

#[test]
fn rules_are_signed_in_this_form() {
    assert_eq!(
        serde_json::to_value(motion()).unwrap(),
        json!({
            "method": {
                "kind": "motion",
                "quorums": [{"kind": "share", "by": "weight",
                    "share": {"bound": "at-least", "ratio": {"numerator": 2, "denominator": 3}}}],
                "thresholds": [{"kind": "share", "by": "heads", "of": "yes-and-no",
                    "share": {"bound": "at-least", "ratio": {"numerator": 2, "denominator": 3}}}],
                "abstention": "quorum-only",
                "quorum_failure": "no-decision",
            },
            "seats": 0,
            "affiliation_cap": {"kind": "unlimited"},
            "ties": {"kind": "refuse"},
        })
    );
    let mut schulze =
        rules(schulze(Unranked::NotCompared, Strength::WinningVotes), 3, TieRule::Lots {});
    let ratio = Ratio::new(1, 3).unwrap();
    schulze.affiliation_cap = AffiliationCap::Share { ratio, body_seats: 13 };
    assert_eq!(
        serde_json::to_value(&schulze).unwrap(),
        json!({
            "method": {"kind": "schulze", "by": "weight", "unranked": "not-compared",
                "strength": "winning-votes", "incomparable": "tied", "equal_ranks": "allowed",
                "at_most": {"kind": "any"}},
            "seats": 3,
            "affiliation_cap": {"kind": "share", "ratio": {"numerator": 1, "denominator": 3},
                "body_seats": 13},
            "ties": {"kind": "lots"},
        })
    );
    assert_eq!(
        serde_json::to_value(rules(scottish(), 2, TieRule::Lots {})).unwrap()["method"],
        json!({"kind": "scottish-stv", "by": "weight", "at_most": {"kind": "any"},
            "look_back": "narrowing"})
    );
}

#[test]
fn selections_are_signed_in_this_form() {
    let forms = [
        (Selection::ABSTAIN, json!({"choice": "abstain"})),
        (Selection::chosen([3, 0].map(index)), json!({"chosen": [0, 3]})),
        (ranking(&[&[2], &[1, 0]]), json!({"ranking": [[2], [0, 1]]})),
        (Selection::scores([(index(2), 1), (index(0), 5)]), json!({"scores": [[0, 5], [2, 1]]})),
    ];
    for (selection, form) in forms {
        assert_eq!(serde_json::to_value(&selection).unwrap(), form);
        assert_eq!(serde_json::from_value::<Selection>(form).unwrap(), selection);
    }
}

#[test]
fn a_field_that_no_rule_knows_is_refused_at_every_depth() {
    let good = serde_json::to_value(rules(
        schulze(Unranked::Last, Strength::Margins),
        1,
        TieRule::Lots {},
    ))
    .unwrap();
    for place in ["", "/method", "/method/at_most", "/ties", "/affiliation_cap"] {
        let mut bad = good.clone();
        let object = bad.pointer_mut(place).unwrap().as_object_mut().unwrap();
        object.insert("surprise".to_owned(), json!(1));
        assert!(serde_json::from_value::<ContestRules>(bad).is_err(), "{place:?}");
    }
    let mut bad = serde_json::to_value(motion()).unwrap();
    bad["method"]["thresholds"][0]["surprise"] = json!(1);
    assert!(serde_json::from_value::<ContestRules>(bad).is_err());
}

#[test]
fn a_rule_left_out_is_refused_and_not_assumed() {
    let good = serde_json::to_value(rules(
        schulze(Unranked::Last, Strength::Margins),
        1,
        TieRule::Lots {},
    ))
    .unwrap();
    let fields: Vec<String> = good["method"].as_object().unwrap().keys().cloned().collect();
    for field in fields {
        let mut bad = good.clone();
        bad["method"].as_object_mut().unwrap().remove(&field);
        assert!(serde_json::from_value::<ContestRules>(bad).is_err(), "{field}");
    }
}

#[test]
fn rules_that_cannot_be_carried_out_are_refused_before_opening() {
    let refuse = |rules: ContestRules, n: usize| rules.validate(&options(n)).unwrap_err();
    let stv = |seats| rules(scottish(), seats, TieRule::Refuse {});
    assert_eq!(refuse(stv(0), 3), RulesError::NoSeats);
    assert_eq!(refuse(stv(501), 3), RulesError::TooManySeats { seats: 501 });
    assert_eq!(refuse(stv(4), 3), RulesError::TooFewOptions { seats: 4, standing: 3 });
    let order = [0, 0, 1].map(index).to_vec();
    let published = rules(scottish(), 1, TieRule::PublishedOrder { order });
    assert_eq!(refuse(published, 3), RulesError::BadOrder);
    let none = Method::Plurality(PluralityRules {
        by: Basis::Heads,
        at_most: MarkLimit::AtMost { options: 0 },
    });
    assert_eq!(refuse(rules(none, 1, TieRule::Refuse {}), 3), RulesError::NoMarks);

    let mut bad = motion();
    bad.seats = 1;
    assert_eq!(refuse(bad, 0), RulesError::MotionWithSeats { seats: 1 });
    assert_eq!(refuse(motion(), 2), RulesError::MotionWithOptions { options: 2 });
    let mut bad = motion();
    bad.affiliation_cap = AffiliationCap::AtMost { seats: 1 };
    assert_eq!(refuse(bad, 0), RulesError::MotionWithCap);
    let mut bad = motion();
    bad.ties = TieRule::Lots {};
    assert_eq!(refuse(bad, 0), RulesError::MotionWithTieRule);
    let mut bad = motion();
    if let Method::Motion(MotionRules { thresholds, .. }) = &mut bad.method {
        thresholds.clear();
    }
    assert_eq!(refuse(bad, 0), RulesError::NoThreshold);
    let mut bad = motion();
    if let Method::Motion(MotionRules { quorums, .. }) = &mut bad.method {
        *quorums = vec![Quorum::AtLeast { by: Basis::Heads, number: 1 }; 9];
    }
    assert_eq!(refuse(bad, 0), RulesError::TooManyConditions { what: "quorums", found: 9 });
}

fn of_one_company(number: usize, also: usize) -> ContestOptions {
    let company = AffiliationId::new("acme").unwrap();
    let theirs = (0..number)
        .map(|i| ContestOption::new(format!("a{i}"), format!("a{i}")).affiliated(company.clone()));
    let others = (0..also).map(|i| ContestOption::new(format!("b{i}"), format!("b{i}")));
    ContestOptions::new(theirs.chain(others).collect()).unwrap()
}

#[test]
fn a_cap_that_leaves_seats_empty_is_refused_before_opening() {
    let mut rules = rules(plurality(), 3, TieRule::Refuse {});
    rules.affiliation_cap = AffiliationCap::AtMost { seats: 1 };
    assert_eq!(rules.validate(&of_one_company(2, 2)), Ok(()));
    let refused = rules.validate(&of_one_company(3, 1)).unwrap_err();
    assert_eq!(refused, RulesError::CapCannotBeMet { limit: 1, seats: 3, fillable: 2 });
    let acme = AffiliationId::new("acme").unwrap();
    let sitting = of_one_company(2, 2).with_sitting([(acme.clone(), 1)].into());
    let refused = rules.validate(&sitting).unwrap_err();
    assert_eq!(refused, RulesError::CapCannotBeMet { limit: 1, seats: 3, fillable: 2 });
    let sitting = of_one_company(2, 3).with_sitting([(acme, 2)].into());
    assert!(matches!(rules.validate(&sitting), Err(RulesError::SittingExceedCap { .. })));
    let ratio = Ratio::new(1, 3).unwrap();
    rules.affiliation_cap = AffiliationCap::Share { ratio, body_seats: 2 };
    let refused = rules.validate(&of_one_company(2, 2)).unwrap_err();
    assert_eq!(refused, RulesError::BodyTooSmall { body_seats: 2, seats: 3 });
}

#[test]
fn every_fault_of_a_selection_is_named() {
    let stv = rules(scottish(), 1, TieRule::Refuse {});
    let condorcet = rules(schulze(Unranked::Last, Strength::Margins), 1, TieRule::Refuse {});
    let one = rules(plurality(), 1, TieRule::Refuse {});
    let check = |s: Selection, rules: &ContestRules| s.validate(rules, 3);
    let raw = |groups: &[&[usize]]| {
        Selection::Ranking(groups.iter().map(|g| g.iter().map(|&o| index(o)).collect()).collect())
    };
    assert_eq!(check(raw(&[&[1], &[0]]), &stv), Ok(()));
    assert_eq!(check(raw(&[]), &stv), Ok(()));
    assert_eq!(check(raw(&[&[0, 1]]), &condorcet), Ok(()));
    assert_eq!(
        check(raw(&[&[2], &[0, 1]]), &stv),
        Err(SelectionError::EqualRanks { rank: 2, options: 2 })
    );
    assert_eq!(
        check(raw(&[&[1, 0]]), &condorcet),
        Err(SelectionError::NotSorted { option: index(0) })
    );
    assert_eq!(
        check(raw(&[&[0, 0]]), &condorcet),
        Err(SelectionError::Repeated { option: index(0) })
    );
    assert_eq!(
        check(raw(&[&[0], &[1], &[0]]), &condorcet),
        Err(SelectionError::Repeated { option: index(0) })
    );
    assert_eq!(check(raw(&[&[0], &[]]), &condorcet), Err(SelectionError::EmptyGroup { rank: 2 }));
    assert_eq!(
        check(raw(&[&[3]]), &condorcet),
        Err(SelectionError::OutOfRange { option: index(3), options: 3 })
    );
    assert_eq!(
        check(Selection::chosen([0, 1].map(index)), &one),
        Err(SelectionError::Overvote { marked: 2, limit: 1 })
    );
    assert_eq!(
        check(Selection::YES, &one),
        Err(SelectionError::WrongForm {
            expected: "a choice of options",
            found: "a yes/no/abstain vote"
        })
    );
}

#[test]
fn voters_read_the_whole_rule_in_plain_english() {
    assert_eq!(
        motion().sentence(),
        "The motion passes with at least 2/3 of the votes for and against in favour. It needs a \
         quorum of at least 2/3 of the voting power entitled; without it nothing is decided. An \
         abstention counts for the quorum, but neither for nor against."
    );
    let mut stv = rules(scottish(), 3, TieRule::Lots {});
    stv.affiliation_cap = AffiliationCap::AtMost { seats: 1 };
    let sentence = stv.sentence();
    for part in ["3 seats", "SSI 2011/399", "At most 1 seat", "by lot"] {
        assert!(sentence.contains(part), "{part:?} is missing in: {sentence}");
    }
}
