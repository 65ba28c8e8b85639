"""紅黃牌: cards, their answers, appeals and withdrawals."""

from chronicle import day_of, instant
from city import official

LEVELS = {"WarningRaised": "warning", "YellowCardIssued": "yellow", "RedCardIssued": "red",
          "SeriousViolationMarked": "serious"}
# Levels whose answer has a limit even where the card states none.
ANSWERED = ("yellow", "red")


def fell_due(act):
    """The day on which an act of the engine was due; of a person, the day of the act."""
    told = act.body.get("fell_due_at")
    return day_of(instant(told)) if told and act.actor_kind == "system" else act.on


def site_of(subject, act):
    """The site that a subject names, else its unit where that is an official code."""
    if subject.get("site"):
        return subject["site"]
    return subject["unit"] if official(subject["unit"]) else act.site


class Card:
    """One card, with what came of it."""

    def __init__(self, stream, acts, workdays, rules):
        self.stream, self.acts = stream, acts
        self.issue = next((act for act in acts
                           if act.name in LEVELS or act.name == "UnitCardIssued"), None)
        if self.issue is None:
            return
        body = self.issue.body
        self.of_unit = self.issue.name == "UnitCardIssued"
        self.level = body["colour"] if self.of_unit else LEVELS[self.issue.name]
        self.rule, self.subject = body["rule"], body["subject"]
        self.site = site_of(self.subject, self.issue)
        self.fell_on, self.issued_on = fell_due(self.issue), self.issue.on
        self.appeals = [act for act in acts if act.name == "CardAppealed"]
        self.decisions = [act for act in acts if act.name == "AppealDecided"]
        taken = [act for act in self.decisions if act.body["outcome"] == "withdrawn"]
        self.withdrawal = taken[0] if taken else None
        self.closing = next((act for act in acts if act.name == "CardClosed"), None)
        self.answer = next((act for act in acts if act.name == "CardAnswered"), None)
        limit = body.get("reply_working_days")
        if limit is None and self.level in ANSWERED:
            limit = rules.on(self.issued_on)["card_reply_working_days"]
        self.due_on = None if limit is None else workdays.after(self.issued_on, limit)

    def involved(self):
        """Who has a part in it: issued it, is whom it is about, answered it, or appealed."""
        issued = () if self.issue.entry == "engine" else (self.issue.actor,)
        later = [act.actor for act in self.acts if act.name in ("CardAnswered", "CardAppealed")]
        return {*issued, self.subject.get("staff"), *later} - {None}

    def released_on(self):
        """The day from which no answer is owed any more: withdrawn, or closed."""
        ends = [act.on for act in (self.withdrawal, self.closing) if act]
        return min(ends) if ends else None


def all_cards(chronicle, workdays, rules):
    """Every card of a chronicle."""
    cards = (Card(stream, acts, workdays, rules) for stream, acts in chronicle.kind("card"))
    return [card for card in cards if card.issue is not None]
