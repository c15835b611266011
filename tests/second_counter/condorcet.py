"""Copeland, minimax, ranked pairs and Condorcet with instant runoff (docs/counting.md, section 3)."""

from .numbers import decimals
from .pairwise import Matrix, shortest_path
from .runoff import Runoff
from .seating import Outcome, groups_by, layers, seat_in_order, without_the_full
from .ties import TieStaysOpen


def count_copeland(contest, ties):
    """One point for each pairwise win; a tied pair gives nothing or half a point."""
    matrix = Matrix(contest)
    half = contest.method["tied_pair"] == "half"
    scores, doubled = [], {}
    for a in matrix.options:
        wins = sum(matrix.beats(a, b) for b in matrix.options)
        losses = sum(matrix.beats(b, a) for b in matrix.options)
        tied = len(matrix.options) - 1 - wins - losses
        doubled[a] = 2 * wins + (tied if half else 0)
        scores.append({"option": a, "wins": wins, "losses": losses, "ties": tied,
                       "points": decimals(5 * doubled[a], 1)})
    ranking = groups_by(matrix.options, doubled.get)
    record = {"kind": "copeland", **matrix.record(), "smith": matrix.smith_set(), "scores": scores}
    return record, ranking, seat_in_order(ranking, contest.seats, contest.caps, ties)


def count_minimax(contest, ties):
    """The smallest worst defeat first; with `opposition` the worst number of votes against."""
    matrix = Matrix(contest)
    measure = contest.method["strength"]
    worst, figures = [], {}
    for a in matrix.options:
        strongest, by = (0,), None
        for b in matrix.options:
            if b == a:
                continue
            if measure == "opposition":
                strength = (matrix.over[b][a],)
            elif matrix.beats(b, a):
                strength = matrix.strength(b, a, measure)
            else:
                continue
            if strength > strongest:
                strongest, by = strength, b
        figures[a] = strongest
        entry = {"option": a, "strength": strongest[0]}
        if by is not None:
            entry["against"] = by
        worst.append(entry)
    ranking = groups_by(matrix.options, figures.get)[::-1]
    record = {"kind": "minimax", **matrix.record(), "smith": matrix.smith_set(), "worst": worst}
    return record, ranking, seat_in_order(ranking, contest.seats, contest.caps, ties)


class RankedPairs:
    """N. Tideman 1987; equally strong defeats after T. M. Zavist and N. Tideman 1989."""

    def __init__(self, contest, ties):
        self.ties = ties
        self.matrix = Matrix(contest)
        self.measure = contest.method["strength"]
        self.locked = set()
        self.records = []

    def block_or_lock(self, defeat):
        """Lock the defeat unless it closes a cycle with those locked; write it down."""
        winner, loser = defeat
        path = shortest_path(loser, winner, self.locked)
        entry = {"winner": winner, "loser": loser, "votes": self.matrix.over[winner][loser],
                 "opposing": self.matrix.over[loser][winner], "locked": path is None}
        if path is None:
            self.locked.add(defeat)
        else:
            entry["path"] = path
        self.records.append(entry)

    def consider(self, group):
        """A group of equally strong defeats."""
        blocked = [d for d in group if shortest_path(d[1], d[0], self.locked)]
        for defeat in blocked:
            self.block_or_lock(defeat)
        rest = [d for d in group if d not in blocked]
        together = self.locked | set(rest)
        if any(shortest_path(loser, winner, together) for winner, loser in rest):
            rest = self.in_order_of_lots(rest)
        for defeat in rest:
            self.block_or_lock(defeat)

    def in_order_of_lots(self, rest):
        """By winner, the most favoured first, then by loser, the least favoured first."""
        involved = sorted({o for defeat in rest for o in defeat})
        place = self.ties.ask_order(involved, "defeats").index
        return sorted(rest, key=lambda d: (place(d[0]), -place(d[1])))

    def run(self):
        """All defeats from the strongest down."""
        by_strength = {}
        for a, b in self.matrix.defeats():
            by_strength.setdefault(self.matrix.strength(a, b, self.measure), []).append((a, b))
        for strength in sorted(by_strength, reverse=True):
            self.consider(by_strength[strength])


def count_ranked_pairs(contest, ties):
    """Ranked pairs: the ranking is by layers of the locked order."""
    pairs = RankedPairs(contest, ties)
    try:
        pairs.run()
        locked = pairs.locked
        ranking = layers(pairs.matrix.options,
                         lambda a, b: shortest_path(a, b, locked) is not None)
    except TieStaysOpen:
        ranking = smith_layers(pairs.matrix)
    outcome = seat_in_order(ranking, contest.seats, contest.caps, ties)
    record = {"kind": "ranked-pairs", **pairs.matrix.record(), "smith": pairs.matrix.smith_set(),
              "defeats": pairs.records}
    return record, ranking, outcome


def smith_layers(matrix):
    """What is certain where an order of equal defeats stays open: the Smith set, then the Smith set
    of all others, and so on."""
    ranking, left = [], list(matrix.options)
    while left:
        group = matrix.smith_set(left)
        ranking.append(group)
        left = [option for option in left if option not in group]
    return ranking


def count_condorcet_irv(contest, ties):
    """The Condorcet winner, or else an instant runoff in one of three variants."""
    among = without_the_full(contest.standing, contest.caps)
    matrix = Matrix(contest, among)
    smith, winner = matrix.smith_set(), matrix.condorcet_winner()
    record = {"kind": "condorcet-irv", **matrix.record(), "smith": smith}
    if winner is not None or not among:
        winners = [] if winner is None else [winner]
        return record, [], Outcome(winners, contest.seats)
    variant = contest.method["variant"]
    runoff = Runoff(contest, ties, smith if variant == "smith-irv" else among,
                    look_back=contest.method["look_back"],
                    matrix=matrix if variant == "benham" else None)
    outcome = runoff.count()
    record["runoff"] = {name: field for name, field in runoff.record().items() if name != "kind"}
    return record, [], outcome
