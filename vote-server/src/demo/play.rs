//! The story: founding, enrolment, five elections, certificates and their effects, audits, attacks.

use anyhow::Context as _;
use election::anchor::Anchor;
use election::audit::report::JointReport;
use election::manifest::Electorate;
use election::rights::Rights;
use election::state::PoolState;
use election::statement::StatementId;
use election::tally::Count;
use election::time::Millis;
use election::{Business, Technical};
use serde_json::json;
use tabulation::transcript::CountRecord;
use tabulation::{Selection, Transcript};

use super::attacks::{self, Attack, Cheat, Try};
use super::auditing::{self, Records};
use super::chamber::{DemoPool, ElectionPlan};
use super::client::Refused;
use super::day::{self, Actor, Held};
use super::foundation::{Folder, Foundation, HOST, PASSPHRASE};
use super::officers::{self, certify, closed_record, download, replay};
use super::people::{MEMBERS, slug};
use super::scenario::{self, SEED, handle};
use super::story::{Story, Watch, spent};
use crate::clock::{Clock as _, SetClock, SystemClock};

const HOUR: u64 = 3_600_000;
const DAY: u64 = 24 * HOUR;

/// When things happen, all before today.
pub(super) struct Calendar {
    pub(super) start: Millis,
    pub(super) opens: Millis,
    pub(super) business_closes: Millis,
    pub(super) technical_closes: Millis,
    pub(super) today: Millis,
}

impl Calendar {
    /// Three weeks that end today.
    pub(super) fn new(today: Millis) -> Self {
        let ago = |days: u64| Millis::new(today.get().saturating_sub(days * DAY)).unwrap_or(today);
        Calendar {
            start: ago(21),
            opens: ago(19),
            business_closes: ago(15),
            technical_closes: ago(5),
            today,
        }
    }
}

/// The five elections.
struct Elections {
    budget: Held<Business>,
    board: Held<Business>,
    steering: Held<Technical>,
    maintainers: Held<Technical>,
    admission: Held<Technical>,
}

/// What was tried while it could be tried, to be told at the end.
#[derive(Default)]
struct Tried {
    replay: Vec<Try>,
    stolen_ballot: Option<crypto::envelope::Envelope>,
    roll: Vec<Try>,
    tally: Vec<Try>,
    officer: Vec<Try>,
    foreign_manifest: Option<crypto::envelope::Envelope>,
    kept_checkpoint: String,
}

/// Plays it all. Gives the running foundation, and whether everything verified.
pub(super) async fn play(
    story: &mut Story,
    folder: &Folder,
    port: Option<u16>,
) -> anyhow::Result<(Foundation, bool)> {
    let watch = Watch::start();
    let calendar = Calendar::new(SystemClock.now());
    let clock = SetClock::new(calendar.start);
    opening(story);
    let mut foundation = Foundation::found(folder.path(), port, &clock).await?;
    enrolment(story, &mut foundation, &clock).await?;
    let elections = sealing(story, &foundation, &calendar, &clock).await?;
    let mut tried = Tried::default();
    voting(story, &mut foundation, &elections, &calendar, &clock, &mut tried).await?;
    let altered =
        results(story, &mut foundation, &elections, &calendar, &clock, &mut tried).await?;
    clock.advance_to(calendar.today);
    let (records, verified) = audits(story, &foundation, folder).await?;
    let attacks = cheat(&foundation, &records, &elections, altered, tried)?;
    tell_attacks(story, &attacks);
    story.figure("seed", SEED);
    story.figure("seconds", watch.elapsed().as_secs());
    story.line("");
    story.say(&format!("All of it took {}.", spent(watch.elapsed())));
    Ok((foundation, verified))
}

fn opening(story: &Story) {
    story.line("Bicameral: one foundation, two chambers, nothing shared");
    story.line("═══════════════════════════════════════════════════════");
    story.say(
        "A real server starts on this machine, and everything below goes to it over HTTP: signed \
         statements in, receipts with inclusion proofs out. Every key is fresh from the operating \
         system's randomness.",
    );
    story.say(&format!(
        "Two things are made up. People, companies and their opinions are invented (preferences \
         from a fixed seed, {SEED}). And the server's clock is set by this demo, to the last three \
         weeks, so that voting windows of days pass in seconds."
    ));
}

