"""Comparing options in pairs: the matrix, defeats and their strength, Condorcet winner, Smith set."""


class Matrix:
    """For each ordered pair of the given options, the votes that rank the first above the second."""

    def __init__(self, contest, among=None, unranked=None):
        self.options = sorted(contest.standing if among is None else among)
        rule = unranked or contest.method["unranked"]
        self.over = {a: {b: 0 for b in self.options} for a in self.options}
        for groups, votes in contest.rankings(self.options):
            if rule == "last":  # below all ranked, equal to each other
                ranked = {o for group in groups for o in group}
                groups = groups + [[o for o in self.options if o not in ranked]]
            for place, group in enumerate(groups):
                for lower in groups[place + 1:]:
                    for a in group:
                        for b in lower:
                            self.over[a][b] += votes

    def rows(self):
        """The matrix as lists, in the order of the options."""
        return [[self.over[a][b] for b in self.options] for a in self.options]

    def beats(self, a, b):
        """A defeat: strictly more votes for than against."""
        return self.over[a][b] > self.over[b][a]

    def strength(self, a, b, measure):
        """How strong the defeat of b by a is; a tuple, so that a larger one is stronger."""
        if measure == "winning-votes":
            return (self.over[a][b],)
        if measure == "winning-votes-fewer-opposing":
            return (self.over[a][b], -self.over[b][a])
        if measure == "margins":
            return (self.over[a][b] - self.over[b][a],)
        raise ValueError(f"unknown strength {measure}")

    def defeats(self):
        """All defeats, as (winner, loser)."""
        return [(a, b) for a in self.options for b in self.options if self.beats(a, b)]

    def condorcet_winner(self):
        """The option that beats every other one, or None."""
        for a in self.options:
            if all(self.beats(a, b) for b in self.options if b != a):
                return a
        return None

    def smith_set(self, among=None):
        """The smallest set (of all options, or of some) whose members beat everybody outside it.

        An option belongs to it exactly if it reaches every other option by steps of "is not
        beaten by".
        """
        options = self.options if among is None else among

        def reached(start):
            found, to_visit = {start}, [start]
            while to_visit:
                a = to_visit.pop()
                for b in options:
                    if b not in found and not self.beats(b, a):
                        found.add(b)
                        to_visit.append(b)
            return found
        return [a for a in options if len(reached(a)) == len(options)]

    def record(self):
        """The fields that every pairwise record begins with."""
        fields = {"options": self.options, "pairwise": self.rows()}
        winner = self.condorcet_winner()
        if winner is not None:
            fields["condorcet_winner"] = winner
        return fields


def shortest_path(start, end, steps):
    """A shortest path along the (from, to) steps; of several the one whose options come first in
    ballot order, compared one after the other."""
    next_ones = {}
    for origin, target in sorted(steps):
        next_ones.setdefault(origin, []).append(target)
    came_from = {start: None}
    to_visit = [start]
    for place in to_visit:  # grows while we walk: breadth first
        if place == end:
            break
        for target in next_ones.get(place, []):
            if target not in came_from:
                came_from[target] = place
                to_visit.append(target)
    if end not in came_from:
        return None
    path = [end]
    while path[-1] != start:
        path.append(came_from[path[-1]])
    return path[::-1]
