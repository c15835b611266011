//! An election as an officer writes it down, in TOML, and the templates to start from.
//!
//! The rules stand in the file in the very form that the manifest seals, every free choice written
//! out: nothing is filled in behind the officer's back. Only what cannot be known when the file is
//! written is added later: the roll, the nonce and the promises for lots.

use std::collections::BTreeMap;

use election::ids::{ContestId, GroupId, Handle, OptionId, Origin};
use election::manifest::{
    Contest, ContestOption, Disclosure, EarlyClose, Electorate, LotCommitment, Manifest,
    ManifestError, RollSeal, Secrecy, Window,
};
use election::pool::{Pool, PoolId};
use election::text::{Line, Paragraph};
use serde::Deserialize;
use tabulation::ContestRules;
use uuid::Uuid;

use super::instant::{self, InstantError};

/// Longest election file in bytes.
pub const MAX_ELECTION_FILE_BYTES: usize = 512 * 1024;

/// Why a file is no election.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ElectionFileError {
    /// Not the TOML it should be.
    #[error("the election file cannot be read: {0}")]
    Form(String),
    /// A start or end that is no point in time.
    #[error("`{field}`: {source}")]
    Instant {
        /// Which.
        field: &'static str,
        /// What is wrong.
        source: InstantError,
    },
    /// An election that cannot be held.
    #[error(transparent)]
    Manifest(#[from] ManifestError),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, bound = "")]
struct File<P: Pool> {
    title: Line,
    description: Paragraph,
    secrecy: Secrecy,
    disclosure: Disclosure,
    opens: String,
    closes: String,
    close_early: EarlyClose,
    electorate: Electorate<P>,
    certifying_officers: u8,
    contest: Vec<ContestFile<P>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, bound = "")]
struct ContestFile<P: Pool> {
    id: ContestId,
    title: Line,
    question: P::Question,
    #[serde(default)]
    sitting: BTreeMap<GroupId, u16>,
    rules: ContestRules,
    #[serde(default)]
    option: Vec<OptionFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OptionFile {
    id: OptionId,
    name: Line,
    person: Option<Handle>,
    #[serde(default)]
    affiliations: Vec<GroupId>,
}

/// An election file, read.
#[derive(Clone, Debug)]
pub struct ElectionFile<P: Pool> {
    title: Line,
    description: Paragraph,
    secrecy: Secrecy,
    disclosure: Disclosure,
    window: Window,
    electorate: Electorate<P>,
    certifying_officers: u8,
    contests: Vec<Contest<P>>,
}

impl<P: Pool> ElectionFile<P> {
    /// Reads a file.
    pub fn parse(text: &str) -> Result<Self, ElectionFileError> {
        let file: File<P> =
            toml::from_str(text).map_err(|e| ElectionFileError::Form(e.to_string()))?;
        let at = |field, text: &str| {
            instant::parse(text).map_err(|source| ElectionFileError::Instant { field, source })
        };
        let window = Window {
            opens_at: at("opens", &file.opens)?,
            closes_at: at("closes", &file.closes)?,
            early_close: file.close_early,
        };
        Ok(ElectionFile {
            title: file.title,
            description: file.description,
            secrecy: file.secrecy,
            disclosure: file.disclosure,
            window,
            electorate: file.electorate,
            certifying_officers: file.certifying_officers,
            contests: file.contest.into_iter().map(contest).collect(),
        })
    }
    /// Who is to be entitled.
    pub fn electorate(&self) -> &Electorate<P> {
        &self.electorate
    }
    /// When the box is to be open.
    pub fn window(&self) -> Window {
        self.window
    }
    /// Whether a count under these rules may need a lot.
    pub fn may_draw_lots(&self) -> bool {
        self.contests.iter().any(|contest| contest.rules.may_draw_lots())
    }
    /// The manifest, once roll, nonce and promises are known. Refuses an election that cannot be
    /// held.
    pub fn manifest(
        self,
        origin: Origin<P>,
        nonce: Uuid,
        roll: RollSeal,
        lots: Vec<LotCommitment>,
    ) -> Result<Manifest<P>, ElectionFileError> {
        let manifest = Manifest {
            origin,
            nonce,
            title: self.title,
            description: self.description,
            secrecy: self.secrecy,
            disclosure: self.disclosure,
            window: self.window,
            electorate: self.electorate,
            roll,
            contests: self.contests,
            lots,
            certifying_officers: self.certifying_officers,
        };
        manifest.validate()?;
        Ok(manifest)
    }
}

fn contest<P: Pool>(file: ContestFile<P>) -> Contest<P> {
    let options = file.option.into_iter().map(|option| ContestOption {
        id: option.id,
        name: option.name,
        person: option.person,
        affiliations: option.affiliations,
    });
    Contest {
        id: file.id,
        title: file.title,
        question: file.question,
        options: options.collect(),
        sitting: file.sitting,
        rules: file.rules,
    }
}

/// The kinds of contest that there is a template for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, clap::ValueEnum)]
pub enum ExampleKind {
    /// Yes, no, abstain, with quorum and threshold.
    Motion,
    /// One mark, most marks win.
    Plurality,
    /// Any number of marks, most approvals win.
    Approval,
    /// A ranking, counted by Schulze's method.
    Schulze,
    /// A ranking, counted as a single transferable vote by the Scottish rules.
    Stv,
}

impl ExampleKind {
    fn title(self) -> &'static str {
        match self {
            ExampleKind::Motion => "A motion",
            ExampleKind::Plurality => "A seat by plurality",
            ExampleKind::Approval => "Seats by approval",
            ExampleKind::Schulze => "Seats by Schulze's method",
            ExampleKind::Stv => "Seats by single transferable vote",
        }
    }
    fn rules(self) -> &'static str {
        match self {
            ExampleKind::Motion => include_str!("examples/motion.toml"),
            ExampleKind::Plurality => include_str!("examples/plurality.toml"),
            ExampleKind::Approval => include_str!("examples/approval.toml"),
            ExampleKind::Schulze => include_str!("examples/schulze.toml"),
            ExampleKind::Stv => include_str!("examples/stv.toml"),
        }
    }
}

