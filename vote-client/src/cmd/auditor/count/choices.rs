//! The free choices of the methods, as flags.
//!
//! A flag that a method does not know is refused, so that nobody believes to have chosen something.

use std::collections::BTreeSet;

use clap::Args;
use serde::de::DeserializeOwned;
use tabulation::{
    Basis, CommitteeSearch, CondorcetIrvVariant, Elects, EqualRanks, InclusiveQuota, Incomparable,
    Kept, LookBack, LowestRule, MarkLimit, MeekCourse, OmegaBound, RunoffEnd, RunoffExclusion,
    StarTies, TiedPair, TransferCut, UnrankedPoints,
};

/// One flag for each free choice; what each method takes is in docs/counting.md.
#[derive(Args, Clone, Debug, Default)]
pub(super) struct Choices {
    /// What a ballot counts as: heads (each one) or weight.
    #[arg(long, value_parser = word::<Basis>, value_name = "heads|weight")]
    by: Option<Basis>,
    /// How many options one ballot may mark or rank.
    #[arg(long, value_name = "N")]
    at_most: Option<u16>,
    /// What it means not to rank an option; for Borda's count zero or average.
    #[arg(long, value_name = "not-compared|last")]
    unranked: Option<String>,
    /// How strong a pairwise defeat is: winning-votes, winning-votes-fewer-opposing, margins; for
    /// minimax also opposition.
    #[arg(long, value_name = "STRENGTH")]
    strength: Option<String>,
    /// Options that Schulze's method does not decide between: tied, or in order of wins.
    #[arg(long, value_parser = word::<Incomparable>, value_name = "tied|by-wins")]
    incomparable: Option<Incomparable>,
    /// Whether options may share a rank.
    #[arg(long, value_parser = word::<EqualRanks>, value_name = "allowed|refused")]
    equal_ranks: Option<EqualRanks>,
    /// What a tied pair gives both in Copeland's method.
    #[arg(long, value_parser = word::<TiedPair>, value_name = "nothing|half")]
    tied_pair: Option<TiedPair>,
    /// The variant of condorcet-irv.
    #[arg(long, value_parser = word::<CondorcetIrvVariant>, value_name = "condorcet-else-irv|smith-irv|benham")]
    variant: Option<CondorcetIrvVariant>,
    /// When an instant runoff ends.
    #[arg(long, value_parser = word::<RunoffEnd>, value_name = "majority|two-left")]
    end: Option<RunoffEnd>,
    /// How many an instant runoff excludes at once.
    #[arg(long, value_parser = word::<RunoffExclusion>, value_name = "one-by-one|batch")]
    exclusion: Option<RunoffExclusion>,
    /// How earlier stages break a tie.
    #[arg(long, value_parser = word::<LookBack>, value_name = "never|narrowing|all-different|forwards")]
    look_back: Option<LookBack>,
    /// Decimals of the figures of wigm and meek.
    #[arg(long, value_name = "N")]
    decimals: Option<u8>,
    /// How Meek's method rounds the share of a paper that an option keeps.
    #[arg(long, value_parser = word::<Kept>, value_name = "cut|rounded-up|all-rounded-up")]
    kept: Option<Kept>,
    /// What one step of Meek's method is.
    #[arg(long, value_parser = word::<MeekCourse>, value_name = "reference|new-zealand")]
    course: Option<MeekCourse>,
    /// Meek's method goes on until the surpluses sum to ten to minus this.
    #[arg(long, value_name = "N")]
    omega_decimals: Option<u8>,
    /// Whether exactly that is small enough.
    #[arg(long, value_parser = word::<OmegaBound>, value_name = "at-most|less-than")]
    omega_bound: Option<OmegaBound>,
    /// Who counts as lowest in Meek's method.
    #[arg(long, value_parser = word::<LowestRule>, value_name = "within-surplus|exactly")]
    lowest: Option<LowestRule>,
    /// The quota of wigm.
    #[arg(long, value_parser = word::<InclusiveQuota>, value_name = "droop-whole|droop-exact|hare")]
    quota: Option<InclusiveQuota>,
    /// Whether the quota itself elects in wigm.
    #[arg(long, value_parser = word::<Elects>, value_name = "at-least|more-than")]
    elects: Option<Elects>,
    /// Where wigm cuts what it transfers.
    #[arg(long, value_parser = word::<TransferCut>, value_name = "per-paper|per-parcel")]
    transfer: Option<TransferCut>,
    /// The votes that each ballot distributes in cumulative voting.
    #[arg(long, value_name = "N")]
    votes: Option<u16>,
    /// The highest score or grade.
    #[arg(long, value_name = "N")]
    highest: Option<u16>,
    /// What it means not to score an option: zero or not-counted; for majority judgment lowest or
    /// not-counted.
    #[arg(long, value_name = "WORD")]
    unscored: Option<String>,
    /// How STAR voting breaks its ties before lots.
    #[arg(long, value_parser = word::<StarTies>, value_name = "lots|official")]
    star_ties: Option<StarTies>,
    /// How proportional approval looks for a committee.
    #[arg(long, value_parser = word::<CommitteeSearch>, value_name = "sequential|optimal")]
    search: Option<CommitteeSearch>,
    /// The default option of debian-a5, by name; the last one if it is not given.
    #[arg(long, value_name = "NAME")]
    default_option: Option<String>,
    /// So many votes must prefer an option to the default option of debian-a5.
    #[arg(long, value_name = "N")]
    quorum: Option<u64>,
    /// The majority that an option needs against the default option of debian-a5, such as NAME=3:1;
    /// may be given again.
    #[arg(long, value_name = "NAME=N:M")]
    majority: Vec<String>,
    /// Options that irv excludes together before any other, by name or, if it has a comma, by id.
    #[arg(long, value_name = "NAME,NAME,...", value_delimiter = ',')]
    exclude_first: Vec<String>,
}

