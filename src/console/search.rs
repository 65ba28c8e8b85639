//! 查找: one box over case numbers, sites, items, posts and bulletin numbers; the results by what
//! they are. Names of cases and posts are looked up by index; the registers of sites and items,
//! some thousands of lines, are read through.

use super::block::{Block, Cell, Page, Section};
use super::desk::{Desk, Row, Sql};
use super::locale::Locale;
use crate::store::StoreError;
use crate::store::read_tables::lists::Bound;

const CASES: Sql = Sql::of(include_str!("sql/search_cases.sql"));
const SITES: Sql = Sql::of(include_str!("sql/search_sites.sql"));
const ITEMS: Sql = Sql {
    postgres: include_str!("sql/search_items.sql"),
    sqlite: include_str!("sql/search_items.sqlite.sql"),
};
const POSTS: Sql = Sql::of(include_str!("sql/search_posts.sql"));
const BULLETINS: Sql = Sql::of(include_str!("sql/search_bulletins.sql"));
/// The longest text that is looked for, in characters.
const LONGEST: usize = 100;

/// What is looked for, in the forms in which it is.
struct Sought {
    text: String,
    /// The same without `%`, `_` and the backslash.
    plain: String,
    /// Within a name, in either script; `%` and `_` stand for themselves nowhere and are left out.
    within: [Bound; 2],
    begins: Bound,
}

impl Sought {
    fn of(text: &str) -> Option<Self> {
        let text: String = text.chars().filter(|c| !c.is_control()).take(LONGEST).collect();
        let text = text.trim().to_owned();
        let plain: String = text.chars().filter(|c| !"%_\\".contains(*c)).collect();
        if text.is_empty() || plain.is_empty() {
            return None;
        }
        let within = [Locale::Simplified, Locale::Traditional]
            .map(|locale| Bound::Text(format!("%{}%", locale.name(&plain))));
        let begins = Bound::Text(format!("{plain}%"));
        Some(Self { text, plain, within, begins })
    }

    /// From the text up to what no longer begins with it.
    fn span(&self, before: &str) -> [Bound; 2] {
        let from = format!("{before}{}", self.text);
        [Bound::Text(from.clone()), Bound::Text(format!("{from}{}", char::MAX))]
    }
}

/// 查找頁.
///
/// # Errors
/// [`StoreError`].
pub async fn page<'d>(desk: &Desk<'d>, asked: &str) -> Result<Page<'d>, StoreError> {
    let frame = desk.frame;
    let mut page = Page::new(frame, frame.locale.tf("search.title", &[&asked.trim()]));
    let Some(sought) = Sought::of(asked) else {
        return Ok(page.lead(Cell::text(frame.t("search.hint"))));
    };
    let found = [
        ("cases", "search.cases", cases(desk, &sought).await?),
        ("sites", "search.sites", sites(desk, &sought).await?),
        ("items", "search.items", items(desk, &sought).await?),
        ("posts", "search.posts", posts(desk, &sought).await?),
        ("bulletins", "search.bulletins", bulletins(desk, &sought).await?),
    ];
    let none = found.iter().all(|(.., cells)| cells.is_empty());
    for (id, title, cells) in found {
        if !cells.is_empty() {
            page = page.with(Section::new(id, frame.t(title)).with(Block::List(cells)));
        }
    }
    Ok(if none { page.lead(Cell::text(frame.t("search.nothing"))) } else { page })
}

async fn cases(desk: &Desk<'_>, sought: &Sought) -> Result<Vec<Cell>, StoreError> {
    let rows = desk.rows(CASES, None, &sought.span("")).await?;
    let cell = |row: &Row| desk.case_cell(row.said(0)).soft(row.said(1)).soft(row.said(2));
    Ok(rows.iter().map(cell).collect())
}

