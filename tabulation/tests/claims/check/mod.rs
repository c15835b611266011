//! What the check of a transcript claims: it accepts what was counted, and nothing else.

mod elections;
mod hostile;
mod mutations;
mod refusals;

use proptest::prelude::*;
use tabulation::{CheckError, Checked, Outcome, Profile, Transcript, check};

use elections::Election;

pub(crate) fn checked(transcript: &Transcript, profile: &Profile) -> Result<Checked, CheckError> {
    check(transcript, profile)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn every_count_is_accepted(seed in any::<u64>()) {
        for kind in 0..elections::KINDS {
            let Some(election) = Election::random(seed, kind) else { continue };
            let checked = checked(&election.transcript, &election.profile);
            prop_assert!(checked.is_ok(), "{}\n{:#?}", checked.unwrap_err(), election);
            let checked = checked.unwrap();
            prop_assert_eq!(checked.contest(), &election.contest);
            prop_assert_eq!(checked.electorate(), &election.electorate);
            let seed = election.transcript.lots.as_ref().and_then(|l| l.seed.as_ref());
            prop_assert_eq!(checked.seed(), seed);
        }
    }
}

#[test]
fn random_elections_of_every_kind_have_ties_caps_and_open_outcomes() {
    for kind in 0..elections::KINDS {
        let elections: Vec<Election> =
            (0..400).filter_map(|seed| Election::random(seed, kind)).collect();
        let some = |what: &str, of: &dyn Fn(&Transcript) -> bool| {
            let found = elections.iter().filter(|e| of(&e.transcript)).count();
            assert!(found > 0, "kind {kind}: {found} with {what} of {}", elections.len());
        };
        some("ballots", &|t| t.cast.heads > 5);
        some("ties", &|t| !t.ties.is_empty());
        if kind > 0 {
            some("ties broken", &|t| t.ties.iter().any(|tie| !tie.decided.is_empty()));
            some("options passed over", &|t| {
                t.cap.as_ref().is_some_and(|cap| !cap.passed_over.is_empty())
            });
            some("open outcomes", &|t| matches!(t.outcome, Outcome::Unresolved { .. }));
        }
    }
}