async fn enrolment(
    story: &mut Story,
    foundation: &mut Foundation,
    clock: &SetClock,
) -> anyhow::Result<()> {
    story.chapter("1. Two rolls");
    let (watch, anchor) = (Watch::start(), foundation.anchor.clone());
    let client = foundation.client.clone();
    clock.advance_by(HOUR);
    let waves = day::members(&mut foundation.business)?;
    let mut business =
        Actor { client: &client, anchor: &anchor, chamber: &mut foundation.business, story };
    let mut posted = business.post_waves("roll", waves).await?;
    let people = scenario::contributors();
    let waves = day::contributors(&mut foundation.technical, &people, clock.now())?;
    let technical =
        Actor { client: &client, anchor: &anchor, chamber: &mut foundation.technical, story };
    posted += technical.post_waves("roll", waves).await?;
    clock.advance_by(HOUR);
    let enrolled = (business.enrol_all().await?, technical.enrol_all().await?);
    let _ = &mut business;
    story.item(&format!(
        "Business pool: {} corporate members of three classes. Vantorel has 4 votes, the others one \
         each. Pelagrid and Pelagrid Cloud are related and have one voice. {} delegates and \
         alternates enrolled, each with a one-time code and an own key.",
        MEMBERS.len(),
        enrolled.0
    ));
    story.item(&format!(
        "Technical pool: {} contributors, one vote each, whatever their employer ({} of them work \
         for Vantorel, {} for nobody on record). {} enrolled.",
        people.len(),
        people.iter().filter(|(_, employer)| *employer == Some("vantorel")).count(),
        people.iter().filter(|(_, employer)| employer.is_none()).count(),
        enrolled.1
    ));
    story.item(&format!(
        "{} statements recorded, every receipt checked against foundation.json, in {}.",
        posted + enrolled.0 + enrolled.1,
        spent(watch.elapsed())
    ));
    story.figure("members", MEMBERS.len());
    story.figure("contributors", people.len());
    Ok(())
}

async fn sealing(
    story: &mut Story,
    foundation: &Foundation,
    calendar: &Calendar,
    clock: &SetClock,
) -> anyhow::Result<Elections> {
    story.chapter("2. Five elections, sealed by two officers each");
    clock.advance_by(HOUR);
    let (client, anchor) = (&foundation.client, &foundation.anchor);
    let everyone = || Electorate::Everyone {};
    let business = |title: &str, description: &str, electorate, contest| ElectionPlan {
        title: title.to_owned(),
        description: description.to_owned(),
        electorate,
        opens_at: calendar.opens,
        closes_at: calendar.business_closes,
        contests: vec![contest],
    };
    let technical = |title: &str, description: &str, electorate, contest| ElectionPlan {
        title: title.to_owned(),
        description: description.to_owned(),
        electorate,
        opens_at: calendar.opens,
        closes_at: calendar.technical_closes,
        contests: vec![contest],
    };
    let general = Electorate::Class { class: "general".parse()? };
    let elections = Elections {
        budget: seal(client, anchor, &foundation.business, business(
            "Budget 2027",
            "The finance committee proposes a budget of 2.4 million US dollars for 2027.\n\nIt passes if at least half of the voting power takes part and two thirds of the votes for or against are in favour.",
            everyone(),
            scenario::budget()?,
        )).await?,
        board: seal(client, anchor, &foundation.business, business(
            "Board seats of the general members",
            "The general members elect two representatives to the governing board.",
            general,
            scenario::board_seats()?,
        )).await?,
        steering: seal(client, anchor, &foundation.technical, technical(
            "Steering committee 2027",
            "All contributors elect the five members of the steering committee.\n\nAt most two of them may work for the same employer.",
            Electorate::Everyone {},
            scenario::steering()?,
        )).await?,
        maintainers: seal(client, anchor, &foundation.technical, technical(
            "Maintainers of the storage module",
            "Contributors elect three maintainers of the storage module.",
            Electorate::Everyone {},
            scenario::maintainers()?,
        )).await?,
        admission: seal(client, anchor, &foundation.technical, technical(
            "A maintainer for the compiler",
            "The compiler has no maintainers yet, so those of the core decide.",
            Electorate::Maintainers { module: "compiler".parse()? },
            scenario::admission()?,
        )).await?,
    };
    tell_sealed(story, &elections.budget);
    tell_sealed(story, &elections.board);
    tell_sealed(story, &elections.steering);
    tell_sealed(story, &elections.maintainers);
    tell_sealed(story, &elections.admission);
    story.say(
        "Question, options, rules, window and roll are fixed from here on. All five are roll calls: \
         after the close everybody can see how each voted, and every page says so.",
    );
    Ok(elections)
}

