//! Random elections of every kind: few options and small weights, so that ties, caps and exhausted
//! ballots are common.

use std::collections::BTreeMap;
use std::num::NonZeroU32;

use tabulation::{
    Abstention, AffiliationCap, AffiliationId, ApprovalRules, BallotForm, Basis, BordaRules, Bound,
    CastingVote, Choice, CommitteeSearch, CondorcetIrvRules, CondorcetIrvVariant, Contest,
    ContestOption, ContestOptions, ContestRules, CopelandRules, CumulativeRules, DebianRules,
    Electorate, Elects, EqualRanks, Ers97Rules, InclusiveQuota, Incomparable, InstantRunoffRules,
    Kept, LookBack, LotSeed, LotSource, LowestRule, Majority, MajorityJudgmentRules, MarkLimit,
    MeekCourse, MeekRules, Method, MinimaxRules, MinimaxStrength, MinneapolisRules, MotionRules,
    OmegaBound, OptionIndex, PluralityRules, Profile, ProfileBuilder, ProportionalApprovalRules,
    Quorum, QuorumBase, QuorumFailure, RankedPairsRules, Ratio, RunoffEnd, RunoffExclusion,
    SchulzeRules, ScoreRules, ScottishRules, Selection, SequentialPhragmenRules, Share, ShareOf,
    StarRules, StarTies, Strength, Tally, Threshold, ThresholdShare, TieRule, TiedPair, Transcript,
    TransferCut, Ungraded, Unranked, UnrankedPoints, Unscored, WigmRules, count,
};

use crate::common::index;

/// How many kinds of election [`Election::random`] knows.
pub(crate) const KINDS: usize = 22;

#[derive(Debug)]
pub(crate) struct Election {
    pub(crate) contest: Contest,
    pub(crate) profile: Profile,
    pub(crate) electorate: Electorate,
    pub(crate) transcript: Transcript,
}

impl Election {
    /// The election that a seed stands for; nothing if no legal one was found.
    pub(crate) fn random(seed: u64, kind: usize) -> Option<Self> {
        let mut dice = Dice(seed ^ (kind as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let contest = (0..20).find_map(|_| contest(&mut dice, kind))?;
        let profile = profile(&mut dice, &contest);
        let electorate = electorate(&mut dice, &profile);
        let mut bytes = [0; 32];
        bytes.fill_with(|| dice.below(256) as u8);
        let order = dice.shuffled(contest.options().len());
        let casting = match kind {
            0 => CastingVote::Motion(dice.of(&[Choice::Yes, Choice::No])),
            _ => CastingVote::Order(&order),
        };
        let source = match contest.rules().ties {
            TieRule::CastingVote {} => dice.of(&[LotSource::None, LotSource::Casting(casting)]),
            TieRule::Lots {} | TieRule::PublishedOrder { .. } | TieRule::Refuse {} => {
                LotSource::Seed(LotSeed::new(bytes))
            }
        };
        let transcript = count(&contest, &profile, &electorate, source).ok()?;
        Some(Self { contest, profile, electorate, transcript })
    }
}

/// A few more than voted, some of them recused, presence recorded or not.
fn electorate(dice: &mut Dice, profile: &Profile) -> Electorate {
    let Tally { heads, weight } = profile.total();
    let mut more = |n: u64| Tally { heads: dice.below(n), weight: dice.below(n) };
    let (absent, away, recused) = (more(4), more(3), more(2));
    let present = Tally { heads: heads + absent.heads, weight: weight + absent.weight };
    let electorate = Electorate::of(Tally {
        heads: present.heads + away.heads + recused.heads,
        weight: present.weight + away.weight + recused.weight,
    });
    let electorate = electorate.recusing(recused);
    if dice.one_in(2) { electorate.attended_by(present) } else { electorate }
}

/// SplitMix64 (G. Steele, D. Lea, C. Flood 2014).
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % n
    }

    pub(crate) fn one_in(&mut self, n: u64) -> bool {
        self.below(n) == 0
    }

    fn of<T: Clone>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len() as u64) as usize].clone()
    }

    fn shuffled(&mut self, n: usize) -> Vec<OptionIndex> {
        let mut order: Vec<OptionIndex> = OptionIndex::all(n).collect();
        for place in (1..n).rev() {
            order.swap(place, self.below(place as u64 + 1) as usize);
        }
        order
    }
}

