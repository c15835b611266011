"""Committees from approvals: Phragmén and proportional approval (docs/counting.md, section 3)."""

from fractions import Fraction
from itertools import combinations
from math import comb

from .model import MOST_OPTIONS_LISTED
from .numbers import fraction
from .seating import Outcome, seat_by_seat, seat_in_order
from .shape import InputError
from .ties import SEAT, TieStaysOpen

MOST_COMMITTEES = 200_000
MOST_LISTED = 100


def approvals(contest):
    """The counted ballots as (set of approved standing options, votes)."""
    standing = set(contest.standing)
    return [(frozenset(b.options()) & standing, b.votes(contest.by)) for b in contest.counted()]


def one_of(tied, ties, stage):
    """The only one, or the most favoured of those tied for a seat."""
    return tied[0] if len(tied) == 1 else ties.break_tie(tied, SEAT, stage)[0]


def candidates(contest, left, figure, name):
    """What each option left would have; not recorded in large contests."""
    if len(contest.options) > MOST_OPTIONS_LISTED:
        return []
    return [{"option": o, name: fraction(figure[o])} for o in left]


def count_phragmen(contest, ties):
    """L. E. Phragmén's sequential rule, in exact fractions."""
    ballots = approvals(contest)
    loads = [Fraction(0)] * len(ballots)  # per vote
    supporters = {o: [i for i, (approved, votes) in enumerate(ballots) if o in approved and votes]
                  for o in contest.standing}
    rounds = []

    def next_one(left, seat):
        """The option that would bear the least load; None if nobody approves any."""
        left = [o for o in left if supporters[o]]
        if not left:
            return None
        would = {}
        for option in left:
            borne = sum((ballots[i][1] * loads[i] for i in supporters[option]), Fraction(1))
            would[option] = borne / sum(ballots[i][1] for i in supporters[option])
        least = min(would.values())
        option = one_of([o for o in left if would[o] == least], ties, seat)
        for i in supporters[option]:
            loads[i] = least
        rounds.append({"option": option, "load": fraction(least),
                       "candidates": candidates(contest, left, would, "load")})
        return option

    caps = contest.caps.copy()
    winners, nobody, tied = seat_by_seat(contest, caps, next_one)
    if tied is None:
        rest = seat_in_order([nobody], contest.seats - len(winners), caps, ties)
        winners, tied = winners + rest.winners, rest.tied
    return {"kind": "phragmen", "rounds": rounds}, [], Outcome(winners, contest.seats, tied)


def worth(committee, ballots):
    """The sum over ballots of votes x (1 + 1/2 + … + 1/k), k being the approved ones elected."""
    total = Fraction(0)
    for approved, votes in ballots:
        for k in range(1, len(approved & committee) + 1):
            total += Fraction(votes, k)
    return total


def count_proportional_approval(contest, ties):
    """T. N. Thiele's rule (PAV)."""
    if contest.method["search"] == "optimal":
        return optimal_committee(contest, ties)
    ballots = approvals(contest)
    rounds = []

    def next_one(left, seat):
        """The option that adds most."""
        elected = {entry["option"] for entry in rounds}
        gain = {o: sum((Fraction(votes, len(approved & elected) + 1)
                        for approved, votes in ballots if o in approved), Fraction(0))
                for o in left}
        most = max(gain.values())
        option = one_of([o for o in left if gain[o] == most], ties, seat)
        rounds.append({"option": option, "gain": fraction(most),
                       "candidates": candidates(contest, left, gain, "gain")})
        return option

    winners, _left, tied = seat_by_seat(contest, contest.caps.copy(), next_one)
    record = {"kind": "proportional-approval", "worth": fraction(worth(set(winners), ballots))}
    if rounds:
        record["rounds"] = rounds
    return record, [], Outcome(winners, contest.seats, tied)


def optimal_committee(contest, ties):
    """Compare all committees that the cap allows; equal ones: the most favoured option decides."""
    size = min(contest.seats, contest.caps.most(contest.standing))
    if comb(len(contest.standing), size) > MOST_COMMITTEES:
        raise InputError("too many committees to compare")
    ballots = approvals(contest)
    best, highest, compared = [], None, 0
    for committee in combinations(contest.standing, size):
        if not contest.caps.fits(committee):
            continue
        compared += 1
        value = worth(set(committee), ballots)
        if highest is None or value > highest:
            best, highest = [], value
        if value == highest:
            best.append(committee)
    record = {"kind": "proportional-approval", "worth": fraction(highest or 0),
              "committees": compared, "best": [list(c) for c in best[:MOST_LISTED]]}
    return record, [], choose_committee(best, contest, ties)


def choose_committee(best, contest, ties):
    """Of several best committees: those with the most favoured option that not all have, and so on."""
    everywhere = [o for o in contest.standing if all(o in c for c in best)]
    tied = sorted({o for c in best for o in c} - set(everywhere))
    if not tied:
        return Outcome(everywhere, contest.seats)
    try:
        in_order = ties.ask_order(tied, SEAT)
    except TieStaysOpen:
        return Outcome(everywhere, contest.seats, tied)
    for option in in_order:
        if any(option in c for c in best):
            best = [c for c in best if option in c]
    return Outcome(best[0], contest.seats)
