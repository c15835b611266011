//! Records as both encodings have them, gathered into the common model.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{MAX_CONTESTS, MAX_RANK, MAX_RECORDS, NistFault};
use crate::format::ballots::{AnyBallots as _, BallotFile, FileOption, breaks, is_plain};
use crate::option::{MAX_ID_BYTES, MAX_OPTIONS, OptionIndex};
use crate::profile::{MAX_MARKS, ProfileError, RankedBallots as _, Tally};
use crate::selection::{Choice, Selection};

/// `CVR`
#[derive(Default, Deserialize)]
pub(super) struct Record {
    #[serde(rename = "CurrentSnapshotId")]
    pub(super) current: String,
    #[serde(rename = "CVRSnapshot")]
    pub(super) snapshots: Vec<Snapshot>,
}

/// `CVRSnapshot`
#[derive(Default, Deserialize)]
pub(super) struct Snapshot {
    #[serde(rename = "@id")]
    pub(super) id: String,
    #[serde(rename = "CVRContest", default)]
    pub(super) contests: Vec<RecordContest>,
}

/// `CVRContest`
#[derive(Default, Deserialize)]
pub(super) struct RecordContest {
    #[serde(rename = "ContestId")]
    pub(super) contest: String,
    #[serde(rename = "CVRContestSelection", default)]
    pub(super) selections: Vec<RecordSelection>,
}

/// `CVRContestSelection`
#[derive(Default, Deserialize)]
pub(super) struct RecordSelection {
    #[serde(rename = "ContestSelectionId")]
    pub(super) id: Option<String>,
    #[serde(rename = "Rank")]
    pub(super) rank: Option<u64>,
    #[serde(rename = "TotalFractionalVotes")]
    pub(super) fraction: Option<String>,
    #[serde(rename = "SelectionPosition")]
    pub(super) positions: Vec<Position>,
}

/// `SelectionPosition`
#[derive(Default, Deserialize)]
pub(super) struct Position {
    #[serde(rename = "HasIndication")]
    pub(super) indication: Status,
    #[serde(rename = "IsAllocable", default)]
    pub(super) allocable: Option<Status>,
    #[serde(rename = "FractionalVotes")]
    pub(super) fraction: Option<String>,
    #[serde(rename = "NumberVotes")]
    pub(super) votes: u64,
    #[serde(rename = "Rank")]
    pub(super) rank: Option<u64>,
}

/// `IndicationStatus` and `AllocationStatus`
#[derive(Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Status {
    Yes,
    No,
    #[default]
    Unknown,
}

/// `Election`
#[derive(Default, Deserialize)]
pub(super) struct Election {
    #[serde(rename = "Candidate", default)]
    pub(super) candidates: Vec<Candidate>,
    #[serde(rename = "Contest")]
    pub(super) contests: Vec<Contest>,
}

/// `Candidate`
#[derive(Default, Deserialize)]
pub(super) struct Candidate {
    #[serde(rename = "@id")]
    pub(super) id: String,
    #[serde(rename = "Name", default)]
    pub(super) name: String,
}

/// `Contest` and what extends it
#[derive(Default, Deserialize)]
pub(super) struct Contest {
    #[serde(rename = "@id")]
    pub(super) id: String,
    #[serde(rename = "@type", default)]
    pub(super) kind: String,
    #[serde(rename = "Name", default)]
    pub(super) name: String,
    #[serde(rename = "NumberElected")]
    pub(super) seats: Option<u16>,
    #[serde(rename = "VoteVariation", default)]
    pub(super) variation: String,
    #[serde(rename = "ContestSelection")]
    pub(super) selections: Vec<ContestSelection>,
}

/// `ContestSelection` and what extends it
#[derive(Default, Deserialize)]
pub(super) struct ContestSelection {
    #[serde(rename = "@id")]
    pub(super) id: String,
    #[serde(rename = "CandidateIds", default)]
    pub(super) candidates: Vec<String>,
    #[serde(rename = "Selection", default)]
    pub(super) text: String,
}

/// One vote: which selection in the order they were met, its rank (0 if none) and its worth.
#[derive(Clone, Copy)]
struct Vote {
    met: u16,
    rank: u16,
    votes: u16,
}