async fn seal<P: DemoPool>(
    client: &super::client::Client,
    anchor: &Anchor,
    chamber: &super::chamber::Chamber<P>,
    plan: ElectionPlan<P>,
) -> anyhow::Result<Held<P>> {
    let (envelope, manifest) = chamber.seal(client, plan).await?;
    client.record(P::anchor(anchor), &envelope).await?;
    Ok(Held { id: election::statement::id_of(&envelope), manifest })
}

fn tell_sealed<P: DemoPool>(story: &Story, held: &Held<P>) {
    let manifest = &held.manifest;
    let rules = manifest.contests.first().map_or(String::new(), |c| c.rules.sentence());
    let power = if manifest.roll.heads == manifest.roll.weight {
        String::new()
    } else {
        format!(", {} votes", manifest.roll.weight)
    };
    story.item(&format!(
        "{} ({} pool, {} entitled{power}). {rules}",
        manifest.title,
        P::ID,
        manifest.roll.heads
    ));
}

async fn voting(
    story: &mut Story,
    foundation: &mut Foundation,
    elections: &Elections,
    calendar: &Calendar,
    clock: &SetClock,
    tried: &mut Tried,
) -> anyhow::Result<()> {
    story.chapter("3. Voting");
    clock.advance_to(calendar.opens);
    let watch = Watch::start();
    let (client, anchor) = (foundation.client.clone(), foundation.anchor.clone());
    let Elections { budget, board, steering, maintainers, admission } = elections;
    let mut business =
        Actor { client: &client, anchor: &anchor, chamber: &mut foundation.business, story };
    let mut technical =
        Actor { client: &client, anchor: &anchor, chamber: &mut foundation.technical, story };
    business.wait_for(&[budget, board], "open").await?;
    technical.wait_for(&[steering, maintainers, admission], "open").await?;
    let waves = [
        day::member_ballots(&mut business, budget, &scenario::budget_answers())?,
        day::member_ballots(&mut business, board, &scenario::board_answers())?,
    ];
    let technical_waves = [
        day::contributor_ballots(&mut technical, steering, &scenario::steering_answers())?,
        day::contributor_ballots(&mut technical, admission, &scenario::admission_answers())?,
        day::contributor_ballots(&mut technical, maintainers, &scenario::maintainer_answers())?,
    ];
    let replayed = technical_waves.iter().flatten().flatten().next_back().cloned();
    let mut posted = 0;
    for waves in waves {
        posted += business.post_waves("ballots", waves).await?;
        clock.advance_by(HOUR);
    }
    for waves in technical_waves {
        posted += technical.post_waves("ballots", waves).await?;
        clock.advance_by(HOUR);
    }
    let took = watch.elapsed();
    story.item(&format!(
        "{posted} ballots signed, recorded and receipted in {}. Every voter checked the receipt: \
         signature of the log, inclusion proof, own ballot.",
        spent(took)
    ));
    story.item(&format!(
        "{} contributors voted blank first and again later: the later ballot replaces the earlier. \
         At {} the alternate voted, since the delegate did not. At {} the alternate voted no, then \
         the delegate yes: the delegate's ballot counts.",
        2 * scenario::CHANGE_THEIR_MIND,
        MEMBERS.get(scenario::ALTERNATE_SPEAKS).map_or("", |m| m.0),
        MEMBERS.get(scenario::DELEGATE_PREVAILS).map_or("", |m| m.0),
    ));
    story.item(
        "While the elections are open nobody can read the ballots, not even by downloading the log: \
         only their hashes are public until the close.",
    );
    story.figure("ballots", posted);
    story.figure("voting_millis", u64::try_from(took.as_millis()).unwrap_or(u64::MAX));
    let replayed = replayed.context("a ballot")?;
    try_while_open(foundation, elections, calendar, clock, &replayed, tried).await
}

