"""The Schulze method (M. Schulze 2011) and the Debian constitution 1.9, A.5."""

from .model import MOST_OPTIONS_LISTED
from .pairwise import Matrix, shortest_path
from .seating import groups_by, layers, seat_in_order
from .shape import InputError


def strongest_paths(matrix, measure):
    """Strength of the strongest path from each option to each other (Schulze 2011, section 2.3).

    A path is as strong as its weakest defeat. None where there is no path.
    """
    options = matrix.options
    best = {a: {b: None for b in options} for a in options}
    for a in options:
        for b in options:
            if matrix.beats(a, b):
                best[a][b] = matrix.strength(a, b, measure)
    for middle in options:
        for a in options:
            if a == middle or best[a][middle] is None:
                continue
            for b in options:
                if b in (a, middle) or best[middle][b] is None:
                    continue
                through = min(best[a][middle], best[middle][b])
                if best[a][b] is None or through > best[a][b]:
                    best[a][b] = through
    return best


def stronger(first, second):
    """Is the first strength above the second? No path is the weakest of all."""
    return first is not None and (second is None or first > second)


def schulze_record(matrix, measure, best):
    """The fields of the record `schulze`."""
    options = matrix.options

    def figures(index):
        return [[abs(best[a][b][index]) if best[a][b] else 0 for b in options] for a in options]

    return {"kind": "schulze", **matrix.record(), "strongest": figures(0),
            "opposing": figures(1) if measure == "winning-votes-fewer-opposing" else [],
            "beats": [[b for b in options if stronger(best[a][b], best[b][a])] for a in options],
            "paths": paths(matrix, measure, best) if len(options) <= MOST_OPTIONS_LISTED else []}


def paths(matrix, measure, best):
    """For each pair the shortest of its strongest paths."""
    found = []
    strengths = {(a, b): matrix.strength(a, b, measure) for a, b in matrix.defeats()}
    for a in matrix.options:
        for b in matrix.options:
            if best[a][b] is not None:
                usable = [pair for pair, strength in strengths.items() if strength >= best[a][b]]
                found.append({"path": shortest_path(a, b, usable), "strength": str(best[a][b][0])})
    return found


def count_schulze(contest, ties):
    """Schulze: A is above B if the strongest path from A to B is stronger than that back."""
    matrix = Matrix(contest)
    options, measure = matrix.options, contest.method["strength"]
    best = strongest_paths(matrix, measure)

    def above(a, b):
        return stronger(best[a][b], best[b][a])

    if contest.method["incomparable"] == "by-wins":
        ranking = groups_by(options, lambda a: sum(above(a, b) for b in options if b != a))
    else:
        ranking = layers(options, above)
    outcome = seat_in_order(ranking, contest.seats, contest.caps, ties)
    return schulze_record(matrix, measure, best), ranking, outcome


# Debian constitution 1.9, appendix A.5 ---------------------------------------------------------

MEASURE = "winning-votes-fewer-opposing"  # A.5.7.1


def majority_ratio(contest, option):
    """Votes for and against of the majority that an option needs (A.5.3); 1:1 if none is fixed."""
    for entry in contest.method["majorities"]:
        if entry["option"] == option:
            return entry["votes_for"], entry["votes_against"]
    return 1, 1


def against_default(contest, matrix):
    """A.5.2 and A.5.3: which options are dropped. One record for each but the default option."""
    default = contest.method["default_option"]
    quorum = contest.method["quorum"]
    if default not in matrix.options:
        raise InputError("the default option must stand")
    entries = []
    for option in matrix.options:
        if option == default:
            continue
        votes, against = matrix.over[option][default], matrix.over[default][option]
        p, q = majority_ratio(contest, option)
        left, right = votes * q, p * against
        entries.append({
            "option": option, "votes": votes, "against": against,
            "left": str(left), "right": str(right),
            "kept": votes >= quorum  # A.5.2
            and left >= right and votes > against,  # A.5.3.2
        })
    return entries


def transitive(options, defeats):
    """A.5.5: who transitively defeats whom."""
    reach = {a: {b for x, b in defeats if x == a} for a in options}
    for middle in options:
        for a in options:
            if middle in reach[a]:
                reach[a] |= reach[middle]
    return reach


def schwartz_winners(matrix):
    """A.5.4 to A.5.8: drop the weakest defeats within the Schwartz set until it has none."""
    options = matrix.options
    defeats = set(matrix.defeats())
    while True:
        reach = transitive(options, defeats)
        schwartz = [a for a in options if all(b in reach[a] or a not in reach[b] for b in options)]
        within = [d for d in defeats if d[0] in schwartz and d[1] in schwartz]
        if not within:
            return schwartz
        weakest = min(matrix.strength(a, b, MEASURE) for a, b in within)
        defeats -= {d for d in within if matrix.strength(*d, MEASURE) == weakest}


def count_debian(contest, ties):
    """Debian A.5. The constitution names only the winner; after it the order is Schulze's."""
    entries = against_default(contest, Matrix(contest, unranked="last"))  # A.5.1
    dropped = {entry["option"] for entry in entries if not entry["kept"]}
    matrix = Matrix(contest, [o for o in contest.standing if o not in dropped], "last")
    best = strongest_paths(matrix, MEASURE)
    first = schwartz_winners(matrix)
    rest = [o for o in matrix.options if o not in first]
    ranking = [first] + layers(rest, lambda a, b: stronger(best[a][b], best[b][a]))
    record = schulze_record(matrix, MEASURE, best)
    if entries:
        record["against_default"] = entries
    outcome = seat_in_order(ranking, contest.seats, contest.caps, ties)
    return record, ranking, outcome
