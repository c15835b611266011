//! The one place where this program takes the time and randomness from the world.

use election::time::Millis;
use rand_core::CryptoRng;
use uuid::Uuid;

/// The wall clock, as logs write it. Held at the epoch if the clock stands before it.
#[expect(clippy::disallowed_methods, reason = "the program's one clock")]
pub fn now() -> Millis {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let millis = since.map_or(0, |since| u64::try_from(since.as_millis()).unwrap_or(u64::MAX));
    Millis::new(millis).unwrap_or(Millis::MAX)
}

/// A point from which durations are shown; nothing is decided by it.
#[expect(clippy::disallowed_methods, reason = "a duration that is only shown")]
pub fn stopwatch() -> std::time::Instant {
    std::time::Instant::now()
}

/// The operating system's randomness, through the thread's generator.
#[expect(clippy::disallowed_methods, reason = "the program's one source of randomness")]
pub fn rng() -> impl CryptoRng {
    rand::rng()
}

/// A random UUID (RFC 9562 §5.4).
pub fn uuid(rng: &mut impl CryptoRng) -> Uuid {
    let mut bytes = [0; 16];
    rng.fill_bytes(&mut bytes);
    uuid::Builder::from_random_bytes(bytes).into_uuid()
}
