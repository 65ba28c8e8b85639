//! 列: the fields of a panel as Grafana shows them: headings, units, widths, links, words, colours.

use serde_json::{Value, json};

use super::CONSOLE;
use crate::boards::{Asks, Bucket, Colour, Column, Draw, Panel, Question, Unit, words};
use crate::console::locale::Locale;

/// What a text has for a unit. Without it Grafana takes the code of a site for a number.
const TEXT: &str = "string";
/// A day. Without it Grafana adds the hour of UTC's midnight.
const DAY: &str = "time:YYYY-MM-DD";

impl Panel {
    /// What is said of single fields.
    pub(super) fn overrides(&self) -> Vec<Value> {
        match &self.asks {
            Asks::Alerts => Vec::new(),
            Asks::Series(series) if self.draw == Draw::Table => self.labels(series),
            Asks::Series(series) => {
                let coloured = |(_, said): &(&str, &str)| {
                    let colour = fixed(meaning(said)?);
                    Some(overridden(said, vec![colour]))
                };
                series.iter().filter_map(coloured).collect()
            }
            Asks::Rows(question) => self.of_rows(question),
        }
    }

    fn of_rows(&self, question: &Question) -> Vec<Value> {
        match question {
            Question::Parts(name) => vec![self.part(name), self.figure("number", "数 · number")],
            Question::Sums(name) => {
                let sum = match self.unit {
                    Unit::WorkingDays => "工作日 · days",
                    _ => "合计 · sum",
                };
                let mut sum = vec![heading(sum), unit(self.unit.grafana())];
                if self.unit == Unit::Yuan {
                    sum.push(json!({ "id": "decimals", "value": 2 }));
                }
                let sum = overridden("amount", sum);
                vec![self.part(name), sum, self.figure("number", "数 · number")]
            }
            Question::Places(columns) => {
                let place = vec![heading("代码 · code"), unit(TEXT), wide(140), leads("sites")];
                let name = vec![heading("名称 · name"), unit(TEXT), at_least(230)];
                let figures = (0..).zip(*columns).map(|(at, (said, _, parts))| {
                    let mut properties = vec![heading(said)];
                    properties.extend(standing_out(parts));
                    overridden(&format!("n{at}"), properties)
                });
                let first = [overridden("place", place), overridden("name", name)];
                first.into_iter().chain(figures).collect()
            }
            Question::Trend(_, parts, bucket) => self.of_trend(parts, *bucket),
            Question::Count(..) | Question::Share(..) | Question::Spans(..) => Vec::new(),
            Question::List(_, _, columns) => columns.iter().map(|one| self.column(one)).collect(),
        }
    }

    fn of_trend(&self, parts: &[&str], bucket: Bucket) -> Vec<Value> {
        let one = |(at, part): (u32, &&str)| {
            let said = match parts {
                [_] => self.title(),
                _ => in_both(part.split('/').next().unwrap_or(part)),
            };
            // Where all parts are confirmed, it is the flags that differ.
            let colour = match parts {
                [_] => meaning(part),
                _ => meaning(part.split('/').next().unwrap_or(part)),
            };
            let mut properties = vec![heading(&said)];
            properties.extend(colour.map(fixed));
            overridden(&format!("n{at}"), properties)
        };
        let mut all: Vec<Value> = (0..).zip(parts).map(one).collect();
        if bucket == Bucket::Month {
            all.push(overridden("month", vec![heading("月 · month"), unit(TEXT)]));
        }
        all
    }

    fn part(&self, query: &str) -> Value {
        let mut properties = vec![heading("类 · part"), unit(TEXT)];
        properties.extend(said_for(&words::of_query(query), query));
        overridden("part", properties)
    }

    fn figure(&self, name: &str, said: &str) -> Value {
        let mut properties = vec![heading(said)];
        if self.unit != Unit::Number {
            properties.push(unit(Unit::Number.grafana()));
        }
        overridden(name, properties)
    }

    fn column(&self, column: &Column) -> Value {
        let said = format!("{} · {}", column.chinese, column.english);
        let mut properties = vec![heading(&said)];
        match column.name {
            "number" if self.draw == Draw::Columns => properties.push(fixed("blue")),
            "number" | "late" => return self.figure(column.name, &said),
            "share" => {
                properties.push(unit(Unit::Share.grafana()));
                properties.push(json!({ "id": "decimals", "value": 1 }));
            }
            "per_post" | "per_thousand" => {
                properties.push(json!({ "id": "decimals", "value": 1 }));
            }
            name if name.ends_with("_on") => properties.extend([unit(DAY), wide(room(column))]),
            "site" | "place" => properties.extend([unit(TEXT), wide(140)]),
            "name" | "title" => properties.extend([unit(TEXT), at_least(230)]),
            "errata" | "delivered" | "opened" | "until_position" => {
                properties.push(wide(room(column)));
            }
            "content_digest" => properties.extend([unit(TEXT), at_least(160)]),
            "band" | "order_code" => properties.push(unit(TEXT)),
            "hour" => properties.extend([plain_cell(), wide(80)]),
            _ if column.leads.is_some() || column.words || column.name == "rule" => {
                properties.push(unit(TEXT));
            }
            _ => {}
        }
        if let Some(folder) = column.leads {
            properties.push(leads(folder));
            if !matches!(folder, "sites" | "items" | "places") {
                properties.extend([without_stream(), at_least(250)]);
            }
        }
        if column.words {
            properties.extend(said_for(&words::of_column(column.name), column.name));
        }
        overridden(column.name, properties)
    }

