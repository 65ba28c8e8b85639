"""各章: what each query of a bulletin counts, from the acts, by docs/bulletins.md."""

from datetime import timedelta

from figures import Line

ONE = timedelta(days=1)
STEPS = (("planned", "planned"), ("built", "established"), ("accepted", "accepted"),
         ("operating", "operating"))


class Sections:
    """The lines of every query, for any period."""

    def __init__(self, world, content):
        self.world, self.content, self.known = world, content, {}

    def lines(self, query, days):
        """The lines of a query over a period; none where there is no such query."""
        key = query, days
        if key not in self.known:
            count = getattr(self, query, None)
            self.known[key] = None if count is None else list(count(*days))
        return self.known[key]

    # -- basics -----------------------------------------------------------------------------

    def cases_received(self, since, until):
        for case in self.world.courses:
            if case.came_on and since <= case.came_on <= until:
                yield Line(case.site, None, None, case.stream)

    def cases_accepted(self, since, until):
        for case in self.world.courses:
            on, how = case.accepted_on()
            if on and since <= on <= until:
                yield Line(case.site, how, None, case.stream)

    def cases_finished(self, since, until):
        for case in self.world.courses:
            if case.over_on and since <= case.over_on <= until:
                yield Line(case.site, None, None, case.stream)

    def cases_carried_over(self, since, until):
        return self.cases_open(since, since - ONE)

    def cases_open(self, since, until):
        for case in self.world.courses:
            came = case.came_on
            if came and came <= until and not (case.over_on and case.over_on <= until):
                yield Line(case.site, None, None, case.stream)

    def sites_network(self, since, until):
        city = self.world.city
        for site, days in city.days.items():
            for step, word in STEPS:
                on = days.get(step)
                if step == "planned" and on is None:
                    on = days.get("built")
                if on and on <= until:
                    yield Line(site, f"{city.level.get(site)}/{word}", None, site)

    # -- deadlines --------------------------------------------------------------------------

    def limits(self, name, since, until):
        """Clocks that were redeemed in the period, with the working days they were late."""
        for case in self.world.courses:
            clock = case.clock(name)
            if not clock or not clock.met_by or not since <= clock.ended_on <= until:
                continue
            if clock.ended_on < clock.started_on:
                continue
            late = self.world.workdays.between(clock.due_on, clock.ended_on)
            part = "early" if clock.ended_on < clock.due_on else \
                "on_time" if clock.ended_on == clock.due_on else "overdue"
            yield Line(case.site, part, 100 * late, case.stream)

    def promised_limits(self, since, until):
        return self.limits("promised", since, until)

    def statutory_limits(self, since, until):
        return self.limits("statutory", since, until)

    def receipt_limits(self, since, until):
        return self.limits("receipt", since, until)

    def handling_days(self, since, until):
        for case in self.world.courses:
            clock = case.clock("promised")
            if clock and clock.met_by and since <= clock.ended_on <= until:
                used = case.used(clock)
                yield Line(case.site, None, 100 * used, case.stream)

    def limits_overdue_open(self, since, until):
        for case in self.world.courses:
            if case.over_on and case.over_on <= until:
                continue
            for clock in case.clocks:
                if clock.name in ("promised", "statutory", "receipt") \
                        and clock.overdue_by(until) \
                        and not (clock.ended_on and clock.ended_on <= until):
                    yield Line(case.site, clock.name, None, case.stream)

    def pauses(self, since, until):
        for case in self.world.courses:
            for pause in case.paused():
                if since <= pause.on <= until:
                    yield Line(case.site, pause.procedure, 100 * pause.left_out, case.stream)

    def extensions(self, since, until):
        for case in self.world.courses:
            for act, counts in case.extended():
                if since <= act.on <= until:
                    yield Line(case.site, "counts" if counts else "void",
                               100 * act.body["working_days"], case.stream)

    # -- cards ------------------------------------------------------------------------------

    def cards_issued(self, since, until):
        for card in self.world.cards:
            if since <= card.fell_on <= until:
                yield Line(card.site, card.level, None, card.stream)
        for case in self.world.courses:
            for act in case.all("ReminderSent"):
                if since <= act.on <= until:
                    yield Line(case.site, "reminder", None, case.stream)

    def cards_by_rule(self, since, until):
        for card in self.world.cards:
            if since <= card.fell_on <= until:
                yield Line(card.site, card.rule, None, card.stream)

    def card_answers(self, since, until):
        for card in self.world.cards:
            if card.due_on is None or not since <= card.due_on <= until:
                continue
            answered = card.answer.on if card.answer else None
            freed = card.released_on()
            if answered is None and freed and freed <= card.due_on:
                continue
            # An answer after the period is none yet.
            answered = None if answered and answered > until else answered
            part = "unanswered" if answered is None else \
                "in_time" if answered <= card.due_on else "late"
            yield Line(card.site, part, None, card.stream)

    def cards_appealed(self, since, until):
        for card in self.world.cards:
            for act in card.appeals:
                if since <= act.on <= until:
                    yield Line(card.site, act.body["ground"], None, card.stream)

    def cards_withdrawn(self, since, until):
        for card in self.world.cards:
            if card.withdrawal and since <= card.withdrawal.on <= until:
                ground = card.appeals[0].body["ground"] if card.appeals else "none"
                yield Line(card.site, ground, None, card.stream)

    # -- flags ------------------------------------------------------------------------------

    def flags_standing(self, since, until):
        for span in self.world.flags.spans:
            if span.state in ("suspected", "confirmed") and span.from_on <= until \
                    and (span.to_on is None or until <= span.to_on):
                yield Line(span.site, f"{span.flag}/{span.state}", None, span.act.stream)

    def flags_changed(self, since, until):
        for span in self.world.flags.spans:
            if span.state in ("suspected", "confirmed", "cleared") \
                    and since <= span.from_on <= until:
                yield Line(span.site, f"{span.flag}/{span.state}", None, span.act.stream)

    def inspections_held(self, since, until):
        for visit in self.world.flags.visits:
            if visit.end and since <= visit.end.on <= until:
                yield Line(visit.site, None, visit.score(), visit.stream)

    def slips_issued(self, since, until):
        for act in self.world.flags.slips:
            if since <= act.on <= until:
                yield Line(act.body.get("site") or act.body["unit"], act.body["colour"], None,
                           act.stream)

    def orders_issued(self, since, until):
        for order in self.world.flags.orders:
            if since <= order.act.on <= until:
                yield Line(order.site, order.flag, None, order.code)

    def orders_rectified(self, since, until):
        for order in self.world.flags.orders:
            if order.rectified and since <= order.rectified.on <= until:
                yield Line(order.site, order.flag, None, order.code)

    def orders_standing(self, since, until):
        for order in self.world.flags.orders:
            if order.act.on > until or order.rectified and order.rectified.on <= until:
                continue
            part = "overdue" if order.due_on < until else "not_due"
            yield Line(order.site, part, None, order.code)

    # -- complaints -------------------------------------------------------------------------

    def complaints_received(self, since, until):
        for one in self.world.complaints:
            if since <= one.on <= until:
                yield Line(one.site, one.category, None, one.stream)

    def complaint_answers(self, since, until):
        for one in self.world.complaints:
            if since <= one.due_on <= until:
                # An answer after the period is none yet.
                on = one.answer.on if one.answer and one.answer.on <= until else None
                part = "unanswered" if on is None else "in_time" if on <= one.due_on else "late"
                yield Line(one.site, part, None, one.stream)

    def complaint_findings(self, since, until):
        for one in self.world.complaints:
            if one.decided and since <= one.decided.on <= until:
                yield Line(one.site, one.decided.body["finding"], None, one.stream)

    def reviews(self, since, until):
        for one in self.world.reviews:
            if since <= one.on <= until:
                yield Line(one.site, one.rating, None, one.stream)

    def bad_reviews(self, since, until):
        for one in self.world.reviews:
            if one.bad and since <= one.on <= until:
                done = [word for word, act in (("rectified", one.rectified),
                                               ("verified", one.verified))
                        if act and act.on <= until]
                yield Line(one.site, (done + ["open"])[0], None, one.stream)

    # -- fees, quality, scores --------------------------------------------------------------

    def fees(self, since, until):
        words = {"FeeAssessed": "assessed", "FeePaid": "paid", "FeeWaived": "waived",
                 "FeeRefunded": "refunded"}
        for case in self.world.courses:
            for act in case.all(*words):
                if since <= act.on <= until:
                    yield Line(case.site, words[act.name], act.body["amount_fen"], case.stream)

    def irregularities_found(self, since, until):
        for finding in self.world.findings():
            if since <= finding.on <= until:
                yield Line(finding.site, finding.kind, None, finding.object)

    def indicators_found(self, since, until):
        for on, line in self.world.many():
            if since <= on <= until:
                yield line

    def unit_scores(self, since, until):
        scores = self.world.scores
        if scores.of_whole(since, until):
            for site, total in scores.together(since, until):
                yield Line(site, None, total, since)
            return
        for site, first, total, _ in scores.months_ended(since, until):
            yield Line(site, None, total, first)

    def data_quality(self, since, until):
        for site, first, _, quality in self.world.scores.months_ended(since, until):
            if quality is not None:
                yield Line(site, None, quality, first)

    # -- late arrivals ----------------------------------------------------------------------

    def late_arrivals(self, since, until):
        """Acts of a period that came in after what its issued bulletin had read."""
        read = self.read_until(since, until)
        if read is None:
            return
        for act in self.world.chronicle.acts:
            kind = act.stream.split("/", 1)[0]
            if act.position > read and not act.annulled and since <= act.on <= until \
                    and kind not in ("bulletin", "policy"):
                yield Line(act.site, act.event, None, act.stream)

    def read_until(self, since, until):
        """The position up to which the issued bulletin of a period had read; none without one."""
        days = {"from_on": since.isoformat(), "until_on": until.isoformat()}
        scope, read = self.content["basis"]["scope"], []
        for _, acts in self.world.chronicle.kind("bulletin"):
            drafts = [act.body["basis"] for act in acts if act.name == "BulletinDrafted"]
            if any(act.name == "BulletinIssued" for act in acts) and drafts \
                    and drafts[-1]["period"] == days and drafts[-1]["scope"] == scope:
                read.append(int(drafts[-1]["until_position"]))
        return min(read, default=None)
