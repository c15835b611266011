//! The options of a contest: what stands on the ballot, and who belongs to whom.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::{Deserialize, Serialize};

/// The most options one contest may have.
pub const MAX_OPTIONS: usize = 1_000;
/// The longest option name, in bytes of UTF-8.
pub const MAX_NAME_BYTES: usize = 300;
/// The longest option or affiliation identifier, in bytes.
pub const MAX_ID_BYTES: usize = 100;
/// The most affiliations one option may carry.
pub const MAX_AFFILIATIONS: usize = 8;

/// The place of an option in its contest's list, counted from zero.
///
/// Ballots name options by this index and nothing else; the manifest that fixes the list is
/// signed before the first ballot, so the index is as stable as a name and much shorter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct OptionIndex(u16);

impl OptionIndex {
    /// The option at this place.
    #[must_use]
    pub const fn new(index: u16) -> Self {
        Self(index)
    }

    /// The place, for indexing into per-option lists.
    #[must_use]
    pub const fn index(self) -> usize {
        self.0 as usize
    }

    /// The place as it is written on ballots.
    #[must_use]
    pub const fn value(self) -> u16 {
        self.0
    }

    /// Every index of a contest with `options` options, in order.
    pub fn all(options: usize) -> impl DoubleEndedIterator<Item = Self> + Clone {
        (0..u16::try_from(options).unwrap_or(u16::MAX)).map(Self)
    }
}

impl fmt::Display for OptionIndex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What is wrong with a list of options.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OptionsError {
    /// More options than this program will count.
    #[error("{found} options, but at most {MAX_OPTIONS} are allowed")]
    TooMany {
        /// How many were given.
        found: usize,
    },
    /// An identifier or name is empty.
    #[error("option {index} has an empty {field}")]
    Empty {
        /// The place of the option.
        index: usize,
        /// Which field.
        field: &'static str,
    },
    /// An identifier or name is too long.
    #[error("the {field} of option {index} is {bytes} bytes long, but at most {limit} are allowed")]
    TooLong {
        /// The place of the option.
        index: usize,
        /// Which field.
        field: &'static str,
        /// Its length.
        bytes: usize,
        /// The limit.
        limit: usize,
    },
    /// A control character, which could disguise a name on a terminal.
    #[error("the {field} of option {index} contains a control character")]
    Control {
        /// The place of the option.
        index: usize,
        /// Which field.
        field: &'static str,
    },
    /// Two options share an identifier.
    #[error("two options have the id {id:?}")]
    DuplicateId {
        /// The identifier.
        id: String,
    },
    /// An option names the same affiliation twice, or too many.
    #[error("option {index} repeats an affiliation or has more than {MAX_AFFILIATIONS}")]
    Affiliations {
        /// The place of the option.
        index: usize,
    },
    /// A withdrawn option that is not in the list.
    #[error("option {option} is marked withdrawn but does not exist")]
    UnknownWithdrawn {
        /// The option named.
        option: OptionIndex,
    },
    /// An affiliation identifier is unusable.
    #[error(
        "the affiliation id {id:?} is empty, longer than {MAX_ID_BYTES} bytes or contains a control character"
    )]
    BadAffiliation {
        /// The identifier.
        id: String,
    },
}

/// One group whose seats may be capped: an employer, or a set of related companies as one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AffiliationId(String);

impl AffiliationId {
    /// Takes an identifier.
    ///
    /// # Errors
    /// When it is empty, over-long or contains control characters.
    pub fn new(id: impl Into<String>) -> Result<Self, OptionsError> {
        let id = id.into();
        if id.is_empty() || id.len() > MAX_ID_BYTES || id.chars().any(char::is_control) {
            return Err(OptionsError::BadAffiliation { id });
        }
        Ok(Self(id))
    }

    /// The identifier as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for AffiliationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl TryFrom<String> for AffiliationId {
    type Error = OptionsError;

    fn try_from(id: String) -> Result<Self, OptionsError> {
        Self::new(id)
    }
}

impl From<AffiliationId> for String {
    fn from(id: AffiliationId) -> Self {
        id.0
    }
}

/// One choice on the ballot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContestOption {
    /// A short identifier, unique in the contest.
    pub id: String,
    /// The name shown to voters.
    pub name: String,
    /// The groups whose caps this option counts against, most important first.
    pub affiliations: Vec<AffiliationId>,
}

impl ContestOption {
    /// An option without affiliations.
    pub fn new(id: impl Into<String>, name: impl Into<String>) -> Self {
        Self { id: id.into(), name: name.into(), affiliations: Vec::new() }
    }

    /// The same option with one more affiliation.
    #[must_use]
    pub fn affiliated(mut self, affiliation: AffiliationId) -> Self {
        self.affiliations.push(affiliation);
        self
    }
}

/// The options of one contest in ballot order, with those withdrawn and the seats that people who
/// stay already hold for each affiliation. A motion has no options.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(try_from = "RawOptions", into = "RawOptions")]
pub struct ContestOptions {
    options: Vec<ContestOption>,
    withdrawn: BTreeSet<OptionIndex>,
    sitting: BTreeMap<AffiliationId, u16>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawOptions {
    options: Vec<ContestOption>,
    withdrawn: BTreeSet<OptionIndex>,
    sitting: BTreeMap<AffiliationId, u16>,
}

impl ContestOptions {
    /// Checks and takes the options in ballot order.
    ///
    /// # Errors
    /// When there are too many, an id is repeated, or a name is empty, over-long or deceptive.
    pub fn new(options: Vec<ContestOption>) -> Result<Self, OptionsError> {
        Self { options, withdrawn: BTreeSet::new(), sitting: BTreeMap::new() }.checked()
    }

