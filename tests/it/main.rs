//! The tests of the whole: this list is the table of contents.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "a test stops where it fails"
)]

mod acts;
mod replay;
mod store_contract;
mod tampering;
