"""投訴與評價: complaints, their answers and findings; reviews."""

from datetime import timedelta

from cards import site_of


class Complaint:
    """One complaint: by when it was to be answered, and when it was."""

    def __init__(self, stream, acts, workdays, rules, own):
        self.stream, self.acts = stream, acts
        self.receipt = next((act for act in acts if act.name == "ComplaintReceived"), None)
        if self.receipt is None:
            return
        body = self.receipt.body
        self.on, self.category = self.receipt.on, body["category"]
        self.petition = body["route"] == "petition"
        self.site = site_of(body["about"], self.receipt)
        self.decided = next((act for act in acts if act.name == "ComplaintDecided"), None)
        limits = rules.on(self.on)
        if self.petition:
            days = limits["petition_answer_calendar_days"] + self.extended(own)
            self.due_on = workdays.on_or_after(self.on + timedelta(days=days))
        else:
            self.due_on = workdays.after(self.on, limits["complaint_answer_working_days"])
        answers = ("ComplaintReplied", "ComplaintNotAccepted", "ComplaintTransferred")
        self.answer = next((act for act in acts if act.name in answers
                            and (act.name != "ComplaintNotAccepted" or act.body.get("reasons"))),
                           None)
        self.closing = next((act for act in acts if act.name == "ComplaintClosed"), None)

    def extended(self, own):
        """Days by which the head of the organ lawfully lengthened a petition, once."""
        most = (own.on(self.on) or {}).get("petition_extension_calendar_days", 30)
        for act in self.acts:
            if act.name == "ComplaintExtensionApproved" \
                    and act.body["approver_role"] in ("head_of_organ", "head_of_government") \
                    and act.body["calendar_days"] <= most:
                return act.body["calendar_days"]
        return 0


class Review:
    """好差評: one review and what was done about it."""

    def __init__(self, stream, acts, workdays, own):
        self.stream, self.acts = stream, acts
        self.given = next((act for act in acts if act.name == "ReviewSubmitted"), None)
        if self.given is None:
            return
        self.on, self.rating = self.given.on, self.given.body["rating"]
        self.site = site_of(self.given.body["about"], self.given)
        told = own.on(self.on)
        self.bad = bool(told) and self.rating in told["bad_ratings"]
        self.due_on = workdays.after(self.on, told["bad_review_working_days"]) if told else None
        self.verified = next((act for act in acts if act.name == "BadReviewVerified"), None)
        self.rectified = next((act for act in acts if act.name == "BadReviewRectified"), None)


def all_complaints(chronicle, workdays, rules, own):
    """Complaints and reviews of a chronicle."""
    complaints, reviews = [], []
    for stream, acts in chronicle.kind("complaint"):
        complaint = Complaint(stream, acts, workdays, rules, own)
        if complaint.receipt is not None:
            complaints.append(complaint)
        review = Review(stream, acts, workdays, own)
        if review.given is not None:
            reviews.append(review)
    return complaints, reviews
