//! Instants as they stand in signed bytes.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Milliseconds since the Unix epoch, UTC, leap seconds ignored: what the logs carry.
///
/// Bounded by 2^53 − 1 so that every JSON reader sees the same number (RFC 7493 §2.2).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize)]
#[serde(transparent)]
pub struct Millis(u64);

impl Millis {
    /// The largest instant, in the year 287396.
    pub const MAX: Millis = Millis((1 << 53) - 1);

    /// An instant, unless it is beyond [`Millis::MAX`].
    pub fn new(millis: u64) -> Option<Millis> {
        (millis <= Self::MAX.0).then_some(Millis(millis))
    }
    /// The number.
    pub fn get(self) -> u64 {
        self.0
    }
    /// This much later, held at [`Millis::MAX`].
    pub fn plus(self, millis: u64) -> Millis {
        Millis(self.0.saturating_add(millis).min(Self::MAX.0))
    }
    /// Calendar date and time of day in UTC, as `2026-11-23 20:15:00 UTC`.
    ///
    /// Days to civil date after Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms".
    fn civil(self) -> (u64, u64, u64, u64) {
        let (days, seconds) = (self.0 / 86_400_000, self.0 / 1000 % 86_400);
        let shifted = days + 719_468;
        let era = shifted / 146_097;
        let doe = shifted % 146_097;
        let yoe = (doe - doe / 1460 + doe / 36_524 - doe / 146_096) / 365;
        let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
        let mp = (5 * doy + 2) / 153;
        let day = doy - (153 * mp + 2) / 5 + 1;
        let month = if mp < 10 { mp + 3 } else { mp - 9 };
        (yoe + era * 400 + u64::from(month <= 2), month, day, seconds)
    }
}

impl fmt::Display for Millis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day, s) = self.civil();
        let (hour, minute, second) = (s / 3600, s / 60 % 60, s % 60);
        write!(f, "{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02} UTC")
    }
}

impl<'de> Deserialize<'de> for Millis {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let millis = u64::deserialize(deserializer)?;
        Millis::new(millis)
            .ok_or_else(|| serde::de::Error::custom("an instant is at most 2^53 - 1 milliseconds"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_are_shown_as_utc() {
        let shown = |millis| Millis::new(millis).expect("in range").to_string();
        assert_eq!(shown(0), "1970-01-01 00:00:00 UTC");
        assert_eq!(shown(951_782_400_000), "2000-02-29 00:00:00 UTC");
        assert_eq!(shown(1_795_464_000_123), "2026-11-23 20:00:00 UTC");
    }

    #[test]
    fn an_instant_that_json_readers_would_round_is_refused() {
        assert_eq!(Millis::new(1 << 53), None);
        assert!(serde_json::from_str::<Millis>("9007199254740992").is_err());
    }
}
