//! How bodies are declared: plain structs that refuse unknown fields, closed lists of words. And
//! that members are said by name: serde would read a list as the members in their order.

use std::fmt;

use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, forward_to_deserialize_any};
use serde_json::Value;

/// Defines bodies: plain structs that refuse unknown fields.
macro_rules! bodies {
    ($( $(#[$doc:meta])* $name:ident {
        $( $(#[$field_doc:meta])* $field:ident : $ty:ty, )*
    } )*) => { $(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
        #[serde(deny_unknown_fields)]
        pub struct $name { $( $(#[$field_doc])* pub $field: $ty, )* }
    )* };
}
pub(crate) use bodies;

/// Defines a closed list of words.
macro_rules! words {
    ($( $(#[$doc:meta])* $name:ident { $( $(#[$word_doc:meta])* $word:ident, )* } )*) => { $(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash,
                 Serialize, Deserialize, JsonSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $( $(#[$word_doc])* $word, )* }

        /// The word as bodies write it.
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                Serialize::serialize(self, f)
            }
        }
    )* };
}
pub(crate) use words;

/// Lets structs derived with `remote = "Self"` be read from objects only.
macro_rules! said_by_name {
    ($( $name:ident ),*) => { $(
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                Self::deserialize($crate::shape::ByName(from))
            }
        }
        impl Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                Self::serialize(self, to)
            }
        }
    )* };
}
pub(crate) use said_by_name;

/// Reads an object and nothing else, whatever is asked for.
pub(crate) struct ByName<D>(pub(crate) D);

impl<'de, D: Deserializer<'de>> Deserializer<'de> for ByName<D> {
    type Error = D::Error;
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.0.deserialize_map(Object(visitor))
    }
    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option
        unit unit_struct newtype_struct seq tuple tuple_struct map struct enum identifier
        ignored_any
    }
}

struct Object<V>(V);

impl<'de, V: Visitor<'de>> Visitor<'de> for Object<V> {
    type Value = V::Value;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }
    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<V::Value, A::Error> {
        self.0.visit_map(members)
    }
}

/// Reads a value whose members are said by name: an object, never a list.
///
/// # Errors
/// What the deserializer says; that an object is expected is one.
pub fn by_name<'de, T: Deserialize<'de>, D: Deserializer<'de>>(from: D) -> Result<T, D::Error> {
    T::deserialize(ByName(from))
}

/// The first place where what was sent is of another kind than what was read from it and is
/// written back: a list read as an object's members, an object read as a word. `None` where the
/// members were said by name throughout.
pub(crate) fn other_kind(sent: &Value, read: &Value) -> Option<(String, String)> {
    match (sent, read) {
        (Value::Object(sent), Value::Object(read)) => sent.iter().find_map(|(name, sent)| {
            let (within, rule) = other_kind(sent, read.get(name)?)?;
            Some((format!(".{name}{within}"), rule))
        }),
        (Value::Array(sent), Value::Array(read)) => {
            sent.iter().zip(read).enumerate().find_map(|(index, (sent, read))| {
                let (within, rule) = other_kind(sent, read)?;
                Some((format!("[{index}]{within}"), rule))
            })
        }
        (Value::Null, _) => None,
        (sent, read) => {
            let (sent, read) = (kind(sent), kind(read));
            (sent != read).then(|| (String::new(), format!("{read} is expected, not {sent}")))
        }
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}
