//! Gathering, sorting and grouping ballots.

use super::{Form, MAX_MARKS, Profile, ProfileError, Tally, Word};
use crate::option::{MAX_OPTIONS, OptionIndex};
use crate::selection::{Choice, Selection, SelectionError};

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
                self.push(Word::number(match choice {
                    Choice::Yes => 0,
                    Choice::No => 1,
                    Choice::Abstain => 2,
                }));
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
    pub fn build(mut self) -> Profile {
        let form = self.form.unwrap_or(Form::Ranking);
        let tallies = std::mem::take(&mut self.tallies);
        if tallies.is_empty() {
            return self.group(form, |_| Tally::ONE);
        }
        self.group(form, |place| tallies.get(place).copied().unwrap_or_default())
    }

    fn group(self, form: Form, tally: impl Fn(usize) -> Tally) -> Profile {
        let packing = Packing::of(self.highest, self.shared);
        let mut keyed: Vec<(u128, u32)> = Vec::with_capacity(self.ends.len());
        let mut start = 0;
        let mut whole = true;
        for (place, &end) in (0_u32..).zip(&self.ends) {
            let words = self.words.get(start..end as usize).unwrap_or(&[]);
            start = end as usize;
            whole &= words.len() <= packing.capacity;
            keyed.push((packing.key(words), place));
        }
        let ballot = |place: u32| {
            let start = place.checked_sub(1).and_then(|before| self.ends.get(before as usize));
            let start = start.map_or(0, |&end| end as usize);
            let end = self.ends.get(place as usize).map_or(start, |&end| end as usize);
            self.words.get(start..end).unwrap_or(&[])
        };
        // A key tells everything about a ballot that fits into it; longer ones are compared whole.
        if whole {
            keyed.sort_unstable();
        } else {
            keyed.sort_unstable_by(|a, b| a.0.cmp(&b.0).then_with(|| ballot(a.1).cmp(ballot(b.1))));
        }
        let same =
            |a: &(u128, u32), b: &(u128, u32)| a.0 == b.0 && (whole || ballot(a.1) == ballot(b.1));
        let mut profile = Profile {
            form,
            words: Vec::new(),
            ends: Vec::new(),
            tallies: Vec::new(),
            total: self.total,
        };
        for group in keyed.chunk_by(same) {
            let Some(&(_, first)) = group.first() else { continue };
            profile.words.extend_from_slice(ballot(first));
            // Invariant: the groups are parts of `self.words`, whose length fits.
            profile.ends.push(u32::try_from(profile.words.len()).unwrap_or(u32::MAX));
            let parts = group.iter().map(|&(_, place)| tally(place as usize));
            // Invariant: a part never exceeds the total, which was checked at every step.
            profile.tallies.push(parts.fold(Tally::default(), |sum, part| Tally {
                heads: sum.heads + part.heads,
                weight: sum.weight + part.weight,
            }));
        }
        profile
    }
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
        let rank = self.words.get_mut(start..).unwrap_or(&mut []);
        for word in rank.iter_mut().rev() {
            if word.option() > option {
                let greater = word.option();
                *word =
                    if word.shares_rank() { Word::sharing(option) } else { Word::opening(option) };
                option = greater;
            }
            if !word.shares_rank() {
                break;
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
/// keys sort as the ballots do. A mark is never zero, so a shorter ballot sorts first.
struct Packing {
    bits: u32,
    capacity: usize,
    /// What sharing a rank adds to a mark.
    sharing: u32,
}

impl Packing {
    fn of(highest: u16, shared: bool) -> Self {
        let sharing = u32::from(highest) + 1;
        let largest = if shared { 2 * sharing } else { sharing };
        let bits = u32::BITS - largest.leading_zeros();
        Self { bits, capacity: (u128::BITS / bits) as usize, sharing }
    }

    fn key(&self, words: &[Word]) -> u128 {
        let mut key = 0_u128;
        let mut shift = u128::BITS;
        for word in words.iter().take(self.capacity) {
            shift -= self.bits;
            let mark = if self.sharing <= u32::from(u16::MAX >> 1) && word.shares_rank() {
                u32::from(word.option().value()) + 1 + self.sharing
            } else {
                u32::from(word.value()) + 1
            };
            key |= u128::from(mark) << shift;
        }
        key
    }
}
