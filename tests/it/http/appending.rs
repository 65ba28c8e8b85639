//! Acts are recorded once, in order, each answered by itself or all together.

use serde_json::{Value, json};

use super::{Site, notice, with};
use crate::acts::id;

#[test]
fn an_act_is_answered_with_its_place_and_again_when_it_is_repeated() {
    let site = Site::open();
    let first = site.post("/v1/acts", &notice(1, "case/1"));
    assert_eq!((first.status, first.header("location")), (201, "/v1/acts/1"));
    let receipt = first.json();
    assert_eq!((&receipt["position"], &receipt["stream_version"]), (&json!(1), &json!(1)));
    assert_eq!(receipt["leaf"].as_str().unwrap().len(), 64);
    assert_eq!(receipt["repeated"], false);
    let again = site.post("/v1/acts", &notice(1, "case/1"));
    assert_eq!(again.status, 200);
    assert_eq!(again.json(), with(receipt, "repeated", json!(true)));
}

#[test]
fn an_expected_version_is_really_checked() {
    let site = Site::open();
    let send = |number, expected: Value| {
        site.post("/v1/acts", &with(notice(number, "case/1"), "expected", expected))
    };
    send(1, json!("exists")).problem(409, "version-conflict");
    assert_eq!(send(1, json!("new")).status, 201);
    let problem = send(2, json!("new")).problem(409, "version-conflict");
    assert_eq!(problem["actual_version"], 1);
    assert_eq!(send(2, json!(1)).status, 201);
    assert_eq!(send(3, json!("2")).status, 201);
    assert_eq!(send(4, json!("any")).status, 201);
    send(5, json!(3)).problem(409, "version-conflict");
}

#[test]
fn every_line_of_a_batch_is_answered_in_order_and_none_stops_the_others() {
    let site = Site::open();
    let unknown = with(notice(3, "case/3"), "event", json!("case.Vanished"));
    let lines = format!(
        "{}\r\n\n{{\"id\": 7,\n{unknown}\n{}\n{}",
        notice(1, "case/1"),
        notice(1, "case/1"),
        notice(2, "case/2"),
    );
    let answers = site.post_lines(&lines);
    let seen: Vec<_> = answers.iter().map(|a| (a["line"].clone(), a["status"].clone())).collect();
    let expected = [(1, 201), (3, 400), (4, 422), (5, 200), (6, 201)];
    assert_eq!(seen, expected.map(|(line, status)| (json!(line), json!(status))).to_vec());
    assert_eq!(answers[1]["type"], "urn:tongjian:problem:malformed");
    assert_eq!(answers[1]["column"], 8);
    assert_eq!(answers[2]["field"], "event");
    assert_eq!(answers[3]["repeated"], true);
}

#[test]
fn a_batch_keeps_the_order_of_each_stream() {
    let site = Site::open();
    let lines: Vec<String> = (0..900)
        .map(|number| {
            let act = notice(number, &format!("case/{}", number % 3));
            with(act, "expected", json!(number / 3)).to_string()
        })
        .collect();
    let answers = site.post_lines(&lines.join("\n"));
    assert_eq!(answers.len(), 900);
    for (number, answer) in answers.iter().enumerate() {
        assert_eq!(answer["status"], 201, "{answer}");
        assert_eq!(answer["stream_version"], number / 3 + 1);
    }
}

#[test]
fn a_command_is_recorded_whole_or_not_at_all() {
    let site = Site::open();
    let path = "/v1/streams/case/1/acts";
    let bad = with(notice(2, "case/1"), "body.missing", json!("form"));
    let problem = site.post(path, &json!([notice(1, "case/1"), bad]));
    let problem = problem.problem(422, "body-does-not-match-schema");
    assert_eq!(problem["field"], "[1].body.missing");
    let elsewhere = json!([notice(1, "case/1"), notice(2, "case/2")]);
    site.post(path, &elsewhere).problem(400, "malformed");
    let twice = json!([notice(1, "case/1"), notice(1, "case/1")]);
    site.post(path, &twice).problem(422, "repeated-in-command");
    site.post(path, &json!([])).problem(400, "malformed");
    assert_eq!(site.get("/v1/acts").json()["acts"], json!([]));
    let both = json!([notice(1, "case/1"), notice(2, "case/1")]);
    site.post(&format!("{path}?expected=4"), &both).problem(409, "version-conflict");
    site.post(&format!("{path}?expected=x"), &both).problem(400, "malformed");
    let taken = site.post(&format!("{path}?expected=new"), &both);
    assert_eq!((taken.status, &taken.json()["acts"][1]["position"]), (201, &json!(2)));
    assert_eq!(site.post(path, &both).status, 200);
    let more = json!([notice(2, "case/1"), notice(3, "case/1")]);
    site.post(path, &more).problem(409, "partly-recorded");
}

#[test]
fn names_of_streams_may_hold_what_an_address_must_encode() {
    let site = Site::open();
    let act = notice(1, "case/南通/1 a");
    let path = "/v1/streams/case/%E5%8D%97%E9%80%9A%2F1%20a";
    assert_eq!(site.post(&format!("{path}/acts"), &json!([act])).status, 201);
    let acts = site.get(path).json();
    assert_eq!(acts["acts"][0]["id"], json!(id(1)));
}
