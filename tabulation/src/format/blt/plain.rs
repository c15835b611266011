//! The plainest ballot line, `7 2 13 4 0`, read in one stroke: almost all ballots are of it, and
//! reading them is most of the work of counting a large file.

use crate::option::OptionIndex;

/// Which candidate each nickname of one ASCII letter stands for: the nicknames that files of many
/// ballots have, looked up without comparing text.
#[derive(Clone, Copy)]
pub(super) struct Letters([Option<OptionIndex>; 128]);

impl Letters {
    /// The nicknames of one letter among all nicknames.
    pub(super) fn of<'t>(nicknames: impl IntoIterator<Item = (&'t str, OptionIndex)>) -> Self {
        let mut letters = [None; 128];
        for (nickname, option) in nicknames {
            if let [letter] = *nickname.as_bytes()
                && letter.is_ascii_alphabetic()
                && let Some(slot) = letters.get_mut(usize::from(letter))
            {
                *slot = Some(option);
            }
        }
        Self(letters)
    }

    fn option(&self, letter: u8) -> Option<OptionIndex> {
        self.0.get(usize::from(letter)).copied().flatten()
    }
}

/// One line of numbers or letters between single spaces, ended by a zero and a line break.
pub(super) struct PlainLine {
    /// How many ballots look like this; never zero.
    pub(super) count: u64,
    /// Where the next line starts.
    pub(super) end: usize,
}

impl PlainLine {
    /// Reads the line that starts at a place in the text, its ranks into `ranks`; nothing if it is
    /// of any other shape. Whether the options exist is not looked at.
    pub(super) fn read(
        text: &[u8],
        at: usize,
        letters: &Letters,
        ranks: &mut Vec<OptionIndex>,
    ) -> Option<Self> {
        ranks.clear();
        let line = text.get(at..)?;
        let (count, mut next) = number(line, 0)?;
        if count == 0 || *line.get(next)? != b' ' {
            return None;
        }
        loop {
            let start = next + 1;
            if let Some(option) = letters.option(*line.get(start)?) {
                next = start + 1;
                if *line.get(next)? != b' ' {
                    return None;
                }
                ranks.push(option);
                continue;
            }
            let (rank, after) = number(line, start)?;
            next = after;
            let separator = *line.get(next)?;
            let Some(option) = rank.checked_sub(1) else {
                let line_break = match separator {
                    b'\r' => next + 1,
                    _ => next,
                };
                let ends = *line.get(line_break)? == b'\n';
                return ends.then_some(Self { count: u64::from(count), end: at + line_break + 1 });
            };
            if separator != b' ' {
                return None;
            }
            ranks.push(OptionIndex::new(u16::try_from(option).ok()?));
        }
    }
}

/// The number at a place, of at most nine digits, and where it ends. Numbers of one and of two
/// digits take the same path, without a branch: which of them comes next is anybody's guess.
fn number(text: &[u8], at: usize) -> Option<(u32, usize)> {
    let digit = |at: usize| text.get(at).map(|byte| u32::from(byte.wrapping_sub(b'0')));
    let (first, second) = (digit(at)?, digit(at + 1)?);
    let two = u32::from(second < 10);
    let value = first + two * (9 * first + second);
    let next = at + 1 + two as usize;
    if first > 9 {
        return None;
    }
    if two == 1 && digit(next)? < 10 {
        return longer(text, at);
    }
    Some((value, next))
}

/// The same for three digits and more.
fn longer(text: &[u8], at: usize) -> Option<(u32, usize)> {
    let digits = text.get(at..)?.iter().take_while(|byte| byte.is_ascii_digit()).take(10).count();
    let number = std::str::from_utf8(text.get(at..at + digits)?).ok()?;
    (digits < 10).then_some((number.parse().ok()?, at + digits))
}
