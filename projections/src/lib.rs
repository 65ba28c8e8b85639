//! What it means.

pub mod calendar;
