//! Gathering, sorting and grouping ballots.

use super::{Form, MAX_MARKS, Profile, ProfileError, Tally, Word};
use crate::option::{MAX_OPTIONS, OptionIndex};
use crate::selection::{Selection, SelectionError};

/// Takes ranked ballots mark by mark, as a reader meets them in a file.
///
/// A ballot is the calls between two [`RankedBallots::end`]s. What an implementation makes of
/// skipped ranks is its own business; a [`ProfileBuilder`] closes them up.
pub trait RankedBallots {
    /// An option that opens the next rank.
    fn next_rank(&mut self, option: OptionIndex);

    /// Several options, each of a rank of its own.
    fn strict_ranks(&mut self, options: &[OptionIndex]) {
        options.iter().for_each(|&option| self.next_rank(option));
    }

    /// An option that shares the rank of the one before.
    fn same_rank(&mut self, option: OptionIndex);

    /// A rank that the voter skipped.
    fn skipped_rank(&mut self);

    /// The ballot is complete; so many voters cast it, with so much weight together.
    ///
    /// # Errors
    /// When the sums no longer fit, or the marks are not canonical.
    fn end(&mut self, tally: Tally) -> Result<(), ProfileError>;
}

/// Gathers ballots in any order; [`ProfileBuilder::build`] sorts and groups them.
#[derive(Debug, Clone, Default)]
pub struct ProfileBuilder {
    form: Option<Form>,
    words: Vec<Word>,
    ends: Vec<u32>,
    /// Empty while every ballot is one of weight one; then as long as `ends`.
    tallies: Vec<Tally>,
    total: Tally,
    /// The highest option or number so far, of the ballot under way too.
    highest: u16,
    /// Whether a rank is shared, on any ballot.
    shared: bool,
}

impl ProfileBuilder {
    /// A builder without ballots.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A builder with room for so many marks on all ballots together.
    #[must_use]
    pub fn with_room_for(marks: usize) -> Self {
        Self { words: Vec::with_capacity(marks), ..Self::default() }
    }

    /// Adds one ballot of the given weight.
    ///
    /// # Errors
    /// When a total would exceed [`super::MAX_TOTAL`], the selection is not canonical, or is of another
    /// form than those before; nothing is added then.
    pub fn add(&mut self, selection: &Selection, weight: u64) -> Result<(), ProfileError> {
        self.add_many(selection, Tally { heads: 1, weight })
    }

    /// Adds `tally.heads` equal ballots with `tally.weight` together. Nothing is added for zero
    /// ballots.
    ///
    /// # Errors
    /// As [`ProfileBuilder::add`].
    pub fn add_many(&mut self, selection: &Selection, tally: Tally) -> Result<(), ProfileError> {
        selection.check_canonical(MAX_OPTIONS)?;
        let form = match selection {
            Selection::Choice(choice) => {
                self.push(Word::of_choice(*choice));
                Form::Choice
            }
            Selection::Chosen(options) => {
                options.iter().for_each(|&option| self.push(Word::opening(option)));
                Form::Chosen
            }
            Selection::Ranking(groups) => {
                for group in groups {
                    let mut options = group.iter();
                    options.by_ref().take(1).for_each(|&option| self.next_rank(option));
                    options.for_each(|&option| self.same_rank(option));
                }
                Form::Ranking
            }
            Selection::Scores(scores) => {
                for &(option, score) in scores {
                    self.push(Word::opening(option));
                    self.push(Word::number(score));
                }
                Form::Scores
            }
        };
        self.close(form, tally)
    }

    fn push(&mut self, word: Word) {
        self.highest = self.highest.max(word.value());
        self.words.push(word);
    }

    /// Where the ballot under way starts.
    fn start(&self) -> usize {
        self.ends.last().map_or(0, |&end| end as usize)
    }

