"""What the sections are counted from: everything read off one chronicle, once."""

from cards import all_cards
from city import City
from clocks import Course
from complaints import all_complaints
from findings import CaseFindings, closings, of_cards, of_complaints
from flags import Flags
from many import Many
from rules import Rules
from scores import Scores
from workdays import Workdays


class World:
    """The city as its chronicle tells it."""

    def __init__(self, chronicle):
        self.chronicle = chronicle
        self.workdays = Workdays(chronicle)
        self.rules = Rules(chronicle)
        self.complaint_rules = Rules(chronicle, "policy.ComplaintRulesAdopted")
        self.score_rules = Rules(chronicle, "policy.ScoreRulesAdopted")
        self.flag_rules = Rules(chronicle, "policy.FlagRulesAdopted")
        self.indicator_rules = Rules(chronicle, "policy.IndicatorRulesAdopted")
        self.card_rules = Rules(chronicle, "policy.CardPolicyAdopted")
        self.bulletin_rules = Rules(chronicle, "policy.BulletinRulesAdopted")
        self.city = City(chronicle)
        self.courses = [Course(stream, acts, self.workdays, self.rules)
                        for stream, acts in chronicle.kind("case") if acts]
        self.by_stream = {course.stream: course for course in self.courses}
        self.cards = all_cards(chronicle, self.workdays, self.rules)
        self.complaints, self.reviews = all_complaints(
            chronicle, self.workdays, self.rules, self.complaint_rules)
        self.flags = Flags(chronicle, self.flag_rules)
        self.scores = Scores(self)
        self._findings = self._many = None

    def findings(self):
        """What single cases show as irregular."""
        if self._findings is None:
            self._findings = [finding for course in self.courses
                              for finding in CaseFindings(self, course).found]
            self._findings += of_complaints(self)
            self._findings += of_cards(self)
            self._findings += closings(self)
        return self._findings

    def many(self):
        """What only many matters show."""
        if self._many is None:
            self._many = Many(self).found
        return self._many
