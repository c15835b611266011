//! The rules of each method from the choices that were made; what was not chosen is the commonest.

use anyhow::{Context as _, Result};
use tabulation::{
    ApprovalRules, Basis, BordaRules, CommitteeSearch, CondorcetIrvRules, CondorcetIrvVariant,
    ContestOptions, CopelandRules, CumulativeRules, DebianRules, Elects, EqualRanks, Ers97Rules,
    InclusiveQuota, Incomparable, InstantRunoffRules, Kept, LookBack, LowestRule, Majority,
    MajorityJudgmentRules, MarkLimit, MeekCourse, MeekRules, Method, MinimaxRules, MinimaxStrength,
    MinneapolisRules, OmegaBound, OptionIndex, PluralityRules, ProportionalApprovalRules,
    RankedPairsRules, RunoffEnd, RunoffExclusion, SchulzeRules, ScoreRules, ScottishRules,
    SequentialPhragmenRules, StarRules, StarTies, Strength, TiedPair, TransferCut, Ungraded,
    Unranked, Unscored, WigmRules,
};

use super::choices::Taking;
use super::names::option_named;

pub(super) fn plurality(take: &mut Taking<'_>) -> Method {
    let at_most = match take.at_most() {
        MarkLimit::Any {} => MarkLimit::AtMost { options: 1 },
        limit @ MarkLimit::AtMost { .. } => limit,
    };
    Method::Plurality(PluralityRules { by: take.by(Basis::Heads), at_most })
}

pub(super) fn approval(take: &mut Taking<'_>) -> Method {
    Method::Approval(ApprovalRules { by: take.by(Basis::Heads) })
}

pub(super) fn cumulative(take: &mut Taking<'_>) -> Method {
    Method::Cumulative(CumulativeRules { by: take.by(Basis::Heads), votes: take.votes(1) })
}

pub(super) fn score(take: &mut Taking<'_>) -> Method {
    Method::Score(ScoreRules {
        by: take.by(Basis::Heads),
        highest: take.highest(5),
        unscored: take.unscored(Unscored::Zero),
    })
}

pub(super) fn borda(take: &mut Taking<'_>) -> Method {
    Method::Borda(BordaRules {
        by: take.by(Basis::Heads),
        at_most: take.at_most(),
        equal_ranks: take.equal_ranks(EqualRanks::Allowed),
        unranked: take.unranked_points(),
    })
}

pub(super) fn star(take: &mut Taking<'_>) -> Method {
    Method::Star(StarRules {
        by: take.by(Basis::Heads),
        highest: take.highest(5),
        ties: take.star_ties(StarTies::Official),
    })
}

pub(super) fn majority_judgment(take: &mut Taking<'_>) -> Method {
    Method::MajorityJudgment(MajorityJudgmentRules {
        by: take.by(Basis::Heads),
        highest: take.highest(5),
        unscored: take.unscored(Ungraded::Lowest),
    })
}

pub(super) fn sequential_phragmen(take: &mut Taking<'_>) -> Method {
    Method::SequentialPhragmen(SequentialPhragmenRules { by: take.by(Basis::Heads) })
}

pub(super) fn proportional_approval(take: &mut Taking<'_>) -> Method {
    Method::ProportionalApproval(ProportionalApprovalRules {
        by: take.by(Basis::Heads),
        search: take.search(CommitteeSearch::Sequential),
    })
}

pub(super) fn schulze(take: &mut Taking<'_>) -> Method {
    Method::Schulze(SchulzeRules {
        by: take.by(Basis::Heads),
        unranked: take.unranked(Unranked::Last),
        strength: take.strength(Strength::WinningVotes),
        incomparable: take.incomparable(Incomparable::Tied),
        equal_ranks: take.equal_ranks(EqualRanks::Allowed),
        at_most: take.at_most(),
    })
}

pub(super) fn ranked_pairs(take: &mut Taking<'_>) -> Method {
    Method::RankedPairs(RankedPairsRules {
        by: take.by(Basis::Heads),
        unranked: take.unranked(Unranked::Last),
        strength: take.strength(Strength::WinningVotes),
        equal_ranks: take.equal_ranks(EqualRanks::Allowed),
        at_most: take.at_most(),
    })
}

pub(super) fn copeland(take: &mut Taking<'_>) -> Method {
    Method::Copeland(CopelandRules {
        by: take.by(Basis::Heads),
        unranked: take.unranked(Unranked::Last),
        equal_ranks: take.equal_ranks(EqualRanks::Allowed),
        at_most: take.at_most(),
        tied_pair: take.tied_pair(TiedPair::Half),
    })
}

pub(super) fn minimax(take: &mut Taking<'_>) -> Method {
    Method::Minimax(MinimaxRules {
        by: take.by(Basis::Heads),
        unranked: take.unranked(Unranked::Last),
        strength: take.strength(MinimaxStrength::WinningVotes),
        equal_ranks: take.equal_ranks(EqualRanks::Allowed),
        at_most: take.at_most(),
    })
}

pub(super) fn condorcet_irv(take: &mut Taking<'_>) -> Method {
    Method::CondorcetIrv(CondorcetIrvRules {
        by: take.by(Basis::Heads),
        unranked: take.unranked(Unranked::Last),
        at_most: take.at_most(),
        variant: take.variant(CondorcetIrvVariant::CondorcetElseIrv),
        look_back: take.look_back(LookBack::Narrowing),
    })
}

