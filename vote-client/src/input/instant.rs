//! Points in time as people write them: RFC 3339, or with a space, always with an offset.

use election::time::Millis;

/// Why a text is no instant.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InstantError {
    /// Another form.
    #[error("`{0}` is not a point in time; write 2026-12-01T09:00:00+01:00 or 2026-12-01 08:00Z")]
    Form(String),
    /// No offset: whose nine o'clock?
    #[error("`{0}` has no offset from UTC; add Z, +01:00 or the like, so that nobody has to guess")]
    NoOffset(String),
    /// A thirteenth month.
    #[error("`{0}` does not exist in the calendar")]
    Calendar(String),
}

/// Reads an instant (RFC 3339 §5.6, seconds optional, a space allowed for the T).
pub fn parse(text: &str) -> Result<Millis, InstantError> {
    let shown = || text.chars().take(60).collect::<String>();
    let form = || InstantError::Form(shown());
    let text = text.trim();
    let (date, time) = text
        .split_at_checked(10)
        .and_then(|(date, rest)| Some((date, rest.strip_prefix(['T', 't', ' '])?)))
        .ok_or_else(form)?;
    let (year, month, day) = triple(date, '-').ok_or_else(form)?;
    let (clock, minutes_east) = offset(time.trim()).ok_or_else(|| {
        if triple_or_pair(time.trim()).is_some() { InstantError::NoOffset(shown()) } else { form() }
    })?;
    let (hour, minute, second) = triple_or_pair(clock.trim()).ok_or_else(form)?;
    let calendar = || InstantError::Calendar(shown());
    if hour > 23 || minute > 59 || second > 59 || !day_exists(year, month, day) {
        return Err(calendar());
    }
    let local = days(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second;
    let utc = local - minutes_east * 60;
    u64::try_from(utc)
        .ok()
        .and_then(|s| s.checked_mul(1000))
        .and_then(Millis::new)
        .ok_or_else(calendar)
}

/// Writes an instant as RFC 3339 in UTC.
pub fn rfc3339(at: Millis) -> String {
    at.to_string().replace(" UTC", "Z").replacen(' ', "T", 1)
}

fn digits(text: &str, width: usize) -> Option<i64> {
    let plain = text.len() == width && text.bytes().all(|b| b.is_ascii_digit());
    if plain { text.parse().ok() } else { None }
}

fn triple(text: &str, between: char) -> Option<(i64, i64, i64)> {
    let mut parts = text.split(between);
    let first = parts.next()?;
    let triple =
        (digits(first, first.len().min(4))?, digits(parts.next()?, 2)?, digits(parts.next()?, 2)?);
    parts.next().is_none().then_some(triple)
}

fn triple_or_pair(clock: &str) -> Option<(i64, i64, i64)> {
    // Fractions of a second are dropped nowhere: they are not taken.
    let mut parts = clock.split(':');
    let (hour, minute) = (digits(parts.next()?, 2)?, digits(parts.next()?, 2)?);
    let second = parts.next().map_or(Some(0), |second| digits(second, 2))?;
    parts.next().is_none().then_some((hour, minute, second))
}

/// The clock's part and the offset in minutes east of UTC.
fn offset(time: &str) -> Option<(&str, i64)> {
    if let Some(clock) = time.strip_suffix(['Z', 'z']) {
        return Some((clock, 0));
    }
    let at = time.rfind(['+', '-'])?;
    let (clock, offset) = time.split_at_checked(at)?;
    let (sign, rest) = match offset.strip_prefix('+') {
        Some(rest) => (1, rest),
        None => (-1, offset.strip_prefix('-')?),
    };
    let (hours, minutes) = rest.split_once(':')?;
    let (hours, minutes) = (digits(hours, 2)?, digits(minutes, 2)?);
    (hours <= 23 && minutes <= 59).then_some((clock, sign * (hours * 60 + minutes)))
}

fn day_exists(year: i64, month: i64, day: i64) -> bool {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let last = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => return false,
    };
    (1..=last).contains(&day) && year >= 1970
}

/// Days since 1970-01-01 (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms").
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = year - i64::from(month <= 2);
    let era = year / 400;
    let yoe = year - era * 400;
    let doy = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
    era * 146_097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_with_offsets_are_read() {
        let shown = |text| parse(text).map(|at| at.to_string());
        assert_eq!(shown("2026-12-01T09:00:00+01:00"), Ok("2026-12-01 08:00:00 UTC".into()));
        assert_eq!(shown("2026-12-01 09:00 -05:30"), Ok("2026-12-01 14:30:00 UTC".into()));
        assert_eq!(shown("2000-02-29T23:59:59Z"), Ok("2000-02-29 23:59:59 UTC".into()));
        let at = parse("2026-12-01T08:00:00Z").expect("an instant");
        assert_eq!(rfc3339(at), "2026-12-01T08:00:00Z");
    }

    #[test]
    fn a_local_time_without_offset_is_refused() {
        for text in ["2026-12-01T09:00:00", "2026-12-01 09:00"] {
            assert_eq!(parse(text), Err(InstantError::NoOffset(text.into())));
        }
    }

    #[test]
    fn days_that_do_not_exist_are_refused() {
        for text in
            ["2026-02-29T00:00:00Z", "2026-13-01T00:00Z", "2026-01-01T24:00Z", "1969-12-31T00:00Z"]
        {
            assert_eq!(parse(text), Err(InstantError::Calendar(text.into())), "{text}");
        }
        for text in ["tomorrow", "2026-12-01", "2026-12-01T9:00Z", "2026-12-01T09:00:00.5Z", ""] {
            assert!(matches!(parse(text), Err(InstantError::Form(_))), "{text}");
        }
    }
}
