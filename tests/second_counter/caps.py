"""Affiliation caps (docs/counting.md, sections 1 and 3): who may still be seated.

In counts by stages they guard and doom (I. D. Hill, "STV with constraints", Voting Matters 9):
an option that cannot be elected any more is doomed and excluded at once; an option without which
the seats could not all be filled is guarded and is not excluded.
"""

from collections import Counter
from functools import cache


class Caps:
    """The rule, the seats already held, and the seats filled so far."""

    def __init__(self, rule, options, sitting):
        self.affiliations = [list(option.get("affiliations", [])) for option in options]
        self.unlimited = rule["kind"] == "unlimited"
        if rule["kind"] == "at-most":
            self.limit = rule["seats"]
        elif rule["kind"] == "share":
            ratio = rule["ratio"]
            self.limit = rule["body_seats"] * ratio["numerator"] // ratio["denominator"]
        else:
            self.limit = None
        self.held = dict(sitting)
        self.passed_over = []  # shared by all copies: one list for a count

    def copy(self):
        """A copy with seats of its own, so that a trial leaves no trace."""
        other = Caps.__new__(Caps)
        other.__dict__.update(self.__dict__)
        other.held = dict(self.held)
        return other

    def full(self, option):
        """The first affiliation of the option that has no seat left, or None."""
        if self.unlimited:
            return None
        for affiliation in self.affiliations[option]:
            if self.held.get(affiliation, 0) >= self.limit:
                return affiliation
        return None

    def seat(self, option):
        """The option takes a seat."""
        for affiliation in self.affiliations[option]:
            self.held[affiliation] = self.held.get(affiliation, 0) + 1

    def pass_over(self, option):
        """Write down that the option is kept out, and which affiliation does it; gives that."""
        affiliation = self.full(option) or self.affiliations[option][0]
        self.passed_over.append({"option": option, "affiliation": affiliation,
                                 "holds": self.held.get(affiliation, 0)})
        return affiliation

    def fits(self, options):
        """Can all these options be seated together?"""
        trial = self.copy()
        for option in options:
            if trial.full(option) is not None:
                return False
            trial.seat(option)
        return True

    def most(self, options):
        """How many of these options can be seated together at most: an exact search.

        Options with the same affiliations are alike. First come those with several: every number
        of them is tried. Of those with one affiliation as many are seated as there is room for.
        """
        if self.unlimited:
            return len(options)
        alike = Counter(tuple(sorted(self.affiliations[o])) for o in options)
        kinds = sorted(alike, key=len, reverse=True)
        names = sorted({name for kind in kinds for name in kind})

        @cache
        def fill(index, room):
            if index == len(kinds):
                return 0
            kind = kinds[index]
            fitting = min([alike[kind]] + [r for name, r in zip(names, room) if name in kind])
            return max(number + fill(index + 1, tuple(r - number * (name in kind)
                                                      for name, r in zip(names, room)))
                       for number in range(0 if len(kind) > 1 else fitting, fitting + 1))

        return fill(0, tuple(max(0, self.limit - self.held.get(name, 0)) for name in names))

    def most_beside(self, seated, options):
        """How many of these options can be seated at most, once those others are."""
        trial = self.copy()
        for option in seated:
            trial.seat(option)
        return trial.most(options)

    def doomed(self, options, vacancies):
        """Those who cannot be seated, or not without leaving seats that nobody could fill."""
        if self.unlimited:
            return []
        return [o for o in options if self.full(o) is not None
                or 1 + self.most_beside([o], [p for p in options if p != o]) < vacancies]

    def guarded(self, options, vacancies):
        """The options without which fewer seats than `vacancies` could be filled."""
        if self.unlimited:
            return set()
        return {o for o in options if self.most([p for p in options if p != o]) < vacancies}
