//! 通報: the periodic reports of the supervision bureau. Content first: a value that follows from
//! the read tables at a position, and from nothing else; formats are made of it, never beside it.

pub mod asked;
pub mod content;
pub mod draft;
pub mod letter;
pub mod queries;

mod figures;
mod gathered;
mod sections;
mod terms;
pub mod trace;
mod typical;
