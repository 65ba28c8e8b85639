//! Canonical JSON (RFC 8785) for the values this product writes: ASCII member names, whole
//! numbers within ±(2^53 - 1), no floats. What cannot be written exactly is refused, not rounded.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use crate::refusal::Refusal;

/// Reads JSON whose objects name each member once: `serde_json` alone would keep the last of two
/// and drop the first in silence.
///
/// # Errors
/// [`Refusal::Malformed`], naming the member that stands twice.
pub(crate) fn read(json: &str) -> Result<Value, Refusal> {
    let mut from = serde_json::Deserializer::from_str(json);
    EachMemberOnce
        .deserialize(&mut from)
        .and_then(|value| from.end().map(|()| value))
        .map_err(|source| Refusal::Malformed { rule: source.to_string() })
}

struct EachMemberOnce;

impl<'de> DeserializeSeed<'de> for EachMemberOnce {
    type Value = Value;
    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Value, D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for EachMemberOnce {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON value")
    }
    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }
    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }
    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }
    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }
    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }
    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }
    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(value.into())
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut from: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = from.next_element_seed(EachMemberOnce)? {
            items.push(item);
        }
        Ok(items.into())
    }
    fn visit_map<A: MapAccess<'de>>(self, mut from: A) -> Result<Value, A::Error> {
        let mut members = Map::new();
        while let Some(name) = from.next_key::<String>()? {
            if members.contains_key(&name) {
                return Err(A::Error::custom(format_args!("the member `{name}` stands twice")));
            }
            let value = from.next_value_seed(EachMemberOnce)?;
            members.insert(name, value);
        }
        Ok(members.into())
    }
}

/// The greatest whole number that RFC 8785 keeps exactly.
const MAX_EXACT: u64 = (1 << 53) - 1;

/// Appends the canonical form of `value`.
///
/// # Errors
/// [`Refusal::Malformed`] for a float, a number past 2^53 - 1, or a member name that is not ASCII.
pub(crate) fn write(value: &Value, out: &mut Vec<u8>) -> Result<(), Refusal> {
    let refuse = |rule: String| Err(Refusal::Malformed { rule });
    match value {
        Value::Null => out.extend_from_slice(b"null"),
        Value::Bool(true) => out.extend_from_slice(b"true"),
        Value::Bool(false) => out.extend_from_slice(b"false"),
        Value::Number(number) => {
            let size = number.as_i64().map(i64::unsigned_abs).or(number.as_u64());
            match size {
                Some(size) if size <= MAX_EXACT => {
                    out.extend_from_slice(number.to_string().as_bytes());
                }
                _ => {
                    return refuse(format!(
                        "{number} is no whole number within 2^53; send it as text"
                    ));
                }
            }
        }
        Value::String(text) => write_text(text, out)?,
        Value::Array(items) => {
            out.push(b'[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(b',');
                }
                write(item, out)?;
            }
            out.push(b']');
        }
        Value::Object(members) => {
            // Sorted here, whatever map type a dependency's features select for `Value`.
            let mut sorted: Vec<_> = members.iter().collect();
            sorted.sort_unstable_by_key(|(name, _)| name.as_str());
            out.push(b'{');
            for (index, (name, item)) in sorted.into_iter().enumerate() {
                if !name.is_ascii() {
                    return refuse(format!("the member name `{name}` is not ASCII"));
                }
                if index > 0 {
                    out.push(b',');
                }
                write_text(name, out)?;
                out.push(b':');
                write(item, out)?;
            }
            out.push(b'}');
        }
    }
    Ok(())
}

/// `serde_json` escapes exactly what RFC 8785 asks for: `"`, `\`, and control characters, the
/// short forms where they exist, lower-case hexadecimal elsewhere.
fn write_text(text: &str, out: &mut Vec<u8>) -> Result<(), Refusal> {
    serde_json::to_writer(out, text)
        .map_err(|source| Refusal::Malformed { rule: source.to_string() })
}
