//! 監察頁面: what inspectors look at.
use crate::http::cases::{Cases, Wanted};
use crate::query::CaseFile;
/// x
pub fn cases(_: &Cases, _: &Wanted) -> Result<String, askama::Error> { Ok(String::new()) }
/// x
pub fn case(_: &CaseFile, _: &str) -> Result<String, askama::Error> { Ok(String::new()) }
