//! 監察頁面: what inspectors look at. A page is made at a desk: the read tables and the chronicle,
//! narrowed to what the reader's grant covers. Nothing is judged here. Pages work without script,
//! and every value is escaped by its template.

pub mod assets;
pub mod block;
pub mod case;
pub mod cases;
pub mod desk;
mod drawing;
pub mod format;
pub mod frame;
pub mod locale;
pub mod people;
pub mod problem;
pub mod queue;
pub mod svg;
pub mod today;

use block::Cell;

/// The address of a thing, such as a site, by the word of its pages and its own name.
fn address(of: &str, name: &str) -> String {
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
