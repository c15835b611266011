//! One pool's part of the demo: its roll, its enrolments, its elections.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context as _, bail};
use crypto::envelope::Envelope;
use election::anchor::Anchor;
use election::ids::Handle;
use election::manifest::Manifest;
use election::pool::{PrincipalId, Question as _};
use election::principal::{
    Affiliation, Contributor, CorporateMember, Mandate, RelatedGroup, WeightSchedule,
};
use election::roll::VotingPower;
use election::statement::{Body, Entry, PrincipalEntry, StatementId};
use election::time::Millis;
use election::{Business, Technical};
use tabulation::Selection;

use super::chamber::{Chamber, DemoPool, ElectionPlan};
use super::client::Client;
use super::people::{MEMBERS, RELATED, slug};
use super::scenario::{self, handle};
use super::story::Story;

/// How long the server may take to notice that its clock was set.
pub(super) const PATIENCE: Duration = Duration::from_secs(30);
/// How long to wait before asking again.
pub(super) const POLL: Duration = Duration::from_millis(50);

/// An election under way.
#[derive(Debug)]
pub(super) struct Held<P: DemoPool> {
    /// Its manifest's statement.
    pub id: StatementId,
    /// The manifest.
    pub manifest: Manifest<P>,
}

/// Statements to be posted one wave after the other: within a wave in any order.
pub(super) type Waves = Vec<Vec<Envelope>>;

/// Makes the statements that put the 21 members on the roll.
pub(super) fn members(chamber: &mut Chamber<Business>) -> anyhow::Result<Waves> {
    let origin = chamber.origin.clone();
    let (mut entries, mut mandates, mut invitations) = (Vec::new(), Vec::new(), Vec::new());
    for (number, (name, class, weight)) in MEMBERS.iter().enumerate() {
        let id: election::ids::MemberId = slug(name).parse()?;
        let member = CorporateMember {
            id: id.clone(),
            name: name.parse()?,
            class: class.id().parse()?,
            weights: WeightSchedule::constant(VotingPower::new(*weight)?),
        };
        let entry = PrincipalEntry { origin: origin.clone(), principal: member };
        entries.push(chamber.registered(&Body::Principal(entry))?);
        let speakers = scenario::speakers(number);
        let speakers =
            speakers.iter().map(|name| handle(name)).collect::<anyhow::Result<Vec<_>>>()?;
        let (delegate, alternates) = speakers.split_first().context("a delegate")?;
        let fact = Mandate {
            member: id.clone(),
            delegate: delegate.clone(),
            alternates: alternates.to_vec(),
        };
        mandates.push(chamber.registered(&Body::Mandate(Entry { origin: origin.clone(), fact }))?);
        for speaker in speakers {
            invitations.push(chamber.invite(id.clone(), speaker)?);
        }
    }
    let (group, related, voice) = RELATED;
    let fact = RelatedGroup {
        group: group.parse()?,
        members: related.iter().map(|member| member.parse()).collect::<Result<_, _>>()?,
        voice: voice.parse()?,
    };
    mandates.push(chamber.registered(&Body::Related(Entry { origin, fact }))?);
    Ok(vec![entries, mandates, invitations])
}

/// Makes the statements that put contributors on the roll.
pub(super) fn contributors(
    chamber: &mut Chamber<Technical>,
    people: &[(String, Option<&str>)],
    from: Millis,
) -> anyhow::Result<Waves> {
    let origin = chamber.origin.clone();
    let (mut entries, mut facts, mut invitations) = (Vec::new(), Vec::new(), Vec::new());
    for (name, employer) in people {
        let handle = handle(name)?;
        let principal = Contributor { handle: handle.clone(), name: name.parse()? };
        let entry = PrincipalEntry { origin: origin.clone(), principal };
        entries.push(chamber.registered(&Body::Principal(entry))?);
        if let Some(employer) = employer {
            let groups = vec![employer.parse()?];
            let fact = Affiliation { person: handle.clone(), groups, from };
            let entry = Entry { origin: origin.clone(), fact };
            facts.push(chamber.registered(&Body::Affiliation(entry))?);
        }
        invitations.push(chamber.invite(handle.clone(), handle)?);
    }
    Ok(vec![entries, facts, invitations])
}

/// One pool with everything at hand to act in it.
pub(super) struct Actor<'a, P: DemoPool> {
    /// The server.
    pub client: &'a Client,
    /// The trust anchor.
    pub anchor: &'a Anchor,
    /// The pool from outside.
    pub chamber: &'a mut Chamber<P>,
    /// Who tells how far it is.
    pub story: &'a Story,
}

