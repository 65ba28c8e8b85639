"""數字: how lines become a number, by docs/bulletins.md."""


class Line:
    """One thing that a query counts."""

    __slots__ = ("site", "part", "amount", "object")

    def __init__(self, site, part=None, amount=None, of=None):
        self.site, self.part, self.amount, self.object = site, part, amount, of

    def __repr__(self):
        return f"{self.object} {self.part} {self.amount} at {self.site}"


def half_away(over, under):
    """A quotient rounded half away from zero."""
    sign = -1 if (over < 0) != (under < 0) else 1
    over, under = abs(over), abs(under)
    return sign * ((2 * over + under) // (2 * under))


def measured(measure, lines, parts):
    """The number and of how many lines it was made."""
    told = [line for line in lines if not parts or line.part in parts]
    if measure == "count":
        return len(told), len(told)
    if measure == "sum":
        return sum(line.amount or 0 for line in told), len(told)
    if measure == "mean":
        if not told:
            return None, 0
        return half_away(sum(line.amount or 0 for line in told), len(told)), len(told)
    if measure == "share":
        if not lines:
            return None, 0
        return half_away(10_000 * len(told), len(lines)), len(told)
    raise ValueError(f"no such measure: {measure}")
