//! A small letter with every kind of block in it, for the tests of formats.

use std::collections::BTreeMap;

use serde_json::json;
use tongjian::bulletin::content::{Content, Figure};
use tongjian::bulletin::letter::Letter;

fn figures() -> BTreeMap<String, Figure> {
    let counted: &[(&str, &str, i64)] = &[
        ("cases_received", "cases", 1_177),
        ("cases_received@previous", "cases", 1_020),
        ("cases_finished", "cases", 1_160),
        ("finished_on_time", "share_hundredths", 9_987),
        ("fees_charged", "fen", 1_234_505),
        ("flags/premises:320681000000", "matters", 2),
        ("flags/personnel:320681000000", "matters", 0),
        ("flags/premises:320623000000", "matters", 11),
        ("flags/personnel:320623000000", "matters", 3),
    ];
    let figure = |(name, unit, value): &(&str, &str, i64)| {
        let site = name.split_once(':').map_or("320600000000", |(_, site)| site);
        let figure = json!({
            "query": name.split(['/', '@', ':']).next(),
            "period": {"from_on": "2008-07-01", "until_on": "2008-07-31"},
            "over": "current", "site": site, "measure": "count",
            "unit": unit, "value": value, "lines": value,
        });
        ((*name).to_owned(), serde_json::from_value(figure).unwrap())
    };
    counted.iter().map(figure).collect()
}

/// The rows of an annex of several pages.
fn rows() -> Vec<serde_json::Value> {
    (1..=60)
        .map(|row| {
            json!([{"text": format!("如東縣栟茶鎮第{row}便民服務室")}, {"day": "2008-07-15"},
            {"figure": "cases_received"}])
        })
        .collect()
}

/// The content: a section of sentences, one with a table and a chart, one of numbered cases, an
/// annex of many rows, and the name of a town that many fonts do not hold.
pub(super) fn content() -> Content {
    let rows = rows();
    let text = |words: &str| json!({"text": words});
    let figure = |name: &str| json!({"figure": name});
    let content = json!({
        "form": 1, "kind": "monthly",
        "title": "關於2008年7月份全市便民服務窗口電子監察情況的通報",
        "body": "南通市監察局", "scope_name": "南通市",
        "basis": {
            "scope": "320600000000",
            "period": {"from_on": "2008-07-01", "until_on": "2008-07-31"},
            "until_position": "48211", "calendar_position": "9",
            "rule_editions": [{"rule": "cards", "edition": 1}],
        },
        "compared": [{
            "with": "previous",
            "period": {"from_on": "2008-06-01", "until_on": "2008-06-30"},
        }],
        "sections": [
            {"code": "basics", "heading": "基本情況", "blocks": [
                {"block": "paragraph", "runs": [
                    text("7月份,全市各級窗口共收件"), figure("cases_received"),
                    text(",上月為"), figure("cases_received@previous"), text(";辦結"),
                    figure("cases_finished"), text(",按時辦結率"), figure("finished_on_time"),
                    text(",收費"), figure("fees_charged"), text("。")]}]},
            {"code": "flags", "heading": "五個不到位", "blocks": [
                {"block": "table", "code": "flags_by_county", "caption": "各縣(市、區)五個不到位情況",
                 "columns": [
                    {"heading": "縣(市、區)", "width": 3},
                    {"heading": "場所(項)", "unit": "matters", "width": 2},
                    {"heading": "人員(項)", "unit": "matters", "width": 2}],
                 "rows": [
                    [text("啓東市"), figure("flags/premises:320681000000"),
                     figure("flags/personnel:320681000000")],
                    [text("如東縣"), figure("flags/premises:320623000000"),
                     figure("flags/personnel:320623000000")]]},
                {"block": "chart", "code": "flags_by_county", "caption": "各縣(市、區)五個不到位情況",
                 "shape": "stacked", "categories": ["啓東市", "如東縣"], "series": [
                    {"name": "場所", "figures":
                        ["flags/premises:320681000000", "flags/premises:320623000000"]},
                    {"name": "人員", "figures":
                        ["flags/personnel:320681000000", "flags/personnel:320623000000"]}]}]},
            {"code": "typical_cases", "heading": "典型問題", "blocks": [
                {"block": "point", "heading": "如東縣栟茶鎮便民服務中心3號窗口工作日無人在崗",
                 "runs": [text("7月15日9時12分,該窗口無人在崗,至11時03分方有人返回。")]},
                {"block": "point", "heading": "啓東市某鎮便民服務中心超過承諾時限辦理",
                 "runs": [text("承諾5個工作日,實際8個工作日。")]}]}],
        "annexes": [{"code": "sites", "heading": "各便民服務室辦件情況", "blocks": [
            {"block": "table", "code": "sites", "caption": "各便民服務室辦件情況", "columns": [
                {"heading": "便民服務室", "width": 6}, {"heading": "開辦日", "width": 3},
                {"heading": "收件(件)", "unit": "cases", "width": 2}],
             "rows": rows}]}],
        "figures": figures(),
    });
    serde_json::from_value(content).unwrap()
}

/// The letter, as issued in 2008.
pub(super) fn letter() -> Letter {
    let letter = json!({
        "stream": "bulletin/monthly-2008-07-320600000000", "standing": "issued",
        "number": {"organ_code": "通監發", "year": 2008, "serial_no": 12},
        "dated_on": "2008-08-07",
        "recipients": ["各縣(市、區)監察局", "市各有關單位"],
        "copies_to": ["市委辦公室", "市政府辦公室"],
        "subject_words": ["行政審批", "電子監察", "通報"],
        "content": content(),
    });
    serde_json::from_value(letter).unwrap()
}
