"""工作日: the working days of the notices that a chronicle holds."""

from datetime import date, timedelta

ONE = timedelta(days=1)


class Workdays:
    """Days off and make-up days of the State Council's notices."""

    def __init__(self, chronicle):
        self.days, self.years = {}, set()
        events = ("calendar.HolidayNoticePublished", "calendar.HolidayNoticeAmended")
        # A notice holds from its publication on, whenever it was entered.
        notices = sorted(chronicle.of(*events),
                         key=lambda act: (act.body["published_on"], act.position))
        for act in notices:
            self.years.add(act.body["year"])
            for day in act.body["days"]:
                self.days[date.fromisoformat(day["on"])] = day["kind"]
        self.settled = date(max(self.years), 12, 28) if self.years else None
        self.position = max((act.position for act in notices), default=None)
        self._is, self._after = {}, {}

    def works(self, day):
        """Whether a day is a working day."""
        known = self._is.get(day)
        if known is None:
            kind = self.days.get(day)
            known = day.weekday() < 5 if kind is None else kind == "work"
            self._is[day] = known
        return known

    def after(self, day, count, without=()):
        """The `count`-th working day after a day, days of `without` left out."""
        key = (day, count)
        if not without and key in self._after:
            return self._after[key]
        at = day
        left = count
        while left > 0:
            at += ONE
            if self.works(at) and at not in without:
                left -= 1
        if not without:
            self._after[key] = at
        return at

    def on_or_after(self, day):
        """The day, or the next working day where it is a day off."""
        while not self.works(day):
            day += ONE
        return day

    def between(self, after, until):
        """How many working days lie after one day and not after the other."""
        count, at = 0, after
        while at < until:
            at += ONE
            count += self.works(at)
        return count
