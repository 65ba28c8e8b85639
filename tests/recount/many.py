"""異常指標: what only many matters show (D02, D06, D08, D16, D21), by docs/judgement.md."""

import re
from collections import defaultdict
from datetime import timedelta

from figures import Line
from findings import BY_HAND
from scores import month_end

ONE = timedelta(days=1)


class Many:
    """The lines of the table of indicators, each with the day from which it shows."""

    def __init__(self, world):
        self.world, self.rules, self.found = world, world.indicator_rules, []
        self.sittings()
        self.again()
        self.tariffs()
        self.untrue()
        self.numbers()
        self.twice()
        self.accounts()

    def add(self, rule, on, site, of):
        self.found.append((on, Line(site, rule, None, of)))

    def row(self, name, day):
        return (self.rules.on(day) or {}).get(name)

    def sittings(self):
        """D02: courses of a site entered at one sitting."""
        spans = defaultdict(list)
        for case in self.world.courses:
            end = case.first("DecisionMade")
            if case.acceptance and end and case.handling != "direct" \
                    and case.acceptance.entry in BY_HAND and end.entry in BY_HAND:
                told = sorted((case.acceptance.recorded_at, end.recorded_at))
                spans[case.site].append((told[0], told[1], case))
        for site, told in spans.items():
            told.sort(key=lambda span: span[:2])
            last = None
            for first, until, _ in told:
                row = self.row("batch_entry", until.date())
                if not row or last and first <= last:
                    continue
                end = first + timedelta(minutes=row["within_minutes"])
                inside = [one for one in told if first <= one[0] and one[1] <= end]
                if len(inside) >= row["courses"]:
                    last = max(one[1] for one in inside)
                    on = max(one[2].first("DecisionMade").recorded_on for one in inside)
                    self.add("D02", on, site, first)

    def again(self):
        """D08: received again soon after it was void or given back."""
        told = defaultdict(list)
        for case in self.world.courses:
            if case.receipt:
                told[case.receipt.body["applicant"], case.item].append(case)
        for cases in told.values():
            for case in cases:
                reset = case.first("CaseReturned", "CaseVoided")
                if reset is None:
                    continue
                row = self.row("clock_reset", reset.on)
                later = sorted((other.receipt for other in cases
                                if other is not case and other.receipt.at > reset.at),
                               key=lambda act: act.at)
                if not row or not later:
                    continue
                days = self.world.workdays.between(reset.on, later[0].on)
                if days <= row["again_within_working_days"]:
                    self.add("D08", later[0].on, case.site, case.stream)

    def tariffs(self):
        """D16: assessed by another tariff than was published."""
        published = defaultdict(list)
        for act in self.world.chronicle.of("item.TariffPublished"):
            item = act.stream.split("/", 1)[1]
            published[item].append((act.body["effective_on"], act.body["tariff_fen"]))
        for case in self.world.courses:
            acts = case.all("FeeAssessed") or case.all("FeePaid")
            for act in acts:
                held = [fen for on, fen in sorted(published.get(case.item, ()))
                        if on <= act.on.isoformat()]
                told = act.body.get("tariff_fen", act.body["amount_fen"])
                if held and told != held[-1] and self.row("fee_anomaly", act.on):
                    self.add("D16", act.on, case.site, case.stream)

    def untrue(self):
        """D21: of a month's checks too few agree."""
        months = defaultdict(list)
        for act in self.world.chronicle.of("inspection.CallBackMade",
                                           "inspection.SampleFileReviewed"):
            if not act.body.get("reached", True) or act.body.get("record_confirmed") is None:
                continue
            plan = next((other for other in self.world.chronicle.streams[act.stream]
                         if "site" in other.body), None)
            site = plan.body["site"] if plan else act.site
            months[site, act.on.replace(day=1)].append(act.body["record_confirmed"])
        for (site, first), told in months.items():
            row = self.row("sampling", month_end(first))
            if row and len(told) >= row["least_checks"] \
                    and sum(told) * 100 < len(told) * row["true_under_percent"]:
                self.add("D21", month_end(first) + ONE, site, first)

    def numbers(self):
        """D06: a gap in a site's series of licence numbers."""
        series = defaultdict(list)
        for case in self.world.courses:
            for act in case.all("LicenceIssued"):
                told = re.search(r"^(.*?)(\d+)(\D*)$", act.body["licence_no"])
                if told:
                    key = case.site, told.group(1), told.group(3)
                    series[key].append((int(told.group(2)), act.on))
        for (site, *_), told in series.items():
            told.sort()
            known = {number for number, _ in told}
            row = self.row("licence_series", max(on for _, on in told))
            span = max(known) - min(known) + 1
            if not row or len(known) < row["least_numbers"] \
                    or len(known) * 100 < span * row["least_known_percent"]:
                continue
            held = sorted(known)
            for before, after in zip(held, held[1:]):
                if after > before + 1:
                    higher = min(on for number, on in told if number >= after)
                    on = higher + timedelta(days=row["wait_calendar_days"])
                    self.add("D06", on, site, before)

    def twice(self):
        """D06: one number on licences of two cases."""
        told = defaultdict(list)
        for case in self.world.courses:
            for act in case.all("LicenceIssued"):
                told[case.site, act.body["licence_no"]].append((act.on, case.stream))
        for (site, number), held in told.items():
            held.sort()
            other = next((on for on, stream in held if stream != held[0][1]), None)
            if other and self.row("licence_series", other):
                self.add("D06", other, site, number)

    def accounts(self):
        """D17: an account granted to a second person while the first holds it."""
        held = defaultdict(dict)
        for act in sorted(self.world.chronicle.of(
                "staff.CredentialGranted", "staff.CredentialRevoked"), key=lambda act: act.at):
            code = act.body["credential"]
            if act.name == "CredentialRevoked":
                held[code].pop(act.stream, None)
                continue
            ends = act.body.get("until_on") or "9999-12-31"
            others = [stream for stream, until in held[code].items()
                      if stream != act.stream and until >= act.on.isoformat()]
            if others and self.row("identity", act.on):
                self.add("D17", act.on, act.site, code)
            held[code][act.stream] = ends
