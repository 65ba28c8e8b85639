//! 看板文件: a board as Grafana reads it: classic JSON, only panels that have been there since
//! Grafana 9, every data source a variable, keys in order, the same bytes each time.

use serde_json::{Value, json};

use super::sql::COUNTY;
use super::{
    Asks, BOARDS, Board, Choice, Colour, Column, Dialect, Draw, Marks, Panel, Question, Unit,
};
use crate::console::locale::Locale;

/// The schema of Grafana 10.4 and later; they bring it up to their own.
const SCHEMA_VERSION: u32 = 39;
const PROMETHEUS: &str = "${prometheus_datasource}";
const SQL: &str = "${sql_datasource}";
/// Where the console is: a constant that an operator sets once.
const CONSOLE: &str = "${console}";
/// The days of the time that is shown, by the city's clocks.
const FROM: &str = "cast(timestamptz $__timeFrom() at time zone 'Asia/Shanghai' as date)";
const UNTIL: &str = "cast(timestamptz $__timeTo() at time zone 'Asia/Shanghai' as date)";
const AFTER: &str = "(cast(timestamptz $__timeTo() at time zone 'Asia/Shanghai' as date) + 1)";
const TOP: &str = "(select t.site from read_tables.coverage_sites as t where t.level = 'municipal' \
    order by t.site limit 1)";

const COUNTIES: Marks = Marks {
    from: FROM,
    until: UNTIL,
    after: AFTER,
    scope: TOP,
    chosen: "coalesce(s.county, case when s.level = 'municipal' then s.site end, 'none') \
        in (${county:sqlstring})",
    place: COUNTY,
};
const TOWNSHIPS: Marks = Marks {
    chosen: "coalesce(s.county, case when s.level = 'municipal' then s.site end, 'none') \
        in (${county:sqlstring}) and coalesce(s.township, s.site, 'none') \
        in (${township:sqlstring})",
    place: "coalesce(s.township, s.site, 'none')",
    ..COUNTIES
};

/// Every file of the boards: its name, and its text.
#[must_use]
pub fn files() -> Vec<(String, String)> {
    let file = |board: &Board| {
        let text = serde_json::to_string_pretty(&board.json()).unwrap_or_default();
        (format!("tongjian-{}.json", board.name), format!("{text}\n"))
    };
    BOARDS.iter().map(file).collect()
}

impl Board {
    /// The board as Grafana reads it.
    #[must_use]
    pub fn json(&self) -> Value {
        json!({
            "annotations": { "list": annotations(self.chooses) },
            "description": self.what,
            "editable": false,
            "fiscalYearStartMonth": 0,
            "graphTooltip": 1,
            "id": null,
            "links": self.links(),
            "panels": self.laid_out(),
            "refresh": self.refresh,
            "schemaVersion": SCHEMA_VERSION,
            "tags": ["tongjian"],
            "templating": { "list": variables(self.chooses) },
            "time": { "from": self.from, "to": "now" },
            "timepicker": {},
            "timezone": "Asia/Shanghai",
            "title": format!("{} · {}", self.chinese, self.english),
            "uid": self.uid(),
            "version": 1,
            "weekStart": "monday",
        })
    }

    /// What the board is called in Grafana's addresses.
    #[must_use]
    pub fn uid(&self) -> String {
        format!("tongjian-{}", self.name)
    }

    fn links(&self) -> Vec<Value> {
        let others = BOARDS.iter().filter(|other| other.name != self.name);
        let board = |other: &Board| {
            link(format!("{} · {}", other.chinese, other.english), format!("/d/{}", other.uid()))
        };
        let console = link("通鉴 · console".into(), format!("{CONSOLE}/boards/{}", self.name));
        others.map(board).chain([console]).collect()
    }

    /// The panels from left to right, row by row; a row is as high as its highest panel.
    fn laid_out(&self) -> Vec<Value> {
        let (mut x, mut y, mut high) = (0, 0, 0);
        let mut panels = Vec::new();
        for (id, panel) in (1_u32..).zip(self.panels) {
            let (width, height) = panel.size;
            if x + width > 24 {
                (x, y, high) = (0, y + high, 0);
            }
            let place = json!({ "h": height, "w": width, "x": x, "y": y });
            panels.push(panel.json(id, place, self.chooses));
            x += width;
            high = high.max(height);
        }
        panels
    }
}

fn link(title: String, url: String) -> Value {
    json!({
        "asDropdown": false, "icon": "dashboard", "includeVars": false, "keepTime": true,
        "tags": [], "targetBlank": false, "title": title, "tooltip": "", "type": "link",
        "url": url,
    })
}

