//! Rules that could not be carried out are refused before opening.

use super::{
    AffiliationCap, BallotForm, ContestRules, MAX_COMMITTEES, MAX_CONDITIONS, MAX_DECIMALS,
    MAX_SCORE, MAX_SEATS, MarkLimit, Method, TieRule,
};
use crate::cap;
use crate::option::{ContestOptions, OptionIndex};

/// Why rules cannot be carried out with the given options.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RulesError {
    /// A motion with seats.
    #[error("a motion fills no seats, but {seats} are given")]
    MotionWithSeats {
        /// The number given.
        seats: u16,
    },
    /// A motion with options.
    #[error("a motion has no options besides yes, no and abstain, but {options} are given")]
    MotionWithOptions {
        /// The number given.
        options: usize,
    },
    /// A motion with an affiliation cap.
    #[error("a motion fills no seats, so it cannot have an affiliation cap")]
    MotionWithCap,
    /// A motion with a rule for ties that it cannot have.
    #[error(
        "a tied motion fails or has a casting vote: write the tie rule \"refuse\" or \"casting-vote\""
    )]
    MotionWithTieRule,
    /// No threshold at all.
    #[error("a motion needs at least one threshold")]
    NoThreshold,
    /// Too many thresholds or quorums.
    #[error("{found} {what}, but at most {MAX_CONDITIONS} are allowed")]
    TooManyConditions {
        /// Thresholds or quorums.
        what: &'static str,
        /// How many were given.
        found: usize,
    },
    /// No seats.
    #[error("a contest must fill at least one seat")]
    NoSeats,
    /// Too many seats.
    #[error("{seats} seats, but at most {MAX_SEATS} are allowed")]
    TooManySeats {
        /// The number given.
        seats: u16,
    },
    /// Fewer options than seats.
    #[error("{seats} seats, but only {standing} options stand")]
    TooFewOptions {
        /// Seats to fill.
        seats: u16,
        /// Options not withdrawn.
        standing: usize,
    },
    /// A limit of zero marks.
    #[error("a ballot that may mark nothing decides nothing")]
    NoMarks,
    /// A method that must break ties by earlier stages.
    #[error("this method breaks ties by earlier stages; looking back never is no choice")]
    MustLookBack,
    /// Excluding in batches leaves out the rounds that breaking ties would look back at.
    #[error(
        "excluding in batches skips the rounds that ties would look back at: look back never, or exclude one by one"
    )]
    BatchLooksBack,
    /// A method for one seat with more.
    #[error("this method fills one seat, but {seats} are given")]
    SingleSeat {
        /// The number given.
        seats: u16,
    },
    /// A default option that does not stand, or a majority that is none.
    #[error(
        "the default option must stand, and each majority must name another option once, with at \
         least as many votes for as against"
    )]
    BadDefaultOption,
    /// Decimals that the arithmetic does not have.
    #[error(
        "{decimals} decimals and {omega} for the surplus: there must be 3 to {MAX_DECIMALS}, and no more for the surplus"
    )]
    Decimals {
        /// Of figures.
        decimals: u8,
        /// Of the surplus.
        omega: u8,
    },
    /// More decimals than the arithmetic has.
    #[error("{decimals} decimals, but there may be at most {MAX_DECIMALS}")]
    TooManyDecimals {
        /// The number given.
        decimals: u8,
    },
    /// A scale without grades, or with too many to list.
    #[error("a scale up to {highest}: the highest score must be from 1 to {MAX_SCORE}")]
    Scale {
        /// The highest score given.
        highest: u16,
    },
    /// Too many committees to compare all of them.
    #[error(
        "{standing} options for {seats} seats have more than {MAX_COMMITTEES} committees; an \
         optimal search compares no more, a sequential one needs no comparison"
    )]
    TooManyCommittees {
        /// Seats to fill.
        seats: u16,
        /// Options not withdrawn.
        standing: usize,
    },
    /// The options to exclude first are not distinct options of the contest.
    #[error("the options to exclude first must be options of the contest, each named once")]
    BadExcludeFirst,
    /// The published order is not a permutation of the options.
    #[error("the published order of lots must name every option exactly once")]
    BadOrder,
    /// The cap leaves seats that nobody could fill.
    #[error("the affiliation cap of {limit} lets at most {fillable} of {seats} seats be filled")]
    CapCannotBeMet {
        /// The cap in seats.
        limit: u16,
        /// Seats to fill.
        seats: u16,
        /// How many could be filled at most.
        fillable: u16,
    },
    /// People who stay already exceed the cap.
    #[error("{affiliation:?} already holds {sitting} seats, more than the cap of {limit}")]
    SittingExceedCap {
        /// The affiliation.
        affiliation: String,
        /// Seats it holds.
        sitting: u16,
        /// The cap in seats.
        limit: u16,
    },
    /// A body smaller than the seats up for election.
    #[error("a body of {body_seats} seats cannot have {seats} seats up for election")]
    BodyTooSmall {
        /// Seats of the body.
        body_seats: u16,
        /// Seats to fill.
        seats: u16,
    },
    /// Too many options with several affiliations to test the cap exactly.
    #[error(
        "{found} options have more than one affiliation, but at most {} can be tested",
        cap::MAX_MULTI_AFFILIATED
    )]
    TooManyMultiAffiliated {
        /// How many have.
        found: usize,
    },
}

