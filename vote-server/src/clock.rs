//! What time it is. The system's clock is read here and nowhere else.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use election::time::Millis;

/// Tells the time. The sequencer stamps leaves with it and opens and closes elections by it.
pub trait Clock: Send + Sync + std::fmt::Debug + 'static {
    /// Now.
    fn now(&self) -> Millis;
}

/// The machine's clock.
#[derive(Clone, Copy, Default, Debug)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the time")]
    fn now(&self) -> Millis {
        // A clock before 1970 reads as 1970: the log then keeps the time of its last leaf.
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Millis::default().plus(u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
    }
}

/// A clock that stands still until it is set: for tests, and for a demonstration that does not wait
/// for a voting window to end.
#[derive(Clone, Debug)]
pub struct SetClock(Arc<AtomicU64>);

impl SetClock {
    /// A clock at an instant.
    pub fn new(at: Millis) -> Self {
        SetClock(Arc::new(AtomicU64::new(at.get())))
    }
    /// Moves it to an instant, unless it is there or later already.
    pub fn advance_to(&self, at: Millis) {
        self.0.fetch_max(at.get(), Ordering::SeqCst);
    }
    /// Moves it on.
    pub fn advance_by(&self, millis: u64) {
        self.0.fetch_add(millis, Ordering::SeqCst);
    }
}

impl Clock for SetClock {
    fn now(&self) -> Millis {
        Millis::default().plus(self.0.load(Ordering::SeqCst))
    }
}