impl<P: DemoPool> Actor<'_, P> {
    /// Posts many statements at once and checks every receipt.
    pub(super) async fn post(&self, what: &str, envelopes: Vec<Envelope>) -> anyhow::Result<usize> {
        let all = envelopes.len();
        let what = format!("{what} ({})", P::ID);
        let done = |done| self.story.progress(&what, done, all);
        self.client.record_all(P::anchor(self.anchor), envelopes, &done).await?;
        Ok(all)
    }

    /// Posts waves of statements, each after the one before.
    pub(super) async fn post_waves(&self, what: &str, waves: Waves) -> anyhow::Result<usize> {
        let mut posted = 0;
        for wave in waves {
            posted += self.post(what, wave).await?;
        }
        Ok(posted)
    }

    /// Everybody with a code enrols.
    pub(super) async fn enrol_all(&self) -> anyhow::Result<usize> {
        let origin = &self.chamber.origin;
        let enrolments = self.chamber.voters.iter().map(|voter| voter.enrol(origin));
        let enrolments = enrolments.collect::<anyhow::Result<Vec<_>>>()?;
        self.post("enrolling", enrolments).await
    }

    /// Two officers seal an election.
    pub(super) async fn seal(&self, plan: ElectionPlan<P>) -> anyhow::Result<Held<P>> {
        let (envelope, manifest) = self.chamber.seal(self.client, plan).await?;
        self.client.record(P::anchor(self.anchor), &envelope).await?;
        Ok(Held { id: election::statement::id_of(&envelope), manifest })
    }

    /// One person signs a ballot.
    pub(super) fn ballot(
        &mut self,
        held: &Held<P>,
        principal: &PrincipalId<P>,
        person: &Handle,
        answer: &Selection,
    ) -> anyhow::Result<Envelope> {
        let contest = held.manifest.contests.first().context("a contest")?.id.clone();
        let origin = self.chamber.origin.clone();
        let mut voters = self.chamber.voters.iter_mut();
        let voter = voters.find(|v| v.principal == *principal && v.person == *person);
        let voter = voter.with_context(|| format!("{person} has no key for {principal}"))?;
        voter.vote(&origin, held.id, BTreeMap::from([(contest, answer.clone())]))
    }

    /// Waits until the server has opened or closed the elections, as its clock asks.
    pub(super) async fn wait_for(&self, held: &[&Held<P>], phase: &str) -> anyhow::Result<()> {
        for election in held {
            let path = format!("/{}/api/v1/elections/{}", P::SLUG, election.id);
            let reached = async {
                loop {
                    let summary = self.client.json(&path).await?;
                    let now = summary.get("phase").and_then(serde_json::Value::as_str);
                    if now == Some(phase) {
                        return anyhow::Ok(());
                    }
                    tokio::time::sleep(POLL).await;
                }
            };
            match tokio::time::timeout(PATIENCE, reached).await {
                Ok(done) => done?,
                Err(_) => bail!("the {} pool did not become {phase}", P::ID),
            }
        }
        Ok(())
    }
}

/// The members' ballots of one election: first those that will be replaced or outranked, then the
/// rest.
pub(super) fn member_ballots(
    actor: &mut Actor<'_, Business>,
    held: &Held<Business>,
    answers: &[Option<Selection>],
) -> anyhow::Result<Waves> {
    let (mut early, mut late) = (Vec::new(), Vec::new());
    for (number, answer) in answers.iter().enumerate() {
        let (Some(answer), Some((name, _, _))) = (answer, MEMBERS.get(number)) else { continue };
        let member = slug(name).parse()?;
        let speakers = scenario::speakers(number);
        let person = |rank: usize| handle(speakers.get(rank).context("a speaker")?);
        match number {
            scenario::ALTERNATE_SPEAKS => {
                late.push(actor.ballot(held, &member, &person(1)?, answer)?);
            }
            scenario::DELEGATE_PREVAILS => {
                early.push(actor.ballot(held, &member, &person(1)?, &opposite(answer))?);
                late.push(actor.ballot(held, &member, &person(0)?, answer)?);
            }
            _ => late.push(actor.ballot(held, &member, &person(0)?, answer)?),
        }
    }
    Ok(vec![early, late])
}

/// What an alternate says whom the delegate will overrule.
fn opposite(answer: &Selection) -> Selection {
    if *answer == Selection::YES { Selection::NO } else { answer.clone() }
}

/// The contributors' ballots of one election: of those who rank, some vote blank at first and change
/// their mind.
pub(super) fn contributor_ballots(
    actor: &mut Actor<'_, Technical>,
    held: &Held<Technical>,
    answers: &[Option<Selection>],
) -> anyhow::Result<Waves> {
    let people: Vec<Handle> = actor.chamber.voters.iter().map(|v| v.person.clone()).collect();
    let voting: Vec<_> =
        people.iter().zip(answers).filter_map(|(p, a)| Some((p, a.as_ref()?))).collect();
    let (mut early, mut late) = (Vec::new(), Vec::new());
    let motion = held.manifest.contests.iter().any(|contest| contest.question.is_motion());
    let change = if motion { 0 } else { scenario::CHANGE_THEIR_MIND };
    for (person, _) in voting.iter().take(change) {
        early.push(actor.ballot(held, person, person, &Selection::strict([]))?);
    }
    for (person, answer) in voting {
        late.push(actor.ballot(held, person, person, answer)?);
    }
    Ok(vec![early, late])
}
