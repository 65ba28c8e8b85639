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
    let gone = error.chain().filter_map(|cause| cause.downcast_ref::<std::io::Error>());
    if gone.into_iter().any(|cause| cause.kind() == std::io::ErrorKind::BrokenPipe) {
        return ExitCode::SUCCESS;
    }
    eprintln!("tongjian: {error:#}");
    ExitCode::FAILURE
}
