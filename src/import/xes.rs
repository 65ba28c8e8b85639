//! XES (IEEE 1849-2016): traces of events. Only `log/trace` and its events say anything here; the
//! log's own attributes, `global`, `classifier`, `extension`, nested attributes, lists and
//! containers are passed over, however deep. No document type is read and no entity expanded.

mod bounded;
mod trace;

use std::collections::VecDeque;
use std::sync::Arc;

use chrono_tz::Tz;
use quick_xml::errors::SyntaxError;
use quick_xml::events::{BytesDecl, BytesStart, Event};

use self::bounded::{Bounded, Flaw};
use self::trace::{Fault, Keys, Trace};
use super::error::ImportError;
use super::mapping::Mapping;
use super::record::{Record, Refused};
use super::source::Source;

/// How deep elements may be nested.
const MAX_DEPTH: usize = 256;
/// How much text of one trace may be held, in bytes.
const MAX_TRACE_BYTES: usize = 64 << 20;

/// The records of an XES file, trace by trace.
pub(super) struct XesRecords {
    xml: quick_xml::Reader<Bounded>,
    buffer: Vec<u8>,
    keys: Keys,
    zone: Option<Tz>,
    depth: usize,
    place: Place,
    trace: Trace,
    ready: VecDeque<Result<Record, Refused>>,
    failure: Option<ImportError>,
    ended: bool,
}

/// Where in the document the reader stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    BeforeLog,
    Log,
    Trace,
    Event,
    /// Inside an element that says nothing here: down to its depth, then back within this.
    Skipped {
        to: usize,
        then: Within,
    },
    AfterLog,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Within {
    Log,
    Trace,
    Event,
}

impl From<Within> for Place {
    fn from(within: Within) -> Self {
        match within {
            Within::Log => Place::Log,
            Within::Trace => Place::Trace,
            Within::Event => Place::Event,
        }
    }
}

impl XesRecords {
    pub(super) fn new(source: Source, mapping: &Mapping) -> Self {
        Self {
            xml: quick_xml::Reader::from_reader(Bounded::new(source)),
            buffer: Vec::new(),
            keys: Keys::new(mapping),
            zone: mapping.assumed_zone(),
            depth: 0,
            place: Place::BeforeLog,
            trace: Trace::default(),
            ready: VecDeque::new(),
            failure: None,
            ended: false,
        }
    }

    /// The line reached, from 1.
    pub(super) fn line(&self) -> u64 {
        self.xml.get_ref().line()
    }

    /// The next record, or an event refused.
    pub(super) fn next(&mut self) -> Result<Option<Result<Record, Refused>>, ImportError> {
        loop {
            if let Some(record) = self.ready.pop_front() {
                return Ok(Some(record));
            }
            if let Some(failure) = self.failure.take() {
                return Err(failure);
            }
            if self.ended {
                return Ok(None);
            }
            if let Err(failure) = self.step() {
                self.failure = Some(failure);
                self.ended = true;
                self.give_what_is_held();
            }
        }
    }

    /// The whole events of a trace that was not read to its end.
    fn give_what_is_held(&mut self) {
        let mut trace = std::mem::take(&mut self.trace);
        if matches!(self.place, Place::Event | Place::Skipped { then: Within::Event, .. }) {
            trace.drop_open_event();
        }
        if trace.has_events() {
            self.ready.extend(trace.records(&self.keys, self.zone));
        }
    }

    /// Reads one tag, or whatever stands between tags.
    fn step(&mut self) -> Result<(), ImportError> {
        let mut buffer = std::mem::take(&mut self.buffer);
        buffer.clear();
        self.xml.get_mut().begin();
        let line = self.line();
        let read = self.xml.read_event_into(&mut buffer);
        let flaw = self.xml.get_mut().flaw();
        let done = match read {
            Err(error) => Err(self.failed(error, flaw)),
            Ok(event) => self.take(&event, line, flaw),
        };
        self.buffer = buffer;
        done
    }

    fn take(
        &mut self,
        event: &Event<'_>,
        line: u64,
        flaw: Option<Flaw>,
    ) -> Result<(), ImportError> {
        let flaw = flaw.as_ref();
        match event {
            Event::Decl(declaration) => self.declared(declaration),
            Event::Start(tag) => self.open(tag, line, flaw),
            Event::Empty(tag) => {
                self.open(tag, line, flaw)?;
                self.close();
                Ok(())
            }
            Event::End(_) => {
                self.refuse_for(flaw, None);
                self.close();
                Ok(())
            }
            Event::Eof => self.end(),
            _ => {
                self.refuse_for(flaw, None);
                Ok(())
            }
        }
    }

    /// Refuses the event or trace that a flaw stands in; outside of both it stands for itself.
    fn refuse_for(&mut self, flaw: Option<&Flaw>, field: Option<String>) {
        let Some(Flaw { line, rule }) = flaw.cloned() else { return };
        let fault = |field: Option<String>| Fault {
            field: field.unwrap_or_else(|| "text".into()),
            rule: rule.clone(),
        };
        match self.place {
            Place::Event | Place::Skipped { then: Within::Event, .. } => {
                self.trace.event_is_flawed(fault(field));
            }
            Place::Trace | Place::Skipped { then: Within::Trace, .. } => {
                self.trace.is_flawed(fault(field));
            }
            _ => {
                let reason = format!("{rule}; no case stands there");
                let raw = String::new();
                self.ready.push_back(Err(Refused { line, field, reason, raw, case_id: None }));
            }
        }
    }

