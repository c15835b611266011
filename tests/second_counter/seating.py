"""From an order of the options to who is elected: seats, ties and affiliation caps."""

from .ties import SEAT, TieStaysOpen


class Outcome:
    """Who is elected, in order of election; and a tie that stays open, if there is one."""

    def __init__(self, winners, seats, tied=None):
        self.winners = list(winners)
        self.seats = seats
        self.tied = tied

    def record(self):
        """As it stands in the transcript."""
        missing = self.seats - len(self.winners)
        if self.tied is not None:
            return {"kind": "unresolved", "winners": self.winners,
                    "tied": sorted(self.tied), "open": missing}
        return {"kind": "elected", "winners": self.winners, "unfilled": missing}


def groups_by(options, figure):
    """The options in groups of equal figures, highest first, ballot order within a group."""
    groups = {}
    for option in options:
        groups.setdefault(figure(option), []).append(option)
    return [sorted(groups[key]) for key in sorted(groups, reverse=True)]


def layers(options, above):
    """Layers of a partial order: first those whom nobody left is above, and so on."""
    left = list(options)
    result = []
    while left:
        layer = [o for o in left if not any(above(p, o) for p in left if p != o)]
        result.append(layer)
        left = [o for o in left if o not in layer]
    return result


def seat_in_order(ranking, seats, caps, ties):
    """Walk down the ranking, pass over whom the cap keeps out, break a tie only where it matters."""
    caps = caps.copy()
    winners = []
    for group in ranking:
        places = seats - len(winners)
        if places == 0:
            break
        able = without_the_full(group, caps)
        if len(able) <= places and caps.fits(able):
            in_turn = able  # the group fits as a whole: ballot order
        else:
            try:
                in_turn = ties.ask_order(able, SEAT)
            except TieStaysOpen as tie:
                return Outcome(winners, seats, tie.tied)
        for option in in_turn:
            if len(winners) == seats:
                break
            if without_the_full([option], caps):
                caps.seat(option)
                winners.append(option)
    return Outcome(winners, seats)


def seat_by_seat(contest, caps, choose):
    """Fill the seats one after another; before each the cap takes out whom it keeps out.

    `choose` gives, of the options left, the one to elect to the seat of that number, or None.
    Gives (the winners, who is left, the tie that stays open or None).
    """
    winners, left = [], list(contest.standing)
    while len(winners) < contest.seats:
        left = without_the_full(left, caps)
        try:
            elected = choose(left, len(winners) + 1) if left else None
        except TieStaysOpen as tie:
            return winners, left, tie.tied
        if elected is None:
            break
        caps.seat(elected)
        winners.append(elected)
        left.remove(elected)
    return winners, left, None


def without_the_full(options, caps):
    """The options that the cap lets in; the others are written down as passed over."""
    for option in options:
        if caps.full(option) is not None:
            caps.pass_over(option)
    return [option for option in options if caps.full(option) is None]
