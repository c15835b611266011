//! Ranked pairs: N. Tideman's method locks in pairwise defeats from the strongest down, except
//! those that close a cycle with defeats that are locked already.
//!
//! T. N. Tideman, Social Choice and Welfare 4 (1987); T. M. Zavist and T. N. Tideman, ibid. 6
//! (1989), for equally strong defeats.

use std::cmp::Reverse;
use std::collections::{BTreeSet, VecDeque};

use super::Counted;
use super::condorcet::{head, ranked};
use super::defeats::{Defeat, strongest_first};
use super::pairwise::{Pairwise, rank_by};
use super::reach::Reach;
use super::square::{BitSquare, Square, ones};
use crate::count::CountError;
use crate::option::ContestOptions;
use crate::profile::Profile;
use crate::rules::{Contest, Incomparable, RankedPairsRules};
use crate::ties::{Favour, Tie, TieBreaker};
use crate::transcript::{CountRecord, DefeatRecord, RankedPairsRecord};

/// The largest contest in which every defeat is also told in words.
const MAX_OPTIONS_WITH_SENTENCES: usize = 200;

/// Ranks by the locked order; the highest ranked fill the seats.
pub(crate) fn count(
    contest: &Contest,
    profile: &Profile,
    rules: &RankedPairsRules,
    ties: &mut TieBreaker<'_>,
) -> Result<Counted, CountError> {
    let pairwise = Pairwise::of(contest, profile, rules.by, rules.unranked);
    let options = contest.options();
    let defeats = strongest_first(&pairwise.votes, rules.strength);
    let mut order = Order::new(options, &pairwise, defeats.len());
    let mut whole = true;
    for group in defeats.chunk_by(|a, b| a.as_strong_as(*b)) {
        whole = order.take(group, ties)?;
        if !whole {
            break;
        }
    }
    // Where a tie that the rules leave open ends the locking, it is still sure that the Smith set
    // comes first, and so on: no defeat of the others by one of it is on any cycle.
    let groups = if whole {
        rank_by(&order.locked_pairs(), Incomparable::Tied)
    } else {
        pairwise.smith_sets()
    };
    let record = RankedPairsRecord { head: head(options, &pairwise), defeats: order.records };
    ranked(contest, &pairwise, &groups, CountRecord::RankedPairs(record), ties)
}

/// The order as far as it is locked.
struct Order<'a> {
    pairwise: &'a Pairwise,
    names: Vec<String>,
    reach: Reach,
    /// Row by row, whom it defeats for good.
    defeats: BitSquare,
    /// Row by row, who defeats it for good.
    defeated_by: BitSquare,
    records: Vec<DefeatRecord>,
}

impl<'a> Order<'a> {
    fn new(options: &ContestOptions, pairwise: &'a Pairwise, defeats: usize) -> Self {
        let size = pairwise.options.len();
        Self {
            pairwise,
            names: pairwise.options.iter().map(|&o| options.name(o)).collect(),
            reach: Reach::new(size),
            defeats: BitSquare::new(size),
            defeated_by: BitSquare::new(size),
            records: Vec::with_capacity(defeats),
        }
    }

    /// Takes all defeats of one strength; tells whether a tie that the rules leave open ends the
    /// locking with them.
    fn take(&mut self, group: &[Defeat], ties: &mut TieBreaker<'_>) -> Result<bool, CountError> {
        let (blocked, mut rest): (Vec<Defeat>, Vec<Defeat>) =
            group.iter().partition(|d| self.is_blocked(**d));
        blocked.into_iter().for_each(|defeat| self.block(defeat));
        if self.join_all(&rest) {
            rest.into_iter().for_each(|defeat| self.lock(defeat));
            return Ok(true);
        }
        let rows: BTreeSet<usize> = rest.iter().flat_map(|d| [d.winner(), d.loser()]).collect();
        let tie = Tie {
            stage: 0,
            tied: self.pairwise.named(&rows.into_iter().collect::<Vec<_>>()),
            question: format!("the order of {} equally strong defeats", rest.len()),
            looked_at: Vec::new(),
            favour: Favour::Most,
        };
        let Some(lots) = ties.settle(tie)? else { return Ok(false) };
        let mut places = vec![usize::MAX; self.names.len()];
        for (place, option) in lots.iter().enumerate() {
            let row = self.pairwise.options.binary_search(option).ok();
            if let Some(slot) = row.and_then(|row| places.get_mut(row)) {
                *slot = place;
            }
        }
        let place = |row: usize| places.get(row).copied();
        // Zavist and Tideman 1989: by winner, then by loser from the other end.
        rest.sort_unstable_by_key(|d| (place(d.winner()), Reverse(place(d.loser()))));
        for defeat in rest {
            if self.is_blocked(defeat) {
                self.block(defeat);
            } else {
                self.reach.join(defeat.winner(), defeat.loser(), |_, _| {});
                self.lock(defeat);
            }
        }
        Ok(true)
    }

