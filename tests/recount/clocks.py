"""時限: the clocks of one case, by docs/judgement.md and the Administrative Licensing Law."""

from datetime import time, timedelta

from chronicle import SHANGHAI

ONE = timedelta(days=1)
HEADS = ("head_of_organ", "head_of_government")
ENDS = ("ApplicationWithdrawn", "CaseReturned", "CaseVoided", "CaseClosed")


class Clock:
    """One clock: when it began, when it was due, and the act that ended it."""

    __slots__ = ("name", "started_on", "arises_on", "limit", "due_on", "end", "met_by", "paused")

    def __init__(self, name, started_on, limit, due_on, arises_on=None):
        self.name, self.started_on, self.limit, self.due_on = name, started_on, limit, due_on
        self.arises_on = arises_on or started_on
        self.end, self.met_by, self.paused = None, False, None

    @property
    def ended_on(self):
        return self.end.on if self.end else None

    def overdue_by(self, day):
        """Whether it was past its due day at the end of a day."""
        if self.paused and self.paused <= day:
            return False
        ended = self.ended_on
        ended = day if ended is None or ended > day else ended
        return day >= self.arises_on and ended > self.due_on


class Pause:
    """特別程序: one excluded procedure."""

    __slots__ = ("on", "procedure", "left_out")

    def __init__(self, on, procedure, left_out):
        self.on, self.procedure, self.left_out = on, procedure, left_out


