//! One trace: the attributes of its case and its events, held until it closes, because the case's
//! name may stand anywhere in it.

use std::sync::Arc;

use chrono_tz::Tz;
use quick_xml::XmlVersion;
use quick_xml::events::BytesStart;

use super::super::instant;
use super::super::mapping::Mapping;
use super::super::record::{Attributes, Record, Refused};

const NAME: &str = "concept:name";
const TIMESTAMP: &str = "time:timestamp";
const LIFECYCLE: &str = "lifecycle:transition";

/// The attributes that are read, by their XES keys.
pub(super) struct Keys {
    /// Key of a trace's attribute and the mapping's name for it, which `case:` leads.
    case: Vec<(String, Arc<str>)>,
    event: Vec<Arc<str>>,
    name: Arc<str>,
    timestamp: Arc<str>,
    lifecycle: Arc<str>,
}

impl Keys {
    pub(super) fn new(mapping: &Mapping) -> Self {
        let mut keys = Self {
            case: Vec::new(),
            event: Vec::new(),
            name: NAME.into(),
            timestamp: TIMESTAMP.into(),
            lifecycle: LIFECYCLE.into(),
        };
        for (_, name) in mapping.attribute_names() {
            match name.strip_prefix("case:") {
                Some(key) => keys.case.push((key.to_owned(), Arc::clone(name))),
                None => keys.event.push(Arc::clone(name)),
            }
        }
        keys
    }

    fn of_event(&self, key: &str) -> Option<&Arc<str>> {
        [&self.name, &self.timestamp, &self.lifecycle]
            .into_iter()
            .chain(&self.event)
            .find(|own| &***own == key)
    }
}

/// What is held of a trace.
#[derive(Default)]
pub(super) struct Trace {
    line: u64,
    name: Option<String>,
    attributes: Attributes,
    fault: Option<Fault>,
    events: Vec<Held>,
    bytes: usize,
    stray: bool,
    flawed: bool,
}

/// What is held of an event.
#[derive(Default)]
struct Held {
    line: u64,
    attributes: Attributes,
    fault: Option<Fault>,
    raw: String,
}

/// A field and the rule it breaks.
#[derive(Clone)]
pub(super) struct Fault {
    pub(super) field: String,
    pub(super) rule: String,
}

impl Trace {
    pub(super) fn begun(line: u64) -> Self {
        Self { line, ..Self::default() }
    }

    /// An event that stands in no trace, to be refused as a whole.
    pub(super) fn of_stray_event(line: u64) -> Self {
        let rule = "the event stands in no trace, so its case is not known".to_owned();
        let fault = Some(Fault { field: format!("case:{NAME}"), rule });
        Self { line, fault, stray: true, ..Self::default() }
    }

    pub(super) fn is_stray(&self) -> bool {
        self.stray
    }

    pub(super) fn has_events(&self) -> bool {
        !self.events.is_empty()
    }

    /// Forgets the event that was not read to its end.
    pub(super) fn drop_open_event(&mut self) {
        self.events.pop();
    }

    /// How much text is held.
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    pub(super) fn event(&mut self, line: u64) {
        self.events.push(Held { line, ..Held::default() });
    }

    pub(super) fn event_ends(&mut self, raw: String) {
        self.bytes += 2 * raw.len();
        if let Some(event) = self.events.last_mut() {
            event.raw = raw;
        }
    }

    /// Something of the case cannot be read, and so no event of the trace is taken.
    pub(super) fn is_flawed(&mut self, fault: Fault) {
        self.flawed = true;
        keep_first(&mut self.fault, fault);
    }

    /// Something of the event read last cannot be read.
    pub(super) fn event_is_flawed(&mut self, fault: Fault) {
        if let Some(event) = self.events.last_mut() {
            keep_first(&mut event.fault, fault);
        }
    }

    pub(super) fn case_attribute(&mut self, tag: &BytesStart<'_>, keys: &Keys) {
        let (key, value) = match key_and_value(tag) {
            Ok(Some(read)) => read,
            Ok(None) => return,
            Err(fault) => return keep_first(&mut self.fault, fault),
        };
        if key == NAME {
            if self.name.replace(value.clone()).is_some() {
                keep_first(&mut self.fault, twice(&key));
            }
            self.bytes += value.len();
        }
        for (own, name) in keys.case.iter().filter(|(own, _)| *own == key) {
            self.bytes += value.len();
            if !self.attributes.insert(name, value.clone()) {
                keep_first(&mut self.fault, twice(own));
            }
        }
    }

