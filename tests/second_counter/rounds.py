"""Scores in rounds: STAR voting and majority judgment (docs/counting.md, section 3)."""

from functools import cmp_to_key

from .seating import Outcome, seat_in_order
from .sums import sum_scores
from .ties import PLACE, SEAT, TieStaysOpen


class Star:
    """STAR and Bloc STAR: score, then automatic runoff, once per seat."""

    def __init__(self, contest, ties):
        self.contest = contest
        self.ties = ties
        self.official = contest.method["ties"] == "official"
        self.marked, self.sums = sum_scores(contest)
        self.ballots = [(dict(map(tuple, b.selection["scores"])), b.votes(contest.by))
                        for b in contest.counted()]
        self.seat = 0

    def prefer(self, one, other):
        """Votes that score the one option above the other; unscored is zero."""
        return sum(v for scores, v in self.ballots if scores.get(one, 0) > scores.get(other, 0))

    def top_scores(self, option):
        """Votes that give the option the highest score there is."""
        highest = self.contest.method["highest"]
        return sum(v for scores, v in self.ballots if scores.get(option, 0) == highest)

    def losses(self, option, tied):
        """How many of the tied options beat this one head to head."""
        return sum(self.prefer(other, option) > self.prefer(option, other)
                   for other in tied if other != option)

    def finalists(self, left):
        """The two with the highest totals, the higher one first."""
        found = []
        while len(found) < 2 and len(found) < len(left):
            rest = [o for o in left if o not in found]
            best = max(self.sums[o] for o in rest)
            tied = [o for o in rest if self.sums[o] == best]
            if len(tied) <= 2 - len(found):
                found += tied
            else:
                found.append(self.scoring_tie(tied))
        return found

    def scoring_tie(self, tied):
        """One finalist among those tied for a place (starvoting.org, "Ties", official protocol)."""
        left = tied
        if self.official:
            for name, figure in (("head-to-head", lambda o: -self.losses(o, tied)),
                                 ("top-scores", self.top_scores)):
                best = max(figure(o) for o in left)
                left = [o for o in left if figure(o) == best]
                if len(left) == 1:
                    self.ties.record(self.seat, tied, PLACE, [], name, left)
                    return left[0]
        return self.ties.break_tie(left, PLACE, self.seat)[0]

    def runoff(self, a, b, for_a, for_b):
        """Who wins the runoff; ties by higher total, then more top scores, then lots."""
        if for_a != for_b:
            return a if for_a > for_b else b
        if self.official:
            for name, figure in (("totals", self.sums.get), ("top-scores", self.top_scores)):
                if figure(a) != figure(b):
                    winner = a if figure(a) > figure(b) else b
                    self.ties.record(self.seat, [a, b], SEAT, [], name, [winner])
                    return winner
        return self.ties.break_tie([a, b], SEAT, self.seat)[0]

    def count(self):
        """Fill the seats one after another."""
        contest = self.contest
        caps = contest.caps.copy()
        rounds, winners, open_tie = [], [], None
        total_votes = sum(v for _scores, v in self.ballots)
        while len(winners) < contest.seats:
            left = [o for o in contest.standing if o not in winners and caps.full(o) is None]
            if not left:
                break
            self.seat = len(winners) + 1
            try:
                pair = self.finalists(left)
                entry = {"seat": self.seat, "finalists": pair,
                         "totals": [str(self.sums[o]) for o in pair]}
                if len(pair) == 1:
                    winner = pair[0]
                    entry["preferring"], entry["no_preference"] = [], 0
                else:
                    a, b = pair
                    for_a, for_b = self.prefer(a, b), self.prefer(b, a)
                    entry["preferring"] = [for_a, for_b]
                    entry["no_preference"] = total_votes - for_a - for_b
                    winner = self.runoff(a, b, for_a, for_b)
            except TieStaysOpen as tie:
                open_tie = tie.tied
                break
            entry["elected"] = winner
            rounds.append(entry)
            winners.append(winner)
            caps.seat(winner)
        totals = [{"option": o, "ballots": self.marked[o], "sum": str(self.sums[o]),
                   "value": str(self.sums[o])} for o in contest.standing]
        return ({"kind": "star", "totals": totals, "rounds": rounds}, [],
                Outcome(winners, contest.seats, open_tie))


def count_star(contest, ties):
    """STAR and Bloc STAR."""
    return Star(contest, ties).count()


def median(grades):
    """The median grade of a list of votes per grade; of an even number the lower middle one."""
    total = sum(grades)
    if total == 0:
        return None
    middle = (total - 1) // 2
    passed = 0
    for grade, votes in enumerate(grades):
        passed += votes
        if middle < passed:
            return grade
    return None


def equal_removals(grades, grade):
    """How many times in a row the median can be removed while it stays this grade (at least 1)."""
    below, here, total = sum(grades[:grade]), grades[grade], sum(grades)
    # After j removals the median stands at (total-j-1)//2 of what is left; it is this grade while
    # below <= (total-j-1)//2 < below + here - j.
    return min(total - 1 - 2 * below, 2 * (below + here) - total) + 1


def compare_grades(first, second):
    """Remove equal medians until they differ: (-1, 0 or 1, how many medians were removed)."""
    first, second, steps = list(first), list(second), 0
    while True:
        a, b = median(first), median(second)
        if a is None or b is None or a != b:
            a, b = (-1 if a is None else a), (-1 if b is None else b)
            return (a > b) - (a < b), steps
        several = min(equal_removals(first, a), equal_removals(second, a))
        first[a] -= several
        second[a] -= several
        steps += several


def count_majority_judgment(contest, ties):
    """Majority judgment: the highest median grade; equal medians are removed until they differ."""
    grades = {o: [0] * (contest.method["highest"] + 1) for o in contest.standing}
    lowest = contest.method["unscored"] == "lowest"
    for ballot in contest.counted():
        scores = dict(map(tuple, ballot.selection["scores"]))
        for option in contest.standing:
            if option in scores or lowest:
                grades[option][scores.get(option, 0)] += ballot.votes(contest.by)

    def order(a, b):
        return -compare_grades(grades[a], grades[b])[0]

    ranking = []
    for option in sorted(contest.standing, key=cmp_to_key(order)):
        if ranking and compare_grades(grades[ranking[-1][0]], grades[option])[0] == 0:
            ranking[-1].append(option)
        else:
            ranking.append([option])
    comparisons = []
    for upper, lower in zip(ranking, ranking[1:]):
        above, below = upper[-1], lower[0]
        first, second = median(grades[above]), median(grades[below])
        if first == second and first is not None:
            steps = compare_grades(grades[above], grades[below])[1]
            comparisons.append({"above": above, "below": below, "steps": steps})
    options = []
    for option in contest.standing:
        entry = {"option": option, "grades": grades[option]}
        if median(grades[option]) is not None:
            entry["median"] = median(grades[option])
        options.append(entry)
    outcome = seat_in_order(ranking, contest.seats, contest.caps, ties)
    return ({"kind": "majority-judgment", "options": options, "comparisons": comparisons},
            ranking, outcome)
