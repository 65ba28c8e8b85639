//! 圖樣: what tells one series from another on black and white paper.

/// How many there are before they come again.
const FILLS: usize = 6;

/// The patterns that bars are filled with. Their names begin with the chart's, since a document
/// holds many charts.
pub(super) fn patterns(code: &str) -> String {
    let code = name(code);
    let drawn = [
        ("hatch", "<path d=\"M0 6L6 0M-1 1L1 -1M5 7L7 5\" stroke=\"#000\" stroke-width=\"0.8\"/>"),
        ("dots", "<circle cx=\"3\" cy=\"3\" r=\"1.1\"/>"),
        ("cross", "<path d=\"M0 3H6M3 0V6\" stroke=\"#000\" stroke-width=\"0.7\"/>"),
    ];
    let pattern = |(name, inside): (&str, &str)| {
        format!(
            "<pattern id=\"{code}-{name}\" width=\"6\" height=\"6\" \
             patternUnits=\"userSpaceOnUse\"><rect width=\"6\" height=\"6\" fill=\"#fff\"/>\
             {inside}</pattern>\n"
        )
    };
    format!("<defs>\n{}</defs>\n", drawn.map(pattern).concat())
}

/// A name that an address inside a document may hold.
fn name(code: &str) -> String {
    let safe = |c: char| if c.is_ascii_alphanumeric() || c == '_' { c } else { '-' };
    code.chars().map(safe).collect()
}

/// With what the bars of a series are filled.
pub(super) fn fill(code: &str, series: usize) -> String {
    let code = name(code);
    let fill = match series % FILLS {
        0 => "#444".to_owned(),
        1 => format!("url(#{code}-hatch)"),
        2 => "#bbb".to_owned(),
        3 => format!("url(#{code}-dots)"),
        4 => "#fff".to_owned(),
        _ => format!("url(#{code}-cross)"),
    };
    format!("fill=\"{fill}\" stroke=\"#000\" stroke-width=\"0.8\"")
}

/// How the line of a series is broken; with the blank before the attribute.
pub(super) fn dash(series: usize) -> &'static str {
    match series % 4 {
        0 => "",
        1 => " stroke-dasharray=\"6 3\"",
        2 => " stroke-dasharray=\"2 2\"",
        _ => " stroke-dasharray=\"9 3 2 3\"",
    }
}

/// What stands at the points of a line.
pub(super) fn marker(series: usize, x: i64, y: i64) -> String {
    let (fill, left, top) = (if series.is_multiple_of(2) { "#000" } else { "#fff" }, x - 3, y - 3);
    let stroke = format!("fill=\"{fill}\" stroke=\"#000\" stroke-width=\"1\"");
    match series % 4 {
        0 => format!("<circle cx=\"{x}\" cy=\"{y}\" r=\"3\" {stroke}/>"),
        1 => format!("<rect x=\"{left}\" y=\"{top}\" width=\"6\" height=\"6\" {stroke}/>"),
        2 => format!("<path d=\"M{x} {top}l4 7h-8z\" {stroke}/>"),
        _ => format!("<path d=\"M{x} {top}l4 3l-4 4l-4 -4z\" {stroke}/>"),
    }
}
