"""異常: what one case or card shows as irregular, by docs/judgement.md (D01 to D16)."""

from datetime import timedelta

from chronicle import day_of, instant
from clocks import days, lawful

ONE = timedelta(days=1)
BY_HAND = ("window", "back_entry")


# Every kind that is looked for here: of another one nothing is known, and not that there is none.
KINDS = (
    "appeal_without_evidence", "bad_review_not_fed_back", "bad_review_not_verified",
    "card_withdrawn_without_evidence", "complaint_misrouted",
    "card_withdrawn_without_decision", "complaint_closed_without_answer",
    "complaint_not_accepted_without_reasons", "correction_does_not_match",
    "correction_of_unknown_act", "correction_self_approved", "appeal_decided_by_involved",
    "appeal_decision_without_appeal", "complaint_not_transferred", "decided_instantly",
    "deemed_accepted_by_silence", "entered_after_due", "entered_at_once", "extension_approved_too_late",
    "extension_by_wrong_approver", "extension_not_notified", "extension_repeated",
    "extension_too_long", "fee_below_tariff", "fee_off_tariff", "fee_paid_before_acceptance",
    "fee_paid_more_than_once", "fee_paid_without_receipt", "fee_without_basis", "late_entry",
    "late_entry_beyond_limit", "negative_decision_not_filed", "not_accepted_without_reasons",
    "notice_given_late", "notice_given_twice", "pause_exceeded", "pause_repeated",
    "pause_share_too_large", "pause_started_near_due", "pause_without_written_notice",
    "refused_without_reasons", "reopened_after_supplement", "returned_near_due",
    "returned_without_reasons", "site_visit_by_fewer_than_two", "source_tells_other_days",
)


class Finding:
    """One line: its kind, since when, of which site and matter."""

    __slots__ = ("kind", "on", "site", "object")

    def __init__(self, kind, on, site, of):
        if kind not in KINDS:
            raise ValueError(f"`{kind}` is looked for, and not said to be")
        self.kind, self.on, self.site, self.object = kind, on, site, of


