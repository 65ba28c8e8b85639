//! Outside.

pub mod cli;
