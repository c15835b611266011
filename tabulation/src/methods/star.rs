//! STAR voting and, for more seats, Bloc STAR.
//!
//! The Equal Vote Coalition, "STAR Voting Technical Specifications" and "Ties" (starvoting.org):
//! scores are added up, and the finalist whom more votes score higher wins the runoff.

use std::cell::OnceCell;
use std::collections::BTreeSet;

use super::Counted;
use super::points::{Sum, of_scores, rank};
use super::seats::{self, Walk};
use super::square::Square;
use crate::count::CountError;
use crate::english::list;
use crate::option::{ContestOptions, OptionIndex};
use crate::profile::{Marks, Profile};
use crate::rules::{Contest, StarRules, StarTies};
use crate::ties::{Favour, Tie, TieBreaker};
use crate::transcript::{
    CountRecord, Figure, OptionPoints, StarRecord, StarRound, TieRecord, TieResolution, TieStep,
};

/// Fills each seat by a runoff between the two highest totals.
pub(crate) fn count(
    contest: &Contest,
    profile: &Profile,
    rules: &StarRules,
    ties: &mut TieBreaker<'_>,
) -> Result<Counted, CountError> {
    let sheets = Sheets::of(contest, profile, rules)?;
    seats::seat_by_seat(contest, ties, |walk, ties| run(&sheets, walk, ties))
}

fn run(
    sheets: &Sheets<'_>,
    walk: &mut Walk<'_>,
    ties: &mut TieBreaker<'_>,
) -> Result<(CountRecord, Option<Vec<OptionIndex>>), CountError> {
    let mut standing = sheets.options.standing();
    let mut record = sheets.record();
    let mut open_tie = None;
    while walk.open() > 0 && open_tie.is_none() {
        walk.pass_over_full(&mut standing);
        let seat = walk.next_seat();
        let finalists = match sheets.finalists(seat, &standing, ties)? {
            Decided::For(finalists) => finalists,
            Decided::Open(tied) => {
                open_tie = Some(tied);
                break;
            }
        };
        let (round, tied) = match finalists.as_slice() {
            [] => break,
            [only] => (sheets.walkover(seat, *only), None),
            [a, b, ..] => sheets.runoff(seat, *a, *b, ties)?,
        };
        if let Some(elected) = round.elected {
            walk.seat(elected);
            standing.retain(|&o| o != elected);
        }
        record.rounds.push(round);
        open_tie = tied;
    }
    Ok((CountRecord::Star(record), open_tie))
}

/// What became of a tie.
enum Decided {
    For(Vec<OptionIndex>),
    Open(Vec<OptionIndex>),
}

/// All ballots, with their totals.
struct Sheets<'a> {
    options: &'a ContestOptions,
    profile: &'a Profile,
    rules: &'a StarRules,
    totals: Vec<Sum>,
    /// Votes that give each option the highest score.
    top: Vec<u64>,
    /// Who beats whom head to head; found when a tie asks for it.
    defeats: OnceCell<Square<bool>>,
}

impl<'a> Sheets<'a> {
    fn of(
        contest: &'a Contest,
        profile: &'a Profile,
        rules: &'a StarRules,
    ) -> Result<Self, CountError> {
        let options = contest.options();
        let totals = of_scores(contest, profile, rules.by)?;
        let mut top = vec![0_u64; options.len()];
        for (marks, tally) in profile.iter() {
            // Invariant: ballots of another form were refused before counting.
            let Marks::Scores(scores) = marks else { continue };
            for (option, _) in scores.iter().filter(|&(_, score)| score == rules.highest) {
                // Invariant: a sum of votes never exceeds the total, which was checked.
                top.get_mut(option.index()).into_iter().for_each(|t| *t += rules.by.of(tally));
            }
        }
        Ok(Self { options, profile, rules, totals, top, defeats: OnceCell::new() })
    }

    fn total(&self, option: OptionIndex) -> u128 {
        self.totals.get(option.index()).map_or(0, |sum| sum.points)
    }

    fn top(&self, option: OptionIndex) -> u64 {
        self.top.get(option.index()).copied().unwrap_or(0)
    }

