//! 看板: the boards' files, the rules of Prometheus and the figures behind them.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::{Value, json};
use tongjian::boards::grafana::files;

mod live;
mod pages;
mod prometheus;
mod statements;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

fn folder() -> PathBuf {
    root().join("dashboards/grafana/boards")
}

/// Every board as it is committed.
fn boards() -> Vec<Value> {
    files().iter().map(|(_, text)| serde_json::from_str(text).unwrap()).collect()
}

/// Every query of every panel: the board, the panel and the query.
fn queries(boards: &[Value]) -> Vec<(&Value, &Value, &Value)> {
    let mut all = Vec::new();
    for board in boards {
        for panel in board["panels"].as_array().unwrap() {
            for target in panel["targets"].as_array().unwrap() {
                all.push((board, panel, target));
            }
        }
    }
    all
}

#[test]
fn the_files_are_those_that_the_catalogue_makes() {
    let made: BTreeSet<String> = files().into_iter().map(|(name, _)| name).collect();
    let held: BTreeSet<String> = std::fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(held, made);
    for (name, text) in files() {
        let held = std::fs::read_to_string(folder().join(&name)).unwrap();
        assert!(held == text, "{name}: `tongjian boards dashboards/grafana/boards` makes another");
    }
}

/// A Python that has the validator: that of the path, or Debian's.
fn checked(paths: &[PathBuf]) -> Output {
    let has = |python: &&str| {
        let asked = Command::new(python).args(["-c", "import jsonschema"]).output();
        asked.is_ok_and(|answer| answer.status.success())
    };
    let python = ["python3", "/usr/bin/python3"].into_iter().find(has);
    let python = python.expect("python3-jsonschema is missing; `tests/run` installs it");
    let script = root().join("tests/boards/check.py");
    let mut command = Command::new(python);
    command.env("PYTHONDONTWRITEBYTECODE", "1").arg(script).args(paths);
    command.output().unwrap()
}

#[test]
fn the_checker_finds_no_fault() {
    let paths: Vec<_> = files().iter().map(|(name, _)| folder().join(name)).collect();
    let told = checked(&paths);
    let said = String::from_utf8_lossy(&told.stdout);
    assert!(told.status.success(), "{said}{}", String::from_utf8_lossy(&told.stderr));
}

/// Changes a board; the panel of a kind is found first.
type Plant = fn(&mut Value);

fn panel<'b>(board: &'b mut Value, kind: &str) -> &'b mut Value {
    let panels = board["panels"].as_array_mut().unwrap();
    panels.iter_mut().find(|panel| panel["type"] == kind).unwrap()
}

const PLANTED: &[(&str, Plant)] = &[
    ("schema 11.6.0: : Additional", |board| board["wrong"] = json!(1)),
    ("schema 13.2.3: : Additional", |board| panel(board, "stat")["wrong"] = json!(1)),
    ("'wrong' was unexpected", |board| panel(board, "stat")["options"]["wrong"] = json!(1)),
    ("'wrong' was unexpected", |board| {
        panel(board, "stat")["fieldConfig"]["defaults"]["wrong"] = json!(1);
    }),
    ("'wrong' was unexpected", |board| {
        panel(board, "timeseries")["fieldConfig"]["defaults"]["custom"]["wrong"] = json!(1);
    }),
    ("`wrong` is no key of a query", |board| {
        panel(board, "stat")["targets"][0]["wrong"] = json!(1);
    }),
    ("'lines' is not one of", |board| {
        panel(board, "timeseries")["fieldConfig"]["defaults"]["custom"]["drawStyle"] =
            json!("lines");
    }),
    ("7 is not of type 'string'", |board| board["refresh"] = json!(7)),
    ("'0.95' is not of type 'number'", |board| {
        panel(board, "stat")["fieldConfig"]["defaults"]["thresholds"]["steps"] =
            json!([{ "color": "red", "value": "0.95" }]);
    }),
    ("`graph` is none of", |board| panel(board, "stat")["type"] = json!("graph")),
    ("it lies over panel", |board| panel(board, "stat")["gridPos"]["w"] = json!(20)),
    ("is no variable", |board| panel(board, "stat")["datasource"]["uid"] = json!("P1")),
    ("it lacks a title or a description", |board| {
        panel(board, "stat")["description"] = json!("");
    }),
    ("there is no board", |board| board["links"][0]["url"] = json!("/d/none")),
    ("without :sqlstring", |board| {
        panel(board, "table")["targets"][0]["rawSql"] = json!("select $county");
    }),
    ("is not declared", |board| {
        panel(board, "stat")["targets"][0]["expr"] = json!("sum(tongjian_cases{a=\"$b\"})");
    }),
    ("is taken as it is", |board| {
        panel(board, "stat")["targets"][0]["expr"] = json!("sum(tongjian_appends_total)");
    }),
    ("is not $__rate_interval", |board| {
        panel(board, "stat")["targets"][0]["expr"] = json!("rate(tongjian_appends_total[5m])");
    }),
    ("the unit `parsecs` is not known", |board| {
        panel(board, "stat")["fieldConfig"]["defaults"]["unit"] = json!("parsecs");
    }),
    ("`editable` is not false", |board| board["editable"] = json!(true)),
    ("is none of its options", |board| panel(board, "alertlist")["options"]["wrong"] = json!(1)),
    ("is taken for a number", |board| {
        let overrides = &mut panel(board, "table")["fieldConfig"]["overrides"];
        overrides[0]["properties"] = json!([{ "id": "displayName", "value": "place" }]);
    }),
    ("with an hour that it has not", |board| {
        let overrides = &mut panel(board, "table")["fieldConfig"]["overrides"];
        overrides[0]["matcher"]["options"] = json!("due_on");
    }),
    ("it reads the chronicle itself", |board| {
        panel(board, "table")["targets"][0]["rawSql"] = json!("select * from chronicle.events");
    }),
];

#[test]
fn a_fault_that_is_planted_in_a_board_is_found() {
    let name = "tongjian-overview.json";
    let others: Vec<_> =
        files().into_iter().map(|(name, _)| name).filter(|of| of != name).collect();
    for (said, plant) in PLANTED {
        let mut board = boards().into_iter().find(|of| of["uid"] == "tongjian-overview").unwrap();
        plant(&mut board);
        let away = tempfile::tempdir().unwrap();
        let path = away.path().join(name);
        std::fs::write(&path, board.to_string()).unwrap();
        let mut paths: Vec<_> = others.iter().map(|name| folder().join(name)).collect();
        paths.push(path);
        let told = checked(&paths);
        let found = String::from_utf8_lossy(&told.stdout);
        assert_eq!(told.status.code(), Some(1), "{said}: {found}");
        assert!(found.contains(said), "{said}: {found}");
    }
}
