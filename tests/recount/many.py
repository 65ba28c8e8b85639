"""異常指標: what only many matters show (D02, D04 to D08, D11 to D21), by docs/judgement.md. What
shows over a site's month stands in `months.py`."""

from collections import defaultdict
from datetime import date, timedelta

from accounts import Accounts
from city import official, stem
from figures import Line
from months import Months, number_of
from scores import month_end

ONE = timedelta(days=1)
# Every rule that is counted here: of another one nothing is known, and not that it never shows.
RULES = ("D02", "D04", "D05", "D06", "D07", "D08", "D11", "D12", "D13", "D14", "D15", "D16", "D17",
         "D18", "D19", "D20", "D21")
PAUSE_ENDS = ("DecisionMade", "CaseForwardedUp", "CaseClosed", "CaseVoided", "CaseReturned",
              "ApplicationWithdrawn")


def quarter(day):
    """The first day of the quarter of a day, and the day after it."""
    first = date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
    last = month_end(first + timedelta(days=62))
    return first, last + ONE


def earlier(first, quarters):
    """The first day of the quarter so many before."""
    for _ in range(quarters):
        first = quarter(first - ONE)[0]
    return first


def depth(site):
    """How far down in the network a code is."""
    return len(stem(site)) if official(site) else len(site)


def twice_median(rates):
    """Twice the median."""
    rates, half = sorted(rates), len(rates) // 2
    if not rates:
        return 0
    return 2 * rates[half] if len(rates) % 2 else rates[half - 1] + rates[half]


