//! Each warning, from what leads to it; and a sound chronicle, which has none.

use chrono::{DateTime, Utc};

use super::*;
use crate::store::Head;
use crate::store::postgres::{Health, Open, Standby};

fn at(text: &str) -> DateTime<Utc> {
    DateTime::parse_from_rfc3339(text).unwrap().to_utc()
}

/// A sound chronicle on 1 September 2008.
fn sound() -> Readings {
    let head = Head { position: 71, recorded_at: at("2008-09-01T09:00:00+08:00"), chain: [7; 32] };
    Readings {
        now: at("2008-09-01T09:00:01+08:00"),
        head,
        last: Some(head),
        noticed: Ok(Some(2008)),
        folded: Ok(vec![Folded {
            name: "timeline".into(),
            position: Some(71),
            stopped: None,
            kept: false,
        }]),
        files: Some(Ok(Files { chronicle: 5 << 30, wal: 32 << 20, free: 7 << 30 })),
        server: Some(Ok(server())),
    }
}

fn server() -> Health {
    Health {
        is_standby: false,
        fsync: "on".into(),
        synchronous_commit: "on".into(),
        synchronous_standbys: "b".into(),
        sees_all: true,
        bytes: 1 << 40,
        partitions_ahead: 1,
        dead_heads: 150,
        head_bytes: 400 << 10,
        standbys: vec![standby()],
        idle_slots: Vec::new(),
        oldest: Some(Open { pid: 9, name: "report".into(), database: "city".into(), seconds: 2.0 }),
    }
}

fn standby() -> Standby {
    Standby {
        name: "b".into(),
        state: "streaming".into(),
        sync_state: "sync".into(),
        bytes_behind: Some(1_000),
        seconds_behind: None,
    }
}

/// The one finding that is not fine after a change: its grade, and all of it as text.
fn after(change: impl FnOnce(&mut Readings)) -> (Grade, String) {
    let mut readings = sound();
    change(&mut readings);
    let mut wrong = judge(&readings);
    wrong.retain(|finding| finding.grade > Grade::Fine);
    assert_eq!(wrong.len(), 1, "{wrong:#?}");
    assert!(wrong[0].advice.is_some(), "{wrong:?} does not say what to do");
    (wrong[0].grade, format!("{}: {}", wrong[0].looked_at, wrong[0].found))
}

fn warns(words: &str, change: impl FnOnce(&mut Readings)) {
    let (grade, said) = after(change);
    assert!(grade == Grade::Warning && said.contains(words), "{grade:?} {said}");
}

fn troubles(words: &str, change: impl FnOnce(&mut Readings)) {
    let (grade, said) = after(change);
    assert!(grade == Grade::Trouble && said.contains(words), "{grade:?} {said}");
}

fn on_server(change: impl FnOnce(&mut Health)) -> impl FnOnce(&mut Readings) {
    |readings| {
        let mut health = server();
        change(&mut health);
        readings.server = Some(Ok(health));
    }
}

#[test]
fn a_sound_chronicle_has_nothing_to_do() {
    let findings = judge(&sound());
    assert!(findings.iter().all(|f| f.grade == Grade::Fine && f.advice.is_none()), "{findings:#?}");
    assert!(findings.len() >= 11, "{findings:#?}");
    let mut empty = sound();
    empty.head = Head { position: 0, recorded_at: DateTime::UNIX_EPOCH, chain: [0; 32] };
    empty.last = None;
    assert_eq!(head(&empty).grade, Grade::Fine);
}

#[test]
fn a_head_that_is_not_the_last_act_is_trouble() {
    troubles("stands at 71, the act at 70", |r| {
        r.last = Some(Head { position: 70, ..r.head });
    });
    troubles("chain is not", |r| r.last = Some(Head { chain: [8; 32], ..r.head }));
    troubles("recorded times differ", |r| {
        r.last = Some(Head { recorded_at: DateTime::UNIX_EPOCH, ..r.head });
    });
    troubles("last act is missing", |r| r.last = None);
}

#[test]
fn a_clock_behind_the_last_act_is_told() {
    warns("behind it by 3 s", |r| r.now = at("2008-09-01T08:59:57.5+08:00"));
    troubles("behind it by 601 s", |r| r.now = at("2008-09-01T08:50:00+08:00"));
}

/// By the day at Nantong: 60 days before 1 January 2009 is 2 November 2008.
#[test]
fn the_next_years_notice_is_missed_sixty_days_before_it_begins() {
    let on = |r: &mut Readings, day: &str| {
        r.now = at(&format!("{day}T00:30:00+08:00"));
    };
    let mut before = sound();
    on(&mut before, "2008-11-01");
    assert_eq!(calendar(&before).grade, Grade::Fine);
    warns("last one is of 2008", |r| on(r, "2008-11-02"));
    warns("last one is of 2008", |r| on(r, "2008-12-31"));
    troubles("last one is of 2008", |r| on(r, "2009-01-01"));
    troubles("there is none", |r| r.noticed = Ok(None));
    warns("could not be looked at", |r| r.noticed = Err("torn".into()));
}

