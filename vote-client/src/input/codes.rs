//! Invitation codes as CSV: `pool,principal,person,code`. Written by the registrar's own machine,
//! mode 0600, and handed to people; no server ever sees one.

use crypto::InvitationCode;
use election::ids::Handle;
use election::pool::{Pool, PrincipalId};

/// One person's code.
#[derive(Debug)]
pub struct Code<P: Pool> {
    /// Whose vote.
    pub principal: PrincipalId<P>,
    /// Who casts it.
    pub person: Handle,
    /// The secret.
    pub code: InvitationCode,
}

/// The file with these codes.
pub fn to_csv<P: Pool>(codes: &[Code<P>]) -> String {
    // Invariant: names and codes have neither commas nor quotes, so nothing needs quoting.
    let mut text = "pool,principal,person,code\n".to_owned();
    for Code { principal, person, code } in codes {
        text.push_str(&format!("{},{principal},{person},{code}\n", P::SLUG));
    }
    text
}
