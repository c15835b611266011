//! The rules as plain English: what voters see before they vote.

use super::{AffiliationCap, Basis, ContestRules, EqualRanks, Method, TieRule};
use crate::english::plural;

impl ContestRules {
    /// These rules in plain English, complete: what a voter reads before voting.
    #[must_use]
    pub fn sentence(&self) -> String {
        let seats = plural(u64::from(self.seats), "seat", "seats");
        let mut parts = vec![self.method.rules().sentence(&seats)];
        match (&self.method, &self.ties) {
            (Method::Motion(_), TieRule::CastingVote {}) => parts.push(
                "Where more than half is needed and exactly half is reached, the casting vote of \
                 the person named for it decides; until it is given the motion stays tied."
                    .to_owned(),
            ),
            (Method::Motion(_), _) => {}
            (_, ties) => {
                parts.extend(self.affiliation_cap.sentence());
                parts.push(ties.sentence());
            }
        }
        parts.join(" ")
    }
}

impl Basis {
    pub(crate) fn noun(self) -> &'static str {
        match self {
            Self::Heads => "voters",
            Self::Weight => "voting power",
        }
    }

    pub(crate) fn sentence(self) -> &'static str {
        match self {
            Self::Heads => "Every ballot counts one.",
            Self::Weight => "Every ballot counts its weight.",
        }
    }
}

impl EqualRanks {
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Allowed => "options may share a rank",
            Self::Refused => "one option per rank",
        }
    }
}

impl AffiliationCap {
    fn sentence(&self) -> Option<String> {
        match self {
            Self::Unlimited {} => None,
            Self::AtMost { seats } => Some(format!(
                "At most {} may go to people of one affiliation, those already in office included.",
                plural(u64::from(*seats), "seat", "seats")
            )),
            Self::Share { ratio, body_seats } => Some(format!(
                "At most {ratio} of the body's {body_seats} seats, rounded down to {}, may go to \
                 people of one affiliation, those already in office included.",
                ratio.of_rounded_down(*body_seats)
            )),
        }
    }
}

impl TieRule {
    fn sentence(&self) -> String {
        match self {
            Self::Lots {} => "A tie that remains is broken by lot: one order of all options drawn \
                              from the election's published seed."
                .to_owned(),
            Self::PublishedOrder { .. } => "A tie that remains is broken by the order of options \
                                            that was published before opening."
                .to_owned(),
            Self::CastingVote {} => "A tie that remains is decided by the casting vote of the \
                                     person named for it; until it is given the tie stays open."
                .to_owned(),
            Self::Refuse {} => "A tie that remains is reported, not broken.".to_owned(),
        }
    }
}