/// The parts of the attacks that need open elections.
async fn try_while_open(
    foundation: &mut Foundation,
    elections: &Elections,
    calendar: &Calendar,
    clock: &SetClock,
    replayed: &crypto::envelope::Envelope,
    tried: &mut Tried,
) -> anyhow::Result<()> {
    let client = foundation.client.clone();
    let refuse = |pool| {
        let client = client.clone();
        move |envelope: crypto::envelope::Envelope| {
            let client = client.clone();
            async move { client.must_refuse(pool, &envelope).await }
        }
    };
    let business = refuse("business");
    let refused: Refused = business(replayed.clone()).await?;
    tried.replay.push(Try::refused(
        "a contributor's ballot, sent to the business pool as it is",
        &refused,
        "other-pool",
    )?);
    let refused = business(attacks::rewrapped(replayed)?).await?;
    tried.replay.push(Try::refused(
        "the same bytes and signature under the business pool's type",
        &refused,
        "bad-statement",
    )?);
    let voter = foundation.technical.voters.first().context("a contributor")?;
    let stolen = attacks::stolen(election::key::KeyOf::signing_key(voter.key()));
    let member = slug(MEMBERS.first().map_or("", |m| m.0)).parse()?;
    let delegate = handle(scenario::speakers(0).first().context("a delegate")?)?;
    let mut speakers = foundation.business.voters.iter();
    let speaker = speakers.find(|v| v.principal == member && v.person == delegate);
    let contest = &elections.budget.manifest.contests.first().context("a contest")?.id;
    let forged = attacks::resigned(
        speaker.context("Vantorel's delegate")?,
        &foundation.business.origin,
        elections.budget.id,
        contest,
        &stolen,
    )?;
    let refused = business(forged.clone()).await?;
    tried.replay.push(Try::refused(
        "a proper business ballot for Vantorel, signed with the contributor's key",
        &refused,
        "wrong-key",
    )?);
    tried.stolen_ballot = Some(forged);
    late_voter(foundation, elections, clock, tried).await?;
    let plan = ElectionPlan {
        title: "Second budget".to_owned(),
        description: String::new(),
        electorate: Electorate::Everyone {},
        opens_at: calendar.business_closes,
        closes_at: calendar.technical_closes,
        contests: vec![scenario::budget()?],
    };
    let (_, manifest) = foundation.business.seal(&client, plan).await?;
    let foreign = election::key::KeyOf::<Technical>::signing_key(foundation.technical.officer(0)?);
    let own = foundation.business.officer(0)?;
    let countersigned = attacks::countersigned(&manifest, own, foreign)?;
    let refused = business(countersigned.clone()).await?;
    tried.officer.push(Try::refused(
        "a second budget, signed by one officer of the business pool and one of the technical pool",
        &refused,
        "not-a-signer",
    )?);
    tried.foreign_manifest = Some(countersigned);
    Ok(())
}

/// A contributor who joins after the roll was frozen.
async fn late_voter(
    foundation: &mut Foundation,
    elections: &Elections,
    clock: &SetClock,
    tried: &mut Tried,
) -> anyhow::Result<()> {
    let (client, anchor) = (foundation.client.clone(), foundation.anchor.technical.clone());
    clock.advance_by(HOUR);
    let newcomer = super::people::person(399);
    let people = [(newcomer.clone(), Some("vantorel"))];
    let waves = day::contributors(&mut foundation.technical, &people, clock.now())?;
    for statement in waves.into_iter().flatten() {
        client.record(&anchor, &statement).await?;
    }
    let origin = foundation.technical.origin.clone();
    let voter = foundation.technical.voters.last_mut().context("the newcomer")?;
    client.record(&anchor, &voter.enrol(&origin)?).await?;
    let contest = elections.steering.manifest.contests.first().context("a contest")?;
    let answer = Selection::strict([tabulation::OptionIndex::new(0)]);
    let selections = std::collections::BTreeMap::from([(contest.id.clone(), answer)]);
    let ballot = voter.vote(&origin, elections.steering.id, selections)?;
    let refused = client.must_refuse("technical", &ballot).await?;
    tried.roll.push(Try::refused(
        "a registrar adds a contributor after the freeze, who then votes",
        &refused,
        "not-on-roll",
    )?);
    let note = client.get("/business/log/checkpoint").await?;
    tried.kept_checkpoint = String::from_utf8(note.to_vec())?;
    Ok(())
}