class Many:
    """The lines of the table of indicators, each with the day from which it shows."""

    def __init__(self, world):
        self.world, self.rules, self.found = world, world.indicator_rules, []
        for rule, on, site, of in Months(world, self.rules, world.workdays).found:
            self.add(rule, on, site, of)
        for on, site, of in Accounts(world, self.rules).found:
            self.add("D17", on, site, of)
        self.again()
        self.tariffs()
        self.untrue()
        self.numbers()
        self.twice()
        self.idle()
        self.pauses()
        self.withdrawals()
        self.queues()
        self.holes()

    def add(self, rule, on, site, of):
        if rule not in RULES:
            raise ValueError(f"`{rule}` is counted, and not said to be")
        self.found.append((on, Line(site, rule, None, of)))

    def row(self, name, day):
        return (self.rules.on(day) or {}).get(name)

    def again(self):
        """D08: received again soon after one was void or given back. Of no site: the two may be
        of different ones."""
        told = defaultdict(list)
        for case in self.world.courses:
            if case.receipt:
                told[case.receipt.body["applicant"], case.item].append(case)
        for cases in told.values():
            back = [(case.all("CaseReturned", "CaseVoided")[-1], case) for case in cases
                    if case.all("CaseReturned", "CaseVoided")]
            for case in cases:
                before = [(act.at, other) for act, other in back if act.at <= case.receipt.at]
                row = self.row("clock_reset", case.receipt.on)
                if not before or not row:
                    continue
                _, other = max(before, key=lambda pair: pair[0])
                on = other.all("CaseReturned", "CaseVoided")[-1].on
                days = self.world.workdays.between(on, case.receipt.on)
                if other is not case and days <= row["again_within_working_days"]:
                    self.add("D08", case.receipt.on, None, case.stream)

    def tariffs(self):
        """D16: by the last assessment, or else the one payment, another tariff than was published
        for a case."""
        published = defaultdict(list)
        for act in self.world.chronicle.of("item.TariffPublished"):
            published[act.stream.split("/", 1)[1]].append(act)
        for acts in published.values():
            acts.sort(key=lambda act: (act.body["effective_on"], act.position))
        for case in self.world.courses:
            assessed = case.all("FeeAssessed")
            moved = case.all("FeePaid", "FeeWaived", "FeeRefunded")
            if assessed:
                act, fen = assessed[-1], assessed[-1].body["tariff_fen"]
            elif len(moved) == 1 and moved[0].name == "FeePaid":
                act, fen = moved[0], moved[0].body["amount_fen"]
            else:
                continue
            held = [other.body for other in published[case.item]
                    if other.body["effective_on"] <= act.on.isoformat()]
            row = self.row("fee_anomaly", act.on)
            if held and row and not held[-1].get("charged_per") \
                    and abs(held[-1]["tariff_fen"] - fen) > row["over_fen"]:
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
            after = month_end(first) + ONE
            row = self.row("sampling", after)
            if row and len(told) >= row["least_checks"] \
                    and sum(told) * 100 < len(told) * row["true_under_percent"]:
                self.add("D21", after, site, first)

    def licences(self):
        """The numbers of each series of a site, with the day and the case of each."""
        series = defaultdict(list)
        for case in self.world.courses:
            for act in case.all("LicenceIssued"):
                told = number_of(act.body["licence_no"])
                if told:
                    series[case.site, told[0]].append((told[1], act.on, case.stream))
        return series

    def numbers(self):
        """D06: a gap in a site's series of licence numbers."""
        for (site, _), told in self.licences().items():
            held = sorted({number for number, *_ in told})
            span = held[-1] - held[0] + 1
            for before, after in zip(held, held[1:]):
                if after == before + 1:
                    continue
                higher = min(on for number, on, _ in told if number >= after)
                row = self.row("licence_series", higher)
                if row and len(held) >= row["least_numbers"] \
                        and len(held) * 100 >= span * row["least_known_percent"]:
                    on = higher + timedelta(days=row["wait_calendar_days"])
                    self.add("D06", on, site, before)

    def twice(self):
        """D06: one number on licences of two cases."""
        for (site, around), told in self.licences().items():
            numbers = defaultdict(list)
            for number, on, stream in told:
                numbers[number].append((on, stream))
            for number, held in numbers.items():
                last = max(on for on, _ in held)
                if len({stream for _, stream in held}) > 1 and self.row("licence_series", last):
                    self.add("D06", last, site, (around, number))

    def idle(self):
        """D04: an item that a site was to handle in whole quarters and never did."""
        received, assigned, out = defaultdict(list), defaultdict(dict), defaultdict(list)
        for case in self.world.courses:
            if case.receipt and case.item:
                received[case.item].append((case.receipt.on, case.site))
        for act in self.world.chronicle.of("item.ItemAssignedToSite", "item.ItemCancelled",
                                           "item.ItemSuspended"):
            item = act.stream.split("/", 1)[1]
            if act.name == "ItemAssignedToSite":
                days = assigned[item].setdefault(act.body["site"], [])
                days.append(act.body["effective_on"])
            else:
                out[item].append(act)
        for item, told in received.items():
            quarters = {quarter(on) for on, _ in told}
            row = self.row("zero_cases", max(after for _, after in quarters)) or {}
            for _ in range(row.get("quarters", 1) - 1):
                quarters |= {quarter(after) for _, after in quarters}
            for first, after in quarters:
                self.idle_in(item, first, after, (told, assigned[item], out[item]))

    def idle_in(self, item, first, after, facts):
        told, assigned, out = facts
        row = self.row("zero_cases", after)
        if not row or not row["quarters"]:
            return
        since = earlier(first, row["quarters"] - 1)
        for act in out:
            ends = act.body.get("until_on")
            if act.name == "ItemCancelled" and act.body["effective_on"] < after.isoformat() \
                    or act.name == "ItemSuspended" and act.on < after \
                    and (not ends or ends >= since.isoformat()):
                return
        came = defaultdict(int)
        for on, site in told:
            if since <= on < after:
                came[site] += 1
        for site, days in assigned.items():
            if site in came or min(days) > since.isoformat():
                continue
            elsewhere = sum(count for other, count in came.items() if depth(other) == depth(site)
                            or depth(other) < depth(site) and self.world.city.below(site, other))
            if elsewhere >= row["least_cases_elsewhere"]:
                self.add("D04", after, site, item)

    def pauses(self):
        """D07: procedures without a registered link or longer than it, and more than others'."""
        links, begun = defaultdict(list), defaultdict(lambda: defaultdict(int))
        for act in sorted(self.world.chronicle.of("item.SpecialLinkRegistered",
                                                  "item.SpecialLinkCancelled"),
                          key=lambda act: (act.at, act.position)):
            row = links[act.stream.split("/", 1)[1]]
            if act.name == "SpecialLinkRegistered":
                row.append([act.body, act.on, None])
            else:
                for link in row:
                    if link[0]["link"] == act.body["link"] and link[2] is None:
                        link[2] = act.on
        for case in self.world.courses:
            for act in case.all("ExcludedProcedureStarted"):
                begun[quarter(act.on)][case.site] += 1
                if self.row("pause_abuse", act.on):
                    self.linked(case, act, links[case.item])
        for (_, after), sites in begun.items():
            row = self.row("pause_abuse", after)
            if not row or len(sites) < row["least_units"]:
                continue
            count, total = len(sites), sum(sites.values())
            squares = sum(value ** 2 for value in sites.values())
            for site, value in sites.items():
                apart = count * value - total
                if apart > 0 and apart ** 2 > row["deviations"] ** 2 * (
                        count * squares - total ** 2):
                    self.add("D07", after, site, "units")

    def linked(self, case, act, links):
        """One procedure against the register of its item."""
        named = [link for link in links
                 if (link[0]["link"] == act.body["special_link"] if act.body.get("special_link")
                     else link[0]["procedure"] == act.body["procedure"])
                 and link[1] <= act.on and (link[2] is None or act.on < link[2])]
        if not named:
            if links or act.body.get("special_link"):
                self.add("D07", act.on, case.site, case.stream)
            return
        due = self.world.workdays.after(act.on, named[-1][0]["limit_working_days"])
        later = case.acts[case.acts.index(act) + 1:]
        end = next((other for other in later if other.name in PAUSE_ENDS
                    or other.name == "ExcludedProcedureEnded"
                    and other.body["procedure"] == act.body["procedure"]), None)
        if end is None or end.on > due:
            self.add("D07", due + ONE, case.site, case.stream)

    def withdrawals(self):
        """D12: officers and units whose cards are withdrawn far more often than others'. Of no
        site."""
        quarters = defaultdict(lambda: (defaultdict(list), defaultdict(list)))
        for card in self.world.cards:
            if card.level == "warning":
                continue
            officers, units = quarters[quarter(card.fell_on)]
            last = card.decisions[-1].body if card.decisions else None
            withdrawn = bool(last) and last["outcome"] == "withdrawn"
            units[card.subject["unit"]].append(withdrawn)
            if last:
                officers[last["decided_by"]].append(withdrawn)
        for (_, after), tables in quarters.items():
            row = self.row("withdrawals", after)
            if not row:
                continue
            for table in tables:
                rates = {who: sum(told) * 1_000_000 // len(told) for who, told in table.items()
                         if len(told) >= row["least"]}
                most = (100 + row["above_median_percent"]) * twice_median(rates.values())
                for who, rate in rates.items():
                    if rate * 200 > most:
                        self.add("D12", after, None, who)

    def queues(self):
        """D15: of an item limited in number, accepted before one that was complete earlier."""
        limited = {}
        for act in sorted(self.world.chronicle.of("item.ItemRegistered"),
                          key=lambda act: (act.at, act.position)):
            limited[act.stream.split("/", 1)[1]] = act.body.get("quantity_limited") is True
        queues = defaultdict(list)
        for case in self.world.courses:
            accepted = case.acceptance
            if not accepted or not limited.get(case.item):
                continue
            before = [act for act in case.acts[:case.acts.index(accepted)]
                      if act.name == "ApplicationReceived"
                      or act.name == "SupplementReceived" and act.body["complete"]]
            if before:
                queues[case.item, case.site].append((before[-1].at, accepted, case))
        for (_, site), queue in queues.items():
            for ready, accepted, case in queue:
                row = self.row("queue_jump", accepted.on)
                if row and any(other + timedelta(minutes=row["over_minutes"]) < ready
                               and act.at > accepted.at for other, act, _ in queue):
                    self.add("D15", accepted.on, site, case.stream)

    def holes(self):
        """D19: numbers between two batches of a system that never came in."""
        systems = defaultdict(list)
        for act in self.world.chronicle.of("site.BatchReceived"):
            first, last = act.body.get("first_serial_no"), act.body.get("last_serial_no")
            if first is not None and last is not None:
                key = act.stream.split("/", 1)[1], act.body["system"]
                systems[key].append((first, last, act.position, act))
        for (site, system), batches in systems.items():
            batches.sort(key=lambda batch: batch[:3])
            _, seen, _, before = batches[0]
            for first, last, _, act in batches[1:]:
                if first > seen + 1 and self.row("sequence_gap", act.on):
                    self.add("D19", max(act.on, before.on), site, (system, first))
                if last >= seen:
                    seen, before = last, act