fn contest(dice: &mut Dice, kind: usize) -> Option<Contest> {
    if kind == 0 {
        let rules = ContestRules {
            method: motion(dice),
            seats: 0,
            affiliation_cap: AffiliationCap::Unlimited {},
            ties: dice.of(&[TieRule::Refuse {}, TieRule::CastingVote {}, TieRule::CastingVote {}]),
        };
        return Contest::new(rules, ContestOptions::default()).ok();
    }
    let number = 1 + dice.below(6) as usize;
    let one_seat = matches!(kind, 4 | 7 | 11);
    let capped = dice.one_in(2);
    let seats = if one_seat { 1 } else { 1 + dice.below(3) as u16 };
    let ties = match dice.below(4) {
        0 => TieRule::Lots {},
        2 => TieRule::CastingVote {},
        1 => TieRule::PublishedOrder { order: dice.shuffled(number) },
        _ => TieRule::Refuse {},
    };
    let affiliation_cap = match (capped, dice.below(3)) {
        (false, _) => AffiliationCap::Unlimited {},
        (true, 0) => {
            AffiliationCap::Share { ratio: Ratio::new(1, 3).unwrap(), body_seats: 3 + seats }
        }
        (true, _) => AffiliationCap::AtMost { seats: 1 + dice.below(2) as u16 },
    };
    let method = method(dice, kind, number);
    let rules = ContestRules { method, seats, affiliation_cap, ties };
    Contest::new(rules, options(dice, number, capped)).ok()
}

fn options(dice: &mut Dice, number: usize, capped: bool) -> ContestOptions {
    let group = |name: &str| AffiliationId::new(name).unwrap();
    let mut options = Vec::new();
    for place in 0..number {
        let mut option = ContestOption::new(format!("o{place}"), format!("Option {place}"));
        for name in ["x", "y", "z"] {
            if capped && dice.one_in(3) {
                option = option.affiliated(group(name));
            }
        }
        options.push(option);
    }
    let mut sitting = BTreeMap::new();
    if capped && dice.one_in(3) {
        sitting.insert(group("x"), 1);
    }
    let withdrawn = OptionIndex::all(number).filter(|_| dice.one_in(8)).collect();
    let options = ContestOptions::new(options).unwrap();
    options.with_sitting(sitting).with_withdrawn(withdrawn).unwrap()
}