async fn results(
    story: &mut Story,
    foundation: &mut Foundation,
    elections: &Elections,
    calendar: &Calendar,
    clock: &SetClock,
    tried: &mut Tried,
) -> anyhow::Result<(attacks::Altered, crypto::envelope::Envelope)> {
    story.chapter("4. Closed, counted, certified");
    let (client, anchor) = (foundation.client.clone(), foundation.anchor.clone());
    let Elections { budget, board, steering, maintainers, admission } = elections;
    clock.advance_to(calendar.business_closes);
    let business =
        Actor { client: &client, anchor: &anchor, chamber: &mut foundation.business, story };
    business.wait_for(&[budget, board], "closed").await?;
    let replayed = closed_record(&client, &anchor, &[budget, board]).await?;
    let chamber = &foundation.business;
    // Before the honest certificate: one that is off by one vote.
    let altered = attacks::altered(&replayed.count(chamber, budget.id)?)?;
    let forged = officers::signed(chamber, altered.certificate.clone())?;
    let refused = client.must_refuse("business", &forged).await?;
    tried.tally.push(Try::refused(
        "two officers sign a result with one vote more in favour",
        &refused,
        "certificate-differs",
    )?);
    let count = certify(&client, chamber, &anchor, &replayed, budget.id).await?;
    tell_result(story, "budget", budget, &count);
    let count = certify(&client, chamber, &anchor, &replayed, board.id).await?;
    tell_result(story, "board", board, &count);
    clock.advance_to(calendar.technical_closes);
    let technical =
        Actor { client: &client, anchor: &anchor, chamber: &mut foundation.technical, story };
    technical.wait_for(&[steering, maintainers, admission], "closed").await?;
    let replayed = closed_record(&client, &anchor, &[steering, maintainers, admission]).await?;
    let chamber = &foundation.technical;
    let count = certify(&client, chamber, &anchor, &replayed, steering.id).await?;
    tell_result(story, "steering", steering, &count);
    let count = certify(&client, chamber, &anchor, &replayed, maintainers.id).await?;
    tell_result(story, "maintainers", maintainers, &count);
    let count = certify(&client, chamber, &anchor, &replayed, admission.id).await?;
    tell_result(story, "admission", admission, &count);
    story.say(
        "For each of them two officers downloaded the record, replayed it, recounted from the ballots \
         and compared before they signed; the server did the same before it added the log's signature.",
    );
    rights(story, &replay(&download::<Technical>(&client).await?, &anchor)?.state)?;
    Ok((altered, forged))
}

/// Tells who may do what now. The server executed each certificate as soon as it stood in the log.
fn rights(story: &mut Story, state: &PoolState<Technical>) -> anyhow::Result<()> {
    let rights = Rights::of(state);
    story.say(
        "The certificates took effect with that, once each and by the log's own key. Rights in the \
         modules, each with the genesis or certificate that granted it; no business vote can write \
         such a line:",
    );
    for line in rights.to_string().lines().filter(|line| !line.is_empty() && !line.starts_with('#'))
    {
        story.line(&format!("      {line}"));
    }
    story.figure("rights", serde_json::to_value(&rights)?);
    Ok(())
}

/// Tells one result.
pub(super) fn tell_result<P: DemoPool>(
    story: &mut Story,
    name: &str,
    held: &Held<P>,
    count: &Count<P>,
) {
    let roll = &held.manifest.roll;
    let turnout = if roll.heads == roll.weight {
        format!("{} of {} voted", count.certificate.heads, roll.heads)
    } else {
        let certificate = &count.certificate;
        format!(
            "{} of {} voted, with {} of {} votes",
            certificate.heads, roll.heads, certificate.weight, roll.weight
        )
    };
    for contest in &count.contests {
        let transcript = &contest.transcript;
        story.item(&format!("{}: {turnout}. {}", held.manifest.title, transcript.sentence));
        for line in details(transcript) {
            story.line(&format!("      {line}"));
        }
        story.figure(name, figures(transcript));
    }
}

