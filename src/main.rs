//! The one binary. It parses the command line, sets up the log, and runs.

use std::process::ExitCode;

use clap::Parser as _;
use tongjian::cli::Cli;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let filter = tracing_subscriber::EnvFilter::try_from_env("TONGJIAN_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&anyhow::Error::new(error).context("cannot start the runtime")),
    };
    match runtime.block_on(cli.run()) {
        Ok(code) => code,
        Err(error) => fail(&error),
    }
}

/// Says what went wrong, with its causes. A reader that went away is no failure of ours.
#[allow(clippy::print_stderr, reason = "the command line's own report")]
fn fail(error: &anyhow::Error) -> ExitCode {
    if error.chain().any(reader_is_gone) {
        return ExitCode::SUCCESS;
    }
    eprintln!("tongjian: {error:#}");
    ExitCode::FAILURE
}

/// Whether a cause is that nobody reads our output any more, however it is wrapped.
fn reader_is_gone(cause: &(dyn std::error::Error + 'static)) -> bool {
    let kind = if let Some(error) = cause.downcast_ref::<std::io::Error>() {
        Some(error.kind())
    } else if let Some(error) = cause.downcast_ref::<serde_json::Error>() {
        error.io_error_kind()
    } else if let Some(csv::ErrorKind::Io(error)) =
        cause.downcast_ref::<csv::Error>().map(csv::Error::kind)
    {
        Some(error.kind())
    } else {
        None
    };
    kind == Some(std::io::ErrorKind::BrokenPipe)
}
