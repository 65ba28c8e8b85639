//! CloudEvents 1.0 in its three modes are acts too.

use serde_json::{Value, json};

use super::{Answer, Site, notice, with};

/// A one-off notice as a CloudEvent.
fn cloud_event(number: u64, stream: &str) -> Value {
    let act = notice(number, stream);
    json!({
        "specversion": "1.0", "id": act["id"], "source": "/hall/1", "type": act["event"],
        "subject": stream, "time": act["occurred_at"], "datacontenttype": "application/json",
        "data": { "version": 1, "actor": act["actor"], "source": act["source"],
            "body": act["body"] },
    })
}

#[test]
fn cloud_events_are_acts_too_alone_or_in_a_batch() {
    let site = Site::open();
    let post = |media: &str, body: &Value| {
        site.ask("POST", "/v1/acts", &[("Content-Type", media)], body.to_string().as_bytes())
    };
    let one = "application/cloudevents+json";
    assert_eq!(post(one, &cloud_event(1, "case/1")).status, 201);
    assert_eq!(post(one, &cloud_event(1, "case/1")).status, 200);
    let act = site.get("/v1/acts/1").json();
    assert_eq!((&act["source"]["system"], &act["stream"]), (&json!("/hall/1"), &json!("case/1")));
    let problem = |body| post(one, &body).problem(400, "malformed");
    problem(with(cloud_event(2, "case/1"), "specversion", json!("0.3")));
    problem(with(cloud_event(2, "case/1"), "partitionkey", json!("x")));
    problem(with(cloud_event(2, "case/1"), "datacontenttype", json!("text/xml")));
    let unknown = with(cloud_event(2, "case/1"), "type", json!("case.Vanished"));
    let batch = json!([unknown, cloud_event(3, "case/3")]);
    let answer = post("application/cloudevents-batch+json", &batch);
    let lines: Vec<Value> =
        answer.body.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let seen: Vec<_> = lines.iter().map(|l| (l["line"].as_u64(), l["status"].as_u64())).collect();
    assert_eq!(seen, [(Some(1), Some(422)), (Some(2), Some(201))]);
}

/// The headers of a one-off notice in binary mode, with one of them changed.
fn headers(number: u64, changed: Option<(&'static str, &'static str)>) -> Vec<(String, String)> {
    let act = notice(number, "case/南通/1 a");
    let text = |member: &str| act[member].as_str().unwrap().to_owned();
    let own = [
        ("ce-specversion", "1.0".into()),
        ("ce-id", text("id")),
        ("ce-source", "/hall/%E5%8D%97%20%221%22".into()),
        ("ce-type", text("event")),
        ("ce-subject", "case/%E5%8D%97%e9%80%9a/1%20a".into()),
        ("ce-time", text("occurred_at")),
    ];
    let own = own.into_iter().filter(|(name, _)| changed.is_none_or(|(other, _)| other != *name));
    let changed = changed.filter(|(_, value)| *value != "absent");
    let changed = changed.map(|(name, value)| (name, value.to_owned()));
    own.chain(changed).map(|(name, value)| (name.to_owned(), value)).collect()
}

fn data() -> Value {
    let act = notice(1, "case/1");
    json!({ "version": 1, "actor": act["actor"], "source": act["source"], "body": act["body"] })
}

fn send(site: &Site, headers: &[(String, String)], media: &str, body: &Value) -> Answer {
    let mut all = vec![("Content-Type", media)];
    all.extend(headers.iter().map(|(name, value)| (name.as_str(), value.as_str())));
    site.ask("POST", "/v1/acts", &all, body.to_string().as_bytes())
}