#[test]
fn a_projection_that_lags_or_stands_is_told() {
    let one = |position, stopped| {
        move |r: &mut Readings| {
            r.head.position = 20_000;
            r.last = Some(r.head);
            r.folded = Ok(vec![Folded { name: "timeline".into(), position, stopped, kept: false }]);
        }
    };
    warns("at 9999, 10001 acts behind", one(Some(9_999), None));
    warns("not made yet", one(None, None));
    troubles("stopped at 12: unknown", one(Some(20_000), Some((12, "unknown".into()))));
    troubles("at 20001", one(Some(20_001), None));
    let mut unreachable = sound();
    unreachable.folded = Err("elsewhere".into());
    assert!(judge(&unreachable).iter().any(|f| f.found == "could not be looked at: elsewhere"));
}

#[test]
fn a_disk_that_fills_and_a_log_that_is_not_folded_are_told() {
    let files = |chronicle, wal, free| {
        move |r: &mut Readings| r.files = Some(Ok(Files { chronicle, wal, free }))
    };
    warns("5.9 GiB free", files(5 << 30, 0, (6 << 30) - 1));
    troubles("free, the chronicle has 71 bytes", files(71, 0, (256 << 20) - 1));
    warns("300.0 MiB", files(71, 300 << 20, 7 << 30));
    warns("could not be looked at: gone", |r| r.files = Some(Err("gone".into())));
}

#[test]
fn a_server_that_may_lose_what_it_acknowledged_is_trouble() {
    troubles("fsync off", on_server(|h| h.fsync = "off".into()));
    troubles("a standby", on_server(|h| h.is_standby = true));
    let mut asynchronous = sound();
    on_server(|h| h.synchronous_commit = "off".into())(&mut asynchronous);
    assert!(judge(&asynchronous).iter().any(|f| f.grade == Grade::Trouble));
    warns("could not be looked at", |r| r.server = Some(Err("gone".into())));
}

#[test]
fn replication_that_does_not_protect_is_told() {
    warns(
        "0 standbys",
        on_server(|h| {
            h.standbys.clear();
            h.synchronous_standbys.clear();
        }),
    );
    warns(
        "1 standbys, 0 synchronous",
        on_server(|h| {
            h.standbys[0].sync_state = "async".into();
            h.synchronous_standbys.clear();
        }),
    );
    troubles("0 standbys", on_server(|h| h.standbys.clear()));
    warns("1 synchronous", on_server(|h| h.synchronous_commit = "local".into()));
    // Such a role is shown no state of a standby at all.
    warns(
        "1 standbys; this role may not see",
        on_server(|h| {
            h.sees_all = false;
            h.standbys[0] = Standby { state: "".into(), sync_state: "".into(), ..standby() };
        }),
    );
    warns("standby b: catchup", on_server(|h| h.standbys[0].state = "catchup".into()));
    warns("0 s behind", on_server(|h| h.standbys[0].bytes_behind = Some(65 << 20)));
    warns("11.0 s behind", on_server(|h| h.standbys[0].seconds_behind = Some(11.0)));
    warns("slot c: nobody", on_server(|h| h.idle_slots = vec![("c".into(), 1 << 30)]));
}

#[test]
fn what_makes_appends_slow_or_stops_them_is_told() {
    warns("0 ahead", on_server(|h| h.partitions_ahead = 0));
    warns("next act is missing", on_server(|h| h.partitions_ahead = -1));
    let open = |seconds| on_server(move |h| h.oldest.as_mut().unwrap().seconds = seconds);
    warns("61 s, process 9 `report` in `city`", open(61.0));
    troubles("3601 s", open(3_601.0));
    warns("10001 dead", on_server(|h| h.dead_heads = 10_001));
    troubles("1000001 dead", on_server(|h| h.dead_heads = 1_000_001));
}

#[test]
fn a_report_is_as_grave_as_its_gravest_finding() {
    let fine = Finding::new("a", "b");
    let warning = fine.clone().but(Grade::Warning, "look");
    let trouble = warning.clone().but(Grade::Trouble, "run");
    assert_eq!(trouble.clone().but(Grade::Warning, "look"), trouble, "the graver one holds");
    let codes = [vec![], vec![fine.clone()], vec![fine.clone(), warning], vec![trouble, fine]]
        .map(|findings| super::super::Report::of(findings).grade.exit_code());
    assert_eq!(codes, [0, 0, 1, 2]);
}