/// Records so far.
pub(super) struct Gather<'c> {
    wanted: Option<&'c str>,
    contest: Option<String>,
    met: BTreeMap<String, u16>,
    votes: Vec<Vote>,
    ends: Vec<u32>,
    records: usize,
    overvoted: u64,
    undecided: u64,
    candidates: BTreeMap<String, String>,
    described: Option<Contest>,
    /// A contest that was not wanted, and how many were described.
    other: Option<String>,
    contests: usize,
}

impl<'c> Gather<'c> {
    pub(super) fn new(wanted: Option<&'c str>) -> Self {
        Self {
            wanted,
            contest: wanted.map(str::to_owned),
            met: BTreeMap::new(),
            votes: Vec::new(),
            ends: Vec::new(),
            records: 0,
            overvoted: 0,
            undecided: 0,
            candidates: BTreeMap::new(),
            described: None,
            other: None,
            contests: 0,
        }
    }

    /// Takes one record.
    pub(super) fn record(&mut self, record: Record) -> Result<(), NistFault> {
        self.records += 1;
        if self.records > MAX_RECORDS {
            return Err(NistFault::TooManyRecords);
        }
        let Record { current, snapshots } = record;
        let snapshot = snapshots.into_iter().find(|snapshot| snapshot.id == current);
        let snapshot = snapshot.ok_or(NistFault::NoSnapshot { id: current })?;
        let mut taken = false;
        for contest in snapshot.contests {
            let wanted = self.contest.get_or_insert_with(|| contest.contest.clone());
            if *wanted != contest.contest {
                if self.wanted.is_none() {
                    let (first, second) = (wanted.clone(), contest.contest);
                    return Err(NistFault::SeveralContests { first, second });
                }
                continue;
            }
            if taken {
                return Err(NistFault::RepeatedContest { id: contest.contest });
            }
            taken = true;
            self.ballot(contest.selections)?;
        }
        Ok(())
    }

    fn ballot(&mut self, selections: Vec<RecordSelection>) -> Result<(), NistFault> {
        let (mut overvoted, mut undecided) = (false, false);
        for selection in selections {
            for position in selection.positions {
                if position.indication != Status::Yes {
                    continue;
                }
                match position.allocable {
                    Some(Status::No) => {
                        overvoted = true;
                        continue;
                    }
                    Some(Status::Unknown) => {
                        undecided = true;
                        continue;
                    }
                    Some(Status::Yes) | None => {}
                }
                if position.fraction.is_some() || selection.fraction.is_some() {
                    return Err(NistFault::Fraction);
                }
                let id = selection.id.as_deref().ok_or(NistFault::WriteIn)?;
                let rank = position.rank.or(selection.rank);
                let vote = self.vote(id, rank, position.votes)?;
                self.votes.push(vote);
            }
        }
        self.overvoted += u64::from(overvoted);
        self.undecided += u64::from(undecided);
        let end = u32::try_from(self.votes.len()).ok().filter(|&end| end as usize <= MAX_MARKS);
        self.ends.push(end.ok_or(NistFault::Profile(ProfileError::TooManyMarks))?);
        Ok(())
    }

    fn vote(&mut self, id: &str, rank: Option<u64>, votes: u64) -> Result<Vote, NistFault> {
        let met = match self.met.get(id) {
            Some(&met) => met,
            None => {
                let met = u16::try_from(self.met.len()).ok();
                let met = met.filter(|&met| usize::from(met) < MAX_OPTIONS);
                let met = met.ok_or(NistFault::TooManySelections)?;
                self.met.insert(id.to_owned(), met);
                met
            }
        };
        let rank = match rank {
            None => 0,
            Some(rank) if (1..=MAX_RANK).contains(&rank) => {
                u16::try_from(rank).map_err(|_| NistFault::Rank { rank })?
            }
            Some(rank) => return Err(NistFault::Rank { rank }),
        };
        let votes = u16::try_from(votes).map_err(|_| NistFault::Votes { votes })?;
        Ok(Vote { met, rank, votes })
    }

