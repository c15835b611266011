//! Who could have voted.

use clap::Args;
use tabulation::{Electorate, Profile, Tally};

/// How many were entitled, recused and present; weights are as many as heads if they are not given.
#[derive(Args, Clone, Debug)]
pub(super) struct ElectorateArgs {
    /// How many were entitled to vote, for quorums; by default those who voted.
    #[arg(long, value_name = "N")]
    entitled: Option<u64>,
    /// Their weight together.
    #[arg(long, value_name = "N", requires = "entitled")]
    entitled_weight: Option<u64>,
    /// How many of them are recused; their ballots are not in the file.
    #[arg(long, value_name = "N", requires = "entitled")]
    recused: Option<u64>,
    /// Their weight together.
    #[arg(long, value_name = "N", requires = "recused")]
    recused_weight: Option<u64>,
    /// How many were present, voting or not, for rules that count them.
    #[arg(long, value_name = "N", requires = "entitled")]
    present: Option<u64>,
    /// Their weight together.
    #[arg(long, value_name = "N", requires = "present")]
    present_weight: Option<u64>,
}

impl ElectorateArgs {
    /// The electorate of these ballots.
    pub(super) fn electorate(&self, profile: &Profile) -> Electorate {
        let Some(entitled) = tally(self.entitled, self.entitled_weight) else {
            return Electorate::of_those_who_voted(profile);
        };
        let recused = tally(self.recused, self.recused_weight).unwrap_or_default();
        let electorate = Electorate::of(entitled).recusing(recused);
        match tally(self.present, self.present_weight) {
            Some(present) => electorate.attended_by(present),
            None => electorate,
        }
    }
}

fn tally(heads: Option<u64>, weight: Option<u64>) -> Option<Tally> {
    heads.map(|heads| Tally { heads, weight: weight.unwrap_or(heads) })
}
