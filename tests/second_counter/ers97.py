"""Electoral Reform Society rules 1997, section 5 (ERS97); the paragraphs are cited in brackets.

Every batch of papers that an exclusion transfers has a stage of its own in the record: elections
are declared after each batch [5.4.9], and ties look at the votes after each batch [5.2.3].
"""

from .numbers import divide_up
from .stages import EXCLUDED, PaperCount, exclusion_action
from .ties import SEAT, SURPLUS, look_into_history


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

    def active_vote(self):
        """[6.20] Total active vote: the votes of continuing options and those awaiting transfer."""
        waiting = sum(max(0, self.votes[o] - self.quota) for o in self.winners)
        return sum(self.votes[o] for o in self.continuing()) + waiting + self.awaiting

    def reaches(self, option):
        """[5.1.7, 5.3.13, 5.4.9] The quota, or the active vote over places not filled plus one."""
        places = self.seats - len(self.winners)
        return (self.votes[option] >= self.quota
                or self.votes[option] * (places + 1) >= self.active_vote())

    def elect_those_who_reach(self):
        """Each continuing option in turn in descending order of votes, up to the places left."""
        while len(self.winners) < self.seats:
            able = [o for o in self.continuing()
                    if self.caps.full(o) is None and self.reaches(o)]
            if not able:
                return
            most = max(self.votes[o] for o in able)
            group = [o for o in able if self.votes[o] == most]
            room = self.seats - len(self.winners)
            if len(group) > room or not self.caps.fits(group):
                chosen = self.select_by_earlier_votes(group)
                if chosen is None:  # [5.6.2] none of them shall be deemed elected at that stage
                    return
                group = [chosen]
            for option in group:
                self.surplus_papers[option] = self.last_batch[option]
                self.declare_elected(option)

    def select_by_earlier_votes(self, tied):
        """[5.6.2] By the votes at the first or earliest point where they were unequal; else None."""
        found, _left, looked_at = look_into_history(tied, False, self.history[:-1], "forwards")
        if found is not None:
            self.ties.record(len(self.stages), tied, SEAT, looked_at, "earlier-stage", [found])
        return found

    def after_transfer(self):
        """What follows every transfer of a batch: the quota, then who is elected."""
        self.update_quota()
        self.stages[-1]["quota"] = self.write(self.quota)
        self.elect_those_who_reach()

    # Surpluses --------------------------------------------------------------------------------

    def surplus(self, option):
        return self.votes[option] - self.quota

    def with_surplus(self):
        return [o for o in self.winners if self.surplus(o) > 0]

    def exclusion_groups(self):
        """Sets of the lowest that could be excluded together [5.2.5], the smallest set first.

        (a) Enough remain for the places; (b) their votes and all surpluses do not exceed the vote
        of the option next above. Options with equal votes stay together.
        """
        continuing, vacancies = self.continuing(), self.vacancies()
        surpluses = sum(self.surplus(o) for o in self.with_surplus())
        found = []
        for figure in sorted({self.votes[o] for o in continuing}):
            lowest = [o for o in continuing if self.votes[o] <= figure]
            rest = [o for o in continuing if o not in lowest]
            if not rest or self.caps.most(rest) < vacancies:
                break
            if sum(self.votes[o] for o in lowest) + surpluses <= min(self.votes[o] for o in rest):
                found.append(lowest)
        return found

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

    def run(self):
        self.update_quota()
        self.first_preferences()
        for option in self.continuing():
            self.last_batch[option] = self.papers[option]
        self.after_transfer()
        while True:
            if len(self.winners) == self.seats:  # [5.5.2]
                return
            doomed = self.next_doomed()
            if doomed is not None:
                self.exclude_in_batches([doomed["option"]], doomed)
                continue
            if self.elect_if_as_many_continue_as_vacancies():
                return
            surpluses, groups = self.with_surplus(), self.exclusion_groups()
            if surpluses and not groups:  # [5.2.2] not deferred
                most = max(self.votes[o] for o in surpluses)
                tied = [o for o in surpluses if self.votes[o] == most]
                self.transfer_surplus(self.choose(tied, SURPLUS)[0])  # [5.2.3]
                continue
            leaving = groups[-1] if groups else [self.lowest()]  # [5.2.5]
            self.exclude_in_batches(leaving, exclusion_action(leaving))


def count_ers97(contest, ties):
    """ERS97."""
    count = Ers97(contest, ties)
    outcome = count.count()
    record = count.record()
    record["quota"] = record["stages"][0]["quota"]
    return record, [], outcome
