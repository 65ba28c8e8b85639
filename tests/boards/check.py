#!/usr/bin/env python3
"""Checks Grafana boards without a Grafana: their schemas in two major versions, the rules of
grafana/dashboard-linter that apply, and rules of this house. Prints one fault a line and exits
with 1 where there is any.

    python3 tests/boards/check.py dashboards/grafana/boards/*.json
"""

import functools
import json
import pathlib
import re
import sys

import jsonschema

HERE = pathlib.Path(__file__).parent
VERSIONS = ["11.6.0", "13.2.3"]
TARGET = {"datasource", "editorMode", "expr", "format", "instant", "legendFormat", "range",
          "rawQuery", "rawSql", "refId"}
# The types of panels, and their files of schemas. Those of the alert list are not published.
KINDS = {"stat": "stat", "gauge": "gauge", "bargauge": "bargauge", "timeseries": "timeseries",
         "barchart": "barchart", "table": "table", "state-timeline": "statetimeline",
         "alertlist": None}
CUSTOM = {"timeseries", "table", "barchart", "state-timeline"}
# What Grafana's own source calls the options of an alert list.
ALERTS = {"alertInstanceLabelFilter": str, "alertName": str, "dashboardAlerts": bool,
          "groupBy": list, "groupMode": str, "maxItems": int, "showInactiveAlerts": bool,
          "showInstances": bool, "sortOrder": int, "stateFilter": dict, "viewMode": str}
STATES = {"error", "firing", "noData", "normal", "pending", "recovering"}
# Fields of a table of which texts are mistaken for numbers where they have no unit.
TEXTS = {"site", "place", "name"}
SOURCES = {"prometheus": "${prometheus_datasource}",
           "grafana-postgresql-datasource": "${sql_datasource}"}
UNITS = {"locale", "percentunit", "s", "bytes"}

# What the published types lack, though Grafana itself writes or reads it.
LACKING = {
    # An annotation of a SQL source holds its statement.
    ("annotation", "target"),
    # A variable's `definition` and, of a constant, its type.
    ("variable", "definition"), ("variable", "sort"),
}

# Rules of the linter that are left out, and why.
EXCLUDED = {
    "template-job-rule, template-instance-rule, target-job-rule, target-instance-rule":
        "one product is one job; the board of system health has both and is checked for them",
    "template-label-promql-rule": "counties and townships come from SQL, not from PromQL",
    "template-datasource-rule (labels)":
        "its name of the SQL variable is that of the plugin's id, which is no word for people",
    "panel-units-rule (list)": "suffixes such as working days are units of Grafana, not of its list",
}


def without_required(schema):
    """Grafana fills what its types call required; unknown and wrong keys are what matters."""
    if isinstance(schema, dict):
        return {key: without_required(value) for key, value in schema.items()
                if not (key == "required" and isinstance(value, list))}
    if isinstance(schema, list):
        return [without_required(value) for value in schema]
    return schema


@functools.cache
def validator(version, name, definition):
    text = (HERE / "schemas" / version / f"{name}.json").read_text(encoding="utf-8")
    whole = without_required(json.loads(text))
    return jsonschema.Draft7Validator(
        {"$ref": f"#/definitions/{definition}", "definitions": whole["definitions"]})


def against_schemas(board, say):
    """Each part by the definition it has in the published types."""
    for version in VERSIONS:
        def check(value, name, definition, where):
            for error in validator(version, name, definition).iter_errors(value):
                path = "/".join(str(part) for part in error.absolute_path)
                say(where, f"schema {version}", f"{path}: {error.message[:160]}")

        bare = {key: value for key, value in board.items()
                if key not in ("panels", "templating", "annotations")}
        check(bare, "dashboard", "Dashboard", "board")
        for panel in board.get("panels", []):
            where = f"panel {panel.get('id')}"
            outer = {key: value for key, value in panel.items()
                     if key not in ("options", "fieldConfig", "targets")}
            check(outer, "dashboard", "Panel", where)
            kind = panel.get("type")
            if kind not in KINDS:
                say(where, "panel type", f"`{kind}` is none of {sorted(KINDS)}")
                continue
            if kind == "alertlist":
                alerts(panel.get("options", {}), where, say)
                continue
            name = KINDS[kind]
            check(panel.get("options", {}), name, "Options", where)
            defaults = dict(panel.get("fieldConfig", {}).get("defaults", {}))
            custom = defaults.pop("custom", None)
            check(defaults, "dashboard", "FieldConfig", where)
            if custom is not None and kind in CUSTOM:
                check(custom, name, "FieldConfig", where)
        for variable in board.get("templating", {}).get("list", []):
            held = {key: value for key, value in variable.items()
                    if ("variable", key) not in LACKING}
            check(held, "dashboard", "VariableModel", f"variable {variable.get('name')}")
        for annotation in board.get("annotations", {}).get("list", []):
            held = {key: value for key, value in annotation.items()
                    if ("annotation", key) not in LACKING}
            check(held, "dashboard", "AnnotationQuery", f"annotation {annotation.get('name')}")


