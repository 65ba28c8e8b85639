//! One row of the catalogue: how its event is named, read and described.

use std::collections::HashMap;
use std::sync::LazyLock;

use schemars::Schema;

use super::{CATALOG, Event};
use crate::ids::StreamKind;
use crate::refusal::Refusal;
use crate::upcast;

/// One row: one event in its present version.
#[derive(Debug)]
pub struct Row {
    /// The kind of stream it belongs to.
    pub stream: StreamKind,
    /// The event's name, such as `ApplicationAccepted`.
    pub name: &'static str,
    /// The present version of its body; older ones are upcast.
    pub version: u16,
    /// 中文名.
    pub chinese: &'static str,
    pub(super) wire_name: &'static str,
    pub(super) decode: fn(&str) -> Result<Event, Refusal>,
    pub(super) schema: fn() -> Schema,
}

static BY_NAME: LazyLock<HashMap<&'static str, &'static Row>> =
    LazyLock::new(|| CATALOG.iter().map(|row| (row.wire_name, row)).collect());

impl Row {
    /// The row of a wire name, if this version of its body can be read.
    ///
    /// # Errors
    /// [`Refusal::EventUnknown`] or [`Refusal::VersionUnknown`].
    pub fn find(event: &str, version: u16) -> Result<&'static Row, Refusal> {
        let row =
            *BY_NAME.get(event).ok_or_else(|| Refusal::EventUnknown { event: event.into() })?;
        if version == row.version || upcast::knows(row, version) {
            Ok(row)
        } else {
            Err(Refusal::VersionUnknown { event: event.into(), version, present: row.version })
        }
    }

    /// The wire name, `stream.EventName`.
    #[must_use]
    pub fn wire_name(&self) -> &'static str {
        self.wire_name
    }

    /// Reads a body of any known version into today's type.
    ///
    /// # Errors
    /// [`Refusal::BodyDoesNotMatchSchema`] with field and rule.
    pub fn decode(&self, version: u16, body: &str) -> Result<Event, Refusal> {
        // Serde would read an array as the members in their order; what is stored must say them.
        if !body.trim_start().starts_with('{') {
            let rule = "a JSON object is expected".into();
            return Err(Refusal::BodyDoesNotMatchSchema { field: "body".into(), rule });
        }
        match version == self.version {
            true => (self.decode)(body),
            false => (self.decode)(&upcast::to_present(self, version, body)?),
        }
    }

    /// The JSON Schema of the present version.
    #[must_use]
    pub fn schema(&self) -> Schema {
        (self.schema)()
    }
}