fn method(dice: &mut Dice, kind: usize, number: usize) -> Method {
    let by = dice.of(&[Basis::Heads, Basis::Weight]);
    let limit = MarkLimit::AtMost { options: 1 + dice.below(3) as u16 };
    let at_most = dice.of(&[MarkLimit::Any {}, MarkLimit::Any {}, limit]);
    let look_back = dice.of(&[
        LookBack::Never,
        LookBack::Narrowing,
        LookBack::AllDifferent,
        LookBack::Forwards,
    ]);
    let unranked = dice.of(&[Unranked::Last, Unranked::NotCompared]);
    let strength =
        dice.of(&[Strength::WinningVotes, Strength::WinningVotesFewerOpposing, Strength::Margins]);
    let equal_ranks = dice.of(&[EqualRanks::Allowed, EqualRanks::Refused]);
    match kind {
        1 => Method::Plurality(PluralityRules { by, at_most }),
        2 => Method::Approval(ApprovalRules { by }),
        3 => Method::Schulze(SchulzeRules {
            by,
            unranked,
            strength,
            incomparable: dice.of(&[Incomparable::Tied, Incomparable::ByWins]),
            equal_ranks,
            at_most,
        }),
        4 => Method::DebianA5(DebianRules {
            by,
            default_option: index(dice.below(number as u64) as usize),
            quorum: dice.below(8),
            majorities: OptionIndex::all(number)
                .filter(|_| dice.one_in(4))
                .map(|option| Majority { option, votes_for: 3, votes_against: 2 })
                .collect(),
        }),
        5 => Method::ScottishStv(ScottishRules { by, at_most, look_back }),
        6 => Method::Meek(MeekRules {
            by,
            at_most,
            decimals: dice.of(&[3, 6, 9]),
            kept: dice.of(&[Kept::Cut, Kept::RoundedUp, Kept::AllRoundedUp]),
            course: dice.of(&[MeekCourse::Reference, MeekCourse::NewZealand]),
            omega_decimals: dice.of(&[1, 3]),
            omega_bound: dice.of(&[OmegaBound::AtMost, OmegaBound::LessThan]),
            lowest: dice.of(&[LowestRule::WithinSurplus, LowestRule::Exactly]),
            look_back,
        }),
        8 => Method::Copeland(CopelandRules {
            by,
            unranked,
            equal_ranks,
            at_most,
            tied_pair: dice.of(&[TiedPair::Nothing, TiedPair::Half]),
        }),
        9 => Method::Minimax(MinimaxRules {
            by,
            unranked,
            strength: dice.of(&[
                MinimaxStrength::WinningVotes,
                MinimaxStrength::WinningVotesFewerOpposing,
                MinimaxStrength::Margins,
                MinimaxStrength::Opposition,
            ]),
            equal_ranks,
            at_most,
        }),
        10 => {
            Method::RankedPairs(RankedPairsRules { by, unranked, strength, equal_ranks, at_most })
        }
        11 => Method::CondorcetIrv(CondorcetIrvRules {
            by,
            unranked,
            at_most,
            variant: dice.of(&[
                CondorcetIrvVariant::CondorcetElseIrv,
                CondorcetIrvVariant::SmithIrv,
                CondorcetIrvVariant::Benham,
            ]),
            look_back,
        }),
        12 => Method::Wigm(WigmRules {
            by,
            at_most,
            decimals: dice.of(&[0, 2, 5, 9]),
            quota: dice.of(&[
                InclusiveQuota::DroopWhole,
                InclusiveQuota::DroopExact,
                InclusiveQuota::Hare,
            ]),
            elects: dice.of(&[Elects::AtLeast, Elects::MoreThan]),
            transfer: dice.of(&[TransferCut::PerPaper, TransferCut::PerParcel]),
            look_back,
        }),
        13 => Method::Ers97(Ers97Rules { by, at_most }),
        14 => Method::Minneapolis(MinneapolisRules { by, at_most }),
        15 => Method::Cumulative(CumulativeRules { by, votes: 1 + dice.below(6) as u16 }),
        16 => Method::Score(ScoreRules {
            by,
            highest: 1 + dice.below(4) as u16,
            unscored: dice.of(&[Unscored::Zero, Unscored::NotCounted]),
        }),
        17 => Method::Borda(BordaRules {
            by,
            at_most,
            equal_ranks,
            unranked: dice.of(&[UnrankedPoints::Zero, UnrankedPoints::Average]),
        }),
        18 => Method::Star(StarRules {
            by,
            highest: 1 + dice.below(3) as u16,
            ties: dice.of(&[StarTies::Lots, StarTies::Official, StarTies::Official]),
        }),
        19 => Method::MajorityJudgment(MajorityJudgmentRules {
            by,
            highest: 1 + dice.below(4) as u16,
            unscored: dice.of(&[Ungraded::Lowest, Ungraded::NotCounted]),
        }),
        20 => Method::SequentialPhragmen(SequentialPhragmenRules { by }),
        21 => Method::ProportionalApproval(ProportionalApprovalRules {
            by,
            search: dice.of(&[CommitteeSearch::Sequential, CommitteeSearch::Optimal]),
        }),
        _ => Method::InstantRunoff(InstantRunoffRules {
            by,
            at_most,
            end: dice.of(&[RunoffEnd::Majority, RunoffEnd::TwoLeft]),
            exclusion: dice.of(&[RunoffExclusion::OneByOne, RunoffExclusion::Batch]),
            exclude_first: OptionIndex::all(number).filter(|_| dice.one_in(6)).collect(),
            look_back,
        }),
    }
}

