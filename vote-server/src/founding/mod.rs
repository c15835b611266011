//! Founding a foundation: from a plan that names the officers of both pools to two genesis statements
//! and the trust anchor over them.
//!
//! **Invariant:** no I/O here, and no officer's secret key: officers sign where their keys are. The
//! same function serves `init`, the demo and the tests.

mod plan;
pub mod unsigned;

pub use plan::{MAX_PLAN_BYTES, Plan, PlanError, PoolPlan};

use crypto::envelope::{Envelope, EnvelopeError};
use crypto::note::{NoteError, VerifierKey};
use election::anchor::{Anchor, FORMAT, PoolAnchor};
use election::ids::{NameError, Origin};
use election::key::{LogKey, OfficerKey};
use election::pool::PoolId;
use election::state::{CheckNow, PoolState, Refusal};
use election::statement::{Body, Draft, Genesis, Statement, StatementError};
use election::time::Millis;
use election::{Business, Pool, Technical};
use uuid::Uuid;

/// Why a foundation cannot be founded.
#[derive(Debug, thiserror::Error)]
pub enum FoundingError {
    /// A host that no log's origin can name.
    #[error("the host cannot name a log: {0}")]
    Host(#[from] NameError),
    /// A genesis that cannot be encoded.
    #[error("the {pool} pool's genesis cannot be encoded: {source}")]
    Encode {
        /// Which pool.
        pool: PoolId,
        /// Why.
        source: EnvelopeError,
    },
    /// A log key that cannot be named in the trust anchor.
    #[error("the {pool} pool's log key: {source}")]
    LogKey {
        /// Which pool.
        pool: PoolId,
        /// Why.
        source: NoteError,
    },
    /// A signature that cannot be added.
    #[error("signing the {pool} pool's genesis: {source}")]
    Sign {
        /// Which pool.
        pool: PoolId,
        /// Why.
        source: EnvelopeError,
    },
    /// An envelope that is no statement of the pool.
    #[error("the {pool} pool's genesis: {source}")]
    Statement {
        /// Which pool.
        pool: PoolId,
        /// Why.
        source: StatementError,
    },
    /// An envelope that is no genesis.
    #[error("the {0} pool's envelope holds no genesis")]
    NotAGenesis(PoolId),
    /// Another foundation than the other pool's, or another name.
    #[error("the two genesis statements name different foundations")]
    TwoFoundations,
    /// One key in both pools.
    #[error("one key serves in both pools; a key has one capacity, in one pool")]
    KeyInBothPools,
    /// A genesis that the rules refuse.
    #[error("the {pool} pool's genesis is refused: {refusal}")]
    Refused {
        /// Which pool.
        pool: PoolId,
        /// Why.
        refusal: Box<Refusal>,
    },
}

/// Both genesis statements, being signed.
#[derive(Debug)]
pub struct Founding {
    business: Draft<Business>,
    technical: Draft<Technical>,
}

/// A foundation whose genesis statements every officer has signed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Founded {
    /// The trust anchor.
    pub anchor: Anchor,
    /// The business log's first statement.
    pub business: Envelope,
    /// The technical log's first statement.
    pub technical: Envelope,
}

impl Founding {
    /// Drafts both genesis statements. A plan that the rules would refuse fails here.
    pub fn draft(
        plan: &Plan,
        foundation: Uuid,
        business: &LogKey<Business>,
        technical: &LogKey<Technical>,
    ) -> Result<Self, FoundingError> {
        Ok(Founding {
            business: draft(plan, &plan.business, foundation, business)?,
            technical: draft(plan, &plan.technical, foundation, technical)?,
        })
    }
    /// Adds the signature of an officer of the business pool.
    pub fn sign_business(mut self, key: &OfficerKey<Business>) -> Result<Self, FoundingError> {
        let pool = PoolId::Business;
        self.business =
            self.business.sign(key).map_err(|source| FoundingError::Sign { pool, source })?;
        Ok(self)
    }
    /// Adds the signature of an officer of the technical pool.
    pub fn sign_technical(mut self, key: &OfficerKey<Technical>) -> Result<Self, FoundingError> {
        let pool = PoolId::Technical;
        self.technical =
            self.technical.sign(key).map_err(|source| FoundingError::Sign { pool, source })?;
        Ok(self)
    }
    /// The envelopes as they are passed to the officers, business first.
    pub fn envelopes(self) -> (Envelope, Envelope) {
        (self.business.envelope(), self.technical.envelope())
    }
}

