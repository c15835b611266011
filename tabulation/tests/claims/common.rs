//! What the tests share: rules in short, and a second, naive way to write profiles.

use tabulation::transcript::{CountRecord, PairwiseHead};
use tabulation::{
    AffiliationCap, Basis, CondorcetIrvRules, CondorcetIrvVariant, Contest, ContestOptions,
    ContestRules, CopelandRules, DebianRules, Electorate, EqualRanks, Incomparable,
    InstantRunoffRules, Kept, LookBack, LotSeed, LotSource, LowestRule, Majority, MarkLimit,
    MeekCourse, MeekRules, Method, MinimaxRules, MinimaxStrength, OmegaBound, OptionIndex,
    PluralityRules, Profile, RankedPairsRules, RunoffEnd, RunoffExclusion, SchulzeRules,
    ScottishRules, Selection, Strength, TieRule, TiedPair, Transcript, Unranked, count,
};
use tabulation::{
    BordaRules, CommitteeSearch, CumulativeRules, MajorityJudgmentRules, ProportionalApprovalRules,
    ScoreRules, SequentialPhragmenRules, StarRules, StarTies, Ungraded, UnrankedPoints, Unscored,
};
use tabulation::{Elects, Ers97Rules, InclusiveQuota, MinneapolisRules, TransferCut, WigmRules};

pub(crate) const SEED: LotSource = LotSource::Seed(LotSeed::new([7; 32]));

pub(crate) fn schulze(unranked: Unranked, strength: Strength) -> Method {
    Method::Schulze(SchulzeRules {
        by: Basis::Weight,
        unranked,
        strength,
        incomparable: Incomparable::Tied,
        equal_ranks: EqualRanks::Allowed,
        at_most: MarkLimit::Any {},
    })
}

pub(crate) fn copeland(unranked: Unranked, tied_pair: TiedPair) -> Method {
    Method::Copeland(CopelandRules {
        by: Basis::Weight,
        unranked,
        equal_ranks: EqualRanks::Allowed,
        at_most: MarkLimit::Any {},
        tied_pair,
    })
}

pub(crate) fn minimax(unranked: Unranked, strength: MinimaxStrength) -> Method {
    Method::Minimax(MinimaxRules {
        by: Basis::Weight,
        unranked,
        strength,
        equal_ranks: EqualRanks::Allowed,
        at_most: MarkLimit::Any {},
    })
}

pub(crate) fn ranked_pairs(unranked: Unranked, strength: Strength) -> Method {
    Method::RankedPairs(RankedPairsRules {
        by: Basis::Weight,
        unranked,
        strength,
        equal_ranks: EqualRanks::Allowed,
        at_most: MarkLimit::Any {},
    })
}

pub(crate) fn condorcet_irv(variant: CondorcetIrvVariant) -> Method {
    Method::CondorcetIrv(CondorcetIrvRules {
        by: Basis::Weight,
        unranked: Unranked::Last,
        at_most: MarkLimit::Any {},
        variant,
        look_back: LookBack::Never,
    })
}

/// What the records of counts by pairwise comparison begin with.
pub(crate) fn pairwise_head(record: &CountRecord) -> Option<&PairwiseHead> {
    if let CountRecord::Copeland(record) = record {
        Some(&record.head)
    } else if let CountRecord::Minimax(record) = record {
        Some(&record.head)
    } else if let CountRecord::RankedPairs(record) = record {
        Some(&record.head)
    } else if let CountRecord::CondorcetIrv(record) = record {
        Some(&record.head)
    } else {
        None
    }
}

pub(crate) fn scottish() -> Method {
    Method::ScottishStv(ScottishRules {
        by: Basis::Weight,
        at_most: MarkLimit::Any {},
        look_back: LookBack::Narrowing,
    })
}

pub(crate) fn wigm(
    decimals: u8,
    quota: InclusiveQuota,
    elects: Elects,
    transfer: TransferCut,
) -> Method {
    Method::Wigm(WigmRules {
        by: Basis::Weight,
        at_most: MarkLimit::Any {},
        decimals,
        quota,
        elects,
        transfer,
        look_back: LookBack::Never,
    })
}

/// The choices of the Proportional Representation Foundation's reference rule.
pub(crate) fn wigm_prf() -> Method {
    wigm(4, InclusiveQuota::DroopExact, Elects::AtLeast, TransferCut::PerPaper)
}

pub(crate) fn ers97() -> Method {
    Method::Ers97(Ers97Rules { by: Basis::Weight, at_most: MarkLimit::Any {} })
}

pub(crate) fn minneapolis() -> Method {
    Method::Minneapolis(MinneapolisRules { by: Basis::Weight, at_most: MarkLimit::Any {} })
}

/// Every single transferable vote, and some of the choices within weighted inclusive Gregory.
pub(crate) fn transferable() -> Vec<Method> {
    vec![
        scottish(),
        ers97(),
        minneapolis(),
        wigm_prf(),
        wigm(9, InclusiveQuota::DroopWhole, Elects::AtLeast, TransferCut::PerParcel),
        wigm(2, InclusiveQuota::Hare, Elects::MoreThan, TransferCut::PerPaper),
        meek(),
        meek_prf(),
        meek_nz(),
    ]
}

