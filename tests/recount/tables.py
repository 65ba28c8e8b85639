"""表格: which rows stand in a table, in which order, and under which names."""

from datetime import date

from city import LEVELS
from figures import measured


def cell(content, told):
    """A cell as a pair of its kind and what it says."""
    kind, value = next(iter(told.items())) if isinstance(told, dict) else (told, None)
    return kind, value


def differences(world, content, sections):
    """Cells of tables that are no figures, and figures that stand where another belongs."""
    for section in content["sections"] + content["annexes"]:
        for block in section["blocks"]:
            if block["block"] != "table":
                continue
            code = block["code"]
            if code.startswith("ranking_"):
                yield from ranking(world, content, sections, block)
            elif code == "cases_by_site":
                yield from names(world, block)
            yield from columns(content, block)


def columns(content, table):
    """Every figure that a table speaks of is there, in the unit of its column."""
    for number, row in enumerate(table["rows"], 1):
        for column, told in zip(table["columns"], row):
            kind, value = cell(content, told)
            if kind != "figure":
                continue
            figure = content["figures"].get(value)
            if figure is None:
                yield f"{table['code']} row {number}: {value}", "no such figure", "one"
            elif column.get("unit") not in (None, figure["unit"]):
                yield f"{table['code']} row {number}: {value}", column["unit"], figure["unit"]


def site_of(content, row):
    """The site that a row of figures is of."""
    for told in row:
        kind, value = cell(content, told)
        if kind == "figure":
            return content["figures"][value]["site"]
    return None


def names(world, table):
    """Rows bear the names of the register."""
    for number, row in enumerate(table["rows"], 1):
        told = row[0].get("text")
        known = set(world.city.name.values())
        if told not in known and row is not table["rows"][-1]:
            yield f"{table['code']} row {number}", told, "no such site in the register"


def ranking(world, content, sections, table):
    """Places by points, then by cases; who has too few stands apart."""
    _, level, which = (table["code"] + "_all").split("_")[:3]
    period = content["basis"]["period"]
    days = tuple(date.fromisoformat(period[end]) for end in ("from_on", "until_on"))
    scope, city = content["basis"]["scope"], world.city
    if level not in LEVELS:
        return
    ranked, apart = [], []
    least = world.bulletin_rules.on(days[1])["least_cases"]
    for site, of in city.level.items():
        if of != level or not city.below(site, scope):
            continue
        own = {query: [line for line in sections.lines(query, days) if line.site == site]
               for query in ("unit_scores", "cases_finished")}
        points, _ = measured("mean", own["unit_scores"], ())
        cases = len(own["cases_finished"])
        if points is not None and cases >= least:
            ranked.append((-points, -cases, site))
        elif cases:
            apart.append(site)
    ranked.sort()
    if which == "apart":
        rows = [(None, site) for site in apart]
        told = [(None, site_of(content, row)) for row in table["rows"]]
        rows.sort(key=lambda row: row[1])
        told.sort(key=lambda row: row[1])
    else:
        # Equals share the better place.
        rows = [(str(1 + sum(other[:2] < row[:2] for other in ranked)), row[2])
                for row in ranked]
        count = len(table["rows"])
        rows = rows[-count:] if which == "last" else rows[:count] if which == "first" else rows
        told = [(row[0].get("text"), site_of(content, row)) for row in table["rows"]]
    for number, (held, says) in enumerate(zip(rows, told), 1):
        if held != says:
            yield f"{table['code']} row {number}", says, held
        name = table["rows"][number - 1][0 if which == "apart" else 1].get("text")
        if name != city.name.get(says[1]):
            yield f"{table['code']} row {number} name", name, city.name.get(says[1])
    if len(rows) != len(told):
        yield f"{table['code']} rows", len(told), len(rows)
