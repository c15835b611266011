"""The Schulze method (M. Schulze 2011) and the Debian constitution 1.9, A.5."""

from .model import InputError
from .pairwise import Matrix, shortest_path
from .seating import groups_by, layers, seat_in_order


def strongest_paths(matrix, options, measure):
    """Strength of the strongest path from each option to each other (Schulze 2011, section 2.3).

    A path is as strong as its weakest defeat. None where there is no path.
    """
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


def schulze_record(matrix, options, measure, best):
    """The fields of the record `schulze`."""
    record = {"kind": "schulze", **matrix.record()}

    def figure(a, b, index):
        strength = best[a][b] if a in best and b in best[a] else None
        return 0 if strength is None else abs(strength[index])

    record["strongest"] = [[figure(a, b, 0) for b in matrix.options] for a in matrix.options]
    if measure == "winning-votes-fewer-opposing":
        record["opposing"] = [[figure(a, b, 1) for b in matrix.options] for a in matrix.options]
    beats = [[a, b] for a in options for b in options if stronger(best[a][b], best[b][a])]
    record["beats"] = beats
    record["paths"] = []
    for a, b in beats:
        usable = [(x, y) for x, y in matrix.defeats() if x in options and y in options
                  and matrix.strength(x, y, measure) >= best[a][b]]
        record["paths"].append(shortest_path(a, b, usable))
    return record


def count_schulze(contest, ties):
    """Schulze: A is above B if the strongest path from A to B is stronger than that back."""
    matrix = Matrix(contest)
    options, measure = matrix.options, contest.method["strength"]
    best = strongest_paths(matrix, options, measure)

    def above(a, b):
        return stronger(best[a][b], best[b][a])

    if contest.method["incomparable"] == "by-wins":
        ranking = groups_by(options, lambda a: sum(above(a, b) for b in options if b != a))
    else:
        ranking = layers(options, above)
    outcome = seat_in_order(ranking, contest.seats, contest.caps, ties)
    return schulze_record(matrix, options, measure, best), ranking, outcome


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
        votes_for, votes_against = matrix.over[option][default], matrix.over[default][option]
        numerator, denominator = majority_ratio(contest, option)
        entries.append({
            "option": option, "votes": votes_for, "opposing": votes_against,
            "quorum_met": votes_for >= quorum,  # A.5.2
            "majority_met": (votes_for * denominator >= numerator * votes_against
                             and votes_for > votes_against),  # A.5.3.2
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


def schwartz_winners(matrix, options):
    """A.5.4 to A.5.8: drop the weakest defeats within the Schwartz set until it has none."""
    defeats = {(a, b) for a, b in matrix.defeats() if a in options and b in options}
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
    matrix = Matrix(contest, unranked="last")  # A.5.1
    entries = against_default(contest, matrix)
    dropped = {e["option"] for e in entries if not (e["quorum_met"] and e["majority_met"])}
    options = [o for o in matrix.options if o not in dropped]
    best = strongest_paths(matrix, options, MEASURE)
    first = schwartz_winners(matrix, options)
    rest = [o for o in options if o not in first]
    ranking = [first] + layers(rest, lambda a, b: stronger(best[a][b], best[b][a]))
    record = schulze_record(matrix, options, MEASURE, best)
    record["against_default"] = entries
    outcome = seat_in_order(ranking, contest.seats, contest.caps, ties)
    return record, ranking, outcome
