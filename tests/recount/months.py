"""單位之月: what the cases, tickets, reviews and devices of a site show over one month (D02, D05,
D11, D13, D14, D18, D19, D20), by docs/judgement.md. Most of it shows when the month is over."""

import re
from collections import defaultdict
from datetime import timedelta

from chronicle import day_of, instant
from findings import BY_HAND
from hours import Hours, minute
from scores import month_end

ONE = timedelta(days=1)
SENT = ("offline", "connected")
UNWATCHED = ("import", "engine")
BAD = ("dissatisfied", "very_dissatisfied")
ENDS = ("DecisionMade", "ResultDelivered", "CaseClosed")


def number_of(text):
    """The last digits of a text, and what stands around them."""
    found = re.search(r"^(.*?)([0-9]+)([^0-9]*)$", text or "", re.DOTALL)
    return (found.group(1) + "#" + found.group(3), int(found.group(2))) if found else None


def over(part, whole, percent):
    """Whether a part is more than so many per cent of the whole."""
    return part * 100 > whole * percent


def first_of(day):
    return day.replace(day=1)


class Month:
    """What one site left in one month."""

    def __init__(self):
        self.received, self.tickets, self.courses, self.ends = set(), 0, [], []
        self.numbers, self.entries, self.reviews = defaultdict(set), [], []
        self.clocks, self.broken = [], []


