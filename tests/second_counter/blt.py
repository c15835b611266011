"""BLT files: options, ballots and seats of an election by preferences."""

import re

from .formats import build, read_text, whole_number
from .shape import InputError

SPACE = re.compile(r"(?:\s|#[^\n]*)*")
WORD = re.compile(r"\[[^\]]*\]|[^\s#\[]+|\[")
QUOTED = re.compile(r'"((?:[^"\n]|"")*)"(?=[^\S\n]*(?:["#\n]|$))')
BARE = re.compile(r"(?:(?!\s#)[^\n])*")
MOST_PAPERS = 2**53 - 1


class Blt:
    """A BLT file and how far it is read."""

    def __init__(self, path):
        self.path, self.text, self.place = path, read_text(path), 0
        self.nicknames = {}
        self.withdrawn = set()
        self.count = self.number("options", 1, 1000)
        self.seats = self.number("seats", 1, 500)

    def error(self, message):
        """What is wrong with the line that was read last."""
        line = self.text.count("\n", 0, self.place) + 1
        return InputError(f"{self.path}, line {line}: {message}")

    def peek(self):
        """The next word, or nothing at the end; space and comments are passed over."""
        self.place = SPACE.match(self.text, self.place).end()
        match = WORD.match(self.text, self.place)
        return match.group() if match else ""

    def take(self):
        """The next word, which is then read."""
        word = self.peek()
        if not word:
            raise self.error("the file ends too early")
        self.place += len(word)
        return word

    def number(self, what, least, most):
        """The next word as a number."""
        word = self.take()
        number = whole_number(word, least, most)
        if number is None:
            raise self.error(f'"{word}" is no number of {what} from {least} to {most}')
        return number

    def option(self, word):
        """The option that a number or a nickname names."""
        number = whole_number(word, 1, self.count)
        if word not in self.nicknames and number is None:
            raise self.error(f'there is no option "{word}"')
        return self.nicknames.get(word, (number or 0) - 1)

    def header(self):
        """Directives ([nick a b c]) and withdrawn options (-3), before the ballots."""
        while self.peek().startswith(("[", "-")):
            word = self.take()
            if word.startswith("-"):
                self.withdrawn.add(self.option(word[1:]))
                continue
            name, *values = word.strip("[]").split() or [""]
            if name == "nick" and len(values) == self.count:
                self.nicknames = {nickname: option for option, nickname in enumerate(values)}
            elif name == "withdrawn":
                self.withdrawn.update(map(self.option, values))
            elif name != "tie":  # an order for ties is for the rules to give
                raise self.error(f"cannot make anything of {word}")

    def ballots(self):
        """How many papers there are of each ranking; a line with 0 ends them."""
        ballots = {}
        while papers := self.number("papers", 0, MOST_PAPERS):
            ranking = tuple(self.ranking())
            ballots[ranking] = ballots.get(ranking, 0) + papers
        return ballots

    def ranking(self):
        """The preferences up to a 0: an option, equal ones (2=3), or one that was skipped (-)."""
        named = set()
        while (word := self.take().rstrip(",")) != "0":
            group = [] if word == "-" else [self.option(part) for part in word.split("=")]
            for option in group:
                if option in named:
                    raise self.error(f"option {option + 1} is ranked twice")
                named.add(option)
            if group:
                yield tuple(sorted(group))

    def name(self):
        """A name in quotes (a quote in it is written twice), or the rest of the line."""
        pattern = QUOTED if self.peek().startswith('"') else BARE
        match = pattern.match(self.text, self.place)
        if match is None:
            raise self.error("the name is not closed by a quote")
        name = match.group(1).replace('""', '"') if pattern is QUOTED else match.group().strip()
        if not name:
            raise self.error("a name is missing")
        self.place = match.end()
        return name

    def names(self):
        """The names of all options; a title may follow them, and nothing else."""
        names = [self.name() for _option in range(self.count)]
        if self.peek():
            self.name()
        if self.peek():
            raise self.error("something follows the title")
        return names


def read_blt(path):
    """Options and ballots of a BLT file, and the number of seats it states."""
    file = Blt(path)
    file.header()
    ballots = file.ballots()
    return build(file.names(), ballots, file.withdrawn), file.seats
