"""What all counts in stages share: the record of stages, papers and who continues."""

from .numbers import decimals
from .seating import Outcome, groups_by
from .ties import EXCLUSION, SEAT, SURPLUS, TieStaysOpen

CONTINUING, ELECTED, EXCLUDED, NOT_STANDING = "continuing", "elected", "excluded", "not-standing"


class StageCount:
    """The state of a count in stages. Votes are integers in units of the last decimal."""

    elects_before_recording = False  # is the stage of a tie for a seat the one in which it is met?

    def __init__(self, contest, ties, places, look_back, among=None):
        self.contest = contest
        self.ties = ties
        self.caps = contest.caps.copy()
        self.seats = contest.seats
        self.places = places  # decimals
        self.unit = 10**places
        self.look_back = look_back
        count = len(contest.options)
        standing = contest.standing if among is None else among
        self.status = [CONTINUING if o in standing else NOT_STANDING for o in range(count)]
        self.votes = [0] * count
        self.winners = []
        self.open_tie = None
        self.quota = None
        self.stages = []
        self.history = []  # totals after each stage
        self.total_non_transferable = 0
        self.total_rounding_loss = 0

    # Who is where -----------------------------------------------------------------------------

    def continuing(self):
        """Options neither elected nor excluded, in ballot order."""
        return [o for o, status in enumerate(self.status) if status == CONTINUING]

    def vacancies(self):
        """How many seats can still be filled: those open, or fewer where the cap allows fewer."""
        return min(self.seats - len(self.winners), self.caps.most(self.continuing()))

    # Writing stages ---------------------------------------------------------------------------

    def write(self, votes):
        """A figure of votes as it stands in the transcript."""
        return decimals(votes, self.places)

    def add_stage(self, action, transfers=(), non_transferable=(0, 0), rounding_loss=0, **extra):
        """Close a stage: note its transfers and the totals after it.

        `transfers` has (to, papers, votes), `non_transferable` (papers, votes).
        """
        self.total_non_transferable += non_transferable[1]
        self.total_rounding_loss += rounding_loss
        stage = {
            "number": len(self.stages) + 1,
            "action": action,
            "transfers": [{"to": o, "papers": p, "votes": self.write(v)} for o, p, v in transfers],
            "non_transferable": {"papers": non_transferable[0],
                                 "votes": self.write(non_transferable[1])},
            "rounding_loss": self.write(rounding_loss),
            "totals": [self.write(v) for v in self.votes],
            "total_non_transferable": self.write(self.total_non_transferable),
            "total_rounding_loss": self.write(self.total_rounding_loss),
            "elected": [],
            **extra,
        }
        self.stages.append(stage)
        self.history.append(list(self.votes))

    def record(self):
        """The record `stages`."""
        record = {"kind": "stages", "decimals": self.places, "stages": self.stages}
        if self.quota is not None:
            record["quota"] = self.write(self.quota)
        return record

    # Electing and choosing --------------------------------------------------------------------

    def declare_elected(self, option):
        """The option is elected at the latest stage."""
        self.status[option] = ELECTED
        self.winners.append(option)
        self.caps.seat(option)
        self.stages[-1]["elected"].append(option)

    def elect(self, options):
        """Elect these options in order of votes, as far as seats and caps allow."""
        for equal in groups_by(options, lambda o: self.votes[o]):
            self.elect_equal(equal)

    def elect_equal(self, equal):
        """Equal options: in the order given if they can all be seated, or else one by one as ties
        decide. The doomed are left aside, before and as the others take seats."""
        left = list(equal)
        while left and len(self.winners) < self.seats:
            left = [o for o in left if o in self.able_to_be_seated()]
            together = len(left) < 2 or self.can_all_be_seated(left)
            for option in left if together else [self.choose(left, SEAT)]:
                self.declare_elected(option)
                left = [o for o in left if o != option]

    def can_all_be_seated(self, group):
        """Have the seats left and the cap room for them all, and can the rest be filled then?"""
        rest = [o for o in self.continuing() if o not in group]
        return (len(group) <= self.seats - len(self.winners) and self.caps.fits(group)
                and len(group) + self.caps.most_beside(group, rest) >= self.vacancies())

    def choose(self, tied, purpose):
        """The only one of the options, or the one on whom the tie falls."""
        if len(tied) > 1:
            stage = len(self.stages) + (purpose != SEAT or not self.elects_before_recording)
            tied = self.ties.break_tie(sorted(tied), purpose, stage, self.history, self.look_back,
                                       self.write)
        return tied[0]

    def not_guarded(self):
        """Continuing options that may be excluded."""
        guarded = self.caps.guarded(self.continuing(), self.vacancies())
        return [o for o in self.continuing() if o not in guarded]

    def with_fewest(self, options):
        """Those of the options that have the fewest votes."""
        fewest = min(self.votes[o] for o in options)
        return [o for o in options if self.votes[o] == fewest]

    def lowest(self):
        """The one option to exclude of those that are not guarded."""
        return self.choose(self.with_fewest(self.not_guarded()), EXCLUSION)

    def as_few_continue_as_seats(self):
        """Do no more continue than there are seats to fill?"""
        return len(self.continuing()) <= self.vacancies()

    def elect_the_rest(self):
        """Who continues is elected without further transfer."""
        self.elect(self.continuing())

    def is_complete(self):
        """Are all seats filled, now that the rest is elected if it is few enough?"""
        if self.as_few_continue_as_seats():
            self.elect_the_rest()
            return True
        return len(self.winners) == self.seats

    def doomed(self):
        """Continuing options whom the cap keeps out."""
        return self.caps.doomed(self.continuing(), self.vacancies())

    def able_to_be_seated(self):
        """Continuing options whom the cap does not keep out."""
        doomed = self.doomed()
        return [o for o in self.continuing() if o not in doomed]

    def next_doomed(self):
        """The action that excludes the lowest of the doomed, or None."""
        doomed = self.doomed()
        if not doomed:
            return None
        return self.pass_over(self.choose(self.with_fewest(doomed), EXCLUSION))

    def pass_over(self, option):
        """The action that excludes an option whom the cap keeps out."""
        return {"kind": "cap-exclusion", "option": option,
                "affiliation": self.caps.pass_over(option)}

    def count(self):
        """Run the count; a tie that stays open ends it, and matters if there are seats left."""
        try:
            self.run()
        except TieStaysOpen as tie:
            if len(self.winners) < self.seats:
                self.open_tie = tie.tied
        return Outcome(self.winners, self.seats, self.open_tie)

    def run(self):
        """The rule itself."""
        raise NotImplementedError


