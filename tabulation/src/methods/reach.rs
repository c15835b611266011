//! Who reaches whom by the edges put in so far.
//!
//! G. F. Italiano, "Amortized efficiency of a path retrieval data structure", Theoretical Computer
//! Science 48 (1986): since nothing is taken out, each of the n² pairs becomes connected once, and
//! all edges together cost n² rows of bits, n³/64 steps.

use super::square::{BitSquare, ones};

/// The reflexive and transitive closure of a growing set of edges.
#[derive(Debug, Clone)]
pub(super) struct Reach {
    /// Row by row, whom the row reaches.
    onward: BitSquare,
    /// Row by row, who reaches the row.
    back: BitSquare,
}

impl Reach {
    /// Everybody reaches themselves alone.
    pub(super) fn new(size: usize) -> Self {
        let mut alone = BitSquare::new(size);
        (0..size).for_each(|row| alone.insert(row, row));
        Self { onward: alone.clone(), back: alone }
    }

    pub(super) fn leads(&self, from: usize, to: usize) -> bool {
        self.onward.has(from, to)
    }

    /// Puts in an edge; tells of each pair that it connects for the first time.
    pub(super) fn join(&mut self, from: usize, to: usize, mut connected: impl FnMut(usize, usize)) {
        if self.leads(from, to) {
            return;
        }
        let reached = self.onward.row(to).to_vec();
        let without = self.back.row(to).iter();
        let sources: Vec<u64> =
            self.back.row(from).iter().zip(without).map(|(&before, &to)| before & !to).collect();
        for source in ones(sources) {
            let Self { onward, back } = self;
            let fresh = onward.row_mut(source).iter_mut().zip(&reached).map(|(word, &reached)| {
                let fresh = reached & !*word;
                *word |= reached;
                fresh
            });
            for target in ones(fresh) {
                back.insert(target, source);
                connected(source, target);
            }
        }
    }

    /// Takes out pairs that the latest edges connected, all that they did.
    pub(super) fn disconnect(&mut self, pairs: &[(usize, usize)]) {
        for &(source, target) in pairs {
            self.onward.remove(source, target);
            self.back.remove(target, source);
        }
    }
}
