"""The input of a count: rules, options, ballots, what breaks ties (docs/counting.md, sections 1-2)."""

from .caps import Caps
from .shape import INPUT, SELECTIONS, InputError, check

FORM_OF_METHOD = {
    "plurality": "chosen", "approval": "chosen",
    "sequential-phragmen": "chosen", "proportional-approval": "chosen",
    "cumulative": "scores", "score": "scores", "star": "scores", "majority-judgment": "scores",
    "borda": "ranking", "schulze": "ranking", "debian-a5": "ranking", "copeland": "ranking",
    "minimax": "ranking", "ranked-pairs": "ranking", "condorcet-irv": "ranking",
    "instant-runoff": "ranking", "scottish-stv": "ranking", "wigm": "ranking", "ers97": "ranking",
    "minneapolis": "ranking", "meek": "ranking",
    "motion": "choice",
}

FILLS_ONE_SEAT = {"instant-runoff", "condorcet-irv"}

IN_STAGES = {"instant-runoff", "scottish-stv", "wigm", "ers97", "minneapolis", "meek"}

MOST_OPTIONS_LISTED = 40  # with more, the longest lists of a record are left empty


class Ballot:
    """One distinct selection with how many ballots carry it and their weights together."""

    def __init__(self, record):
        self.selection = record["selection"]
        self.heads = record["heads"]
        self.weight = record["weight"]

    def votes(self, by):
        """How many votes this selection has under the rule's basis."""
        return self.heads if by == "heads" else self.weight

    def options(self):
        """Every option the selection names, in the order in which it names them."""
        if "chosen" in self.selection:
            return list(self.selection["chosen"])
        if "ranking" in self.selection:
            return [option for group in self.selection["ranking"] for option in group]
        if "scores" in self.selection:
            return [option for option, _score in self.selection["scores"]]
        return []


class Contest:
    """Everything a method needs to count."""

    def __init__(self, data):
        check(data, INPUT, "input")
        self.rules = data["rules"]
        self.method = self.rules["method"]
        self.kind = self.method["kind"]
        self.by = self.method.get("by")
        self.seats = self.rules["seats"]
        self.options_record = data["options"]
        self.options = self.options_record["options"]
        self.withdrawn = set(self.options_record.get("withdrawn", []))
        self.standing = [o for o in range(len(self.options)) if o not in self.withdrawn]
        self.electorate = data.get("electorate")
        self.seed = data.get("seed")
        self.casting = data.get("casting")
        self.ballots = [Ballot(record) for record in data["ballots"]]
        self._strict = None  # see strict_rankings
        if (self.kind == "motion") != (self.seats == 0):
            raise InputError("a motion has no seats, any other method at least one")
        if self.kind in FILLS_ONE_SEAT and self.seats != 1:
            raise InputError(f"{self.kind} fills one seat")
        self.check_options()
        for ballot in self.ballots:
            self.check(ballot)
        self.caps = Caps(self.rules["affiliation_cap"], self.options,
                         self.options_record.get("sitting", {}))

    def check_options(self):
        """Refuse numbers of options that do not exist, and an order that is not one of all options."""
        every = set(range(len(self.options)))
        named = self.withdrawn | set(self.method.get("exclude_first", []))
        named |= {entry["option"] for entry in self.method.get("majorities", [])}
        named |= {self.method["default_option"]} if "default_option" in self.method else set()
        if not named <= every:
            raise InputError("the rules or withdrawals name an option that does not exist")
        if self.casting is not None:
            check(self.casting, ("yes", "no") if self.kind == "motion" else [int], "input.casting")
        for order in (self.rules["ties"].get("order"), self.casting):
            if type(order) is list and (len(order) != len(every) or set(order) != every):
                raise InputError("an order for ties has every option once")

    def check(self, ballot):
        """Refuse a selection of the wrong form, with repeated options, or above a limit."""
        form = FORM_OF_METHOD[self.kind]
        if list(ballot.selection) != [form]:
            raise InputError(f"{self.kind} counts selections of the form {form}")
        check(ballot.selection[form], SELECTIONS[form], f"selection.{form}")
        if form == "scores" and any(len(pair) != 2 for pair in ballot.selection["scores"]):
            raise InputError("a score is a pair of option and score")
        named = ballot.options()
        if len(named) != len(set(named)):
            raise InputError("a selection names an option twice")
        if any(not 0 <= option < len(self.options) for option in named):
            raise InputError("a selection names an option that does not exist")
        limit = self.method.get("at_most", {"kind": "any"})
        if limit["kind"] == "at-most" and len(named) > limit["options"]:
            raise InputError("a selection names too many options")
        if form == "ranking":
            refused = (self.method.get("equal_ranks") == "refused"
                       or self.kind in IN_STAGES or self.kind == "condorcet-irv")
            if refused and any(len(group) > 1 for group in ballot.selection["ranking"]):
                raise InputError("equal ranks are refused by this method")
        if form == "scores":
            self.check_scores([score for _option, score in ballot.selection["scores"]])

    def check_scores(self, scores):
        """Refuse scores out of range, or more votes than a ballot has."""
        if "highest" in self.method and any(not 0 <= s <= self.method["highest"] for s in scores):
            raise InputError("a score is out of range")
        if self.kind == "cumulative" and (min(scores, default=0) < 0
                                          or sum(scores) > self.method["votes"]):
            raise InputError("a ballot distributes more votes than it has")

    def is_blank(self, ballot):
        """A ballot that marks nothing at all is blank (section 1)."""
        return self.kind != "motion" and not ballot.options()

    def counted(self):
        """The ballots that take part in the count: all that name a standing option.

        Where a rule makes something of what a ballot leaves out (the lowest grade, the mean of the
        places left), a ballot that names nobody says as much as any other.
        """
        if self.method.get("unscored") == "lowest" or self.method.get("unranked") == "average":
            return self.ballots
        return [ballot for ballot in self.ballots if set(ballot.options()) - self.withdrawn]

    def rankings(self, among=None):
        """The counted ballots as (groups of options among those given, votes)."""
        keep = set(self.standing if among is None else among)
        result = []
        for ballot in self.counted():
            groups = [[o for o in group if o in keep] for group in ballot.selection["ranking"]]
            result.append(([g for g in groups if g], ballot.votes(self.by)))
        return result

    def strict_rankings(self):
        """The counted ballots of a method that refuses equal ranks: equal ones added together."""
        if self._strict is None:
            self._strict = {}
            for groups, votes in self.rankings():
                order = tuple(group[0] for group in groups)
                self._strict[order] = self._strict.get(order, 0) + votes
        return self._strict


def both(ballots):
    """Heads and weight of some ballots."""
    return {"heads": sum(b.heads for b in ballots), "weight": sum(b.weight for b in ballots)}
