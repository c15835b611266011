//! What stands before the count: the version, the rules in words, the ballots.

use crate::count::Electorate;
use crate::profile::{Profile, Tally};
use crate::rules::Contest;
use crate::selection::Checker;
use crate::transcript::{TRANSCRIPT_VERSION, Transcript};

use super::CheckError;
use super::place::{Claim, Place};

/// Checks the head of a transcript; what is left of it is the contest.
pub(super) fn check(transcript: &Transcript, profile: &Profile) -> Result<Contest, CheckError> {
    transcript.version.compare(&TRANSCRIPT_VERSION, &Place::top("version"))?;
    let contest = Contest::new(transcript.rules.clone(), transcript.options.clone())
        .map_err(|error| CheckError::Rules { error })?;
    let sentence = contest.rules().sentence();
    transcript.rules_sentence.compare(&sentence, &Place::top("rules_sentence"))?;
    check_electorate(&contest, &transcript.electorate, profile.total())?;
    transcript.cast.compare(&profile.total(), &Place::top("cast"))?;
    check_ballots(&contest, profile)?;
    let place = Place::top("blank");
    let mut blank = profile.iter().filter(|(marks, _)| marks.is_blank());
    let blank = blank.try_fold(Tally::default(), |sum, (_, tally)| sum.plus(tally));
    transcript.blank.compare(&place.fits(blank)?, &place)?;
    Ok(contest)
}

/// docs/counting.md, Motions: recused ≤ entitled, cast ≤ present ≤ entitled − recused.
fn check_electorate(
    contest: &Contest,
    electorate: &Electorate,
    cast: Tally,
) -> Result<(), CheckError> {
    let place = Place::top("electorate");
    at_most(electorate.recused, electorate.entitled(), &place.key("recused"))?;
    match electorate.present {
        Some(present) => {
            let place = place.key("present");
            at_most(present, electorate.unrecused(), &place)?;
            at_least(present, cast, [&place.key("heads"), &place.key("weight")])
        }
        None if contest.rules().asks_presence() => {
            Err(place.key("present").differs(&"nothing", &"who was present: the rules ask for it"))
        }
        None => {
            let places = [&place.key("entitled_heads"), &place.key("entitled_weight")];
            at_least(electorate.unrecused(), cast, places)
        }
    }
}

fn at_most(part: Tally, whole: Tally, place: &Place<'_>) -> Result<(), CheckError> {
    for (key, part, whole) in
        [("heads", part.heads, whole.heads), ("weight", part.weight, whole.weight)]
    {
        if part > whole {
            return Err(place.key(key).differs(&part, &format!("at most {whole}").as_str()));
        }
    }
    Ok(())
}

/// Nobody votes who is not there, or not entitled.
fn at_least(whole: Tally, cast: Tally, [heads, weight]: [&Place<'_>; 2]) -> Result<(), CheckError> {
    for (place, whole, cast) in
        [(heads, whole.heads, cast.heads), (weight, whole.weight, cast.weight)]
    {
        if whole < cast {
            let follows = format!("at least {cast}, for so many voted");
            return Err(place.differs(&whole, &follows.as_str()));
        }
    }
    Ok(())
}

fn check_ballots(contest: &Contest, profile: &Profile) -> Result<(), CheckError> {
    let mut checker = Checker::new(contest.rules().ballot_form(), contest.options().len());
    for (marks, _) in profile.iter() {
        let checked = checker.check(&marks);
        checked.map_err(|error| CheckError::Ballot { selection: marks.to_selection(), error })?;
    }
    Ok(())
}