class CaseFindings:
    """The findings of one case."""

    def __init__(self, world, course):
        self.world, self.course, self.workdays = world, course, world.workdays
        self.found = []
        self.entries()
        self.order()
        self.pauses()
        self.extensions()
        self.statements()
        self.money()
        for act in course.acts:
            if act.fault:
                self.add(act.fault, act.on)

    def add(self, kind, on):
        self.found.append(Finding(kind, on, self.course.site, self.course.stream))

    def entries(self):
        """D01, D02, D03: when acts were entered."""
        course = self.course
        for act in course.acts:
            if act.entry == "import" or act.entry == "engine":
                continue
            lag = self.workdays.between(act.on, act.recorded_on)
            if lag < 1:
                continue
            rules = self.world.rules.on(act.on)
            beyond = lag > (rules["late_entry_working_days"] if rules else 1)
            ended = [clock for clock in course.clocks if clock.end is act and clock.due_on]
            if any(act.on <= clock.due_on < act.recorded_on for clock in ended):
                self.add("entered_after_due", act.recorded_on)
            else:
                self.add("late_entry_beyond_limit" if beyond else "late_entry", act.recorded_on)
        accepted, decided = course.acceptance, course.first("DecisionMade")
        promised = course.promised()
        if not accepted or not decided or not promised or course.handling == "direct":
            return
        hand = accepted.entry in BY_HAND and decided.entry in BY_HAND
        rules = self.world.indicator_rules.on(decided.recorded_on)
        if rules is None:
            return
        apart = abs(decided.recorded_at - accepted.recorded_at)
        row = rules.get("batch_entry")
        if row and hand and apart < timedelta(minutes=row["accepted_to_ended_under_minutes"]):
            self.add("entered_at_once", max(accepted.recorded_on, decided.recorded_on))
        row = rules.get("instant_decision")
        if row and decided.entry in BY_HAND and decided.actor_kind != "machine":
            minutes = promised * row["working_day_minutes"] * row["under_percent"] / 100
            if timedelta(0) <= decided.at - accepted.at < timedelta(minutes=minutes):
                self.add("decided_instantly", decided.on)

    def order(self):
        """Steps without reasons, twice, or out of order."""
        course = self.course
        receipt = course.clock("receipt")
        if course.deemed_on:
            self.add("deemed_accepted_by_silence", receipt.due_on + ONE)
        notices = course.all("OneOffNoticeGiven")
        for act in notices[1:]:
            self.add("notice_given_twice", act.on)
        if notices and receipt and notices[0].on > receipt.due_on:
            self.add("notice_given_late", notices[0].on)
        for act in course.all("ApplicationNotAccepted"):
            if not act.body.get("reasons"):
                self.add("not_accepted_without_reasons", act.on)
        for act in course.all("CaseReturned"):
            if not act.body.get("reasons"):
                self.add("returned_without_reasons", act.on)
            self.near_due(act)
        for act in course.all("DecisionMade"):
            if act.body["outcome"] == "refused" and not act.body.get("reasons"):
                self.add("refused_without_reasons", act.on)

        for act in course.acts:
            if course.handling == "negative_filing" and (
                    act.name == "ApplicationNotAccepted"
                    or act.name == "DecisionMade" and act.body["outcome"] == "refused"):
                filed = [other.on for other in course.all("NegativeDecisionFiled")
                         if other.body["refers_to"] == act.id]
                if not filed or min(filed) > act.on:
                    self.add("negative_decision_not_filed", act.on + ONE)
        self.reopened(notices)

    def reopened(self, notices):
        """D08: closed or given back while a supplement was awaited, then taken up again."""
        if not notices:
            return
        done, end = None, None
        for act in self.course.acts:
            if act.at <= notices[0].at:
                continue
            taken_up = act.name in ("SupplementReceived", "ApplicationAccepted")
            if end is None and done is None and act.name in ("CaseReturned", "CaseClosed"):
                end = act
            elif taken_up and end is not None:
                self.add("reopened_after_supplement", act.on)
                return
            elif act.name == "SupplementReceived" and act.body["complete"]:
                done = act

    def near_due(self, act):
        """D08: given back in the last tenth."""
        clock = self.course.clock("promised") or self.course.clock("statutory")
        rules = self.world.indicator_rules.on(act.on)
        if not clock or not clock.limit or not rules or "clock_reset" not in rules:
            return
        used = self.workdays.between(clock.started_on, act.on)
        share = 100 - rules["clock_reset"]["last_share_percent"]
        if act.on <= clock.due_on and used * 100 >= clock.limit * share:
            self.add("returned_near_due", act.on)

    def pauses(self):
        """D07: procedures without notice, too long, begun near the due day."""
        course, links = self.course, set()
        clock = course.clock("promised") or course.clock("statutory")
        for act in course.all("ExcludedProcedureStarted"):
            if not lawful(act):
                self.add("pause_without_written_notice", act.on)
            self.begun_late(act, clock)
            link = act.body.get("special_link")
            if link and link in links:
                self.add("pause_repeated", act.on)
            links.add(link)
            declared = act.body.get("declared_working_days")
            ended = course.pause_end(act, clock) if clock else None
            if declared is not None:
                until = self.workdays.after(act.on, declared)
                if ended is None or ended > until:
                    self.add("pause_exceeded", until + ONE)

        decided = course.first("DecisionMade")
        if clock and decided and clock.end is decided:
            working = [day for day in days(clock.started_on, decided.on) if self.workdays.works(day)]
            left = sum(1 for day in working if day in course.left_out(clock))
            rules = self.world.indicator_rules.on(decided.on)
            if rules and "pause_abuse" in rules \
                    and left * 100 > len(working) * rules["pause_abuse"]["share_over_percent"]:
                self.add("pause_share_too_large", decided.on)

    def begun_late(self, act, clock):
        """D07: begun near the due day, as the clock stood without it."""
        rules = self.world.indicator_rules.on(act.on)
        if not clock or not rules or "pause_abuse" not in rules or act.on <= clock.started_on:
            return
        before = set()
        for other in self.course.all("ExcludedProcedureStarted"):
            ended = self.course.pause_end(other, clock)
            if other.at < act.at and lawful(other) and ended:
                before |= days(other.on, ended)
        due = self.workdays.after(clock.started_on, clock.limit, before)
        left = self.workdays.between(act.on, due)
        if act.on <= due and left <= rules["pause_abuse"]["near_due_working_days"]:
            self.add("pause_started_near_due", act.on)

    def extensions(self):
        """Art. 42: why an extension is void."""
        for act, why in self.course.voids.items():
            self.add(why, self.course.by_id[act].on)
        for act in self.course.all("ExtensionApproved"):
            if not act.body.get("applicant_notified_at"):
                self.add("extension_not_notified", act.on)
        for act in self.course.all("SiteVisitMade"):
            if len(set(act.body["staff"])) < 2:
                self.add("site_visit_by_fewer_than_two", act.on)

    def statements(self):
        """D10: another day than any act of begin or of end has."""
        begins = [act.on for act in self.course.all("ApplicationReceived", "ApplicationAccepted")]
        ends = [act.on for act in self.course.all(
            "DecisionMade", "ResultDelivered", "CaseClosed")]
        for act in self.course.acts:
            told = act.body.get("source_statement") or {}
            for key, held in (("started_at", begins), ("ended_at", ends)):
                if told.get(key) and held and day_of(instant(told[key])) not in held:
                    self.add("source_tells_other_days", act.on)

    def money(self):
        """D16: what was asked and paid."""
        course = self.course
        for act in course.all("FeeAssessed"):
            less, row = act.body["tariff_fen"] - act.body["amount_fen"], self.fee_row(act)
            if less < 0 and act.entry != "import":
                self.add("fee_off_tariff", act.on)
            elif row and less > row["over_fen"]:
                self.add("fee_below_tariff", act.on)
        self.overpaid()
        kept = []
        for act in course.all("FeePaid", "FeeRefunded"):
            if act.name == "FeePaid":
                kept.append(act)
                self.paid(act)
                continue
            back = [paid for paid in kept if paid.body["amount_fen"] == act.body["amount_fen"]]
            if back:
                kept.remove(back[-1])
        for times, act in enumerate(kept[1:], 2):
            row = self.fee_row(act)
            if row and times > row["over_payments"]:
                self.add("fee_paid_more_than_once", act.on)
        if len(kept) == 1:
            self.underpaid()

    def fee_row(self, act):
        return (self.world.indicator_rules.on(act.on) or {}).get("fee_anomaly")

    def paid(self, act):
        """One payment by itself: its receipt, and whether anything was accepted by then."""
        course = self.course
        if not act.body.get("receipt_no"):
            self.add("fee_paid_without_receipt", act.on)
        receipt = course.clock("receipt")
        by_law = course.deemed_on and receipt.due_on + ONE <= act.on
        accepted = course.acceptance and course.acceptance.at <= act.at
        if self.fee_row(act) and course.handling != "direct" and not by_law and not accepted:
            self.add("fee_paid_before_acceptance", act.on)

    def overpaid(self):
        """With each payment: whether more was paid in all than was asked less what was waived."""
        assessed, paid = self.course.all("FeeAssessed"), 0
        asked = sum(act.body["amount_fen"] for act in assessed)
        for act in self.course.all("FeePaid", "FeeWaived", "FeeRefunded"):
            fen = act.body["amount_fen"]
            if act.entry == "import":
                continue
            if act.name == "FeeWaived":
                asked = max(0, asked - fen)
            elif act.name == "FeeRefunded":
                paid = max(0, paid - fen)
            elif fen > 0:
                paid += fen
                if not assessed:
                    self.add("fee_without_basis", act.on)
                elif paid > asked:
                    self.add("fee_off_tariff", act.on)

    def underpaid(self):
        """The one payment against the last assessment, less all that was waived."""
        paid, assessed = self.course.all("FeePaid")[-1], self.course.all("FeeAssessed")
        row = self.fee_row(paid)
        if not assessed or not row:
            return
        waived = sum(act.body["amount_fen"] for act in self.course.all("FeeWaived"))
        owed = assessed[-1].body["amount_fen"] - waived
        if owed - paid.body["amount_fen"] > row["over_fen"]:
            self.add("fee_below_tariff", max(paid.on, assessed[-1].on))


