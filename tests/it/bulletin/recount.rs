//! 重算: the figures of a bulletin counted again in another language, from nothing but an exported
//! chronicle. `tests/recount/` shares no code with the program, and names each cell that differs.

use std::path::{Path, PathBuf};
use std::process::{Command as Process, Output};

use serde_json::Value;
use tongjian::bulletin::content::Content;
use tongjian::bulletin::draft::content;
use tongjian::export::{Format, export};
use tongjian::store::{Command, Expected, Store};
use tongjian_events::{Act, Submission};

use super::content::{CITY, asked, city};
use super::desk::{Desk, SITE, at, received};
use crate::acts::{Fresh, id};

/// The chronicle up to where a content has read, as a file.
async fn exported(store: &Store, content: &Content, folder: &Path) -> PathBuf {
    let until = content.basis.until_position.0;
    let chronicle = folder.join("city.ndjson");
    let mut to = std::fs::File::create(&chronicle).unwrap();
    export(store, Format::Ndjson, 0, until, &mut to, |_| {}).await.unwrap();
    chronicle
}

fn recounted(chronicle: &Path, bulletin: &Value) -> Output {
    let file = chronicle.with_file_name("bulletin.json");
    std::fs::write(&file, bulletin.to_string()).unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/recount/recount.py");
    let mut python = Process::new("python3");
    python.env("PYTHONDONTWRITEBYTECODE", "1").arg(script).arg(chronicle).arg(&file);
    python.output().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_cell_is_recounted_and_one_that_is_altered_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let fresh = Fresh::sqlite().await;
    city(&fresh.store).await;
    let july = content(&fresh.store, &asked("2008-07", CITY)).await.unwrap();
    let chronicle = exported(&fresh.store, &july, folder.path()).await;
    let mut bulletin = serde_json::to_value(&july).unwrap();
    let told = recounted(&chronicle, &bulletin);
    let said = String::from_utf8(told.stdout).unwrap();
    assert!(told.status.success(), "{said}{}", String::from_utf8_lossy(&told.stderr));
    assert!(said.contains(" 0 differences"), "{said}");

    let figure = &mut bulletin["figures"]["promised_limits/early"]["value"];
    let held = figure.as_i64().unwrap();
    *figure = (held + 1).into();
    let told = recounted(&chronicle, &bulletin);
    let said = String::from_utf8(told.stdout).unwrap();
    assert_eq!(told.status.code(), Some(2), "{said}");
    let more = held + 1;
    let named = format!("promised_limits/early: the bulletin says {more}, the acts say {held}\n");
    assert!(said.starts_with(&named), "{said}");
    assert!(said.contains(" 1 differences"), "{said}");

    // A chronicle that ends before the position is an error, not a difference.
    let whole = std::fs::read_to_string(&chronicle).unwrap();
    let half: String = whole.split_inclusive('\n').take(whole.lines().count() / 2).collect();
    std::fs::write(&chronicle, half).unwrap();
    assert_eq!(recounted(&chronicle, &bulletin).status.code(), Some(1));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_came_in_after_the_close_is_recounted_too() {
    let folder = tempfile::tempdir().unwrap();
    let fresh = Fresh::sqlite().await;
    let desk = Desk::open(fresh.store.clone()).await;
    desk.issued("2008-07", "2008-08-07").await;
    let late = received(9, "2008-07-20T10:00:00+08:00", "2008-08-19T13:00:00+08:00");
    desk.store.append(late).await.unwrap();
    desk.up().await;
    let august = content(&desk.store, &asked("2008-08", CITY)).await.unwrap();
    let chronicle = exported(&desk.store, &august, folder.path()).await;
    desk.close().await;
    let mut bulletin = serde_json::to_value(&august).unwrap();
    let figure = |bulletin: &Value| {
        let mut figures = bulletin["figures"].as_object().unwrap().iter();
        let (name, figure) = figures.find(|(_, it)| it["query"] == "late_arrivals").unwrap();
        assert_eq!(figure["value"], 1, "{figure}");
        name.clone()
    };
    let name = figure(&bulletin);
    let told = recounted(&chronicle, &bulletin);
    let said = String::from_utf8(told.stdout).unwrap();
    assert!(told.status.success(), "{said}{}", String::from_utf8_lossy(&told.stderr));
    bulletin["figures"][&name]["value"] = 0.into();
    let said = String::from_utf8(recounted(&chronicle, &bulletin).stdout).unwrap();
    assert!(said.starts_with(&format!("{name}: ")), "{said}");
}

/// An act on a case of July.
fn on_case(number: u64, case: u64, (event, day): (&str, &str), body: &str) -> Command {
    let when = format!("2008-07-{day}T10:00:00+08:00");
    let text = format!(
        r#"{{"id":"{}","stream":"case/{case}","event":"case.{event}","version":1,
            "occurred_at":"{when}","actor":{{"kind":"staff","id":"S-1"}},
            "source":{{"site":"{SITE}"}},"body":{body}}}"#,
        id(number)
    );
    let act = Act::check(serde_json::from_str::<Submission>(&text).unwrap()).unwrap();
    let stream = act.submission().stream.clone();
    Command { stream, expected: Expected::Any, acts: vec![act], received_at: at(&when) }
}

