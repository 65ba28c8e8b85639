//! Tongjian 通鑑: the chronicle of a city's public-service windows, and what follows from it.
//! This crate is the outside: SQL, HTTP, time, files, keys. What happened is in `tongjian-events`,
//! what it means in `tongjian-projections`.

pub mod access;
pub mod boards;
pub mod bulletin;
pub mod cases;
pub mod cli;
pub mod clock;
pub mod console;
pub mod coverage;
pub mod doctor;
pub mod engine;
pub mod export;
pub mod first_start;
pub mod gauges;
pub mod http;
pub mod import;
pub mod last_line;
pub mod lists;
pub mod metrics;
pub mod past;
pub mod policy;
pub mod query;
pub mod restore;
pub mod runner;
pub mod simulate;
pub mod store;
pub mod submission;
pub mod vault;
pub mod verify;
pub mod watch;

/// What a batch needs is allocated on one thread and freed on the database's own: the system's
/// allocator makes them wait for each other there (`benches/README.md` has the figures).
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;