    /// Takes the description of an election.
    pub(super) fn election(&mut self, election: Election) -> Result<(), NistFault> {
        for candidate in election.candidates {
            self.candidates.insert(candidate.id, candidate.name);
        }
        for contest in election.contests {
            self.contests += 1;
            if self.contests > MAX_CONTESTS {
                return Err(NistFault::TooManyContests);
            }
            let known = self.contest.as_ref().is_none_or(|wanted| *wanted == contest.id);
            match &self.described {
                Some(described) if described.id == contest.id => {
                    return Err(NistFault::RepeatedContest { id: contest.id });
                }
                None if known => self.described = Some(contest),
                Some(_) | None => self.other = Some(contest.id),
            }
        }
        Ok(())
    }

    /// The contest with its ballots.
    pub(super) fn finish(mut self) -> Result<BallotFile, NistFault> {
        let contest = match (self.described.take(), self.contest.take()) {
            (Some(contest), Some(id)) if contest.id == id => contest,
            (Some(contest), None) => match self.other.take() {
                Some(second) => {
                    return Err(NistFault::SeveralContests { first: contest.id, second });
                }
                None => contest,
            },
            (_, Some(id)) => return Err(NistFault::UnknownContest { id }),
            (None, None) => return Err(NistFault::NoContest),
        };
        let numbers = self.numbers(&contest)?;
        let form = self.form(&contest);
        let mut file = BallotFile {
            title: plain(&contest.name),
            seats: contest.seats,
            options: self.options(&contest, &form)?,
            ..BallotFile::default()
        };
        file.rewrites.overvoted = self.overvoted;
        file.rewrites.undecided = self.undecided;
        let mut start = 0;
        for (&end, ballot) in self.ends.iter().zip(1..) {
            let votes = self.votes.get(start..end as usize).unwrap_or(&[]);
            start = end as usize;
            let mut votes: Vec<(OptionIndex, Vote)> = votes
                .iter()
                .filter_map(|vote| Some((*numbers.get(usize::from(vote.met))?, *vote)))
                .collect();
            let repeated = |option: OptionIndex| {
                let id = contest.selections.get(option.index()).map(|s| s.id.clone());
                NistFault::Repeated { ballot, id: id.unwrap_or_default() }
            };
            votes.sort_unstable_by_key(|(option, _)| *option);
            if let Some(twice) = votes.windows(2).find_map(|pair| match pair {
                [(a, _), (b, _)] if a == b => Some(*a),
                _ => None,
            }) {
                return Err(repeated(twice));
            }
            form.add(&mut file, &votes, ballot)?;
        }
        Ok(file)
    }

    /// The options' numbers by the order in which their selections were met.
    fn numbers(&self, contest: &Contest) -> Result<Vec<OptionIndex>, NistFault> {
        let mut places = BTreeMap::new();
        if contest.selections.len() > MAX_OPTIONS {
            return Err(NistFault::TooManySelections);
        }
        for (selection, place) in contest.selections.iter().zip(0_u16..) {
            if places.insert(selection.id.as_str(), OptionIndex::new(place)).is_some() {
                return Err(NistFault::Repeated { ballot: 0, id: selection.id.clone() });
            }
        }
        let mut numbers = vec![OptionIndex::new(0); self.met.len()];
        for (id, &met) in &self.met {
            let option = places.get(id.as_str()).copied();
            let option = option.ok_or_else(|| NistFault::UnknownSelection { id: id.clone() })?;
            if let Some(number) = numbers.get_mut(usize::from(met)) {
                *number = option;
            }
        }
        Ok(numbers)
    }

    fn form(&self, contest: &Contest) -> Form {
        let mut start = 0;
        let single = self
            .ends
            .iter()
            .all(|&end| end as usize - std::mem::replace(&mut start, end as usize) == 1);
        let answers: Option<Vec<Choice>> =
            contest.selections.iter().map(|s| answer(&s.text)).collect();
        let measure = contest.kind.ends_with("BallotMeasureContest");
        if let Some(answers) = answers
            && measure
            && single
        {
            return Form::Motion(answers);
        }
        match contest.variation.as_str() {
            "range" | "cumulative" => Form::Scores,
            "rcv" | "borda" => Form::Ranked,
            _ if self.votes.iter().any(|vote| vote.rank > 0) => Form::Ranked,
            _ => Form::Marks,
        }
    }

