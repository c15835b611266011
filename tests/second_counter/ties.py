"""Ties (docs/counting.md, section 2): the order of lots, looking back, and the record of each tie."""

import hashlib

SEAT, SURPLUS, PLACE, EXCLUSION = "seat", "surplus", "place", "exclusion"


class TieStaysOpen(Exception):
    """A tie that matters and that nothing may break. The count ends unresolved."""

    def __init__(self, tied):
        super().__init__(f"tie between {tied}")
        self.tied = sorted(tied)


RESOLUTIONS = {"lots": "lot", "published-order": "published-order", "casting-vote": "casting-vote"}


def draw_lots(seed, count):
    """Draw the order of lots over `count` options from the seed, given as hexadecimal text.

    R. Rivest's counter method: hash "<seed>,<N>" for N = 1, 2, 3, …; pass over hashes in the last,
    incomplete run of multiples, so that each option left is equally likely. Gives the draws; the
    option that is left at the end is not drawn.
    """
    left = list(range(count))
    draws = []
    counter = 0
    while len(left) > 1:
        counter += 1
        digest = hashlib.sha256(f"{seed.lower()},{counter}".encode("ascii")).digest()
        number = int.from_bytes(digest, "big")
        if number >= 2**256 // len(left) * len(left):
            continue
        place = number % len(left)
        draws.append({"counter": counter, "remaining": len(left), "drawn": place,
                      "option": left.pop(place)})
    return draws


def order_of(draws, count):
    """The order that was drawn, most favoured first."""
    drawn = [draw["option"] for draw in draws]
    return drawn + [option for option in range(count) if option not in drawn]


class Ties:
    """Breaks ties by the contest's rule and records each one that was met."""

    def __init__(self, contest):
        self.rule = contest.rules["ties"]["kind"]
        self.records = []
        self.order = None
        self.lots = {"draws": []}
        if self.rule == "lots" and contest.seed is not None:
            draws = draw_lots(contest.seed, len(contest.options))
            self.lots = {"seed": contest.seed, "draws": draws}
            self.order = order_of(draws, len(contest.options))
        elif self.rule == "published-order":
            self.order = list(contest.rules["ties"]["order"])
        elif self.rule == "casting-vote" and type(contest.casting) is list:
            self.order = list(contest.casting)

    def lots_record(self):
        """The field `lots`; there is one whenever there is an order."""
        return {**self.lots, "order": self.order}

    def most_favoured_first(self, options):
        """The options in the order of lots."""
        return sorted(options, key=self.order.index)

    def break_tie(self, tied, purpose, stage, history=(), look_back="never", write=str):
        """The option on which the tie falls, in a list; for an exclusion, the one to be excluded.

        `stage` is the stage that the tie decides about; `history` has the totals after each stage
        recorded so far, the first stage first; `write` says how such a total is written.
        """
        lowest = purpose == EXCLUSION
        found, left, looked_at = look_into_history(tied, lowest, history, look_back)
        for entry in looked_at:
            entry["totals"] = [write(figure) for figure in entry["totals"]]
        if found is not None:
            self.record(stage, tied, purpose, looked_at, "earlier-stage", [found])
            return [found]
        try:
            return self.ask_order(left, purpose, stage, looked_at)[:1]
        except TieStaysOpen:
            raise TieStaysOpen(tied) from None

    def ask_order(self, tied, question, stage=0, looked_at=()):
        """All the tied in the order that decides, the one asked for first: for an exclusion the
        least favoured. One record; without an order the tie stays open."""
        if self.order is None:
            self.record(stage, tied, question, looked_at, "unresolved", [])
            raise TieStaysOpen(tied)
        decided = self.most_favoured_first(tied)
        if question == EXCLUSION:
            decided.reverse()
        self.record(stage, tied, question, looked_at, RESOLUTIONS[self.rule], decided)
        return decided

    def record(self, stage, tied, question, looked_at, resolution, decided):
        """Write down a tie."""
        self.records.append({"stage": stage, "tied": sorted(tied), "question": question,
                             "looked_at": list(looked_at), "resolution": resolution,
                             "decided": list(decided)})


def look_into_history(tied, lowest, history, look_back):
    """Ask earlier stages. Gives (the option found or None, who is still tied, the figures in which
    they differed)."""
    numbers = list(range(1, len(history) + 1))
    if look_back == "never":
        return None, tied, []
    if look_back != "forwards":
        numbers.reverse()
    extreme = min if lowest else max
    looked_at = []
    for number in numbers:
        totals = history[number - 1]
        figures = [totals[o] for o in tied]
        if len(set(figures)) == 1:
            continue
        looked_at.append({"stage": number, "among": list(tied), "totals": figures})
        at_extreme = [o for o in tied if totals[o] == extreme(figures)]
        if look_back == "all-different":
            if len(set(figures)) == len(tied):
                return at_extreme[0], tied, looked_at
        else:
            tied = at_extreme
            if len(tied) == 1:
                return tied[0], tied, looked_at
    return None, tied, looked_at
