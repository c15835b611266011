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
    check_electorate(&transcript.electorate, profile.total())?;
    transcript.cast.compare(&profile.total(), &Place::top("cast"))?;
    check_ballots(&contest, profile)?;
    let place = Place::top("blank");
    let mut blank = profile.iter().filter(|(marks, _)| marks.is_blank());
    let blank = blank.try_fold(Tally::default(), |sum, (_, tally)| sum.plus(tally));
    transcript.blank.compare(&place.fits(blank)?, &place)?;
    Ok(contest)
}

/// Nobody votes who is not entitled.
fn check_electorate(electorate: &Electorate, cast: Tally) -> Result<(), CheckError> {
    let place = Place::top("electorate");
    for (key, entitled, cast) in [
        ("entitled_heads", electorate.entitled_heads, cast.heads),
        ("entitled_weight", electorate.entitled_weight, cast.weight),
    ] {
        if entitled < cast {
            let follows = format!("at least {cast}, for so many voted");
            return Err(place.key(key).differs(&entitled, &follows.as_str()));
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
