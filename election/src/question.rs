//! What can be put to a vote, and what passing it does.
//!
//! **Invariant:** no business question or decision names a module, a standing, a technical body or a
//! technical rule. Filling a seat is one-way: contributors may elect somebody onto a business board;
//! corporate members elect nobody onto anything technical.

use serde::{Deserialize, Serialize};
use tabulation::{MotionResult, Outcome};

use crate::ids::{BodyId, Handle, ModuleId, OptionId};
use crate::manifest::ContestOption;
use crate::pool::{Business, Decision, Never, NewMaintainer, Question, Subject, Technical};
use crate::text::Line;

/// A sum of money: an integer in the currency's minor unit.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Amount {
    /// ISO 4217 code, such as `USD`.
    pub currency: Currency,
    /// Cents, yen, …: the currency's minor unit.
    pub minor_units: u64,
}

/// An ISO 4217 alphabetic code.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Currency(String);

impl TryFrom<String> for Currency {
    type Error = String;
    fn try_from(code: String) -> Result<Self, String> {
        if code.len() == 3 && code.bytes().all(|b| b.is_ascii_uppercase()) {
            Ok(Currency(code))
        } else {
            Err("a currency is three capital letters (ISO 4217), such as USD".to_owned())
        }
    }
}
impl From<Currency> for String {
    fn from(currency: Currency) -> String {
        currency.0
    }
}
impl std::fmt::Display for Amount {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {} (minor units)", self.minor_units, self.currency.0)
    }
}

/// What corporate members can be asked.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum BusinessQuestion {
    /// Approve a budget line.
    BudgetApproval {
        /// How much.
        amount: Amount,
    },
    /// Adopt a business resolution.
    BusinessResolution {},
    /// Elect to seats of a business body.
    BusinessSeats {
        /// Which body.
        body: BodyId<Business>,
    },
}

/// What a passed business question does.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum BusinessDecision {
    /// A budget line stands.
    BudgetApproved {
        /// How much.
        amount: Amount,
    },
    /// A resolution stands.
    ResolutionAdopted {},
    /// Somebody won a seat of a business body.
    BusinessSeatFilled {
        /// Which body.
        body: BodyId<Business>,
        /// The winning option.
        option: OptionId,
        /// Its name.
        name: Line,
    },
}

/// What contributors can be asked.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum TechnicalQuestion {
    /// Take a technical decision.
    TechnicalResolution {},
    /// Admit a contributor to a module.
    ModuleAdmission {
        /// Which module.
        module: ModuleId,
        /// Whom.
        person: Handle,
    },
    /// Elect the maintainers of a module.
    ModuleMaintainers {
        /// Which module.
        module: ModuleId,
    },
    /// Elect to seats of a technical body, such as a steering committee.
    TechnicalSeats {
        /// Which body.
        body: BodyId<Technical>,
    },
    /// Elect a contributor onto a business board: the one way in which seats cross.
    BusinessBoardSeats {
        /// Which business body.
        body: BodyId<Business>,
    },
}

/// What a passed technical question does.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum TechnicalDecision {
    /// A technical resolution stands.
    TechnicalResolutionAdopted {},
    /// A contributor is admitted to a module.
    ModuleAdmitted {
        /// Which module.
        module: ModuleId,
        /// Whom.
        person: Handle,
    },
    /// A maintainer was elected.
    MaintainerElected {
        /// Which module.
        module: ModuleId,
        /// The winning option.
        option: OptionId,
        /// Its name.
        name: Line,
    },
    /// Somebody won a seat of a technical body.
    TechnicalSeatFilled {
        /// Which body.
        body: BodyId<Technical>,
        /// The winning option.
        option: OptionId,
        /// Its name.
        name: Line,
    },
    /// Contributors sent somebody to a business board.
    BusinessBoardSeatFilled {
        /// Which business body.
        body: BodyId<Business>,
        /// The winning option.
        option: OptionId,
        /// Its name.
        name: Line,
    },
}

/// **Invariant:** no business decision names a module, by type: [`Never`] has no value.
impl Decision for BusinessDecision {
    type Module = Never;
    fn maintainer(&self) -> Option<NewMaintainer<'_, Never>> {
        match self {
            BusinessDecision::BudgetApproved { .. }
            | BusinessDecision::ResolutionAdopted {}
            | BusinessDecision::BusinessSeatFilled { .. } => None,
        }
    }
}

impl Decision for TechnicalDecision {
    type Module = ModuleId;
    fn maintainer(&self) -> Option<NewMaintainer<'_, ModuleId>> {
        match self {
            TechnicalDecision::ModuleAdmitted { module, person } => {
                Some(NewMaintainer::Person { module, person })
            }
            TechnicalDecision::MaintainerElected { module, option, .. } => {
                Some(NewMaintainer::Option { module, option })
            }
            TechnicalDecision::TechnicalResolutionAdopted {}
            | TechnicalDecision::TechnicalSeatFilled { .. }
            | TechnicalDecision::BusinessBoardSeatFilled { .. } => None,
        }
    }
}