/// A commented template, which can be drafted as it stands once its dates are changed.
pub fn example(pool: PoolId, kind: ExampleKind) -> String {
    let question = match (pool, kind) {
        (PoolId::Business, ExampleKind::Motion) => BUSINESS_MOTION,
        (PoolId::Business, _) => BUSINESS_SEATS,
        (PoolId::Technical, ExampleKind::Motion) => TECHNICAL_MOTION,
        (PoolId::Technical, ExampleKind::Stv) => TECHNICAL_MAINTAINERS,
        (PoolId::Technical, _) => TECHNICAL_SEATS,
    };
    let basis = match pool {
        PoolId::Business => "weight",
        PoolId::Technical => "heads",
    };
    let options = if kind == ExampleKind::Motion { "" } else { OPTIONS };
    let head = include_str!("examples/head.toml");
    format!("{head}{question}{}{options}", kind.rules())
        .replace("@TITLE@", kind.title())
        .replace("@POOL@", pool.slug())
        .replace("@BASIS@", basis)
}

const BUSINESS_MOTION: &str = r#"# What is asked, and so what passing it does. Business motions: budget_approval with an amount in the
# currency's minor unit (cents), or { kind = "business_resolution" }.
question = { kind = "budget_approval", amount = { currency = "USD", minor_units = 125_000_000 } }
"#;
const BUSINESS_SEATS: &str = r#"# What is asked, and so what winning it does. The body must be one of the pool's own.
question = { kind = "business_seats", body = "board" }
"#;
const TECHNICAL_MOTION: &str = r#"# What is asked, and so what passing it does. Technical motions: technical_resolution, or
# { kind = "module_admission", module = "compiler", person = "github:octocat" }.
question = { kind = "technical_resolution" }
"#;
const TECHNICAL_MAINTAINERS: &str = r#"# What is asked, and so what winning it does: whoever is elected becomes a maintainer. The module
# must be one of the project's, and each option has to name a contributor as its person.
question = { kind = "module_maintainers", module = "compiler" }
"#;
const TECHNICAL_SEATS: &str = r#"# What is asked, and so what winning it does: technical_seats with a technical body, or
# { kind = "business_board_seats", body = "board" }, the one way in which seats cross the pools.
question = { kind = "technical_seats", body = "steering" }
"#;
const OPTIONS: &str = r#"
# What can be chosen, in the order shown. `person` and `affiliations` may be left out; a person whose
# affiliation stands in the log must have the same one here.
[[contest.option]]
id = "candidate-1"
name = "Ann Example"
affiliations = ["acme"]

