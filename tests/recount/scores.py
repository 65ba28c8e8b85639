"""考核: a unit's month in nine parts, and the quality of its data."""

from collections import defaultdict
from datetime import timedelta

from city import official

ENDS = ("ApplicationWithdrawn", "CaseReturned", "CaseVoided", "CaseClosed")


def month_end(day):
    """The last day of the month of a day."""
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


class Month:
    """What one unit did in one month, as far as it scores."""

    def __init__(self):
        self.cases, self.warnings, self.takes, self.checks = [], [], [], []


class Scores:
    """Every unit's months."""

    def __init__(self, world):
        self.world = world
        self.months = defaultdict(Month)
        for case in world.courses:
            done = case.done()
            if done and not case.imported:
                self.month(case.site, done.on).cases.append(case)
        for card in world.cards:
            if card.withdrawal or card.of_unit:
                continue
            month = self.month(card.site, card.fell_on)
            if card.level == "warning":
                month.warnings.append(card)
            elif card.level in ("yellow", "red"):
                month.takes.append((card.level + "_card", "rules", card.rule))
        for complaint in world.complaints:
            if complaint.decided and complaint.decided.body["finding"] in (
                    "verified", "partly_verified"):
                reason = "complaint_" + complaint.decided.body["finding"]
                self.month(complaint.site, complaint.decided.on).takes.append(
                    (reason, "categories", complaint.category))
        for review in world.reviews:
            if review.bad and review.verified and review.verified.body["truth"] == "founded":
                self.month(review.site, review.verified.on).takes.append(
                    ("bad_review_founded", None, None))
        for act in world.chronicle.of("inspection.CallBackMade", "inspection.SampleFileReviewed"):
            if act.body.get("reached", True) and act.body.get("record_confirmed") is not None:
                case = world.by_stream.get(act.body["case"])
                if case is not None:
                    self.month(case.site, act.on).checks.append(act.body["record_confirmed"])
        self.totals = {}
        for (site, first), month in self.months.items():
            rules = world.score_rules.on(month_end(first))
            if rules is not None:
                self.totals[site, first] = self.total(month, rules)

    def month(self, site, day):
        return self.months[site, day.replace(day=1)]

    def total(self, month, rules):
        """Points and quality of a month, each in hundredths."""
        formula = rules["formula"]
        quality = self.quality(month, rules)
        left = {part["part"]: part["weight_hundredths"] for part in formula["parts"]}
        takes = list(month.takes)
        every = next((row["every"] for row in formula["deductions"]
                      if row["reason"] == "warning"), 0)
        if every:
            takes += [("warning", None, None)] * (len(month.warnings) // every)
        lacking = self.lacking(month)
        for reason, key, value in takes:
            row = find(formula["deductions"], reason, key, value)
            if row:
                left[row["parts"][0]] += row["points_hundredths"]
        row = find(formula["deductions"], "upload_incomplete", None, None)
        if row and lacking:
            left[row["parts"][0]] += max(row["most_hundredths"],
                                         row["points_hundredths"] * lacking)
        parts = sum(max(0, points) for points in left.values())
        bonus = sum(self.bonus(row, month, quality) for row in formula["bonuses"])
        return (parts + bonus) * formula["conversion_hundredths"] // 100, quality

    @staticmethod
    def of_whole(since, until):
        """Whether the rules give a score of their own: of a half-year, or a year."""
        days = (since.month, since.day, until.month, until.day)
        return since.year == until.year and days in (
            (1, 1, 6, 30), (7, 1, 12, 31), (1, 1, 12, 31))

    def together(self, since, until):
        """The mean of the months that were scored; of a year less the sanctions."""
        sites = defaultdict(list)
        for site, _, total, _ in self.months_ended(since, until):
            sites[site].append(total)
        is_year = since.month == 1 and until.month == 12
        taken = self.sanctions(since, until) if is_year else {}
        for site, totals in sites.items():
            mean = (2 * sum(totals) + len(totals)) // (2 * len(totals))
            yield site, mean + taken.get(site, 0)

    def sanctions(self, since, until):
        """What was posted under one of the codes of the rules, each posting once."""
        rules = self.world.score_rules.on(until)
        points = {row["rule"]: row["points_hundredths"]
                  for row in rules["formula"].get("sanctions", ())} if rules else {}
        taken = defaultdict(int)
        for act in self.world.chronicle.of("card.PointsPosted"):
            if act.body["rule"] in points and since <= act.on <= until:
                unit = act.body["unit"]
                taken[unit if official(unit) else act.site] += points[act.body["rule"]]
        return taken

    def months_ended(self, since, until):
        """The months of units that lie in a period: site, month, points, quality."""
        for (site, first), (total, quality) in self.totals.items():
            if since <= first and month_end(first) <= until:
                yield site, first, total, quality

    def lacking(self, month):
        """Full per cents of finished cases that the chronicle holds in part only."""
        cases = len(month.cases)
        return 0 if not cases else 100 * sum(not case.complete for case in month.cases) // cases

    def bonus(self, row, month, quality):
        """What early ends and cut promises add."""
        cases = month.cases
        if row["reason"] == "early_completion":
            if not cases or quality is None or quality < 100 * row["least_quality_percent"]:
                return 0
            percent = 100 * sum(case.early for case in cases) // len(cases)
        else:
            cuts = [cut for cut in (case.cut for case in cases) if cut is not None]
            if not cuts:
                return 0
            percent = min(cuts)
        over = percent - row["from_percent"]
        if over < 0:
            return 0
        return row["points_hundredths"] + \
            over // row["each_further_percent"] * row["further_points_hundredths"]

    def quality(self, month, rules):
        """The mean of the shares that are known: true, timely, complete, accurate."""
        shares = []
        if month.checks:
            shares.append(10_000 * sum(month.checks) // len(month.checks))
        count = len(month.cases)
        if count:
            under = timedelta(minutes=rules["batch_entry_minutes"])
            shares.append(10_000 * sum(case.timely(under) for case in month.cases) // count)
            shares.append(10_000 * sum(case.complete for case in month.cases) // count)
            shares.append(10_000 * sum(not case.corrected for case in month.cases) // count)
        return sum(shares) // len(shares) if shares else None


def find(rows, reason, key, value):
    """The first row of the formula for a fact."""
    for row in rows:
        if row["reason"] == reason and (key not in row or value in row[key]):
            return row
    return None
