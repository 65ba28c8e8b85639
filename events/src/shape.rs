//! How bodies are declared: plain structs that refuse unknown fields, closed lists of words.

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
    )* };
}
pub(crate) use words;