pub(super) fn debian(take: &mut Taking<'_>, options: &ContestOptions) -> Result<Method> {
    // Every flag is asked for before one can be wrong.
    let (by, quorum) = (take.by(Basis::Heads), take.quorum(0));
    let majorities = take.majorities();
    let default_option = match take.default_option() {
        Some(name) => option_named(options, name)?,
        None => OptionIndex::all(options.len()).next_back().context("the file has no options")?,
    };
    Ok(Method::DebianA5(DebianRules {
        by,
        default_option,
        quorum,
        majorities: majorities.iter().map(|text| majority(text, options)).collect::<Result<_>>()?,
    }))
}

fn majority(text: &str, options: &ContestOptions) -> Result<Majority> {
    let parts = text.rsplit_once('=').and_then(|(name, share)| {
        let (votes_for, votes_against) = share.split_once(':')?;
        Some((name, votes_for.parse().ok()?, votes_against.parse().ok()?))
    });
    let (name, votes_for, votes_against) = parts.with_context(|| {
        format!("--majority is an option with its majority, such as NAME=3:1, not {text:?}")
    })?;
    Ok(Majority { option: option_named(options, name)?, votes_for, votes_against })
}

pub(super) fn irv(take: &mut Taking<'_>, options: &ContestOptions) -> Result<Method> {
    let exclusion = take.exclusion(RunoffExclusion::OneByOne);
    // Rounds that a batch leaves out cannot be looked back at.
    let look_back = match exclusion {
        RunoffExclusion::OneByOne => LookBack::Narrowing,
        RunoffExclusion::Batch => LookBack::Never,
    };
    let (by, at_most) = (take.by(Basis::Heads), take.at_most());
    let (end, look_back) = (take.end(RunoffEnd::Majority), take.look_back(look_back));
    let first = take.exclude_first().iter().map(|name| option_named(options, name));
    let exclude_first = first.collect::<Result<_>>()?;
    Ok(Method::InstantRunoff(InstantRunoffRules {
        by,
        at_most,
        end,
        exclusion,
        exclude_first,
        look_back,
    }))
}

pub(super) fn scottish(take: &mut Taking<'_>) -> Method {
    Method::ScottishStv(ScottishRules {
        by: take.by(Basis::Heads),
        at_most: take.at_most(),
        look_back: take.look_back(LookBack::Narrowing),
    })
}

pub(super) fn wigm(take: &mut Taking<'_>) -> Method {
    Method::Wigm(WigmRules {
        by: take.by(Basis::Heads),
        at_most: take.at_most(),
        decimals: take.decimals(4),
        quota: take.quota(InclusiveQuota::DroopWhole),
        elects: take.elects(Elects::AtLeast),
        transfer: take.transfer(TransferCut::PerPaper),
        look_back: take.look_back(LookBack::Narrowing),
    })
}

pub(super) fn ers97(take: &mut Taking<'_>) -> Method {
    Method::Ers97(Ers97Rules { by: take.by(Basis::Heads), at_most: take.at_most() })
}

pub(super) fn minneapolis(take: &mut Taking<'_>) -> Method {
    Method::Minneapolis(MinneapolisRules { by: take.by(Basis::Heads), at_most: take.at_most() })
}

/// To the digit of the programs that count in nine fixed decimals.
pub(super) fn meek_fixed9(take: &mut Taking<'_>) -> Method {
    meek(take, MeekRules { kept: Kept::Cut, omega_bound: OmegaBound::AtMost, ..REFERENCE_MEEK })
}

/// The reference rule of the Proportional Representation Foundation.
pub(super) fn meek_prf(take: &mut Taking<'_>) -> Method {
    meek(take, REFERENCE_MEEK)
}

/// New Zealand's Local Electoral Regulations 2001, Schedule 1A.
pub(super) fn meek_nz(take: &mut Taking<'_>) -> Method {
    let rules = MeekRules {
        kept: Kept::AllRoundedUp,
        course: MeekCourse::NewZealand,
        omega_decimals: 4,
        lowest: LowestRule::Exactly,
        look_back: LookBack::Forwards,
        ..REFERENCE_MEEK
    };
    meek(take, rules)
}

const REFERENCE_MEEK: MeekRules = MeekRules {
    by: Basis::Heads,
    at_most: MarkLimit::Any {},
    decimals: 9,
    kept: Kept::RoundedUp,
    course: MeekCourse::Reference,
    omega_decimals: 6,
    omega_bound: OmegaBound::LessThan,
    lowest: LowestRule::WithinSurplus,
    look_back: LookBack::Never,
};

/// These rules, but for what is chosen otherwise.
fn meek(take: &mut Taking<'_>, rules: MeekRules) -> Method {
    Method::Meek(MeekRules {
        by: take.by(rules.by),
        at_most: take.at_most(),
        decimals: take.decimals(rules.decimals),
        kept: take.kept(rules.kept),
        course: take.course(rules.course),
        omega_decimals: take.omega_decimals(rules.omega_decimals),
        omega_bound: take.omega_bound(rules.omega_bound),
        lowest: take.lowest(rules.lowest),
        look_back: take.look_back(rules.look_back),
    })
}
