//! What the check of a transcript claims: it accepts what was counted, and nothing else.

mod elections;
mod hostile;
mod mutations;
mod refusals;

use proptest::prelude::*;
use tabulation::{CheckError, Checked, Profile, Transcript, check};

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
