//! What the scenario tests stand on: the chronicle of a text, and the read tables folded from it.

pub(crate) mod log;
pub(crate) mod tables;
