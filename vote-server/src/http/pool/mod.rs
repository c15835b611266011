//! What each pool has: one file an endpoint, generic over the pool.

pub mod artifact;
pub mod certificate;
pub mod certificate_draft;
pub mod checkpoint;
pub mod election;
pub mod elections;
pub mod electorate;
pub mod entries;
pub mod info;
pub mod manifest;
pub mod principals;
pub mod receipt;
pub mod receipt_by_id;
pub mod record;
pub mod roll;
pub mod statements;
pub mod tile;
pub mod voter;

use ::election::Pool;

use super::PoolContext;
use super::endpoint::Endpoint;

/// A statement id of the right form, for examples.
pub(crate) const EXAMPLE_ID: &str =
    "6a09e667f3bcc908b2fb1366ea957d3e3adec17512775099da2f590b0667322a";

/// All of it.
pub fn endpoints<P: Pool>() -> Vec<Endpoint<PoolContext<P>>> {
    vec![
        statements::endpoint(),
        info::endpoint(),
        principals::endpoint(),
        elections::endpoint(),
        election::endpoint(),
        manifest::endpoint(),
        roll::endpoint(),
        certificate_draft::endpoint(),
        certificate::endpoint(),
        electorate::endpoint(),
        receipt::endpoint(),
        receipt_by_id::endpoint(),
        voter::endpoint(),
        checkpoint::endpoint(),
        tile::endpoint(),
        entries::endpoint(),
        artifact::endpoint(),
        record::endpoint(),
    ]
}
