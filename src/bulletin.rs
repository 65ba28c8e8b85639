//! 通報: the periodic reports of the supervision bureau. Content first: a value that follows from
//! the read tables at a position, and from nothing else; formats are made of it, never beside it.

pub mod chart;
pub mod content;
pub mod docx;
pub mod glyphs;
pub mod html;
pub mod json;
pub mod layout;
pub mod letter;
pub mod markdown;
pub mod office;
pub mod script;
pub mod sheet;
pub mod xlsx;
