"""五個不到位 and 督查: states of the flags, slips, orders, visits."""

from collections import defaultdict
from datetime import date, timedelta

ONE = timedelta(days=1)
STANDING = ("suspected", "confirmed")


class Span:
    """A state of one flag of one site, from a day on, until the next."""

    __slots__ = ("site", "flag", "state", "from_on", "to_on", "act")

    def __init__(self, site, flag, state, from_on, act):
        self.site, self.flag, self.state = site, flag, state
        self.from_on, self.to_on, self.act = from_on, None, act


class Visit:
    """One inspection: who went, what each check showed, when it was concluded."""

    def __init__(self, stream, acts, lists):
        self.stream = stream
        self.start = next((act for act in acts if act.name == "InspectionStarted"), None)
        self.end = next((act for act in acts if act.name == "InspectionConcluded"), None)
        self.checks = {act.body["check"]: act for act in acts
                       if act.name == "ChecklistItemScored"}
        plan = next((act for act in acts if act.name == "InspectionPlanned"), None)
        told = self.start or plan
        self.site = told.body["site"] if told else None
        self.list = None
        if told is not None and told.body.get("checklist"):
            self.list = lists.get((told.body["checklist"], told.body.get("checklist_edition")),
                                  None) or lists.latest(told.body["checklist"], told.on)

    def score(self):
        """What was given, in hundredths of a point."""
        return sum(act.body.get("score_hundredths") or 0 for act in self.checks.values())

    def decides(self):
        """Whether two went and concluded."""
        return bool(self.start and self.end and len(set(self.start.body["inspectors"])) >= 2)

    def finds(self):
        """The flags that its blocking checks decide: confirmed, or in place."""
        blocking = defaultdict(list)
        for check in (self.list or {}).get("checks", ()):
            if check.get("blocking"):
                for flag in check.get("flags") or [check.get("flag")]:
                    blocking[flag].append(check["check"])
        for flag, checks in blocking.items():
            results = [self.checks[check].body["result"] if check in self.checks else None
                       for check in checks]
            if "not_in_place" in results:
                yield flag, "confirmed"
            elif all(result == "in_place" for result in results):
                yield flag, "in_place"


class Lists(dict):
    """檢查表: the checklists adopted, by name and edition."""

    def __init__(self, chronicle):
        super().__init__()
        for act in chronicle.of("policy.ChecklistAdopted"):
            self[act.body["checklist"], act.body["edition"]] = act.body

    def latest(self, name, day):
        """The edition in force on a day."""
        found = [body for (code, _), body in self.items() if code == name
                 and date.fromisoformat(body["effective_on"]) <= day]
        return max(found, key=lambda body: body["edition"]) if found else None


class Order:
    """責令整改: an order, with reports and re-inspections."""

    def __init__(self, act, acts):
        self.act, self.code, self.flag = act, act.body["order"], act.body.get("flag")
        self.site = act.body.get("site") or act.body["unit"]
        self.due_on = date.fromisoformat(act.body["due_on"])
        later = [other for other in acts if other.body.get("order") == self.code]
        self.reports = [other for other in later if other.name == "RectificationReported"]
        self.looks = [other for other in later if other.name == "ReinspectionMade"
                      and len(set(other.body["inspectors"])) >= 2]
        done = [look for look in self.looks if look.body["outcome"] == "rectified"]
        self.rectified = done[0] if done else None

    def overdue_from(self):
        """The first day on which it is overdue; none where it was reported or done in time."""
        by = [act.on for act in self.reports]
        if self.rectified:
            by.append(self.rectified.on)
        if not by or min(by) > self.due_on:
            return self.due_on + ONE
        bad = [look.on for look in self.looks if look.on > self.due_on
               and look.body["outcome"] != "rectified"]
        if bad and (not self.rectified or min(bad) < self.rectified.on):
            return min(bad)
        return None


class Flags:
    """All of it, from one chronicle."""

    def __init__(self, chronicle, rules):
        self.lists = Lists(chronicle)
        self.visits, self.orders, self.slips = [], [], []
        moves = defaultdict(list)
        for stream, acts in chronicle.kind("inspection"):
            visit = Visit(stream, acts, self.lists)
            if visit.start or visit.end:
                self.visits.append(visit)
            for act in acts:
                self.take(act, acts, moves)
            if visit.decides():
                for flag, state in visit.finds():
                    moves[visit.site, flag].append((visit.end.on, visit.end.at, state, visit.end))
        self.spans = []
        hold = timedelta(days=evidence_days(rules))
        for (site, flag), row in moves.items():
            row.sort(key=lambda move: (move[0], move[3].position))
            self.walk(site, flag, row, hold)

    def take(self, act, acts, moves):
        """What one act says of flags, slips and orders."""
        if act.name in ("FlagSuspected", "FlagConfirmed", "FlagCleared"):
            state = act.name[4:].lower()
            key = act.body["site"], act.body["flag"]
            moves[key].append((act.on, act.at, state, act))
        elif act.name == "RectificationOrdered":
            self.orders.append(Order(act, acts))
        elif act.name == "SupervisionSlipIssued":
            self.slips.append(act)

    def walk(self, site, flag, moves, hold):
        """The spans of one flag of one site."""
        span = None
        for on, _, state, act in moves:
            if span and span.state in ("in_place", "cleared") and on > span.from_on + hold:
                span.to_on = span.from_on + hold
                span = None
            now = span.state if span else "unverified"
            if state == "suspected" and now in STANDING:
                continue
            if state == "in_place" and now in STANDING:
                continue
            if state == "cleared" and now == "confirmed" and not self.rectified(site, flag, span,
                                                                                act):
                continue
            if state == "cleared" and now not in STANDING:
                continue
            if state == now and state != "in_place":
                continue
            if span:
                span.to_on = on - ONE
            span = Span(site, flag, state, on, act)
            self.spans.append(span)
        if span and span.state in ("in_place", "cleared"):
            span.to_on = span.from_on + hold

    def rectified(self, site, flag, span, clearing):
        """Whether two or more found it rectified since it was confirmed."""
        return any(order.site == site and order.flag in (None, flag) and order.rectified
                   and span.from_on <= order.rectified.on <= clearing.on
                   for order in self.orders)


def evidence_days(rules):
    """For how many days what was found holds."""
    if not rules.editions:
        return 180
    return rules.editions[-1][2]["thresholds"]["evidence_calendar_days"]
