//! One contest, from the auditor's own transcript: every round and every pair.

use std::fmt::{self, Write};

use tabulation::report::html::{self, Details, Heading, Manner};
use tabulation::transcript::Transcript;

use super::Text;

pub(super) fn explain(out: &mut String, transcript: &Transcript) -> fmt::Result {
    let Transcript { cast, blank, .. } = transcript;
    writeln!(out, "<p><strong>{}</strong></p>", Text(&transcript.sentence))?;
    writeln!(out, "<p class=\"small\">{}</p>", Text(&transcript.rules_sentence))?;
    writeln!(
        out,
        "<p>{} ballots with the weight {} were counted; {} of them were blank.</p>",
        cast.heads, cast.weight, blank.heads
    )?;
    let manner = Manner { heading: Heading::Fifth, details: Details::Open };
    out.push_str(&html::count(transcript, manner));
    Ok(())
}