class PaperCount(StageCount):
    """A count that moves papers: each is a ranking, how many papers carry it, and their value."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.papers = [[] for _option in self.status]  # of each option: (ranking, count, value)

    def receives(self, option):
        """May the option be given papers?"""
        return self.status[option] == CONTINUING

    def next_choice(self, ranking):
        """The next available preference: the first option on the paper that may be given it."""
        for option in ranking:
            if self.receives(option):
                return option
        return None

    def sum_of(self, papers):
        """What papers are worth together: the value of each times their number."""
        return sum(count * value for _ranking, count, value in papers)

    def value_at_first(self, _count):
        """The value of papers in the first count: one vote each."""
        return self.unit

    def receive(self, option, papers, votes):
        """The option is given papers that are worth so many votes."""
        self.papers[option] += papers
        self.votes[option] += votes

    def transfer(self, papers):
        """Give papers at the value they have to the next available preference.

        Gives transfers and what is non-transferable, as they stand in the stage.
        """
        parcels = {}
        for ranking, count, value in papers:
            parcels.setdefault(self.next_choice(ranking), []).append((ranking, count, value))
        transfers, non_transferable = [], (0, 0)
        for option, parcel in parcels.items():
            count, votes = number_of(parcel), self.sum_of(parcel)
            if option is None:
                non_transferable = (count, votes)
            else:
                self.receive(option, parcel, votes)
                transfers.append((option, count, votes))
        return sorted(transfers), non_transferable

    def first_preferences(self):
        """The first stage. A paper that names nobody here has no part."""
        papers = [(ranking, count, self.value_at_first(count))
                  for ranking, count in self.contest.strict_rankings().items() if count > 0]
        transfers, _no_part = self.transfer(papers)
        self.add_stage({"kind": "first-preferences"}, transfers)

    def exclude(self, options, action):
        """Exclude options and transfer their papers at the value at which they were received."""
        papers, votes = [], 0
        for option in options:
            self.status[option] = EXCLUDED
            papers += self.papers[option]
            votes += self.votes[option]
            self.papers[option], self.votes[option] = [], 0
        transfers, non_transferable = self.transfer(papers)
        moved = sum(v for _o, _c, v in transfers) + non_transferable[1]
        self.add_stage(action, transfers, non_transferable, votes - moved)

    def surplus_action(self, option):
        """The action of a stage that transfers the surplus of an elected option."""
        return {"kind": "surplus", "from": option, "total": self.write(self.votes[option]),
                "surplus": self.write(self.votes[option] - self.quota)}

    def with_surplus(self):
        """Elected options whose surplus is still to be transferred."""
        return [o for o in self.winners if self.votes[o] > self.quota]

    def all_surpluses(self):
        """What they have together above the quota."""
        return sum(self.votes[o] - self.quota for o in self.with_surplus())

    def largest_surplus(self):
        """Whose surplus goes first: the largest; equal ones by earlier stages, then by lot."""
        most = max(self.votes[o] for o in self.with_surplus())
        return self.choose([o for o in self.with_surplus() if self.votes[o] == most], SURPLUS)


def number_of(papers):
    """How many papers these are."""
    return sum(count for _ranking, count, _value in papers)


def exclusion_action(options):
    """The action of a stage that excludes one option, or several together."""
    if len(options) == 1:
        return {"kind": "exclusion", "option": options[0]}
    return {"kind": "joint-exclusion", "options": sorted(options)}
