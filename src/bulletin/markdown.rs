//! Markdown: a letter as text that is read as it is, and in a forge or a notebook. It carries the
//! whole letter in a comment at its end.

use super::json;
use super::layout::Level;
use super::letter::{Letter, Script};
use super::script::ScriptError;
use super::sheet::{
    BasisLine, Cell, Element, Heading, Holds, Sheet, SheetChart, SheetSeries, SheetTable, Span,
};

const OPENS: &str = "<!-- tongjian:letter\n";
const CLOSES: &str = "\n-->\n";

/// The letter as a file. The same letter gives the same bytes.
///
/// # Errors
/// [`ScriptError`].
pub fn file(letter: &Letter, script: Script) -> Result<String, ScriptError> {
    let sheet = Sheet::of(letter, script)?;
    let mut parts = Vec::new();
    parts.extend(sheet.watermark.as_ref().map(|word| format!("> **{}**", escaped(word))));
    parts.extend(sheet.elements.iter().map(element));
    // Two hyphens end a comment; in JSON they stand only inside a string, where this is the same.
    let whole = json::line(letter).replace("--", "-\\u002d");
    Ok(format!("{}\n\n{OPENS}{whole}{CLOSES}", parts.join("\n\n")))
}

/// The letter that a file carries; none where it carries none that can be read.
#[must_use]
pub fn embedded(text: &str) -> Option<Letter> {
    let (_, after) = text.rsplit_once(OPENS)?;
    let (whole, _) = after.split_once(CLOSES.trim_end())?;
    json::embedded(whole)
}

/// A text that means itself: what Markdown or HTML would read as a mark is escaped.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '~' | '#' | '$' => {
                out.push('\\');
                out.push(c);
            }
            c => out.push(c),
        }
    }
    out
}

/// A text at the beginning of a line, where also a number, a hyphen or white space is a mark.
fn line(text: &str) -> String {
    let text = escaped(text.trim());
    let digits = text.chars().take_while(char::is_ascii_digit).count();
    match text.split_at_checked(digits) {
        Some((number, rest)) if digits > 0 && rest.starts_with(['.', ')']) => {
            format!("{number}\\{rest}")
        }
        Some((_, rest)) if digits == 0 && rest.starts_with(['-', '+', '=', ':']) => {
            format!("\\{text}")
        }
        _ => text,
    }
}

fn element(element: &Element) -> String {
    match element {
        Element::Mark(text) => format!("**{}**", escaped(text)),
        Element::Number(text) | Element::Recipients(text) => line(text),
        Element::RedRule => "---".into(),
        Element::Title(text) => format!("# {}", escaped(text)),
        Element::Heading(heading) => heading_line(heading),
        Element::Paragraph(spans) => {
            let text = |span: &Span| match span {
                Span::Text(text) | Span::Figure { text, .. } => text.clone(),
            };
            line(&spans.iter().map(text).collect::<String>())
        }
        Element::Table(table) => drawn_table(table),
        Element::Chart(chart) => drawn_chart(chart),
        Element::AnnexNote(note) => {
            let items: Vec<_> = note.items.iter().map(|item| escaped(item)).collect();
            line(&format!("{}{}", note.label, items.join("；")))
        }
        Element::Signature(signature) => {
            let body = signature.body.iter().map(|body| format!("{}\\\n", line(body)));
            format!("{}{}", body.collect::<String>(), line(&signature.date))
        }
        Element::Annex { label, title } => format!("## {} {}", escaped(label), escaped(title)),
        Element::Basis(basis) => {
            let value = |line: &BasisLine| match line.is_code {
                true => format!("`{}`", line.value.replace('`', "'")),
                false => escaped(&line.value),
            };
            let item = |line: &BasisLine| format!("- {}：{}", escaped(&line.label), value(line));
            let items: Vec<_> = basis.lines.iter().map(item).collect();
            format!("## {}\n\n{}", escaped(&basis.heading), items.join("\n"))
        }
        Element::Imprint(imprint) => {
            let subject = imprint.subject_words.iter();
            let subject =
                subject.map(|subject| format!("{}{}", subject.label, subject.words.join("　")));
            let printed = format!("{}　{}", imprint.printed_by, imprint.printed_on);
            let lines = subject.chain(imprint.copies_to.clone()).chain([printed]);
            let lines: Vec<_> = lines.map(|text| line(&text)).collect();
            format!("---\n\n{}", lines.join("\\\n"))
        }
    }
}

fn heading_line(heading: &Heading) -> String {
    let hashes = match heading.level {
        Level::First => "##",
        Level::Second => "###",
        Level::Third => "####",
    };
    format!("{hashes} {}", escaped(&format!("{}{}", heading.number, heading.text)))
}

fn row(cells: impl IntoIterator<Item = String>) -> String {
    let cells: Vec<_> = cells.into_iter().collect();
    format!("| {} |", cells.join(" | "))
}

fn drawn_table(table: &SheetTable) -> String {
    let heading = table.columns.iter().map(|column| escaped(&column.heading));
    let side = |numeric| if numeric { "---:" } else { "---" };
    let sides = table.columns.iter().map(|column| side(column.is_numeric()).to_owned());
    let text = |cell: &Cell| match cell.holds {
        Holds::Nothing => String::new(),
        _ => escaped(cell.text.trim()),
    };
    let mut lines = vec![row(heading), row(sides)];
    lines.extend(table.rows.iter().map(|cells| row(cells.iter().map(text))));
    format!("**{}**\n\n{}", escaped(&table.caption), lines.join("\n"))
}

/// A chart as the table of its figures: text has no curves.
fn drawn_chart(chart: &SheetChart) -> String {
    let names = chart.series.iter().map(|series| escaped(&series.name));
    let mut lines = vec![
        row([escaped(&chart.unit_words)].into_iter().chain(names)),
        row(["---".to_owned()].into_iter().chain(chart.series.iter().map(|_| "---:".to_owned()))),
    ];
    for (at, category) in chart.categories.iter().enumerate() {
        let point = |series: &SheetSeries| {
            series.points.get(at).map(|point| escaped(&point.text)).unwrap_or_default()
        };
        lines.push(row([escaped(category)].into_iter().chain(chart.series.iter().map(point))));
    }
    format!("**{}**\n\n{}", escaped(&chart.caption), lines.join("\n"))
}
