//! Timestamps as logs write them: `2011-10-11 13:45:40.276000+02:00`, `2011-10-11T13:45:40Z`.
//! Nothing is guessed: no offset, an hour that a clock change took away or gave twice, a digit
//! past the microsecond are refused.

use chrono::{DateTime, FixedOffset, MappedLocalTime, NaiveDate, NaiveDateTime, TimeZone as _};
use chrono_tz::Tz;

/// Reads a timestamp. `zone` is the time zone of timestamps without an offset, where the mapping
/// names one. `Err` says which rule it breaks.
pub(super) fn read(text: &str, zone: Option<Tz>) -> Result<DateTime<FixedOffset>, String> {
    let form = || {
        format!(
            "`{text}` is no timestamp; write it as 2011-10-11T13:45:40+02:00 (a blank for T, \
                 digits of a second and Z are allowed)"
        )
    };
    let (local, rest) = local(text).ok_or_else(form)?;
    let (micros, offset) = fraction(text, rest)?;
    let local = local + chrono::Duration::microseconds(micros);
    if offset.is_empty() {
        return match zone {
            Some(zone) => in_zone(text, local, zone),
            None => Err(format!(
                "`{text}` has no offset from UTC; the mapping can name its time \
                                 zone with log.assume_offset_of_time_zone = true"
            )),
        };
    }
    let offset = self::offset(offset).ok_or_else(form)?;
    offset.from_local_datetime(&local).single().ok_or_else(form)
}

/// Date and time to the second, and what follows.
fn local(text: &str) -> Option<(NaiveDateTime, &str)> {
    let (head, rest) = text.split_at_checked(19)?;
    let shape = head.bytes().zip(b"0000-00-00T00:00:00").all(|(byte, form)| match form {
        b'0' => byte.is_ascii_digit(),
        b'T' => byte == b'T' || byte == b' ',
        _ => byte == *form,
    });
    let number = |from: usize, to: usize| head.get(from..to)?.parse::<u32>().ok();
    if !shape {
        return None;
    }
    let year = i32::try_from(number(0, 4)?).ok()?;
    let date = NaiveDate::from_ymd_opt(year, number(5, 7)?, number(8, 10)?)?;
    Some((date.and_hms_opt(number(11, 13)?, number(14, 16)?, number(17, 19)?)?, rest))
}

/// The digits of a second as microseconds, and what follows them.
fn fraction<'a>(text: &str, rest: &'a str) -> Result<(i64, &'a str), String> {
    let Some(after_point) = rest.strip_prefix('.') else { return Ok((0, rest)) };
    let end = after_point.find(|c: char| !c.is_ascii_digit()).unwrap_or(after_point.len());
    let (digits, offset) = after_point.split_at(end);
    if digits.is_empty() {
        return Err(format!("`{text}` has a point and no digits of a second after it"));
    }
    let (kept, dropped) = digits.split_at_checked(6).unwrap_or((digits, ""));
    if dropped.bytes().any(|digit| digit != b'0') {
        return Err(format!("`{text}` is finer than a microsecond"));
    }
    let micros = format!("{kept:0<6}").parse().map_err(|_| format!("`{text}` is no timestamp"))?;
    Ok((micros, offset))
}

fn offset(text: &str) -> Option<FixedOffset> {
    if text == "Z" || text == "z" {
        return FixedOffset::east_opt(0);
    }
    let sign = match text.bytes().next()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let digits = match (text.len(), text.get(3..4)) {
        (6, Some(":")) => format!("{}{}", text.get(1..3)?, text.get(4..6)?),
        (5, Some(_)) => text.get(1..5)?.to_owned(),
        _ => return None,
    };
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let (hours, minutes): (i32, i32) =
        (digits.get(..2)?.parse().ok()?, digits.get(2..)?.parse().ok()?);
    let lawful = minutes < 60 && hours * 60 + minutes <= 14 * 60;
    lawful.then(|| FixedOffset::east_opt(sign * (hours * 60 + minutes) * 60)).flatten()
}

fn in_zone(text: &str, local: NaiveDateTime, zone: Tz) -> Result<DateTime<FixedOffset>, String> {
    match zone.from_local_datetime(&local) {
        MappedLocalTime::Single(at) => Ok(at.fixed_offset()),
        MappedLocalTime::Ambiguous(first, second) => Err(format!(
            "`{text}` was shown twice by the clocks of {zone}: with the offset {} and with {}",
            first.format("%:z"),
            second.format("%:z")
        )),
        MappedLocalTime::None => {
            Err(format!("`{text}` was never shown by the clocks of {zone}: they were put forward"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: &str) {
        assert_eq!(read(text, None).unwrap().to_rfc3339(), expect, "{text}");
    }

    #[test]
    fn the_forms_that_logs_write_are_read() {
        check("2011-10-11 13:45:40.276000+02:00", "2011-10-11T13:45:40.276+02:00");
        check("2011-10-11T13:45:40.276+02:00", "2011-10-11T13:45:40.276+02:00");
        check("2011-10-11T13:45:40Z", "2011-10-11T13:45:40+00:00");
        check("2011-10-11T13:45:40.000001-0330", "2011-10-11T13:45:40.000001-03:30");
        check("2011-10-11T13:45:40.5+08:00", "2011-10-11T13:45:40.500+08:00");
        check("2011-10-11T13:45:40.276000000+02:00", "2011-10-11T13:45:40.276+02:00");
    }

    #[test]
    fn nothing_is_rounded_or_guessed() {
        for (text, rule) in [
            ("2011-10-11T13:45:40.2760001+02:00", "finer than a microsecond"),
            ("2011-10-11T13:45:40", "no offset from UTC"),
            ("2011-10-11T13:45:40.+02:00", "no digits of a second"),
            ("2011-10-11T13:45:60Z", "no timestamp"),
            ("2011-10-11T24:00:00Z", "no timestamp"),
            ("2011-02-29T13:45:40Z", "no timestamp"),
            ("11/10/2011 13:45", "no timestamp"),
            ("2011-10-11", "no timestamp"),
            ("2011-10-11T13:45:40+15:00", "no timestamp"),
            ("2011-10-11T13:45:40+1:00", "no timestamp"),
            ("2011-10-11T13:45:40+02:00 ", "no timestamp"),
            ("二〇一一年十月十一日下午一點", "no timestamp"),
            ("NA", "no timestamp"),
        ] {
            let said = read(text, None).unwrap_err();
            assert!(said.contains(rule), "{text}: {said}");
        }
    }

    #[test]
    fn local_times_take_the_zone_that_the_mapping_names() {
        let zone = Some(chrono_tz::Europe::Amsterdam);
        let at = |text: &str| read(text, zone).map(|at| at.to_rfc3339());
        assert_eq!(at("2011-10-11 13:45:40").unwrap(), "2011-10-11T13:45:40+02:00");
        assert_eq!(at("2011-11-11 13:45:40Z").unwrap(), "2011-11-11T13:45:40+00:00");
        assert!(at("2011-10-30 02:30:00").unwrap_err().contains("shown twice"));
        assert!(at("2011-03-27 02:30:00").unwrap_err().contains("never shown"));
    }
}
