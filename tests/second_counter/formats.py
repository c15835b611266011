"""Files an auditor has at hand: text, JSON, and the CSV of Elekto and CIVS (BLT is in blt.py)."""

import csv
import json

from .shape import InputError


def read_bytes(path):
    with open(path, "rb") as file:
        return file.read()


def read_text(path):
    """A file as text: UTF-8, or Latin-1 where it is not UTF-8. Line ends become line feeds."""
    data = read_bytes(path)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("latin-1")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def parse_json(data, name):
    """The value of a JSON text in UTF-8; `name` says in a message where it is from."""
    try:
        return json.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InputError(f"{name}, line {line}: not UTF-8") from None
    except json.JSONDecodeError as error:
        raise InputError(f"{name}, line {error.lineno}: not JSON: {error.msg}") from None
    except (ValueError, RecursionError) as error:  # a number too long, lists too deep
        raise InputError(f"{name}: {error}") from None


def read_json(path):
    return parse_json(read_bytes(path), path)


def whole_number(word, least, most):
    """The number that a word writes in decimal digits, or None if it is no such number."""
    if not (word.isascii() and word.isdigit() and len(word) <= len(str(2**53))):
        return None
    return int(word) if least <= int(word) <= most else None


def read_csv(path):
    """Options and ballots of a table of ranks: a header of names, then a row for each ballot."""
    rows = csv_rows(path)
    if not rows:
        raise InputError(f"{path}, line 1: there is no header of names")
    line, header = rows[0]
    names = [name.strip() for name in header]
    if "" in names:
        raise InputError(f"{path}, line {line}: column {names.index('') + 1} has no name")
    if len(set(names)) < len(names):
        raise InputError(f"{path}, line {line}: two columns have the same name")
    ballots = {}
    for line, row in rows[1:]:
        ranking = ranking_of(row, len(names), f"{path}, line {line}")
        ballots[ranking] = ballots.get(ranking, 0) + 1
    return build(names, ballots, set())


def csv_rows(path):
    """The rows of a CSV file that are not empty, each with the number of its first line."""
    reader = csv.reader(read_text(path).split("\n"), strict=True)
    rows, line = [], 1
    try:
        for row in reader:
            if row:
                rows.append((line, row))
            line = reader.line_num + 1
    except csv.Error as error:
        raise InputError(f"{path}, line {line}: {error}") from None
    return rows


def ranking_of(row, count, where):
    """The ranking of a row: options of equal rank together, those of no opinion left out."""
    if len(row) != count:
        raise InputError(f"{where}: {len(row)} cells for {count} options")
    groups = {}
    for option, cell in enumerate(row):
        rank = whole_number(cell.strip(), 1, count)
        if rank is not None:
            groups.setdefault(rank, []).append(option)
        elif cell.strip().lower() != "no opinion":
            raise InputError(f'{where}, column {option + 1}: "{cell}" is neither a rank from 1 to '
                             f'{count} nor "No opinion"')
    return tuple(tuple(groups[rank]) for rank in sorted(groups))


def build(names, ballots, withdrawn):
    """A count input without rules. The options have their numbers on the ballot as ids."""
    total = sum(ballots.values())
    return {
        "options": {
            "options": [{"id": str(number), "name": name, "affiliations": []}
                        for number, name in enumerate(names, 1)],
            "withdrawn": sorted(withdrawn),
            "sitting": {},
        },
        "ballots": [{"selection": {"ranking": [list(group) for group in ranking]},
                     "heads": papers, "weight": papers} for ranking, papers in ballots.items()],
        "electorate": {"entitled_heads": total, "entitled_weight": total},
    }
