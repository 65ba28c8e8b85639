//! 面板: a panel as Grafana reads it: its query, its units and steps, the headings, links and words
//! of its columns.

use serde_json::{Value, json};

use super::{CONSOLE, COUNTIES, PROMETHEUS, SQL, TOWNSHIPS};
use crate::boards::{Asks, Choice, Colour, Column, Dialect, Draw, Panel, Question, Unit};
use crate::console::locale::Locale;

impl Panel {
    pub(super) fn json(&self, id: u32, place: Value, chooses: Choice) -> Value {
        let (kind, source) = match self.asks {
            Asks::Series(_) => ("prometheus", PROMETHEUS),
            Asks::Rows(_) => ("grafana-postgresql-datasource", SQL),
        };
        let source = json!({ "type": kind, "uid": source });
        json!({
            "datasource": source,
            "description": self.says(),
            "fieldConfig": { "defaults": self.defaults(), "overrides": self.overrides() },
            "gridPos": place,
            "id": id,
            "options": self.options(),
            "targets": self.targets(&source, chooses),
            "title": self.title(),
            "transformations": self.transformations(),
            "type": self.draw.kind(),
        })
    }

    fn targets(&self, source: &Value, chooses: Choice) -> Vec<Value> {
        match &self.asks {
            Asks::Series(series) => series
                .iter()
                .zip('A'..)
                .map(|((expr, legend), id)| {
                    let now = self.draw != Draw::Lines;
                    json!({
                        "datasource": source, "editorMode": "code", "expr": expr,
                        "format": if self.draw == Draw::Table { "table" } else { "time_series" },
                        "instant": now, "legendFormat": legend, "range": !now,
                        "refId": id.to_string(),
                    })
                })
                .collect(),
            Asks::Rows(question) => {
                let marks = if chooses == Choice::Townships { &TOWNSHIPS } else { &COUNTIES };
                let text = question.text(Dialect::Postgres, marks);
                let series = matches!(question, Question::Trend(..));
                vec![json!({
                    "datasource": source, "editorMode": "code",
                    "format": if series { "time_series" } else { "table" },
                    "rawQuery": true, "rawSql": text.map(|text| text.0).unwrap_or_default(),
                    "refId": "A",
                })]
            }
        }
    }

    fn transformations(&self) -> Vec<Value> {
        if !matches!((&self.asks, self.draw), (Asks::Series(_), Draw::Table)) {
            return Vec::new();
        }
        let hidden = json!({ "Time": true });
        vec![json!({ "id": "organize", "options": { "excludeByName": hidden } })]
    }

    fn defaults(&self) -> Value {
        let steps: Vec<Value> = match self.steps {
            [] => vec![json!({ "color": Colour::Plain.grafana(), "value": null })],
            steps => (0..)
                .zip(steps)
                .map(|(at, (value, colour))| {
                    let value = if at == 0 { Value::Null } else { json!(value) };
                    json!({ "color": colour.grafana(), "value": value })
                })
                .collect(),
        };
        let colour = if self.draw == Draw::Lines { "palette-classic" } else { "thresholds" };
        let mut defaults = json!({
            "color": { "mode": colour },
            "mappings": [],
            "noValue": "无数据 · no data",
            "thresholds": { "mode": "absolute", "steps": steps },
            "unit": self.unit.grafana(),
        });
        if let Some(held) = defaults.as_object_mut() {
            if self.unit == Unit::Share && self.draw == Draw::Dial {
                held.insert("min".into(), json!(0));
                held.insert("max".into(), json!(1));
            }
            match self.draw {
                Draw::Lines => held.insert("custom".into(), json!({
                    "drawStyle": "line", "fillOpacity": 10, "lineWidth": 2, "showPoints": "auto",
                    "spanNulls": false,
                    "thresholdsStyle": { "mode": self.lines_at_steps() },
                })),
                Draw::Table => held.insert("custom".into(), json!({
                    "align": "auto", "cellOptions": { "type": "auto" }, "inspect": false,
                })),
                _ => None,
            };
        }
        defaults
    }

