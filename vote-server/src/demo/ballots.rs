//! `--ballots FILE --rules FILE`: a real file of ballots, as real signed ballots.
//!
//! The rules are a small TOML file:
//!
//! ```toml
//! title = "Technical Oversight Committee 2021"
//! method = "schulze"            # or "scottish-stv"
//! seats = 5
//! unranked = "not-compared"     # schulze only, and the default; or "last"
//! strength = "winning-votes"    # schulze only, and the default; or "winning-votes-fewer-opposing", "margins"
//! incomparable = "by-wins"      # schulze only, and the default, as Elekto publishes; or "tied"
//! cap = 2                       # most seats of one affiliation; left out: no cap
//! ties = "lots"                 # the default; or "refuse"
//!
//! [affiliations]                # candidates by name or, counted from 1, by column
//! "Eric Malm" = "vmware"
//! "3" = ["vmware"]
//!
//! [sitting]                     # seats already held by those who stay, if a cap counts them
//! sap = 1
//! ```

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context as _, bail, ensure};
use election::Technical;
use election::ids::GroupId;
use election::manifest::{Contest, ContestOption};
use election::question::TechnicalQuestion;
use serde::Deserialize;
use tabulation::format::{Encoding, blt, elekto};
use tabulation::{
    AffiliationCap, Basis, ContestRules, EqualRanks, Incomparable, LookBack, MarkLimit, Method,
    OptionIndex, SchulzeRules, ScottishRules, Selection, Strength, TieRule, Unranked,
};

/// Longest rules file in bytes.
const MAX_RULES_BYTES: usize = 64 * 1024;
/// Most ballots: each becomes a person with keys.
pub(super) const MAX_BALLOTS: usize = 50_000;

