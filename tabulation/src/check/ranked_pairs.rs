//! Ranked pairs: each defeat, from the strongest down, is locked unless it closes a cycle.

use std::cmp::Reverse;

use crate::rules::{LookBack, RankedPairsRules};
use crate::transcript::{CountRecord, DefeatRecord, RankedPairsRecord};

use super::condorcet::Pairs;
use super::pairwise::{Key, Table, cell, defeat, first_path, layers, named, table};
use super::place::{Claim, records};
use super::ties::{Favour, Met, Ties};
use super::{COUNT, Case, CheckError, check_ranking, seats, wrong_kind};

records! {
    DefeatRecord { winner, loser, votes, opposing, locked, path } but { sentence }
}

/// Winner and loser, as rows.
type Pair = (usize, usize);

/// Checks a count by ranked pairs.
pub(super) fn check(
    case: &Case<'_>,
    rules: &RankedPairsRules,
    ties: &mut Ties<'_>,
) -> Result<(), CheckError> {
    let CountRecord::RankedPairs(record) = &case.transcript.count else {
        return Err(wrong_kind(COUNT, &case.transcript.count, "ranked-pairs"));
    };
    let RankedPairsRecord { head, defeats } = record;
    let options = case.contest.options().standing();
    let pairs = Pairs::check(case, head, options, rules.by, rules.unranked, COUNT)?;
    let size = pairs.options.len();
    let strength = |&(a, b): &Pair| -> Key {
        defeat(cell(&pairs.votes, a, b), cell(&pairs.votes, b, a), rules.strength)
    };
    let all = (0..size).flat_map(|a| (0..size).map(move |b| (a, b)));
    let mut order: Vec<Pair> = all.filter(|pair| strength(pair) != (0, 0)).collect();
    order.sort_by_key(|pair| (Reverse(strength(pair)), *pair));
    let mut locked = Locked {
        pairs: &pairs,
        links: table(size, |_, _| false),
        leads: table(size, |a, b| a == b),
        records: Vec::new(),
    };
    let mut whole = true;
    for group in order.chunk_by(|a, b| strength(a) == strength(b)) {
        whole = locked.take(group, ties)?;
        if !whole {
            break;
        }
    }
    defeats.compare(&locked.records, &COUNT.key("defeats"))?;
    let ranking = match whole {
        true => layers(&pairs.options, |above, below| cell(&locked.links, above, below)),
        // Left open: it is still sure that the Smith set comes first, and so on.
        false => pairs.smith_sets.clone(),
    };
    check_ranking(case, &ranking)?;
    seats::check(case, &ranking, ties)
}

/// Defeats as far as they were taken.
struct Locked<'a> {
    pairs: &'a Pairs,
    /// Defeats that are locked.
    links: Table<bool>,
    /// Whether any of them lead from one row to another.
    leads: Table<bool>,
    records: Vec<DefeatRecord>,
}

impl Locked<'_> {
    /// Defeats of one strength; false if they are tied and the rules leave that open.
    fn take(&mut self, group: &[Pair], ties: &mut Ties<'_>) -> Result<bool, CheckError> {
        let (blocked, mut rest): (Vec<Pair>, Vec<Pair>) =
            group.iter().partition(|&&(winner, loser)| cell(&self.leads, loser, winner));
        blocked.into_iter().for_each(|pair| self.block(pair));
        if self.close_no_cycle(&rest) {
            rest.into_iter().for_each(|pair| self.lock(pair));
            return Ok(true);
        }
        let mut rows: Vec<usize> = rest.iter().flat_map(|&(a, b)| [a, b]).collect();
        rows.sort_unstable();
        rows.dedup();
        let met = Met {
            stage: 0,
            tied: &named(&self.pairs.options, &rows),
            question: &format!("the order of {} equally strong defeats", rest.len()),
            favour: Favour::Most,
            look_back: LookBack::Never,
            history: &[],
            decimals: 0,
        };
        let Some(lots) = ties.decide(&met)? else { return Ok(false) };
        let options = &self.pairs.options;
        let place = |row: usize| {
            options.get(row).and_then(|option| lots.iter().position(|lot| lot == option))
        };
        // Zavist and Tideman 1989: by winner, then by loser from the other end.
        rest.sort_by_cached_key(|&(winner, loser)| (place(winner), Reverse(place(loser))));
        for (winner, loser) in rest {
            if cell(&self.leads, loser, winner) {
                self.block((winner, loser));
            } else {
                self.join((winner, loser));
                self.lock((winner, loser));
            }
        }
        Ok(true)
    }

    /// Whether some defeats close no cycle together with those locked. Then they all lead on;
    /// otherwise none does.
    fn close_no_cycle(&mut self, defeats: &[Pair]) -> bool {
        let mut joined = Vec::new();
        for &(winner, loser) in defeats {
            if cell(&self.leads, loser, winner) {
                for (from, to) in joined {
                    set(&mut self.leads, from, to, false);
                }
                return false;
            }
            joined.extend(self.join((winner, loser)));
        }
        true
    }

    /// Lets a defeat lead on; gives the pairs that something leads between since.
    fn join(&mut self, (winner, loser): Pair) -> Vec<Pair> {
        let size = self.leads.len();
        let mut joined = Vec::new();
        for from in 0..size {
            if !cell(&self.leads, from, winner) || cell(&self.leads, from, loser) {
                continue;
            }
            let to = (0..size).filter(|&to| cell(&self.leads, loser, to));
            let fresh = to.filter(|&to| !cell(&self.leads, from, to));
            joined.extend(fresh.map(|to| (from, to)));
        }
        for &(from, to) in &joined {
            set(&mut self.leads, from, to, true);
        }
        joined
    }

    fn lock(&mut self, (winner, loser): Pair) {
        set(&mut self.links, winner, loser, true);
        self.record((winner, loser), Vec::new());
    }

    fn block(&mut self, (winner, loser): Pair) {
        let linked = |a: usize, b: usize| cell(&self.links, a, b);
        let path = first_path(self.links.len(), loser, winner, linked);
        self.record((winner, loser), path);
    }

    fn record(&mut self, (winner, loser): Pair, path: Vec<usize>) {
        let (votes, options) = (&self.pairs.votes, &self.pairs.options);
        let (Some(&a), Some(&b)) = (options.get(winner), options.get(loser)) else { return };
        self.records.push(DefeatRecord {
            winner: a,
            loser: b,
            votes: cell(votes, winner, loser),
            opposing: cell(votes, loser, winner),
            locked: path.is_empty(),
            path: named(options, &path),
            sentence: String::new(),
        });
    }
}

fn set(table: &mut Table<bool>, row: usize, column: usize, value: bool) {
    if let Some(cell) = table.get_mut(row).and_then(|row| row.get_mut(column)) {
        *cell = value;
    }
}
