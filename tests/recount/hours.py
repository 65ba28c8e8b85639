"""開放時間: when a site is open, by what it published, else by the rules of the indicators."""

from datetime import date, time

from chronicle import SHANGHAI

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def minute(moment):
    """The minute of the civil day."""
    local = moment.astimezone(SHANGHAI)
    return local.hour * 60 + local.minute


def told(text):
    """The minute that a time of day says."""
    of_day = time.fromisoformat(text)
    return of_day.hour * 60 + of_day.minute


class Hours:
    """What a site published, and what holds where it published nothing."""

    def __init__(self, workdays, published):
        self.workdays = workdays
        self.published = sorted(published, key=lambda body: body["effective_on"])

    def calendar(self, day):
        """The published calendar that holds on a day; the later one of two with one first day."""
        held = [body for body in self.published
                if date.fromisoformat(body["effective_on"]) <= day
                and (not body.get("until_on") or day <= date.fromisoformat(body["until_on"]))]
        return held[-1] if held else None

    def slots(self, body, day):
        """The spans of a calendar on a day."""
        works, weekend = self.workdays.works(day), day.weekday() > 4
        by_date = [slot for slot in body["slots"] if day.day in slot.get("days_of_month", ())]
        named = [slot for slot in body["slots"]
                 if slot in by_date or WEEKDAYS[day.weekday()] in slot.get("weekdays", ())]
        own = named if works or weekend else by_date
        if not own and works and weekend:
            # A make-up Saturday has the hours of the other days.
            return [slot for slot in body["slots"] if slot.get("weekdays")]
        return own

    def closed(self, moment, row):
        """Whether the site was closed at a moment."""
        day, at = moment.astimezone(SHANGHAI).date(), minute(moment)
        body = self.calendar(day)
        if body is not None:
            return not any(told(slot["opens"]) <= at <= told(slot["closes"])
                           for slot in self.slots(body, day))
        return not self.workdays.works(day) \
            or not told(row["opens"]) <= at <= told(row["closes"])

    def closes(self, day, rules):
        """The minute at which the site closes on a day; none where it does not open."""
        body = self.calendar(day)
        if body is None:
            return told(rules["close_of_business"]) if rules else None
        return max((told(slot["closes"]) for slot in self.slots(body, day)), default=None)