    fn options(&self, contest: &Contest, form: &Form) -> Result<Vec<FileOption>, NistFault> {
        if matches!(form, Form::Motion(_)) {
            return Ok(Vec::new());
        }
        let mut options = Vec::new();
        for (selection, place) in contest.selections.iter().zip(1_usize..) {
            let names: Vec<String> = selection
                .candidates
                .iter()
                .map(|id| {
                    let name = self.candidates.get(id).map(|name| plain(name));
                    name.filter(|name| !name.is_empty()).unwrap_or_else(|| id.clone())
                })
                .collect();
            let mut name = names.join(" / ");
            if name.is_empty() {
                name = plain(&selection.text);
            }
            if name.is_empty() {
                name.clone_from(&selection.id);
            }
            if !is_plain(&name) {
                return Err(NistFault::Name { name });
            }
            // What our own writer calls selections that had no identifier.
            let own = selection.id == super::write::selection_id(place);
            let id = Some(selection.id.clone());
            let id = id.filter(|id| !own && is_plain(id) && id.len() <= MAX_ID_BYTES);
            options.push(FileOption { id, name });
        }
        Ok(options)
    }
}

/// What the ballots of a contest are.
enum Form {
    /// The answers that its selections are.
    Motion(Vec<Choice>),
    Ranked,
    Scores,
    Marks,
}

impl Form {
    /// Adds a ballot; its votes ascend by option.
    fn add(
        &self,
        file: &mut BallotFile,
        votes: &[(OptionIndex, Vote)],
        ballot: usize,
    ) -> Result<(), NistFault> {
        let ballots = &mut file.ballots;
        match self {
            Self::Ranked => {
                let mut ranked: Vec<(u16, OptionIndex)> = Vec::with_capacity(votes.len());
                for &(option, vote) in votes {
                    if vote.rank == 0 {
                        return Err(NistFault::Unranked { ballot });
                    }
                    check_one(vote)?;
                    ranked.push((vote.rank, option));
                }
                ranked.sort_unstable();
                let mut before = 0;
                for (rank, option) in ranked {
                    if rank == before {
                        ballots.same_rank(option);
                        continue;
                    }
                    (before + 1..rank).for_each(|_| ballots.skipped_rank());
                    ballots.next_rank(option);
                    before = rank;
                }
                ballots.end(Tally::ONE)?;
            }
            Self::Scores => {
                let scores = votes.iter().map(|&(option, vote)| (option, vote.votes)).collect();
                ballots.selection(&Selection::Scores(scores), Tally::ONE)?;
            }
            Self::Marks => {
                votes.iter().try_for_each(|&(_, vote)| check_one(vote))?;
                let options = votes.iter().map(|&(option, _)| option).collect();
                ballots.selection(&Selection::Chosen(options), Tally::ONE)?;
            }
            Self::Motion(answers) => {
                for &(option, vote) in votes {
                    check_one(vote)?;
                    // Invariant: there is an answer for every selection, and one vote a ballot.
                    let choice = answers.get(option.index()).copied().unwrap_or(Choice::Abstain);
                    ballots.selection(&Selection::Choice(choice), Tally::ONE)?;
                }
            }
        }
        Ok(())
    }
}

fn check_one(vote: Vote) -> Result<(), NistFault> {
    match vote.votes {
        1 => Ok(()),
        votes => Err(NistFault::Votes { votes: votes.into() }),
    }
}

fn answer(text: &str) -> Option<Choice> {
    match text.trim().to_ascii_lowercase().as_str() {
        "yes" => Some(Choice::Yes),
        "no" => Some(Choice::No),
        "abstain" => Some(Choice::Abstain),
        _ => None,
    }
}

/// A text without the line breaks and indentation that files have in it.
fn plain(text: &str) -> String {
    if text.chars().any(breaks) {
        return text.replace(breaks, " ").split_whitespace().collect::<Vec<_>>().join(" ");
    }
    text.trim().to_owned()
}
