//! Draws the sample sheets into a folder, for whoever changes how pictures look: `cargo run -p picture --example samples DIR`.

#[path = "../samples/mod.rs"]
mod samples;

use std::path::PathBuf;
use std::process::ExitCode;

fn main() -> Result<ExitCode, Box<dyn std::error::Error>> {
    let Some(folder) = std::env::args_os().nth(1).map(PathBuf::from) else {
        return Ok(ExitCode::from(2));
    };
    std::fs::create_dir_all(&folder)?;
    for (name, sheet) in samples::all() {
        std::fs::write(folder.join(format!("{name}.png")), picture::draw(&sheet)?.png)?;
    }
    Ok(ExitCode::SUCCESS)
}