/// The digits of the programs that count in nine fixed decimals.
pub(crate) fn meek() -> Method {
    let rules = meek_rules(Kept::Cut, MeekCourse::Reference);
    Method::Meek(MeekRules { omega_bound: OmegaBound::AtMost, ..rules })
}

/// The reference rule of the Proportional Representation Foundation.
pub(crate) fn meek_prf() -> Method {
    Method::Meek(meek_rules(Kept::RoundedUp, MeekCourse::Reference))
}

/// New Zealand's Schedule 1A.
pub(crate) fn meek_nz() -> Method {
    Method::Meek(MeekRules {
        omega_decimals: 4,
        lowest: LowestRule::Exactly,
        look_back: LookBack::Forwards,
        ..meek_rules(Kept::AllRoundedUp, MeekCourse::NewZealand)
    })
}

fn meek_rules(kept: Kept, course: MeekCourse) -> MeekRules {
    MeekRules {
        by: Basis::Weight,
        at_most: MarkLimit::Any {},
        decimals: 9,
        kept,
        course,
        omega_decimals: 6,
        omega_bound: OmegaBound::LessThan,
        lowest: LowestRule::WithinSurplus,
        look_back: LookBack::Never,
    }
}

pub(crate) fn runoff(exclusion: RunoffExclusion) -> Method {
    Method::InstantRunoff(InstantRunoffRules {
        by: Basis::Weight,
        at_most: MarkLimit::Any {},
        end: RunoffEnd::Majority,
        exclusion,
        exclude_first: Vec::new(),
        look_back: LookBack::Never,
    })
}

pub(crate) fn debian(default_option: usize, quorum: u64, majorities: Vec<Majority>) -> Method {
    let default_option = index(default_option);
    Method::DebianA5(DebianRules { by: Basis::Weight, default_option, quorum, majorities })
}

pub(crate) fn plurality() -> Method {
    Method::Plurality(PluralityRules {
        by: Basis::Weight,
        at_most: MarkLimit::AtMost { options: 1 },
    })
}

pub(crate) fn borda(unranked: UnrankedPoints) -> Method {
    Method::Borda(BordaRules {
        by: Basis::Weight,
        at_most: MarkLimit::Any {},
        equal_ranks: EqualRanks::Allowed,
        unranked,
    })
}

pub(crate) fn cumulative(votes: u16) -> Method {
    Method::Cumulative(CumulativeRules { by: Basis::Weight, votes })
}

pub(crate) fn score(highest: u16, unscored: Unscored) -> Method {
    Method::Score(ScoreRules { by: Basis::Weight, highest, unscored })
}

pub(crate) fn star(highest: u16, ties: StarTies) -> Method {
    Method::Star(StarRules { by: Basis::Weight, highest, ties })
}

pub(crate) fn judgment(highest: u16, unscored: Ungraded) -> Method {
    Method::MajorityJudgment(MajorityJudgmentRules { by: Basis::Weight, highest, unscored })
}

pub(crate) fn phragmen() -> Method {
    Method::SequentialPhragmen(SequentialPhragmenRules { by: Basis::Weight })
}

pub(crate) fn thiele(search: CommitteeSearch) -> Method {
    Method::ProportionalApproval(ProportionalApprovalRules { by: Basis::Weight, search })
}

pub(crate) fn rules(method: Method, seats: u16, ties: TieRule) -> ContestRules {
    ContestRules { method, seats, affiliation_cap: AffiliationCap::Unlimited {}, ties }
}

pub(crate) fn options(number: usize) -> ContestOptions {
    ContestOptions::from_names((0..number).map(|i| format!("option {i}"))).unwrap()
}

pub(crate) fn tabulate(
    rules: ContestRules,
    options: ContestOptions,
    profile: &Profile,
) -> Transcript {
    let contest = Contest::new(rules, options).unwrap();
    count(&contest, profile, &Electorate::of_those_who_voted(profile), SEED).unwrap()
}

pub(crate) fn index(option: usize) -> OptionIndex {
    OptionIndex::new(u16::try_from(option).unwrap())
}

pub(crate) fn ranking(groups: &[&[usize]]) -> Selection {
    Selection::ranking(groups.iter().map(|g| g.iter().map(|&o| index(o)).collect()))
}

/// Every number in a JSON value is an integer that every reader keeps exact; nothing is null.
pub(crate) fn assert_canonical(value: &serde_json::Value) {
    match value {
        serde_json::Value::Null => panic!("null"),
        serde_json::Value::Bool(_) | serde_json::Value::String(_) => {}
        serde_json::Value::Number(n) => {
            assert!(n.as_u64().is_some_and(|n| n < 1 << 53), "{n} is not a small integer");
        }
        serde_json::Value::Array(items) => items.iter().for_each(assert_canonical),
        serde_json::Value::Object(map) => {
            assert!(map.keys().all(|k| k.is_ascii()));
            map.values().for_each(assert_canonical);
        }
    }
}
