"""Electoral Reform Society rules 1997, section 5 (ERS97); the paragraphs are cited in brackets.

Every batch of papers that an exclusion transfers has a stage of its own in the record: elections
are declared after each batch [5.4.9], and ties look at the votes after each batch [5.2.3].
"""

from .numbers import divide_up
from .seating import groups_by
from .stages import EXCLUDED, PaperCount, exclusion_action, number_of
from .ties import EXCLUSION


class Ers97(PaperCount):
    """The count. Votes are in hundredths."""

    def __init__(self, contest, ties):
        super().__init__(contest, ties, 2, "forwards")
        self.valid = sum(contest.strict_rankings().values())
        self.last_batch = [[] for _option in self.status]  # papers last received
        self.surplus_papers = {}  # of each elected option: the batch that gave rise to the surplus

    # Quota and election -----------------------------------------------------------------------

    def update_quota(self):
        """[5.1.6], and [5.4.8] while nobody is elected: two decimals, rounded up."""
        if not self.winners:
            active = self.valid * self.unit - self.total_non_transferable
            self.quota = divide_up(active, self.seats + 1)

    def vote_required(self):
        """[5.6.1] The total active vote over one more than the places not yet filled, rounded up.

        The total active vote [6.20]: all votes credited, less what each elected option keeps.
        """
        active = sum(self.votes) - sum(min(self.votes[o], self.quota) for o in self.winners)
        return min(self.quota, divide_up(active, self.seats - len(self.winners) + 1))

    def elect_those_who_reach(self):
        """[5.1.7, 5.3.13, 5.4.9] All who have the vote required, which then falls; and again."""
        while len(self.winners) < self.seats:
            required = self.vote_required()
            self.stages[-1]["quota"] = self.write(required)
            able = [o for o in self.able_to_be_seated() if self.votes[o] >= required]
            if not able:
                return
            for equal in groups_by(able, lambda o: self.votes[o]):
                self.elect_equal(equal)
                if set(equal) & set(self.able_to_be_seated()):  # [5.6.2] equal, and none goes ahead
                    return

    def elect_equal(self, equal):
        """[5.6.2] Too few places for equal options: those ahead at the first point where they
        differ are elected, and nobody who never differed from one who finds no place."""
        equal = [o for o in equal if o in self.able_to_be_seated()]
        room = self.seats - len(self.winners)
        if len(equal) > room:
            def course(option):
                return [votes[option] for votes in self.history]
            ordered = sorted(equal, key=course, reverse=True)
            equal = [o for o in ordered if course(o) > course(ordered[room])]
        super().elect_equal(equal)

    def declare_elected(self, option):
        self.surplus_papers[option] = self.last_batch[option]
        super().declare_elected(option)

    def after_transfer(self):
        """What follows every transfer of a batch: the quota, then who is elected."""
        self.update_quota()
        self.elect_those_who_reach()

    # Surpluses --------------------------------------------------------------------------------

    def how_many_to_exclude(self):
        """[5.2.5] The largest number of the lowest that can be excluded together; with surpluses it
        may be 0.

        (a) Enough remain for the places; (b) their votes and all surpluses do not exceed the vote
        of the option next above.
        """
        votes = sorted(self.votes[o] for o in self.not_guarded())
        surpluses = self.all_surpluses()
        most = len(votes) - self.vacancies() if self.caps.unlimited else 1
        for size in range(most, 0, -1):
            if len(votes) > size and sum(votes[:size]) + surpluses <= votes[size]:
                return size
        return 0 if surpluses else 1

    def lowest_of_all(self, size):
        """So many of the lowest; where equal options straddle the cut, each that goes is a tie."""
        able = self.not_guarded()
        leaving = []
        while len(leaving) < size:
            equal = self.with_fewest(able)
            if len(equal) > size - len(leaving):
                equal = [self.choose(equal, EXCLUSION)]
            leaving += equal
            able = [o for o in able if o not in equal]
        return leaving

    def transfer_surplus(self, option):
        """[5.3] Transfer a surplus from the papers last received."""
        action, surplus = self.surplus_action(option), self.votes[option] - self.quota
        last = self.surplus_papers.pop(option)
        papers = [paper for paper in last if self.next_choice(paper[0]) is not None]
        keep_value = self.sum_of(papers) <= surplus  # [5.3.7]
        if not keep_value:
            value = surplus // number_of(papers)
            papers = [(ranking, count, value) for ranking, count, _value in papers]
        transfers, _nobody = self.transfer(papers)
        self.votes[option] = self.quota
        rest = surplus - self.sum_of(papers)  # [5.3.9]
        self.add_stage(action, transfers,
                       (number_of(last) - number_of(papers), rest if keep_value else 0),
                       0 if keep_value else rest)
        self.after_transfer()

    def receive(self, option, papers, votes):
        super().receive(option, papers, votes)
        self.last_batch[option] = papers

    # Exclusions -------------------------------------------------------------------------------

    def exclude_in_batches(self, options, action):
        """[5.4] Batches in descending order of value, across all options excluded together."""
        for option in options:
            self.status[option] = EXCLUDED
        values = sorted({v for o in options for _r, _c, v in self.papers[o]}, reverse=True)
        for value in values or [None]:  # with no papers at all there is still a stage
            self.add_stage(action, *self.transfer_batch(options, value))
            self.after_transfer()
            if len(self.winners) == self.seats:  # [5.5.2] no further transfers are made
                break

    def transfer_batch(self, options, value):
        """The papers of one value of all options excluded together."""
        batch = []
        for option in options:
            here = [p for p in self.papers[option] if p[2] == value]
            self.papers[option] = [p for p in self.papers[option] if p[2] != value]
            self.votes[option] -= self.sum_of(here)
            batch += here
        return self.transfer(batch)

    # The course of the count ------------------------------------------------------------------

    def next_exclusion(self):
        """The action of the next exclusion, or None if a surplus has to go first."""
        doomed = self.next_doomed()
        if doomed is not None:
            return doomed
        size = self.how_many_to_exclude()
        return exclusion_action(self.lowest_of_all(size)) if size else None

    def run(self):
        self.first_preferences()
        self.after_transfer()
        while not self.is_complete():  # [5.5.2]
            action = self.next_exclusion()
            if action is None:
                self.transfer_surplus(self.largest_surplus())  # [5.2.2, 5.2.3] not deferred
                continue
            leaving = action["options"] if "options" in action else [action["option"]]
            others = [o for o in self.continuing() if o not in leaving]
            if len(others) == self.vacancies():  # [5.5.1]
                self.elect(others)
                return
            self.exclude_in_batches(leaving, action)


def count_ers97(contest, ties):
    """ERS97. The quota of the record is that of 5.1.6."""
    count = Ers97(contest, ties)
    count.update_quota()
    first_quota = count.quota
    outcome = count.count()
    return {**count.record(), "quota": count.write(first_quota)}, [], outcome
