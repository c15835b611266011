//! Where forged records are brought: the audit, with nothing to go by but the trust anchor.

use crypto::envelope::Envelope;
use election::audit::report::{CheckId, Report, Verdict, first_failure};
use election::audit::{Options, Trusted, audit_pool};
use election::pool::Business;
use election::record::{Record, RecordLeaf};
use election::statement::{Body, Kind, Statement, StatementId};
use election::testing::{TestLog, TestPool, motion, small_foundation};
use tabulation::Selection;

/// Voters of the small foundations.
pub(crate) const VOTERS: usize = 5;

/// An accusation: which check, and which leaf it points at.
pub(crate) type Accusation = (CheckId, Option<usize>);

/// Audits a record against its own foundation's anchor.
pub(crate) fn audit<P: TestPool>(log: &TestLog<P>, record: &Record<P>, since: &[String]) -> Report {
    let options = Options { since: since.to_vec(), ..Options::default() };
    audit_pool(record, Trusted::new(log.foundation, &log.anchor()), &options)
}

/// What the leaves as they stand now are accused of, under a fresh checkpoint that the log's own key
/// signs: nothing, if the audit verifies them.
pub(crate) fn accused<P: TestPool>(log: &TestLog<P>) -> Vec<Accusation> {
    accused_since(log, &[])
}

/// The same, by somebody who has kept older checkpoints.
pub(crate) fn accused_since<P: TestPool>(log: &TestLog<P>, since: &[String]) -> Vec<Accusation> {
    accusations(&audit(log, &log.record_of(shown(log)), since))
}

/// What a report accuses a record of. One without accusations has to be a verified one: an audit
/// that could not look must not pass for one that found nothing.
pub(crate) fn accusations(report: &Report) -> Vec<Accusation> {
    let found = refuting(report);
    match &report.verdict {
        Verdict::Verified => assert_eq!(found, []),
        Verdict::Refuted { .. } => assert_ne!(found, []),
        Verdict::Incomplete { why } => panic!("neither verified nor refuted: {why}"),
    }
    found
}

/// The accusations alone, whatever else the audit could not find out.
pub(crate) fn refuting(report: &Report) -> Vec<Accusation> {
    let place = |leaf: crypto::merkle::LeafIndex| usize::try_from(leaf.0).expect("fits");
    let found = report.checks.iter().filter_map(|check| match &check.verdict {
        Verdict::Refuted { finding } => Some((check.id, finding.leaf.map(place))),
        Verdict::Verified | Verdict::Incomplete { .. } => None,
    });
    found.collect()
}

/// The words of the first accusation.
pub(crate) fn first_words<P: TestPool>(log: &TestLog<P>) -> String {
    let report = audit(log, &log.record_of(shown(log)), &[]);
    let (id, finding) = first_failure(&report.checks).expect("refuted");
    format!("{id} {finding}")
}

/// All leaves, nothing withheld.
pub(crate) fn shown<P: TestPool>(log: &TestLog<P>) -> Vec<RecordLeaf> {
    log.leaf_bytes().into_iter().map(RecordLeaf::Shown).collect()
}

/// The place of a kind's statement, counted among its kind.
pub(crate) fn nth<P: TestPool>(log: &TestLog<P>, kind: Kind, number: usize) -> usize {
    let mut places = (0..log.leaves.len()).filter(|place| body_at(log, *place).kind() == kind);
    places.nth(number).expect("there are that many")
}

/// What a leaf says.
pub(crate) fn body_at<P: TestPool>(log: &TestLog<P>, place: usize) -> Body<P> {
    Statement::decode(&log.leaves[place].statement).expect("a statement of this pool").into_body()
}

/// An envelope with other content under the signatures of the first.
pub(crate) fn with_content(envelope: &Envelope, payload: Vec<u8>) -> Envelope {
    let mut forged = Envelope::new(envelope.payload_type(), payload).expect("within the limits");
    for signature in envelope.signatures() {
        forged.attach(signature.keyid(), *signature.sig()).expect("each once");
    }
    forged
}

/// A business pool with one certified election.
pub(crate) fn business() -> TestLog<Business> {
    small_foundation(VOTERS).0
}

/// A pool with an open election on a motion.
pub(crate) fn open_motion<P: TestPool>() -> (TestLog<P>, StatementId) {
    let mut log = TestLog::<P>::found("vote.example.org");
    enrol(&mut log, 0..VOTERS);
    let election = log.open_election(vec![motion()]);
    (log, election)
}

/// Enrols principals of these numbers.
pub(crate) fn enrol<P: TestPool>(log: &mut TestLog<P>, numbers: std::ops::Range<usize>) {
    for number in numbers {
        log.enrol(number);
    }
}

/// Everybody votes yes.
pub(crate) fn all_vote<P: TestPool>(log: &mut TestLog<P>, election: StatementId) {
    for voter in 0..VOTERS {
        log.vote(election, voter, &YES);
    }
}

/// Yes to the motion.
pub(crate) const YES: [(&str, Selection); 1] = [("motion", Selection::YES)];
/// No to the motion.
pub(crate) const NO: [(&str, Selection); 1] = [("motion", Selection::NO)];
