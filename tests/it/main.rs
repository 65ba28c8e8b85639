//! x

mod import_logs;