/// A word of the rules, spelt as in their JSON.
fn word<T: DeserializeOwned>(text: &str) -> Result<T, String> {
    serde_json::from_value(text.into()).map_err(|error| error.to_string())
}

/// Takes choices one by one, and remembers which were asked for.
pub(super) struct Taking<'a> {
    choices: &'a Choices,
    asked: BTreeSet<&'static str>,
    wrong: Option<String>,
}

impl Choices {
    pub(super) fn taking(&self) -> Taking<'_> {
        Taking { choices: self, asked: BTreeSet::new(), wrong: None }
    }

    /// The flags that were given, by name.
    pub(super) fn given(&self) -> Vec<&'static str> {
        let Self {
            by,
            at_most,
            unranked,
            strength,
            incomparable,
            equal_ranks,
            tied_pair,
            variant,
            end,
            exclusion,
            look_back,
            decimals,
            kept,
            course,
            omega_decimals,
            omega_bound,
            lowest,
            quota,
            elects,
            transfer,
            votes,
            highest,
            unscored,
            star_ties,
            search,
            default_option,
            quorum,
            majority,
            exclude_first,
        } = self;
        let given = [
            ("by", by.is_some()),
            ("at-most", at_most.is_some()),
            ("unranked", unranked.is_some()),
            ("strength", strength.is_some()),
            ("incomparable", incomparable.is_some()),
            ("equal-ranks", equal_ranks.is_some()),
            ("tied-pair", tied_pair.is_some()),
            ("variant", variant.is_some()),
            ("end", end.is_some()),
            ("exclusion", exclusion.is_some()),
            ("look-back", look_back.is_some()),
            ("decimals", decimals.is_some()),
            ("kept", kept.is_some()),
            ("course", course.is_some()),
            ("omega-decimals", omega_decimals.is_some()),
            ("omega-bound", omega_bound.is_some()),
            ("lowest", lowest.is_some()),
            ("quota", quota.is_some()),
            ("elects", elects.is_some()),
            ("transfer", transfer.is_some()),
            ("votes", votes.is_some()),
            ("highest", highest.is_some()),
            ("unscored", unscored.is_some()),
            ("star-ties", star_ties.is_some()),
            ("search", search.is_some()),
            ("default-option", default_option.is_some()),
            ("quorum", quorum.is_some()),
            ("majority", !majority.is_empty()),
            ("exclude-first", !exclude_first.is_empty()),
        ];
        given.into_iter().filter(|&(_, given)| given).map(|(flag, _)| flag).collect()
    }
}

