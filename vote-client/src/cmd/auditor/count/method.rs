//! Methods by the ids that people know them by.

use anyhow::Result;
use clap::ValueEnum;
use tabulation::{ContestOptions, Method};

use super::build;
use super::choices::Taking;

/// A counting method.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, ValueEnum)]
pub(super) enum MethodId {
    /// Most marks; --at-most says how many a ballot has (1 by default, seats make it bloc voting).
    Plurality,
    /// Most approvals.
    Approval,
    /// Votes distributed freely.
    Cumulative,
    /// Score voting.
    Score,
    /// Borda's count; not recommended.
    Borda,
    /// Score, then automatic runoff; for several seats Bloc STAR.
    Star,
    /// Median grades.
    MajorityJudgment,
    /// Schulze's method.
    Schulze,
    /// Tideman's ranked pairs.
    RankedPairs,
    /// Copeland's method.
    Copeland,
    /// Smallest worst defeat.
    Minimax,
    /// Condorcet, else instant runoff.
    CondorcetIrv,
    /// The Debian constitution, A.5.
    DebianA5,
    /// Instant runoff.
    Irv,
    /// Single transferable vote as in Scottish local elections.
    ScottishStv,
    /// Single transferable vote, weighted inclusive Gregory.
    Wigm,
    /// Single transferable vote of the Electoral Reform Society, 1997.
    Ers97,
    /// Single transferable vote of Minneapolis.
    Minneapolis,
    /// Meek's method to the digit of the programs that count in nine fixed decimals.
    MeekFixed9,
    /// Meek's method by the reference rule of the Proportional Representation Foundation.
    MeekPrf,
    /// Meek's method by New Zealand's Local Electoral Regulations 2001, Schedule 1A, Part 1.
    MeekNz,
    /// Phragmén's sequential rule for committees.
    SequentialPhragmen,
    /// Thiele's rule for committees (PAV).
    ProportionalApproval,
}

impl MethodId {
    /// The id as it is typed.
    pub(super) fn name(self) -> String {
        self.to_possible_value().map_or_else(String::new, |value| value.get_name().to_owned())
    }

    /// The method with the choices that were made, and the rest by default.
    pub(super) fn method(self, take: &mut Taking<'_>, options: &ContestOptions) -> Result<Method> {
        let method = match self {
            Self::Plurality => build::plurality(take),
            Self::Approval => build::approval(take),
            Self::Cumulative => build::cumulative(take),
            Self::Score => build::score(take),
            Self::Borda => build::borda(take),
            Self::Star => build::star(take),
            Self::MajorityJudgment => build::majority_judgment(take),
            Self::Schulze => build::schulze(take),
            Self::RankedPairs => build::ranked_pairs(take),
            Self::Copeland => build::copeland(take),
            Self::Minimax => build::minimax(take),
            Self::CondorcetIrv => build::condorcet_irv(take),
            Self::DebianA5 => build::debian(take, options)?,
            Self::Irv => build::irv(take, options)?,
            Self::ScottishStv => build::scottish(take),
            Self::Wigm => build::wigm(take),
            Self::Ers97 => build::ers97(take),
            Self::Minneapolis => build::minneapolis(take),
            Self::MeekFixed9 => build::meek_fixed9(take),
            Self::MeekPrf => build::meek_prf(take),
            Self::MeekNz => build::meek_nz(take),
            Self::SequentialPhragmen => build::sequential_phragmen(take),
            Self::ProportionalApproval => build::proportional_approval(take),
        };
        take.understood()?;
        Ok(method)
    }
}
