#!/usr/bin/env python3
"""Asks what the panels ask, of a PostgreSQL and of a Prometheus, and writes one file a board.

    python3 ask.py BOARDS 'postgres:///city?user=tongjian_boards' http://127.0.0.1:9090 DATA

Macros and variables are put in as Grafana does: everything is chosen, the time is the board's own
until now, or until UNTIL (seconds since 1970) where that is set.
"""

import json
import os
import pathlib
import re
import subprocess
import sys
import time
import urllib.parse
import urllib.request

SPANS = {"h": 3600, "d": 86400}
NUMBERS = {"bigint", "integer", "smallint", "numeric", "real", "double precision"}


def psql(dsn, text):
    done = subprocess.run(["psql", dsn, "-XqAt", "-v", "ON_ERROR_STOP=1"], input=text,
                          capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{done.stderr}\n{text}")
    return done.stdout


def rows(dsn, text):
    """The columns with their types, and the rows."""
    described = psql(dsn, f"{text}\n\\gdesc\n")
    columns = [line.rsplit("|", 1) for line in described.splitlines()]
    answer = psql(dsn, "select coalesce(json_agg(row_to_json(asked)), '[]') "
                       f"from (\n{text}\n) as asked;")
    kinds = [[name, kind_of(kind)] for name, kind in columns]
    return {"columns": kinds, "rows": [list(row.values()) for row in json.loads(answer)]}


def kind_of(kind):
    if kind in NUMBERS:
        return "number"
    if kind == "date" or kind.startswith("timestamp"):
        return "time"
    return "boolean" if kind == "boolean" else "string"


def stamped(seconds):
    return time.strftime("'%Y-%m-%dT%H:%M:%SZ'", time.gmtime(seconds))


def within(text, shown, chosen):
    text = text.replace("$__timeFrom()", stamped(shown[0])).replace("$__timeTo()", stamped(shown[1]))
    for name, values in chosen.items():
        text = text.replace(f"${{{name}:sqlstring}}", ",".join(f"'{value}'" for value in values))
    return text


def offered(dsn, board, shown):
    chosen = {}
    for variable in board["templating"]["list"]:
        kind = variable.get("datasource", {}).get("type")
        if kind == "grafana-postgresql-datasource":
            found = rows(dsn, within(variable["query"], shown, chosen))
            at = [name for name, _ in found["columns"]].index("__value")
            chosen[variable["name"]] = [row[at] for row in found["rows"]]
    return chosen


def prometheus(url, target, shown):
    step = max(15, int((shown[1] - shown[0]) / 600))
    expr = re.sub(r"\$(county|job|instance)\b", ".+", target["expr"])
    expr = expr.replace("$__rate_interval", f"{max(step, 60)}s")
    asked = {"query": expr}
    if target.get("range"):
        path, extra = "query_range", {"start": shown[0], "end": shown[1], "step": step}
    else:
        path, extra = "query", {"time": shown[1]}
    query = urllib.parse.urlencode(asked | extra)
    with urllib.request.urlopen(f"{url}/api/v1/{path}?{query}") as answer:
        return {"series": json.load(answer)["data"]["result"], "step": step}


def main(boards, dsn, url, out):
    until = int(os.environ.get("UNTIL", time.time()))
    for path in sorted(pathlib.Path(boards).glob("*.json")):
        board = json.loads(path.read_text(encoding="utf-8"))
        count, unit = re.fullmatch(r"now-(\d+)([hd])", board["time"]["from"]).groups()
        shown = (until - int(count) * SPANS[unit], until)
        chosen = offered(dsn, board, shown)
        panels = {}
        for panel in board["panels"]:
            answers = panels.setdefault(str(panel["id"]), {})
            for target in panel.get("targets", []):
                start = time.monotonic()
                if "rawSql" in target:
                    answer = rows(dsn, within(target["rawSql"], shown, chosen))
                    empty = not answer["rows"]
                else:
                    answer = prometheus(url, target, shown)
                    empty = not answer["series"]
                answers[target["refId"]] = answer
                took = time.monotonic() - start
                if empty or took > 2:
                    print(f"{board['uid']} {panel['title']} {target['refId']}: "
                          f"{'empty, ' if empty else ''}{took:.1f} s")
        data = {"from": shown[0] * 1000, "to": shown[1] * 1000, "panels": panels}
        whole = {"board": board, "data": data}
        to = pathlib.Path(out) / f"{board['uid']}.json"
        to.write_text(json.dumps(whole, ensure_ascii=False), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
