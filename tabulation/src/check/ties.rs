//! Ties: each one met has its record, and each record is of a tie that was met.

use crate::lots::LotRecord;
use crate::option::OptionIndex;
use crate::rules::{Contest, LookBack, TieRule};
use crate::transcript::{Figure, TieRecord, TieResolution, TieStep};

use super::CheckError;
use super::place::{Claim, Place, records};

records! {
    TieRecord { stage, tied, question, looked_at, resolution, decided } but { sentence }
}

/// Which end of an order a tie asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Favour {
    /// The highest total, the most favoured: seats, surpluses.
    Most,
    /// The lowest total, the least favoured: exclusions.
    Least,
}

/// A tie that was met.
pub(super) struct Met<'m> {
    /// Counted from one; zero in a final order.
    pub(super) stage: u32,
    pub(super) tied: &'m [OptionIndex],
    pub(super) question: &'m str,
    pub(super) favour: Favour,
    pub(super) look_back: LookBack,
    /// The totals after each stage so far.
    pub(super) history: &'m [Vec<u128>],
    pub(super) decimals: u8,
}

/// The records of ties, taken one by one as the check meets them.
pub(super) struct Ties<'a> {
    resolution: TieResolution,
    /// Most favoured first; nothing if no order is recorded.
    order: Option<&'a [OptionIndex]>,
    records: &'a [TieRecord],
    next: usize,
    place: Place<'a>,
}

impl<'a> Ties<'a> {
    pub(super) fn new(
        contest: &Contest,
        lots: Option<&'a LotRecord>,
        records: &'a [TieRecord],
        place: Place<'a>,
    ) -> Self {
        let resolution = match (&contest.rules().ties, lots) {
            (TieRule::Lots {}, _) => TieResolution::Lot,
            (TieRule::PublishedOrder { .. }, _) => TieResolution::PublishedOrder,
            (TieRule::CastingVote {}, Some(_)) => TieResolution::CastingVote,
            // The casting vote has not been given.
            (TieRule::CastingVote {}, None) | (TieRule::Refuse {}, _) => TieResolution::Unresolved,
        };
        Self { resolution, order: lots.map(|l| l.order.as_slice()), records, next: 0, place }
    }

    /// The same order of lots for the ties of another count.
    pub(super) fn beside<'b>(&self, records: &'b [TieRecord], place: Place<'b>) -> Ties<'b>
    where
        'a: 'b,
    {
        Ties { resolution: self.resolution, order: self.order, records, next: 0, place }
    }

    /// Checks the record of a tie just met. What it decides: the one asked for first, or the whole
    /// order where lots decide; nothing where the rules leave the tie open.
    pub(super) fn decide(&mut self, met: &Met<'_>) -> Result<Option<Vec<OptionIndex>>, CheckError> {
        let (looked_at, among) = look_back(met);
        if among.len() != 1 {
            return self.settle(met.stage, met.question, looked_at, among, met.favour);
        }
        self.follow(&TieRecord {
            stage: met.stage,
            tied: met.tied.to_vec(),
            question: met.question.to_owned(),
            looked_at,
            resolution: TieResolution::EarlierStage,
            decided: among.clone(),
            sentence: String::new(),
        })?;
        Ok(Some(among))
    }

    /// Checks the record of a tie that is left to the contest's rule for ties.
    pub(super) fn settle(
        &mut self,
        stage: u32,
        question: &str,
        looked_at: Vec<TieStep>,
        tied: Vec<OptionIndex>,
        favour: Favour,
    ) -> Result<Option<Vec<OptionIndex>>, CheckError> {
        let open = self.resolution == TieResolution::Unresolved;
        let decided = if open { Vec::new() } else { self.by_order(&tied, favour)? };
        self.follow(&TieRecord {
            stage,
            tied,
            question: question.to_owned(),
            looked_at,
            resolution: self.resolution,
            decided: decided.clone(),
            sentence: String::new(),
        })?;
        Ok((!open).then_some(decided))
    }

    /// Checks that the next record is this one.
    pub(super) fn follow(&mut self, follows: &TieRecord) -> Result<(), CheckError> {
        let place = self.place.index(self.next);
        let Some(record) = self.records.get(self.next) else {
            let tied = format!("a tie of the options {:?}", numbers(&follows.tied));
            return Err(place.differs(&"nothing", &tied.as_str()));
        };
        record.compare(follows, &place)?;
        self.next += 1;
        Ok(())
    }

    /// The same where one is asked for.
    pub(super) fn decide_first(
        &mut self,
        met: &Met<'_>,
    ) -> Result<Option<OptionIndex>, CheckError> {
        Ok(self.decide(met)?.and_then(|decided| decided.first().copied()))
    }

    fn by_order(
        &self,
        among: &[OptionIndex],
        favour: Favour,
    ) -> Result<Vec<OptionIndex>, CheckError> {
        let Some(order) = self.order else {
            return Err(
                Place::top("lots").differs(&"nothing", &"an order of lots: there was a tie")
            );
        };
        let mut decided: Vec<_> = order.iter().copied().filter(|o| among.contains(o)).collect();
        if favour == Favour::Least {
            decided.reverse();
        }
        Ok(decided)
    }

    /// Every record was of a tie that was met.
    pub(super) fn finish(&self) -> Result<(), CheckError> {
        match self.records.get(self.next) {
            None => Ok(()),
            Some(record) => {
                let tied = format!("a tie of the options {:?}", numbers(&record.tied));
                Err(self.place.index(self.next).differs(&tied.as_str(), &"no tie"))
            }
        }
    }
}

/// docs/counting.md, section 2: the stages at which those still tied differ, and who is still tied
/// after them.
fn look_back(met: &Met<'_>) -> (Vec<TieStep>, Vec<OptionIndex>) {
    let stages = met.history.len();
    let order: Vec<usize> = match met.look_back {
        LookBack::Never => Vec::new(),
        LookBack::Narrowing | LookBack::AllDifferent => (0..stages).rev().collect(),
        LookBack::Forwards => (0..stages).collect(),
    };
    let mut among = met.tied.to_vec();
    let mut looked_at = Vec::new();
    for (stage, totals) in order.iter().filter_map(|&s| Some((s, met.history.get(s)?))) {
        let total = |o: &OptionIndex| totals.get(o.index()).copied().unwrap_or(0);
        let (most, least) = (among.iter().map(total).max(), among.iter().map(total).min());
        if most == least {
            continue;
        }
        let figure =
            |o| Figure::scaled(i128::try_from(total(o)).unwrap_or(i128::MAX), met.decimals);
        looked_at.push(TieStep {
            stage: u32::try_from(stage + 1).unwrap_or(u32::MAX),
            among: among.clone(),
            totals: among.iter().map(figure).collect(),
        });
        let mut different: Vec<u128> = among.iter().map(total).collect();
        different.sort_unstable();
        different.dedup();
        if met.look_back == LookBack::AllDifferent && different.len() < among.len() {
            continue;
        }
        let extreme = match met.favour {
            Favour::Most => most,
            Favour::Least => least,
        };
        among.retain(|o| Some(total(o)) == extreme);
        if among.len() == 1 {
            break;
        }
    }
    (looked_at, among)
}

fn numbers(options: &[OptionIndex]) -> Vec<u16> {
    options.iter().map(|o| o.value()).collect()
}
