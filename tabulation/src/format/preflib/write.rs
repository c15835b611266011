//! Writing PrefLib's files.

use std::io::Write;

use super::MAX_CATEGORIES;
use crate::format::Kind;
use crate::format::ballots::{Ballot, BallotFile, WriteError, Writer, list};
use crate::profile::{Marks, Profile};

/// Writes rankings as one of the four types of orders.
pub(in crate::format) fn write_orders(
    file: &BallotFile,
    kind: Kind,
    out: &mut impl Write,
) -> Result<(), WriteError> {
    let writer = Writer::by_name(kind, file)?;
    let ties = matches!(kind, Kind::Toc | Kind::Toi);
    let partial = matches!(kind, Kind::Soi | Kind::Toi);
    for (entry, ballot) in writer.rankings().zip(1..) {
        let (ranks, _) = entry?;
        if ranks.shares() && !ties {
            return Err(WriteError::Ties { kind, ballot });
        }
        if ranks.ranked() < file.options.len() && !partial {
            return Err(WriteError::Incomplete { kind, ballot });
        }
        if ranks.ranked() == 0 {
            return Err(WriteError::Blank { kind, ballot });
        }
    }
    let profile = file.profile()?;
    header(file, kind, &profile, out)?;
    write!(out, "# NUMBER UNIQUE ORDERS: {}\n{}", profile.distinct(), names(file))?;
    for (marks, tally) in profile.iter() {
        let Marks::Ranking(ranking) = marks else { return Err(writer.wrong_form()) };
        let groups = ranking.groups().map(|group| braced(&list(group, ",")));
        writeln!(out, "{}: {}", tally.heads, groups.collect::<Vec<_>>().join(","))?;
    }
    Ok(())
}

/// Writes approvals or scores as categories.
pub(in crate::format) fn write_categories(
    file: &BallotFile,
    out: &mut impl Write,
) -> Result<(), WriteError> {
    let kind = Kind::Cat;
    let writer = Writer::by_name(kind, file)?;
    // At least three categories, so that scores are not read back as approvals.
    let mut highest = 2_u16;
    for entry in writer.entries() {
        let (ballot, marks, tally) = entry?;
        writer.heads(ballot, tally)?;
        match marks {
            Ballot::Chosen(_) => {}
            Ballot::Choice(_) | Ballot::Ranking(_) => return Err(writer.wrong_form()),
            Ballot::Scores(scores) => {
                let score = scores.iter().map(|(_, score)| score).max().unwrap_or(0);
                if usize::from(score) >= MAX_CATEGORIES {
                    let limit = u16::try_from(MAX_CATEGORIES - 1).unwrap_or(u16::MAX);
                    return Err(WriteError::Score { kind, ballot, score, limit });
                }
                highest = highest.max(score);
            }
        }
    }
    let profile = file.profile()?;
    let scores = matches!(profile.iter().next(), Some((Marks::Scores(_), _)));
    header(file, kind, &profile, out)?;
    writeln!(out, "# NUMBER UNIQUE PREFERENCES: {}", profile.distinct())?;
    let categories: Vec<String> = match scores {
        true => (0..=highest).rev().map(|score| score.to_string()).collect(),
        false => vec!["Approved".to_owned(), "Not approved".to_owned()],
    };
    writeln!(out, "# NUMBER CATEGORIES: {}", categories.len())?;
    for (name, place) in categories.iter().zip(1..) {
        writeln!(out, "# CATEGORY NAME {place}: {name}")?;
    }
    write!(out, "{}", names(file))?;
    for (marks, tally) in profile.iter() {
        let groups: Vec<String> = match marks {
            Marks::Chosen(chosen) => {
                let approved: Vec<_> = chosen.options().collect();
                let all = crate::option::OptionIndex::all(file.options.len());
                let others = all.filter(|option| !approved.contains(option));
                vec![list(approved.iter().copied(), ","), list(others, ",")]
            }
            Marks::Scores(scores) => (0..=highest)
                .rev()
                .map(|worth| {
                    let there = scores.iter().filter(|&(_, score)| score == worth);
                    list(there.map(|(option, _)| option), ",")
                })
                .collect(),
            Marks::Choice(_) | Marks::Ranking(_) => return Err(writer.wrong_form()),
        };
        let groups: Vec<String> = groups.iter().map(|group| braced(group)).collect();
        writeln!(out, "{}: {}", tally.heads, groups.join(","))?;
    }
    Ok(())
}

/// A list in braces, unless it is a single alternative.
fn braced(group: &str) -> String {
    let single = !group.is_empty() && !group.contains(',');
    if single { group.to_owned() } else { format!("{{{group}}}") }
}

/// The metadata that every type must have, up to the number of voters.
fn header(
    file: &BallotFile,
    kind: Kind,
    profile: &Profile,
    out: &mut impl Write,
) -> Result<(), WriteError> {
    writeln!(out, "# FILE NAME: ballots.{kind}")?;
    writeln!(out, "# TITLE: {}", file.title)?;
    writeln!(out, "# DESCRIPTION:")?;
    writeln!(out, "# DATA TYPE: {kind}")?;
    writeln!(out, "# MODIFICATION TYPE: original")?;
    for key in ["RELATES TO", "RELATED FILES", "PUBLICATION DATE", "MODIFICATION DATE"] {
        writeln!(out, "# {key}:")?;
    }
    writeln!(out, "# NUMBER ALTERNATIVES: {}", file.options.len())?;
    writeln!(out, "# NUMBER VOTERS: {}", profile.total().heads)?;
    Ok(())
}

fn names(file: &BallotFile) -> String {
    let lines = file.options.iter().zip(1..);
    lines.map(|(option, place)| format!("# ALTERNATIVE NAME {place}: {}\n", option.name)).collect()
}
