"""The acts of an exported chronicle, read up to a position and corrected by two persons' word."""

import json
from collections import defaultdict
from datetime import datetime, timedelta, timezone

# 轄區歷法: where nothing else was set. China has kept this offset since 1991.
SHANGHAI = timezone(timedelta(hours=8))


def instant(text):
    """An instant of the chronicle; whole microseconds are kept."""
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def day_of(moment):
    """The civil day on which a moment fell."""
    return moment.astimezone(SHANGHAI).date()


class Act:
    """One act. `at` and `body` are as corrected, `told_at` as it was entered."""

    __slots__ = ("position", "id", "stream", "event", "body", "at", "on", "told_at", "recorded_at",
                 "recorded_on", "actor", "actor_kind", "site", "window", "device", "system",
                 "entry", "causation", "correlation", "annulled", "corrected", "fault")

    def __init__(self, line):
        source, actor = line["source"], line["actor"]
        self.position = int(line["position"])
        self.id = line["id"]
        self.stream, self.event, self.body = line["stream"], line["event"], line["body"]
        self.told_at = instant(line["occurred_at"])
        self.recorded_at = instant(line["recorded_at"])
        self.recorded_on = day_of(self.recorded_at)
        self.move(self.told_at)
        self.actor, self.actor_kind = actor.get("id"), actor.get("kind")
        self.site, self.entry = source.get("site"), source.get("entry")
        self.window, self.device = source.get("window"), source.get("device")
        self.system = source.get("system")
        self.causation, self.correlation = line.get("causation"), line.get("correlation")
        self.annulled = self.corrected = False
        self.fault = None  # why it corrects nothing

    def move(self, moment):
        """Says when it happened."""
        self.at, self.on = moment, day_of(moment)

    @property
    def name(self):
        """The event without its kind."""
        return self.event.split(".", 1)[1]


class Chronicle:
    """All acts up to a position, by stream and by event, after corrections."""

    def __init__(self, lines, until=None):
        self.acts = []
        for line in lines:
            row = json.loads(line)
            if "stream" not in row:
                continue  # the last line of a proof
            if until is not None and int(row["position"]) > until:
                break
            self.acts.append(Act(row))
        if until is not None and (not self.acts or self.acts[-1].position < until):
            raise ValueError(f"the export ends before position {until}")
        self.streams = defaultdict(list)
        for act in self.acts:
            self.streams[act.stream].append(act)
        for acts in self.streams.values():
            correct(acts)
        self.by_event = defaultdict(list)
        for act in self.acts:
            if not act.annulled:
                self.by_event[act.event].append(act)

    def of(self, *events):
        """Acts of these events that stand, in the order in which they were entered."""
        if len(events) == 1:
            return self.by_event[events[0]]
        found = [act for event in events for act in self.by_event[event]]
        return sorted(found, key=lambda act: act.position)

    def kind(self, kind):
        """Streams of a kind, each with its acts that stand in the order in which they happened."""
        prefix = kind + "/"
        for stream, acts in self.streams.items():
            if stream.startswith(prefix):
                yield stream, standing(acts)


def standing(acts):
    """What stands after corrections, in the order in which it happened."""
    kept = [act for act in acts if not act.annulled]
    return sorted(kept, key=lambda act: (act.at, act.position))


def correct(acts):
    """更正: applies what two persons stand behind and what quotes rightly."""
    by_id = {act.id: act for act in acts}
    corrections = [act for act in acts if act.event == "case.ActCorrected"]
    # A correction that is annulled itself changes nothing, so those of corrections go first.
    corrections.sort(key=lambda act: by_id.get(act.body["corrects"], act).event != act.event)
    for act in corrections:
        target = by_id.get(act.body["corrects"])
        if act.annulled:
            continue
        if target is None or target is act:
            act.fault = "correction_of_unknown_act"
        elif act.body["approver"] in (target.actor, act.actor):
            act.fault = "correction_self_approved"
        elif apply(act.body["change"], target, act.recorded_at):
            target.corrected = act.corrected = True
        else:
            act.fault = "correction_does_not_match"


def apply(change, target, entered_at):
    """One change of one act; whether it changed anything."""
    if change["kind"] == "annulled":
        target.annulled = True
    elif change["kind"] == "occurred_at":
        now = instant(change["now"])
        if instant(change["was"]) != target.at or now > entered_at:
            return False
        target.move(now)
    else:
        path = change["field"].split(".")
        body = json.loads(json.dumps(target.body))
        inner = body
        for part in path[:-1]:
            inner = inner.get(part) if isinstance(inner, dict) else None
        if not isinstance(inner, dict) or inner.get(path[-1]) != change["was"]:
            return False
        inner[path[-1]] = change["now"]
        target.body = body
    return True
