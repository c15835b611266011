//! Where in a transcript a claim stands, and what comes of comparing it with what follows.

use std::fmt;

use crate::lots::LotDraw;
use crate::option::{AffiliationId, OptionIndex};
use crate::profile::Tally;
use crate::selection::Choice;
use crate::transcript::{
    Exhausted, Figure, MotionResult, Outcome, PassedOver, TieResolution, TieStep, Transfer,
};

use super::CheckError;

/// A place in a transcript, written as a JSON pointer (RFC 6901): `/count/stages/3/totals/2`.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    parent: Option<&'a Place<'a>>,
    step: Step,
}

#[derive(Clone, Copy)]
enum Step {
    Key(&'static str),
    Index(usize),
}

impl<'a> Place<'a> {
    /// A place right under the whole transcript.
    pub(super) const fn top(key: &'static str) -> Place<'static> {
        Place { parent: None, step: Step::Key(key) }
    }

    pub(super) fn key(&'a self, key: &'static str) -> Place<'a> {
        Place { parent: Some(self), step: Step::Key(key) }
    }

    pub(super) fn index(&'a self, index: usize) -> Place<'a> {
        Place { parent: Some(self), step: Step::Index(index) }
    }

    /// The error that something else is claimed here than what follows.
    pub(super) fn differs(&self, claimed: &dyn Said, follows: &dyn Said) -> CheckError {
        let (place, claimed, follows) = (self.to_string(), claimed.said(), follows.said());
        CheckError::Claim { place, claimed, follows }
    }

    /// A number, or the error that it does not fit the arithmetic here.
    pub(super) fn fits<T>(&self, number: Option<T>) -> Result<T, CheckError> {
        number.ok_or_else(|| CheckError::Overflow { place: self.to_string() })
    }
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(parent) = self.parent {
            parent.fmt(f)?;
        }
        match self.step {
            Step::Key(key) => write!(f, "/{key}"),
            Step::Index(index) => write!(f, "/{index}"),
        }
    }
}

/// What can be said in an error.
pub(super) trait Said {
    fn said(&self) -> String;
}

/// What a transcript claims, to be compared with what follows.
pub(super) trait Claim {
    /// Refuses the first difference, with its place. Sentences are not compared.
    fn compare(&self, follows: &Self, place: &Place<'_>) -> Result<(), CheckError>;
}

/// Values that are compared as a whole.
macro_rules! leaves {
    ($($leaf:ty => $said:expr),+ $(,)?) => {$(
        impl Said for $leaf {
            fn said(&self) -> String {
                let said: fn(&$leaf) -> String = $said;
                said(self)
            }
        }

        impl Claim for $leaf {
            fn compare(&self, follows: &Self, place: &Place<'_>) -> Result<(), CheckError> {
                if self == follows { Ok(()) } else { Err(place.differs(self, follows)) }
            }
        }
    )+};
}

leaves! {
    bool => ToString::to_string,
    u8 => ToString::to_string,
    u16 => ToString::to_string,
    u32 => ToString::to_string,
    u64 => ToString::to_string,
    Figure => ToString::to_string,
    OptionIndex => ToString::to_string,
    AffiliationId => ToString::to_string,
    String => |text| format!("{text:?}"),
    Choice => ToString::to_string,
    MotionResult => |result| format!("{result:?}"),
    TieResolution => |resolution| format!("{resolution:?}"),
}

impl Said for str {
    fn said(&self) -> String {
        self.to_owned()
    }
}

impl Said for &str {
    fn said(&self) -> String {
        (*self).to_owned()
    }
}

impl<T: Claim> Claim for Vec<T> {
    fn compare(&self, follows: &Self, place: &Place<'_>) -> Result<(), CheckError> {
        for (index, (claimed, follows)) in self.iter().zip(follows).enumerate() {
            claimed.compare(follows, &place.index(index))?;
        }
        if self.len() == follows.len() {
            return Ok(());
        }
        let entries = |list: &Self| format!("a list of {}", list.len());
        let place = place.index(self.len().min(follows.len()));
        Err(place.differs(&entries(self).as_str(), &entries(follows).as_str()))
    }
}

impl<T: Claim> Claim for Option<T> {
    fn compare(&self, follows: &Self, place: &Place<'_>) -> Result<(), CheckError> {
        match (self, follows) {
            (Some(claimed), Some(follows)) => claimed.compare(follows, place),
            (None, None) => Ok(()),
            (Some(_), None) => Err(place.differs(&"something", &"nothing")),
            (None, Some(_)) => Err(place.differs(&"nothing", &"something")),
        }
    }
}

/// Records that are compared field by field. Every field is named, so that a new one cannot be
/// forgotten; those after `but` are not compared here.
macro_rules! records {
    ($($record:path { $($field:ident),+ } but { $($other:ident),* })+) => {$(
        impl $crate::check::place::Claim for $record {
            fn compare(
                &self,
                follows: &Self,
                place: &$crate::check::place::Place<'_>,
            ) -> Result<(), $crate::check::CheckError> {
                let Self { $($field,)+ $($other: _),* } = self;
                $($crate::check::place::Claim::compare(
                    $field,
                    &follows.$field,
                    &place.key(stringify!($field)),
                )?;)+
                Ok(())
            }
        }
    )+};
}
pub(super) use records;

records! {
    Tally { heads, weight } but {}
    LotDraw { counter, remaining, drawn, option } but {}
    TieStep { stage, among, totals } but {}
    PassedOver { option, affiliation, holds } but { sentence }
    Transfer { to, papers, votes } but {}
    Exhausted { papers, votes } but {}
}

impl Claim for Outcome {
    fn compare(&self, follows: &Self, place: &Place<'_>) -> Result<(), CheckError> {
        match (self, follows) {
            (Self::Motion { result }, Self::Motion { result: follows }) => {
                result.compare(follows, &place.key("result"))
            }
            (
                Self::Elected { winners, unfilled },
                Self::Elected { winners: winners_follow, unfilled: unfilled_follow },
            ) => {
                winners.compare(winners_follow, &place.key("winners"))?;
                unfilled.compare(unfilled_follow, &place.key("unfilled"))
            }
            (
                Self::Unresolved { winners, tied, open },
                Self::Unresolved { winners: winners_follow, tied: tied_follow, open: open_follow },
            ) => {
                winners.compare(winners_follow, &place.key("winners"))?;
                tied.compare(tied_follow, &place.key("tied"))?;
                open.compare(open_follow, &place.key("open"))
            }
            (Self::Motion { .. } | Self::Elected { .. } | Self::Unresolved { .. }, _) => {
                Err(place.key("kind").differs(self, follows))
            }
        }
    }
}

impl Said for Outcome {
    fn said(&self) -> String {
        match self {
            Self::Motion { .. } => "motion",
            Self::Elected { .. } => "elected",
            Self::Unresolved { .. } => "unresolved",
        }
        .to_owned()
    }
}