/// A getter for each flag: its value, or what it is by default.
macro_rules! getters {
    ($($name:ident, $flag:literal: $type:ty;)*) => {
        $(pub(super) fn $name(&mut self, default: $type) -> $type {
            self.asked.insert($flag);
            self.choices.$name.clone().unwrap_or(default)
        })*
    };
}

impl<'a> Taking<'a> {
    getters! {
        by, "by": Basis;
        incomparable, "incomparable": Incomparable;
        equal_ranks, "equal-ranks": EqualRanks;
        tied_pair, "tied-pair": TiedPair;
        variant, "variant": CondorcetIrvVariant;
        end, "end": RunoffEnd;
        exclusion, "exclusion": RunoffExclusion;
        look_back, "look-back": LookBack;
        decimals, "decimals": u8;
        kept, "kept": Kept;
        course, "course": MeekCourse;
        omega_decimals, "omega-decimals": u8;
        omega_bound, "omega-bound": OmegaBound;
        lowest, "lowest": LowestRule;
        quota, "quota": InclusiveQuota;
        elects, "elects": Elects;
        transfer, "transfer": TransferCut;
        votes, "votes": u16;
        highest, "highest": u16;
        star_ties, "star-ties": StarTies;
        search, "search": CommitteeSearch;
        quorum, "quorum": u64;
    }

    pub(super) fn at_most(&mut self) -> MarkLimit {
        self.asked.insert("at-most");
        self.choices.at_most.map_or(MarkLimit::Any {}, |options| MarkLimit::AtMost { options })
    }

    pub(super) fn default_option(&mut self) -> Option<&'a str> {
        self.asked.insert("default-option");
        self.choices.default_option.as_deref()
    }

    pub(super) fn majorities(&mut self) -> &'a [String] {
        self.asked.insert("majority");
        &self.choices.majority
    }

    pub(super) fn exclude_first(&mut self) -> &'a [String] {
        self.asked.insert("exclude-first");
        &self.choices.exclude_first
    }

    /// A flag whose words differ from method to method.
    fn spelt<T: DeserializeOwned>(
        &mut self,
        flag: &'static str,
        given: Option<&String>,
        default: T,
    ) -> T {
        self.asked.insert(flag);
        match given.map(|text| word(text)) {
            None => default,
            Some(Ok(value)) => value,
            Some(Err(error)) => {
                self.wrong = Some(format!("--{flag}: {error}"));
                default
            }
        }
    }

    pub(super) fn unranked<T: DeserializeOwned>(&mut self, default: T) -> T {
        self.spelt("unranked", self.choices.unranked.as_ref(), default)
    }

    pub(super) fn unranked_points(&mut self) -> UnrankedPoints {
        self.unranked(UnrankedPoints::Zero)
    }

    pub(super) fn strength<T: DeserializeOwned>(&mut self, default: T) -> T {
        self.spelt("strength", self.choices.strength.as_ref(), default)
    }

    pub(super) fn unscored<T: DeserializeOwned>(&mut self, default: T) -> T {
        self.spelt("unscored", self.choices.unscored.as_ref(), default)
    }

    /// Ends the taking by one method: a word that it did not understand is an error.
    pub(super) fn understood(&mut self) -> anyhow::Result<()> {
        match self.wrong.take() {
            Some(wrong) => anyhow::bail!("{wrong}"),
            None => Ok(()),
        }
    }

    /// Ends the taking: a flag that none of the methods takes is an error.
    pub(super) fn done(self, methods: &str) -> anyhow::Result<()> {
        if let Some(flag) = self.choices.given().into_iter().find(|f| !self.asked.contains(f)) {
            let asked: Vec<String> = self.asked.iter().map(|flag| format!("--{flag}")).collect();
            anyhow::bail!("--{flag} says nothing to {methods}; taken are {}", asked.join(", "));
        }
        Ok(())
    }
}
