//! Ballots as a file gives them: in its order, with its skipped ranks, laid out flat.

use std::ops::Range;

use crate::option::{MAX_OPTIONS, OptionIndex};
use crate::profile::{
    Chosen, Form, MAX_MARKS, Marks, ProfileBuilder, ProfileError, RankedBallots, Scores, Tally,
    Word,
};
use crate::selection::{Choice, Selection, SelectionError};

/// Stands for a rank that the voter skipped; no option has this number.
const SKIPPED: u16 = 0x7fff;

/// Takes ballots of every form, as a reader meets them in a file.
pub trait AnyBallots: RankedBallots {
    /// A whole ballot; rankings come mark by mark instead where a format has them so.
    ///
    /// # Errors
    /// When the sums no longer fit, the selection is not canonical, or it is of another form than
    /// those before.
    fn selection(&mut self, selection: &Selection, tally: Tally) -> Result<(), ProfileError>;
}

impl AnyBallots for ProfileBuilder {
    fn selection(&mut self, selection: &Selection, tally: Tally) -> Result<(), ProfileError> {
        self.add_many(selection, tally)
    }
}

/// The ballots of a file, in its order: two bytes a mark and a place of four bytes a ballot.
///
/// A rank that was skipped is kept unless nothing follows it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Ballots {
    form: Option<Form>,
    words: Vec<Word>,
    ends: Vec<u32>,
    /// Empty while every entry is one ballot of weight one; then as long as `ends`.
    tallies: Vec<Tally>,
    total: Tally,
}

