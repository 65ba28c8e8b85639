//! 寫法: how days, times, numbers and spans are written on the pages, in this place alone.

use std::fmt::Display;

use chrono::{Datelike as _, NaiveDate, NaiveDateTime};

use super::locale::Locale;

/// 寫法 of a language.
#[derive(Debug, Clone, Copy)]
pub struct Format {
    /// The language.
    pub locale: Locale,
}

impl Format {
    /// A day in a table: `2008-09-01`.
    #[must_use]
    pub fn day(self, day: NaiveDate) -> String {
        day.format("%Y-%m-%d").to_string()
    }

    /// A day in a heading: `2008年9月1日 星期一`, `Monday 1 September 2008`.
    #[must_use]
    pub fn long_day(self, day: NaiveDate) -> String {
        if self.locale.is_chinese() {
            let weekday = self.weekday(day);
            return format!("{}年{}月{}日 {weekday}", day.year(), day.month(), day.day());
        }
        day.format("%A %-d %B %Y").to_string()
    }

    /// The day of the week.
    #[must_use]
    pub fn weekday(self, day: NaiveDate) -> &'static str {
        const CHINESE: [&str; 7] =
            ["星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日"];
        const ENGLISH: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
        let names = if self.locale.is_chinese() { CHINESE } else { ENGLISH };
        let at = day.weekday().num_days_from_monday() as usize;
        names.get(at).copied().unwrap_or_default()
    }

    /// A minute, in local time: `2008-09-01 09:00`.
    #[must_use]
    pub fn minute(self, at: NaiveDateTime) -> String {
        at.format("%Y-%m-%d %H:%M").to_string()
    }

    /// A whole number, in threes: `1,234,567`.
    #[must_use]
    pub fn number(self, number: i64) -> String {
        let digits = number.unsigned_abs().to_string();
        let mut out = String::from(if number < 0 { "-" } else { "" });
        for (at, digit) in digits.chars().enumerate() {
            if at > 0 && (digits.len() - at).is_multiple_of(3) {
                out.push(',');
            }
            out.push(digit);
        }
        out
    }

    /// Hundredths: `98.50`.
    #[must_use]
    pub fn hundredths(self, hundredths: i64) -> String {
        let sign = if hundredths < 0 { "-" } else { "" };
        let of = hundredths.unsigned_abs();
        format!("{sign}{}.{:02}", of / 100, of % 100)
    }

    /// A part of a whole, rounded as bulletins round it: `98.50%`; a dash of nothing.
    #[must_use]
    pub fn share(self, part: i64, whole: i64) -> String {
        if whole <= 0 {
            return "—".into();
        }
        let share = part.saturating_mul(20_000).saturating_add(whole) / whole.saturating_mul(2);
        format!("{}%", self.hundredths(share))
    }

    /// Working days.
    #[must_use]
    pub fn working_days(self, days: i64) -> String {
        let key = if days == 1 { "format.working_day" } else { "format.working_days" };
        self.locale.tf(key, &[&self.number(days)])
    }

    /// A span of time in its two greatest units.
    #[must_use]
    pub fn lag(self, seconds: i64) -> String {
        let minutes = seconds / 60;
        let said = |key: &str, values: &[&dyn Display]| self.locale.tf(key, values);
        match (minutes / 1_440, minutes / 60 % 24, minutes % 60) {
            (0, 0, minutes) => said("format.minutes", &[&minutes]),
            (0, hours, minutes) => said("format.hours_minutes", &[&hours, &minutes]),
            (days, hours, _) => said("format.days_hours", &[&days, &hours]),
        }
    }

    /// A value, or a dash where there is none.
    #[must_use]
    pub fn or_dash<T: Display>(self, value: Option<T>) -> String {
        value.map_or_else(|| "—".to_owned(), |value| value.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHINESE: Format = Format { locale: Locale::Simplified };
    const ENGLISH: Format = Format { locale: Locale::English };

    #[test]
    fn days_are_written_in_both_languages() {
        let day = NaiveDate::from_ymd_opt(2008, 9, 1).unwrap();
        assert_eq!(CHINESE.long_day(day), "2008年9月1日 星期一");
        assert_eq!(ENGLISH.long_day(day), "Monday 1 September 2008");
        assert_eq!(ENGLISH.day(day), "2008-09-01");
    }

    #[test]
    fn numbers_stand_in_threes() {
        for (number, written) in
            [(0, "0"), (999, "999"), (1_000, "1,000"), (-1_234_567, "-1,234,567")]
        {
            assert_eq!(ENGLISH.number(number), written);
        }
    }

    #[test]
    fn a_share_of_nothing_is_a_dash_and_others_are_rounded_as_in_bulletins() {
        assert_eq!(ENGLISH.share(1, 0), "—");
        assert_eq!(ENGLISH.share(985, 1_000), "98.50%");
        assert_eq!((ENGLISH.share(2, 3), ENGLISH.share(1, 3)), ("66.67%".into(), "33.33%".into()));
        assert_eq!(ENGLISH.hundredths(-105), "-1.05");
    }

    #[test]
    fn spans_are_told_in_their_two_greatest_units() {
        assert_eq!(CHINESE.lag(59 * 60), "59分");
        assert_eq!(ENGLISH.lag(26 * 3_600), "1 d 2 h");
        assert_eq!(ENGLISH.working_days(1), "1 working day");
    }
}
