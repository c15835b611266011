"""One sum per option: plurality, approval, cumulative, score, Borda (docs/counting.md, section 3)."""

from fractions import Fraction

from .numbers import decimals, fraction
from .seating import groups_by, seat_in_order


def count_marks(contest, ties):
    """Plurality and approval: most marks win."""
    figures = {o: {"heads": 0, "weight": 0} for o in contest.standing}
    for ballot in contest.counted():
        for option in ballot.options():
            if option in figures:
                figures[option]["heads"] += ballot.heads
                figures[option]["weight"] += ballot.weight
    totals = [{"option": o, "votes": figures[o], "counted": figures[o][contest.by]}
              for o in contest.standing]
    ranking = groups_by(contest.standing, lambda o: figures[o][contest.by])
    outcome = seat_in_order(ranking, contest.seats, contest.caps, ties)
    return {"kind": "tally", "totals": totals}, ranking, outcome


def sum_scores(contest):
    """For each standing option: votes of the ballots that score it, and the sum of the scores."""
    ballots = {o: 0 for o in contest.standing}
    sums = {o: 0 for o in contest.standing}
    for ballot in contest.counted():
        votes = ballot.votes(contest.by)
        for option, score in ballot.selection["scores"]:
            if option in sums:
                ballots[option] += votes
                sums[option] += score * votes
    return ballots, sums


def count_scores(contest, ties):
    """Cumulative and score voting: the highest sum, or the highest mean of those who scored."""
    ballots, sums = sum_scores(contest)
    by_mean = contest.method.get("unscored") == "not-counted"

    def value(option):
        if not by_mean:
            return Fraction(sums[option])
        return Fraction(sums[option], ballots[option]) if ballots[option] else Fraction(0)

    totals = [{"option": o, "ballots": ballots[o], "sum": str(sums[o]), "value": fraction(value(o))}
              for o in contest.standing]
    return _points(contest, ties, totals, value)


def count_borda(contest, ties):
    """Borda: n - r points for rank r of n standing; a group gets the mean of its places."""
    n = len(contest.standing)
    ballots = {o: 0 for o in contest.standing}
    doubled = {o: 0 for o in contest.standing}  # twice the points, to stay whole
    for groups, votes in contest.rankings():
        place = 1
        for group in groups:
            last = place + len(group) - 1
            for option in group:
                ballots[option] += votes
                doubled[option] += votes * (2 * n - place - last)
            place = last + 1
        if contest.method["unranked"] == "average":
            ranked = {option for group in groups for option in group}
            for option in contest.standing:
                if option not in ranked:
                    doubled[option] += votes * (2 * n - place - n)
    written = {o: decimals(doubled[o] * 5, 1) for o in contest.standing}
    totals = [{"option": o, "ballots": ballots[o], "sum": written[o], "value": written[o]}
              for o in contest.standing]
    return _points(contest, ties, totals, lambda o: doubled[o])


def _points(contest, ties, totals, value):
    ranking = groups_by(contest.standing, value)
    outcome = seat_in_order(ranking, contest.seats, contest.caps, ties)
    return {"kind": "points", "totals": totals}, ranking, outcome
