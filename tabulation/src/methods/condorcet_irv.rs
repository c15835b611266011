//! Pairwise comparison first, instant runoff where nobody beats all others.

use super::condorcet::head;
use super::irv::{self, Setting, Until};
use super::pairwise::Pairwise;
use super::papers::Papers;
use super::{Counted, seats};
use crate::count::CountError;
use crate::option::OptionIndex;
use crate::profile::Profile;
use crate::rules::{
    CondorcetIrvRules, CondorcetIrvVariant, Contest, InstantRunoffRules, RunoffEnd, RunoffExclusion,
};
use crate::ties::TieBreaker;
use crate::transcript::{CondorcetIrvRecord, CountRecord, Outcome};

/// Elects whoever beats all others, or holds the runoff. Options that the cap bars are passed over
/// by both, as if they were withdrawn.
pub(crate) fn count(
    contest: &Contest,
    profile: &Profile,
    rules: &CondorcetIrvRules,
    ties: &mut TieBreaker<'_>,
) -> Result<Counted, CountError> {
    let options = contest.options();
    let all = Pairwise::of(contest, profile, rules.by, rules.unranked);
    let papers = Papers::of(profile, rules.by);
    let runoff = InstantRunoffRules {
        by: rules.by,
        at_most: rules.at_most,
        end: RunoffEnd::Majority,
        exclusion: RunoffExclusion::OneByOne,
        exclude_first: Vec::new(),
        look_back: rules.look_back,
    };
    seats::fill_one(contest, ties, |barred, ties| {
        let barred: Vec<OptionIndex> = barred.iter().map(|passed| passed.option).collect();
        let pairwise = all.without(&barred);
        let head = head(options, &pairwise);
        if let Some(winner) = head.condorcet_winner {
            let record = CondorcetIrvRecord { head, runoff: None };
            let outcome = Outcome::Elected { winners: vec![winner], unfilled: 0 };
            return Ok((CountRecord::CondorcetIrv(record), outcome));
        }
        let (among, until) = match rules.variant {
            CondorcetIrvVariant::CondorcetElseIrv => (pairwise.options.clone(), Until::Majority),
            CondorcetIrvVariant::SmithIrv => (head.smith.clone(), Until::Majority),
            CondorcetIrvVariant::Benham => (pairwise.options.clone(), Until::BeatsAll(&pairwise)),
        };
        let setting =
            Setting { options, papers: &papers, rules: &runoff, among, barred: Vec::new(), until };
        let (stages, outcome) = irv::run(setting, ties)?;
        let record = CondorcetIrvRecord { head, runoff: Some(stages) };
        Ok((CountRecord::CondorcetIrv(record), outcome))
    })
}
