"""Electoral Reform Society rules 1997, section 5 (ERS97); the paragraphs are cited in brackets.

Every batch of papers that an exclusion transfers has a stage of its own in the record: elections
are declared after each batch [5.4.9], and ties look at the votes after each batch [5.2.3].
"""

from .numbers import divide_up
from .seating import groups_by
from .stages import EXCLUDED, PaperCount, exclusion_action
from .ties import EXCLUSION, SURPLUS


class Ers97(PaperCount):
    """The count. Votes are in hundredths."""

    def __init__(self, contest, ties):
        super().__init__(contest, ties, 2, "forwards")
        self.valid = sum(contest.strict_rankings().values())
        self.last_batch = [[] for _option in self.status]  # papers last received
        self.surplus_papers = {}  # of each elected option: the batch that gave rise to the surplus
        self.awaiting = 0  # votes of excluded options not yet transferred

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

    def in_order(self, tied):
        """[5.6.2] Too few places for equal options: those ahead at the first point where they differ
        are elected, and nobody who never differed from one who finds no place."""
        room = self.seats - len(self.winners)
        if len(tied) <= room:  # but the cap has no room
            return super().in_order(tied)
        def course(option):
            return [votes[option] for votes in self.history]
        ordered = sorted(tied, key=course, reverse=True)
        return [o for o in ordered if course(o) > course(ordered[room])]

    def declare_elected(self, option):
        self.surplus_papers[option] = self.last_batch[option]
        super().declare_elected(option)

    def after_transfer(self):
        """What follows every transfer of a batch: the quota, then who is elected."""
        self.update_quota()
        self.elect_those_who_reach()

    # Surpluses --------------------------------------------------------------------------------

    def surplus(self, option):
        return self.votes[option] - self.quota

    def with_surplus(self):
        return [o for o in self.winners if self.surplus(o) > 0]

    def how_many_to_exclude(self):
        """[5.2.5] The largest number of the lowest that can be excluded together; with surpluses it
        may be 0.

        (a) Enough remain for the places; (b) their votes and all surpluses do not exceed the vote
        of the option next above.
        """
        votes = sorted(self.votes[o] for o in self.not_guarded())
        surpluses = sum(self.surplus(o) for o in self.with_surplus())
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
            fewest = min(self.votes[o] for o in able)
            equal = [o for o in able if self.votes[o] == fewest]
            if len(equal) > size - len(leaving):
                equal = self.choose(equal, EXCLUSION)
            leaving += equal
            able = [o for o in able if o not in equal]
        return leaving

    def transfer_surplus(self, option):
        """[5.3] Transfer a surplus from the papers last received."""
        surplus, total = self.surplus(option), self.votes[option]
        parcels = self.sort(self.surplus_papers[option])
        nobody = sum(count for _r, count, _v in parcels.pop(None, []))
        papers = sum(count for parcel in parcels.values() for _r, count, _v in parcel)
        value_of_all = sum(c * v for parcel in parcels.values() for _r, c, v in parcel)
        full_value = value_of_all <= surplus  # [5.3.7] papers keep their present value
        transfer_value = None if full_value else surplus // papers
        transfers, moved = [], 0
        for target, parcel in sorted(parcels.items()):
            batch = [(r, c, v if full_value else transfer_value) for r, c, v in parcel]
            votes = sum(c * v for _r, c, v in batch)
            self.receive(target, batch, votes)
            transfers.append((target, sum(c for _r, c, _v in batch), votes))
            moved += votes
        self.votes[option] = self.quota
        self.surplus_papers[option] = []
        rest = surplus - moved  # [5.3.9]
        action = {"kind": "surplus", "from": option, "surplus": self.write(surplus),
                  "total": self.write(total)}
        self.add_stage(action, transfers, (nobody, rest if full_value else 0),
                       0 if full_value else rest)
        self.after_transfer()

    def receive(self, option, batch, votes):
        self.papers[option] += batch
        self.last_batch[option] = batch
        self.votes[option] += votes

    # Exclusions -------------------------------------------------------------------------------

    def exclude_in_batches(self, options, action):
        """[5.4] Batches in descending order of value, across all options excluded together."""
        for option in options:
            self.status[option] = EXCLUDED
        self.awaiting = sum(self.votes[o] for o in options)
        values = sorted({v for o in options for _r, _c, v in self.papers[o]}, reverse=True)
        for value in values or [None]:  # with no papers at all there is still a stage
            transfers, non_transferable = self.transfer_batch(options, value)
            self.add_stage(action, transfers, non_transferable)
            self.after_transfer()
            if len(self.winners) == self.seats:  # [5.5.2] no further transfers are made
                break
        self.awaiting = 0

    def transfer_batch(self, options, value):
        """The papers of one value of all options excluded together."""
        batch = []
        for option in options:
            here = [p for p in self.papers[option] if p[2] == value]
            self.papers[option] = [p for p in self.papers[option] if p[2] != value]
            votes = sum(c * v for _r, c, v in here)
            self.votes[option] -= votes
            self.awaiting -= votes
            batch += here
        transfers, non_transferable = [], (0, 0)
        for target, parcel in self.sort(batch).items():
            count = sum(c for _r, c, _v in parcel)
            votes = sum(c * v for _r, c, v in parcel)
            if target is None:
                non_transferable = (count, votes)
            else:
                self.receive(target, parcel, votes)
                transfers.append((target, count, votes))
        return sorted(transfers), non_transferable

    # The course of the count ------------------------------------------------------------------

    def next_exclusion(self):
        """The action of the next exclusion, or None if a surplus has to go first."""
        doomed = self.next_doomed()
        if doomed is not None:
            return doomed
        size = self.how_many_to_exclude()
        return exclusion_action(self.lowest_of_all(size)) if size else None

    def transfer_largest_surplus(self):
        """[5.2.2, 5.2.3] Not deferred any longer."""
        most = max(self.votes[o] for o in self.with_surplus())
        tied = [o for o in self.with_surplus() if self.votes[o] == most]
        self.transfer_surplus(self.choose(tied, SURPLUS)[0])

    def run(self):
        self.first_preferences()
        for option in self.continuing():
            self.last_batch[option] = self.papers[option]
        self.after_transfer()
        while not self.is_complete():  # [5.5.2]
            action = self.next_exclusion()
            if action is None:
                self.transfer_largest_surplus()
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
