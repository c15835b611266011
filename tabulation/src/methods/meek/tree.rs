//! What the iterations of Meek's method still see of the ballots.
//!
//! A keep value of one lets nothing through and a keep value of zero stops nothing. So all that
//! matters of a ballot are the elected options it meets, in order, and the continuing one that
//! gets the rest. Ballots that agree in these are counted as one, and exactly so: what they are
//! worth is the same at every step. The elected options met form a tree; what a node of it passes
//! on goes to continuing options. Only when somebody is elected or excluded does the tree change,
//! and only where that option stood.

use super::super::papers::{Papers, Run};
use crate::option::OptionIndex;

/// Where an option stands, as far as ballots are concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// Gets whatever comes to it.
    Continuing,
    /// Keeps a share and passes on the rest.
    Elected,
    /// Is passed over.
    Out,
}

/// An elected option after all those on the way to it.
#[derive(Debug, Default)]
struct Node {
    /// Elected options next after this one, with their nodes.
    children: Vec<(OptionIndex, u32)>,
    /// Continuing options next after this one, ascending.
    leaves: Vec<Leaf>,
}

/// Papers that go from a node to one continuing option.
#[derive(Debug)]
struct Leaf {
    option: OptionIndex,
    papers: u64,
    runs: Vec<Run>,
}

/// What a count reads of a node, side by side for speed.
#[derive(Debug, Clone, Copy)]
struct Step {
    parent: u32,
    option: OptionIndex,
    papers: u64,
}

/// The ballots as an iteration sees them.
#[derive(Debug)]
pub(super) struct Tree<'a> {
    papers: &'a Papers<'a>,
    /// The first is the root, from which all ballots start; parents stand before children.
    nodes: Vec<Node>,
    /// As `nodes`.
    steps: Vec<Step>,
    /// What goes to continuing options, node by node: node, option and papers; empty when the tree
    /// has changed since.
    ends: Vec<(u32, OptionIndex, u64)>,
    /// What each node passes on of a ballot, in the last count.
    passed: Vec<u64>,
}

impl<'a> Tree<'a> {
    /// All ballots at their first preferences; nobody is elected yet.
    pub(super) fn new(papers: &'a Papers<'a>, place: &impl Fn(OptionIndex) -> Place) -> Self {
        let root = Step { parent: 0, option: OptionIndex::new(0), papers: 0 };
        let mut tree = Self {
            papers,
            nodes: vec![Node::default()],
            steps: vec![root],
            ends: Vec::new(),
            passed: Vec::new(),
        };
        tree.deliver(0, papers.all(), place);
        tree
    }

    /// Options were elected or excluded: whatever went to them goes to where they stand now.
    pub(super) fn moved(&mut self, options: &[OptionIndex], place: &impl Fn(OptionIndex) -> Place) {
        for &option in options {
            for node in 0..self.nodes.len() {
                let Some(leaf) = self.nodes.get_mut(node).and_then(|n| n.take(option)) else {
                    continue;
                };
                // Invariant: each node has a run of its own, and runs fit 32 bits.
                let node = u32::try_from(node).unwrap_or(u32::MAX);
                let to = match place(option) {
                    Place::Elected => self.child(node, option, leaf.papers),
                    Place::Continuing | Place::Out => node,
                };
                for run in leaf.runs {
                    self.deliver(to, run, place);
                }
            }
        }
        self.ends.clear();
    }

    /// Hands a run that a node passes on to whoever comes next on its ballots.
    fn deliver(&mut self, from: u32, run: Run, place: &impl Fn(OptionIndex) -> Place) {
        let papers = self.papers;
        papers.advance(run, &|option| place(option) != Place::Out, &mut |option, part| {
            let count = papers.count(part);
            let Some(option) = option.filter(|_| count > 0) else { return };
            if place(option) == Place::Elected {
                let child = self.child(from, option, count);
                self.deliver(child, part, place);
            } else if let Some(node) = self.nodes.get_mut(from as usize) {
                node.receive(option, part, count);
            }
        });
    }

    /// The node of an elected option after another, which gets so many papers more.
    fn child(&mut self, parent: u32, option: OptionIndex, papers: u64) -> u32 {
        let next = u32::try_from(self.nodes.len()).unwrap_or(u32::MAX);
        let Some(node) = self.nodes.get_mut(parent as usize) else { return parent };
        if let Some(&(_, child)) = node.children.iter().find(|&&(o, _)| o == option) {
            if let Some(step) = self.steps.get_mut(child as usize) {
                step.papers += papers;
            }
            return child;
        }
        node.children.push((option, next));
        self.nodes.push(Node::default());
        self.steps.push(Step { parent, option, papers });
        next
    }

    fn list_ends(&mut self) {
        for (node, place) in self.nodes.iter().zip(0_u32..) {
            self.ends.extend(node.leaves.iter().map(|leaf| (place, leaf.option, leaf.papers)));
        }
    }

    /// Gives every option the votes that its keep value leaves it. `one` is one vote in the units
    /// of the rule's last decimal; keep values are at most that.
    ///
    /// Of a ballot of which `rest` has come to an option, `split(rest, keep)` says how much the
    /// option is credited with and how much goes on.
    // Invariant: rests and keep values are at most 10^9, so products stay below 2^60; votes are
    // at most 10^9 for each of 2^53 papers.
    pub(super) fn count(
        &mut self,
        one: u64,
        keep: &[u64],
        votes: &mut [u128],
        split: impl Fn(u64, u64) -> (u64, u64),
    ) {
        if self.ends.is_empty() {
            self.list_ends();
        }
        votes.fill(0);
        self.passed.clear();
        self.passed.push(one);
        for step in self.steps.get(1..).unwrap_or(&[]) {
            let rest = self.passed.get(step.parent as usize).copied().unwrap_or(0);
            let keep = keep.get(step.option.index()).copied().unwrap_or(0);
            let (credited, passed) = split(rest, keep);
            if let Some(votes) = votes.get_mut(step.option.index()) {
                *votes += u128::from(credited) * u128::from(step.papers);
            }
            self.passed.push(passed);
        }
        for &(node, option, papers) in &self.ends {
            let rest = self.passed.get(node as usize).copied().unwrap_or(0);
            if let Some(votes) = votes.get_mut(option.index()) {
                *votes += u128::from(rest) * u128::from(papers);
            }
        }
    }
}

impl Node {
    fn take(&mut self, option: OptionIndex) -> Option<Leaf> {
        let place = self.leaves.binary_search_by_key(&option, |leaf| leaf.option).ok()?;
        Some(self.leaves.remove(place))
    }

    fn receive(&mut self, option: OptionIndex, run: Run, papers: u64) {
        match self.leaves.binary_search_by_key(&option, |leaf| leaf.option) {
            Ok(place) => {
                if let Some(leaf) = self.leaves.get_mut(place) {
                    leaf.papers += papers;
                    leaf.runs.push(run);
                }
            }
            Err(place) => self.leaves.insert(place, Leaf { option, papers, runs: vec![run] }),
        }
    }
}
