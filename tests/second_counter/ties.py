"""Ties (docs/counting.md, section 2): the order of lots, looking back, and the record of each tie."""

import hashlib

SEAT, SURPLUS, PLACE, EXCLUSION = "seat", "surplus", "place", "exclusion"


class TieStaysOpen(Exception):
    """A tie that matters and that nothing may break. The count ends unresolved."""

    def __init__(self, tied):
        super().__init__(f"tie between {tied}")
        self.tied = sorted(tied)


def draw_lots(seed, count):
    """Draw the order of lots over `count` options from the seed, given as hexadecimal text.

    R. Rivest's counter method: hash "<seed>,<N>" for N = 1, 2, 3, …; pass over hashes in the last,
    incomplete run of multiples, so that each option left is equally likely.
    """
    left = list(range(count))
    order = []
    counter = 0
    while len(left) > 1:
        counter += 1
        digest = hashlib.sha256(f"{seed.lower()},{counter}".encode("ascii")).digest()
        number = int.from_bytes(digest, "big")
        if number >= 2**256 // len(left) * len(left):
            continue
        order.append(left.pop(number % len(left)))
    return order + left


class Ties:
    """Breaks ties by the contest's rule and records each one that was met."""

    def __init__(self, contest):
        self.rule = contest.rules["ties"]["kind"]
        self.records = []
        self.order = None
        if self.rule == "lots" and contest.seed is not None:
            self.order = draw_lots(contest.seed, len(contest.options))
        elif self.rule == "published-order":
            self.order = list(contest.rules["ties"]["order"])
        elif self.rule == "casting-vote" and contest.casting is not None:
            self.order = list(contest.casting)

    def most_favoured_first(self, options):
        """The options in the order of lots."""
        return sorted(options, key=self.order.index)

    def break_tie(self, tied, purpose, stage=None, history=(), look_back="never"):
        """The option on which the tie falls, in a list; for an exclusion, the one to be excluded.

        `history` has the totals after each earlier stage, the first stage first; the stage at
        which the options are tied is not among them.
        """
        found, looked_at, resolution = self._one(tied, purpose, history, look_back)
        decided = [] if found is None else [found]
        self.record(stage, tied, purpose, looked_at, resolution, decided)
        if found is None:
            raise TieStaysOpen(tied)
        return decided

    def _one(self, tied, purpose, history, look_back):
        """The one option a tie falls on, the stages looked at, and what decided."""
        found, left, looked_at = look_into_history(tied, purpose == EXCLUSION, history, look_back)
        if found is not None:
            return found, looked_at, "earlier-stage"
        if self.order is None:
            return None, looked_at, "open"
        ordered = self.most_favoured_first(left)
        return (ordered[-1] if purpose == EXCLUSION else ordered[0]), looked_at, self.rule

    def record(self, stage, tied, question, looked_at, resolution, decided):
        """Write down a tie."""
        entry = {"tied": sorted(tied), "question": question, "looked_at": list(looked_at),
                 "resolution": resolution, "decided": list(decided)}
        if stage is not None:
            entry["stage"] = stage
        self.records.append(entry)


def look_into_history(tied, lowest, history, look_back):
    """Ask earlier stages. Gives (the option found or None, who is still tied, stages looked at)."""
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
        looked_at.append(number)
        at_extreme = [o for o in tied if totals[o] == extreme(figures)]
        if look_back == "all-different":
            if len(set(figures)) == len(tied):
                return at_extreme[0], tied, looked_at
        else:
            tied = at_extreme
            if len(tied) == 1:
                return tied[0], tied, looked_at
    return None, tied, looked_at
