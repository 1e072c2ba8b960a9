//! Times and durations as people type them.

use jiff::{Span, SpanRelativeTo, Timestamp, Unit};

/// RFC 3339, or `@` and seconds since 1970. Epoch seconds.
pub fn instant(text: &str) -> Result<i64, String> {
    if let Some(seconds) = text.strip_prefix('@') {
        return seconds
            .parse()
            .map_err(|_| "after @ come seconds since 1970".into());
    }
    let parsed: Result<Timestamp, _> = text.parse();
    parsed.map(Timestamp::as_second).map_err(|_| {
        "write it like 2026-11-22T10:00:00+07:00, or as @ and seconds since 1970".into()
    })
}

/// `3d`, `12h`, `1 day 6 hours`. Seconds; a day has 24 hours.
pub fn length(text: &str) -> Result<i64, String> {
    let wrong = || "write it like 12h, 3d or \"1 day 6 hours\"".to_string();
    let span: Span = text.parse().map_err(|_| wrong())?;
    let total = span.total((Unit::Second, SpanRelativeTo::days_are_24_hours()));
    let seconds = total.map_err(|_| wrong())? as i64;
    if seconds < 0 {
        Err(wrong())
    } else {
        Ok(seconds)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms() {
        assert_eq!(instant("1970-01-01T07:00:00+07:00"), Ok(0));
        assert_eq!(instant("@17"), Ok(17));
        assert!(instant("yesterday").is_err() && instant("@x").is_err());
        assert_eq!(length("3d"), Ok(259_200));
        assert_eq!(length("1 day 6 hours"), Ok(108_000));
        assert_eq!(length("90m"), Ok(5400));
        assert!(length("-3h").is_err() && length("soon").is_err());
    }
}
