"""Counts profiles again with pref_voting, from the ballots alone, and compares.

usage: pref_voting_differential.py PROFILES.jsonl

One JSON object a line: `seed`, `options` (how many), `withdrawn`, `ballots` (`number` of them and
their `ranks`, groups of options) and `counts`: `method` (the rules), `ranking` (groups, best
first), `outcome` and `count`, as the document on counting has them.

Exit status 0: everything is the same. 1: it prints what is not. 2: a method that it does not know.
"""

import json
import sys
from collections import Counter
from math import factorial, prod

from pref_voting.c1_methods import copeland, top_cycle
from pref_voting.combined_methods import condorcet_irv_put, smith_irv_put
from pref_voting.iterative_methods import benham_put
from pref_voting.margin_based_methods import (
    beat_path,
    beat_path_defeat,
    minimax,
    minimax_scores,
    ranked_pairs,
)
from pref_voting.profiles import Profile
from pref_voting.profiles_with_ties import ProfileWithTies


# Ranked pairs: profiles whose equally strong pairs can be taken in more orders are passed over.
MOST_ORDERS = 5_000


class UnknownMethod(Exception):
    """A method, or one of its choices, that nothing here recomputes."""


def profile_of(line: dict, unranked: str) -> ProfileWithTies:
    """The profile without those who withdrew. Unranked options are compared or not, as asked."""
    standing = [c for c in range(line["options"]) if c not in line["withdrawn"]]
    rankings, counts = [], []
    for ballots in line["ballots"]:
        places = {c: place for place, rank in enumerate(ballots["ranks"]) for c in rank}
        rankings.append({c: place for c, place in places.items() if c in standing})
        counts.append(ballots["number"])
    profile = ProfileWithTies(rankings, rcounts=counts, candidates=standing)
    if unranked == "last":
        profile.use_extended_strict_preference()
    return profile


def strength_of(profile: ProfileWithTies, strength: str):
    known = {"winning-votes": profile.support, "margins": profile.margin}
    if strength not in known:
        raise UnknownMethod(f"strength {strength}")
    return known[strength]


def pairs(profile: ProfileWithTies, found: dict):
    """The pairwise matrix and the Condorcet winner, which every one of these methods records."""
    options = found["count"]["options"]
    yield "options", options, profile.candidates
    wanted = [[int(profile.support(a, b)) if a != b else 0 for b in options] for a in options]
    yield "pairwise", found["count"]["pairwise"], wanted
    winner = profile.condorcet_winner() if len(options) > 1 else options[0]
    yield "condorcet winner", found["count"].get("condorcet_winner"), winner


def schulze(profile: ProfileWithTies, rules: dict, found: dict):
    strength = strength_of(profile, rules["strength"])
    options = found["count"]["options"]
    defeats = beat_path_defeat(profile, strength_function=strength)
    beats = [sorted(defeats.successors(option)) for option in options]
    yield "beats", [sorted(beaten) for beaten in found["count"]["beats"]], beats
    winners = beat_path(profile, strength_function=strength, algorithm="floyd_warshall")
    yield "first of the ranking", sorted(found["ranking"][0]), winners
    yield "layers", [sorted(group) for group in found["ranking"]], layers(defeats)


def layers(defeats) -> list[list]:
    """First those whom nobody beats, then those beaten by them alone, and so on."""
    left, found = set(defeats.nodes), []
    while left:
        first = sorted(c for c in left if not any(d in left for d in defeats.predecessors(c)))
        found.append(first)
        left -= set(first)
    return found


def copeland_(profile: ProfileWithTies, rules: dict, found: dict):
    tied = {"nothing": 0, "half": 0.5}[rules["tied_pair"]]
    points = profile.copeland_scores(scores=(1, tied, 0))
    listed = {score["option"]: float(score["points"]) for score in found["count"]["scores"]}
    yield "points", listed, points
    yield "ranking", [sorted(group) for group in found["ranking"]], groups(points)
    if rules["tied_pair"] == "half":
        yield "winners", sorted(found["ranking"][0]), copeland(profile)
    yield "smith", sorted(found["count"]["smith"]), top_cycle(profile)