class Course:
    """辦理過程: what happened to one case, and its clocks."""

    def __init__(self, stream, acts, workdays, rules):
        self.stream, self.acts, self.workdays, self.rules = stream, acts, workdays, rules
        self.receipt = self.first("ApplicationReceived")
        self.acceptance = self.first("ApplicationAccepted")
        self.opening = self.receipt or self.acceptance or acts[0]
        self.site = self.opening.site
        self.item = (self.opening.body or {}).get("item")
        self.clocks, self.pauses, self.extensions = [], [], []
        self.deemed_on, self.counted, self.voids = None, set(), {}
        self.by_id = {act.id: act for act in acts}
        self.handling = self.handled()
        self.count()

    def first(self, *names, since=None):
        """The first act of these names, on or after a day."""
        for act in self.acts:
            if act.name in names and (since is None or act.on >= since):
                return act
        return None

    def all(self, *names):
        return [act for act in self.acts if act.name in names]

    def handled(self):
        for act in (self.acceptance, self.receipt):
            if act is not None:
                return act.body["handling"]
        return None

    def clock(self, name):
        for clock in self.clocks:
            if clock.name == name:
                return clock
        return None

    # -- what others ask ----------------------------------------------------------------------

    def promised(self):
        """The promise of the acceptance, in working days."""
        return self.acceptance.body["limits"].get("promised_working_days") \
            if self.acceptance else None

    def accepted_on(self):
        """The day of acceptance, and whether by the window or by silence."""
        if self.deemed_on:
            return self.deemed_on, "deemed"
        return (self.acceptance.on, "window") if self.acceptance else (None, None)

    def used(self, clock):
        """Working days from the start of a clock to its end, without what was left out."""
        without = self.left_out(clock)
        return sum(1 for day in days(clock.started_on, clock.ended_on)
                   if self.workdays.works(day) and day not in without)

    def left_out(self, clock):
        """The days that lawful procedures leave out of a clock."""
        without = set()
        for act in self.all("ExcludedProcedureStarted"):
            ended = self.pause_end(act, clock)
            if lawful(act) and act.on < clock.due_on and ended:
                without |= days(act.on, ended)
        return without

    def paused(self):
        """Every procedure begun, with the working days that it leaves out by itself."""
        for act in self.all("ExcludedProcedureStarted"):
            clock = self.clock("promised") or self.clock("statutory")
            ended = self.pause_end(act, clock) if clock else None
            left = self.workdays.between(act.on, ended) if ended and lawful(act) else 0
            yield Pause(act.on, act.body["procedure"], left)

    def extended(self):
        """Every extension approved, and whether it lengthens a clock."""
        for act in self.all("ExtensionApproved"):
            yield act, act.id in self.counted

    @property
    def over_on(self):
        act = self.over()
        return act.on if act else None

    @property
    def came_on(self):
        return self.opening.on if self.receipt or self.acceptance else None

    @property
    def imported(self):
        return all(act.entry == "import" for act in self.acts)

    @property
    def complete(self):
        decided = self.first("DecisionMade")
        closed = any(act.body["closure"] == "normal" for act in self.all("CaseClosed"))
        if decided and not self.acceptance and not self.deemed_on and self.handling != "direct":
            return False
        if closed and not decided and self.handling != "report_up":
            return False
        return bool(self.receipt)

    @property
    def corrected(self):
        # One that changes nothing tells that what was entered was not right.
        return any(act.name == "ActCorrected" for act in self.acts)

    @property
    def early(self):
        clock = self.clock("promised")
        return bool(clock and clock.met_by and clock.limit and clock.ended_on < clock.due_on)

    @property
    def cut(self):
        """By how many per cent the promise is less than the statute."""
        promised, statute = self.clock("promised"), self.clock("statutory")
        if not promised or not statute or not statute.limit:
            return None
        return 100 * (statute.limit - promised.limit) // statute.limit

    def timely(self, under):
        """Whether nothing was entered late, nor acceptance and end in one sitting."""
        if any(act.entry not in ("import", "engine")
               and self.workdays.between(act.on, act.recorded_on) for act in self.acts):
            return False
        end = self.done()
        return not (self.acceptance and end and self.handling != "direct"
                    and abs(end.recorded_at - self.acceptance.recorded_at) < under)

    # -- how the case went ------------------------------------------------------------------

    def over(self):
        """The act with which the matter ended: a decision, or another end; of what was given back
        and accepted after all, the next one."""
        since = self.acceptance.at if self.acceptance else None
        ends = self.all("DecisionMade", "ApplicationNotAccepted", *ENDS)
        later = [act for act in ends if since is None or act.at >= since]
        return next(iter(later), None)

    def done(self):
        """The act with which the window was done with the case: what ended the clock that
        governed it, else the decision, the refusal, the return or the closing. What the
        applicant withdrew, or what was void, nobody has done."""
        for name in ("promised", "statutory", "lower_review"):
            clock = self.clock(name)
            if clock and clock.met_by:
                return clock.end
        act = self.first("DecisionMade", "ApplicationNotAccepted", *ENDS)
        if act is None or act.name in ("ApplicationWithdrawn", "CaseVoided"):
            return None
        return None if act.body.get("closure") in ("withdrawn", "void") else act

    def count(self):
        """All clocks of the case."""
        receipt = self.receipt_clock()
        start, arises, stays = self.decision_start(receipt)
        if start is not None:
            self.decision_clocks(start, arises)
        self.delivery_clock()

    def receipt_clock(self):
        if self.receipt is None:
            return None
        on = self.receipt.on
        rules = self.rules.on(on)
        if rules is None:
            return None
        limit = rules["receipt_working_days"]
        clock = Clock("receipt", on, limit, self.workdays.after(on, limit))
        answers = ("ApplicationAccepted", "ApplicationNotAccepted", "OneOffNoticeGiven")
        for act in self.acts:
            if act.name in answers:
                clock.end, clock.met_by = act, True
                break
            if act.name in ENDS or act.name == "DecisionMade":
                clock.end = act
                break
        self.clocks.append(clock)
        return clock

    def decision_start(self, receipt):
        """From when the decision clocks run, from when that is known, and what stays of it."""
        if receipt is None:
            on = self.acceptance.on if self.acceptance else None
            return on, on, None
        answered = receipt.end is not None and receipt.end.on <= receipt.due_on
        if not answered:
            self.deemed_on = receipt.started_on
            return receipt.started_on, receipt.due_on + ONE, None
        name = receipt.end.name
        if name == "ApplicationAccepted":
            return receipt.end.on, receipt.end.on, None
        if name == "OneOffNoticeGiven":
            days = [act.on for act in self.acts if act.position and (
                act.name == "ApplicationAccepted"
                or act.name == "SupplementReceived" and act.body["complete"])]
            on = min(days) if days else None
            return on, on, None
        on = self.acceptance.on if self.acceptance else None
        return on, on, None

    def decision_clocks(self, start, arises):
        rules = self.rules.on(start)
        if rules is None:
            return
        limits = self.acceptance.body["limits"] if self.acceptance else {}
        promised = limits.get("promised_working_days")
        statutory = limits.get("statutory_working_days")
        lower = self.handling == "report_up"
        if self.handling == "direct":
            self.direct(promised)
        elif promised is not None:
            self.decision("promised", start, arises, promised, rules)
        if lower:
            self.decision("lower_review", start, arises, rules["lower_review_working_days"], rules)
        else:
            general = "joint_working_days" if self.handling == "parallel" \
                else "statutory_working_days"
            limit = rules[general] if statutory is None else statutory
            self.decision("statutory", start, arises, limit, rules)

    def direct(self, promised):
        """直接辦理: due at the close of the day of receipt."""
        opening = self.receipt or self.acceptance
        rules = self.rules.on(opening.on)
        notice = self.first("OneOffNoticeGiven")
        start = opening
        due = self.same_day(opening, rules)
        if notice is not None and notice.on <= due:
            done = [act for act in self.acts
                    if act.name == "SupplementReceived" and act.body["complete"]]
            if not done:
                return
            start = done[0]
            due = self.same_day(start, rules)
        clock = Clock("promised", start.on, 0, due)
        self.finish(clock)
        self.clocks.append(clock)

    def same_day(self, act, rules):
        close = time.fromisoformat(rules["close_of_business"])
        if self.workdays.works(act.on) and act.at.astimezone(SHANGHAI).time() < close:
            return act.on
        return self.workdays.after(act.on, 1)

    def decision(self, name, start, arises, limit, rules):
        clock = Clock(name, start, limit, None, arises)
        self.finish(clock)
        self.due(clock, rules)
        self.clocks.append(clock)

    def finish(self, clock):
        """What ended a decision clock: the decision, the forwarding, or the case's end."""
        for act in self.acts:
            if act.on < clock.started_on:
                continue
            if act.name in ("DecisionMade", "ApplicationNotAccepted"):
                clock.end, clock.met_by = act, True
                return
            if act.name == "CaseForwardedUp" and self.handling == "report_up":
                clock.end, clock.met_by = act, True
                return
            if act.name in ENDS:
                clock.end = act
                return

    # -- pauses and extensions --------------------------------------------------------------

    def due(self, clock, rules):
        """The due day, with lawful pauses and extensions in the order in which they came."""
        without, limit, extended = set(), clock.limit, False
        clock.due_on = self.workdays.after(clock.started_on, limit)
        open_since = None
        for act in self.acts:
            if act.name == "ExcludedProcedureStarted" and act.on < clock.due_on:
                ended = self.pause_end(act, clock)
                if not lawful(act):
                    continue
                if ended is None:
                    open_since = act.on if open_since is None else min(open_since, act.on)
                    continue
                until = ended
                if rules["pause_excess"] == "count":
                    until = min(until, self.workdays.after(
                        act.on, act.body["declared_working_days"]))
                without |= days(act.on, until)
                clock.due_on = self.workdays.after(clock.started_on, limit, without)
            elif act.name == "ExtensionApproved":
                if not self.extends(act, clock, rules, extended):
                    continue
                extended = True
                self.counted.add(act.id)
                limit += act.body["working_days"]
                clock.due_on = self.workdays.after(clock.started_on, limit, without)
        clock.paused = open_since

    def pause_end(self, start, clock):
        """The day on which a procedure ended, at the latest with the clock; none while open."""
        for act in self.acts:
            if act.at < start.at or act is start:
                continue
            if act.name == "ExcludedProcedureEnded" \
                    and act.body["procedure"] == start.body["procedure"]:
                return act.on
            if act is clock.end:
                return act.on
        return None

    def extends(self, act, clock, rules, extended):
        """Whether an extension lengthens a clock; where it is void, why."""
        of = act.body.get("of") or "statutory"
        if of != clock.name:
            return False
        parallel = self.handling == "parallel"
        most = rules["joint_extension_working_days" if parallel else "extension_working_days"]
        why = None
        if act.on > clock.due_on:
            why = "extension_approved_too_late"
        elif act.body["approver_role"] not in (HEADS[1:] if parallel else HEADS):
            why = "extension_by_wrong_approver"
        elif of == "statutory" and act.body["working_days"] > most:
            why = "extension_too_long"
        elif extended:
            why = "extension_repeated"
        if why:
            self.voids[act.id] = why
        return not why

    def delivery_clock(self):
        granted = [act for act in self.all("DecisionMade") if act.body["outcome"] == "granted"]
        if not granted:
            return
        on = granted[0].on
        rules = self.rules.on(on)
        if rules is None:
            return
        limit = rules["delivery_working_days"]
        clock = Clock("delivery", on, limit, self.workdays.after(on, limit))
        clock.end = self.first("ResultDelivered", "CollectionNoticeGiven")
        clock.met_by = clock.end is not None
        self.clocks.append(clock)


def lawful(act):
    """Art. 45: the applicant was told in writing how long it takes."""
    return act.body["notified_in_writing"] and act.body.get("declared_working_days") is not None


def days(after, until):
    """The days after one day and not after the other."""
    found, at = set(), after
    while at < until:
        at += ONE
        found.add(at)
    return found
