//! 樣例: makes a value that a JSON Schema of this crate describes.

use serde_json::{Map, Value, json};

/// A value of `schema`: with every optional member when `full`, with the `choice`-th word of every
/// closed list.
pub(crate) fn sample(schema: &Value, full: bool, choice: usize) -> Value {
    Sampler { root: schema, full, choice }.of(schema)
}

struct Sampler<'a> {
    root: &'a Value,
    full: bool,
    choice: usize,
}

impl Sampler<'_> {
    fn of(&self, schema: &Value) -> Value {
        // What no rule of a schema can say, such as a sum, is shown by an example; what a field
        // narrows of its type stands beside the reference.
        if let Some(example) = schema["examples"].get(0) {
            return example.clone();
        }
        if schema.get("minimum").is_some() {
            return schema["minimum"].clone();
        }
        if let Some(name) = schema["$ref"].as_str().and_then(|r| r.strip_prefix("#/$defs/")) {
            let known = text_of(name).or_else(|| listed(name));
            return known.unwrap_or_else(|| self.of(&self.root["$defs"][name]));
        }
        if let Some(constant) = schema.get("const") {
            return constant.clone();
        }
        if let Some(options) = schema["enum"].as_array().or(schema["oneOf"].as_array()) {
            let chosen = &options[self.choice % options.len()];
            return if chosen.is_string() { chosen.clone() } else { self.of(chosen) };
        }
        if let Some(options) = schema["anyOf"].as_array() {
            return self.of(&options[0]);
        }
        let kind = schema["type"].as_str().or(schema["type"][0].as_str());
        match kind {
            Some("object") => self.object(schema),
            Some("array") if self.full || schema["minItems"].as_u64() >= Some(1) => {
                json!([self.of(&schema["items"])])
            }
            Some("array") => json!([]),
            Some("integer") => schema["minimum"].clone(),
            Some("boolean") => json!(true),
            Some("string") => match schema["format"].as_str() {
                Some("date") => json!("2008-08-31"),
                Some("uuid") => json!("0190a6b0-0000-7000-8000-000000000001"),
                other => panic!("no sample for {other:?} in {schema}"),
            },
            _ => json!(["anything", 1, null]),
        }
    }

    fn object(&self, schema: &Value) -> Value {
        let required: Vec<_> =
            schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let mut members = Map::new();
        for (name, member) in schema["properties"].as_object().into_iter().flatten() {
            if self.full || required.contains(&name.as_str()) {
                members.insert(name.clone(), self.of(member));
            }
        }
        Value::Object(members)
    }
}

/// Samples of the text types, whose patterns a machine cannot invert.
fn text_of(name: &str) -> Option<Value> {
    let text = match name {
        "Code" | "ItemCode" | "ApplicantRef" | "StaffId" | "WindowId" => "A-1",
        "UnitCode" | "Name" => "南通市监察局",
        "DocumentNo" => "通监发〔2008〕12号",
        "Text" => "第一行\n第二行",
        "Digest" => "sha-256:9f86d081884c7d659a2feaa0c55ad015",
        "SiteCode" => "320681105201",
        "StreamId" => "case/NA",
        "Position" => "18446744073709551615",
        "Instant" => "2008-07-01T09:00:00.123456+08:00",
        "TimeOfDay" => "08:30",
        _ => return None,
    };
    Some(text.into())
}

/// Samples of lists that are refused when they are empty or contradict themselves.
fn listed(name: &str) -> Option<Value> {
    match name {
        "Ladder" => Some(json!([{
            "rule": "Y01", "trigger": "promise_overdue", "level": "yellow", "object": "case",
            "notified": ["handler"], "points_hundredths": -500, "source": "样例",
        }])),
        "AppealGrounds" => Some(json!(["entry_error", "force_majeure"])),
        _ => None,
    }
}