    const fn lines_at_steps(&self) -> &'static str {
        if self.steps.is_empty() { "off" } else { "line" }
    }

    fn options(&self) -> Value {
        let reduce = json!({ "calcs": ["lastNotNull"], "fields": "", "values": false });
        match self.draw {
            Draw::Stat => json!({
                "colorMode": if self.steps.is_empty() { "none" } else { "value" },
                "graphMode": "none", "justifyMode": "auto", "orientation": "auto",
                "reduceOptions": reduce, "textMode": "value", "wideLayout": true,
            }),
            Draw::Dial => json!({
                "orientation": "auto", "reduceOptions": reduce, "showThresholdLabels": false,
                "showThresholdMarkers": true,
            }),
            Draw::Bars => json!({
                "displayMode": "basic", "orientation": "horizontal", "reduceOptions": reduce,
                "showUnfilled": true, "valueMode": "text",
            }),
            Draw::Lines => json!({
                "legend": {
                    "calcs": [], "displayMode": "list", "placement": "bottom", "showLegend": true,
                },
                "tooltip": { "mode": "multi", "sort": "desc" },
            }),
            Draw::Table => json!({ "cellHeight": "sm", "showHeader": true }),
        }
    }

    /// Headings, links and words of the columns of a table.
    fn overrides(&self) -> Vec<Value> {
        let Asks::Rows(question) = &self.asks else { return Vec::new() };
        let named: Vec<(String, String)> = match question {
            Question::Parts(_) => vec![("part".into(), "类 · part".into()), number()],
            Question::Sums(_) => {
                let amount = ("amount".to_owned(), "合计 · sum".to_owned());
                vec![("part".into(), "类 · part".into()), amount, number()]
            }
            Question::Places(columns) => {
                let place = [("place", "代码 · code"), ("name", "名称 · name")];
                let place = place.map(|(name, said)| (name.to_owned(), said.to_owned()));
                let figures = (0..).zip(*columns);
                let figures =
                    figures.map(|(at, (said, ..))| (format!("n{at}"), (*said).to_owned()));
                place.into_iter().chain(figures).collect()
            }
            Question::Trend(..) => vec![("number".into(), self.title())],
            Question::Count(..) | Question::Share(..) => Vec::new(),
            Question::List(_, _, columns) => return columns.iter().map(Column::json).collect(),
        };
        let has_words = matches!(question, Question::Parts(_) | Question::Sums(_));
        let mut overrides: Vec<Value> = Vec::new();
        for (name, said) in named {
            let mut properties = vec![json!({ "id": "displayName", "value": said })];
            match name.as_str() {
                "part" if has_words => properties.push(words()),
                "number" if self.unit != Unit::Number => {
                    properties.push(json!({ "id": "unit", "value": "short" }));
                }
                "place" => properties.push(leads("sites")),
                _ => {}
            }
            overrides.push(overridden(&name, properties));
        }
        overrides
    }
}

fn number() -> (String, String) {
    ("number".into(), "数 · number".into())
}

fn overridden(name: &str, properties: Vec<Value>) -> Value {
    json!({ "matcher": { "id": "byName", "options": name }, "properties": properties })
}

/// What a value leads to in the console. A key is the stream: `case/…`.
fn leads(folder: &str) -> Value {
    let address = match folder {
        "sites" | "items" => format!("{CONSOLE}/{folder}/${{__value.raw}}"),
        _ => format!("{CONSOLE}/search?q=${{__value.raw}}"),
    };
    json!({ "id": "links", "value": [
        { "targetBlank": true, "title": "通鉴 · open", "url": address },
    ] })
}

/// Words of the read tables, each in both languages.
fn words() -> Value {
    let mut options = serde_json::Map::new();
    for (index, word) in (0..).zip(WORDS) {
        let (chinese, english) = (Locale::Simplified.word(word), Locale::English.word(word));
        options.insert(
            (*word).into(),
            json!({ "index": index, "text": format!("{chinese} {english}") }),
        );
    }
    json!({ "id": "mappings", "value": [{ "options": options, "type": "value" }] })
}

/// The words that parts and lists hold most often; another one is shown as it is.
const WORDS: &[&str] = &[
    "early",
    "on_time",
    "overdue",
    "not_due",
    "in_time",
    "late",
    "unanswered",
    "yellow",
    "red",
    "serious",
    "reminder",
    "warning",
    "municipal",
    "county",
    "township",
    "village",
    "none",
    "premises",
    "facilities",
    "personnel",
    "items",
    "operation",
    "suspected",
    "confirmed",
    "cleared",
    "receipt",
    "promised",
    "statutory",
    "hearing",
    "tender",
    "auction",
    "inspection",
    "testing",
    "quarantine",
    "appraisal",
    "expert_review",
    "direct",
    "parallel",
    "report_up",
    "overtime",
    "attitude",
    "absence",
    "charging",
    "refusal",
    "procedure",
    "integrity",
    "other",
    "verified",
    "partly_verified",
    "not_verified",
    "cannot_be_verified",
    "lawful_pause_not_recorded",
    "system_failure",
    "entry_error",
    "force_majeure",
    "applicants_delay",
    "duplicate_case",
    "drafted",
    "issued",
    "blue",
    "orange",
];

impl Column {
    fn json(&self) -> Value {
        let said = format!("{} · {}", self.chinese, self.english);
        let mut properties = vec![json!({ "id": "displayName", "value": said })];
        properties.extend(self.leads.map(leads));
        if self.words {
            properties.push(words());
        }
        overridden(self.name, properties)
    }
}

impl Draw {
    const fn kind(self) -> &'static str {
        match self {
            Self::Stat => "stat",
            Self::Dial => "gauge",
            Self::Bars => "bargauge",
            Self::Lines => "timeseries",
            Self::Table => "table",
        }
    }
}

impl Unit {
    const fn grafana(self) -> &'static str {
        match self {
            Self::Number => "short",
            Self::Share => "percentunit",
            Self::Seconds => "s",
            Self::Bytes => "bytes",
            Self::PerSecond => "ops",
            Self::WorkingDays => "suffix: 工作日",
            Self::Yuan => "suffix:元",
        }
    }
}

impl Colour {
    const fn grafana(self) -> &'static str {
        match self {
            Self::Green => "green",
            Self::Yellow => "yellow",
            Self::Red => "red",
            Self::Plain => "blue",
        }
    }
}
