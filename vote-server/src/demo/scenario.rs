//! What the demo's foundation votes on, and how its voters answer: plain data, no keys and no I/O.

use std::collections::BTreeMap;
use std::num::NonZeroU32;

use election::ids::{GroupId, Handle};
use election::manifest::{Contest, ContestOption};
use election::module::{Module, Modules, Process, Right};
use election::question::{BusinessQuestion, TechnicalQuestion};
use election::standing::{FoundingStanding, Standing};
use election::{Business, Technical};
use serde_json::json;
use tabulation::{
    Abstention, AffiliationCap, Basis, Bound, ContestRules, EqualRanks, Incomparable, LookBack,
    MarkLimit, Method, MotionRules, OptionIndex, PluralityRules, Quorum, QuorumFailure, Ratio,
    SchulzeRules, ScottishRules, Selection, Share, ShareOf, Strength, Threshold, ThresholdShare,
    TieRule, Unranked,
};

use super::people::{self, Class, MEMBERS, employers, person, slug};
use super::preference::{Candidate, Ranks, ranking};
use super::seeded::Seeded;

/// The seed of every preference, printed by the demo.
pub(super) const SEED: u64 = 2026;
/// Seats of the steering committee.
pub(super) const STEERING_SEATS: u16 = 5;
/// Most seats of one employer.
pub(super) const STEERING_CAP: u16 = 2;
/// Maintainers to elect.
pub(super) const MAINTAINER_SEATS: u16 = 3;

/// The related member whose group is spoken for by the other one.
pub(super) const SILENT_MEMBER: usize = 8;
/// The member whose delegate stays silent, so that the alternate's ballot counts.
pub(super) const ALTERNATE_SPEAKS: usize = 3;
/// The member whose alternate votes first and whose delegate's ballot then counts instead.
pub(super) const DELEGATE_PREVAILS: usize = 4;
/// How many contributors vote blank at first and change their mind later.
pub(super) const CHANGE_THEIR_MIND: usize = 12;

/// A person's handle.
pub(super) fn handle(name: &str) -> anyhow::Result<Handle> {
    Ok(format!("id:{}", slug(name)).parse()?)
}

/// The persons who speak for a member, highest rank first: a delegate, and an alternate for the
/// larger ones.
pub(super) fn speakers(member: usize) -> Vec<String> {
    let (delegate, alternate) = (300 + 2 * member, 301 + 2 * member);
    match MEMBERS.get(member) {
        // Vantorel's delegate is a contributor too: a dual role, with two keys.
        Some(_) if member == 0 => vec![person(12), person(alternate)],
        Some((_, Class::Premier, _)) => vec![person(delegate), person(alternate)],
        Some(_) if member.is_multiple_of(3) => vec![person(delegate), person(alternate)],
        Some(_) | None => vec![person(delegate)],
    }
}

/// The contributors: name and employer.
pub(super) fn contributors() -> Vec<(String, Option<&'static str>)> {
    employers(SEED).into_iter().enumerate().map(|(i, of)| (person(i), of)).collect()
}

/// The budget motion: half of the voting power must take part, two thirds of the votes cast for or
/// against must be in favour.
pub(super) fn budget() -> anyhow::Result<Contest<Business>> {
    let question: BusinessQuestion = serde_json::from_value(json!({
        "kind": "budget_approval",
        "amount": {"currency": "USD", "minor_units": 240_000_000},
    }))?;
    let share = |bound, ratio| Share { bound, ratio };
    let method = Method::Motion(MotionRules {
        quorums: vec![Quorum::Share {
            by: Basis::Weight,
            share: share(Bound::AtLeast, Ratio::HALF),
        }],
        thresholds: vec![Threshold::Share(ThresholdShare {
            by: Basis::Weight,
            share: share(Bound::AtLeast, Ratio::TWO_THIRDS),
            of: ShareOf::YesAndNo,
        })],
        abstention: Abstention::QuorumOnly,
        quorum_failure: QuorumFailure::NoDecision,
    });
    Ok(Contest {
        id: "budget-2027".parse()?,
        title: "Approve the budget of 2027".parse()?,
        question,
        options: Vec::new(),
        sitting: BTreeMap::new(),
        rules: ContestRules {
            method,
            seats: 0,
            affiliation_cap: AffiliationCap::Unlimited {},
            ties: TieRule::Refuse {},
        },
    })
}