/// The rules file.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Rules {
    /// The election's title.
    pub title: String,
    method: MethodName,
    seats: u16,
    #[serde(default)]
    unranked: Option<Unranked>,
    #[serde(default)]
    strength: Option<Strength>,
    #[serde(default)]
    incomparable: Option<Incomparable>,
    #[serde(default)]
    cap: Option<u16>,
    #[serde(default)]
    ties: Ties,
    #[serde(default)]
    affiliations: BTreeMap<String, OneOrMore>,
    #[serde(default)]
    sitting: BTreeMap<GroupId, u16>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum MethodName {
    Schulze,
    ScottishStv,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Ties {
    #[default]
    Lots,
    Refuse,
}

#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(untagged)]
enum OneOrMore {
    One(GroupId),
    More(Vec<GroupId>),
}

/// An election to be held, with the ballots that will be cast in it.
#[derive(Debug)]
pub(super) struct FromFile {
    /// Its title.
    pub title: String,
    /// The contest.
    pub contest: Contest<Technical>,
    /// The ballots.
    pub ballots: Vec<Selection>,
}

impl Rules {
    fn parse(text: &str) -> anyhow::Result<Self> {
        ensure!(text.len() <= MAX_RULES_BYTES, "the rules have more than {MAX_RULES_BYTES} bytes");
        Ok(toml::from_str(text)?)
    }

    fn method(&self) -> anyhow::Result<Method> {
        let (by, at_most) = (Basis::Heads, MarkLimit::Any {});
        match self.method {
            MethodName::Schulze => Ok(Method::Schulze(SchulzeRules {
                by,
                unranked: self.unranked.unwrap_or(Unranked::NotCompared),
                strength: self.strength.unwrap_or(Strength::WinningVotes),
                incomparable: self.incomparable.unwrap_or(Incomparable::ByWins),
                equal_ranks: EqualRanks::Allowed,
                at_most,
            })),
            MethodName::ScottishStv => {
                ensure!(
                    self.unranked.is_none()
                        && self.strength.is_none()
                        && self.incomparable.is_none(),
                    "`unranked`, `strength` and `incomparable` are choices of schulze, not of scottish-stv"
                );
                Ok(Method::ScottishStv(ScottishRules {
                    by,
                    at_most,
                    look_back: LookBack::Narrowing,
                }))
            }
        }
    }

    /// The affiliations of each candidate; a key that names nobody is an error.
    fn affiliations(&self, names: &[String]) -> anyhow::Result<Vec<Vec<GroupId>>> {
        let mut of = vec![Vec::new(); names.len()];
        for (key, groups) in &self.affiliations {
            let column = || key.parse::<usize>().ok().and_then(|column| column.checked_sub(1));
            let index = names.iter().position(|name| name == key).or_else(column);
            let groups = match groups {
                OneOrMore::One(group) => vec![group.clone()],
                OneOrMore::More(groups) => groups.clone(),
            };
            let slot = index.and_then(|index| of.get_mut(index));
            *slot.with_context(|| format!("[affiliations]: no candidate `{key}`"))? = groups;
        }
        Ok(of)
    }

    fn contest(&self, names: &[String]) -> anyhow::Result<Contest<Technical>> {
        let affiliations = self.affiliations(names)?;
        let options = names.iter().zip(affiliations).enumerate();
        let options = options.map(|(index, (name, affiliations))| {
            Ok(ContestOption {
                id: format!("candidate-{}", index + 1).parse()?,
                name: name.parse()?,
                person: None,
                affiliations,
            })
        });
        Ok(Contest {
            id: "contest".parse()?,
            title: self.title.parse()?,
            question: TechnicalQuestion::TechnicalSeats { body: "steering".parse()? },
            options: options.collect::<anyhow::Result<_>>()?,
            sitting: self.sitting.clone(),
            rules: ContestRules {
                method: self.method()?,
                seats: self.seats,
                affiliation_cap: match self.cap {
                    Some(seats) => AffiliationCap::AtMost { seats },
                    None => AffiliationCap::Unlimited {},
                },
                ties: match self.ties {
                    Ties::Lots => TieRule::Lots {},
                    Ties::Refuse => TieRule::Refuse {},
                },
            },
        })
    }
}

/// Reads both files.
pub(super) fn read(ballots: &Path, rules: &Path) -> anyhow::Result<FromFile> {
    let text = std::fs::read_to_string(rules)
        .with_context(|| format!("cannot read the rules {}", rules.display()))?;
    let parsed = Rules::parse(&text).with_context(|| format!("the rules {}", rules.display()))?;
    let bytes = std::fs::read(ballots)
        .with_context(|| format!("cannot read the ballots {}", ballots.display()))?;
    let (names, selections) =
        selections(&bytes).with_context(|| format!("the ballots {}", ballots.display()))?;
    ensure!(!selections.is_empty(), "{} holds no ballot", ballots.display());
    let contest = parsed.contest(&names)?;
    for (number, selection) in selections.iter().enumerate() {
        selection
            .validate(&contest.rules, names.len())
            .with_context(|| format!("ballot {} is not legal under these rules", number + 1))?;
    }
    Ok(FromFile { title: parsed.title, contest, ballots: selections })
}

/// Candidates and ballots of a BLT file or of a table as Elekto writes it. A BLT file starts with
/// two numbers; a table starts with names.
fn selections(bytes: &[u8]) -> anyhow::Result<(Vec<String>, Vec<Selection>)> {
    let encoding = Encoding::Utf8OrLatin1;
    let first = bytes.iter().copied().find(|b| !b.is_ascii_whitespace());
    let start = bytes.split(|b| *b == b'\n').next().unwrap_or_default();
    let numbers = start.iter().all(|b| b.is_ascii_digit() || b.is_ascii_whitespace() || *b == b'#');
    if first.is_some_and(|b| b.is_ascii_digit() || b == b'#') && (numbers || first == Some(b'#')) {
        return from_blt(&blt::read(bytes, encoding)?);
    }
    let table = elekto::read(bytes, encoding)?;
    ensure!(table.ballots.len() <= MAX_BALLOTS, "more than {MAX_BALLOTS} ballots");
    Ok((table.names, table.ballots))
}

/// Ballots one by one, candidates who withdrew left out, skipped ranks closed up.
fn from_blt(file: &blt::BltFile) -> anyhow::Result<(Vec<String>, Vec<Selection>)> {
    let standing: Vec<OptionIndex> = OptionIndex::all(file.header.names.len())
        .filter(|o| !file.header.withdrawn.contains(o))
        .collect();
    let place = |option: &OptionIndex| {
        let place = standing.iter().position(|other| other == option)?;
        u16::try_from(place).ok().map(OptionIndex::new)
    };
    let names = standing.iter().filter_map(|o| file.header.names.get(o.index()).cloned()).collect();
    let mut selections = Vec::new();
    for ballot in &file.ballots {
        let ranks = ballot.ranks.iter().map(|rank| rank.iter().filter_map(place).collect());
        let ranks: Vec<Vec<OptionIndex>> = ranks.collect();
        let selection = Selection::ranking(ranks.into_iter().filter(|rank| !rank.is_empty()));
        let count = usize::try_from(ballot.count).unwrap_or(usize::MAX);
        if count > MAX_BALLOTS - selections.len() {
            bail!("more than {MAX_BALLOTS} ballots");
        }
        selections.extend(std::iter::repeat_n(selection, count));
    }
    Ok((names, selections))
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULES: &str = "title = \"Board\"\nmethod = \"schulze\"\nseats = 2\ncap = 1\n\
                         [affiliations]\n\"Ana\" = \"acme\"\n\"3\" = [\"acme\", \"globex\"]\n";

    #[test]
    fn a_table_of_ranks_becomes_rankings_without_the_unranked() {
        let table = b"Ana,Bo,Cy\n1,2,No opinion\n2,2,1\n";
        let (names, ballots) = selections(table).expect("a table");
        assert_eq!(names, ["Ana", "Bo", "Cy"]);
        let at = OptionIndex::new;
        let expected = [
            Selection::ranking([vec![at(0)], vec![at(1)]]),
            Selection::ranking([vec![at(2)], vec![at(0), at(1)]]),
        ];
        assert_eq!(ballots, expected);
    }

    #[test]
    fn a_blt_file_becomes_one_ballot_per_voter_without_withdrawn_candidates() {
        let blt = b"3 1\n-2\n2 2 1 0\n1 3 0\n0\n\"Ana\"\n\"Bo\"\n\"Cy\"\n\"Title\"\n";
        let (names, ballots) = selections(blt).expect("a BLT file");
        assert_eq!(names, ["Ana", "Cy"]);
        let at = OptionIndex::new;
        let ana = Selection::strict([at(0)]);
        assert_eq!(ballots, [ana.clone(), ana, Selection::strict([at(1)])]);
    }

    #[test]
    fn affiliations_go_by_name_or_column_and_a_stranger_is_refused() {
        let names = ["Ana", "Bo", "Cy"].map(str::to_owned);
        let contest = Rules::parse(RULES).expect("rules").contest(&names).expect("a contest");
        let groups = |i: usize| {
            contest.options[i].affiliations.iter().map(GroupId::as_str).collect::<Vec<_>>()
        };
        assert_eq!(groups(0), ["acme"]);
        assert!(groups(1).is_empty());
        assert_eq!(groups(2), ["acme", "globex"]);
        let strange = RULES.replace("\"3\"", "\"Dee\"");
        assert!(Rules::parse(&strange).expect("rules").contest(&names).is_err());
    }

    #[test]
    fn a_misspelt_rule_is_refused_by_name() {
        let misspelt = RULES.replace("cap", "kap");
        assert!(Rules::parse(&misspelt).expect_err("unknown").to_string().contains("kap"));
        let stv = RULES.replace("schulze", "scottish-stv");
        let unranked = stv.replace("seats = 2", "seats = 2\nunranked = \"last\"");
        assert!(Rules::parse(&unranked).expect("parses").method().is_err());
    }
}
