//! 通報: the periodic reports of the supervision bureau. Content first: a value that follows from
//! the read tables at a position, and from nothing else; formats are made of it, never beside it.

pub mod asked;
pub mod chart;
pub mod content;
pub mod draft;
pub mod glyphs;
pub mod html;
pub mod json;
pub mod layout;
pub mod letter;
pub mod markdown;
pub mod queries;
pub mod script;
pub mod sheet;
pub mod trace;

mod figures;
mod gathered;
mod sections;
mod terms;
mod typical;
