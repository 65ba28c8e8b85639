"""賬號: what accounts and credentials show (D17), by docs/judgement.md. What is about a person or a
credential is of no site."""

from collections import defaultdict
from datetime import timedelta

PRESENT = ("window", "offline")


class Seen:
    """Where an account acted in a case, and when."""

    __slots__ = ("at", "on", "position", "site", "window", "device", "decides")

    def __init__(self, act):
        self.at, self.on, self.position = act.at, act.on, act.position
        self.site, self.window, self.device = act.site, act.window, act.device
        self.decides = act.name == "DecisionMade"


class Accounts:
    """Each line: the day from which it shows, its site, what it is about."""

    def __init__(self, world, rules):
        self.world, self.rules, self.found = world, rules, []
        months = defaultdict(list)
        for case in world.courses:
            for act in case.acts:
                if act.entry in PRESENT and act.actor_kind == "staff":
                    months[act.actor, act.on.replace(day=1)].append(Seen(act))
        grants = defaultdict(list)
        for act in sorted(world.chronicle.of("staff.CredentialGranted", "staff.CredentialRevoked"),
                          key=lambda act: (act.at, act.position)):
            grants[act.stream.split("/", 1)[1]].append(act)
        for (staff, _), seen in months.items():
            seen.sort(key=lambda one: (one.at, one.position))
            self.elsewhere(staff, seen)
            self.uncovered(staff, seen, grants[staff])
        self.shared(grants)
        self.unauthorised()

    def row(self, day):
        return (self.rules.on(day) or {}).get("identity")

    def elsewhere(self, staff, seen):
        """At two sites, windows or devices within minutes; a month once."""
        last = {"site": None, "window": None, "device": None}
        for now in seen:
            row = self.row(now.on)
            apart = timedelta(minutes=row["apart_under_minutes"]) if row else timedelta(0)
            for what, before in last.items():
                here = getattr(now, what)
                if before and here and getattr(before, what) != here and now.at - before.at < apart:
                    self.found.append((now.on, None, staff))
                    return
            for what in last:
                if getattr(now, what):
                    last[what] = now

    def uncovered(self, staff, seen, grants):
        """Decided without a credential that covers it; who never had one is not compared."""
        if not any(act.name == "CredentialGranted" for act in grants):
            return
        for one in seen:
            if one.decides and self.row(one.on) and not self.covered(one, grants):
                self.found.append((one.on, None, staff))
                return

    def covered(self, one, grants):
        held = {}
        for act in grants:
            if act.on > one.on:
                continue
            body, covers = act.body, False
            if act.name == "CredentialGranted":
                sites = body.get("sites") or []
                covers = (not body.get("until_on") or one.on.isoformat() <= body["until_on"]) \
                    and (not sites or any(self.world.city.below(one.site, site) for site in sites)) \
                    and body.get("authority") in (None, "decide")
            held[body["credential"]] = covers
        return any(held.values())

    def shared(self, grants):
        """Granted to a second person while the first holds it; each grant once."""
        held = defaultdict(dict)
        acts = sorted((act for told in grants.values() for act in told),
                      key=lambda act: (act.at, act.position))
        for act in acts:
            holders = held[act.body["credential"]]
            if act.name == "CredentialRevoked":
                holders.pop(act.stream, None)
                continue
            for stream, until in list(holders.items()):
                if until and until < act.on.isoformat():
                    del holders[stream]
            if any(stream != act.stream for stream in holders) and self.row(act.on):
                self.found.append((act.on, None, act.body["credential"]))
            holders[act.stream] = act.body.get("until_on")

    def unauthorised(self):
        """Decided at a site whose authority for the item does not reach so far; a month once."""
        authorised, without = defaultdict(list), defaultdict(list)
        for act in self.world.chronicle.of("item.ItemAuthorised"):
            authorised[act.stream.split("/", 1)[1], act.body["site"]].append(act)
        for case in self.world.courses:
            first = {}
            for act in case.all("DecisionMade"):
                first.setdefault((act.site, act.on.replace(day=1)), act)
            for (site, month), act in first.items():
                held = authorised.get((case.item, site))
                if held and self.after(month) and not any(
                        grant.body["authority"] == "decide" and grant.on <= act.on
                        and (not grant.body.get("until_on")
                             or act.on.isoformat() <= grant.body["until_on"]) for grant in held):
                    without[site, case.item, month].append(act.on)
        for (site, item, _), days in without.items():
            self.found.append((min(days), site, item))

    def after(self, month):
        """The rule in force when the month is over."""
        return self.row((month + timedelta(days=32)).replace(day=1))