    fn record(&self) -> StarRecord {
        let standing = self.options.standing();
        let point = |&option: &OptionIndex| {
            let sum = self.totals.get(option.index()).copied().unwrap_or_default();
            let total = Figure::from(sum.points);
            OptionPoints { option, ballots: sum.ballots, sum: total.clone(), value: total }
        };
        let ranking = self.by_total(&standing);
        let told = ranking.iter().flatten();
        let told = told.map(|&o| format!("{} {}", self.options.name(o), self.total(o)));
        StarRecord {
            totals: standing.iter().map(point).collect(),
            rounds: Vec::new(),
            sentence: format!("Sums of scores: {}.", list(told)),
        }
    }

    fn by_total(&self, options: &[OptionIndex]) -> Vec<Vec<OptionIndex>> {
        rank(options.iter().map(|&o| (o, self.total(o))).collect(), Ord::cmp)
    }

    /// The two with the highest totals, the higher first, and in ballot order if equal.
    fn finalists(
        &self,
        seat: u16,
        standing: &[OptionIndex],
        ties: &mut TieBreaker<'_>,
    ) -> Result<Decided, CountError> {
        let mut finalists = Vec::new();
        for group in self.by_total(standing) {
            let open = 2_usize.saturating_sub(finalists.len());
            if open == 0 {
                break;
            }
            if group.len() <= open {
                finalists.extend(group);
                continue;
            }
            match self.advance(seat, group, open, ties)? {
                Decided::For(mut advanced) => {
                    advanced.sort_unstable();
                    finalists.extend(advanced);
                }
                Decided::Open(tied) => return Ok(Decided::Open(tied)),
            }
        }
        Ok(Decided::For(finalists))
    }

    /// Chooses among options with equal totals, more than there are places in the final.
    fn advance(
        &self,
        seat: u16,
        tied: Vec<OptionIndex>,
        places: usize,
        ties: &mut TieBreaker<'_>,
    ) -> Result<Decided, CountError> {
        let places_words = if places == 1 { "a place" } else { "the two places" };
        let question = format!("{places_words} in the runoff for seat {seat}");
        let mut protocol = match self.rules.ties {
            StarTies::Lots => Protocol::without_questions(tied.clone(), places),
            StarTies::Official => Protocol::new(self, tied.clone(), places),
        };
        if self.rules.ties == StarTies::Official {
            protocol.ask_ballots(self, u32::from(seat));
        }
        let Protocol { mut advanced, among, open, looked_at } = protocol;
        let among: Vec<OptionIndex> = among.into_iter().map(|(option, _)| option).collect();
        let stage = u32::from(seat);
        if open == 0 || among.len() == open {
            advanced.extend(among.into_iter().take(open));
            ties.remember(self.by_method(stage, tied, question, looked_at, advanced.clone()));
            return Ok(Decided::For(advanced));
        }
        let tie = Tie { stage, tied: among.clone(), question, looked_at, favour: Favour::Most };
        let Some(order) = ties.settle(tie)? else { return Ok(Decided::Open(among)) };
        advanced.extend(order.into_iter().take(open));
        Ok(Decided::For(advanced))
    }

    fn by_method(
        &self,
        stage: u32,
        tied: Vec<OptionIndex>,
        question: String,
        looked_at: Vec<TieStep>,
        decided: Vec<OptionIndex>,
    ) -> TieRecord {
        let sentence = format!(
            "{} are tied for {question}; the ballots themselves put {} first.",
            self.options.names(&tied),
            self.options.names(&decided),
        );
        let resolution = TieResolution::Method;
        TieRecord { stage, tied, question, looked_at, resolution, decided, sentence }
    }

    /// Votes that score the one above the other, and the other above the one.
    fn preferring(&self, a: OptionIndex, b: OptionIndex) -> (u64, u64) {
        let (mut for_a, mut for_b) = (0, 0);
        for (marks, tally) in self.profile.iter() {
            let Marks::Scores(scores) = marks else { continue };
            let of = |option| scores.iter().find(|&(o, _)| o == option).map_or(0, |(_, s)| s);
            let votes = self.rules.by.of(tally);
            match of(a).cmp(&of(b)) {
                std::cmp::Ordering::Greater => for_a += votes,
                std::cmp::Ordering::Less => for_b += votes,
                std::cmp::Ordering::Equal => {}
            }
        }
        (for_a, for_b)
    }

