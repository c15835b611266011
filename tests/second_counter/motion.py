"""Motions: yes, no, abstain; quorums and thresholds, all of which must be met."""

from .model import InputError, both


def reaches(amount, share, base):
    """Is the amount at least (or more than) a ratio of the base? An integer comparison."""
    ratio = share["ratio"]
    left, right = amount * ratio["denominator"], base * ratio["numerator"]
    if share["bound"] == "more-than":
        return left > right
    return left >= right


class Motion:
    """One count of a motion."""

    def __init__(self, contest):
        self.method = contest.method
        self.entitled = {"heads": contest.electorate["entitled_heads"],
                         "weight": contest.electorate["entitled_weight"]}

        def cast(choice):
            return both([b for b in contest.ballots if b.selection["choice"] == choice])

        self.yes, self.no, self.abstain = cast("yes"), cast("no"), cast("abstain")

    def present(self, by):
        """Votes towards a quorum: abstentions do not count if they are neutral."""
        votes = self.yes[by] + self.no[by]
        if self.method["abstention"] != "neutral":
            votes += self.abstain[by]
        return votes

    def against(self, by):
        """Votes against; abstentions too if they count as no."""
        votes = self.no[by]
        if self.method["abstention"] == "counts-as-no":
            votes += self.abstain[by]
        return votes

    def quorum(self, rule):
        """One quorum, and whether it is met."""
        by = rule["by"]
        if rule["kind"] == "share":
            met = reaches(self.present(by), rule["share"], self.entitled[by])
        elif rule["kind"] == "at-least":
            met = self.present(by) >= rule["number"]
        else:
            raise InputError(f"unknown quorum {rule['kind']}")
        return {"rule": rule, "present": self.present(by), "met": met}

    def threshold(self, rule):
        """One threshold, and whether it is met. A share of nothing is not."""
        by = rule["by"]
        if rule["kind"] == "minimum-yes":
            return {"rule": rule, "met": self.yes[by] >= rule["number"]}
        if rule["kind"] == "maximum-no":
            return {"rule": rule, "met": self.against(by) <= rule["number"]}
        if rule["kind"] != "share":
            raise InputError(f"unknown threshold {rule['kind']}")
        base = {"yes-and-no": self.yes[by] + self.against(by),
                "cast": self.yes[by] + self.no[by] + self.abstain[by],
                "entitled": self.entitled[by]}[rule["of"]]
        met = base > 0 and reaches(self.yes[by], rule["share"], base)
        return {"rule": rule, "base": base, "met": met}


class MotionOutcome:
    """The result of a motion."""

    def __init__(self, result):
        self.result = result
        self.winners = []

    def record(self):
        return {"kind": "motion", "result": self.result}


def count_motion(contest, _ties):
    """All quorums, then all thresholds."""
    motion = Motion(contest)
    quorums = [motion.quorum(rule) for rule in contest.method["quorums"]]
    thresholds = [motion.threshold(rule) for rule in contest.method["thresholds"]]
    if not all(entry["met"] for entry in quorums):
        result = "failed" if contest.method["quorum_failure"] == "fails" else "no-decision"
    else:
        result = "passed" if all(entry["met"] for entry in thresholds) else "failed"
    record = {"kind": "motion", "yes": motion.yes, "no": motion.no, "abstain": motion.abstain,
              "quorums": quorums, "thresholds": thresholds}
    return record, [], MotionOutcome(result)