def groups(points: dict) -> list[list]:
    """Options by points, the most first."""
    return [
        sorted(c for c, p in points.items() if p == value)
        for value in sorted(set(points.values()), reverse=True)
    ]


def minimax_(profile: ProfileWithTies, rules: dict, found: dict):
    methods = {
        "winning-votes": "winning",
        "margins": "margins",
        "opposition": "pairwise_opposition",
    }
    if rules["strength"] not in methods:
        raise UnknownMethod(f"strength {rules['strength']}")
    scores = minimax_scores(profile, score_method=methods[rules["strength"]])
    listed = {worst["option"]: -int(worst["strength"]) for worst in found["count"]["worst"]}
    yield "worst", listed, {c: int(score) for c, score in scores.items()}
    yield "ranking", [sorted(group) for group in found["ranking"]], groups(scores)
    if rules["strength"] != "opposition":
        strength = strength_of(profile, rules["strength"])
        yield "winners", sorted(found["ranking"][0]), minimax(profile, strength_function=strength)
    yield "smith", sorted(found["count"]["smith"]), top_cycle(profile)


def ranked_pairs_(profile: ProfileWithTies, rules: dict, found: dict):
    """pref_voting names everybody who wins by some order of equally strong defeats."""
    if rules["strength"] != "margins":
        # It takes tied pairs for defeats as strong as their votes, which is another method.
        raise UnknownMethod(f"ranked pairs by {rules['strength']}")
    if orders(profile) > MOST_ORDERS:
        return
    winners = ranked_pairs(profile)
    yield "winners are possible", [c for c in found["ranking"][0] if c not in winners], []


def orders(profile: ProfileWithTies) -> int:
    """In how many orders it will take the pairs: it tries them all."""
    margins = [
        profile.margin(a, b) for a in profile.candidates for b in profile.candidates if a != b
    ]
    ties = Counter(margin for margin in margins if margin >= 0)
    return prod(factorial(times) for times in ties.values())


def complete(profile: ProfileWithTies) -> Profile:
    """Those methods read complete orders only."""
    orders = [sorted(places, key=places.get) for places in profile.rankings_as_dicts_counts[0]]
    return Profile(orders, rcounts=profile.rankings_as_dicts_counts[1])


def condorcet_irv(profile: ProfileWithTies, rules: dict, found: dict):
    """pref_voting names everybody who wins by some way to break ties for exclusion."""
    methods = {
        "condorcet-else-irv": condorcet_irv_put,
        "smith-irv": smith_irv_put,
        "benham": benham_put,
    }
    winners = methods[rules["variant"]](complete(profile))
    elected = found["outcome"].get("winners", [])
    yield "winners", len(elected), 1
    yield "winners are possible", [c for c in elected if c not in winners], []


# Kind of method: what compares it. The list of rules that are compared is in
# tests/tests/differential/pairwise.rs.
CHECKERS = {
    "schulze": schulze,
    "copeland": copeland_,
    "minimax": minimax_,
    "ranked-pairs": ranked_pairs_,
    "condorcet-irv": condorcet_irv,
}


def differences(line: dict):
    profiles = {unranked: profile_of(line, unranked) for unranked in ("not-compared", "last")}
    for found in line["counts"]:
        rules = found["method"]
        if rules["kind"] not in CHECKERS:
            raise UnknownMethod(rules["kind"])
        profile = profiles[rules["unranked"]]
        for check in (pairs(profile, found), CHECKERS[rules["kind"]](profile, rules, found)):
            for what, ours, theirs in check:
                if ours != theirs:
                    yield f"{json.dumps(rules)}: {what}: {ours} here, {theirs} by pref_voting"


def main() -> int:
    (path,) = sys.argv[1:]
    different = counts = 0
    with open(path, encoding="utf-8") as file:
        for text in file:
            line = json.loads(text)
            counts += len(line["counts"])
            for difference in differences(line):
                different += 1
                print(f"seed {line['seed']}: {difference}")
                print(f"  {json.dumps({k: line[k] for k in ('options', 'withdrawn', 'ballots')})}")
    if different:
        print(f"{different} differences in {counts} counts")
        return 1
    print(f"{counts} counts agree")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except UnknownMethod as unknown:
        print(f"this script does not compare {unknown}: add it to CHECKERS", file=sys.stderr)
        sys.exit(2)
