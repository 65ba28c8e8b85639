//! 問題頁: why a page was not shown.

use askama::Template;

use super::frame::Frame;

/// 問題頁.
#[derive(Debug, Template)]
#[template(path = "problem.html")]
pub struct Page<'f> {
    /// What every page is given.
    pub frame: &'f Frame,
    /// The HTTP status.
    pub status: u16,
    /// This occurrence, for people.
    pub detail: &'f str,
}
