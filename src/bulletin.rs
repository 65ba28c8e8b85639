//! 通報: the periodic reports of the supervision bureau. Content first: a value that follows from
//! the read tables at a position, and from nothing else; formats are made of it, never beside it.
//! What is done with a bulletin, from draft to erratum, are acts of its stream.

pub mod asked;
pub mod chart;
pub mod content;
pub mod contents;
pub mod docx;
pub mod draft;
pub mod glyphs;
pub mod html;
pub mod json;
pub mod layout;
pub mod letter;
pub mod life;
pub mod markdown;
pub mod office;
pub mod outbox;
#[cfg(feature = "pdf")]
pub mod pdf;
pub mod queries;
pub mod render;
pub mod schedule;
pub mod script;
pub mod sheet;
pub mod stands;
pub mod summary;
pub mod term;
pub mod trace;
pub mod verify;
pub mod xlsx;

mod digest;
mod figures;
mod gathered;
mod lines;
mod sections;
mod tally;
pub(crate) mod terms;
mod typical;