    /// `defeats[i][j]`: more votes score option `j` above option `i` than the reverse.
    fn defeats(&self) -> &Square<bool> {
        self.defeats.get_or_init(|| {
            let size = self.options.len();
            let mut votes = Square::<u64>::new(size);
            let mut sheet = vec![0_u16; size];
            for (marks, tally) in self.profile.iter() {
                let Marks::Scores(scores) = marks else { continue };
                sheet.fill(0);
                for (option, score) in scores.iter() {
                    sheet.get_mut(option.index()).into_iter().for_each(|s| *s = score);
                }
                let count = self.rules.by.of(tally);
                for (row, &score) in sheet.iter().enumerate().filter(|&(_, &score)| score > 0) {
                    for (cell, &other) in votes.row_mut(row).iter_mut().zip(&sheet) {
                        *cell += if score > other { count } else { 0 };
                    }
                }
            }
            votes.map_with_mirror(|there, back| back > there)
        })
    }

    /// How many of some options beat each of others head to head.
    fn losses(
        &self,
        of: impl Iterator<Item = OptionIndex>,
        against: &[OptionIndex],
    ) -> Vec<(OptionIndex, usize)> {
        let mut named = vec![false; self.options.len()];
        for option in against {
            named.get_mut(option.index()).into_iter().for_each(|named| *named = true);
        }
        of.map(|option| {
            let defeats = self.defeats().row(option.index()).iter().zip(&named);
            (option, defeats.filter(|&(&beaten, &named)| beaten & named).count())
        })
        .collect()
    }

    fn walkover(&self, seat: u16, only: OptionIndex) -> StarRound {
        StarRound {
            seat,
            finalists: vec![only],
            totals: vec![Figure::from(self.total(only))],
            preferring: Vec::new(),
            no_preference: 0,
            elected: Some(only),
            sentence: format!("Seat {seat}: only {} is left.", self.options.name(only)),
        }
    }

    fn runoff(
        &self,
        seat: u16,
        a: OptionIndex,
        b: OptionIndex,
        ties: &mut TieBreaker<'_>,
    ) -> Result<(StarRound, Option<Vec<OptionIndex>>), CountError> {
        let (for_a, for_b) = self.preferring(a, b);
        let all = self.rules.by.of(self.profile.total());
        let no_preference = all.saturating_sub(for_a).saturating_sub(for_b);
        let elected = match for_a.cmp(&for_b) {
            std::cmp::Ordering::Greater => Some(a),
            std::cmp::Ordering::Less => Some(b),
            std::cmp::Ordering::Equal => self.break_runoff(seat, [a, b], ties)?,
        };
        let (name_a, name_b) = (self.options.name(a), self.options.name(b));
        let outcome = match elected {
            Some(elected) if for_a == for_b => {
                format!("the tie is broken for {}", self.options.name(elected))
            }
            Some(elected) => format!("{} is elected", self.options.name(elected)),
            None => "the rules leave the tie open".to_owned(),
        };
        let round = StarRound {
            seat,
            finalists: vec![a, b],
            totals: [a, b].map(|o| Figure::from(self.total(o))).to_vec(),
            preferring: vec![for_a, for_b],
            no_preference,
            elected,
            sentence: format!(
                "Seat {seat}: {name_a} with {} and {name_b} with {} are the finalists. {for_a} \
                 score {name_a} higher, {for_b} score {name_b} higher, {no_preference} neither: \
                 {outcome}.",
                self.total(a),
                self.total(b),
            ),
        };
        Ok((round, elected.is_none().then(|| vec![a.min(b), a.max(b)])))
    }

    /// "Ties", steps 2 to 4: the higher total, the more top scores, then lots.
    fn break_runoff(
        &self,
        seat: u16,
        finalists: [OptionIndex; 2],
        ties: &mut TieBreaker<'_>,
    ) -> Result<Option<OptionIndex>, CountError> {
        let stage = u32::from(seat);
        let question = format!("the runoff for seat {seat}");
        let mut tied = finalists;
        tied.sort_unstable();
        let among = tied.to_vec();
        if self.rules.ties == StarTies::Official {
            let totals = tied.map(|o| self.total(o));
            let tops = tied.map(|o| u128::from(self.top(o)));
            let differing = [totals, tops].into_iter().find(|[first, second]| first != second);
            if let Some(figures @ [first, second]) = differing {
                let [one, other] = tied;
                let decided = if first > second { vec![one, other] } else { vec![other, one] };
                let totals = figures.map(Figure::from).to_vec();
                let looked_at = vec![TieStep { stage, among: among.clone(), totals }];
                let elected = decided.first().copied();
                ties.remember(self.by_method(stage, among, question, looked_at, decided));
                return Ok(elected);
            }
        }
        let looked_at = Vec::new();
        let tie = Tie { stage, tied: among, question, looked_at, favour: Favour::Most };
        Ok(ties.settle(tie)?.and_then(|order| order.first().copied()))
    }
}

