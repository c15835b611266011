//! What breaks the ties that the method leaves, and what to say when nothing did.

use std::path::Path;

use anyhow::{Result, bail};
use clap::{Args, ValueEnum};
use tabulation::{
    CastingVote, Choice, ContestOptions, LotSeed, LotSource, Method, MotionResult, OptionIndex,
    Outcome, TieRule, Transcript,
};

use super::explain::Origin;
use super::names::{as_flag, order_of};
use crate::show::printable;

/// What breaks a tie that the method leaves.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
enum Ties {
    /// Nothing: it is reported.
    Refuse,
    /// Lots drawn from --seed.
    Lots,
    /// The order given with --order, most favoured first.
    Order,
    /// A casting vote, given with --casting once the tie is known.
    Casting,
}

/// The rule for ties, and what is needed to follow it.
#[derive(Args, Clone, Debug)]
pub(super) struct TieArgs {
    /// What breaks a tie; if it is not given nothing does, and ties are reported.
    #[arg(long, value_enum)]
    ties: Option<Ties>,
    /// The seed of the lots, 64 hexadecimal digits.
    #[arg(long, value_name = "HEX", required_if_eq("ties", "lots"))]
    seed: Option<LotSeed>,
    /// Options by name, most favoured first, for ties; "ballot" stands for their order on the ballot.
    #[arg(long, value_name = "NAME>NAME>...", required_if_eq("ties", "order"))]
    order: Option<String>,
    /// The casting vote: options by name, most favoured first; yes or no on a motion.
    #[arg(long, value_name = "NAME>NAME>...")]
    casting: Option<String>,
}

/// A casting vote as the count takes it.
pub(super) enum Casting {
    Motion(Choice),
    Order(Vec<OptionIndex>),
}

/// The most options whose whole order an example shows.
const SHOWN: usize = 4;

/// How a tie that a count left open is settled; nothing if it left none.
pub(super) fn how_to_settle(transcript: &Transcript, origin: Origin<'_>) -> Option<String> {
    let tied = match &transcript.outcome {
        Outcome::Unresolved { tied, .. } => tied.as_slice(),
        Outcome::Motion { result: MotionResult::Tied } => &[],
        Outcome::Motion { .. } | Outcome::Elected { .. } => return None,
    };
    let order = order_example(&transcript.options, tied);
    match (&transcript.rules.ties, origin) {
        (TieRule::CastingVote {}, _) if tied.is_empty() => {
            Some("To settle the tie, give the casting vote: --casting yes or --casting no.".into())
        }
        (TieRule::CastingVote {}, _) => Some(format!(
            "To settle the tie, give the casting vote, an order of all options: --casting {order}."
        )),
        (TieRule::Refuse {}, Origin::Flags) => Some(format!(
            "To settle the tie, say what breaks it:\n  --ties lots --seed <64 hex digits>\n  \
             --ties order --order {order}\n  --ties casting --casting {order}\n\
             An order names all options, most favoured first."
        )),
        (TieRule::Refuse {}, Origin::File(path)) => Some(format!(
            "To settle the tie, write a rule for `ties` into {}: {{\"kind\":\"lots\"}}, to be counted \
             with --seed <64 hex digits>; {{\"kind\":\"casting-vote\"}}, with --casting {order}; or \
             {{\"kind\":\"published-order\",\"order\":[…]}}.",
            path.display()
        )),
        (TieRule::Lots {} | TieRule::PublishedOrder { .. }, _) => None,
    }
}

/// An order as it is typed, the tied before the others.
fn order_example(options: &ContestOptions, tied: &[OptionIndex]) -> String {
    let others = OptionIndex::all(options.len()).filter(|option| !tied.contains(option));
    let all = tied.iter().copied().chain(others);
    let shown: Vec<_> = all.take(SHOWN).map(|option| as_flag(options, option)).collect();
    let more = if options.len() > SHOWN { ">…" } else { "" };
    printable(&format!("\"{}{more}\"", shown.join(">")))
}

impl TieArgs {
    /// The flags given that a file of rules has a place for.
    pub(super) fn ruling(&self) -> impl Iterator<Item = &'static str> {
        let given = [("ties", self.ties.is_some()), ("order", self.order.is_some())];
        given.into_iter().filter(|&(_, given)| given).map(|(flag, _)| flag)
    }

    /// The rule that the flags say.
    pub(super) fn rule(&self, options: &ContestOptions) -> Result<TieRule> {
        Ok(match self.ties {
            None | Some(Ties::Refuse) => TieRule::Refuse {},
            Some(Ties::Lots) => TieRule::Lots {},
            Some(Ties::Casting) => TieRule::CastingVote {},
            Some(Ties::Order) => TieRule::PublishedOrder {
                order: order_of("order", self.order.as_deref().unwrap_or(""), options)?,
            },
        })
    }

    /// Refuses what the flags' own rule does not use.
    pub(super) fn check(&self) -> Result<()> {
        for (flag, given, ties, word) in [
            ("seed", self.seed.is_some(), Ties::Lots, "lots"),
            ("order", self.order.is_some(), Ties::Order, "order"),
            ("casting", self.casting.is_some(), Ties::Casting, "casting"),
        ] {
            if given && self.ties != Some(ties) {
                bail!("--{flag} says nothing without --ties {word}; add that, or leave it out");
            }
        }
        Ok(())
    }

    /// Refuses what the rule of a file does not use.
    pub(super) fn check_with(&self, rule: &TieRule, path: &Path) -> Result<()> {
        for (flag, given, used, kind) in [
            ("seed", self.seed.is_some(), matches!(rule, TieRule::Lots {}), "lots"),
            (
                "casting",
                self.casting.is_some(),
                matches!(rule, TieRule::CastingVote {}),
                "casting-vote",
            ),
        ] {
            if given && !used {
                let path = path.display();
                bail!(
                    "--{flag} says nothing, since the tie rule in {path} is not `{kind}`; write \
                     that there, or leave it out"
                );
            }
        }
        Ok(())
    }

    /// The casting vote, if one was given.
    pub(super) fn casting(
        &self,
        method: &Method,
        options: &ContestOptions,
    ) -> Result<Option<Casting>> {
        let Some(text) = self.casting.as_deref() else { return Ok(None) };
        if !matches!(method, Method::Motion(_)) {
            return Ok(Some(Casting::Order(order_of("casting", text, options)?)));
        }
        match text {
            "yes" => Ok(Some(Casting::Motion(Choice::Yes))),
            "no" => Ok(Some(Casting::Motion(Choice::No))),
            _ => {
                bail!("the casting vote on a motion is --casting yes or --casting no, not {text:?}")
            }
        }
    }

    /// What breaks ties in this count.
    pub(super) fn source<'a>(&self, casting: Option<&'a Casting>) -> LotSource<'a> {
        match (casting, self.seed) {
            (Some(Casting::Motion(vote)), _) => LotSource::Casting(CastingVote::Motion(*vote)),
            (Some(Casting::Order(order)), _) => LotSource::Casting(CastingVote::Order(order)),
            (None, Some(seed)) => LotSource::Seed(seed),
            (None, None) => LotSource::None,
        }
    }
}
