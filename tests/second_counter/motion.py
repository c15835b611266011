"""Motions: yes, no, abstain; quorums and thresholds, all of which must be met."""

from .model import both
from .shape import POSITIVE, InputError, check


class Motion:
    """One count of a motion."""

    def __init__(self, contest):
        self.method = contest.method
        if not self.method["thresholds"]:
            raise InputError("a motion has at least one threshold")
        if contest.rules["ties"]["kind"] not in ("casting-vote", "refuse"):
            raise InputError("ties of a motion are for the casting vote, or refused")

        def cast(choice):
            return both([b for b in contest.ballots if b.selection["choice"] == choice])

        self.yes, self.no, self.abstain = cast("yes"), cast("no"), cast("abstain")
        self.read_electorate(contest.electorate, both(contest.ballots))

    def read_electorate(self, electorate, cast):
        """Who is entitled, who of them is not recused, and who was there."""
        if electorate is None:
            raise InputError("a motion has an electorate")
        self.entitled = {by: electorate[f"entitled_{by}"] for by in ("heads", "weight")}
        recused = electorate.get("recused", {"heads": 0, "weight": 0})
        self.unrecused = {by: self.entitled[by] - recused[by] for by in recused}
        self.present = electorate.get("present")
        for by in self.entitled:
            there = cast[by] if self.present is None else self.present[by]
            if not (0 <= recused[by] and cast[by] <= there <= self.unrecused[by]):
                raise InputError("more recused than entitled, or more voters than could be there")

    def taking_part(self, by):
        """V: abstentions take no part if they are neutral."""
        votes = self.yes[by] + self.no[by]
        return votes if self.method["abstention"] == "neutral" else votes + self.abstain[by]

    def against(self, by):
        """G: abstentions too if they count as no."""
        votes = self.no[by]
        return votes + self.abstain[by] if self.method["abstention"] == "counts-as-no" else votes

    def those_present(self, by):
        """P, which somebody must have recorded."""
        if self.present is None:
            raise InputError("a rule asks who was present, and nobody recorded it")
        return self.present[by]

    def base(self, of, by):
        """The whole of which a share is asked."""
        if isinstance(of, dict):
            check(of, {"seats": POSITIVE}, "a base")
            return of["seats"]
        if of == "present":
            return self.those_present(by)
        bases = {"entitled": self.entitled[by], "unrecused": self.unrecused[by],
                 "yes-and-no": self.yes[by] + self.against(by),
                 "cast": self.yes[by] + self.no[by] + self.abstain[by]}
        check(of, tuple(bases), "a base")
        return bases[of]

    def quorum(self, rule):
        """The condition that a quorum sets."""
        kind, by = rule["kind"], rule["by"]
        if kind == "share":
            return share(self.taking_part(by), rule["share"], self.entitled[by])
        if kind == "share-of":
            return share(self.taking_part(by), rule["share"], self.base(rule["of"], by))
        if kind == "at-least":
            return at_least(self.taking_part(by), rule["number"])
        if kind == "present":
            return share(self.those_present(by), rule["share"], self.base(rule["of"], by))
        return at_least(self.those_present(by), rule["number"])  # present-at-least

    def threshold(self, rule):
        """The condition that a threshold sets."""
        kind, by = rule["kind"], rule["by"]
        yes, against = self.yes[by], self.against(by)
        if kind == "share":
            return share(yes, rule["share"], self.base(rule["of"], by))
        number = rule["number"]
        if kind == "minimum-yes":
            return at_least(yes, number)
        if kind == "maximum-no":
            return condition(against, number, against, number, against <= number)
        if kind == "minimum-lead":
            return condition(max(yes - against, 0), number, yes, against + number,
                             yes >= against + number)
        whole = self.unrecused[by]  # all-but
        return condition(yes, whole, yes + number, whole, yes > 0 and yes + number >= whole)

    def undecided(self, thresholds):
        """Is all that misses a share of more than one half, of which exactly one half said yes?"""
        missed = [(rule, entry) for rule, entry in zip(self.method["thresholds"], thresholds)
                  if not entry["met"]]
        return bool(missed) and all(
            rule["kind"] == "share" and rule["share"]["bound"] == "more-than"
            and 2 * rule["share"]["ratio"]["numerator"] == rule["share"]["ratio"]["denominator"]
            and 2 * entry["reached"] == entry["against"] > 0 for rule, entry in missed)


def condition(reached, against, left, right, met):
    """A condition as it stands in the transcript: `left` is compared with `right`."""
    return {"reached": reached, "against": against, "left": str(left), "right": str(right),
            "met": met}


def at_least(votes, number):
    """At least so many votes."""
    return condition(votes, number, votes, number, votes >= number)


def share(part, rule, whole):
    """At least (or more than) a ratio of the whole, which is not nothing. An integer comparison."""
    left, right = part * rule["ratio"]["denominator"], rule["ratio"]["numerator"] * whole
    enough = left > right if rule["bound"] == "more-than" else left >= right
    return condition(part, whole, left, right, whole > 0 and enough)


class MotionOutcome:
    """The result of a motion."""

    def __init__(self, result):
        self.result = result
        self.winners = []

    def record(self):
        return {"kind": "motion", "result": self.result}


def count_motion(contest, ties):
    """All quorums, then all thresholds; a tie is for the casting vote."""
    motion = Motion(contest)
    quorums = [motion.quorum(rule) for rule in contest.method["quorums"]]
    thresholds = [motion.threshold(rule) for rule in contest.method["thresholds"]]
    record = {"kind": "motion", "yes": motion.yes, "no": motion.no, "abstain": motion.abstain,
              "quorums": quorums, "thresholds": thresholds}
    if not all(entry["met"] for entry in quorums):
        failure = contest.method["quorum_failure"]
        result = "failed" if failure == "fails" else failure
    elif all(entry["met"] for entry in thresholds):
        result = "passed"
    elif ties.rule == "casting-vote" and motion.undecided(thresholds):
        result = "tied" if contest.casting is None else CAST[contest.casting]
        ties.record(0, [], "motion", [], "unresolved" if result == "tied" else ties.rule, [])
        if result != "tied":
            record["casting"] = contest.casting
    else:
        result = "failed"
    return record, [], MotionOutcome(result)


CAST = {"yes": "passed", "no": "failed"}