/// Days and acts that explain a bend: bulletins, holidays, days on which rules changed.
fn annotations(chooses: Choice) -> Vec<Value> {
    let mut list = vec![json!({
        "builtIn": 1,
        "datasource": { "type": "grafana", "uid": "-- Grafana --" },
        "enable": true, "hide": true, "iconColor": "rgba(0, 211, 255, 1)",
        "name": "Annotations & Alerts", "type": "dashboard",
    })];
    if chooses == Choice::Processes {
        return list;
    }
    for (name, colour, sql) in [
        ("通报 · Bulletins", "blue", include_str!("../../dashboards/annotations/bulletins.sql")),
        (
            "节假日与调休 · Holidays",
            "orange",
            include_str!("../../dashboards/annotations/days.sql"),
        ),
        ("规则 · Policies", "purple", include_str!("../../dashboards/annotations/policies.sql")),
    ] {
        list.push(json!({
            "datasource": { "type": "grafana-postgresql-datasource", "uid": SQL },
            "enable": true, "hide": false, "iconColor": colour, "name": name,
            "target": {
                "editorMode": "code", "format": "table", "rawQuery": true, "refId": "Anno",
                "rawSql": sql.replace("$1", FROM).replace("$2", UNTIL).trim_end(),
            },
        }));
    }
    list
}

/// The variables; Prometheus first, as the dashboard linter expects.
fn variables(chooses: Choice) -> Vec<Value> {
    let source = |name: &str, label: &str, query: &str| {
        json!({
            "hide": 0, "includeAll": false, "label": label, "multi": false, "name": name,
            "options": [], "query": query, "refresh": 1, "regex": "", "skipUrlSync": false,
            "type": "datasource",
        })
    };
    let mut list = vec![source("prometheus_datasource", "Prometheus data source", "prometheus")];
    if chooses == Choice::Processes {
        for (name, label, query) in [
            ("job", "Job", "label_values(tongjian_build_info, job)"),
            ("instance", "Instance", "label_values(tongjian_build_info{job=~\"$job\"}, instance)"),
        ] {
            list.push(asked(name, label, &json!(query), PROMETHEUS, Some(".+")));
        }
    } else {
        list.push(source(
            "sql_datasource",
            "Grafana-postgresql-datasource data source",
            "grafana-postgresql-datasource",
        ));
        let counties = include_str!("../../dashboards/variables/county.sql");
        list.push(asked("county", "县区 · County", &json!(bare(counties)), SQL, None));
    }
    if chooses == Choice::Townships {
        let townships = include_str!("../../dashboards/variables/township.sql");
        let townships = bare(townships).replace("{county}", "${county:sqlstring}");
        list.push(asked("township", "乡镇 · Township", &json!(townships), SQL, None));
    }
    list.push(json!({
        "hide": 2, "label": "Console", "name": "console", "query": "http://127.0.0.1:8080",
        "skipUrlSync": true, "type": "constant",
    }));
    list
}

fn bare(sql: &str) -> &str {
    sql.split_once('\n').map_or(sql, |(_, rest)| rest.trim_end())
}

fn asked(name: &str, label: &str, query: &Value, source: &str, all: Option<&str>) -> Value {
    let kind = if source == SQL { "grafana-postgresql-datasource" } else { "prometheus" };
    let mut variable = json!({
        "current": { "selected": true, "text": ["All"], "value": ["$__all"] },
        "datasource": { "type": kind, "uid": source },
        "definition": query, "hide": 0, "includeAll": true, "label": label, "multi": true,
        "name": name, "options": [], "query": query, "refresh": 2, "regex": "",
        "skipUrlSync": false, "sort": 1, "type": "query",
    });
    if let (Some(all), Some(held)) = (all, variable.as_object_mut()) {
        held.insert("allValue".into(), json!(all));
    }
    variable
}

impl Panel {
    fn json(&self, id: u32, place: Value, chooses: Choice) -> Value {
        let (kind, source) = match self.asks {
            Asks::Series(_) => ("prometheus", PROMETHEUS),
            Asks::Rows(_) => ("grafana-postgresql-datasource", SQL),
        };
        let source = json!({ "type": kind, "uid": source });
        json!({
            "datasource": source,
            "description": self.what,
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
                    "thresholdsStyle": { "mode": if self.steps.is_empty() { "off" } else { "line" } },
                })),
                Draw::Table => held.insert("custom".into(), json!({
                    "align": "auto", "cellOptions": { "type": "auto" }, "inspect": false,
                })),
                _ => None,
            };
        }
        defaults
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
