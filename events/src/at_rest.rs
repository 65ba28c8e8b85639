//! An event as projections keep it in their rows: name, version, body. Never what a chronicle
//! holds: that is the envelope, to the byte.

use std::borrow::Cow;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de, ser};
use serde_json::value::RawValue;

use crate::catalog::{Event, Row};

/// An event at rest, as projections keep it: name, version, body.
#[derive(Serialize, Deserialize)]
struct AtRest<'a> {
    #[serde(rename = "e", borrow)]
    event: Cow<'a, str>,
    #[serde(rename = "v")]
    version: u16,
    #[serde(rename = "b")]
    body: Box<RawValue>,
}

impl Serialize for Event {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let body = self.to_json().and_then(RawValue::from_string).map_err(ser::Error::custom)?;
        let event = Cow::Borrowed(self.wire_name());
        AtRest { event, version: self.version(), body }.serialize(to)
    }
}

impl<'de> Deserialize<'de> for Event {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let at_rest = AtRest::deserialize(from)?;
        Row::find(&at_rest.event, at_rest.version)
            .and_then(|row| row.decode(at_rest.version, at_rest.body.get()))
            .map_err(de::Error::custom)
    }
}
