//! Lies that somebody might tell, and where they are found out.

use tabulation::transcript::CountRecord;
use tabulation::{
    LotSeed, OptionIndex, Outcome, Profile, ProfileBuilder, Selection, Strength, TieRule,
    Transcript, Unranked,
};

use super::checked;
use crate::common::{index, meek, options, plurality, rules, schulze, scottish, tabulate};

/// Five options, of whom the last two are equal until one of them is excluded.
fn profile() -> Profile {
    let mut builder = ProfileBuilder::new();
    for (order, weight) in [
        (vec![0, 1, 2], 9),
        (vec![0, 2, 1], 4),
        (vec![1, 2], 5),
        (vec![2, 4, 1], 4),
        (vec![3, 1], 2),
        (vec![4, 2], 2),
    ] {
        builder.add(&Selection::strict(order.into_iter().map(index)), weight).unwrap();
    }
    builder.build()
}

fn refused_at(transcript: &Transcript, profile: &Profile) -> String {
    checked(transcript, profile).unwrap_err().place().to_owned()
}

fn stv() -> Transcript {
    let transcript = tabulate(rules(scottish(), 2, TieRule::Lots {}), options(5), &profile());
    assert!(checked(&transcript, &profile()).is_ok());
    assert_eq!(transcript.ties.len(), 1);
    transcript
}

#[test]
fn winners_who_changed_places_are_found_at_the_outcome() {
    let mut transcript = stv();
    let Outcome::Elected { winners, .. } = &mut transcript.outcome else { panic!() };
    winners.swap(0, 1);
    assert_eq!(refused_at(&transcript, &profile()), "/outcome/winners/0");
}

#[test]
fn a_tie_that_is_not_told_is_found() {
    let mut transcript = stv();
    transcript.ties.clear();
    assert_eq!(refused_at(&transcript, &profile()), "/ties/0");
}

#[test]
fn a_tie_that_was_none_is_found() {
    let mut transcript = stv();
    let more = transcript.ties[0].clone();
    transcript.ties.push(more);
    assert_eq!(refused_at(&transcript, &profile()), "/ties/1");
}

#[test]
fn an_order_of_lots_from_another_seed_is_found() {
    let mut transcript = stv();
    transcript.lots.as_mut().unwrap().seed = Some(LotSeed::new([8; 32]));
    assert!(refused_at(&transcript, &profile()).starts_with("/lots/"));
}

#[test]
fn a_paper_moved_elsewhere_is_found_at_its_stage() {
    let mut transcript = stv();
    let CountRecord::Stages(record) = &mut transcript.count else { panic!() };
    let stage = record.stages.iter().position(|s| s.transfers.len() > 1).unwrap();
    record.stages[stage].transfers[1].papers += 1;
    let place = format!("/count/stages/{stage}/transfers/1/papers");
    assert_eq!(refused_at(&transcript, &profile()), place);
}

#[test]
fn one_ballot_more_is_found_at_the_first_figure() {
    let mut builder = ProfileBuilder::new();
    for (marks, tally) in profile().iter() {
        builder.add_many(&marks.to_selection(), tally).unwrap();
    }
    builder.add(&Selection::strict([index(3)]), 1).unwrap();
    let mut transcript = stv();
    assert_eq!(refused_at(&transcript, &builder.clone().build()), "/electorate/entitled_heads");
    let more = builder.build();
    transcript.electorate = tabulation::Electorate::of_those_who_voted(&more);
    assert_eq!(refused_at(&transcript, &more), "/cast/heads");
    transcript.cast = more.total();
    assert_eq!(refused_at(&transcript, &more), "/count/quota");
}

#[test]
fn a_keep_value_one_digit_off_is_found() {
    let mut transcript = tabulate(rules(meek(), 2, TieRule::Lots {}), options(5), &profile());
    let stages = {
        let CountRecord::Stages(record) = &mut transcript.count else { panic!() };
        let last = record.stages.len() - 1;
        let keep = &mut record.stages[last].keep_values[0];
        let text = keep.as_str();
        let digit = if text.ends_with('9') { "8" } else { "9" };
        *keep = format!("{}{digit}", &text[..text.len() - 1]).try_into().unwrap();
        last
    };
    let place = format!("/count/stages/{stages}/keep_values/0");
    assert_eq!(refused_at(&transcript, &profile()), place);
}

#[test]
fn a_strongest_path_that_no_chain_of_defeats_has_is_found_in_its_row() {
    let method = schulze(Unranked::Last, Strength::WinningVotes);
    for by in [1, -1_i64] {
        let method = method.clone();
        let mut transcript = tabulate(rules(method, 1, TieRule::Lots {}), options(5), &profile());
        assert!(checked(&transcript, &profile()).is_ok());
        let CountRecord::Schulze(record) = &mut transcript.count else { panic!() };
        let cell = &mut record.strongest[0][2];
        *cell = cell.checked_add_signed(by).unwrap();
        assert_eq!(refused_at(&transcript, &profile()), "/count/strongest/0");
    }
}

#[test]
fn a_record_of_another_kind_is_refused() {
    let mut transcript = stv();
    let other = schulze(Unranked::Last, Strength::WinningVotes);
    transcript.count = tabulate(rules(other, 2, TieRule::Lots {}), options(5), &profile()).count;
    assert_eq!(refused_at(&transcript, &profile()), "/count/kind");
}

#[test]
fn a_tie_without_an_order_of_lots_is_refused() {
    let mut builder = ProfileBuilder::new();
    builder.add(&Selection::chosen([index(0)]), 1).unwrap();
    builder.add(&Selection::chosen([index(1)]), 1).unwrap();
    let profile = builder.build();
    let mut transcript = tabulate(rules(plurality(), 1, TieRule::Lots {}), options(2), &profile);
    transcript.lots = None;
    assert_eq!(refused_at(&transcript, &profile), "/lots");
    let all: Vec<OptionIndex> = OptionIndex::all(2).collect();
    assert_eq!(transcript.ties[0].tied, all);
}