fn draft<P: Pool>(
    plan: &Plan,
    pool: &PoolPlan<P>,
    foundation: Uuid,
    log_key: &LogKey<P>,
) -> Result<Draft<P>, FoundingError> {
    let genesis = Genesis {
        origin: Origin::<P>::of_host(&plan.host)?,
        foundation,
        name: plan.name.clone(),
        log_key: log_key.public(),
        officers: pool.officers.clone(),
        quorums: pool.quorums,
        bodies: pool.bodies.clone(),
        classes: pool.classes.clone(),
        modules: pool.modules.clone(),
        standings: pool.standings.clone(),
    };
    let body = Body::Genesis(genesis);
    let encode = |source| FoundingError::Encode { pool: P::ID, source };
    try_rules::<P>(Draft::new(&body).map_err(encode)?)?;
    Draft::new(&body).map_err(encode)
}

/// Tries the rules on a draft, signatures aside: a plan that cannot work should fail before every
/// officer has signed it.
fn try_rules<P: Pool>(draft: Draft<P>) -> Result<(), FoundingError> {
    let statement = Statement::<P>::decode(&draft.envelope())
        .map_err(|source| FoundingError::Statement { pool: P::ID, source })?;
    match apply_first(&statement) {
        Ok(()) | Err(Refusal::SignatureMissing { .. }) => Ok(()),
        Err(refusal) => Err(FoundingError::Refused { pool: P::ID, refusal: Box::new(refusal) }),
    }
}

/// Starts an empty log with a statement.
fn apply_first<P: Pool>(statement: &Statement<P>) -> Result<(), Refusal> {
    PoolState::new(statement.body().origin().clone())
        .apply(Millis::default(), statement, &mut CheckNow)
        .map(|_| ())
}

impl Founded {
    /// Checks both envelopes as the logs will, and names them in a trust anchor.
    pub fn new(business: Envelope, technical: Envelope) -> Result<Self, FoundingError> {
        let (b, b_anchor) = check::<Business>(&business)?;
        let (t, t_anchor) = check::<Technical>(&technical)?;
        if b.foundation != t.foundation || b.name != t.name {
            return Err(FoundingError::TwoFoundations);
        }
        let keys = |officers: &[election::statement::Officer], log| {
            officers.iter().map(|officer| officer.key).chain([log]).collect::<Vec<_>>()
        };
        let technical_keys = keys(&t.officers, t.log_key);
        if keys(&b.officers, b.log_key).iter().any(|key| technical_keys.contains(key)) {
            return Err(FoundingError::KeyInBothPools);
        }
        let anchor = Anchor {
            format: FORMAT.to_owned(),
            foundation: b.foundation,
            name: b.name,
            business: b_anchor,
            technical: t_anchor,
        };
        Ok(Founded { anchor, business, technical })
    }
}

/// Whether an envelope founds a pool's log: signed by every officer it names, and by nobody else.
fn check<P: Pool>(envelope: &Envelope) -> Result<(Genesis<P>, PoolAnchor<P>), FoundingError> {
    let statement = Statement::<P>::decode(envelope)
        .map_err(|source| FoundingError::Statement { pool: P::ID, source })?;
    let Body::Genesis(genesis) = statement.body() else {
        return Err(FoundingError::NotAGenesis(P::ID));
    };
    apply_first(&statement)
        .map_err(|refusal| FoundingError::Refused { pool: P::ID, refusal: Box::new(refusal) })?;
    let log_key = VerifierKey::new(genesis.origin.as_str(), genesis.log_key)
        .map_err(|source| FoundingError::LogKey { pool: P::ID, source })?;
    let anchor = PoolAnchor::new(genesis.origin.clone(), log_key, statement.id());
    Ok((genesis.clone(), anchor))
}

#[cfg(test)]
mod tests;