def alerts(options, where, say):
    """The options of an alert list, whose types are not published."""
    for key, value in options.items():
        if not isinstance(value, ALERTS.get(key, ())):
            say(where, "alert list", f"`{key}` is none of its options, or of another type")
    for key, value in options.get("stateFilter", {}).items():
        if key not in STATES or not isinstance(value, bool):
            say(where, "alert list", f"`{key}` is no state of an alert")


def grid(board, say):
    taken = {}
    for panel in board["panels"]:
        place = panel["gridPos"]
        if place["x"] + place["w"] > 24:
            say(f"panel {panel['id']}", "grid", "it is wider than the board")
        for x in range(place["x"], place["x"] + place["w"]):
            for y in range(place["y"], place["y"] + place["h"]):
                other = taken.setdefault((x, y), panel["id"])
                if other != panel["id"]:
                    say(f"panel {panel['id']}", "grid", f"it lies over panel {other}")
                    return


def lint(board, say):
    """The rules of grafana/dashboard-linter, by their names there."""
    if board.get("editable") is not False:
        say("board", "uneditable-dashboard", "`editable` is not false")
    variables = board["templating"]["list"]
    sources = [one for one in variables if one["type"] == "datasource"]
    if not sources or sources[0]["query"] != "prometheus":
        say("board", "template-datasource-rule", "the first data source is not Prometheus")
    for variable in variables:
        if variable["type"] == "query" and variable.get("refresh") != 2:
            say(f"variable {variable['name']}", "template-on-time-change-reload-rule",
                "`refresh` is not 2")
    is_of_processes = any(one["name"] == "job" for one in variables)
    for panel in board["panels"]:
        where = f"panel {panel['id']}"
        if not panel.get("title", "").strip() or not panel.get("description", "").strip():
            say(where, "panel-title-description-rule", "it lacks a title or a description")
        if not panel.get("targets") and panel["type"] != "alertlist":
            say(where, "panel-no-targets-rule", "it asks nothing")
        unit = panel["fieldConfig"]["defaults"].get("unit", "")
        if unit not in UNITS and not unit.startswith("suffix:"):
            say(where, "panel-units-rule", f"the unit `{unit}` is not known")
        uid = panel.get("datasource", {}).get("uid", "")
        if not re.fullmatch(r"\$\{\w+\}", uid):
            say(where, "panel-datasource-rule", f"`{uid}` is no variable")
        for target in panel.get("targets", []):
            if "expr" in target:
                promql(target["expr"], is_of_processes, where, say)


def promql(expr, is_of_processes, where, say):
    for inner in re.findall(r"\b(?:rate|irate)\([^()]*\[([^\]]+)\]", expr):
        if inner != "$__rate_interval":
            say(where, "target-rate-interval-rule", f"[{inner}] is not $__rate_interval")
    for name, rest in re.findall(r"(\btongjian_\w+_total)(.{0,400})", expr):
        selector = re.match(r"(\{[^}]*\})?\[", rest)
        if not selector:
            say(where, "target-counter-agg-rule", f"{name} is taken as it is")
    if is_of_processes:
        for selector in re.findall(r"\b(?:tongjian|process|scrape|up)\w*(\{[^}]*\})?", expr):
            if selector and not ('job=~"$job"' in selector and 'instance=~"$instance"' in selector):
                say(where, "target-job-rule", f"{selector} is not of the chosen processes")


