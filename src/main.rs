//! Arguments only; everything else is in the library.

use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    deskmate::cli::run(deskmate::cli::Cli::parse())
}