def of_cards(world):
    """The findings of cards: appeals and withdrawals that nothing shows (D12)."""
    for card in world.cards:
        for act in card.appeals:
            if world.card_rules.on(card.issued_on) and not act.body["evidence"]:
                yield Finding("appeal_without_evidence", act.on, card.site, card.stream)
        for act in card.decisions:
            if not card.appeals or card.appeals[0].at > act.at:
                yield Finding("appeal_decision_without_appeal", act.on, card.site, card.stream)
            if act.body["decided_by"] in card.involved():
                yield Finding("appeal_decided_by_involved", act.on, card.site, card.stream)
            before = [appeal for appeal in card.appeals
                      if (appeal.at, appeal.position) < (act.at, act.position)]
            shown = before and before[-1].body["evidence"]
            rules = world.indicator_rules.on(act.on) or {}
            if act.body["outcome"] == "withdrawn" and not shown and rules.get("withdrawals"):
                yield Finding("card_withdrawn_without_evidence", act.on, card.site, card.stream)


def closings(world):
    """What was closed as if something had happened that did not."""
    shows = {"answered": "ComplaintReplied", "transferred": "ComplaintTransferred",
             "not_accepted": "ComplaintNotAccepted"}
    for one in world.complaints:
        for at, act in enumerate(one.acts):
            wanted = shows.get(act.body["closure"]) if act.name == "ComplaintClosed" else None
            if wanted and not any(before.name == wanted for before in one.acts[:at]):
                yield Finding("complaint_closed_without_answer", act.on, one.site, one.stream)
    for card in world.cards:
        closed, taken = card.closing, card.withdrawal
        if closed and closed.body["closure"] == "withdrawn" \
                and not (taken and taken.at <= closed.at):
            yield Finding("card_withdrawn_without_decision", closed.on, card.site, card.stream)