/// The "Official Tiebreaker Protocol" for places in the runoff, as far as the ballots decide it.
struct Protocol {
    advanced: Vec<OptionIndex>,
    /// Those still tied, with how many of the others beat each head to head.
    among: Vec<(OptionIndex, usize)>,
    /// Places still open.
    open: usize,
    looked_at: Vec<TieStep>,
}

impl Protocol {
    fn without_questions(tied: Vec<OptionIndex>, places: usize) -> Self {
        let among = tied.into_iter().map(|option| (option, 0)).collect();
        Self { advanced: Vec::new(), among, open: places, looked_at: Vec::new() }
    }

    fn new(sheets: &Sheets<'_>, tied: Vec<OptionIndex>, places: usize) -> Self {
        let among = sheets.losses(tied.iter().copied(), &tied);
        Self { advanced: Vec::new(), among, open: places, looked_at: Vec::new() }
    }

    /// Step 1: those drop out who lose most often head to head, again and again. Step 3: those
    /// with the most top scores go through if there are places for all of them; otherwise those
    /// with the fewest drop out, and it starts again.
    fn ask_ballots(&mut self, sheets: &Sheets<'_>, stage: u32) {
        while self.open > 0 && self.among.len() > self.open {
            let losses: Vec<u64> = self.among.iter().map(|&(_, losses)| losses as u64).collect();
            if self.look_at(stage, &losses) {
                let most = losses.iter().max().copied();
                let (worst, rest) = self.split(|place| losses.get(place).copied() == most);
                if rest.len() >= self.open {
                    self.drop_out(sheets, &worst);
                } else {
                    self.go_through(sheets, &rest);
                }
                continue;
            }
            let tops: Vec<u64> = self.among.iter().map(|&(option, _)| sheets.top(option)).collect();
            if !self.look_at(stage, &tops) {
                return;
            }
            let (most, fewest) = (tops.iter().max().copied(), tops.iter().min().copied());
            let (best, _) = self.split(|place| tops.get(place).copied() == most);
            if best.len() <= self.open {
                self.go_through(sheets, &best);
            } else {
                let (worst, _) = self.split(|place| tops.get(place).copied() == fewest);
                self.drop_out(sheets, &worst);
            }
        }
    }

    /// Remembers figures in which the tied differ, and says whether they do.
    fn look_at(&mut self, stage: u32, figures: &[u64]) -> bool {
        let differ = figures.windows(2).any(|pair| pair.first() != pair.last());
        if differ {
            let among = self.among.iter().map(|&(option, _)| option).collect();
            let totals = figures.iter().map(|&n| Figure::from(n)).collect();
            self.looked_at.push(TieStep { stage, among, totals });
        }
        differ
    }

    fn split(&self, chosen: impl Fn(usize) -> bool) -> (Vec<OptionIndex>, Vec<OptionIndex>) {
        let (chosen, rest): (Vec<_>, Vec<_>) =
            self.among.iter().enumerate().partition(|&(place, _)| chosen(place));
        let options = |part: Vec<(usize, &(OptionIndex, usize))>| {
            part.into_iter().map(|(_, &(option, _))| option).collect()
        };
        (options(chosen), options(rest))
    }

    fn go_through(&mut self, sheets: &Sheets<'_>, options: &[OptionIndex]) {
        self.open = self.open.saturating_sub(options.len());
        self.advanced.extend(options);
        self.drop_out(sheets, options);
    }

    fn drop_out(&mut self, sheets: &Sheets<'_>, options: &[OptionIndex]) {
        let gone: BTreeSet<&OptionIndex> = options.iter().collect();
        self.among.retain(|(option, _)| !gone.contains(option));
        let gone = sheets.losses(self.among.iter().map(|&(option, _)| option), options);
        for ((_, losses), (_, gone)) in self.among.iter_mut().zip(gone) {
            *losses = losses.saturating_sub(gone);
        }
    }
}