/// The options an outcome elected, in order of election.
fn elected<'a>(
    outcome: &Outcome,
    options: &'a [ContestOption],
) -> impl Iterator<Item = &'a ContestOption> {
    outcome.winners().to_vec().into_iter().filter_map(|winner| options.get(winner.index()))
}

/// One decision where a motion passed, none elsewhere.
fn adopted<D>(outcome: &Outcome, decision: D) -> Vec<D> {
    if *outcome == (Outcome::Motion { result: MotionResult::Passed }) {
        vec![decision]
    } else {
        Vec::new()
    }
}

impl Question for BusinessQuestion {
    type Decision = BusinessDecision;

    fn decide(&self, outcome: &Outcome, options: &[ContestOption]) -> Vec<BusinessDecision> {
        match self {
            BusinessQuestion::BudgetApproval { amount } => {
                adopted(outcome, BusinessDecision::BudgetApproved { amount: amount.clone() })
            }
            BusinessQuestion::BusinessResolution {} => {
                adopted(outcome, BusinessDecision::ResolutionAdopted {})
            }
            BusinessQuestion::BusinessSeats { body } => elected(outcome, options)
                .map(|winner| BusinessDecision::BusinessSeatFilled {
                    body: body.clone(),
                    option: winner.id.clone(),
                    name: winner.name.clone(),
                })
                .collect(),
        }
    }

    fn label(&self) -> &'static str {
        match self {
            BusinessQuestion::BudgetApproval { .. } => "budget approval",
            BusinessQuestion::BusinessResolution {} => "business resolution",
            BusinessQuestion::BusinessSeats { .. } => "election to a business body",
        }
    }

    fn is_motion(&self) -> bool {
        match self {
            BusinessQuestion::BudgetApproval { .. } | BusinessQuestion::BusinessResolution {} => {
                true
            }
            BusinessQuestion::BusinessSeats { .. } => false,
        }
    }

    fn subject(&self) -> Subject<'_> {
        match self {
            BusinessQuestion::BudgetApproval { .. } | BusinessQuestion::BusinessResolution {} => {
                Subject::Nothing
            }
            BusinessQuestion::BusinessSeats { body } => Subject::Body(body.as_str()),
        }
    }
}

impl Question for TechnicalQuestion {
    type Decision = TechnicalDecision;

    fn decide(&self, outcome: &Outcome, options: &[ContestOption]) -> Vec<TechnicalDecision> {
        match self {
            TechnicalQuestion::TechnicalResolution {} => {
                adopted(outcome, TechnicalDecision::TechnicalResolutionAdopted {})
            }
            TechnicalQuestion::ModuleAdmission { module, person } => adopted(
                outcome,
                TechnicalDecision::ModuleAdmitted {
                    module: module.clone(),
                    person: person.clone(),
                },
            ),
            TechnicalQuestion::ModuleMaintainers { module } => elected(outcome, options)
                .map(|winner| TechnicalDecision::MaintainerElected {
                    module: module.clone(),
                    option: winner.id.clone(),
                    name: winner.name.clone(),
                })
                .collect(),
            TechnicalQuestion::TechnicalSeats { body } => elected(outcome, options)
                .map(|winner| TechnicalDecision::TechnicalSeatFilled {
                    body: body.clone(),
                    option: winner.id.clone(),
                    name: winner.name.clone(),
                })
                .collect(),
            TechnicalQuestion::BusinessBoardSeats { body } => elected(outcome, options)
                .map(|winner| TechnicalDecision::BusinessBoardSeatFilled {
                    body: body.clone(),
                    option: winner.id.clone(),
                    name: winner.name.clone(),
                })
                .collect(),
        }
    }

    fn label(&self) -> &'static str {
        match self {
            TechnicalQuestion::TechnicalResolution {} => "technical resolution",
            TechnicalQuestion::ModuleAdmission { .. } => "admission to a module",
            TechnicalQuestion::ModuleMaintainers { .. } => "election of maintainers",
            TechnicalQuestion::TechnicalSeats { .. } => "election to a technical body",
            TechnicalQuestion::BusinessBoardSeats { .. } => {
                "contributors' seat on a business board"
            }
        }
    }

    fn is_motion(&self) -> bool {
        match self {
            TechnicalQuestion::TechnicalResolution {}
            | TechnicalQuestion::ModuleAdmission { .. } => true,
            TechnicalQuestion::ModuleMaintainers { .. }
            | TechnicalQuestion::TechnicalSeats { .. }
            | TechnicalQuestion::BusinessBoardSeats { .. } => false,
        }
    }

    fn subject(&self) -> Subject<'_> {
        match self {
            // The business pool's bodies stand in its own log, which this one never reads.
            TechnicalQuestion::TechnicalResolution {}
            | TechnicalQuestion::BusinessBoardSeats { .. } => Subject::Nothing,
            TechnicalQuestion::ModuleAdmission { module, person } => {
                Subject::Admission(module.as_str(), person)
            }
            TechnicalQuestion::ModuleMaintainers { module } => {
                Subject::Maintainers(module.as_str())
            }
            TechnicalQuestion::TechnicalSeats { body } => Subject::Body(body.as_str()),
        }
    }
}