#[test]
fn an_event_in_binary_mode_has_its_attributes_in_headers() {
    let site = Site::open();
    let json = "application/json";
    assert_eq!(send(&site, &headers(1, None), json, &data()).status, 201);
    assert_eq!(send(&site, &headers(1, None), json, &data()).status, 200);
    let quoted = headers(1, Some(("ce-subject", "\"case/%E5%8D%97\\%E9%80%9A/1 a\"")));
    assert_eq!(send(&site, &quoted, json, &data()).status, 200);
    let act = site.get("/v1/acts/1").json();
    assert_eq!(act["stream"], "case/南通/1 a");
    assert_eq!(act["source"]["system"], "/hall/南 \"1\"");
    assert_eq!(act["occurred_at"], "2008-07-01T09:00:00+08:00");
    let expecting = with(data(), "expected", json!("new"));
    let problem = send(&site, &headers(2, None), json, &expecting).problem(409, "version-conflict");
    assert_eq!(problem["field"], "expected");
}

#[test]
fn what_is_wrong_in_binary_mode_is_named_by_its_header() {
    let site = Site::open();
    let wrong = [
        ("ce-specversion", "0.3", 400),
        ("ce-specversion", "absent", 400),
        ("ce-id", "absent", 400),
        ("ce-id", "7", 400),
        ("ce-id", "6f9619ff-8b86-4d01-b42d-00cf4fc964ff", 422),
        ("ce-type", "absent", 400),
        ("ce-type", "case.Vanished", 422),
        ("ce-subject", "absent", 400),
        ("ce-subject", "case", 400),
        ("ce-subject", "window/1", 422),
        ("ce-subject", "case/%E5%8D", 400),
        ("ce-subject", "case/%zz", 400),
        ("ce-subject", "case/1%", 400),
        ("ce-time", "2008-07-01T09:00:00", 400),
        ("ce-time", "2062-07-01T09:00:00%2B08:00", 422),
        ("ce-source", "", 400),
        ("ce-partitionkey", "x", 400),
        ("ce-datacontenttype", "application/json", 400),
    ];
    for (name, value, status) in wrong {
        let answer = send(&site, &headers(1, Some((name, value))), "application/json", &data());
        let problem = answer.json();
        assert_eq!((answer.status, &problem["field"]), (status, &json!(name)), "{value} {problem}");
        assert_eq!(answer.header("content-type"), "application/problem+json");
    }
    let mut twice = headers(1, None);
    twice.push(("ce-time".into(), "2008-07-01T09:00:00+08:00".into()));
    let problem = send(&site, &twice, "application/json", &data()).problem(400, "malformed");
    assert_eq!(
        (&problem["field"], &problem["rule"]),
        (&json!("ce-time"), &json!("the header stands twice"))
    );
    for media in ["application/x-ndjson", "text/xml"] {
        send(&site, &headers(1, None), media, &data()).problem(415, "media-type");
    }
    let listed = with(data(), "actor", json!(["staff", "s-1", null, null]));
    let problem = send(&site, &headers(1, None), "application/json", &listed);
    assert_eq!(problem.problem(400, "malformed")["field"], "actor");
    assert_eq!(site.get("/v1/acts").json()["acts"], json!([]));
}

#[test]
fn what_is_wrong_in_an_event_is_named_by_its_attribute() {
    let site = Site::open();
    let post = |body: &Value| {
        let headers = [("Content-Type", "application/cloudevents+json")];
        site.ask("POST", "/v1/acts", &headers, body.to_string().as_bytes()).json()
    };
    let changed = |path, value| with(cloud_event(1, "case/1"), path, value);
    let wrong = [
        (changed("type", json!("case.Vanished")), "type"),
        (changed("time", json!("2062-07-01T09:00:00+08:00")), "time"),
        (changed("source", json!("")), "source"),
        (changed("data.version", json!(9)), "data.version"),
        (changed("data.body.missing", json!("form")), "data.body.missing"),
        (changed("data.actor.id", json!("")), "data.actor.id"),
        (changed("data", json!([1, {}, {}, [], null, null, {}, null])), "data"),
    ];
    for (event, field) in wrong {
        let problem = post(&event);
        assert_eq!(problem["field"], field, "{problem}");
        let batch = json!([event]).to_string();
        let headers = [("Content-Type", "application/cloudevents-batch+json")];
        let answer = site.ask("POST", "/v1/acts", &headers, batch.as_bytes()).json();
        assert_eq!(answer["field"], field, "{answer}");
    }
}