[[contest.option]]
id = "candidate-2"
name = "Bob Example"
affiliations = ["acme"]

[[contest.option]]
id = "candidate-3"
name = "Cy Example"
affiliations = []
"#;

#[cfg(test)]
pub(crate) fn example_manifest<P: Pool>(kind: &str) -> Manifest<P> {
    let kind = <ExampleKind as clap::ValueEnum>::from_str(kind, false).expect("a kind");
    tests::sealed(&example(P::ID, kind)).expect("the template is an election")
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::ValueEnum as _;
    use crypto::Hash;
    use crypto::merkle::TreeSize;
    use election::{Business, Technical};

    pub(super) fn sealed<P: Pool>(text: &str) -> Result<Manifest<P>, ElectionFileError> {
        let file = ElectionFile::<P>::parse(text)?;
        let roll = RollSeal { log_size: TreeSize(9), root: Hash::of(b"roll"), heads: 3, weight: 6 };
        let officer = crypto::KeyId::from_hash(Hash::of(b"officer"));
        let lot = LotCommitment { officer, commitment: Hash::of(b"secret") };
        let lots = if file.may_draw_lots() { vec![lot] } else { vec![] };
        file.manifest(Origin::of_host("vote.example.org").expect("host"), Uuid::nil(), roll, lots)
    }
    fn refused(change: impl Fn(String) -> String) -> String {
        let text = change(example(PoolId::Business, ExampleKind::Motion));
        sealed::<Business>(&text).expect_err("refused").to_string()
    }

    #[test]
    fn every_template_is_an_election_that_can_be_held() {
        for kind in ExampleKind::value_variants() {
            sealed::<Business>(&example(PoolId::Business, *kind)).expect("business");
            sealed::<Technical>(&example(PoolId::Technical, *kind)).expect("technical");
        }
    }

    #[test]
    fn a_technical_question_in_the_business_pool_is_refused() {
        let text = example(PoolId::Technical, ExampleKind::Stv);
        let error = sealed::<Business>(&text).expect_err("refused").to_string();
        assert!(error.contains("module_maintainers"), "{error}");
    }

    #[test]
    fn a_secret_election_is_refused_and_not_downgraded() {
        let error = refused(|text| text.replace("\"roll_call\"", "\"secret\""));
        assert!(error.contains("secret elections are not supported yet"), "{error}");
    }

    #[test]
    fn each_gap_or_slip_in_a_file_is_refused() {
        let no_offset = refused(|text| text.replace("T09:00:00+01:00", "T09:00:00"));
        assert!(no_offset.contains("`opens`") && no_offset.contains("no offset"), "{no_offset}");
        let backwards = refused(|text| text.replace("2027-03-01", "2027-12-01"));
        assert!(backwards.contains("the window from"), "{backwards}");
        let missing = refused(|text| text.replace("certifying_officers = 2", ""));
        assert!(missing.contains("certifying_officers"), "{missing}");
        let unknown = refused(|text| format!("nonsense = 1\n{text}"));
        assert!(unknown.contains("nonsense"), "{unknown}");
        let no_rule = refused(|text| text.replace("abstention = \"quorum-only\"", ""));
        assert!(no_rule.contains("abstention"), "{no_rule}");
    }
}
