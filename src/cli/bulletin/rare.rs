//! 生僻字: what the fonts of an office may lack is told before anything is printed.

use crate::bulletin::glyphs::rare;
use crate::bulletin::letter::{Letter, Script};

/// Says on standard error which characters of a letter stand outside the set of its fonts, and
/// where each stands first. The step before it is done whatever is found.
#[allow(clippy::print_stderr, reason = "the command line's own report")]
pub(super) fn tell(letter: anyhow::Result<Letter>, script: Script) {
    match letter.and_then(|letter| Ok(rare(&letter, script)?)) {
        Ok(all) => all.iter().for_each(|found| eprintln!("tongjian: {found}")),
        Err(error) => eprintln!("tongjian: its characters were not looked at: {error:#}"),
    }
}
