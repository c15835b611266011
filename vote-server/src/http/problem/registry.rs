//! Every type of problem, once. A slug never changes its meaning; a new meaning gets a new slug.

use super::ProblemType;

macro_rules! problems {
    ($($name:ident $slug:literal $status:literal $title:literal $meaning:literal;)*) => {
        $(
            #[doc = $title]
            pub const $name: &ProblemType =
                &ProblemType { slug: $slug, status: $status, title: $title, meaning: $meaning };
        )*
        /// All of them.
        pub const ALL: &[&ProblemType] = &[$($name),*];
    };
}

// Of HTTP.
problems! {
    NOT_FOUND "not-found" 404 "There is nothing here"
        "The path names no page, or the thing it names does not exist in this pool. /openapi.json lists every path.";
    METHOD_NOT_ALLOWED "method-not-allowed" 405 "This path does not take that method"
        "The Allow header names the methods that the path takes.";
    BAD_PARAMETER "bad-parameter" 400 "A parameter is malformed"
        "A part of the path or query does not have the form that /openapi.json describes. The detail names it.";
    TOO_LARGE "too-large" 413 "The body is too large"
        "An envelope has at most 60,000 bytes. Larger things are artifacts and are made by the server.";
    UNSUPPORTED_MEDIA_TYPE "unsupported-media-type" 415 "The body has the wrong media type"
        "Send the envelope as application/json, without any content coding.";
    TOO_MANY_REQUESTS "too-many-requests" 429 "Too many requests"
        "This client made more requests than it may. Wait as long as the Retry-After header says; a ballot that was not answered with a receipt can be sent again unchanged, and counts once.";
    TIMEOUT "timeout" 503 "The request took too long"
        "The server gave up on the answer. A statement may have been recorded all the same: send it again unchanged, and you get its receipt if it was.";
    OVERLOADED "overloaded" 503 "The server is busy"
        "More requests are under way than the server takes. Wait a moment and send the same again.";
    NOT_READY "not-ready" 503 "The server does not admit statements now"
        "The server is starting, stopping, or has lost its database. Wait and send the same again; the operator sees the reason in the trace.";
    INTERNAL "internal" 500 "The server failed"
        "Something went wrong inside the server, and nothing is told about it here. Give the trace to the operator, who finds the cause under it. A statement can be sent again unchanged: it is recorded once.";

// Of statements, before the rules of a pool see them.
    BAD_ENVELOPE "bad-envelope" 400 "The body is no envelope"
        "The body has to be a DSSE v1 envelope in canonical JSON with payload, payloadType and signatures. The detail says where it stops being one.";
    OTHER_POOL "other-pool" 400 "The statement was signed for the other pool"
        "Pool and kind are part of what is signed. A statement of one pool means nothing in the other, and no signature can be moved between them.";
    BAD_STATEMENT "bad-statement" 400 "The envelope holds no statement of this pool"
        "The payload type has to read application/vnd.bicameral.v1.POOL.KIND+json, and the payload has to be canonical JSON (RFC 8785, no floats, no null, no duplicate keys) with exactly the fields of its kind. The detail names what is wrong.";
    LEAF_TOO_LONG "leaf-too-long" 413 "The statement is too long for the log"
        "A leaf of the log has at most 65,535 bytes, time and envelope included.";
    MADE_BY_THE_LOG "made-by-the-log" 403 "Only the log itself makes statements of this kind"
        "Openings, closings and effects are made by the log's own key, as the manifest's window and the certificate say.";
    OTHER_GENESIS "other-genesis" 403 "This is not the foundation's genesis"
        "The trust anchor, foundation.json, names the one statement that starts this log.";
    EMBARGOED "embargoed" 403 "This is not published while the election is open"
        "The manifest embargoes ballots until the close. A voter who names the ballot's statement id, which nobody else knows, still gets its receipt; everybody gets everything after the close.";
    NOT_COUNTABLE "not-countable" 409 "The election cannot be counted now"
        "A certificate is drafted from a closed box, and officers' secrets for the lots have to be those that the manifest promised.";
    CERTIFICATE_DIFFERS "certificate-differs" 409 "The server's own count disagrees with the certificate"
        "The server recounts every certificate before it signs, and refuses any difference. Compare the officers' programs and the record; do not work around this.";
    AUDIT_FAILED "audit-failed" 500 "The audit before publication failed"
        "The server audits an election from its own record before it certifies it, and found a fault. Nothing was certified. Operator and officers have to find out why: run vote-client auditor audit.";
    BUSY "busy" 503 "The pool's queue is full"
        "More statements wait than the server takes. Wait a moment and send the same again; a statement is recorded once.";
    UNAVAILABLE "unavailable" 503 "The pool takes no statements at the moment"
        "The server is stopping or could not write to its database. The statement may have been recorded all the same: send it again unchanged, and you get its receipt if it was.";

// Of the rules of a pool.
    ALREADY_LOGGED "already-logged" 409 "The statement stands in the log already"
        "A statement enters a log once. Posting a ballot again gives its receipt and not this problem.";
    TIME_WENT_BACK "time-went-back" 503 "The server's clock ran backwards"
        "A leaf cannot be older than the one before it. The operator has to set the clock; wait and send the same again.";
    OTHER_LOG "other-log" 400 "The statement is for another log"
        "The payload names the log it is for. Check that the client uses the foundation.json of this foundation.";
    GENESIS_OUT_OF_PLACE "genesis-out-of-place" 409 "A log has one genesis, at its start"
        "This log has been founded. Changes of officers are statements of their own.";
    UNWORKABLE_OFFICERS "unworkable-officers" 422 "These officers could not run the pool"
        "Every kind of signature that the quorums ask for must be possible with these officers, each with one key of its own.";
    NOT_OF_THIS_POOL "not-of-this-pool" 422 "The pool does not have such a thing"
        "Classes of membership exist in the business pool only.";
    BAD_SIGNATURE "bad-signature" 403 "A signature does not verify"
        "The signature is not one of the named key over exactly these bytes and this payload type. Sign again; do not change the envelope after signing.";
    SIGNATURE_MISSING "signature-missing" 403 "A signature that is needed is missing"
        "The detail names the key that has to sign.";
    NOT_A_SIGNER "not-a-signer" 403 "Somebody signed who has no say in this"
        "Only the keys that the rules ask for may sign a statement: a signature that means nothing must not look as if it did.";
    TOO_FEW_OFFICERS "too-few-officers" 403 "Too few officers have signed"
        "The pool's rules say how many officers must sign this. Pass the envelope to the next one.";
    KEY_IN_USE "key-in-use" 409 "The key serves already"
        "A key has one capacity, in one pool, once. Make a new one.";
    WRONG_KEY "wrong-key" 403 "The key cannot be used for this"
        "The key is unknown in this pool, has another capacity, or was ended by a rekey.";
    BAD_PRINCIPAL "bad-principal" 422 "The particulars contradict themselves"
        "The detail names the weight step, speaker or group that does not fit.";
    UNKNOWN_PRINCIPAL "unknown-principal" 404 "The pool has no such principal"
        "Enter the member or contributor first.";
    UNKNOWN_NAME "unknown-name" 404 "The pool knows no such class, body or module"
        "Classes, bodies and modules are those of the genesis.";
    IN_ANOTHER_GROUP "in-another-group" 409 "The member is in another related group"
        "A member is in one related group at most. Change the other group first.";
    NO_CHANGE "no-change" 409 "The principal is in that state already"
        "There is nothing to suspend or reinstate.";
    NOT_A_SPEAKER "not-a-speaker" 403 "The person does not speak for the principal"
        "An organisation is spoken for by those its mandate names; a contributor speaks alone.";
    ALREADY_INVITED "already-invited" 409 "The person is invited already"
        "One invitation or key stands for a person and principal at a time. Officers end it with a rekey.";
    BAD_MANIFEST "bad-manifest" 422 "The manifest cannot be held"
        "The detail names the contest, option, rule or date that does not work.";
    SEALED_TOO_LATE "sealed-too-late" 409 "The election would have opened before it was sealed"
        "Draft the manifest again with a later opening.";
    ROLL_MOVED "roll-moved" 409 "The roll changed after it was read"
        "Read the electorate again and seal the roll as it is now.";
    ROLL_MISMATCH "roll-mismatch" 409 "The sealed roll is not the electorate's"
        "The manifest's root has to be that of the entries that its rule gives. Read the electorate again.";
    BAD_ROLL "bad-roll" 422 "The roll cannot be frozen"
        "Nobody is entitled, nobody maintains the module or one above it, or a member has no voting power at the opening.";
    AFFILIATION_MISMATCH "affiliation-mismatch" 409 "The manifest's affiliations are not those on record"
        "A cap counts the affiliations that the log has. Enter the change first, or draft the manifest again.";
    UNKNOWN_ELECTION "unknown-election" 404 "The pool has no such election"
        "An election is named by its manifest's statement id, 64 hexadecimal digits.";
    WRONG_PHASE "wrong-phase" 409 "The election is not in the phase for this"
        "An election is sealed, open, closed and certified, in this order; or cancelled before it opens.";
    OUTSIDE_WINDOW "outside-window" 409 "The election's window does not include this moment"
        "The server's time counts. The manifest says when the box opens and closes.";
    EARLY_CLOSE "early-close" 409 "The box may not close yet"
        "It closes at the end of its window, or, if the manifest allows it, when everybody has voted.";
    BOX_MISMATCH "box-mismatch" 409 "The box is not the one the ballots make"
        "The closing statement has to carry the root over exactly the ballots that stand.";
    NOT_ON_ROLL "not-on-roll" 403 "The principal is not on this election's roll"
        "The roll was frozen when the election was sealed. GET …/elections/{id}/roll shows it.";
    NOT_THE_HOLDER "not-the-holder" 403 "The key does not belong to this voter"
        "A ballot names the person and principal that its key was enrolled for.";
    INVITED_AFTER_FREEZE "invited-after-freeze" 403 "The person was invited after the roll was frozen"
        "Keys may be enrolled until the close, with an invitation that stood in the log when the roll was read.";
    BAD_BALLOT "bad-ballot" 422 "The ballot does not fit the election"
        "The detail names the contest and what is wrong with its selection. A contest may be left blank, but not left out.";
    STALE_BALLOT "stale-ballot" 409 "The ballot does not replace the voter's standing ballot"
        "A new ballot names the one it replaces. The member `standing` names it, where there is one; sign again with it.";
    CERTIFICATE_MISMATCH "certificate-mismatch" 409 "The certificate is not about this election"
        "Roll, box, closing and contests have to be those of the log. The detail names the part that differs.";
    FOUNDING_STANDING "founding-standing" 422 "The genesis cannot give this standing"
        "A founding standing is of a module that the genesis names, once for each person, and nobody begins as suspended.";
    NAMELESS_OPTION "nameless-option" 422 "An option of an election of maintainers names no person"
        "Whoever is elected becomes a maintainer, so each option has to name a contributor of the pool.";
    UNKNOWN_CERTIFICATE "unknown-certificate" 404 "The election has no such certificate"
        "An effect names the certificate that stands in the log for its election.";
    NOTHING_DECIDED "nothing-decided" 409 "The certificate decided nothing"
        "A motion that failed and an election that nobody won have no effect.";
    ALREADY_EXECUTED "already-executed" 409 "The certificate was executed already"
        "A certificate takes effect once. The detail names the statement that did it.";
    EFFECT_MISMATCH "effect-mismatch" 409 "The effect is not what the certificate decided"
        "What an effect does follows from the certificate's decisions; its own list has to be the same.";
    BAD_LOTS "bad-lots" 422 "The secrets for the lots do not fit"
        "Each officer reveals the secret whose hash the manifest promised, no more and no fewer.";
    NOT_ENCODABLE "not-encodable" 422 "A part cannot be written canonically"
        "A number is out of range or a text cannot stand in canonical JSON.";
}
