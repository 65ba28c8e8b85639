"""規則: the editions of a policy, and which one is in force on a day."""

from datetime import date


class Rules:
    """時限規則: the editions adopted, and which one a clock that starts on a day has."""

    def __init__(self, chronicle, event="policy.ClockRulesAdopted"):
        acts = chronicle.of(event)
        self.editions = sorted(((date.fromisoformat(act.body["effective_on"]),
                                 act.body["edition"], act.body) for act in acts),
                               key=lambda row: row[:2])

    def on(self, day):
        """The rules in force on a day; none before the first edition."""
        found = [body for from_on, _, body in self.editions if from_on <= day]
        return found[-1] if found else None