/// The general members' two seats on the board: most votes win, two marks a ballot.
pub(super) fn board_seats() -> anyhow::Result<Contest<Business>> {
    let standing =
        [(9, "Sorrelbyte"), (11, "Ixterra"), (14, "Mirelle Networks"), (17, "Novastrand")];
    let options = standing.iter().map(|&(member, company)| {
        let name = speakers(member).into_iter().next().unwrap_or_default();
        Ok(ContestOption {
            id: slug(&name).parse()?,
            name: format!("{name} ({company})").parse()?,
            person: Some(handle(&name)?),
            affiliations: vec![slug(company).parse()?],
        })
    });
    Ok(Contest {
        id: "general-seats".parse()?,
        title: "Two board seats of the general members".parse()?,
        question: BusinessQuestion::BusinessSeats { body: "governing-board".parse()? },
        options: options.collect::<anyhow::Result<_>>()?,
        sitting: BTreeMap::new(),
        rules: ContestRules {
            method: Method::Plurality(PluralityRules {
                by: Basis::Heads,
                at_most: MarkLimit::AtMost { options: 2 },
            }),
            seats: 2,
            affiliation_cap: AffiliationCap::Unlimited {},
            ties: TieRule::Lots {},
        },
    })
}

/// Those who stand for the steering committee: three of them work for the largest employer.
pub(super) fn steering_candidates() -> Vec<Candidate> {
    let of = employers(SEED);
    let from = |employer: Option<&str>, nth: usize| {
        let staff = of.iter().enumerate().filter(|(_, of)| **of == employer);
        staff.map(|(i, _)| i).filter(|i| *i != 12).nth(nth).unwrap_or(0)
    };
    let slate: [(Option<&'static str>, usize, i64, u32); 9] = [
        (Some("vantorel"), 1, 74, 86),
        (Some("quillmere"), 0, 70, 80),
        (Some("vantorel"), 4, 69, 78),
        (Some("tessalune"), 2, 66, 74),
        (Some("vantorel"), 7, 67, 76),
        (None, 3, 62, 70),
        (Some("pelagrid-group"), 1, 58, 66),
        (Some("corvane-labs"), 0, 52, 60),
        (Some("brackenfold"), 2, 45, 50),
    ];
    let candidate =
        |&(employer, nth, standing, known): &(Option<&'static str>, usize, i64, u32)| Candidate {
            person: from(employer, nth),
            standing,
            known,
            employer,
        };
    slate.iter().map(candidate).collect()
}

/// Those who stand as maintainers of the storage module.
pub(super) fn maintainer_candidates() -> Vec<Candidate> {
    let of = employers(SEED);
    let slate = [
        (21, 64, 62),
        (58, 60, 58),
        (97, 57, 55),
        (133, 55, 60),
        (171, 50, 44),
        (208, 46, 50),
        (246, 40, 36),
    ];
    let candidate = |&(person, standing, known): &(usize, i64, u32)| Candidate {
        person,
        standing,
        known,
        employer: of.get(person).copied().flatten(),
    };
    slate.iter().map(candidate).collect()
}

fn options(candidates: &[Candidate]) -> anyhow::Result<Vec<ContestOption>> {
    let option = |candidate: &Candidate| {
        let name = person(candidate.person);
        let groups = candidate.employer.iter().map(|employer| employer.parse::<GroupId>());
        Ok(ContestOption {
            id: slug(&name).parse()?,
            name: name.parse()?,
            person: Some(handle(&name)?),
            affiliations: groups.collect::<Result<_, _>>()?,
        })
    };
    candidates.iter().map(option).collect()
}

/// Five seats of the steering committee by Schulze's method, at most two of one employer.
pub(super) fn steering() -> anyhow::Result<Contest<Technical>> {
    Ok(Contest {
        id: "steering-2027".parse()?,
        title: "Five seats of the steering committee".parse()?,
        question: TechnicalQuestion::TechnicalSeats { body: "steering".parse()? },
        options: options(&steering_candidates())?,
        sitting: BTreeMap::new(),
        rules: ContestRules {
            method: Method::Schulze(SchulzeRules {
                by: Basis::Heads,
                unranked: Unranked::NotCompared,
                strength: Strength::WinningVotes,
                incomparable: Incomparable::ByWins,
                equal_ranks: EqualRanks::Allowed,
                at_most: MarkLimit::Any {},
            }),
            seats: STEERING_SEATS,
            affiliation_cap: AffiliationCap::AtMost { seats: STEERING_CAP },
            ties: TieRule::Lots {},
        },
    })
}

/// Three maintainers of the storage module by single transferable vote.
pub(super) fn maintainers() -> anyhow::Result<Contest<Technical>> {
    Ok(Contest {
        id: "storage-maintainers".parse()?,
        title: "Three maintainers of the storage module".parse()?,
        question: TechnicalQuestion::ModuleMaintainers { module: "storage".parse()? },
        options: options(&maintainer_candidates())?,
        sitting: BTreeMap::new(),
        rules: ContestRules {
            method: Method::ScottishStv(ScottishRules {
                by: Basis::Heads,
                at_most: MarkLimit::Any {},
                look_back: LookBack::Narrowing,
            }),
            seats: MAINTAINER_SEATS,
            affiliation_cap: AffiliationCap::Unlimited {},
            ties: TieRule::Lots {},
        },
    })
}

/// The contributors who lead and maintain the core from the start: the only rights that no vote gave.
pub(super) const FOUNDING_MAINTAINERS: [usize; 3] = [5, 34, 88];
/// The contributor whom the core's maintainers admit to the compiler, which has none of its own yet.
pub(super) const ADMITTED: usize = 142;

/// The modules: a core, and three below it that escalate to it.
pub(super) fn modules() -> anyhow::Result<Modules<Technical>> {
    let module = |id: &str, parent: Option<&str>, rights: &[Right]| {
        anyhow::Ok(Module {
            id: id.parse()?,
            parent: parent.map(str::parse).transpose()?,
            process: Process { rights: rights.iter().copied().collect(), version: NonZeroU32::MIN },
        })
    };
    let maintaining = [Right::Review, Right::Merge, Right::Speak];
    Ok(Modules::new(vec![
        module("core", None, &Right::ALL)?,
        module("compiler", Some("core"), &maintaining)?,
        module("networking", Some("core"), &maintaining)?,
        module("storage", Some("core"), &maintaining)?,
    ])?)
}

/// A lead and two maintainers of the core.
pub(super) fn founding_standings() -> anyhow::Result<Vec<FoundingStanding<Technical>>> {
    let standings = [Standing::Lead, Standing::Maintainer, Standing::Maintainer];
    let founding = |(number, standing): (usize, Standing)| {
        let (module, person) = ("core".parse()?, handle(&person(number))?);
        Ok(FoundingStanding { module, person, standing })
    };
    FOUNDING_MAINTAINERS.into_iter().zip(standings).map(founding).collect()
}

/// The motion to admit a contributor to the compiler: more than half of yes and no.
pub(super) fn admission() -> anyhow::Result<Contest<Technical>> {
    let by = Basis::Heads;
    let share = |bound| Share { bound, ratio: Ratio::HALF };
    let method = Method::Motion(MotionRules {
        quorums: vec![Quorum::Share { by, share: share(Bound::AtLeast) }],
        thresholds: vec![Threshold::Share(ThresholdShare {
            by,
            share: share(Bound::MoreThan),
            of: ShareOf::YesAndNo,
        })],
        abstention: Abstention::Neutral,
        quorum_failure: QuorumFailure::NoDecision,
    });
    let name = person(ADMITTED);
    let (module, person) = ("compiler".parse()?, handle(&name)?);
    Ok(Contest {
        id: "admission".parse()?,
        title: format!("Admit {name} to the compiler").parse()?,
        question: TechnicalQuestion::ModuleAdmission { module, person },
        options: Vec::new(),
        sitting: BTreeMap::new(),
        rules: ContestRules {
            method,
            seats: 0,
            affiliation_cap: AffiliationCap::Unlimited {},
            ties: TieRule::Refuse {},
        },
    })
}

/// What contributors answer to the admission: the core's maintainers decide, two for and one against.
pub(super) fn admission_answers() -> Answers {
    let [lead, second, third] = FOUNDING_MAINTAINERS;
    let answer = |number| match number {
        _ if number == lead || number == third => Some(Selection::YES),
        _ if number == second => Some(Selection::NO),
        _ => None,
    };
    (0..contributors().len()).map(answer).collect()
}

/// The answers to one election, voter by voter; those who do not vote have none.
pub(super) type Answers = Vec<Option<Selection>>;

/// What the members answer to the budget, by member. Two stay away, one abstains, and of the related
/// two only one has the voice.
pub(super) fn budget_answers() -> Answers {
    let answer = |member: usize| match member {
        6 | SILENT_MEMBER | 18 => None,
        10 | 15 | 19 => Some(Selection::NO),
        13 => Some(Selection::ABSTAIN),
        _ => Some(Selection::YES),
    };
    (0..MEMBERS.len()).map(answer).collect()
}

/// What the general members answer about their seats, by member; others are not entitled.
pub(super) fn board_answers() -> Answers {
    let mut rng = Seeded::new(SEED, "seats");
    let pull = [40, 34, 22, 16];
    let answer = |(member, (_, class, _)): (usize, &(&str, Class, u64))| {
        let liked = pull.map(|pull| i64::from(pull) + rng.around_zero(14));
        let mut order: Vec<usize> = (0..liked.len()).collect();
        order.sort_by_key(|i| std::cmp::Reverse(liked.get(*i).copied()));
        let marks = order.into_iter().take(2).filter_map(|i| u16::try_from(i).ok());
        let stays_away = member == 16 || member == SILENT_MEMBER;
        (*class == Class::General && !stays_away)
            .then(|| Selection::chosen(marks.map(OptionIndex::new)))
    };
    MEMBERS.iter().enumerate().map(answer).collect()
}

/// What the contributors answer about the steering committee.
pub(super) fn steering_answers() -> Answers {
    answers("steering", &steering_candidates(), Ranks::MayBeEqual, 79)
}

/// What the contributors answer about the maintainers.
pub(super) fn maintainer_answers() -> Answers {
    answers("maintainers", &maintainer_candidates(), Ranks::Strict, 58)
}

fn answers(name: &str, candidates: &[Candidate], ranks: Ranks, turnout: u32) -> Answers {
    let mut rng = Seeded::new(SEED, name);
    let answer = |employer: Option<&'static str>| {
        let votes = rng.in_hundred(turnout);
        let selection = ranking(candidates, employer, ranks, &mut rng);
        votes.then_some(selection)
    };
    people::employers(SEED).into_iter().map(answer).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use election::Pool;
    use tabulation::transcript::CountRecord;
    use tabulation::{Electorate, LotSeed, LotSource, Profile, Transcript};

    fn count<P: Pool>(contest: &Contest<P>, answers: Answers) -> Transcript {
        let entitled = u64::try_from(answers.len()).expect("few");
        let profile = Profile::of(answers.into_iter().flatten()).expect("canonical");
        let electorate = Electorate::of(tabulation::Tally::ballots(entitled));
        let seed = LotSource::Seed(LotSeed::new([0; 32]));
        tabulation::count(&contest.tabulation().expect("rules"), &profile, &electorate, seed)
            .expect("counts")
    }

    #[test]
    fn the_employer_cap_really_keeps_somebody_out_of_steering() {
        let transcript = count(&steering().expect("contest"), steering_answers());
        let cap = transcript.cap.as_ref().expect("a cap");
        assert_eq!(cap.limit, STEERING_CAP);
        assert_eq!(cap.passed_over.len(), 1, "{}", cap.sentence);
        assert_ne!(cap.before, cap.after);
        let kept_out = cap.passed_over[0].option;
        assert!(cap.before.contains(&kept_out) && !cap.after.contains(&kept_out));
        assert_eq!(cap.after.len(), usize::from(STEERING_SEATS));
        assert!(transcript.ties.is_empty(), "the figures do not hang on a lot");
    }

    #[test]
    fn the_maintainers_take_several_rounds() {
        let transcript = count(&maintainers().expect("contest"), maintainer_answers());
        let CountRecord::Stages(stages) = &transcript.count else { panic!("stages") };
        assert!(stages.stages.len() >= 4, "{} rounds", stages.stages.len());
        assert_eq!(transcript.outcome.winners().len(), usize::from(MAINTAINER_SEATS));
        assert!(transcript.ties.is_empty());
    }

    #[test]
    fn every_answer_is_a_legal_ballot() {
        let legal = |rules: &ContestRules, options, answers: Answers| {
            for answer in answers.into_iter().flatten() {
                answer.validate(rules, options).expect("legal");
            }
        };
        legal(&budget().expect("contest").rules, 0, budget_answers());
        legal(&board_seats().expect("contest").rules, 4, board_answers());
        legal(&steering().expect("contest").rules, 9, steering_answers());
        legal(&maintainers().expect("contest").rules, 7, maintainer_answers());
        legal(&admission().expect("contest").rules, 0, admission_answers());
    }

    #[test]
    fn the_largest_employer_holds_three_of_the_candidates() {
        let candidates = steering_candidates();
        let of_largest = candidates.iter().filter(|c| c.employer == Some("vantorel")).count();
        assert_eq!(of_largest, 3);
        let people: std::collections::BTreeSet<_> = candidates.iter().map(|c| c.person).collect();
        assert_eq!(people.len(), candidates.len());
    }
}
