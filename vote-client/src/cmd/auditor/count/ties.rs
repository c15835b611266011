//! What breaks the ties that the method leaves, and what to say when nothing did.

use std::path::Path;

use anyhow::{Result, bail};
use clap::{Args, ValueEnum};
use tabulation::{
    CastingVote, Choice, ContestOptions, LotSeed, LotSource, Method, OptionIndex, TieRule,
};

use super::names::order_of;

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