    pub(super) fn event_attribute(&mut self, tag: &BytesStart<'_>, keys: &Keys) {
        let Some(event) = self.events.last_mut() else { return };
        match key_and_value(tag) {
            Ok(None) => {}
            Err(fault) => keep_first(&mut event.fault, fault),
            Ok(Some((key, value))) => {
                if let Some(name) = keys.of_event(&key)
                    && !event.attributes.insert(name, value)
                {
                    keep_first(&mut event.fault, twice(&key));
                }
            }
        }
    }

    /// The records of the whole trace, in the file's order.
    pub(super) fn records(self, keys: &Keys, zone: Option<Tz>) -> Vec<Result<Record, Refused>> {
        let line = self.line;
        let (case_id, fault) = match (self.name.filter(|name| !name.is_empty()), self.fault) {
            (name, Some(fault)) if self.stray => (name, Some(fault)),
            (name, Some(Fault { field, rule })) => {
                (name, Some(Fault { field, rule: format!("in the trace of line {line}: {rule}") }))
            }
            (Some(name), None) => (Some(name), None),
            (None, None) => {
                let rule =
                    format!("the trace of line {line} has no {NAME}, so its case is not known");
                (None, Some(Fault { field: format!("case:{NAME}"), rule }))
            }
        };
        if self.events.is_empty() {
            let (field, reason) = match fault.filter(|_| self.flawed) {
                Some(Fault { field, rule }) => (Some(field), rule),
                None => (None, "the trace holds no event".to_owned()),
            };
            let raw = case_id.clone().unwrap_or_default();
            return vec![Err(Refused { line, field, reason, raw, case_id: None })];
        }
        let of_case = Case { id: case_id, fault, attributes: self.attributes };
        self.events.into_iter().map(|event| event.record(&of_case, keys, zone)).collect()
    }
}

/// What the events of a trace share.
struct Case {
    id: Option<String>,
    fault: Option<Fault>,
    attributes: Attributes,
}

impl Held {
    fn record(self, case: &Case, keys: &Keys, zone: Option<Tz>) -> Result<Record, Refused> {
        let refuse = |field: &str, reason: String, raw: &str| Refused {
            line: self.line,
            field: Some(field.into()),
            reason,
            raw: raw.into(),
            case_id: case.id.clone(),
        };
        if let Some(fault) = case.fault.as_ref().or(self.fault.as_ref()) {
            return Err(refuse(&fault.field, fault.rule.clone(), &self.raw));
        }
        let missing = |key: &str| refuse(key, format!("the event has no {key}"), &self.raw);
        let case_id = case.id.clone().ok_or_else(|| missing(NAME))?;
        let activity = self.attributes.get(&keys.name).ok_or_else(|| missing(NAME))?.to_owned();
        let written = self.attributes.get(&keys.timestamp).ok_or_else(|| missing(TIMESTAMP))?;
        let at = instant::read(written, zone).map_err(|rule| refuse(TIMESTAMP, rule, &self.raw))?;
        let lifecycle = self.attributes.get(&keys.lifecycle).map(str::to_owned);
        let mut attributes = self.attributes;
        attributes.extend(&case.attributes);
        Ok(Record { line: self.line, case_id, activity, at, lifecycle, attributes, raw: self.raw })
    }
}

/// Key and value of an XES attribute; `None` for an element that is none (a list, a container).
fn key_and_value(tag: &BytesStart<'_>) -> Result<Option<(String, String)>, Fault> {
    let (mut key, mut value) = (None, None);
    for attribute in tag.attributes() {
        let attribute = attribute.map_err(|error| fault(&key, &error))?;
        let into = match attribute.key.as_ref() {
            "key" => &mut key,
            "value" => &mut value,
            _ => continue,
        };
        // Character references and the five entities that XML itself knows; any other is an error.
        match attribute.normalized_value(XmlVersion::Implicit1_0) {
            Ok(text) => *into = Some(text.into_owned()),
            Err(error) => return Err(fault(&key, &error)),
        }
    }
    Ok(key.zip(value))
}

/// The key of an attribute that could not be read whole.
pub(super) fn key(tag: &BytesStart<'_>) -> Option<String> {
    let key = tag.attributes().flatten().find(|attribute| attribute.key.as_ref() == "key")?;
    let shown = |c: char| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c };
    Some(key.value.chars().map(shown).collect())
}

fn fault(key: &Option<String>, error: &dyn ToString) -> Fault {
    Fault { field: key.clone().unwrap_or_else(|| "key".into()), rule: error.to_string() }
}

fn twice(key: &str) -> Fault {
    Fault { field: key.into(), rule: format!("the attribute {key} is there twice") }
}

fn keep_first(place: &mut Option<Fault>, fault: Fault) {
    place.get_or_insert(fault);
}
