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
    """Walk down the ranking, skip whom the cap keeps out, break a tie only where it matters."""
    caps = caps.copy()
    winners = []
    for group in ranking:
        places = seats - len(winners)
        if places == 0:
            break
        able = [o for o in group if caps.full(o) is None]
        if len(able) <= places and caps.fits(able):
            in_turn = able  # the group fits as a whole: ballot order
        else:
            try:
                in_turn = tie_for_seats(able, places, caps, ties)
            except TieStaysOpen as tie:
                return Outcome(winners, seats, tie.tied)
        for option in in_turn:
            caps.seat(option)
            winners.append(option)
    return Outcome(winners, seats)


def tie_for_seats(tied, places, caps, ties):
    """The most favoured first, skipping whom the cap keeps out; one record for the whole tie."""
    if ties.order is None:
        ties.record(None, tied, SEAT, [], "open", [])
        raise TieStaysOpen(tied)
    trial = caps.copy()
    seated = []
    for option in ties.most_favoured_first(tied):
        if len(seated) < places and trial.full(option) is None:
            trial.seat(option)
            seated.append(option)
    ties.record(None, tied, SEAT, [], ties.rule, seated)
    return seated