    /// Takes the ballot under way, or drops it with the reason why.
    fn close(&mut self, form: Form, tally: Tally) -> Result<(), ProfileError> {
        if tally.heads == 0 {
            self.words.truncate(self.start());
            return Ok(());
        }
        let checked = self.check(form, tally);
        let (total, end) = match checked {
            Ok(checked) => checked,
            Err(error) => {
                self.words.truncate(self.start());
                return Err(error);
            }
        };
        if self.tallies.is_empty() && tally != Tally::ONE {
            self.tallies = vec![Tally::ONE; self.ends.len()];
        }
        if !self.tallies.is_empty() || (self.ends.is_empty() && tally != Tally::ONE) {
            self.tallies.push(tally);
        }
        self.form = Some(form);
        self.total = total;
        self.ends.push(end);
        Ok(())
    }

    fn check(&self, form: Form, tally: Tally) -> Result<(Tally, u32), ProfileError> {
        let expected = self.form.unwrap_or(form);
        if expected != form {
            let (expected, found) = (expected.noun(), form.noun());
            return Err(ProfileError::MixedForms { expected, found });
        }
        let end = u32::try_from(self.words.len()).ok().filter(|&end| end as usize <= MAX_MARKS);
        let end = end.ok_or(ProfileError::TooManyMarks)?;
        let total = self.total.plus(tally).ok_or(ProfileError::TooLarge)?;
        Ok((total, end))
    }

    /// Sorts the ballots and groups equal ones.
    #[must_use]
    pub fn build(self) -> Profile {
        let packing = Packing::of(self.highest, self.shared);
        let ballots = Ballots { words: &self.words, ends: &self.ends };
        let whole = ballots.iter().all(|words| words.len() <= packing.capacity);
        let grouped = if whole && self.tallies.is_empty() {
            group_keys(&ballots, &packing)
        } else {
            group_places(&ballots, &packing, &self.tallies)
        };
        let Grouped { words, ends, tallies } = grouped;
        Profile {
            form: self.form.unwrap_or(Form::Ranking),
            words,
            ends,
            tallies,
            total: self.total,
        }
    }
}

/// Ballots as they were gathered, one after the other.
struct Ballots<'a> {
    words: &'a [Word],
    ends: &'a [u32],
}

impl<'a> Ballots<'a> {
    fn iter(&self) -> impl Iterator<Item = &'a [Word]> {
        let mut start = 0;
        self.ends.iter().map(move |&end| {
            let words = self.words.get(start..end as usize).unwrap_or(&[]);
            start = end as usize;
            words
        })
    }

    fn ballot(&self, place: u32) -> &'a [Word] {
        let start = place.checked_sub(1).and_then(|before| self.ends.get(before as usize));
        let start = start.map_or(0, |&end| end as usize);
        let end = self.ends.get(place as usize).map_or(start, |&end| end as usize);
        self.words.get(start..end).unwrap_or(&[])
    }
}

/// Distinct ballots in canonical order.
#[derive(Default)]
struct Grouped {
    words: Vec<Word>,
    ends: Vec<u32>,
    tallies: Vec<Tally>,
}

impl Grouped {
    /// The ballot whose words were just added ends, and was cast so often.
    fn end(&mut self, tally: Tally) {
        // Invariant: these are parts of what was gathered, whose length fits.
        self.ends.push(u32::try_from(self.words.len()).unwrap_or(u32::MAX));
        self.tallies.push(tally);
    }
}

/// Groups ballots of one voter each that fit into sort keys: the keys are all there is to sort,
/// and each turns back into its ballot.
fn group_keys(ballots: &Ballots<'_>, packing: &Packing) -> Grouped {
    let keys: Vec<u128> = ballots.iter().map(|words| packing.key(words)).collect();
    let mut grouped = Grouped::default();
    for group in sorted(keys, |&key| key).chunk_by(|a, b| a == b) {
        let Some(&key) = group.first() else { continue };
        packing.unpack(key, &mut grouped.words);
        grouped.end(Tally::ballots(group.len() as u64));
    }
    grouped
}

/// A ballot's key and its place among those gathered, in the least room: there may be millions.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Keyed {
    halves: [u64; 2],
    place: u32,
}

impl Keyed {
    fn new(key: u128, place: u32) -> Self {
        // Invariant: a half of 128 bits has 64.
        let half = |key: u128| u64::try_from(key & u128::from(u64::MAX)).unwrap_or(u64::MAX);
        Self { halves: [half(key >> u64::BITS), half(key)], place }
    }