def house(board, say, boards):
    """Rules of this house."""
    text = json.dumps(board, ensure_ascii=False)
    declared = {one["name"] for one in board["templating"]["list"]}
    builtin = {"__timeFrom", "__timeTo", "__rate_interval", "__interval", "__range", "__value",
               "__data", "__url_time_range"}
    used = set(re.findall(r"\$\{?([A-Za-z_]\w*)", text)) - builtin
    for name in sorted(used - declared):
        if not name.startswith("__"):
            say("board", "variable", f"`${name}` is not declared")
        elif name not in ("__all",):
            say("board", "variable", f"`${name}` is not known")
    if board["schemaVersion"] != 39 or board.get("id") is not None:
        say("board", "board", "schemaVersion is not 39, or it has an id")
    if board["timezone"] != "Asia/Shanghai" or board.get("weekStart") != "monday":
        say("board", "board", "days are not those of the city")
    ids = [panel["id"] for panel in board["panels"]]
    if len(ids) != len(set(ids)):
        say("board", "panel ids", "two panels have one id")
    for other in re.findall(r'"/d/([\w-]+)"', text):
        if other not in boards:
            say("board", "links", f"there is no board `{other}`")
    if "__inputs" in text or "${DS_" in text:
        say("board", "data sources", "a data source is an input and no variable")
    for panel in board["panels"]:
        where = f"panel {panel['id']}"
        if " · " not in panel["title"]:
            say(where, "title", "it is not in both languages")
        if panel["gridPos"]["w"] <= 6 and len(panel["title"]) > 30:
            say(where, "title", "it is longer than the panel is wide")
        if not panel["fieldConfig"]["defaults"].get("noValue"):
            say(where, "no value", "nothing is said where there is no figure")
        if panel["type"] == "timeseries":
            mode = panel["fieldConfig"]["defaults"]["color"]["mode"]
            if mode != "palette-classic":
                say(where, "colour", "all lines have one colour")
        columns(panel, where, say)
        for target in panel["targets"]:
            source = target.get("datasource", {})
            if SOURCES.get(source.get("type")) != source.get("uid"):
                say(where, "data sources", f"{source} is not one of the board's")
            for key in sorted(set(target) - TARGET):
                say(where, "target", f"`{key}` is no key of a query")
            sql(target.get("rawSql", ""), where, say)


def columns(panel, where, say):
    """A day is shown as one, and a text as it is written."""
    for one in panel["fieldConfig"]["overrides"]:
        name = one["matcher"]["options"]
        units = [held["value"] for held in one["properties"] if held["id"] == "unit"]
        if name in TEXTS and units != ["string"]:
            say(where, "column", f"`{name}` is taken for a number where it looks like one")
        if name.endswith("_on") and units != ["time:YYYY-MM-DD"]:
            say(where, "column", f"`{name}` is shown with an hour that it has not")


def sql(text, where, say):
    for name, form in re.findall(r"\$\{?(county|township)(:\w+)?\}?", text):
        if form != ":sqlstring":
            say(where, "injection", f"`{name}` stands in SQL without :sqlstring")
    if re.search(r"\b(insert|update|delete|drop|alter|grant|copy)\b", text, re.IGNORECASE):
        say(where, "sql", "it writes")
    if re.search(r"\bchronicle\.", text):
        say(where, "sql", "it reads the chronicle itself")
    if "$__timeGroup" in text:
        say(where, "days", "days are cut at midnight of UTC")


def main(paths):
    boards, faults = {}, []
    for path in paths:
        board = json.loads(pathlib.Path(path).read_text(encoding="utf-8"))
        uid = board.get("uid", "")
        if uid in boards:
            faults.append(f"{path}: board: uid: `{uid}` is used twice")
        boards[uid] = (path, board)
    for path, board in boards.values():
        def say(where, rule, what, path=path):
            faults.append(f"{pathlib.Path(path).name}: {where}: {rule}: {what}")
        against_schemas(board, say)
        # Each on its own: what one of them stumbles over must not hide what the others find.
        for rules in (grid, lint, functools.partial(house, boards=boards)):
            try:
                rules(board, say=say)
            except (KeyError, TypeError, AttributeError) as error:
                say("board", "form", f"{type(error).__name__}: {error}")
    print("\n".join(faults) if faults else f"{len(boards)} boards, no fault")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
