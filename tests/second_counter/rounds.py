"""Scores in rounds: STAR voting and majority judgment (docs/counting.md, section 3)."""

from functools import cmp_to_key

from .seating import Outcome, groups_by, seat_by_seat, seat_in_order
from .sums import sum_scores
from .ties import PLACE, SEAT


class Star:
    """STAR and Bloc STAR: score, then automatic runoff, once per seat."""

    def __init__(self, contest, ties):
        self.contest = contest
        self.ties = ties
        self.official = contest.method["ties"] == "official"
        self.marked, self.sums = sum_scores(contest)
        self.ballots = [(dict(map(tuple, b.selection["scores"])), b.votes(contest.by))
                        for b in contest.ballots]
        self.rounds = []

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

    def finalists(self, left, seat):
        """The two with the highest totals, the higher one first."""
        found = []
        for group in groups_by(left, self.sums.get):
            places = min(2, len(left)) - len(found)
            if places == 0:
                break
            found += group if len(group) <= places else self.scoring_tie(group, places, seat)
        return sorted(found, key=lambda o: (-self.sums[o], o))

    def scoring_tie(self, tied, places, seat):
        """Those of the tied who get the places (starvoting.org, "Ties", official protocol)."""
        found, left, looked_at = [], tied, []
        while len(left) > places - len(found) > 0:
            open_places = places - len(found)
            step = self.protocol(left, open_places, looked_at, seat) if self.official else None
            if step is None:
                return found + self.ties.ask_order(left, PLACE, seat, looked_at)[:open_places]
            through, left = step
            found = found + through
        if len(found) < places:
            found = found + left
        self.ties.record(seat, tied, PLACE, looked_at, "method", found)
        return found

    def protocol(self, tied, places, looked_at, seat):
        """One step of the protocol: (who goes through, who is still tied), or None if it is for
        lots."""
        losses = {o: self.losses(o, tied) for o in tied}
        if differ(losses, looked_at, seat):
            fewer = [o for o in tied if losses[o] < max(losses.values())]
            most = [o for o in tied if o not in fewer]
            return ([], fewer) if len(fewer) >= places else (fewer, most)
        tops = {o: self.top_scores(o) for o in tied}
        if differ(tops, looked_at, seat):
            most = [o for o in tied if tops[o] == max(tops.values())]
            if len(most) <= places:
                return most, [o for o in tied if o not in most]
            return [], [o for o in tied if tops[o] > min(tops.values())]
        return None

    def runoff_tie(self, pair, seat):
        """Who wins a runoff that is tied: the higher total, then more top scores, then lots."""
        looked_at = []
        for figure in (self.sums.get, self.top_scores) if self.official else ():
            if differ({o: figure(o) for o in sorted(pair)}, looked_at, seat):
                in_order = sorted(pair, key=figure, reverse=True)
                self.ties.record(seat, pair, SEAT, looked_at, "method", in_order)
                return in_order[0]
        return self.ties.ask_order(pair, SEAT, seat)[0]

    def next_one(self, left, seat):
        """The seat's runoff; the option elected."""
        pair = self.finalists(left, seat)
        entry = {"seat": seat, "finalists": pair, "totals": [str(self.sums[o]) for o in pair],
                 "preferring": [], "no_preference": 0}
        self.rounds.append(entry)
        if len(pair) == 1:
            entry["elected"] = pair[0]
            return pair[0]
        a, b = pair
        for_a, for_b = self.prefer(a, b), self.prefer(b, a)
        entry["preferring"] = [for_a, for_b]
        entry["no_preference"] = sum(v for _scores, v in self.ballots) - for_a - for_b
        if for_a == for_b:
            entry["elected"] = self.runoff_tie(pair, seat)
        else:
            entry["elected"] = a if for_a > for_b else b
        return entry["elected"]


def differ(figures, looked_at, seat):
    """Do these figures of tied options differ? Then they are looked at."""
    if len(set(figures.values())) == 1:
        return False
    looked_at.append({"stage": seat, "among": list(figures),
                      "totals": [str(figure) for figure in figures.values()]})
    return True


def count_star(contest, ties):
    """STAR and Bloc STAR."""
    star = Star(contest, ties)
    winners, _left, tied = seat_by_seat(contest, contest.caps.copy(), star.next_one)
    totals = [{"option": o, "ballots": star.marked[o], "sum": str(star.sums[o]),
               "value": str(star.sums[o])} for o in contest.standing]
    record = {"kind": "star", "totals": totals, "rounds": star.rounds}
    return record, [], Outcome(winners, contest.seats, tied)


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
        above, below = upper[0], lower[0]
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