/// One entry of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ballot<'a> {
    /// A vote on a motion.
    Choice(Choice),
    /// Options marked.
    Chosen(Chosen<'a>),
    /// Options in order.
    Ranking(Ranks<'a>),
    /// Options scored.
    Scores(Scores<'a>),
}

/// The ranks of a ballot, best first, those skipped among them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ranks<'a>(&'a [Word]);

impl<'a> Ranks<'a> {
    /// The ranks, each with its options ascending; a rank without options was skipped.
    pub fn iter(self) -> impl Iterator<Item = impl Iterator<Item = OptionIndex> + Clone + 'a> + 'a {
        let ranks = self.0.chunk_by(|_, next| next.shares_rank());
        ranks.map(|rank| {
            rank.iter().filter(|word| word.value() != SKIPPED).map(|word| word.option())
        })
    }

    /// How many options are ranked.
    #[must_use]
    pub fn ranked(self) -> usize {
        self.0.iter().filter(|word| word.value() != SKIPPED).count()
    }

    /// Whether a rank was skipped before another.
    #[must_use]
    pub fn skips(self) -> bool {
        self.0.iter().any(|word| word.value() == SKIPPED)
    }

    /// Whether options share a rank.
    #[must_use]
    pub fn shares(self) -> bool {
        self.0.iter().any(|word| word.shares_rank())
    }
}

impl Ballots {
    /// No ballots yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Entries with how many ballots each stands for, in the file's order.
    pub fn iter(&self) -> impl Iterator<Item = (Ballot<'_>, Tally)> {
        let form = self.form.unwrap_or(Form::Ranking);
        (0..self.ends.len()).map(move |place| {
            let words = self.words.get(self.range(place)).unwrap_or(&[]);
            let ballot = match form {
                Form::Ranking => Ballot::Ranking(Ranks(words)),
                Form::Choice | Form::Chosen | Form::Scores => match Marks::new(form, words) {
                    Marks::Choice(choice) => Ballot::Choice(choice),
                    Marks::Chosen(chosen) => Ballot::Chosen(chosen),
                    Marks::Scores(scores) => Ballot::Scores(scores),
                    Marks::Ranking(_) => Ballot::Ranking(Ranks(words)),
                },
            };
            (ballot, self.tallies.get(place).copied().unwrap_or(Tally::ONE))
        })
    }

    /// How many entries there are; each may stand for several ballots.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is no ballot.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// All ballots together.
    #[must_use]
    pub fn total(&self) -> Tally {
        self.total
    }

    /// What kind of ballots these are, for messages.
    #[must_use]
    pub fn noun(&self) -> &'static str {
        self.form.unwrap_or(Form::Ranking).noun()
    }

    /// Tells every ballot again.
    ///
    /// # Errors
    /// What `ballots` refuses.
    pub fn replay(&self, ballots: &mut impl AnyBallots) -> Result<(), ProfileError> {
        for (ballot, tally) in self.iter() {
            match ballot {
                Ballot::Ranking(Ranks(words)) => {
                    for word in words {
                        match (word.value(), word.shares_rank()) {
                            (SKIPPED, _) => ballots.skipped_rank(),
                            (_, true) => ballots.same_rank(word.option()),
                            (_, false) => ballots.next_rank(word.option()),
                        }
                    }
                    ballots.end(tally)?;
                }
                Ballot::Choice(choice) => ballots.selection(&Selection::Choice(choice), tally)?,
                Ballot::Chosen(chosen) => {
                    ballots.selection(&Selection::Chosen(chosen.options().collect()), tally)?;
                }
                Ballot::Scores(scores) => {
                    ballots.selection(&Selection::Scores(scores.iter().collect()), tally)?;
                }
            }
        }
        Ok(())
    }

    /// Gives every option of a file of rankings another number, as a list from old to new says.
    pub(crate) fn renumber(&mut self, new: &[OptionIndex]) {
        for place in 0..self.ends.len() {
            let range = self.range(place);
            let words = self.words.get_mut(range).unwrap_or(&mut []);
            for rank in words.chunk_by_mut(|_, next| next.shares_rank()) {
                for word in rank.iter_mut().filter(|word| word.value() != SKIPPED) {
                    let option = new.get(word.option().index()).copied();
                    *word = Word::opening(option.unwrap_or(word.option()));
                }
                rank.sort_unstable();
                rank.iter_mut().skip(1).for_each(|word| *word = Word::sharing(word.option()));
            }
        }
    }

    fn range(&self, place: usize) -> Range<usize> {
        let start = place.checked_sub(1).and_then(|before| self.ends.get(before));
        let start = start.map_or(0, |&end| end as usize);
        start..self.ends.get(place).map_or(start, |&end| end as usize)
    }

    /// Where the ballot under way starts.
    fn start(&self) -> usize {
        self.ends.last().map_or(0, |&end| end as usize)
    }

    fn close(&mut self, form: Form, tally: Tally) -> Result<(), ProfileError> {
        let result = self.checked(form, tally);
        if result.is_err() || tally.heads == 0 {
            self.words.truncate(self.start());
        }
        result
    }

    fn checked(&mut self, form: Form, tally: Tally) -> Result<(), ProfileError> {
        let expected = self.form.unwrap_or(form);
        if expected != form {
            let (expected, found) = (expected.noun(), form.noun());
            return Err(ProfileError::MixedForms { expected, found });
        }
        if tally.heads == 0 {
            return Ok(());
        }
        let end = u32::try_from(self.words.len()).ok().filter(|&end| end as usize <= MAX_MARKS);
        let end = end.ok_or(ProfileError::TooManyMarks)?;
        let total = self.total.plus(tally).ok_or(ProfileError::TooLarge)?;
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
}

impl RankedBallots for Ballots {
    fn next_rank(&mut self, option: OptionIndex) {
        self.words.push(Word::opening(option));
    }

    /// Keeps the options of a rank ascending.
    fn same_rank(&mut self, option: OptionIndex) {
        let start = self.start();
        let mut option = option;
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

    fn skipped_rank(&mut self) {
        self.words.push(Word::number(SKIPPED));
    }

    fn end(&mut self, tally: Tally) -> Result<(), ProfileError> {
        let start = self.start();
        while self.words.len() > start && self.words.last() == Some(&Word::number(SKIPPED)) {
            self.words.pop();
        }
        let open = self.words.get(start..).unwrap_or(&[]).iter();
        let option = open
            .filter(|word| word.value() != SKIPPED)
            .map(|word| word.option())
            .find(|option| option.index() >= MAX_OPTIONS);
        if let Some(option) = option {
            self.words.truncate(start);
            return Err(SelectionError::OutOfRange { option, options: MAX_OPTIONS }.into());
        }
        self.close(Form::Ranking, tally)
    }
}

impl AnyBallots for Ballots {
    fn selection(&mut self, selection: &Selection, tally: Tally) -> Result<(), ProfileError> {
        selection.check_canonical(MAX_OPTIONS)?;
        let form = match selection {
            Selection::Choice(choice) => {
                self.words.push(Word::of_choice(*choice));
                Form::Choice
            }
            Selection::Chosen(options) => {
                self.words.extend(options.iter().map(|&option| Word::opening(option)));
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
                    self.words.push(Word::opening(option));
                    self.words.push(Word::number(score));
                }
                Form::Scores
            }
        };
        self.close(form, tally)
    }
}