    fn is_blocked(&self, defeat: Defeat) -> bool {
        self.reach.leads(defeat.loser(), defeat.winner())
    }

    /// Puts in defeats together, or none of them if they close a cycle.
    fn join_all(&mut self, defeats: &[Defeat]) -> bool {
        let mut connected = Vec::new();
        for &defeat in defeats {
            if self.is_blocked(defeat) {
                self.reach.disconnect(&connected);
                return false;
            }
            self.reach.join(defeat.winner(), defeat.loser(), |from, to| connected.push((from, to)));
        }
        true
    }

    fn lock(&mut self, defeat: Defeat) {
        self.defeats.insert(defeat.winner(), defeat.loser());
        self.defeated_by.insert(defeat.loser(), defeat.winner());
        self.record(defeat, None);
    }

    fn block(&mut self, defeat: Defeat) {
        let path = self.path(defeat.loser(), defeat.winner());
        self.record(defeat, Some(path));
    }

    fn record(&mut self, defeat: Defeat, path: Option<Vec<usize>>) {
        let rows = (defeat.winner(), defeat.loser());
        let pair = (self.pairwise.options.get(rows.0), self.pairwise.options.get(rows.1));
        let (Some(&winner), Some(&loser)) = pair else { return };
        let votes = self.pairwise.votes.at(rows.0, rows.1);
        let opposing = self.pairwise.votes.at(rows.1, rows.0);
        let name = |row: usize| self.names.get(row).map_or("", String::as_str);
        let (a, b) = (name(rows.0), name(rows.1));
        let sentence = match &path {
            // Half a million of them would be a longer transcript than can be signed.
            _ if self.names.len() > MAX_OPTIONS_WITH_SENTENCES => String::new(),
            None => format!(
                "{a} beats {b} by {votes} to {opposing}: locked, since nothing locked leads from \
                 {b} back to {a}."
            ),
            Some(path) => {
                let chain: Vec<&str> = path.iter().map(|&row| name(row)).collect();
                let chain = chain.join(" > ");
                format!(
                    "{a} beats {b} by {votes} to {opposing}: not locked, since {chain} is locked \
                     already."
                )
            }
        };
        let locked = path.is_none();
        let path = path.map(|path| self.pairwise.named(&path)).unwrap_or_default();
        let defeat = DefeatRecord { winner, loser, votes, opposing, locked, path, sentence };
        self.records.push(defeat);
    }

    /// A shortest path of locked defeats; of several the first in ballot order.
    fn path(&self, from: usize, to: usize) -> Vec<usize> {
        if self.defeats.has(from, to) {
            return vec![from, to];
        }
        let last = self.defeated_by.row(to);
        let mut unseen = vec![u64::MAX; last.len()];
        let mut came_from = Vec::new();
        let mut queue = VecDeque::from([from]);
        while let Some(row) = queue.pop_front() {
            let onward = self.defeats.row(row);
            // Whoever leads to the end directly ends the search, the first in ballot order.
            let met = ones(onward.iter().zip(last).map(|(&on, &last)| on & last)).next();
            if let Some(met) = met {
                let mut path = vec![to, met, row];
                while let Some(&first) = path.last()
                    && first != from
                {
                    let Some(&before) = came_from.get(first) else { break };
                    path.push(before);
                }
                path.reverse();
                return path;
            }
            came_from.resize(self.names.len(), from);
            let fresh = onward.iter().zip(&mut unseen).map(|(&on, unseen)| {
                let fresh = on & *unseen;
                *unseen &= !on;
                fresh
            });
            for next in ones(fresh) {
                if let Some(before) = came_from.get_mut(next) {
                    *before = row;
                }
                queue.push_back(next);
            }
        }
        Vec::new()
    }

    fn locked_pairs(&self) -> Square<bool> {
        let size = self.names.len();
        let row = |row| (0..size).map(move |column| self.defeats.has(row, column));
        Square::from_rows(size, (0..size).map(row))
    }
}
