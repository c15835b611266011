"""Instant runoff, alone and inside Condorcet methods (docs/counting.md, section 3)."""

from .stages import PaperCount, exclusion_action


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
        """The option elected now, or None. Equal votes elect nobody: one is excluded first."""
        left = self.continuing()
        if len(left) == 1:
            return left[0]
        if self.matrix is not None:
            for a in left:
                if all(self.matrix.beats(a, b) for b in left if b != a):
                    return a
            return None
        if self.end == "two-left" and len(left) > 2:
            return None
        for option in left:  # of two, more than the other has is a majority too
            if self.votes[option] >= self.majority():
                return option
        return None

    def majority(self):
        """The least number of votes that is more than half of those still in play."""
        return sum(self.votes[o] for o in self.continuing()) // 2 + 1

    def to_exclude(self):
        """The next options to exclude: the lowest, or the largest group that cannot catch up."""
        left = sorted(self.continuing(), key=lambda o: (self.votes[o], o))
        if self.batch:
            for size in range(len(left) - 1, 1, -1):
                if sum(self.votes[o] for o in left[:size]) < self.votes[left[size]]:
                    return left[:size]
        return [self.lowest()]

    def run(self):
        self.first_preferences()
        self.quota = self.majority()
        for option in self.doomed():
            self.exclude([option], self.pass_over(option))
        first = [o for o in self.continuing() if o in self.exclude_first]
        if 0 < len(first) < len(self.continuing()):
            self.exclude(first, exclusion_action(first))
        while self.continuing():
            winner = self.winner()
            if winner is not None:
                self.declare_elected(winner)
                return
            leaving = self.to_exclude()
            self.exclude(leaving, exclusion_action(leaving))


def count_instant_runoff(contest, ties):
    """Instant runoff."""
    method = contest.method
    runoff = Runoff(contest, ties, contest.standing, method["look_back"], method["end"],
                    method["exclusion"] == "batch", method["exclude_first"])
    outcome = runoff.count()
    return runoff.record(), [], outcome
