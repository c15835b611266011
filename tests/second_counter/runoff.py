"""Instant runoff, alone and inside Condorcet methods (docs/counting.md, section 3)."""

from .stages import PaperCount, exclusion_action
from .ties import SEAT


class Runoff(PaperCount):
    """Exclude the lowest until one option has a majority (or two are left, or one beats all)."""

    def __init__(self, contest, ties, among, look_back, end="majority", batch=False,
                 exclude_first=(), matrix=None):
        super().__init__(contest, ties, 0, look_back, among)
        self.end = end
        self.batch = batch
        self.exclude_first = exclude_first
        self.matrix = matrix  # Benham: stop as soon as one beats all who are left

    def winner(self):
        """The option elected now, or None. A tie between the last two is a tie for the seat."""
        left = self.continuing()
        if len(left) == 1:
            return left[0]
        if self.matrix is not None:
            for a in left:
                if all(self.matrix.beats(a, b) for b in left if b != a):
                    return a
            return None
        most = max(self.votes[o] for o in left)
        highest = [o for o in left if self.votes[o] == most]
        if self.end == "majority":
            if 2 * most > sum(self.votes[o] for o in left):
                return highest[0]
            return None
        if len(left) == 2:
            return self.choose(highest, SEAT)[0]
        return None

    def to_exclude(self):
        """The next options to exclude: the lowest, or the largest group that cannot catch up."""
        left = sorted(self.continuing(), key=lambda o: (self.votes[o], o))
        if self.batch:
            keep = 2 if self.end == "two-left" else 1
            for size in range(len(left) - keep, 1, -1):
                if sum(self.votes[o] for o in left[:size]) < self.votes[left[size]]:
                    return left[:size]
        return [self.lowest()]

    def first_excluded(self):
        """Options that `exclude_first` takes out together after the first preferences."""
        return [o for o in self.continuing() if o in self.exclude_first]

    def run(self):
        self.first_preferences()
        if not self.continuing():
            return
        first = self.first_excluded()
        while True:
            winner = self.winner()
            if winner is not None:
                self.declare_elected(winner)
                return
            if first and len(first) < len(self.continuing()):
                leaving, first = first, []
            else:
                leaving = self.to_exclude()
            self.exclude(leaving, exclusion_action(leaving))


def count_instant_runoff(contest, ties):
    """Instant runoff. Options whose affiliation is full do not take part."""
    method = contest.method
    runoff = Runoff(contest, ties, [o for o in contest.standing if contest.caps.full(o) is None],
                    method["look_back"], method["end"], method["exclusion"] == "batch",
                    method["exclude_first"])
    outcome = runoff.count()
    return runoff.record(), [], outcome