fn motion(dice: &mut Dice) -> Method {
    let share = |dice: &mut Dice| Share {
        bound: dice.of(&[Bound::AtLeast, Bound::MoreThan]),
        ratio: Ratio::new(1 + dice.below(2) as u32, 2 + dice.below(2) as u32).unwrap(),
    };
    let by = |dice: &mut Dice| dice.of(&[Basis::Heads, Basis::Weight]);
    let seats = NonZeroU32::new(1 + dice.below(12) as u32).unwrap();
    let base = [QuorumBase::Entitled, QuorumBase::Unrecused, QuorumBase::Seats(seats)];
    let quorums = [
        Quorum::Share { by: by(dice), share: share(dice) },
        Quorum::AtLeast { by: by(dice), number: dice.below(9) },
        Quorum::ShareOf { by: by(dice), share: share(dice), of: dice.of(&base) },
        Quorum::Present { by: by(dice), share: share(dice), of: dice.of(&base) },
        Quorum::PresentAtLeast { by: by(dice), number: dice.below(9) },
    ];
    let of = dice.of(&[
        ShareOf::YesAndNo,
        ShareOf::YesAndNo,
        ShareOf::Cast,
        ShareOf::Entitled,
        ShareOf::Present,
        ShareOf::Unrecused,
        ShareOf::Seats(seats),
    ]);
    let half = Share { bound: Bound::MoreThan, ratio: Ratio::HALF };
    let wanted = share(dice);
    let thresholds = [
        Threshold::Share(ThresholdShare { by: by(dice), share: dice.of(&[half, wanted]), of }),
        Threshold::MinimumYes { by: by(dice), number: dice.below(9) },
        Threshold::MaximumNo { by: by(dice), number: dice.below(9) },
        Threshold::MinimumLead { by: by(dice), number: dice.below(4) },
        Threshold::AllBut { by: by(dice), number: dice.below(9) },
    ];
    let (quorum, threshold) = (dice.below(5) as usize, dice.of(&[0, 0, dice.0 as usize % 5]));
    Method::Motion(MotionRules {
        quorums: quorums[quorum..(quorum + dice.below(3) as usize).min(5)].to_vec(),
        thresholds: thresholds[threshold..(threshold + 1 + dice.below(2) as usize).min(5)].to_vec(),
        abstention: dice.of(&[Abstention::Neutral, Abstention::QuorumOnly, Abstention::CountsAsNo]),
        quorum_failure: dice.of(&[
            QuorumFailure::NoDecision,
            QuorumFailure::Fails,
            QuorumFailure::Reopen,
        ]),
    })
}

fn profile(dice: &mut Dice, contest: &Contest) -> Profile {
    let mut builder = ProfileBuilder::new();
    let number = contest.options().len();
    // As many for a motion as against it, so that it may be tied.
    if contest.options().is_empty() && dice.one_in(3) {
        let tally = Tally { heads: 1 + dice.below(5), weight: 1 + dice.below(5) };
        builder.add_many(&Selection::YES, tally).unwrap();
        builder.add_many(&Selection::NO, tally).unwrap();
        builder.add_many(&Selection::ABSTAIN, Tally::ballots(dice.below(3))).unwrap();
        return builder.build();
    }
    for _ in 0..dice.below(14) {
        let heads = 1 + dice.below(3);
        let weight = dice.of(&[heads, heads, dice.0 % 5, 3]);
        let selection = ballot(dice, contest.rules().ballot_form(), number);
        builder.add_many(&selection, Tally { heads, weight }).unwrap();
    }
    builder.build()
}

fn ballot(dice: &mut Dice, form: BallotForm, number: usize) -> Selection {
    let mut marks = dice.shuffled(number);
    let keep = |dice: &mut Dice, limit: usize| (dice.below(number as u64 + 1) as usize).min(limit);
    match form {
        BallotForm::Motion => dice.of(&[Selection::YES, Selection::NO, Selection::ABSTAIN]),
        BallotForm::Choose { at_most } => {
            marks.truncate(keep(dice, at_most.limit(number)));
            Selection::chosen(marks)
        }
        BallotForm::Rank { equal_ranks, at_most } => {
            marks.truncate(keep(dice, at_most.limit(number)));
            let mut groups: Vec<Vec<OptionIndex>> = Vec::new();
            for option in marks {
                match groups.last_mut() {
                    Some(last) if equal_ranks == EqualRanks::Allowed && dice.one_in(4) => {
                        last.push(option);
                    }
                    _ => groups.push(vec![option]),
                }
            }
            Selection::ranking(groups)
        }
        BallotForm::Distribute { votes } => {
            let mut left = votes;
            let given = marks.into_iter().map(|o| {
                let votes = dice.below(u64::from(left) + 1) as u16;
                left -= votes;
                (o, votes)
            });
            Selection::scores(given.collect::<Vec<_>>())
        }
        BallotForm::Score { highest } => {
            let scored: Vec<OptionIndex> = marks.into_iter().filter(|_| !dice.one_in(3)).collect();
            Selection::scores(
                scored.into_iter().map(|o| (o, dice.below(u64::from(highest) + 1) as u16)),
            )
        }
    }
}