    /// Options by name alone; ids are the ballot positions counted from one.
    ///
    /// # Errors
    /// As [`ContestOptions::new`].
    pub fn from_names<N: Into<String>>(
        names: impl IntoIterator<Item = N>,
    ) -> Result<Self, OptionsError> {
        Self::new(
            names
                .into_iter()
                .enumerate()
                .map(|(i, name)| ContestOption::new((i + 1).to_string(), name))
                .collect(),
        )
    }

    /// The same options with the seats already held by people who stay in office.
    #[must_use]
    pub fn with_sitting(mut self, sitting: BTreeMap<AffiliationId, u16>) -> Self {
        self.sitting = sitting;
        self
    }

    /// The same options with some withdrawn: ballots may name them, the count passes over them.
    ///
    /// # Errors
    /// When a withdrawn option does not exist.
    pub fn with_withdrawn(
        mut self,
        withdrawn: BTreeSet<OptionIndex>,
    ) -> Result<Self, OptionsError> {
        self.withdrawn = withdrawn;
        self.checked()
    }

    fn checked(self) -> Result<Self, OptionsError> {
        let found = self.options.len();
        if found > MAX_OPTIONS {
            return Err(OptionsError::TooMany { found });
        }
        let mut ids = BTreeSet::new();
        for (index, option) in self.options.iter().enumerate() {
            check_text(index, "id", &option.id, MAX_ID_BYTES)?;
            check_text(index, "name", &option.name, MAX_NAME_BYTES)?;
            if !ids.insert(option.id.as_str()) {
                return Err(OptionsError::DuplicateId { id: option.id.clone() });
            }
            let distinct: BTreeSet<_> = option.affiliations.iter().collect();
            if distinct.len() != option.affiliations.len() || distinct.len() > MAX_AFFILIATIONS {
                return Err(OptionsError::Affiliations { index });
            }
        }
        if let Some(&option) = self.withdrawn.iter().find(|o| o.index() >= found) {
            return Err(OptionsError::UnknownWithdrawn { option });
        }
        Ok(self)
    }

    /// How many options stand on the ballot, withdrawn ones included.
    #[must_use]
    pub fn len(&self) -> usize {
        self.options.len()
    }

    /// Whether there are none, as in a motion.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.options.is_empty()
    }

    /// The options in ballot order.
    pub fn iter(&self) -> impl Iterator<Item = (OptionIndex, &ContestOption)> {
        OptionIndex::all(self.options.len()).zip(&self.options)
    }

    /// The option at a place, if there is one.
    #[must_use]
    pub fn option(&self, option: OptionIndex) -> Option<&ContestOption> {
        self.options.get(option.index())
    }

    /// The name of an option; an index outside the list is named by its number.
    #[must_use]
    pub fn name(&self, option: OptionIndex) -> String {
        self.option(option).map_or_else(|| format!("option {option}"), |o| o.name.clone())
    }

    /// Several names, joined as in a sentence.
    #[must_use]
    pub fn names(&self, options: &[OptionIndex]) -> String {
        crate::english::list(options.iter().map(|&o| self.name(o)))
    }

    /// Whether an order names every option exactly once.
    #[must_use]
    pub fn is_order(&self, order: &[OptionIndex]) -> bool {
        let distinct: BTreeSet<OptionIndex> = order.iter().copied().collect();
        order.len() == self.len() && distinct.into_iter().eq(OptionIndex::all(self.len()))
    }

    /// The groups an option belongs to.
    #[must_use]
    pub fn affiliations(&self, option: OptionIndex) -> &[AffiliationId] {
        self.option(option).map_or(&[], |o| &o.affiliations)
    }

    /// Whether an option was withdrawn.
    #[must_use]
    pub fn is_withdrawn(&self, option: OptionIndex) -> bool {
        self.withdrawn.contains(&option)
    }

    /// The options withdrawn after they were put on the ballot.
    #[must_use]
    pub fn withdrawn(&self) -> &BTreeSet<OptionIndex> {
        &self.withdrawn
    }

    /// Those that can be elected: on the ballot and not withdrawn, in ballot order.
    #[must_use]
    pub fn standing(&self) -> Vec<OptionIndex> {
        OptionIndex::all(self.options.len()).filter(|o| !self.withdrawn.contains(o)).collect()
    }

    /// Seats that people who stay hold, per affiliation.
    #[must_use]
    pub fn sitting(&self) -> &BTreeMap<AffiliationId, u16> {
        &self.sitting
    }
}

impl TryFrom<RawOptions> for ContestOptions {
    type Error = OptionsError;

    fn try_from(raw: RawOptions) -> Result<Self, OptionsError> {
        Self { options: raw.options, withdrawn: raw.withdrawn, sitting: raw.sitting }.checked()
    }
}

impl From<ContestOptions> for RawOptions {
    fn from(o: ContestOptions) -> Self {
        Self { options: o.options, withdrawn: o.withdrawn, sitting: o.sitting }
    }
}

fn check_text(
    index: usize,
    field: &'static str,
    text: &str,
    limit: usize,
) -> Result<(), OptionsError> {
    if text.trim().is_empty() {
        return Err(OptionsError::Empty { index, field });
    }
    if text.len() > limit {
        return Err(OptionsError::TooLong { index, field, bytes: text.len(), limit });
    }
    if text.chars().any(char::is_control) {
        return Err(OptionsError::Control { index, field });
    }
    Ok(())
}
