"""Meek's method: Hill, Wichmann and Woodall 1987, in fixed-point arithmetic (docs/counting.md).

Two courses of the count: the reference rule of the Proportional Representation Foundation, whose
steps are cited as B.2, and Schedule 1A of New Zealand's Local Electoral Regulations 2001, Part 1,
whose clauses are cited as clause 10. They differ in what one stage is and in when somebody is
excluded; the arithmetic of both is the same but for how the part that is kept is rounded.
"""

from .numbers import divide_up
from .stages import EXCLUDED, StageCount, exclusion_action
from .ties import EXCLUSION


def cut(weight, keep, unit):
    """What is credited and what goes on, both cut."""
    return weight * keep // unit, weight * (unit - keep) // unit


def rounded_up(weight, keep, unit):
    """[B.2.a] What is credited is rounded up; the rest of the weight goes on."""
    credited = divide_up(weight * keep, unit)
    return credited, weight - credited


def all_rounded_up(weight, keep, unit):
    """[clause 10] Both are rounded up."""
    return divide_up(weight * keep, unit), divide_up(weight * (unit - keep), unit)


KEPT = {"cut": cut, "rounded-up": rounded_up, "all-rounded-up": all_rounded_up}


class Meek(StageCount):
    """What both courses share. Keep values, as votes, are integers in units of the last decimal."""

    elects_before_recording = True

    def __init__(self, contest, ties):
        self.method = contest.method
        super().__init__(contest, ties, self.method["decimals"], self.method["look_back"])
        self.kept = KEPT[self.method["kept"]]
        self.valid = sum(contest.strict_rankings().values())
        continuing = self.continuing()
        self.keep = [self.unit if o in continuing else 0 for o in range(len(self.status))]
        self.rankings, self.shortened_for = {}, None

    # Arithmetic -------------------------------------------------------------------------------

    def shorten_rankings(self):
        """Only options that are credited something: up to the first that keeps all, without those
        that keep nothing. Equal rankings are added together."""
        shape = [(keep > 0) + (keep == self.unit) for keep in self.keep]
        if shape == self.shortened_for:
            return
        self.rankings, self.shortened_for = {}, shape
        for ranking, papers in self.contest.strict_rankings().items():
            short = []
            for option in ranking:
                if self.keep[option] > 0:
                    short.append(option)
                if self.keep[option] == self.unit:
                    break
            self.rankings[tuple(short)] = self.rankings.get(tuple(short), 0) + papers

    def distribute(self):
        """[B.2.a; clause 10] Give each paper to its options in order. New votes."""
        self.shorten_rankings()
        self.votes = [0] * len(self.votes)
        for ranking, papers in self.rankings.items():
            weight = self.unit
            for option in ranking:
                credited, weight = self.kept(weight, self.keep[option], self.unit)
                self.votes[option] += credited * papers

    def distribute_for_quota(self):
        """Distribute, then [B.2.b; clauses 5 and 11]: the votes in play over one more than the
        seats, cut, plus one unit."""
        self.distribute()
        self.quota = sum(self.votes) // (self.seats + 1) + 1

    def update(self):
        """[B.2.f; clauses 7 and 17] Keep value x quota / votes, each time rounded up."""
        for option in self.winners:
            product = divide_up(self.keep[option] * self.quota, self.unit)
            self.keep[option] = min(self.unit, divide_up(product * self.unit, self.votes[option]))

    def surplus(self):
        """The votes less the quota of all who are elected. It can be below zero."""
        return sum(self.votes[o] - self.quota for o in self.winners)

    def is_small(self, before):
        """Is the surplus small, or has it not fallen since it was `before` (None: nothing was)?"""
        surplus = self.surplus()
        scaled, bound = surplus * 10 ** self.method["omega_decimals"], self.unit
        if scaled < bound or (scaled == bound and self.method["omega_bound"] == "at-most"):
            return True
        return before is not None and surplus >= before

    def reached(self):
        """[B.2.c; clauses 6 and 12] Who is elected now."""
        return [o for o in self.able_to_be_seated() if self.votes[o] >= self.quota]

    # Stages -----------------------------------------------------------------------------------

    def close_stage(self, action):
        """Record the stage; what is missing from the votes in play is non-transferable."""
        nowhere = self.valid * self.unit - sum(self.votes)
        self.add_stage(action, non_transferable=(0, nowhere - self.total_non_transferable),
                       quota=self.write(self.quota), keep_values=[self.write(k) for k in self.keep])

    def last_stage(self, action):
        """Nothing is to be found out any more: distribute once, the quota stays."""
        self.distribute()
        self.close_stage(action)

    def take_out(self, options):
        for option in options:
            self.status[option] = EXCLUDED
            self.keep[option] = 0

    def candidates_for_exclusion(self):
        """Whom the cap dooms, or if there is nobody, whom it does not guard."""
        return self.doomed() or self.not_guarded()

    def exclude_lowest(self):
        """[B.3; clause 13] Gives the action. `within-surplus` ties all who may be the lowest."""
        able = self.candidates_for_exclusion()
        reach = min(self.votes[o] for o in able)
        if self.method["lowest"] == "within-surplus":
            reach += max(0, self.surplus())
        lowest = self.choose([o for o in able if self.votes[o] <= reach], EXCLUSION)
        action = self.pass_over(lowest) if lowest in self.doomed() else exclusion_action([lowest])
        self.take_out([lowest])
        return action

    # The course of the count ------------------------------------------------------------------

    def run(self):
        action = {"kind": "first-preferences"}
        while action is not None:
            self.iterate()
            self.close_stage(action)
            reached = [] if self.as_few_continue_as_seats() else self.reached()
            self.elect(reached)
            action = self.next_action(bool(reached))

    def elect_the_rest(self):
        """[B.1; clause 3] In ballot order."""
        for option in self.continuing():
            self.declare_elected(option)

    def next_action(self, somebody_elected):
        """The action of the next stage; None at the end."""
        if self.is_complete():
            rest = self.continuing()
            if rest:
                self.take_out(rest)
                self.last_stage({"kind": "joint-exclusion", "options": rest})
            return None
        if not self.excludes_now(somebody_elected):
            return {"kind": "redistribution"}
        action = self.exclude_lowest()
        if self.as_few_continue_as_seats():
            self.last_stage(action)
            self.elect_the_rest()
            return None
        return action

    def iterate(self):
        """What a stage computes."""
        raise NotImplementedError

    def excludes_now(self, somebody_elected):
        """Is somebody excluded after this stage?"""
        raise NotImplementedError


