//! Outside.

pub mod import;
