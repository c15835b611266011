"""Meek's method: Hill, Wichmann and Woodall 1987, in fixed-point arithmetic.

The course of the count follows the reference rule of the Proportional Representation Foundation,
whose steps are cited in brackets. Its arithmetic is followed for the quota and the keep factors;
for the votes see `Meek.distribute`.

A stage is the outcome of one iteration: it ends because somebody is elected, or because the
surplus is as small as it gets.
"""

from .numbers import divide_up
from .stages import EXCLUDED, StageCount, exclusion_action
from .ties import EXCLUSION


class Meek(StageCount):
    """Keep factors are integers in units of the last decimal, as votes are."""

    def __init__(self, contest, ties):
        method = contest.method
        super().__init__(contest, ties, method["decimals"], method["look_back"])
        self.omega = 10 ** (method["decimals"] - method["omega_decimals"])
        self.within_surplus = method["lowest"] == "within-surplus"
        self.valid = sum(contest.strict_rankings().values())
        self.keep = [self.unit if o in set(self.continuing()) else 0 for o in range(len(self.status))]
        self.surplus = 0
        self.exhausted = 0

    def short_rankings(self):
        """Rankings cut after the first option that keeps everything; equal ones added together."""
        votes_of = {}
        for ranking, votes in self.contest.strict_rankings().items():
            short = []
            for option in ranking:
                if self.keep[option] > 0:
                    short.append(option)
                if self.keep[option] == self.unit:
                    break
            votes_of[tuple(short)] = votes_of.get(tuple(short), 0) + votes
        return votes_of

    def distribute(self, rankings):
        """Each option keeps weight x keep factor, and weight x (1 - keep factor) goes on; both cut.

        What both cuts lose counts as exhausted. [B.2.a] would round the kept part up and pass on
        the rest of the weight; see the README.
        """
        self.votes = [0] * len(self.votes)
        for ranking, count in rankings.items():
            weight = self.unit
            for option in ranking:
                self.votes[option] += weight * self.keep[option] // self.unit * count
                weight = weight * (self.unit - self.keep[option]) // self.unit
        self.exhausted = self.valid * self.unit - sum(self.votes)

    def compute_quota(self):
        """[B.2.b] (V - exhausted) / (seats + 1), cut, plus one unit of the last decimal."""
        return sum(self.votes) // (self.seats + 1) + 1

    def iterate(self):
        """[B.2] Distribute until somebody reaches the quota (who: a list) or nothing more moves ([])."""
        last_surplus = None
        rankings = self.short_rankings()
        while True:
            self.distribute(rankings)
            self.quota = self.compute_quota()
            reached = [o for o in self.continuing() if self.votes[o] >= self.quota
                       and self.caps.full(o) is None]
            self.surplus = max(0, sum(self.votes[o] - self.quota for o in self.winners))
            if reached:
                return reached  # [B.2.c]
            if self.surplus <= self.omega:
                return []  # [B.2.e]
            if last_surplus is not None and self.surplus >= last_surplus:
                return []
            last_surplus = self.surplus
            full = {o for o in self.winners if self.keep[o] == self.unit}
            for option in self.winners:  # [B.2.f]
                product = divide_up(self.keep[option] * self.quota, self.unit)
                self.keep[option] = divide_up(product * self.unit, self.votes[option])
            if full:  # papers that stopped there now go on
                rankings = self.short_rankings()

    def add_meek_stage(self, action):
        """Close a stage: what became exhausted, the quota and the keep factors."""
        change = self.exhausted - self.total_non_transferable
        self.add_stage(action, non_transferable=(0, change), quota=self.write(self.quota),
                       keep_values=[self.write(k) for k in self.keep])

    def take_out(self, options):
        for option in options:
            self.status[option] = EXCLUDED
            self.keep[option] = 0
            self.votes[option] = 0

    def lowest(self):
        """[B.3] The lowest; `within-surplus` ties all who may be lowest within the surplus."""
        able = self.not_guarded()
        fewest = min(self.votes[o] for o in able)
        reach = fewest + (self.surplus if self.within_surplus else 0)
        return self.choose([o for o in able if self.votes[o] <= reach], EXCLUSION)[0]

    def run(self):
        action = {"kind": "first-preferences"}
        while True:
            reached = self.iterate()
            self.add_meek_stage(action)
            self.elect(reached)
            if len(self.winners) == self.seats:
                self.exclude_the_rest()
                return
            doomed = self.next_doomed()
            if doomed is not None:
                self.take_out([doomed["option"]])
                action = doomed
                continue
            if self.elect_if_as_many_continue_as_vacancies():  # [B.1, C.1]
                return
            if reached:
                action = {"kind": "redistribution"}
                continue
            option = self.lowest()
            self.take_out([option])
            action = exclusion_action([option])

    def exclude_the_rest(self):
        """[C.2] All seats are filled: those who are left are excluded together."""
        rest = self.continuing()
        if not rest:
            return
        self.take_out(rest)
        self.distribute(self.short_rankings())
        self.add_meek_stage({"kind": "joint-exclusion", "options": rest})


def count_meek(contest, ties):
    """Meek."""
    count = Meek(contest, ties)
    outcome = count.count()
    record = count.record()
    record["quota"] = record["stages"][0]["quota"]
    return record, [], outcome
