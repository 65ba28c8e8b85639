//! 表格: how a table and its columns lie on the page.

use super::{SheetColumn, SheetTable};
use crate::bulletin::layout::Length;

/// Of so many rows and fewer a table stays on one page.
const SMALL: usize = 6;

impl SheetTable {
    /// It stays on one page: none is broken for a few rows.
    #[must_use]
    pub const fn is_small(&self) -> bool {
        self.rows.len() <= SMALL
    }
}

impl SheetColumn {
    /// Its share of a width, of all the columns'.
    #[must_use]
    pub fn of(&self, width: Length, all: &[Self]) -> Length {
        let parts: i64 = all.iter().map(|column| i64::from(column.width)).sum();
        width.times(i64::from(self.width)).shared_by(parts.max(1))
    }

    /// Its cells stand at the right: they are figures.
    #[must_use]
    pub const fn is_numeric(&self) -> bool {
        self.unit.is_some()
    }
}
