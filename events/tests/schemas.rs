//! 架構: the published JSON Schemas are generated from the types and committed.
//!
//! `UPDATE_SCHEMAS=1 cargo test -p tongjian-events --test schemas` writes them anew.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs)]
#![allow(clippy::disallowed_methods, reason = "a test compares files, the crate reads none")]

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::{env, fs};

use schemars::{Schema, schema_for};
use serde_json::Value;
use tongjian_events::{CATALOG, Submission};

const HOW_TO_UPDATE: &str = "run `UPDATE_SCHEMAS=1 cargo test -p tongjian-events --test schemas`";

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("schemas")
}

fn text_of(schema: &Schema) -> String {
    format!("{}\n", serde_json::to_string_pretty(schema).unwrap())
}

/// Every schema that there must be, by file name.
fn from_the_types() -> BTreeMap<String, String> {
    let of_bodies = CATALOG
        .iter()
        .map(|row| (format!("{}.v{}.json", row.wire_name(), row.version), text_of(&row.schema())));
    let of_envelope = ("submission.json".into(), text_of(&schema_for!(Submission)));
    of_bodies.chain([of_envelope]).collect()
}

/// Every schema that there is, by file name.
fn from_the_folder() -> BTreeMap<String, String> {
    let Ok(entries) = fs::read_dir(folder()) else { return BTreeMap::new() };
    entries
        .map(|entry| {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            (name, fs::read_to_string(path).unwrap())
        })
        .collect()
}

/// Schemas of retired versions stay for those who still send them.
fn is_of_a_retired_version(file: &str) -> bool {
    CATALOG.iter().any(|row| {
        file.strip_prefix(row.wire_name())
            .and_then(|rest| rest.strip_prefix(".v")?.strip_suffix(".json")?.parse::<u16>().ok())
            .is_some_and(|version| version < row.version)
    })
}

fn write_anew(wanted: &BTreeMap<String, String>, found: &BTreeMap<String, String>) {
    fs::create_dir_all(folder()).unwrap();
    for (file, text) in wanted {
        fs::write(folder().join(file), text).unwrap();
    }
    for file in found.keys().filter(|file| !wanted.contains_key(*file)) {
        if !is_of_a_retired_version(file) {
            fs::remove_file(folder().join(file)).unwrap();
        }
    }
}

#[test]
fn the_committed_schemas_are_those_of_the_types() {
    let wanted = from_the_types();
    if env::var_os("UPDATE_SCHEMAS").is_some() {
        write_anew(&wanted, &from_the_folder());
    }
    let found = from_the_folder();
    let mut faults = Vec::new();
    for (file, text) in &wanted {
        match found.get(file) {
            None => faults.push(format!("{file} is missing")),
            Some(committed) if committed != text => faults.push(format!("{file} is stale")),
            Some(_) => {}
        }
    }
    for file in found.keys().filter(|file| !wanted.contains_key(*file)) {
        if !is_of_a_retired_version(file) {
            faults.push(format!("{file} is left over: no such event or version"));
        }
    }
    assert!(faults.is_empty(), "events/schemas: {HOW_TO_UPDATE}\n{}", faults.join("\n"));
}

/// Calls `see` with the place and value of every object schema inside `schema`.
fn each_object<'a>(place: &str, schema: &'a Value, see: &mut impl FnMut(&str, &'a Value)) {
    match schema {
        Value::Object(members) => {
            if members.contains_key("properties") || schema["type"] == "object" {
                see(place, schema);
            }
            for (name, member) in members {
                each_object(&format!("{place}/{name}"), member, see);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                each_object(&format!("{place}/{index}"), item, see);
            }
        }
        _ => {}
    }
}

#[test]
fn every_object_of_every_body_refuses_further_members() {
    let mut open = Vec::new();
    for row in CATALOG {
        let schema = serde_json::to_value(row.schema()).unwrap();
        each_object(row.wire_name(), &schema, &mut |place, object| {
            if object["additionalProperties"] != Value::Bool(false) {
                open.push(place.to_owned());
            }
        });
    }
    assert!(open.is_empty(), "these admit members that nobody reads:\n{}", open.join("\n"));
}

#[test]
fn every_member_of_every_body_is_described() {
    let mut bare = Vec::new();
    for row in CATALOG {
        let schema = serde_json::to_value(row.schema()).unwrap();
        each_object(row.wire_name(), &schema, &mut |place, object| {
            for (name, member) in object["properties"].as_object().into_iter().flatten() {
                if member.get("description").is_none() && member.get("const").is_none() {
                    bare.push(format!("{place}/{name}"));
                }
            }
        });
    }
    assert!(bare.is_empty(), "these have no description:\n{}", bare.join("\n"));
}

#[test]
fn the_envelope_names_every_event_and_admits_no_other_member() {
    let schema = serde_json::to_value(schema_for!(Submission)).unwrap();
    assert_eq!(schema["additionalProperties"], Value::Bool(false));
    let names = schema["properties"]["event"]["enum"].as_array().unwrap();
    assert_eq!(names.len(), CATALOG.len());
    assert_eq!(schema["properties"]["body"]["type"], "object");
}