fn details(transcript: &Transcript) -> Vec<String> {
    let mut lines = Vec::new();
    // Of a motion the outcome's sentence has every condition with its arithmetic.
    if let CountRecord::Stages(stages) = &transcript.count {
        lines.push(format!("{} rounds, quota {}", stages.stages.len(), stages.quota));
    } else if let CountRecord::Tally(tally) = &transcript.count {
        let total = |t: &tabulation::transcript::OptionTotal| {
            format!("{} {}", transcript.options.name(t.option), t.counted)
        };
        lines.push(tally.totals.iter().map(total).collect::<Vec<_>>().join(", "));
    } else if !transcript.ranking.is_empty() {
        let names = |group: &Vec<tabulation::OptionIndex>| {
            group.iter().map(|o| transcript.options.name(*o)).collect::<Vec<_>>().join(" = ")
        };
        let ranking: Vec<String> = transcript.ranking.iter().map(names).collect();
        lines.push(format!("final order: {}", ranking.join(" > ")));
    }
    if let Some(cap) = &transcript.cap {
        lines.push(format!("without the cap: {}", transcript.options.names(&cap.before)));
        lines.push(format!("with the cap:    {}", transcript.options.names(&cap.after)));
        lines.extend(cap.passed_over.iter().map(|over| over.sentence.clone()));
    }
    lines.extend(transcript.ties.iter().map(|tie| tie.sentence.clone()));
    lines
}

/// A result for programs.
pub(super) fn figures(transcript: &Transcript) -> serde_json::Value {
    let names = |options: &[tabulation::OptionIndex]| {
        options.iter().map(|o| transcript.options.name(*o)).collect::<Vec<_>>()
    };
    let ranking: Vec<Vec<String>> = transcript.ranking.iter().map(|group| names(group)).collect();
    let mut figures = json!({
        "ballots": transcript.cast.heads,
        "sentence": transcript.sentence,
        "ranking": ranking,
        "winners": names(transcript.outcome.winners()),
        "ties": transcript.ties.iter().map(|tie| tie.sentence.clone()).collect::<Vec<_>>(),
    });
    if let (Some(cap), Some(object)) = (&transcript.cap, figures.as_object_mut()) {
        let over = cap.passed_over.iter().map(|over| transcript.options.name(over.option));
        object.insert(
            "cap".to_owned(),
            json!({
                "limit": cap.limit,
                "before": names(&cap.before),
                "after": names(&cap.after),
                "passed_over": over.collect::<Vec<_>>(),
            }),
        );
    }
    figures
}

/// Audits twice: over HTTP, and from files.
pub(super) async fn audits(
    story: &mut Story,
    foundation: &Foundation,
    folder: &Folder,
) -> anyhow::Result<(Records, bool)> {
    story.chapter("5. Audited by somebody who trusts nothing but foundation.json");
    let watch = Watch::start();
    let (records, files) = auditing::mirrored(&foundation.client).await?;
    let mirrored = watch.elapsed();
    let online = records.audit(&foundation.anchor);
    story.item(&format!(
        "Over HTTP: mirrored both logs in {files} files ({}), then checked: {}.",
        spent(mirrored),
        in_words(&online)
    ));
    let bytes = auditing::save(&foundation.client, folder.path()).await?;
    let (from_files, anchor) = auditing::from_disk(folder.path())?;
    let offline = from_files.audit(&anchor);
    story.item(&format!(
        "Offline, from business.record and technical.record ({} KB) and foundation.json: {}.",
        bytes / 1024,
        in_words(&offline)
    ));
    for check in offline.joint.iter() {
        story.line(&format!("      {} {}: {}", check.id, check.title, check.proved));
    }
    let verified = auditing::verified(&online) && auditing::verified(&offline);
    story.figure("audit", serde_json::to_value(&offline.verdict)?);
    story.figure("signatures", offline.business.signatures + offline.technical.signatures);
    if let Some((check, finding)) = online.first_failure().or(offline.first_failure()) {
        story.say(&format!("REFUTED by {check}: {finding}"));
    }
    Ok((records, verified))
}