    fn key(self) -> u128 {
        let [high, low] = self.halves;
        u128::from(high) << u64::BITS | u128::from(low)
    }
}

/// Groups any ballots: keys tell their order as far as they go, the ballots themselves the rest.
fn group_places(ballots: &Ballots<'_>, packing: &Packing, tallies: &[Tally]) -> Grouped {
    let keyed = ballots.iter().zip(0_u32..);
    let keyed = keyed.map(|(words, place)| Keyed::new(packing.key(words), place)).collect();
    let mut keyed: Vec<Keyed> = sorted(keyed, |keyed| keyed.key());
    let rest = |place: u32| ballots.ballot(place).get(packing.capacity..).unwrap_or(&[]);
    for alike in keyed.chunk_by_mut(|a, b| a.halves == b.halves) {
        alike.sort_unstable_by(|a, b| rest(a.place).cmp(rest(b.place)));
    }
    let mut grouped = Grouped::default();
    let equal = |a: &Keyed, b: &Keyed| a.halves == b.halves && rest(a.place) == rest(b.place);
    for group in keyed.chunk_by(equal) {
        let Some(&Keyed { place: first, .. }) = group.first() else { continue };
        // Invariant: a part never exceeds the total, which was checked at every step.
        let sum = group.iter().fold(Tally::default(), |sum, &Keyed { place, .. }| {
            let part = tallies.get(place as usize).copied().unwrap_or(Tally::ONE);
            Tally { heads: sum.heads + part.heads, weight: sum.weight + part.weight }
        });
        grouped.words.extend_from_slice(ballots.ballot(first));
        grouped.end(sum);
    }
    grouped
}

/// Sorts by keys of 128 bits. Keys are first dealt out by their highest bits that differ, so that
/// each pile can be sorted within the fast caches.
fn sorted<T: Copy + Default + Ord>(items: Vec<T>, key: impl Fn(&T) -> u128) -> Vec<T> {
    const PILES: u32 = 12;
    let (all, none) =
        items.iter().fold((u128::MAX, 0), |(all, none), item| (all & key(item), none | key(item)));
    let differing = u128::BITS - (all ^ none).leading_zeros();
    let shift = differing.saturating_sub(PILES);
    let pile = |item: &T| ((key(item) >> shift) & ((1 << PILES) - 1)) as usize;
    let mut starts = vec![0_usize; (1 << PILES) + 1];
    for item in &items {
        if let Some(start) = starts.get_mut(pile(item) + 1) {
            *start += 1;
        }
    }
    let mut sum = 0;
    for start in &mut starts {
        sum += *start;
        *start = sum;
    }
    let mut dealt = vec![T::default(); items.len()];
    let mut next = starts.clone();
    for item in &items {
        if let Some(place) = next.get_mut(pile(item)) {
            if let Some(slot) = dealt.get_mut(*place) {
                *slot = *item;
            }
            *place += 1;
        }
    }
    for bounds in starts.windows(2) {
        if let &[start, end] = bounds
            && let Some(pile) = dealt.get_mut(start..end)
        {
            pile.sort_unstable();
        }
    }
    dealt
}

impl RankedBallots for ProfileBuilder {
    fn next_rank(&mut self, option: OptionIndex) {
        self.push(Word::opening(option));
    }

    fn strict_ranks(&mut self, options: &[OptionIndex]) {
        let highest = options.iter().map(|option| option.value()).max().unwrap_or(0);
        self.highest = self.highest.max(highest);
        self.words.extend(options.iter().map(|&option| Word::opening(option)));
    }

    /// Keeps the options of a rank ascending.
    fn same_rank(&mut self, option: OptionIndex) {
        self.shared = true;
        let start = self.start();
        let mut option = option;
        self.highest = self.highest.max(option.value());
        let ballot = self.words.get_mut(start..).unwrap_or(&mut []);
        let first = ballot.iter().rposition(|word| !word.shares_rank()).unwrap_or(0);
        for word in ballot.iter_mut().skip(first) {
            let (found, shares) = (word.option(), word.shares_rank());
            if found > option {
                *word = if shares { Word::sharing(option) } else { Word::opening(option) };
                option = found;
            }
        }
        self.words.push(Word::sharing(option));
    }

