//! The shapes of tables: which columns a question needs and which its answer has.

use csv::StringRecord;
use serde_json::Value;
use tongjian_projections::calendar::{Calendar, CalendarError, Due, Pause};

use super::Answer;
use super::row::{Fault, Row, column, repeated};
use super::text;
use crate::cli::calendar::forward;

/// Which columns a table has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::cli::calendar) enum Shape {
    /// `n_working_days`: due days.
    Due,
    /// `working_days` and `pauses`: due days with any number of pauses.
    DueWithPauses,
    /// `wd`, `pause_from` and `pause_to`: due days with one pause at most.
    WorkedCases,
    /// `end`: elapsed days.
    Elapsed,
    /// `end` and `pauses`: elapsed days with any number of pauses.
    ElapsedWithPauses,
}

impl Shape {
    /// The shape of a table of due days.
    pub(in crate::cli::calendar) fn of_due(header: &StringRecord) -> Result<Self, Fault> {
        let has = |name| column(header, name).is_some();
        let (shape, needed): (Self, &[&str]) = if has("wd") {
            (Self::WorkedCases, &["id", "start", "wd", "pause_from", "pause_to"])
        } else if has("working_days") {
            (Self::DueWithPauses, &["id", "start", "working_days", "pauses"])
        } else {
            (Self::Due, &["id", "start", "n_working_days"])
        };
        shape.if_complete(header, needed)
    }

    /// The shape of a table of elapsed days.
    pub(in crate::cli::calendar) fn of_elapsed(header: &StringRecord) -> Result<Self, Fault> {
        match column(header, "pauses") {
            Some(_) => {
                let needed = &["id", "start", "end", "pauses"];
                Self::ElapsedWithPauses.if_complete(header, needed)
            }
            None => Self::Elapsed.if_complete(header, &["id", "start", "end"]),
        }
    }

    fn if_complete(self, header: &StringRecord, needed: &[&str]) -> Result<Self, Fault> {
        if let Some(name) = needed.iter().find(|name| column(header, name).is_none()) {
            return Err(Fault::of_field(name, "the column is missing"));
        }
        match needed.iter().find(|name| repeated(header, name)) {
            Some(name) => Err(Fault::of_field(name, "the column is there twice")),
            None => Ok(self),
        }
    }

    /// The columns of the answer.
    pub(super) fn columns(self) -> &'static [&'static str] {
        match self {
            Self::Due => &[
                "id",
                "start",
                "n_working_days",
                "due",
                "start_is_workday",
                "due_if_plain_mon_fri",
            ],
            Self::DueWithPauses => {
                &["id", "start", "working_days", "pauses", "due", "due_without_pauses"]
            }
            Self::WorkedCases => &["id", "start", "wd", "pause_from", "pause_to", "expected_due"],
            Self::Elapsed => &["id", "start", "end", "working_days_elapsed", "plain_mon_fri"],
            Self::ElapsedWithPauses => {
                &["id", "start", "end", "pauses", "working_days_elapsed", "plain_mon_fri"]
            }
        }
    }

    /// Answers a row.
    pub(super) fn answer(
        self,
        row: &Row<'_>,
        calendar: &Calendar,
        plain: &Calendar,
    ) -> Result<Answer, Fault> {
        match self {
            Self::Due => due(row, calendar, plain),
            Self::DueWithPauses => due_with_pauses(row, calendar),
            Self::WorkedCases => worked_case(row, calendar),
            Self::Elapsed => elapsed(row, calendar, plain, None),
            Self::ElapsedWithPauses => elapsed(row, calendar, plain, Some("pauses")),
        }
    }

    /// What is said of a provisional answer.
    pub(super) fn provisional_note(self, values: &[Value]) -> String {
        let value = |name: &str| {
            let at = self.columns().iter().position(|column| *column == name);
            at.and_then(|at| values.get(at)).map(text).unwrap_or_default()
        };
        let (id, why) = (value("id"), "some day of the period has no holiday notice yet");
        match self {
            Self::Due | Self::DueWithPauses => {
                format!("{id}: the due day {} is provisional: {why}", value("due"))
            }
            Self::WorkedCases => {
                format!("{id}: the due day {} is provisional: {why}", value("expected_due"))
            }
            Self::Elapsed | Self::ElapsedWithPauses => {
                let days = value("working_days_elapsed");
                format!("{id}: the {days} working days are provisional: {why}")
            }
        }
    }
}

