//! Where randomness comes from. The operating system is asked here and nowhere else.

use rand::rngs::SysRng;
use rand_core::{CryptoRng, UnwrapErr};
use uuid::Uuid;

/// The operating system's randomness. It panics if there is none: nothing secret may be made then.
pub fn system() -> impl CryptoRng {
    UnwrapErr(SysRng)
}

/// A random UUID (RFC 9562 §5.4).
pub fn uuid(rng: &mut impl CryptoRng) -> Uuid {
    let mut bytes = [0; 16];
    rng.fill_bytes(&mut bytes);
    uuid::Builder::from_random_bytes(bytes).into_uuid()
}
