//! Where the rule texts of Meek's method part: rounding, and the order of the steps.

use tabulation::transcript::{CountRecord, Figure, Stage, StageAction};
use tabulation::{Method, Profile, ProfileBuilder, Selection, TieRule};

use crate::common::{index, meek, meek_nz, meek_prf, options, rules, tabulate};

const OPTIONS: usize = 5;

fn profile(ballots: &[(u64, &[usize])]) -> Profile {
    let mut profile = ProfileBuilder::new();
    for &(papers, ranking) in ballots {
        profile.add(&Selection::strict(ranking.iter().map(|&o| index(o))), papers).unwrap();
    }
    profile.build()
}

fn stages(method: Method, seats: u16, profile: &Profile) -> Vec<Stage> {
    let transcript = tabulate(rules(method, seats, TieRule::Refuse {}), options(OPTIONS), profile);
    let CountRecord::Stages(record) = transcript.count else { panic!("not in stages") };
    record.stages
}

fn figures(figures: &[Figure]) -> Vec<&str> {
    figures.iter().map(Figure::as_str).collect()
}

/// By hand: quota 100/4 and a unit, 25.000000001. The first keeps 25.000000001/60, rounded up
/// 0.416666667, so 0.583333333 of each of its papers goes on. The second then has 10 + 60 ×
/// 0.583333333 = 44.99999998 and keeps 25.000000001/44.99999998, rounded up 0.555555556.
/// 0.583333333 × 0.555555556 = 0.324074074(07…), and × 0.444444444 = 0.259259258(88…): here the
/// texts part, for the 60 papers that come through both, and 10 × 0.555555556 and the like stay.
#[test]
fn a_share_is_cut_or_rounded_up_as_the_text_says() {
    let profile = profile(&[
        (60, &[0, 1, 2, 3, 4]),
        (10, &[1, 0, 2, 3, 4]),
        (13, &[2, 1, 0, 3, 4]),
        (12, &[3, 2, 1, 0, 4]),
        (5, &[4, 3, 2, 1, 0]),
    ]);
    for (method, second, third, lost) in [
        (meek(), "25.000000000", "31.148148060", "0.000000070"),
        (meek_prf(), "25.000000060", "31.148148060", "0.000000000"),
        (meek_nz(), "25.000000060", "31.148148130", "-0.000000070"),
    ] {
        let stages = stages(method, 3, &profile);
        assert_eq!(figures(&stages[1].keep_values)[..2], ["0.416666667", "1.000000000"]);
        assert_eq!(
            figures(&stages[1].totals),
            ["25.000000020", "44.999999980", "13.000000000", "12.000000000", "5.000000000"]
        );
        assert_eq!(figures(&stages[2].keep_values)[..2], ["0.416666667", "0.555555556"]);
        assert_eq!(figures(&stages[2].totals)[1..3], [second, third]);
        assert_eq!(stages[2].total_non_transferable.as_str(), lost);
    }
}

/// Two options pass their surplus to and fro, and it takes many iterations to grow small. The
/// lowest has no chance long before.
#[test]
fn new_zealand_excludes_as_soon_as_the_surplus_cannot_save() {
    let profile = profile(&[(40, &[0, 1]), (40, &[1, 0]), (11, &[2]), (8, &[3]), (1, &[4])]);
    let surplus = |stage: &Stage| -> i128 {
        let units = |figure: &Figure| figure.as_str().replace('.', "").parse::<i128>().unwrap();
        let elected = units(&stage.totals[0]) + units(&stage.totals[1]);
        elected - 2 * units(stage.quota.as_ref().unwrap())
    };
    let is_exclusion = |stage: &Stage| matches!(stage.action, StageAction::Exclusion { .. });
    // The reference rule goes on until the quota has fallen to eleven.
    assert!(!stages(meek_prf(), 3, &profile).iter().any(is_exclusion));
    let early = stages(meek_nz(), 3, &profile);
    let exclusion = early.iter().position(is_exclusion).unwrap();
    assert_eq!(early[exclusion].action, StageAction::Exclusion { option: index(4) });
    // One vote and the surplus are fewer than eight, but were not at the stage before.
    assert!((100_000..7_000_000_000).contains(&surplus(&early[exclusion - 1])));
    assert!(surplus(&early[exclusion - 2]) >= 7_000_000_000);
    // Clause 13 is no part of the first step, and every iteration is a stage.
    assert!(exclusion >= 2);
    for stage in &early[1..exclusion] {
        assert_eq!(stage.action, StageAction::Redistribution {});
    }
}

#[test]
fn a_limit_that_is_met_exactly_is_small_or_not_as_the_text_says() {
    // Nobody is elected at first, so the surplus is zero: small by either.
    let nobody = profile(&[(3, &[0, 1]), (3, &[1, 0]), (3, &[2]), (2, &[3]), (1, &[4])]);
    for method in [meek(), meek_prf(), meek_nz()] {
        let stages = stages(method, 2, &nobody);
        let first = stages.iter().find(|s| matches!(s.action, StageAction::Exclusion { .. }));
        assert_eq!(first.unwrap().action, StageAction::Exclusion { option: index(4) });
    }
}