    fn skipped_rank(&mut self) {}

    fn end(&mut self, tally: Tally) -> Result<(), ProfileError> {
        if usize::from(self.highest) >= MAX_OPTIONS {
            let option = OptionIndex::new(self.highest);
            self.words.truncate(self.start());
            self.highest = self.words.iter().map(|word| word.option().value()).max().unwrap_or(0);
            return Err(SelectionError::OutOfRange { option, options: MAX_OPTIONS }.into());
        }
        self.close(Form::Ranking, tally)
    }
}

/// How marks are packed into a sort key: as many as fit, the first in the highest bits, so that
/// keys sort as the ballots do. A mark is never zero, so a shorter ballot sorts first. A key is two
/// halves of 64 bits, for arithmetic on them is cheaper than on the whole.
struct Packing {
    bits: u32,
    /// Marks in each half.
    half: usize,
    /// Marks in a key.
    capacity: usize,
    /// Whether any rank is shared.
    shared: bool,
    /// What sharing a rank adds to a mark.
    sharing: u32,
}

impl Packing {
    fn of(highest: u16, shared: bool) -> Self {
        let sharing = u32::from(highest) + 1;
        let largest = if shared { 2 * sharing } else { sharing };
        let bits = u32::BITS - largest.leading_zeros();
        let half = (u64::BITS / bits) as usize;
        Self { bits, half, capacity: 2 * half, shared, sharing }
    }

    fn key(&self, words: &[Word]) -> u128 {
        let (high, low) = words.split_at_checked(self.half).unwrap_or((words, &[]));
        let low = low.get(..self.half).unwrap_or(low);
        u128::from(self.pack(high)) << u64::BITS | u128::from(self.pack(low))
    }

    fn pack(&self, words: &[Word]) -> u64 {
        let packed = words.iter().fold(0, |key, &word| key << self.bits | self.mark(word));
        // A full half may have all 64 bits, an empty one has nothing to shift.
        let left = u32::try_from(self.half - words.len()).unwrap_or(0) * self.bits;
        let spare = u64::BITS - self.bits * u32::try_from(self.half).unwrap_or(0);
        packed.checked_shl(left + spare).unwrap_or(0)
    }

    fn mark(&self, word: Word) -> u64 {
        if self.shared && word.shares_rank() {
            u64::from(word.option().value()) + 1 + u64::from(self.sharing)
        } else {
            u64::from(word.value()) + 1
        }
    }

    /// Adds the ballot of a key that holds it whole.
    fn unpack(&self, key: u128, words: &mut Vec<Word>) {
        let halves = [key >> u64::BITS, key & u128::from(u64::MAX)];
        for half in halves {
            // Invariant: a half of 128 bits has 64.
            let mut left = u64::try_from(half).unwrap_or(0);
            while left > 0 {
                let mark = (left >> (u64::BITS - self.bits)).saturating_sub(1);
                left = left.checked_shl(self.bits).unwrap_or(0);
                let plain = |mark: u64| u16::try_from(mark).unwrap_or(u16::MAX);
                words.push(match mark.checked_sub(u64::from(self.sharing)) {
                    Some(option) if self.shared => Word::sharing(OptionIndex::new(plain(option))),
                    Some(_) | None => Word::number(plain(mark)),
                });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shared_rank_is_the_same_in_whatever_order_its_options_come() {
        let orders = [[0, 1, 2, 3], [3, 2, 1, 0], [2, 3, 0, 1], [1, 3, 0, 2]];
        let mut builder = ProfileBuilder::new();
        for order in orders {
            builder.next_rank(OptionIndex::new(7));
            let mut options = order.into_iter().map(OptionIndex::new);
            options.by_ref().take(1).for_each(|option| builder.next_rank(option));
            options.for_each(|option| builder.same_rank(option));
            builder.end(Tally::ONE).unwrap();
        }
        let profile = builder.build();
        let rank: Vec<_> = OptionIndex::all(4).collect();
        let selection = Selection::Ranking(vec![vec![OptionIndex::new(7)], rank]);
        let found: Vec<_> = profile.iter().map(|(m, t)| (m.to_selection(), t.heads)).collect();
        assert_eq!(found, [(selection, 4)]);
    }
}