    fn declared(&self, declaration: &BytesDecl<'_>) -> Result<(), ImportError> {
        let Some(Ok(encoding)) = declaration.encoding() else { return Ok(()) };
        let known = ["utf-8", "utf8", "us-ascii", "ascii"];
        if known.contains(&encoding.to_lowercase().as_str()) {
            return Ok(());
        }
        let rule = format!("the file says that it is {encoding}; convert it to UTF-8");
        Err(self.xml.get_ref().not_utf8(&rule))
    }

    /// Takes an opening tag; the depth is that of the element itself.
    fn open(
        &mut self,
        tag: &BytesStart<'_>,
        line: u64,
        flaw: Option<&Flaw>,
    ) -> Result<(), ImportError> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            let rule = format!("elements are nested more than {MAX_DEPTH} deep");
            return Err(self.broken(rule));
        }
        self.enter(tag, line, flaw.is_none())?;
        if flaw.is_some() {
            self.refuse_for(flaw, trace::key(tag));
        }
        if self.trace.bytes() > MAX_TRACE_BYTES {
            let rule = format!("the trace holds more than {MAX_TRACE_BYTES} bytes");
            return Err(self.broken(rule));
        }
        Ok(())
    }

    /// Goes into an element; what it says is read where it is whole.
    fn enter(&mut self, tag: &BytesStart<'_>, line: u64, whole: bool) -> Result<(), ImportError> {
        let name = tag.local_name();
        let name: &str = name.as_ref();
        let skipped = |then| Place::Skipped { to: self.depth, then };
        match (self.place, name) {
            (Place::BeforeLog, "log") => self.place = Place::Log,
            (Place::BeforeLog, _) => {
                return Err(self.broken(format!("the document is `{name}`, not an XES `log`")));
            }
            (Place::AfterLog, _) => {
                return Err(self.broken(format!("`{name}` follows the end of the log")));
            }
            (Place::Log, "trace") => {
                self.place = Place::Trace;
                self.trace = Trace::begun(line);
            }
            (Place::Log, "event") => {
                self.place = Place::Event;
                self.trace = Trace::of_stray_event(line);
                self.trace.event(line);
                self.xml.get_mut().keep();
            }
            (Place::Log, _) => self.place = skipped(Within::Log),
            (Place::Trace, "event") => {
                self.place = Place::Event;
                self.trace.event(line);
                self.xml.get_mut().keep();
            }
            (Place::Trace, _) => {
                self.place = skipped(Within::Trace);
                if whole {
                    self.trace.case_attribute(tag, &self.keys);
                }
            }
            (Place::Event, _) => {
                self.place = skipped(Within::Event);
                if whole {
                    self.trace.event_attribute(tag, &self.keys);
                }
            }
            (Place::Skipped { .. }, _) => {}
        }
        Ok(())
    }

    fn close(&mut self) {
        match self.place {
            Place::Skipped { to, then } if to == self.depth => self.place = then.into(),
            Place::Event => {
                self.trace.event_ends(self.xml.get_mut().kept());
                self.place = Place::Trace;
                if self.trace.is_stray() {
                    self.close_trace();
                }
            }
            Place::Trace => self.close_trace(),
            Place::Log => self.place = Place::AfterLog,
            _ => {}
        }
        self.depth = self.depth.saturating_sub(1);
    }

    fn close_trace(&mut self) {
        let trace = std::mem::take(&mut self.trace);
        self.ready.extend(trace.records(&self.keys, self.zone));
        self.place = Place::Log;
    }

    fn end(&mut self) -> Result<(), ImportError> {
        self.ended = true;
        match self.place {
            Place::AfterLog => Ok(()),
            Place::BeforeLog => Err(self.broken("the file holds no XES `log`".into())),
            _ => Err(self.broken("the file ends before the log does; it is cut off".into())),
        }
    }

    fn broken(&self, rule: String) -> ImportError {
        let text = self.xml.get_ref();
        let (line, offset) = (text.line(), text.offset());
        ImportError::Xes { path: text.source().path().into(), line, offset, rule }
    }

    fn failed(&self, error: quick_xml::Error, flaw: Option<Flaw>) -> ImportError {
        match error {
            quick_xml::Error::Io(shared) => match Arc::try_unwrap(shared) {
                Ok(error) if bounded::is_bound(&error) => self.broken(error.to_string()),
                Ok(error) => self.xml.get_ref().source().failed(error),
                Err(shared) => self.broken(shared.to_string()),
            },
            _ if let Some(Flaw { rule, .. }) = flaw => {
                self.broken(format!("the XML cannot be read on from here, since {rule}"))
            }
            quick_xml::Error::Encoding(error) => self.xml.get_ref().not_utf8(&error.to_string()),
            quick_xml::Error::Syntax(error) if error != SyntaxError::InvalidBangMarkup => {
                self.broken(format!("the file ends within a tag; it is cut off ({error})"))
            }
            other => self.broken(format!("the XML is not well-formed: {other}")),
        }
    }
}
