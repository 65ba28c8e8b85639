#!/usr/bin/env python3
"""重算: every figure of a bulletin counted again from an exported chronicle.

    python3 tests/recount/recount.py EXPORT.ndjson BULLETIN.json

It shares nothing with the program: the working days, the clocks, the flags, the scores are read
off the documents again. Each cell that differs is named. Exit code: 0 nothing differs, 2 something
does, 1 it could not be counted.
"""

import json
import sys
from datetime import date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from chronicle import Chronicle  # noqa: E402
import tables  # noqa: E402
from figures import measured  # noqa: E402
from findings import KINDS  # noqa: E402
from many import RULES  # noqa: E402
from sections import Sections  # noqa: E402
from world import World  # noqa: E402


def told(bulletin):
    """The content of a bulletin's file."""
    content = bulletin.get("content", bulletin)
    if "figures" not in content or "basis" not in content:
        raise ValueError("the file holds no bulletin")
    return content


# What can be counted here of the queries whose parts are rules of their own.
COUNTED = {"irregularities_found": KINDS, "indicators_found": RULES}


def uncounted(content):
    """The parts of figures that nothing here counts: no figure of theirs would be recounted."""
    unknown = set()
    for figure in content["figures"].values():
        known = COUNTED.get(figure["query"])
        for part in figure.get("parts", ()) if known else ():
            if part not in known:
                unknown.add(f"{figure['query']}/{part}")
    return sorted(unknown)


def within(world, content, line, site):
    """Whether a line counts at a site and all below it; what is of no site at the whole city."""
    if line.site is None:
        return site == content["basis"]["scope"] and world.city.level.get(site) == "municipal"
    return world.city.below(line.site, site)


def untold(world, content, sections):
    """What the acts show, and no figure of the bulletin tells."""
    basis = content["basis"]
    days = tuple(date.fromisoformat(basis["period"][end]) for end in ("from_on", "until_on"))
    for query in COUNTED:
        told = {part for figure in content["figures"].values()
                if figure["query"] == query and figure["over"] == "current"
                for part in figure.get("parts", ())}
        found = {line.part for line in sections.lines(query, days)
                 if within(world, content, line, basis["scope"])}
        for part in sorted(found - told):
            yield f"{query}/{part}", "nothing", "some"


def differences(world, content):
    """Every cell that differs: its name, what it says and what was counted."""
    sections = Sections(world, content)
    for name, figure in content["figures"].items():
        period = figure["period"]
        days = tuple(date.fromisoformat(period[end]) for end in ("from_on", "until_on"))
        lines = sections.lines(figure["query"], days)
        if lines is None:
            yield name, figure["value"], f"the query `{figure['query']}` is unknown here"
            continue
        site = figure["site"]
        if figure.get("itself"):
            lines = [line for line in lines if line.site == site]
        else:
            lines = [line for line in lines if within(world, content, line, site)]
        value, made_of = measured(figure["measure"], lines, figure.get("parts", []))
        if value != figure["value"]:
            yield name, figure["value"], value
        elif made_of != figure["lines"]:
            yield name + " (lines)", figure["lines"], made_of
    yield from tables.differences(world, content, sections)
    yield from untold(world, content, sections)


def main(arguments):
    if len(arguments) != 2:
        print(__doc__.strip().splitlines()[2].strip(), file=sys.stderr)
        return 1
    try:
        with open(arguments[1], encoding="utf-8") as file:
            content = told(json.load(file))
        unknown = uncounted(content)
        if unknown:
            raise ValueError("nothing here counts " + ", ".join(unknown))
        until = int(content["basis"]["until_position"])
        with open(arguments[0], encoding="utf-8") as file:
            chronicle = Chronicle(file, until)
    except (OSError, ValueError, KeyError) as error:
        print(f"cannot be counted: {error}", file=sys.stderr)
        return 1
    found = list(differences(World(chronicle), content))
    for name, says, counted in found:
        print(f"{name}: the bulletin says {says}, the acts say {counted}")
    print(f"{len(content['figures'])} figures counted again from {until} acts, "
          f"{len(found)} differences")
    return 2 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