class Months:
    """Every month of every site. `found` has rule, day, site and what it is about."""

    def __init__(self, world, rules, workdays):
        self.world, self.rules, self.workdays = world, rules, workdays
        self.found, self.months = [], defaultdict(Month)
        self.published, self.delays = defaultdict(list), defaultdict(list)
        self.registers()
        self.cases()
        self.inspections()
        for (site, first), month in self.months.items():
            rules = self.rules.on(month_end(first) + ONE)
            if rules is not None:
                self.judge(site, month_end(first) + ONE, month, rules)

    def at(self, site, day):
        return self.months[site, first_of(day)]

    def add(self, rule, on, site, of):
        self.found.append((rule, on, site, of))

    # -- gathering --------------------------------------------------------------------------

    def registers(self):
        chronicle = self.world.chronicle
        for act in chronicle.of("window.TicketIssued"):
            self.at(act.site, act.on).tickets += 1
        for act in chronicle.of("site.OpeningCalendarSet"):
            self.published[act.stream.split("/", 1)[1]].append(act.body)
        for act in chronicle.of("site.DelayedUploadDeclared"):
            self.delays[act.stream.split("/", 1)[1]].append(
                (instant(act.body["from_at"]), instant(act.body["until_at"])))
        for act in chronicle.of("site.HeartbeatReceived"):
            self.at(act.stream.split("/", 1)[1], act.on).clocks.append(act)
        for act in chronicle.of("complaint.ReviewSubmitted"):
            self.at(act.body["about"].get("site") or act.site, act.on).reviews.append(act)

    def cases(self):
        # As entered: what was taken back later was entered all the same.
        for act in self.world.chronicle.acts:
            if act.stream.startswith("case/") and act.entry not in UNWATCHED:
                self.at(act.site, act.recorded_on).entries.append(act)
        for case in self.world.courses:
            for act in case.acts:
                month = self.at(case.site, act.on)
                if act.name == "ApplicationReceived":
                    month.received.add(case.stream)
                kind = {"LicenceIssued": "licence_no", "FeePaid": "receipt_no"}.get(act.name)
                told = number_of(act.body.get(kind)) if kind else None
                if told:
                    month.numbers[kind, told[0]].add(told[1])
            self.ended(case)

    def ended(self, case):
        """The end that the clock waited for which governs the case."""
        clock = next((clock for clock in (case.clock("promised"), case.clock("statutory"))
                      if clock and clock.met_by), None)
        if clock is None:
            return
        end, accepted = clock.end, case.acceptance
        self.at(case.site, end.on).ends.append((case, clock))
        if accepted and case.handling != "direct" \
                and accepted.entry in BY_HAND and end.entry in BY_HAND:
            span = sorted((accepted.recorded_at, end.recorded_at))
            self.at(case.site, end.recorded_on).courses.append(tuple(span))

    def inspections(self):
        for act in self.world.chronicle.of("inspection.ChainBreakFound"):
            plan = next((other for other in self.world.chronicle.streams[act.stream] if other.name
                         in ("InspectionPlanned", "InspectionStarted")), None)
            self.at(plan.body["site"] if plan else act.site, act.on).broken.append(act)

    # -- judging ----------------------------------------------------------------------------

    def judge(self, site, after, month, rules):
        judges = {"batch_entry": self.sittings, "volume_gap": self.volume,
                  "out_of_hours": self.out_of_hours, "edge_clustering": self.edge,
                  "satisfaction": self.reviews, "clock_drift": self.drift,
                  "sequence_gap": self.late, "corrections": self.corrections}
        for name, judge in judges.items():
            if rules.get(name):
                judge(site, after, month, rules[name])

    def sittings(self, site, _, month, row):
        """D02: courses entered at one sitting; each sitting once."""
        within = timedelta(minutes=row["within_minutes"])
        told = sorted(span for span in month.courses if span[1] - span[0] <= within)
        last = None
        for first, _ in told:
            if last and first <= last:
                continue
            inside = [one for one in told if first <= one[0] and one[1] <= first + within]
            if len(inside) >= max(1, row["courses"]):
                last = max(one[0] for one in inside)
                self.add("D02", day_of(first), site, first)

    def volume(self, site, after, month, row):
        """D05: fewer receipts than tickets, fewer numbers than their span."""
        def short(known, whole):
            return whole >= row["least"] and known * 100 < whole * row["under_percent"]
        if short(len(month.received), month.tickets):
            self.add("D05", after, site, "tickets")
        for series, numbers in month.numbers.items():
            if short(len(numbers), max(numbers) - min(numbers) + 1):
                self.add("D05", after, site, series)

    def out_of_hours(self, site, after, month, row):
        """D11: entered by hand while it was closed."""
        hours = Hours(self.workdays, self.published[site])
        hand = [act for act in month.entries if act.entry in BY_HAND]
        closed = sum(hours.closed(act.recorded_at, row) for act in hand)
        if len(hand) >= row["least_acts"] and over(closed, len(hand), row["share_over_percent"]):
            self.add("D11", after, site, "entries")

    def edge(self, site, after, month, row):
        """D13: on the due day, and in the minute before the close of business."""
        def crowds(part, whole):
            return whole >= row["least_ends"] and over(part, whole, row["share_over_percent"])
        slow = [clock for case, clock in month.ends if case.handling != "direct"]
        if crowds(sum(clock.ended_on == clock.due_on for clock in slow), len(slow)):
            self.add("D13", after, site, "due day")
        before = row.get("minutes_before_close")
        if before is None:
            return
        hours, first = Hours(self.workdays, self.published[site]), first_of(after - ONE)
        rules, part = self.world.rules.on(first), 0
        for _, clock in month.ends:
            close = hours.closes(clock.ended_on, rules)
            part += close is not None and minute(clock.end.at) == close - before
        if crowds(part, len(month.ends)):
            self.add("D13", after, site, "close")

    def reviews(self, site, after, month, row):
        """D14: too good, too many at one device, too soon after the end."""
        told = sorted(month.reviews, key=lambda act: (act.at, act.position))
        good = sum(act.body["rating"] not in BAD for act in told)
        if len(told) > row["over_reviews"] \
                and good * 10_000 >= len(told) * row["satisfied_of_ten_thousand"]:
            self.add("D14", after, site, "good")
        devices = defaultdict(list)
        for act in told:
            if act.device:
                devices[act.device].append(act)
        within = timedelta(minutes=row["device_within_minutes"])
        for device, acts in devices.items():
            thick = [first for first, last in zip(acts, acts[row["device_over_reviews"]:])
                     if last.at - first.at <= within]
            if thick:
                self.add("D14", thick[0].on, site, device)
        soon = timedelta(seconds=row["after_end_seconds"])
        for act in told:
            case = self.world.by_stream.get(act.body["about"].get("case"))
            if case is None or case.site != site:
                continue
            ends = [end for end in case.all(*ENDS) if first_of(end.on) == first_of(act.on)]
            if any(timedelta(0) <= act.at - end.at < soon for end in ends):
                self.add("D14", act.on, site, act.stream)

    def drift(self, site, _, month, row):
        """D18: a device that shows another time."""
        most, off = row["over_minutes"] * 60, defaultdict(list)
        for act in month.clocks:
            if act.body.get("device_time_at"):
                shown = instant(act.body["device_time_at"])
                apart = int((shown - act.told_at).total_seconds())
                ahead = int((shown - act.recorded_at).total_seconds())
                if abs(apart) > most or ahead > most:
                    off[act.body["device"]].append(act.on)
        for device, days in off.items():
            self.add("D18", min(days), site, device)

    def late(self, site, _, month, row):
        """D19: sent late by a device or a system, in no declared span."""
        days = []
        for act in month.entries:
            declared = any(since <= act.told_at <= until for since, until in self.delays[site])
            lag = self.workdays.between(day_of(act.told_at), act.recorded_on)
            if act.entry in SENT and not declared and lag > row["late_over_working_days"]:
                days.append(act.recorded_on)
        if days:
            self.add("D19", min(days), site, "late")

    def corrections(self, site, after, month, row):
        """D20: breaks of the chain, and too many corrections."""
        for act in month.broken:
            self.add("D20", act.on, site, act.position)
        part = sum(act.event == "case.ActCorrected" for act in month.entries)
        if len(month.entries) >= row["least_acts"] \
                and over(part, len(month.entries), row["share_over_percent"]):
            self.add("D20", after, site, "corrections")
