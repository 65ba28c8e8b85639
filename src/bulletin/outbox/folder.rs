//! 落盤: letters as files in a folder, whole under their names or not at all.

use std::path::Path;

use super::SendError;
use crate::bulletin::contents::written;
use crate::bulletin::letter::{Letter, Script};
use crate::bulletin::render::{Format, render};

/// The forms that go into a folder.
const DROPPED: [Format; 3] = [Format::Json, Format::Html, Format::Docx];

/// Puts a letter into a folder in each form that goes there; what is there stays as it is.
pub(super) fn put(folder: &Path, letter: &Letter) -> Result<(), SendError> {
    let name = file_name(letter);
    clear_parts(folder, &name);
    for format in DROPPED.into_iter().filter(|format| format.is_built()) {
        let file = folder.join(format!("{name}.{format}"));
        if !file.exists() {
            written(&file, &render(letter, format, Script::default())?)?;
        }
    }
    Ok(())
}

/// Takes away what one left half written who was killed. That it cannot be read is told when a
/// file is to be put there.
fn clear_parts(folder: &Path, name: &str) {
    let Ok(files) = std::fs::read_dir(folder) else { return };
    for file in files.flatten() {
        let held = file.file_name().to_string_lossy().into_owned();
        let rest = held.strip_prefix(name).and_then(|rest| rest.strip_prefix('.'));
        if rest.is_some_and(|rest| rest.ends_with(".part")) {
            let _ = std::fs::remove_file(file.path());
        }
    }
}

/// The name of a letter's files, without their end.
#[must_use]
pub fn file_name(letter: &Letter) -> String {
    let name = letter.stream.split_once('/').map_or(letter.stream.as_str(), |(_, name)| name);
    let name = name.replace(['/', '\\'], "_");
    match letter.erratum_no {
        None => name,
        Some(no) => format!("{name}-erratum-{no}"),
    }
}
