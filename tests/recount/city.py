"""四級網絡: which site lies below which, by the official codes and the register."""

LEVELS = ("municipal", "county", "township", "village")


def official(code):
    """Whether a code is one of the twelve digits of the administrative divisions."""
    return isinstance(code, str) and len(code) == 12 and code.isdigit()


def stem(code):
    """The digits of a code that its level uses."""
    for width in (4, 6, 9):
        if set(code[width:]) == {"0"}:
            return code[:width]
    return code


def level(code):
    """The level that a code is of."""
    return LEVELS[(4, 6, 9, 12).index(len(stem(code)))]


class City:
    """The register of sites: names, levels, and what lies below what."""

    def __init__(self, chronicle):
        self.name, self.level, self.parent, self.days = {}, {}, {}, {}
        for act in chronicle.of("site.SitePlanned", "site.SiteEstablished", "site.SiteAccepted"):
            site = act.body.get("site") or act.stream.split("/", 1)[1]
            if "name" in act.body:
                self.name[site], self.level[site] = act.body["name"], act.body["level"]
                self.parent[site] = act.body.get("parent")
            step = {"SitePlanned": "planned", "SiteEstablished": "built",
                    "SiteAccepted": "accepted"}[act.name]
            days = self.days.setdefault(site, {})
            days[step] = min(act.on, days.get(step, act.on))
        for act in chronicle.acts:
            if act.annulled or not (act.event == "site.DoorsOpened"
                                    or act.stream.startswith("case/")):
                continue
            days = self.days.get(act.site)
            if days is not None:
                days["operating"] = min(act.on, days.get("operating", act.on))

    def below(self, site, top):
        """Whether a site is the top one or lies below it."""
        if site == top:
            return True
        if official(site) and official(top):
            return site.startswith(stem(top))
        seen = set()
        while site and site not in seen and not official(site):
            seen.add(site)
            site = self.parent.get(site)
            if site == top:
                return True
        return bool(site) and official(site) and official(top) and site.startswith(stem(top))
