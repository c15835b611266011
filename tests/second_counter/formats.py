"""Files an auditor has at hand: BLT, and the CSV of Elekto and CIVS. Both become count inputs."""

import csv
import re

from .model import InputError

TOKEN = re.compile(r'"((?:[^"\\]|\\.)*)"|(\[[^\]]*\])|#[^\n]*|([^\s"\[#]+)')


def read_text(path):
    """A file as text: UTF-8, or Latin-1 where it is not UTF-8. Line ends become line feeds."""
    with open(path, "rb") as file:
        data = file.read()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("latin-1")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def tokens(text):
    """The words of a BLT file as (kind, text): `word`, `string` or `directive`; no comments."""
    for match in TOKEN.finditer(text):
        string, directive, word = match.groups()
        if string is not None:
            yield "string", re.sub(r"\\(.)", r"\1", string)
        elif directive is not None:
            yield "directive", directive[1:-1]
        elif word is not None:
            yield "word", word


def read_blt(path):
    """Options and ballots of a BLT file, and the number of seats it states.

    Understood: comments (#), line ends of any kind, withdrawn options (-3), equal preferences
    (2=3), skipped preferences (-), nicknames ([nick a b c]), names in quotes or bare.
    """
    text = read_text(path)
    words = list(tokens(text))
    place = 0

    def take():
        nonlocal place
        if place >= len(words):
            raise InputError("the BLT file ends too early")
        place += 1
        return words[place - 1]

    count, seats = int(take()[1]), int(take()[1])
    withdrawn, numbers = set(), {str(i + 1): i for i in range(count)}
    while words[place][0] == "directive":
        name, *values = take()[1].split()
        if name == "nick":
            numbers.update({nick: i for i, nick in enumerate(values)})
        elif name == "withdrawn":
            withdrawn.update(numbers[nick] for nick in values)
    while words[place][1].startswith("-") and words[place][1] != "-":
        withdrawn.add(int(take()[1][1:]) - 1)
    ballots = {}
    while True:
        papers = int(take()[1].rstrip(","))
        if papers == 0:
            break
        groups = []
        while True:
            word = take()[1].rstrip(",")
            if word == "0":
                break
            if word != "-":
                groups.append(tuple(sorted(numbers[name] for name in word.split("="))))
        ballots[tuple(groups)] = ballots.get(tuple(groups), 0) + papers
    rest = words[place:]
    if any(kind == "string" for kind, _word in rest):
        names = [word for _kind, word in rest[:count]]
    else:  # bare names: one a line
        lines = [line.strip() for line in text.split("\n")]
        end = max(i for i, line in enumerate(lines) if line == "0")
        names = [line for line in lines[end + 1:] if line][:count]
    return build(names, ballots, withdrawn), seats


def read_csv(path):
    """Options and ballots of a table of ranks: a header of names, then ranks or "No opinion"."""
    rows = [row for row in csv.reader(read_text(path).split("\n")) if row]
    names = [name.strip() for name in rows[0]]
    ballots = {}
    for row in rows[1:]:
        groups = {}
        for option, cell in enumerate(row[:len(names)]):
            cell = cell.strip()
            if cell and cell.lower() != "no opinion":
                groups.setdefault(int(cell), []).append(option)
        ranking = tuple(tuple(groups[rank]) for rank in sorted(groups))
        ballots[ranking] = ballots.get(ranking, 0) + 1
    return build(names, ballots, set())


def build(names, ballots, withdrawn):
    """A count input without rules."""
    total = sum(ballots.values())
    return {
        "options": {
            "options": [{"id": f"option-{i + 1}", "name": name, "affiliations": []}
                        for i, name in enumerate(names)],
            "withdrawn": sorted(withdrawn),
            "sitting": {},
        },
        "ballots": [{"selection": {"ranking": [list(group) for group in ranking]},
                     "heads": papers, "weight": papers} for ranking, papers in ballots.items()],
        "electorate": {"entitled_heads": total, "entitled_weight": total},
    }