class Reference(Meek):
    """[B.2] A stage goes on until somebody is elected or the surplus is small."""

    def iterate(self):
        before = None
        self.distribute_for_quota()
        while not self.reached() and not self.is_small(before):
            before = self.surplus()
            self.update()
            self.distribute_for_quota()

    def excludes_now(self, somebody_elected):
        return not somebody_elected


class NewZealand(Meek):
    """A stage is one iteration of Schedule 1A, Part 1."""

    before = None  # the surplus of the stage before, if that one elected and excluded nobody

    def iterate(self):
        if self.stages:
            self.update()
        self.distribute_for_quota()

    def excludes_now(self, somebody_elected):
        before = None if somebody_elected else self.before
        excludes = len(self.stages) > 1 and (self.is_small(before) or self.lowest_is_certain())
        self.before = None if somebody_elected or excludes else self.surplus()
        return excludes

    def lowest_is_certain(self):
        """[clause 13] Even with the whole surplus the lowest would stay below every other."""
        votes = sorted(self.votes[o] for o in self.candidates_for_exclusion())
        return len(votes) == 1 or votes[0] + max(0, self.surplus()) < votes[1]


COURSES = {"reference": Reference, "new-zealand": NewZealand}


def count_meek(contest, ties):
    """Meek. The quota of the record is that of the first stage."""
    count = COURSES[contest.method["course"]](contest, ties)
    outcome = count.count()
    record = count.record()
    record["quota"] = record["stages"][0]["quota"]
    return record, [], outcome
