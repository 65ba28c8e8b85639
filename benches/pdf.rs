//! How long a large bulletin takes to be printed, and how much memory it needs.
//! `cargo bench --features pdf --bench pdf -- 2500`.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a benchmark stops where it fails")]

use std::collections::BTreeMap;
use std::time::Instant;

use serde_json::json;
use tongjian::bulletin::letter::{Letter, Script};
use tongjian::bulletin::pdf::{Fonts, print};

fn main() {
    let rows: u64 = std::env::args().filter_map(|arg| arg.parse().ok()).next().unwrap_or(2_500);
    let letter = letter(rows);
    for _ in 0..3 {
        let start = Instant::now();
        let fonts = Fonts::open(None).unwrap();
        let read = start.elapsed();
        let bytes = print(&letter, Script::Simplified, &fonts).unwrap();
        let (all, size) = (start.elapsed(), bytes.len());
        println!("{rows} rows: {all:.2?}, of it {read:.2?} to read the fonts; {size} bytes");
    }
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    println!("{}", status.lines().find(|line| line.starts_with("VmHWM")).unwrap());
}

/// Ten sections of text, and an annex with eight columns.
fn letter(rows: u64) -> Letter {
    let names = ["收件", "辦結", "按時", "超時", "預警", "黃牌", "紅牌"];
    let mut figures = BTreeMap::new();
    for row in 0..rows {
        for name in names {
            let figure = json!({
                "query": "cases", "period": {"from_on": "2008-01-01", "until_on": "2008-12-31"},
                "over": "current", "site": "320600000000", "measure": "count",
                "unit": "cases", "value": row * 7 % 1_000, "lines": row,
            });
            figures.insert(format!("{name}:{row}"), figure);
        }
    }
    let table: Vec<_> = (0..rows)
        .map(|row| {
            let cells = names.map(|name| json!({"figure": format!("{name}:{row}")}));
            let name = json!({"text": format!("如東縣栟茶鎮第{row}便民服務室")});
            std::iter::once(name).chain(cells).collect::<Vec<_>>()
        })
        .collect();
    let columns: Vec<_> = std::iter::once(json!({"heading": "便民服務室", "width": 6}))
        .chain(names.map(|name| json!({"heading": name, "unit": "cases", "width": 2})))
        .collect();
    let words = "全市各級窗口共收件、辦結，按時辦結率比上年同期有所提高。".repeat(40);
    let section = |number: u32| {
        let runs = json!([{"text": words}]);
        json!({"code": format!("s{number}"), "heading": "基本情況",
            "blocks": [{"block": "paragraph", "runs": runs}]})
    };
    let letter = json!({
        "stream": "bulletin/yearly-2008-320600000000", "standing": "issued",
        "number": {"organ_code": "通監發", "year": 2009, "serial_no": 1},
        "dated_on": "2009-01-09",
        "content": {
            "form": 1, "kind": "yearly", "title": "關於2008年全市便民服務窗口電子監察情況的通報",
            "body": "南通市監察局", "scope_name": "南通市",
            "basis": {
                "scope": "320600000000",
                "period": {"from_on": "2008-01-01", "until_on": "2008-12-31"},
                "until_position": 1_000_000, "rule_editions": [],
            },
            "compared": [],
            "sections": (1..=10).map(section).collect::<Vec<_>>(),
            "annexes": [{"code": "sites", "heading": "各便民服務室辦件情況", "blocks": [
                {"block": "table", "code": "sites", "caption": "各便民服務室辦件情況",
                 "columns": columns, "rows": table}]}],
            "figures": figures,
        },
    });
    serde_json::from_value(letter).unwrap()
}