fn due(row: &Row<'_>, calendar: &Calendar, plain: &Calendar) -> Result<Answer, Fault> {
    let (id, start) = (row.field("id")?, row.day("start")?);
    let n = row.working_days("n_working_days")?;
    let Due { on, provisional } = calendar.due(start, n).map_err(fault("n_working_days"))?;
    let start_works = calendar.is_working_day(start).map_err(fault("start"))?;
    let plain = plain.due(start, n).map_err(fault("n_working_days"))?.on;
    let values = vec![
        id.into(),
        start.to_string().into(),
        n.into(),
        on.to_string().into(),
        u8::from(start_works).into(),
        plain.to_string().into(),
    ];
    Ok(Answer { values, provisional })
}

fn due_with_pauses(row: &Row<'_>, calendar: &Calendar) -> Result<Answer, Fault> {
    let (id, start) = (row.field("id")?, row.day("start")?);
    let (n, pauses) = (row.working_days("working_days")?, row.pauses("pauses")?);
    let due = calendar.due_with_pauses(start, n, &pauses).map_err(fault("working_days"))?;
    let without = calendar.due(start, n).map_err(fault("working_days"))?.on;
    let values = vec![
        id.into(),
        start.to_string().into(),
        n.into(),
        row.field("pauses")?.into(),
        due.on.to_string().into(),
        without.to_string().into(),
    ];
    Ok(Answer { values, provisional: due.provisional })
}

fn worked_case(row: &Row<'_>, calendar: &Calendar) -> Result<Answer, Fault> {
    let (id, start) = (row.field("id")?, row.day("start")?);
    let n = row.working_days("wd")?;
    let pause = match (row.field("pause_from")?, row.field("pause_to")?) {
        ("", "") => None,
        _ => Some(Pause { begin: row.day("pause_from")?, end: row.day("pause_to")? }),
    };
    if let Some(pause) = pause {
        forward(pause).map_err(|rule| Fault::of_field("pause_to", rule))?;
    }
    let due = calendar.due_with_pauses(start, n, pause.as_slice()).map_err(fault("wd"))?;
    let values = vec![
        id.into(),
        start.to_string().into(),
        n.into(),
        pause.map(|pause| pause.begin.to_string()).into(),
        pause.map(|pause| pause.end.to_string()).into(),
        due.on.to_string().into(),
    ];
    Ok(Answer { values, provisional: due.provisional })
}

fn elapsed(
    row: &Row<'_>,
    calendar: &Calendar,
    plain: &Calendar,
    pauses: Option<&str>,
) -> Result<Answer, Fault> {
    let (id, start, end) = (row.field("id")?, row.day("start")?, row.day("end")?);
    let left_out = pauses.map_or(Ok(Vec::new()), |name| row.pauses(name))?;
    let of = |calendar: &Calendar| {
        calendar.elapsed_with_pauses(start, end, &left_out).map_err(fault("end"))
    };
    let (elapsed, plain) = (of(calendar)?, of(plain)?);
    let provisional =
        calendar.is_provisional(start.min(end), start.max(end)).map_err(fault("end"))?;
    let mut values = vec![id.into(), start.to_string().into(), end.to_string().into()];
    if let Some(name) = pauses {
        values.push(row.field(name)?.into());
    }
    values.extend([elapsed.into(), plain.into()]);
    Ok(Answer { values, provisional })
}

fn fault(field: &str) -> impl FnOnce(CalendarError) -> Fault + '_ {
    move |error| Fault::of_field(field, error.to_string())
}