async fn sites(desk: &Desk<'_>, sought: &Sought) -> Result<Vec<Cell>, StoreError> {
    let [simplified, traditional] = sought.within.clone();
    let values = [sought.begins.clone(), simplified, traditional];
    let rows = desk.rows(SITES, None, &values).await?;
    let cell = |row: &Row| {
        let cell = desk.site_cell(row.said(0), row.text(1)).soft(row.said(0));
        cell.soft(desk.frame.locale.word(row.said(2)))
    };
    Ok(rows.iter().map(cell).collect())
}

async fn items(desk: &Desk<'_>, sought: &Sought) -> Result<Vec<Cell>, StoreError> {
    let [simplified, traditional] = sought.within.clone();
    let begins = Bound::Text(format!("item\t{}%", sought.plain));
    let [from, past] = [Bound::Text("item\t".into()), Bound::Text("item\n".into())];
    // The registers of items are everybody's.
    let values = [from, past, begins, simplified, traditional];
    let rows = desk.rows_of_all(ITEMS, &values).await?;
    let codes: Vec<&str> =
        rows.iter().filter_map(|row| row.said(0).strip_prefix("item\t")).collect();
    let names = desk.item_names(codes.iter().copied()).await?;
    let cell = |code: &&str| {
        let name = desk.frame.locale.name(names.get(*code).map_or(*code, String::as_str));
        Cell::link(super::address("items", code), name).soft(code)
    };
    Ok(codes.iter().map(cell).collect())
}

async fn posts(desk: &Desk<'_>, sought: &Sought) -> Result<Vec<Cell>, StoreError> {
    let rows = desk.rows(POSTS, None, &[Bound::Text(sought.text.clone())]).await?;
    let cell = |row: &Row| {
        let last = row.count(3);
        Cell::link(format!("/chronicle?q=staff/{}", row.said(0)), row.said(0))
            .soft(desk.frame.locale.name(row.said(1)))
            .then(desk.site_cell(row.said(2), None))
            .then(Cell::link(format!("/chronicle/{last}"), format!("@{last}")))
    };
    Ok(rows.iter().map(cell).collect())
}

async fn bulletins(desk: &Desk<'_>, sought: &Sought) -> Result<Vec<Cell>, StoreError> {
    let (year, serial) = number(&sought.text);
    let [simplified, traditional] = sought.within.clone();
    let values = [Bound::Integer(serial), Bound::Integer(year), simplified, traditional];
    let rows = desk.rows(BULLETINS, None, &values).await?;
    let cell = |row: &Row| {
        let name = row.said(0).strip_prefix("bulletin/").unwrap_or_default().to_owned();
        let number = row.number(3).map(|serial| format!("〔{}〕{serial}", row.count(2)));
        Cell::link(super::address("bulletins", &name), desk.frame.locale.name(row.said(1)))
            .soft(number.unwrap_or_default())
            .soft(desk.frame.locale.word(row.said(4)))
    };
    Ok(rows.iter().map(cell).collect())
}

/// The year and the serial number in what was typed, such as `通监发〔2008〕12号`: the last number is
/// the serial one, and one of four digits before it the year; -1 where there is none.
fn number(text: &str) -> (i64, i64) {
    let parts = text.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty());
    let numbers: Vec<i64> = parts.filter_map(|part| part.parse().ok()).collect();
    match numbers.as_slice() {
        [serial] if text.contains(['号', '號', '〕']) => (0, *serial),
        [.., year, serial] if (1_900..3_000).contains(year) => (*year, *serial),
        _ => (0, -1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_of_a_bulletin_is_read_however_it_is_typed() {
        for (text, read) in [
            ("通监发〔2008〕12号", (2008, 12)),
            ("2008 12", (2008, 12)),
            ("12号", (0, 12)),
            ("12", (0, -1)),
            ("南通", (0, -1)),
            ("0001-0002", (0, -1)),
        ] {
            assert_eq!(number(text), read, "{text}");
        }
    }

    #[test]
    fn what_stands_for_anything_is_not_looked_for() {
        assert!(Sought::of(" % ").is_none());
        assert!(Sought::of("").is_none());
        assert!(Sought::of("a%").is_some());
    }
}
