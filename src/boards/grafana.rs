//! 看板文件: a board as Grafana reads it: classic JSON, only panels that have been there since
//! Grafana 9, every data source a variable, keys in order, the same bytes each time.

use serde_json::{Value, json};

use super::sql::COUNTY;
use super::{BOARDS, Board, Choice, Marks};

mod columns;
mod panel;

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
