//! A file of real ballots, held as a real election of the technical pool.

use election::manifest::Electorate;

use super::ballots::FromFile;
use super::chamber::ElectionPlan;
use super::day::{Actor, contributors};
use super::foundation::{Folder, Foundation};
use super::officers::{certify, download, replay};
use super::play::{Calendar, audits, tell_result};
use super::story::{Story, Watch, spent};
use crate::clock::{Clock as _, SetClock, SystemClock};

const HOUR: u64 = 3_600_000;

/// Plays it. Gives the running foundation, and whether everything verified.
pub(super) async fn play(
    story: &mut Story,
    folder: &Folder,
    port: Option<u16>,
    file: FromFile,
) -> anyhow::Result<(Foundation, bool)> {
    let watch = Watch::start();
    let calendar = Calendar::new(SystemClock.now());
    let clock = SetClock::new(calendar.start);
    story.chapter(&file.title);
    story.say(&format!(
        "{} ballots from the file, each cast over HTTP by a voter with an own code and key. The file \
         names no voters: they are numbered here. The server's clock is set by this demo, so that \
         the voting window passes in seconds.",
        file.ballots.len()
    ));
    let mut foundation = Foundation::found(folder.path(), port, &clock).await?;
    let (client, anchor) = (foundation.client.clone(), foundation.anchor.clone());
    clock.advance_by(HOUR);
    let people: Vec<(String, Option<&str>)> =
        (1..=file.ballots.len()).map(|n| (format!("Voter {n:05}"), None)).collect();
    let waves = contributors(&mut foundation.technical, &people, clock.now())?;
    let mut actor =
        Actor { client: &client, anchor: &anchor, chamber: &mut foundation.technical, story };
    actor.post_waves("roll", waves).await?;
    actor.enrol_all().await?;
    clock.advance_by(HOUR);
    let plan = ElectionPlan {
        title: file.title,
        description: "Published ballots, cast again.".to_owned(),
        electorate: Electorate::Everyone {},
        opens_at: calendar.opens,
        closes_at: calendar.business_closes,
        contests: vec![file.contest],
    };
    let held = actor.seal(plan).await?;
    clock.advance_to(calendar.opens);
    actor.wait_for(&[&held], "open").await?;
    let people: Vec<_> = actor.chamber.voters.iter().map(|voter| voter.person.clone()).collect();
    let mut cast = Vec::with_capacity(people.len());
    for (person, answer) in people.iter().zip(&file.ballots) {
        cast.push(actor.ballot(&held, person, person, answer)?);
    }
    let recorded = actor.post("ballots", cast).await?;
    clock.advance_to(calendar.business_closes);
    actor.wait_for(&[&held], "closed").await?;
    let replayed = replay(&download(&client).await?, &anchor)?;
    let count = certify(&client, &foundation.technical, &anchor, &replayed, held.id).await?;
    tell_result(story, "result", &held, &count);
    clock.advance_to(calendar.today);
    let (_, verified) = audits(story, &foundation, folder).await?;
    story.figure("election", held.id.to_string());
    story.figure("recorded", recorded);
    story.say(&format!("All of it took {}.", spent(watch.elapsed())));
    Ok((foundation, verified))
}