/// Money that was paid in parts, waived, paid back: with which payment it was too much.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_paid_too_much_is_recounted_payment_by_payment() {
    let folder = tempfile::tempdir().unwrap();
    let fresh = Fresh::sqlite().await;
    let desk = Desk::open(fresh.store.clone()).await;
    let fee = |fen: u32, more: &str| format!(r#"{{"amount_fen":{fen}{more}}}"#);
    let receipt = r#","receipt_no":"N-1""#;
    let reason = r#","reason":"減免"}"#;
    let waived = |fen: u32| format!(r#"{{"amount_fen":{fen}{reason}"#);
    let assessed = fee(100, r#","tariff_fen":100,"legal_basis":"收費目錄""#);
    let acts = [
        // Two payments that are too much together.
        (2, "FeeAssessed", "02", assessed.clone()),
        (2, "FeePaid", "03", fee(60, receipt)),
        (2, "FeePaid", "04", fee(60, receipt)),
        // Waived after it was paid: with the payment it was not too much.
        (3, "FeeAssessed", "16", assessed.clone()),
        (3, "FeePaid", "17", fee(100, receipt)),
        (3, "FeeWaived", "18", waived(40)),
        // Waived before.
        (4, "FeeAssessed", "15", assessed),
        (4, "FeeWaived", "16", waived(40)),
        (4, "FeePaid", "17", fee(100, receipt)),
    ];
    for (number, (case, event, day, body)) in (800..).zip(acts) {
        desk.store.append(on_case(number, case, (event, day), &body)).await.unwrap();
    }
    desk.up().await;
    let july = content(&desk.store, &asked("2008-07", CITY)).await.unwrap();
    let chronicle = exported(&desk.store, &july, folder.path()).await;
    desk.close().await;
    assert_eq!(july.figures["irregularities_found/fee_off_tariff"].value, Some(2));
    let mut bulletin = serde_json::to_value(&july).unwrap();
    let told = recounted(&chronicle, &bulletin);
    let said = String::from_utf8(told.stdout).unwrap();
    assert!(told.status.success(), "{said}{}", String::from_utf8_lossy(&told.stderr));

    // What the acts show and no figure tells is a difference; what nothing counts is an error.
    let figures = bulletin["figures"].as_object_mut().unwrap();
    let figure = figures.remove("irregularities_found/fee_paid_more_than_once").unwrap();
    let said = String::from_utf8(recounted(&chronicle, &bulletin).stdout).unwrap();
    assert!(said.contains("fee_paid_more_than_once"), "{said}");
    let mut unknown = figure;
    unknown["parts"] = serde_json::json!(["of_no_kind"]);
    bulletin["figures"]["irregularities_found/of_no_kind"] = unknown;
    let told = recounted(&chronicle, &bulletin);
    assert_eq!(told.status.code(), Some(1));
    let said = String::from_utf8(told.stderr).unwrap();
    assert!(said.contains("nothing here counts irregularities_found/of_no_kind"), "{said}");
}