    /// The labels of a table that Prometheus answers, and its figure under the name of its series.
    fn labels(&self, series: &[(&str, &str)]) -> Vec<Value> {
        let site = vec![heading("站点 · site"), unit(TEXT), wide(140), leads("sites")];
        let mut all = vec![
            overridden("site", site),
            overridden("name", vec![heading("名称 · name"), unit(TEXT)]),
            overridden("instance", vec![heading("进程 · instance"), unit(TEXT)]),
            overridden("version", vec![heading("版本 · version"), unit(TEXT)]),
            overridden("projection", vec![heading("推演 · projection"), unit(TEXT)]),
        ];
        for (_, said) in series.iter().filter(|(_, said)| !said.is_empty()) {
            let mut figure = vec![heading(said)];
            if !self.steps.is_empty() {
                figure.push(coloured_text());
            }
            all.push(overridden("Value", figure));
        }
        all
    }
}

/// Room for a day or for its heading.
fn room(column: &Column) -> u32 {
    let chinese = column.chinese.chars().count() * 16;
    let said = chinese + column.english.chars().count() * 8 + 36;
    u32::try_from(said).unwrap_or(u32::MAX).max(110)
}

fn overridden(name: &str, properties: Vec<Value>) -> Value {
    json!({ "matcher": { "id": "byName", "options": name }, "properties": properties })
}

fn heading(said: &str) -> Value {
    json!({ "id": "displayName", "value": said })
}

fn unit(name: &str) -> Value {
    json!({ "id": "unit", "value": name })
}

fn wide(pixels: u32) -> Value {
    json!({ "id": "custom.width", "value": pixels })
}

fn at_least(pixels: u32) -> Value {
    json!({ "id": "custom.minWidth", "value": pixels })
}

fn plain_cell() -> Value {
    json!({ "id": "custom.cellOptions", "value": { "type": "auto" } })
}

fn coloured_text() -> Value {
    json!({ "id": "custom.cellOptions", "value": { "type": "color-text" } })
}

fn fixed(colour: &str) -> Value {
    json!({ "id": "color", "value": { "fixedColor": colour, "mode": "fixed" } })
}

/// The colour of what says itself that it has one, or that something is wrong.
fn meaning(said: &str) -> Option<&'static str> {
    let word = said.rsplit([' ', '/']).next().unwrap_or(said);
    match word {
        "yellow" | "suspected" | "nearly" => Some("yellow"),
        "red" | "overdue" | "confirmed" => Some("red"),
        "serious" => Some("dark-red"),
        "cleared" => Some("green"),
        _ => None,
    }
}

/// Figures of a table that should be nought stand out where they are not.
fn standing_out(parts: &[&str]) -> Vec<Value> {
    let Some(colour) = parts.first().and_then(|part| meaning(part)) else { return Vec::new() };
    let steps = json!([
        { "color": "text", "value": null },
        { "color": colour, "value": 1 },
    ]);
    vec![
        json!({ "id": "thresholds", "value": { "mode": "absolute", "steps": steps } }),
        coloured_text(),
    ]
}

/// What a value leads to in the console. A key is the stream: `case/…`.
fn leads(folder: &str) -> Value {
    let address = match folder {
        "sites" | "items" => format!("{CONSOLE}/{folder}/${{__value.raw}}"),
        "places" => format!("{CONSOLE}/sites/${{__value.raw}}"),
        _ => format!("{CONSOLE}/search?q=${{__value.raw}}"),
    };
    json!({ "id": "links", "value": [
        { "targetBlank": true, "title": "通鉴 · open", "url": address },
    ] })
}

/// A key without its stream, which the heading says.
fn without_stream() -> Value {
    json!({ "id": "mappings", "value": [{
        "type": "regex",
        "options": { "pattern": "^[a-z]+/(.*)$", "result": { "index": 0, "text": "$1" } },
    }] })
}

/// A word of the read tables in both languages.
fn in_both(word: &str) -> String {
    let (chinese, english) = (Locale::Simplified.word(word), Locale::English.word(word));
    format!("{chinese} {english}")
}

/// Words of the read tables, each in both languages.
fn said_for(all: &[String], query: &str) -> Option<Value> {
    let mut options = serde_json::Map::new();
    for (index, word) in (0..).zip(all) {
        let said: Vec<String> =
            word.split('/').map(|word| in_both(words::meant(query, word))).collect();
        options.insert(word.clone(), json!({ "index": index, "text": said.join("／") }));
    }
    let known = !options.is_empty();
    known.then(|| json!({ "id": "mappings", "value": [{ "options": options, "type": "value" }] }))
}

impl Colour {
    pub(super) const fn grafana(self) -> &'static str {
        match self {
            Self::Green => "green",
            Self::Yellow => "yellow",
            Self::Red => "red",
            Self::Plain => "blue",
        }
    }
}

impl Unit {
    pub(super) const fn grafana(self) -> &'static str {
        match self {
            // Every digit: `short` makes 31.5 K of 31,492.
            Self::Number => "locale",
            Self::Share => "percentunit",
            Self::Seconds => "s",
            Self::Days => "suffix: 天 d",
            Self::Bytes => "bytes",
            Self::PerSecond => "suffix:/s",
            Self::WorkingDays => "suffix: 工作日",
            Self::Yuan => "suffix: 元",
        }
    }
}