fn in_words(report: &JointReport) -> String {
    let held =
        report.checks().filter(|c| c.verdict == election::audit::report::Verdict::Verified).count();
    format!(
        "{} of {} checks verified, {} statements, {} signatures, in {}",
        held,
        report.checks().count(),
        report.business.size.0 + report.technical.size.0,
        report.business.signatures + report.technical.signatures,
        spent(report.business.took + report.technical.took)
    )
}

/// The parts of the attacks that a cheating server tries with the finished log.
fn cheat(
    foundation: &Foundation,
    records: &Records,
    elections: &Elections,
    (altered, forged): (attacks::Altered, crypto::envelope::Envelope),
    mut tried: Tried,
) -> anyhow::Result<Vec<Attack>> {
    let key = foundation.business_log_key();
    let cheat = Cheat::new(&records.business, key, &foundation.anchor)?;
    let budget: StatementId = elections.budget.id;
    let ballot = tried.stolen_ballot.take().context("the forged ballot")?;
    tried.replay.push(cheat.logs_it("the business log takes it all the same", ballot, budget)?);
    let registrar = foundation.business.officer(0)?;
    let (inside, outside) = cheat.rewrites_the_roll(registrar, &tried.kept_checkpoint)?;
    tried.roll.extend([inside, outside]);
    tried.tally.push(cheat.certifies(budget, altered, forged)?);
    let manifest = tried.foreign_manifest.take().context("the manifest")?;
    tried.officer.push(cheat.appends_it("the business log takes it all the same", manifest)?);
    Ok(vec![
        Attack { title: "A ballot replayed into the other pool", tries: tried.replay },
        Attack { title: "The roll edited after the freeze", tries: tried.roll },
        Attack { title: "The tally altered by one", tries: tried.tally },
        Attack { title: "An officer of the other pool signs", tries: tried.officer },
    ])
}

fn tell_attacks(story: &mut Story, attacks: &[Attack]) {
    story.chapter("6. Four attacks, really tried");
    story.say(
        "First against the running server. Then by a server that cheats: it puts the forbidden \
         statement into its log, rebuilds the tree and signs the checkpoint with the real log key.",
    );
    let mut told = Vec::new();
    for attack in attacks {
        story.line("");
        story.line(attack.title);
        for tried in &attack.tries {
            story.item(&format!("{}. ✗ {}", capital(tried.what), tried.caught_by));
            story.line(&format!("      “{}”", shortened(&tried.words)));
            told.push(json!({
                "attack": attack.title,
                "tried": tried.what,
                "caught_by": tried.caught_by,
                "words": tried.words,
            }));
        }
    }
    story.figure("attacks", told);
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}

/// Hashes in full are for programs.
fn shortened(text: &str) -> String {
    let word = |word: &str| {
        let digits = word.trim_end_matches([';', ',', '.', ':', ')']);
        if digits.len() == 64 && digits.bytes().all(|b| b.is_ascii_hexdigit()) {
            let head: String = digits.chars().take(8).collect();
            format!("{head}…{}", word.get(64..).unwrap_or_default())
        } else {
            word.to_owned()
        }
    };
    text.split(' ').map(word).collect::<Vec<_>>().join(" ")
}

/// Says where everything is, before the demo goes on serving.
pub(super) fn serving(story: &Story, foundation: &Foundation, folder: &Folder) {
    let base = foundation.client.base();
    story.chapter("Look at it");
    story.line(&format!("  {base}/            both pools"));
    story.line(&format!("  {base}/business    the business pool's board"));
    story.line(&format!("  {base}/technical   the technical pool's board"));
    if folder.kept() {
        let dir = folder.path().display();
        story.line("");
        story.say(&format!("Everything is in {dir}. To check it again, or to serve it later:"));
        story.line(&format!("  vote-client auditor audit {dir}"));
        story.line(&format!("  vote-client auditor rights {dir}"));
        story.line(&format!(
            "  BICAMERAL_KEYS_PASSPHRASE='{PASSPHRASE}' vote-server serve --dir {dir}"
        ));
        story.say(&format!(
            "(The log keys of {HOST} are sealed with the weakest parameters and a printed \
             passphrase: for a demonstration only.)"
        ));
    }
    story.line("");
    story.say("Serving until Ctrl-C.");
}