def of_complaints(world):
    """The findings of complaints and reviews."""
    for one in world.reviews:
        put = one.rectified
        if one.bad and put:
            if not one.verified or one.verified.at > put.at:
                yield Finding("bad_review_not_verified", put.on, one.site, one.stream)
            if not put.body.get("told_reviewer_at"):
                yield Finding("bad_review_not_fed_back", put.on, one.site, one.stream)
    for one in world.complaints:
        rules = world.complaint_rules.on(one.on)
        for act in one.acts:
            if act.name == "ComplaintNotAccepted" and not act.body.get("reasons"):
                yield Finding("complaint_not_accepted_without_reasons", act.on, one.site,
                              one.stream)
        if rules and one.receipt.body["route"] == "e_supervision":
            yield from routed(one, rules["routing"])


def routed(one, routing):
    """投訴分工: given to an organ whose business it is not, or refused by one."""
    whose = {row["category"]: row["organ"] for row in routing["rows"]}.get(one.category)
    known = {name["unit"]: name["organ"] for name in routing["names"]}
    if whose is None:
        return
    # Where it was given to nobody it is with the service centre that received it.
    organ = "service_centre"
    for act in one.acts:
        if act.name in ("ComplaintRouted", "ComplaintTransferred"):
            organ = act.body.get("organ") or known.get(act.body["to"])
            if organ not in (None, whose):
                yield Finding("complaint_misrouted", act.on, one.site, one.stream)
        elif act.name == "ComplaintNotAccepted":
            if act.body.get("redirected_to") or organ not in (None, whose):
                yield Finding("complaint_not_transferred", act.on, one.site, one.stream)
