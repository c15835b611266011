//! Who a vote belongs to: organisations in the business pool, natural persons in the technical one.

use serde::{Deserialize, Serialize};

use crate::ids::{ClassId, GroupId, Handle, MemberId};
use crate::pool::{AffiliationOf, MandateOf, Principal, RelatedGroupOf};
use crate::roll::{One, VotingPower};
use crate::text::Line;
use crate::time::Millis;

/// Most steps in one member's weight schedule.
pub const MAX_WEIGHT_STEPS: usize = 64;
/// Most alternates one member may name.
pub const MAX_ALTERNATES: usize = 8;
/// Most members of one related group.
pub const MAX_RELATED: usize = 64;

/// Why a principal's particulars were refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PrincipalError {
    /// A schedule without a step, or with too many.
    #[error("a weight schedule has 1 to {MAX_WEIGHT_STEPS} steps, not {0}")]
    ScheduleLength(usize),
    /// A step that ends before it starts.
    #[error("the weight step from {from} ends at {until}, which is not later")]
    EmptyStep {
        /// Start of the step.
        from: Millis,
        /// Its end.
        until: Millis,
    },
    /// Steps that overlap, leave a gap or stand in the wrong order.
    #[error("the weight step from {found} must start when the one before it ends, at {expected}")]
    GapOrOverlap {
        /// Where the step starts.
        found: Millis,
        /// Where it should.
        expected: Millis,
    },
    /// A step after one without an end.
    #[error("only the last weight step may be without an end")]
    StepAfterEndless,
    /// The same person twice in one mandate.
    #[error("{0} stands twice in the mandate")]
    SpeakerTwice(Handle),
    /// Too many alternates.
    #[error("a mandate names at most {MAX_ALTERNATES} alternates, not {0}")]
    TooManyAlternates(usize),
    /// A group of fewer than two, too many, or with the same member twice.
    #[error("a related group names 2 to {MAX_RELATED} different members")]
    GroupSize,
    /// A voice that is not in its group.
    #[error("`{0}` speaks for the related group without being in it")]
    VoiceOutsideGroup(MemberId),
}

/// A voting power and when it applies: from an instant, until an instant or for ever.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WeightStep {
    /// First instant.
    pub from: Millis,
    /// First instant at which it no longer applies.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub until: Option<Millis>,
    /// The power.
    pub weight: VotingPower,
}

/// A member's dated voting power, without gaps or overlaps.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(try_from = "Vec<WeightStep>", into = "Vec<WeightStep>")]
pub struct WeightSchedule(Vec<WeightStep>);

impl WeightSchedule {
    /// One power for ever.
    pub fn constant(weight: VotingPower) -> Self {
        WeightSchedule(vec![WeightStep { from: Millis::default(), until: None, weight }])
    }
    /// The power at an instant, if the schedule covers it.
    pub fn at(&self, instant: Millis) -> Option<VotingPower> {
        self.0
            .iter()
            .find(|step| step.from <= instant && step.until.is_none_or(|until| instant < until))
            .map(|step| step.weight)
    }
    /// The steps, in order.
    pub fn steps(&self) -> &[WeightStep] {
        &self.0
    }
}

impl TryFrom<Vec<WeightStep>> for WeightSchedule {
    type Error = PrincipalError;
    fn try_from(steps: Vec<WeightStep>) -> Result<Self, PrincipalError> {
        if !(1..=MAX_WEIGHT_STEPS).contains(&steps.len()) {
            return Err(PrincipalError::ScheduleLength(steps.len()));
        }
        let mut previous: Option<&WeightStep> = None;
        for step in &steps {
            if let Some(until) = step.until.filter(|until| *until <= step.from) {
                return Err(PrincipalError::EmptyStep { from: step.from, until });
            }
            if let Some(previous) = previous {
                let expected = previous.until.ok_or(PrincipalError::StepAfterEndless)?;
                if step.from != expected {
                    return Err(PrincipalError::GapOrOverlap { found: step.from, expected });
                }
            }
            previous = Some(step);
        }
        Ok(WeightSchedule(steps))
    }
}
impl From<WeightSchedule> for Vec<WeightStep> {
    fn from(schedule: WeightSchedule) -> Self {
        schedule.0
    }
}

/// An organisation of the business pool. Its voice is whoever its [`Mandate`] names.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CorporateMember {
    /// Stable id.
    pub id: MemberId,
    /// Name as published.
    pub name: Line,
    /// Membership class, such as `premier`.
    pub class: ClassId,
    /// Voting power over time.
    pub weights: WeightSchedule,
}

impl Principal for CorporateMember {
    type Id = MemberId;
    type Weight = VotingPower;
    fn weight_at(&self, at: Millis) -> Option<VotingPower> {
        self.weights.at(at)
    }
    fn id(&self) -> &MemberId {
        &self.id
    }
    fn name(&self) -> &str {
        self.name.as_str()
    }
    fn class(&self) -> Option<&str> {
        Some(self.class.as_str())
    }
    fn own_voice(&self) -> Option<&Handle> {
        None
    }
}

