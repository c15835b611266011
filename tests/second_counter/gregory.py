"""Inclusive Gregory counts: Scottish STV, WIGM and Minneapolis (docs/counting.md, section 3).

In all three a surplus is transferred from all papers of the elected option, each at a part of the
value at which it was received. The Scottish clauses are those of SSI 2011/399, Schedule 1, with the
number in SSI 2007/42 in brackets.
"""

from .seating import groups_by
from .stages import CONTINUING, ELECTED, PaperCount, exclusion_action


class Gregory(PaperCount):
    """The common course of the count. Subclasses say what their text says differently."""

    def compute_quota(self, valid):
        """The quota, in units of the last decimal, from the number of valid papers."""
        return (valid // (self.seats + 1) + 1) * self.unit  # rule 47 [46]

    def reaches_quota(self, option):
        """Rule 48 [47] (1): equals or exceeds."""
        return self.votes[option] >= self.quota

    def move_surplus(self, option, surplus, total):
        """Transfer the surplus of an elected option. Gives (transfers, non-transferable).

        Rule 49 [48] (3): each paper is worth surplus x value when received / total votes, any
        remainder beyond the last decimal being ignored.
        """
        papers = [(ranking, count, surplus * value // total)
                  for ranking, count, value in self.papers[option]]
        self.papers[option] = []
        return self.transfer(papers)

    def transfer_surplus(self, option):
        """A stage: the surplus of one elected option."""
        action, total = self.surplus_action(option), self.votes[option]
        surplus = total - self.quota
        self.votes[option] = self.quota
        transfers, non_transferable = self.move_surplus(option, surplus, total)
        moved = sum(votes for _o, _c, votes in transfers) + non_transferable[1]
        self.add_stage(action, transfers, non_transferable, surplus - moved)

    def impossible(self):
        """Options that are excluded together because they cannot win any more. None here."""
        return []

    def elect_those_with_quota(self):
        self.elect([o for o in self.continuing() if self.reaches_quota(o)])

    def run(self):
        valid = sum(self.contest.strict_rankings().values())
        self.quota = self.compute_quota(valid)
        self.first_preferences()
        self.elect_those_with_quota()
        while not self.is_complete():  # rule 53 [52]
            self.next_transfer()
            self.elect_those_with_quota()

    def next_transfer(self):
        """The next stage: of those whom the cap dooms, or who cannot win; a surplus; the lowest."""
        doomed = self.next_doomed()
        together = [] if doomed else self.impossible()
        if doomed:
            self.exclude([doomed["option"]], doomed)
        elif together:
            self.exclude(together, exclusion_action(together))
        elif self.with_surplus():
            self.transfer_surplus(self.largest_surplus())  # rules 49-50 [48-49]
        else:
            lowest = self.lowest()  # rules 51-52 [50-51]
            self.exclude([lowest], exclusion_action([lowest]))


def count_scottish(contest, ties):
    """Scottish STV: 5 decimals, quota of whole votes, cut for each paper."""
    count = Gregory(contest, ties, 5, contest.method["look_back"])
    outcome = count.count()
    return count.record(), [], outcome


class Wigm(Gregory):
    """Weighted inclusive Gregory with its free choices as rules."""

    def __init__(self, contest, ties):
        super().__init__(contest, ties, contest.method["decimals"], contest.method["look_back"])
        self.method = contest.method

    def compute_quota(self, valid):
        if self.method["quota"] == "droop-exact":
            return valid * self.unit // (self.seats + 1) + 1
        if self.method["quota"] == "hare":
            return valid * self.unit // self.seats
        return super().compute_quota(valid)

    def reaches_quota(self, option):
        if self.method["elects"] == "more-than":
            return self.votes[option] > self.quota
        return self.votes[option] >= self.quota

    # With `per-parcel` equal papers always move together: their value is that of all of them.

    def sum_of(self, papers):
        if self.method["transfer"] == "per-parcel":
            return sum(value for _ranking, _count, value in papers)
        return super().sum_of(papers)

    def value_at_first(self, count):
        return self.unit * (count if self.method["transfer"] == "per-parcel" else 1)


def count_wigm(contest, ties):
    """WIGM."""
    count = Wigm(contest, ties)
    outcome = count.count()
    return count.record(), [], outcome


class Minneapolis(Gregory):
    """Minneapolis Code of Ordinances, chapter 167; 4 decimals; all ties by lot."""

    def __init__(self, contest, ties):
        super().__init__(contest, ties, 4, "never")
        self.transferred = set()  # whose surplus has gone on

    def receives(self, option):
        """167.70 (1) d: one is a continuing candidate until one's surplus is transferred."""
        return self.status[option] in (CONTINUING, ELECTED) and option not in self.transferred

    def move_surplus(self, option, surplus, total):
        """167.20: surplus fraction = surplus / votes, 4 decimals; transfer value = that times the
        value of the vote, 4 decimals; remainders are ignored both times."""
        surplus_fraction = surplus * self.unit // total
        papers = [(ranking, count, surplus_fraction * value // self.unit)
                  for ranking, count, value in self.papers[option]]
        self.papers[option] = []
        self.transferred.add(option)
        return self.transfer(papers)

    def impossible(self):
        """167.20, "mathematically impossible to be elected", and 167.70 (1) c.

        (1) One's votes and all that could be transferred to one (of options with fewer votes, tied
        options and surpluses) cannot equal or surpass the next higher option; (2) or one has fewer
        votes than somebody described by (1). Enough must remain to fill the seats.
        """
        below = [o for o in self.not_guarded() if self.votes[o] < self.quota]
        groups = groups_by(below, lambda o: self.votes[o])[::-1]
        reach = self.all_surpluses()
        found, lowest = [], []
        for group, higher in zip(groups, groups[1:]):
            lowest = lowest + group
            reach += sum(self.votes[o] for o in group)
            rest = [o for o in self.continuing() if o not in lowest]
            if self.caps.most(rest) < self.vacancies():
                break
            if reach < self.votes[higher[0]]:
                found = lowest
        return found


def count_minneapolis(contest, ties):
    """Minneapolis."""
    count = Minneapolis(contest, ties)
    outcome = count.count()
    return count.record(), [], outcome
