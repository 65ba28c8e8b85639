//! The judgements: pure, each a function of what was read. The bounds stand here.

use chrono::{Datelike as _, TimeDelta};

use super::{Files, Finding, Folded, Grade, Readings};

mod server;
#[cfg(test)]
mod tests;

/// The clock of the machine may be so far behind the last recorded time before it is trouble.
const CLOCK_BEHIND: TimeDelta = TimeDelta::seconds(5);
/// So long before a year begins its notice should be there.
const NOTICE_DAYS: TimeDelta = TimeDelta::days(60);
/// A projection may be so many acts behind.
const ACTS_BEHIND: u64 = 10_000;
/// Free on the disk beside the chronicle's own size, so that a backup can be made there.
const FREE_TO_GROW: u64 = 1 << 30;
/// Less than this and appends may fail soon.
const FREE_AT_LEAST: u64 = 256 << 20;
/// A write-ahead log that is folded in time is smaller: it has 32 MiB and what one batch adds.
const WAL: u64 = 256 << 20;

/// Judges everything that was read.
#[must_use]
pub fn judge(readings: &Readings) -> Vec<Finding> {
    let mut findings = vec![head(readings), clock(readings), calendar(readings)];
    match &readings.folded {
        Ok(folded) => {
            findings.extend(folded.iter().map(|one| projection(one, readings.head.position)));
        }
        Err(why) => findings.push(unread_tables(why)),
    }
    match &readings.files {
        Some(Ok(files)) => findings.extend([disk(files), wal(files)]),
        Some(Err(why)) => findings.push(unread("disk", why)),
        None => {}
    }
    match &readings.server {
        Some(Ok(health)) => findings.extend(server::judge(health)),
        Some(Err(why)) => findings.push(unread("server", why)),
        None => {}
    }
    findings
}

fn unread(what: &str, why: &str) -> Finding {
    Finding::new(what, format!("could not be looked at: {why}"))
        .but(Grade::Warning, "mend what is said there, and look again")
}

fn unread_tables(why: &str) -> Finding {
    Finding::new("projections", format!("could not be looked at: {why}")).but(
        Grade::Warning,
        "`tongjian migrate` as the owner makes what is missing and gives the rights; beside a \
         file, with the service stopped, delete the read tables: they are made again",
    )
}

fn head(readings: &Readings) -> Finding {
    let (head, last) = (&readings.head, &readings.last);
    let looked_at = "head against last act";
    let wrong = match last {
        None if head.position == 0 => return Finding::new(looked_at, "the chronicle is empty"),
        Some(last) if last == head => {
            return Finding::new(looked_at, format!("both at {}, one chain", head.position));
        }
        None => "the last act is missing".to_owned(),
        Some(last) if last.position != head.position => {
            format!("the head stands at {}, the act at {}", head.position, last.position)
        }
        Some(last) if last.chain != head.chain => {
            format!("at {} the head's chain is not that of the act", head.position)
        }
        Some(_) => format!("at {} the recorded times differ", head.position),
    };
    Finding::new(looked_at, wrong).but(
        Grade::Trouble,
        "stop the service; `tongjian verify` names the first position that is damaged",
    )
}

fn clock(readings: &Readings) -> Finding {
    let looked_at = "clock of this machine against the last recorded time";
    let behind = readings.head.recorded_at - readings.now;
    if behind <= TimeDelta::zero() {
        return Finding::new(looked_at, "not behind it");
    }
    let seconds = behind.num_milliseconds().div_euclid(1_000) + 1;
    let grade = if behind > CLOCK_BEHIND { Grade::Trouble } else { Grade::Warning };
    Finding::new(looked_at, format!("behind it by {seconds} s")).but(
        grade,
        "set the clock (NTP) of whichever machine is wrong: until then acts get the last recorded \
         time, and what happened since is refused as not yet happened",
    )
}

fn calendar(readings: &Readings) -> Finding {
    let looked_at = "holiday notices";
    let last = match &readings.noticed {
        Ok(last) => last,
        Err(why) => return unread(looked_at, why),
    };
    let (today, advice) = (
        readings.today(),
        "append the State Council's notice (calendar.HolidayNoticePublished), or install the \
         release that ships it; until then due days past the last one are provisional",
    );
    let found = match last {
        Some(year) => format!("the last one is of {year}"),
        None => "there is none".into(),
    };
    let known = last.unwrap_or(i32::MIN);
    let soon = today.checked_add_signed(NOTICE_DAYS).map_or(today.year(), |day| day.year());
    match known {
        known if known < today.year() => Finding::new(looked_at, found).but(Grade::Trouble, advice),
        known if known < soon => Finding::new(looked_at, found).but(Grade::Warning, advice),
        _ => Finding::new(looked_at, found),
    }
}

fn projection(folded: &Folded, head: u64) -> Finding {
    let looked_at = format!("projection {}", folded.name);
    if let Some((position, error)) = &folded.stopped {
        return Finding::new(looked_at, format!("stopped at {position}: {error}")).but(
            Grade::Trouble,
            "install the release that can read the act, or skip it by an act of the stream \
             `policy` (policy.ProjectionEventSkipped)",
        );
    }
    let Some(position) = folded.position else {
        return Finding::new(looked_at, "not made yet")
            .but(Grade::Warning, "start the service, or `tongjian rebuild`");
    };
    let behind = head.saturating_sub(position);
    let kept = if folded.kept { "; the tables that served before are kept" } else { "" };
    let finding = Finding::new(looked_at, format!("at {position}, {behind} acts behind{kept}"));
    if position > head {
        return finding.but(
            Grade::Trouble,
            "the read tables are of another chronicle: with the service stopped delete them \
             (docs/operate.md, `Read tables in PostgreSQL`, or the file `…-read.db`)",
        );
    }
    if behind > ACTS_BEHIND {
        return finding.but(Grade::Warning, "see that the service runs; it catches up by itself");
    }
    finding
}

fn disk(files: &Files) -> Finding {
    let (free, needed) = (files.free, files.chronicle + FREE_TO_GROW);
    let found = format!("{} free, the chronicle has {}", size(free), size(files.chronicle));
    let finding = Finding::new("disk", found);
    if free < FREE_AT_LEAST {
        finding.but(Grade::Trouble, "make room now: an append that finds none fails")
    } else if free < needed {
        let needed = size(needed);
        finding.but(Grade::Warning, format!("make room: a backup beside it needs {needed}"))
    } else {
        finding
    }
}

fn wal(files: &Files) -> Finding {
    let finding = Finding::new("write-ahead log", size(files.wal));
    if files.wal > WAL {
        let advice = "end what reads for long (an open `sqlite3`, a stuck export): it keeps the \
                      log from being folded into the file";
        return finding.but(Grade::Warning, advice);
    }
    finding
}

/// A size for people.
fn size(bytes: u64) -> String {
    let units = [(1_u64 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB")];
    match units.into_iter().find(|(unit, _)| bytes >= *unit) {
        Some((unit, name)) => {
            let tenths = (bytes / (unit >> 10)) * 10 / 1_024;
            format!("{}.{} {name}", tenths / 10, tenths % 10)
        }
        None => format!("{bytes} bytes"),
    }
}