/// A natural person of the technical pool. The vote weighs one; there is no field for another weight.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contributor {
    /// The person's stable public handle.
    pub handle: Handle,
    /// Name as published.
    pub name: Line,
}

impl Principal for Contributor {
    type Id = Handle;
    type Weight = One;
    fn weight_at(&self, _: Millis) -> Option<One> {
        Some(One)
    }
    fn id(&self) -> &Handle {
        &self.handle
    }
    fn name(&self) -> &str {
        self.name.as_str()
    }
    fn class(&self) -> Option<&str> {
        None
    }
    fn own_voice(&self) -> Option<&Handle> {
        Some(&self.handle)
    }
}

/// Who casts a corporate member's vote: the delegate, else the first alternate, and so on.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mandate {
    /// The member spoken for.
    pub member: MemberId,
    /// Whose ballot counts whenever it was cast.
    pub delegate: Handle,
    /// Whose ballots count, in this order, when nobody before them cast one.
    pub alternates: Vec<Handle>,
}

impl Mandate {
    /// Delegate and alternates by rank.
    pub fn speakers(&self) -> impl Iterator<Item = &Handle> {
        std::iter::once(&self.delegate).chain(&self.alternates)
    }
    /// Refuses too many speakers, or one twice.
    pub fn validate(&self) -> Result<(), PrincipalError> {
        if self.alternates.len() > MAX_ALTERNATES {
            return Err(PrincipalError::TooManyAlternates(self.alternates.len()));
        }
        let mut seen = std::collections::BTreeSet::new();
        match self.speakers().find(|speaker| !seen.insert(*speaker)) {
            Some(twice) => Err(PrincipalError::SpeakerTwice(twice.clone())),
            None => Ok(()),
        }
    }
}
impl MandateOf for Mandate {
    fn mandate(&self) -> &Mandate {
        self
    }
}

/// Organisations under common control. They have one voice: that of the member named here.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RelatedGroup {
    /// The group.
    pub group: GroupId,
    /// Its members.
    pub members: Vec<MemberId>,
    /// The one among them that is entitled to vote.
    pub voice: MemberId,
}

impl RelatedGroup {
    /// Refuses groups of one, repeated members and a voice from outside.
    pub fn validate(&self) -> Result<(), PrincipalError> {
        let distinct: std::collections::BTreeSet<_> = self.members.iter().collect();
        if !(2..=MAX_RELATED).contains(&self.members.len()) || distinct.len() != self.members.len()
        {
            return Err(PrincipalError::GroupSize);
        }
        if !distinct.contains(&self.voice) {
            return Err(PrincipalError::VoiceOutsideGroup(self.voice.clone()));
        }
        Ok(())
    }
}
impl RelatedGroupOf for RelatedGroup {
    fn related(&self) -> &RelatedGroup {
        self
    }
}

/// Whom a contributor works for, as of an instant. Used for caps and reports; it never grants a vote.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Affiliation {
    /// The person.
    pub person: Handle,
    /// Their employers, related companies already merged into one group. Empty: independent.
    pub groups: Vec<GroupId>,
    /// Since when.
    pub from: Millis,
}
impl AffiliationOf for Affiliation {
    fn affiliation(&self) -> &Affiliation {
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(from: u64, until: Option<u64>) -> WeightStep {
        let at = |ms| Millis::new(ms).expect("small");
        WeightStep {
            from: at(from),
            until: until.map(at),
            weight: VotingPower::new(6).expect("positive"),
        }
    }

    #[test]
    fn a_weight_schedule_with_a_gap_or_an_overlap_is_refused() {
        assert!(WeightSchedule::try_from(vec![step(0, Some(10)), step(10, None)]).is_ok());
        for (second, what) in [(11, "gap"), (9, "overlap")] {
            let schedule = WeightSchedule::try_from(vec![step(0, Some(10)), step(second, None)]);
            assert!(matches!(schedule, Err(PrincipalError::GapOrOverlap { .. })), "{what}");
        }
        let endless = WeightSchedule::try_from(vec![step(0, None), step(10, None)]);
        assert_eq!(endless, Err(PrincipalError::StepAfterEndless));
        assert_eq!(WeightSchedule::try_from(vec![]), Err(PrincipalError::ScheduleLength(0)));
    }

    #[test]
    fn a_power_applies_within_its_dates_only() {
        let schedule = WeightSchedule::try_from(vec![step(5, Some(10))]).expect("valid");
        let at = |ms| schedule.at(Millis::new(ms).expect("small")).map(VotingPower::get);
        assert_eq!([at(4), at(5), at(9), at(10)], [None, Some(6), Some(6), None]);
    }

    #[test]
    fn a_contributor_has_no_field_for_a_weight() {
        let heavy = r#"{"handle":"id:ann","name":"Ann","weight":2}"#;
        assert!(serde_json::from_str::<Contributor>(heavy).is_err());
    }
}
