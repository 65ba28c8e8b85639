//! The tests of the whole: this list is the table of contents.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    missing_docs,
    reason = "a test stops where it fails"
)]

mod acts;
mod boards;
mod bulletin;
mod checker;
mod console;
mod corpus;
mod doctor;
mod durability;
mod envelopes;
mod errors;
mod failover;
mod http;
mod import_logs;
mod import_trouble;
mod model;
mod old_files;
mod policy;
mod postgres;
mod read_tables;
mod rebuild;
mod receipt_log;
mod replay;
mod replicas;
mod restore;
mod simulation;
mod store_contract;
mod store_postgres;
mod tampering;
mod tidy;
mod trail;
mod turns;
mod vault;
mod watch;

use std::path::{Path, PathBuf};

/// The folder of logs and oracles beside the repository, or where `TONGJIAN_SHARED_DATA` says;
/// `None`, and a word about it, where it is absent. Continuous integration has it and fails.
fn shared_data() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data");
    let folder = std::env::var_os("TONGJIAN_SHARED_DATA").map_or(beside, PathBuf::from);
    if folder.join("logs").is_dir() {
        return Some(folder);
    }
    assert!(std::env::var_os("CI").is_none(), "{} must be there in CI", folder.display());
    eprintln!("skipped: {} is absent", folder.display());
    None
}
