//! Who could have voted.

use clap::Args;
use tabulation::{Electorate, Profile};

/// How many were entitled.
#[derive(Args, Clone, Debug)]
pub(super) struct ElectorateArgs {
    /// How many were entitled to vote, for quorums; by default those who voted.
    #[arg(long, value_name = "N")]
    entitled: Option<u64>,
}

impl ElectorateArgs {
    /// The electorate of these ballots.
    pub(super) fn electorate(&self, profile: &Profile) -> Electorate {
        let voted = Electorate::of_those_who_voted(profile);
        match self.entitled {
            Some(entitled) => {
                Electorate { entitled_heads: entitled, entitled_weight: entitled, ..voted }
            }
            None => voted,
        }
    }
}
