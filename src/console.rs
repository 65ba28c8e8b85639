//! 監察頁面: what inspectors look at. A page is made at a desk: the read tables and the chronicle,
//! narrowed to what the reader's grant covers. Nothing is judged here. Pages work without script,
//! and every value is escaped by its template.

pub mod assets;
pub mod block;
pub mod bulletins;
pub mod case;
pub mod cases;
pub mod chronicle;
pub mod desk;
mod drawing;
pub mod format;
pub mod frame;
mod heat;
pub mod item;
pub mod locale;
pub mod people;
pub mod place;
pub mod policies;
pub mod problem;
pub mod queue;
pub mod records;
mod register;
pub mod search;
pub mod site;
pub mod steps;
pub mod svg;
pub mod today;
pub mod views;
pub mod writing;

use block::Cell;

/// The address of a thing, such as a site, by the word of its pages and its own name.
pub(crate) fn address(of: &str, name: &str) -> String {
    let name: String = form_urlencoded::byte_serialize(name.as_bytes()).collect();
    format!("/{of}/{}", name.replace('+', "%20"))
}

/// Links to acts, at most so many as can be read.
fn acts_at(positions: &[u64]) -> Cell {
    const MOST: usize = 12;
    let mut cell = Cell::default();
    for position in positions.iter().take(MOST) {
        cell = cell.then(Cell::link(format!("/chronicle/{position}"), format!("@{position}")));
    }
    if positions.len() > MOST {
        cell = cell.soft(format!("… {}", positions.len()));
    }
    cell
}