/// Rules and options that were checked against each other: what a count starts from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contest {
    rules: ContestRules,
    options: ContestOptions,
}

impl Contest {
    /// Checks that these rules can be carried out with these options.
    ///
    /// # Errors
    /// As [`ContestRules::validate`].
    pub fn new(rules: ContestRules, options: ContestOptions) -> Result<Self, RulesError> {
        rules.validate(&options)?;
        Ok(Self { rules, options })
    }

    /// The rules.
    #[must_use]
    pub fn rules(&self) -> &ContestRules {
        &self.rules
    }

    /// The options.
    #[must_use]
    pub fn options(&self) -> &ContestOptions {
        &self.options
    }
}

impl ContestRules {
    /// Checks that these rules can be carried out with these options.
    ///
    /// # Errors
    /// When they cannot: more seats than options, a cap that leaves seats empty whatever the
    /// votes, a motion with seats, an order of lots that is not one.
    pub fn validate(&self, options: &ContestOptions) -> Result<(), RulesError> {
        let method = self.method.rules();
        if matches!(self.method, Method::Motion(_)) {
            method.check(self.seats, options)?;
            return self.validate_motion();
        }
        let standing = options.standing();
        match self.seats {
            0 => return Err(RulesError::NoSeats),
            seats if seats > MAX_SEATS => return Err(RulesError::TooManySeats { seats }),
            seats if usize::from(seats) > standing.len() => {
                return Err(RulesError::TooFewOptions { seats, standing: standing.len() });
            }
            _ => {}
        }
        self.validate_limit()?;
        method.check(self.seats, options)?;
        if let TieRule::PublishedOrder { order } = &self.ties
            && !options.is_order(order)
        {
            return Err(RulesError::BadOrder);
        }
        self.validate_cap(options, &standing)
    }

    /// A motion fills nothing, so nothing can be capped, and nothing is there to draw from.
    fn validate_motion(&self) -> Result<(), RulesError> {
        if self.affiliation_cap != (AffiliationCap::Unlimited {}) {
            return Err(RulesError::MotionWithCap);
        }
        match self.ties {
            TieRule::Refuse {} | TieRule::CastingVote {} => Ok(()),
            TieRule::Lots {} | TieRule::PublishedOrder { .. } => Err(RulesError::MotionWithTieRule),
        }
    }

    fn validate_limit(&self) -> Result<(), RulesError> {
        let limit = match self.ballot_form() {
            BallotForm::Motion | BallotForm::Score { .. } | BallotForm::Distribute { .. } => {
                MarkLimit::Any {}
            }
            BallotForm::Choose { at_most } | BallotForm::Rank { at_most, .. } => at_most,
        };
        match limit {
            MarkLimit::AtMost { options: 0 } => Err(RulesError::NoMarks),
            MarkLimit::AtMost { .. } | MarkLimit::Any {} => Ok(()),
        }
    }

    fn validate_cap(
        &self,
        options: &ContestOptions,
        standing: &[OptionIndex],
    ) -> Result<(), RulesError> {
        let Some(limit) = self.affiliation_cap.limit() else { return Ok(()) };
        if let AffiliationCap::Share { body_seats, .. } = self.affiliation_cap
            && body_seats < self.seats
        {
            return Err(RulesError::BodyTooSmall { body_seats, seats: self.seats });
        }
        if let Some((affiliation, &sitting)) = options.sitting().iter().find(|&(_, &n)| n > limit) {
            let affiliation = affiliation.to_string();
            return Err(RulesError::SittingExceedCap { affiliation, sitting, limit });
        }
        let found = standing.iter().filter(|&&o| options.affiliations(o).len() > 1).count();
        if found > cap::MAX_MULTI_AFFILIATED {
            return Err(RulesError::TooManyMultiAffiliated { found });
        }
        let fillable = cap::Room::new(options, limit).most_that_fit(standing, options);
        if fillable < usize::from(self.seats) {
            // Invariant: `fillable` is below `seats`, a u16.
            let fillable = u16::try_from(fillable).unwrap_or(self.seats);
            return Err(RulesError::CapCannotBeMet { limit, seats: self.seats, fillable });
        }
        Ok(())
    }
}
