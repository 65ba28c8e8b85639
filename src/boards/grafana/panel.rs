//! 面板: a panel as Grafana reads it: its query, its units and steps, and how it is drawn.

use serde_json::{Map, Value, json};

use super::{COUNTIES, PROMETHEUS, SQL, TOWNSHIPS};
use crate::boards::sql::day_by_day;
use crate::boards::{Asks, Bucket, Choice, Colour, Dialect, Draw, Panel, Question, Unit};

impl Panel {
    pub(super) fn json(&self, id: u32, place: Value, chooses: Choice) -> Value {
        let (kind, source) = match self.asks {
            Asks::Series(_) | Asks::Alerts => ("prometheus", PROMETHEUS),
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
            Asks::Alerts => Vec::new(),
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
                let text = match question {
                    Question::Spans(spans, _) => Some(day_by_day(spans, marks)),
                    _ => question.text(Dialect::Postgres, marks).map(|text| text.0),
                };
                let series =
                    matches!(question, Question::Trend(_, _, Bucket::Day) | Question::Spans(..));
                vec![json!({
                    "datasource": source, "editorMode": "code",
                    "format": if series { "time_series" } else { "table" },
                    "rawQuery": true, "rawSql": text.unwrap_or_default(), "refId": "A",
                })]
            }
        }
    }

    /// A table of Prometheus has a time that says nothing, and often a figure that is always 1.
    fn transformations(&self) -> Vec<Value> {
        let (Asks::Series(series), Draw::Table) = (&self.asks, self.draw) else {
            return Vec::new();
        };
        let mut hidden = Map::from_iter([("Time".to_owned(), json!(true))]);
        if series.iter().all(|(_, said)| said.is_empty()) {
            hidden.insert("Value".into(), json!(true));
        }
        let order = json!({
            "Time": 0, "site": 1, "name": 2, "instance": 3, "version": 4, "projection": 5,
            "Value": 6,
        });
        let options = json!({ "excludeByName": hidden, "indexByName": order, "renameByName": {} });
        vec![json!({ "id": "organize", "options": options })]
    }

    fn steps(&self) -> Vec<Value> {
        match self.steps {
            [] => vec![json!({ "color": Colour::Plain.grafana(), "value": null })],
            steps => (0..)
                .zip(steps)
                .map(|(at, (value, colour))| {
                    let value = if at == 0 { Value::Null } else { json!(value) };
                    json!({ "color": colour.grafana(), "value": value })
                })
                .collect(),
        }
    }

    const fn is_trend(&self) -> bool {
        matches!(self.asks, Asks::Rows(Question::Trend(..)))
    }

    fn defaults(&self) -> Value {
        let colour = match self.draw {
            Draw::Lines | Draw::Columns => "palette-classic",
            Draw::Heat => "continuous-blues",
            _ => "thresholds",
        };
        let is_table = matches!(self.draw, Draw::Table | Draw::Heat);
        let mut held = Map::from_iter(
            [
                ("color", json!({ "mode": colour })),
                ("mappings", self.mappings()),
                ("noValue", json!(if is_table { "—" } else { "无数据 · no data" })),
                ("thresholds", json!({ "mode": "absolute", "steps": self.steps() })),
                ("unit", json!(self.unit.grafana())),
            ]
            .map(|(key, value)| (key.to_owned(), value)),
        );
        let mut set = |key: &str, value: Value| held.insert(key.to_owned(), value);
        // Without it the shortest bar is empty, and the lowest line lies on the ground.
        if matches!(self.draw, Draw::Bars | Draw::Dial | Draw::Lines | Draw::Columns | Draw::Heat) {
            set("min", json!(0));
        }
        if self.draw == Draw::Dial {
            set("max", json!(1));
        }
        let counts = matches!(self.unit, Unit::Number | Unit::Days) && self.steps.is_empty();
        if (counts && self.draw != Draw::Table) || self.unit == Unit::Days {
            set("decimals", json!(0));
        }
        if let Some(custom) = self.custom() {
            set("custom", custom);
        }
        Value::Object(held)
    }

    /// The names of states.
    fn mappings(&self) -> Value {
        let Asks::Rows(Question::Spans(_, states)) = &self.asks else { return json!([]) };
        let mut options = Map::new();
        for (at, (said, colour)) in (0..).zip(*states) {
            let said = json!({ "color": colour.grafana(), "index": at, "text": said });
            options.insert(i32::to_string(&at), said);
        }
        json!([{ "options": options, "type": "value" }])
    }

    fn custom(&self) -> Option<Value> {
        let lines = if self.steps.is_empty() { "off" } else { "line" };
        match self.draw {
            // What happened on a day is a bar; nothing lies between two days.
            Draw::Lines if self.is_trend() => Some(json!({
                "axisSoftMax": 4, "barAlignment": 1, "drawStyle": "bars", "fillOpacity": 70,
                "lineWidth": 1, "showPoints": "never",
                "stacking": { "group": "A", "mode": "normal" },
                "thresholdsStyle": { "mode": "off" },
            })),
            Draw::Lines => Some(json!({
                "drawStyle": "line", "fillOpacity": 10, "lineWidth": 2, "showPoints": "auto",
                "spanNulls": false, "thresholdsStyle": { "mode": lines },
            })),
            Draw::Columns => Some(json!({
                "axisSoftMax": 4, "fillOpacity": 80, "gradientMode": "none", "lineWidth": 1,
            })),
            Draw::Table => Some(json!({
                "align": "auto", "cellOptions": { "type": "auto" }, "inspect": false,
                "minWidth": 80,
            })),
            Draw::Heat => Some(json!({
                "align": "center",
                "cellOptions": { "mode": "basic", "type": "color-background" },
                "inspect": false, "minWidth": 60,
            })),
            Draw::States => Some(json!({ "fillOpacity": 80, "lineWidth": 0 })),
            Draw::Stat | Draw::Dial | Draw::Bars | Draw::Alerts => None,
        }
    }

    fn options(&self) -> Value {
        let reduce = json!({ "calcs": ["lastNotNull"], "fields": "", "values": false });
        let legend = json!({
            "calcs": [], "displayMode": "list", "placement": "bottom", "showLegend": true,
        });
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
            // Grafana keeps room for names by the height of a bar: 12 wants 30 pixels and more.
            Draw::Bars => json!({
                "displayMode": "basic", "namePlacement": "left", "orientation": "horizontal",
                "reduceOptions": reduce, "showUnfilled": true,
                "text": { "titleSize": 12, "valueSize": 15 }, "valueMode": "text",
            }),
            Draw::Lines => json!({
                "legend": legend, "tooltip": { "mode": "multi", "sort": "desc" },
            }),
            Draw::Columns => json!({
                "barWidth": 0.8, "fullHighlight": false, "groupWidth": 0.8, "legend": legend,
                "orientation": "auto", "showValue": "auto", "stacking": "normal",
                "tooltip": { "mode": "multi", "sort": "none" }, "xTickLabelMaxLength": 20,
                "xTickLabelRotation": 0,
            }),
            Draw::Table | Draw::Heat => json!({ "cellHeight": "sm", "showHeader": true }),
            Draw::States => json!({
                "alignValue": "left", "legend": legend, "mergeValues": true, "rowHeight": 0.8,
                "showValue": "never", "tooltip": { "mode": "single", "sort": "none" },
            }),
            Draw::Alerts => json!({
                "alertInstanceLabelFilter": "{alertname=~\"Tongjian.*\"}", "alertName": "",
                "dashboardAlerts": false, "groupBy": [], "groupMode": "default", "maxItems": 20,
                "showInactiveAlerts": false, "showInstances": false, "sortOrder": 3,
                "stateFilter": {
                    "error": true, "firing": true, "noData": true, "normal": false,
                    "pending": true, "recovering": true,
                },
                "viewMode": "list",
            }),
        }
    }
}

impl Draw {
    const fn kind(self) -> &'static str {
        match self {
            Self::Stat => "stat",
            Self::Dial => "gauge",
            Self::Bars => "bargauge",
            Self::Lines => "timeseries",
            Self::Columns => "barchart",
            Self::Table | Self::Heat => "table",
            Self::States => "state-timeline",
            Self::Alerts => "alertlist",
        }
    }
}
