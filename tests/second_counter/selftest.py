"""Elections whose results are known: run ``python3 tests/second_counter/selftest.py``.

The textbook elections of tests/data/textbook, and small elections worked out by hand here.
"""

import contextlib
import io
import itertools
import json
import os
import sys
import tempfile

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[0] = os.path.dirname(HERE)

from second_counter.blt import read_blt  # noqa: E402
from second_counter.caps import Caps  # noqa: E402
from second_counter.cli import main as run_command  # noqa: E402
from second_counter.compare import differences, report  # noqa: E402
from second_counter.counting import count  # noqa: E402
from second_counter.formats import read_csv, read_json  # noqa: E402
from second_counter.meek import KEPT  # noqa: E402
from second_counter.model import FORM_OF_METHOD  # noqa: E402
from second_counter.rounds import compare_grades, median  # noqa: E402
from second_counter.shape import InputError  # noqa: E402
from second_counter.ties import draw_lots, look_into_history, order_of  # noqa: E402

TEXTBOOK = os.path.join(os.path.dirname(HERE), "data", "textbook")
ANY = {"kind": "any"}
PAIRWISE = {"by": "heads", "unranked": "last", "equal_ranks": "allowed", "at_most": ANY}
MINIMAX = {"kind": "minimax", **PAIRWISE, "strength": "winning-votes"}
IRV = {"kind": "condorcet-irv", "by": "heads", "unranked": "last", "at_most": ANY,
       "look_back": "never"}
PAV = {"kind": "proportional-approval", "by": "heads"}
METHODS = {
    "plurality": {"kind": "plurality", "by": "heads", "at_most": ANY},
    "approval": {"kind": "approval", "by": "heads"},
    "cumulative": {"kind": "cumulative", "by": "heads", "votes": 3},
    "score": {"kind": "score", "by": "heads", "highest": 5, "unscored": "zero"},
    "borda": {"kind": "borda", **PAIRWISE, "unranked": "zero"},
    "star": {"kind": "star", "by": "heads", "highest": 5, "ties": "official"},
    "majority-judgment": {"kind": "majority-judgment", "by": "heads", "highest": 5,
                          "unscored": "lowest"},
    "schulze": {"kind": "schulze", **PAIRWISE, "strength": "winning-votes", "incomparable": "tied"},
    "debian-a5": {"kind": "debian-a5", "by": "heads", "default_option": 2, "quorum": 3,
                  "majorities": [{"option": 0, "votes_for": 3, "votes_against": 1}]},
    "copeland": {"kind": "copeland", **PAIRWISE, "tied_pair": "half"},
    "minimax": MINIMAX,
    "minimax margins": {**MINIMAX, "strength": "margins"},
    "minimax opposition": {**MINIMAX, "strength": "opposition"},
    "ranked-pairs": {"kind": "ranked-pairs", **PAIRWISE, "strength": "winning-votes"},
    "condorcet-else-irv": {**IRV, "variant": "condorcet-else-irv"},
    "smith-irv": {**IRV, "variant": "smith-irv"},
    "benham": {**IRV, "variant": "benham"},
    "irv": {"kind": "instant-runoff", "by": "heads", "at_most": ANY, "end": "majority",
            "exclusion": "one-by-one", "exclude_first": [], "look_back": "never"},
    "scottish-stv": {"kind": "scottish-stv", "by": "heads", "at_most": ANY,
                     "look_back": "narrowing"},
    "wigm": {"kind": "wigm", "by": "heads", "at_most": ANY, "decimals": 4, "quota": "droop-exact",
             "elects": "at-least", "transfer": "per-paper", "look_back": "never"},
    "ers97": {"kind": "ers97", "by": "heads", "at_most": ANY},
    "minneapolis": {"kind": "minneapolis", "by": "heads", "at_most": ANY},
    "meek": {"kind": "meek", "by": "heads", "at_most": ANY, "decimals": 9, "kept": "cut",
             "course": "reference", "omega_decimals": 6, "omega_bound": "at-most",
             "lowest": "within-surplus", "look_back": "never"},
    "sequential-phragmen": {"kind": "sequential-phragmen", "by": "heads"},
    "sequential-pav": {**PAV, "search": "sequential"},
    "optimal-pav": {**PAV, "search": "optimal"},
}


def election(method, seats, names, ballots, ties=None, cap=None, affiliations=None):
    """A count input; ballots are (how many, selection)."""
    return {
        "rules": {"method": METHODS[method], "seats": seats, "ties": ties or {"kind": "refuse"},
                  "affiliation_cap": cap or {"kind": "unlimited"}},
        "options": {"options": [{"id": n.lower(), "name": n,
                                 "affiliations": (affiliations or {}).get(n, [])} for n in names],
                    "withdrawn": [], "sitting": {}},
        "ballots": [{"selection": s, "heads": n, "weight": n} for n, s in ballots],
        "electorate": {"entitled_heads": 1000, "entitled_weight": 1000},
    }


def ranking(names, text):
    """{"ranking": …} from "A>B=C"."""
    return {"ranking": [sorted(names.index(n) for n in group.split("="))
                        for group in text.split(">")]}


def named(names, groups):
    """Option numbers as names; lists within lists."""
    return [named(names, g) if isinstance(g, list) else names[g] for g in groups]


def selection(names, form, text):
    """A selection of that form from the text of a textbook ballot: "A>B=C" or "A:5 B:3"."""
    if ":" in text:
        scores = [part.split(":") for part in text.split()]
        return {"scores": sorted([names.index(name), int(score)] for name, score in scores)}
    groups = ranking(names, text)["ranking"]
    if form == "chosen":
        return {"chosen": groups[0]}
    if form == "scores":  # the last rank scores 0
        return {"scores": sorted([o, len(groups) - place] for place, group in enumerate(groups, 1)
                                 for o in group)}
    return {"ranking": groups}


def defeat(names, entry):
    """A defeat of ranked pairs as the textbook writes it."""
    fate = "locked" if entry["locked"] else ">".join(names[o] for o in entry["path"])
    return (f"{names[entry['winner']]}>{names[entry['loser']]} "
            f"{entry['votes']}-{entry['opposing']}: {fate}")


# The figures that a textbook election may state, from (the record, the names).
FIGURES = {
    "quota": lambda record, _names: record["quota"],
    "stages": lambda record, _names: [stage["totals"] for stage in record["stages"]],
    "pairwise": lambda record, _names: record["pairwise"],
    "strongest": lambda record, _names: record["strongest"],
    "smith": lambda record, names: named(names, record["smith"]),
    "points": lambda record, _names: [entry["points"] for entry in record["scores"]],
    "worst": lambda record, _names: [entry["strength"] for entry in record["worst"]],
    "defeats": lambda record, names: [defeat(names, entry) for entry in record["defeats"]],
    "sums": lambda record, _names: [entry["sum"] for entry in record["totals"]],
    "finalists": lambda record, names: [named(names, r["finalists"]) for r in record["rounds"]],
    "preferring": lambda record, _names: [entry["preferring"] for entry in record["rounds"]],
    "medians": lambda record, _names: [entry["median"] for entry in record["options"]],
    "steps": lambda record, _names: [entry["steps"] for entry in record["comparisons"]],
    "loads": lambda record, _names: [entry["load"] for entry in record["rounds"]],
    "gains": lambda record, _names: [entry["gain"] for entry in record["rounds"]],
    "worth": lambda record, _names: record["worth"],
    "committees": lambda record, _names: record["committees"],
    "best": lambda record, names: named(names, record["best"]),
}


def textbook_ties(expected, names):
    """The tie rule that an expectation names."""
    order = list(range(len(names)))
    return {None: {"kind": "refuse"},
            "ballot-order": {"kind": "published-order", "order": order},
            "first-excluded-first": {"kind": "published-order", "order": order[::-1]},
            }[expected.get("ties")]


def the_textbook_elections_come_out_as_published():
    for file in sorted(os.listdir(TEXTBOOK)):
        with open(os.path.join(TEXTBOOK, file), encoding="utf-8") as opened:
            book = json.load(opened)
        names = book["options"]
        for method, expected in book["expected"].items():
            form = FORM_OF_METHOD[METHODS[method]["kind"]]
            ballots = [(n, selection(names, form, text)) for n, text in book["ballots"]]
            transcript = count(election(method, expected["seats"], names, ballots,
                                        textbook_ties(expected, names)))
            record = {**transcript["count"], **transcript["count"].get("runoff", {})}
            for field, value in expected.items():
                if field in ("winners", "tied"):
                    found = named(names, transcript["outcome"][field])
                elif field == "ranking":
                    found = named(names, transcript["ranking"])
                elif field in ("seats", "ties", "note"):
                    continue
                else:
                    found = FIGURES[field](record, names)
                assert found == value, f"{file}, {method}, {field}: {found}"


def lots_are_a_permutation_that_only_the_seed_decides():
    def order(seed, options):
        return order_of(draw_lots(seed, options), options)
    for options in range(1, 30):
        assert sorted(order("00" * 32, options)) == list(range(options))
    assert order("00" * 32, 6) == order("00" * 32, 6)
    assert len({tuple(order(f"{seed:064x}", 3)) for seed in range(100)}) == 6


def looking_back_narrows_or_asks_that_all_differ():
    history = [[5, 4, 4], [3, 3, 4]]

    def look(tied, look_back):
        found, left, looked_at = look_into_history(tied, True, history, look_back)
        return found, left, [entry["stage"] for entry in looked_at]
    assert look([0, 1, 2], "narrowing") == (1, [1], [2, 1])
    assert look([0, 1, 2], "all-different") == (None, [0, 1, 2], [2, 1])
    assert look([1, 2], "all-different") == (1, [1, 2], [2])
    assert look([0, 1, 2], "forwards") == (1, [1], [1, 2])
    assert look([0, 1, 2], "never") == (None, [0, 1, 2], [])


def a_median_of_an_even_number_is_the_lower_middle_grade():
    assert median([1, 1, 1, 1]) == 1
    assert median([0, 0, 3]) == 2
    assert median([0, 0]) is None


def removing_medians_in_bulk_is_removing_them_one_by_one():
    def slowly(first, second):
        first, second, steps = list(first), list(second), 0
        while median(first) == median(second) and median(first) is not None:
            first[median(first)] -= 1
            second[median(second)] -= 1
            steps += 1
        a, b = median(first), median(second)
        a, b = (-1 if a is None else a), (-1 if b is None else b)
        return (a > b) - (a < b), steps
    kinds = [[a, b, c] for a in range(5) for b in range(5) for c in range(5)]
    for first in kinds:
        for second in kinds:
            assert compare_grades(first, second) == slowly(first, second), (first, second)


def star_elects_the_finalist_whom_more_prefer():
    names = ["A", "B", "C"]
    ballots = [(3, {"scores": [[0, 5], [1, 4]]}), (4, {"scores": [[1, 5], [0, 4]]}),
               (2, {"scores": [[2, 5], [0, 1]]})]
    transcript = count(election("star", 1, names, ballots))
    assert [t["sum"] for t in transcript["count"]["totals"]] == ["33", "32", "10"]
    assert transcript["count"]["rounds"][0]["preferring"] == [5, 4]
    assert transcript["outcome"]["winners"] == [0]


def phragmen_shares_the_loads_exactly():
    # 3 voters approve A and B, 1 voter approves C: loads 1/3 each, then (1 + 3 x 1/3)/3 = 2/3 < 1.
    transcript = count(election("sequential-phragmen", 3, ["A", "B", "C"],
                                [(3, {"chosen": [0, 1]}), (1, {"chosen": [2]})],
                                ties={"kind": "published-order", "order": [0, 1, 2]}))
    assert [r["load"] for r in transcript["count"]["rounds"]] == ["1/3", "2/3", "1"]
    assert transcript["outcome"]["winners"] == [0, 1, 2]


def proportional_approval_halves_the_second_seat():
    # A 3, B 3, C 2: after A a seat for B adds 3/2, for C 2.
    transcript = count(election("sequential-pav", 2, ["A", "B", "C"],
                                [(3, {"chosen": [0, 1]}), (2, {"chosen": [2]})],
                                ties={"kind": "published-order", "order": [0, 1, 2]}))
    assert transcript["outcome"]["winners"] == [0, 2]
    assert transcript["count"]["worth"] == "5"


def ranked_pairs_name_the_cycle_that_blocks_a_defeat():
    names = ["A", "B", "C"]
    ballots = [(n, ranking(names, t)) for n, t in ((8, "A>B>C"), (7, "B>C>A"), (6, "C>A>B"))]
    transcript = count(election("ranked-pairs", 1, names, ballots))
    defeats = [(d["winner"], d["loser"], d["votes"], d["locked"])
               for d in transcript["count"]["defeats"]]
    assert defeats == [(1, 2, 15, True), (0, 1, 14, True), (2, 0, 13, False)]
    assert transcript["count"]["defeats"][2]["path"] == [0, 1, 2]
    assert transcript["outcome"]["winners"] == [0]


def debian_drops_whom_quorum_or_majority_keeps_from_defeating_the_default():
    names = ["A", "B", "Further discussion"]
    ballots = [(4, {"ranking": [[0], [1], [2]]}), (1, {"ranking": [[1], [2], [0]]}),
               (1, {"ranking": [[2], [0], [1]]})]
    transcript = count(election("debian-a5", 1, names, ballots))
    kept = [(e["votes"], e["against"], e["left"], e["right"], e["kept"])
            for e in transcript["count"]["against_default"]]
    assert kept == [(4, 2, "4", "6", False), (5, 1, "5", "1", True)]  # A needs three to one
    assert transcript["count"]["options"] == [1, 2]
    assert transcript["outcome"]["winners"] == [1]


def stars_protocol_goes_on_until_the_places_are_filled():
    def scores(*rows):
        return [(1, {"scores": [[option, score] for option, score in enumerate(row)]})
                for row in rows]

    # All totals are 9. C beats A and B; A and B are even, and A has the only top score of theirs.
    transcript = count(election("star", 1, ["A", "B", "C"],
                                scores((1, 3, 5), (0, 0, 1), (3, 3, 3), (5, 3, 0))))
    tie = transcript["ties"][0]
    assert (tie["tied"], tie["resolution"], tie["decided"]) == ([0, 1, 2], "method", [2, 0])
    assert [(look["among"], look["totals"]) for look in tie["looked_at"]] == [
        ([0, 1, 2], ["1", "1", "0"]), ([0, 1], ["1", "0"])]
    assert transcript["outcome"]["winners"] == [2]

    # All totals are 9. C has lost to A and B; of the others only A has then lost, to D. B and D are
    # even in every figure, and nothing may decide their runoff.
    transcript = count(election("star", 1, ["A", "B", "C", "D"],
                                scores((5, 4, 3, 2), (3, 4, 2, 4), (1, 1, 4, 3))))
    assert [look["totals"] for look in transcript["ties"][0]["looked_at"]] == [
        ["1", "0", "2", "1"], ["1", "0", "0"]]
    assert transcript["count"]["rounds"] == [{
        "seat": 1, "finalists": [1, 3], "totals": ["9", "9"], "preferring": [1, 1],
        "no_preference": 1}]
    assert transcript["outcome"]["tied"] == [1, 3]


def a_cap_passes_over_whom_it_keeps_out():
    names = ["A", "B", "C", "D"]
    ballots = [(4, {"chosen": [0, 1]}), (3, {"chosen": [2]}), (3, {"chosen": [3]})]
    transcript = count(election("approval", 2, names, ballots, cap={"kind": "at-most", "seats": 1},
                                affiliations={"A": ["Acme"], "B": ["Acme"], "C": ["Bolt", "Cog"]},
                                ties={"kind": "published-order", "order": [1, 3, 0, 2]}))
    assert transcript["outcome"]["winners"] == [1, 3]
    cap = transcript["cap"]
    assert (cap["limit"], cap["before"], cap["after"]) == (1, [0, 1], [1, 3])
    assert cap["passed_over"] == [{"option": 0, "affiliation": "Acme", "holds": 1}]
    assert cap["uncapped_ties"] == []
    assert [tie["decided"] for tie in transcript["ties"]] == [[1, 0], [3, 2]]
    assert transcript["lots"] == {"order": [1, 3, 0, 2], "draws": []}


def motion(thresholds, quorums=(), ties="refuse", casting=None, yes=7, no=4, abstain=3,
           present=15):
    """The transcript of a motion: 20 are entitled, two of them recused; nobody abstains but counts
    towards a quorum."""
    method = {"kind": "motion", "quorums": [{"by": "heads", **rule} for rule in quorums],
              "thresholds": [{"by": "heads", **rule} for rule in thresholds],
              "abstention": "quorum-only", "quorum_failure": "reopen"}
    return count({
        "rules": {"method": method, "seats": 0, "ties": {"kind": ties},
                  "affiliation_cap": {"kind": "unlimited"}},
        "options": {"options": [], "withdrawn": [], "sitting": {}},
        "ballots": [{"selection": {"choice": choice}, "heads": votes, "weight": votes}
                    for choice, votes in (("yes", yes), ("no", no), ("abstain", abstain))],
        "electorate": {"entitled_heads": 20, "entitled_weight": 20,
                       "recused": {"heads": 2, "weight": 2},
                       "present": {"heads": present, "weight": present}},
        "casting": casting})


def the_conditions_of_a_motion_are_compared_in_integers():
    def share(bound, numerator, denominator):
        return {"bound": bound, "ratio": {"numerator": numerator, "denominator": denominator}}
    half, two_thirds = share("more-than", 1, 2), share("at-least", 2, 3)
    quorums = {  # 14 take part, 15 are present, 18 are not recused
        "14 of 20: 28 20 True": {"kind": "share", "share": half},
        "14 of 18: 42 36 True": {"kind": "share-of", "share": two_thirds, "of": "unrecused"},
        "14 of 28: 28 28 False": {"kind": "share-of", "share": half, "of": {"seats": 28}},
        "14 of 15: 14 15 False": {"kind": "at-least", "number": 15},
        "15 of 20: 45 40 True": {"kind": "present", "share": two_thirds, "of": "entitled"},
        "15 of 16: 15 16 False": {"kind": "present-at-least", "number": 16}}
    thresholds = {
        "7 of 11: 21 22 False": {"kind": "share", "share": two_thirds, "of": "yes-and-no"},
        "7 of 14: 14 14 False": {"kind": "share", "share": half, "of": "cast"},
        "7 of 15: 14 15 False": {"kind": "share", "share": half, "of": "present"},
        "7 of 13: 14 13 True": {"kind": "share", "share": half, "of": {"seats": 13}},
        "7 of 7: 7 7 True": {"kind": "minimum-yes", "number": 7},
        "4 of 3: 4 3 False": {"kind": "maximum-no", "number": 3},
        "3 of 3: 7 7 True": {"kind": "minimum-lead", "number": 3},
        "7 of 18: 17 18 False": {"kind": "all-but", "number": 10}}
    record = motion(thresholds.values(), quorums.values())["count"]
    for field, expected in (("quorums", quorums), ("thresholds", thresholds)):
        assert [f"{c['reached']} of {c['against']}: {c['left']} {c['right']} {c['met']}"
                for c in record[field]] == list(expected)
    nothing = motion([{"kind": "share", "share": share("at-least", 0, 1), "of": "yes-and-no"},
                      {"kind": "all-but", "number": 99}], yes=0, no=0)["count"]["thresholds"]
    assert [entry["met"] for entry in nothing] == [False, False]


def a_tied_motion_is_for_the_casting_vote():
    half = {"kind": "share", "of": "yes-and-no",
            "share": {"bound": "more-than", "ratio": {"numerator": 2, "denominator": 4}}}

    def result(*arguments, **more):
        transcript = motion(*arguments, **more)
        return (transcript["outcome"]["result"], [tie["resolution"] for tie in transcript["ties"]],
                transcript["count"].get("casting"))
    assert result([half], ties="casting-vote", yes=4) == ("tied", ["unresolved"], None)
    assert result([half], ties="casting-vote", casting="yes", yes=4) == (
        "passed", ["casting-vote"], "yes")
    assert result([half], ties="casting-vote", casting="no", yes=4) == (
        "failed", ["casting-vote"], "no")
    assert result([half], casting="yes", yes=4) == ("failed", [], None)
    assert result([half], ties="casting-vote", casting="no") == ("passed", [], None)
    veto = {"kind": "maximum-no", "number": 0}
    assert result([half, veto], ties="casting-vote", yes=4) == ("failed", [], None)
    assert result([half], [{"kind": "at-least", "number": 99}], "casting-vote", yes=4) == (
        "reopen", [], None)
    for present in (13, 19):  # fewer than voted, more than could be there
        assert "voters" in refusal(lambda: motion([half], present=present))


def a_cap_dooms_inside_the_count():
    names = ["A1", "A2", "B", "C", "D"]
    ballots = [(n, ranking(names, t)) for n, t in
               ((54, "A1>A2>C"), (22, "B"), (13, "D"), (11, "C"))]
    for method in ("scottish-stv", "ers97", "minneapolis", "meek"):
        transcript = count(election(method, 3, names, ballots, cap={"kind": "at-most", "seats": 1},
                                    affiliations={"A1": ["Acme"], "A2": ["Acme"]}))
        assert sorted(transcript["outcome"]["winners"]) == [0, 2, 3], method
        assert 1 in transcript["cap"]["before"] and 1 not in transcript["cap"]["after"]
        actions = [s["action"]["kind"] for s in transcript["count"]["stages"]]
        assert "cap-exclusion" in actions, method


def every_vote_is_somewhere_after_every_stage():
    names = ["A", "B", "C", "D"]
    ballots = [(n, ranking(names, t)) for n, t in
               ((41, "A>B>C"), (13, "A>C"), (7, "B>D"), (5, "C>B>D"), (3, "D"), (2, "D>A>B"))]
    for method in ("scottish-stv", "ers97", "minneapolis", "meek"):
        record = count(election(method, 2, names, ballots,
                                ties={"kind": "published-order", "order": [0, 1, 2, 3]}))["count"]
        unit = 10 ** record["decimals"]
        for stage in record["stages"]:
            figures = stage["totals"] + [stage["total_non_transferable"],
                                         stage["total_rounding_loss"]]
            assert sum(int(f.replace(".", "")) for f in figures) == 71 * unit, method


def staged(method, seats, text, **fields):
    """A count in stages of ballots such as "6 A>B, 3 B", by the method with other fields."""
    ballots = [line.split() for line in text.split(", ")]
    names = sorted({n for _n, order in ballots for n in order.split(">")})
    data = election(method, seats, names, [(int(n), ranking(names, order)) for n, order in ballots],
                    ties={"kind": "published-order", "order": list(range(len(names)))})
    data["rules"]["method"] = {**data["rules"]["method"], **fields}
    return count(data)


def course_of(transcript):
    """Of each stage the action, whom it concerns, the totals, the quota and who is elected."""
    lines = []
    for stage in transcript["count"]["stages"]:
        action = stage["action"]
        whom = action.get("option", action.get("options", ""))
        lines.append(f"{action['kind']} {whom}: {' '.join(stage['totals'])} "
                     f"({stage.get('quota', '')}) {stage['elected']}")
    return lines


def instant_runoff_goes_on_until_two_are_left_or_one_has_a_majority():
    text = "6 A, 3 B, 2 C>B"
    assert course_of(staged("irv", 1, text)) == ["first-preferences : 6 3 2 () [0]"]
    assert course_of(staged("irv", 1, text, end="two-left")) == [
        "first-preferences : 6 3 2 () []", "exclusion 2: 6 5 0 () [0]"]
    assert course_of(staged("irv", 1, text, end="two-left", exclusion="batch")) == [
        "first-preferences : 6 3 2 () []", "joint-exclusion [1, 2]: 6 0 0 () [0]"]
    assert course_of(staged("irv", 1, text, exclude_first=[0, 1])) == [
        "first-preferences : 6 3 2 () []", "joint-exclusion [0, 1]: 0 0 2 () [2]"]


def equal_papers_are_cut_once_or_each():
    # 7 equal papers hand on a surplus of 11 - 6 = 5: 5/11 = 0.454545 each, 35/11 = 3.181818 together.
    text = "7 A>B, 4 A, 3 B, 2 C"
    papers, parcels = (
        [t["votes"] for t in staged("wigm", 2, text, quota="droop-whole", transfer=transfer)
         ["count"]["stages"][1]["transfers"]] for transfer in ("per-paper", "per-parcel"))
    assert (papers, parcels) == (["3.1815"], ["3.1818"])


def ers97_elects_by_the_vote_required_and_spares_the_last():
    # 12 votes: the quota is 4.00. After A is elected 8 are active: 8 / 2 = 4.00. A's surplus 2.00 has
    # no next preference; 6 are active: 6 / 2 = 3.00, and B has it.
    assert course_of(staged("ers97", 2, "6 A, 3 B, 2 C, 1 D")) == [
        "first-preferences : 6.00 3.00 2.00 1.00 (4.00) [0]",
        "surplus : 4.00 3.00 2.00 1.00 (3.00) [1]"]
    # 5.5.1: A and B never differed; the order would exclude B, and A is elected by the stage before.
    transcript = staged("ers97", 1, "2 A, 2 B")
    assert course_of(transcript) == ["first-preferences : 2.00 2.00 (2.00) [0]"]
    assert [tie["decided"] for tie in transcript["ties"]] == [[1, 0]]


def meek_rounds_what_a_paper_leaves_in_three_ways():
    # 523 x 0.477 = 249.471 and 523 x 0.523 = 273.529.
    assert [KEPT[kept](523, 477, 1000) for kept in ("cut", "rounded-up", "all-rounded-up")] == [
        (249, 273), (250, 273), (250, 274)]
    # The keep values of A and B become 0.358 and 0.557, so B is credited 0.642 x 0.557 = 0.357594
    # of each of 7 papers, and C 0.642 x 0.443 = 0.284406 or what is left.
    for kept, b, c, nowhere in (("cut", "2.499", "2.988", "0.007"),
                                ("rounded-up", "2.506", "2.988", "0.000"),
                                ("all-rounded-up", "2.506", "2.995", "-0.007")):
        for course in ("reference", "new-zealand"):
            stages = staged("meek", 3, "7 A>B>C, 1 C, 2 D", kept=kept, course=course, decimals=3,
                            omega_decimals=3)["count"]["stages"]
            assert stages[2]["keep_values"] == ["0.358", "0.557", "1.000", "1.000"]
            assert stages[2]["totals"] == ["2.506", b, c, "2.000"], (kept, course)
            assert stages[2]["non_transferable"]["votes"] == nowhere, (kept, course)
            assert [stage["elected"] for stage in stages] == [[0], [1], [2], []]


def meek_excludes_in_new_zealand_as_soon_as_the_lowest_is_certain():
    # Keep values of A: 4.001 / 6 = 0.667; then 0.667 x 3.335 = 2.225, / 4.002 = 0.556.
    # After two stages D has 1, and with the surplus 0.667 fewer than the 2 of C.
    text, fields = "6 A, 3 B, 2 C>B, 1 D>B", {"decimals": 3, "omega_decimals": 1}
    assert course_of(staged("meek", 2, text, course="new-zealand", **fields)) == [
        "first-preferences : 6.000 3.000 2.000 1.000 (4.001) [0]",
        "redistribution : 4.002 3.000 2.000 1.000 (3.335) []",
        "exclusion 3: 3.336 4.000 2.000 0.000 (3.113) [1]",
        "joint-exclusion [2]: 3.336 6.000 0.000 0.000 (3.113) []"]
    # The reference rule goes on with A alone: 0.519, a surplus of 0.075; then D.
    assert course_of(staged("meek", 2, text, **fields)) == [
        "first-preferences : 6.000 3.000 2.000 1.000 (4.001) [0]",
        "redistribution : 3.114 3.000 2.000 1.000 (3.039) []",
        "exclusion 3: 3.114 4.000 2.000 0.000 (3.039) [1]",
        "joint-exclusion [2]: 3.114 6.000 0.000 0.000 (3.039) []"]


def meek_stops_at_a_surplus_of_omega_or_below_it():
    # Keep values of A: 0.501, 0.334, 0.279, 0.260, 0.254 (a surplus of exactly 0.010), 0.252.
    for bound, keep in (("at-most", "0.254"), ("less-than", "0.252")):
        stage = staged("meek", 2, "4 A, 1 B, 1 C", decimals=3, omega_decimals=2,
                       omega_bound=bound)["count"]["stages"][1]
        assert stage["keep_values"][0] == keep, bound


def the_room_under_a_cap_is_found_exactly():
    sets = ([], ["a"], ["b"], ["a", "b"], ["b", "c"])
    for affiliations in itertools.combinations_with_replacement(sets, 5):
        for limit, held in ((0, 0), (1, 0), (2, 0), (2, 1)):
            caps = Caps({"kind": "at-most", "seats": limit},
                        [{"affiliations": a} for a in affiliations], {"b": held})
            most = max(size for size in range(6)
                       if any(caps.fits(some) for some in itertools.combinations(range(5), size)))
            assert caps.most(list(range(5))) == most, (affiliations, limit, held)


def a_ballot_of_weight_0_moves_nothing():
    names = ["A", "B", "C"]
    ballots = [(n, ranking(names, t)) for n, t in ((5, "A>B"), (3, "B>C"), (2, "C>B"), (0, "C>A"))]
    for method in ("irv", "scottish-stv", "wigm", "ers97", "minneapolis", "meek"):
        seats = 1 if method == "irv" else 2
        without, with_it = (count(election(method, seats, names, ballots[:number]))["count"]
                            for number in (3, 4))
        assert without == with_it, method


def equal_ranks_are_refused_in_stages():
    names = ["A", "B"]
    assert "equal ranks" in refusal(
        count, election("scottish-stv", 1, names, [(1, ranking(names, "A=B"))]))


def in_a_file(text, use):
    """What `use` makes of a file with that text (or those bytes), of which it gets the path."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "file")
        with open(path, "wb") as file:
            file.write(text if isinstance(text, bytes) else text.encode("utf-8"))
        return use(path)


def refusal(use, *arguments):
    """The message with which something is refused."""
    try:
        use(*arguments)
    except InputError as error:
        return str(error)
    raise AssertionError(f"{arguments} was not refused")


def command(*arguments):
    """Exit status of a command, and all it says."""
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        return run_command(arguments), said.getvalue()


BLT = ("# a comment\r\n3 1\r\n-3\r\n4 1 2 0\r\n2 2=3 - 1 0 # tie\r\n1 - 3 0\r\n0\r\n"
       '"Ann"\r\n"Bob ""B"" Lee"\r\n"Cy"\r\n"A title"\r\n')
TABLE = "Ann,Bob,Cy\n1,2,No opinion\n2,2,1\n"


def files_of_ballots_are_read():
    data, seats = in_a_file(BLT, read_blt)
    assert [(b["heads"], b["selection"]["ranking"]) for b in data["ballots"]] == [
        (4, [[0], [1]]), (2, [[1, 2], [0]]), (1, [[2]])]
    assert (seats, data["options"]["withdrawn"]) == (1, [2])
    assert [(o["id"], o["name"]) for o in data["options"]["options"]] == [
        ("1", "Ann"), ("2", 'Bob "B" Lee'), ("3", "Cy")]
    data = in_a_file(TABLE, read_csv)
    assert [(b["heads"], b["selection"]["ranking"]) for b in data["ballots"]] == [
        (1, [[0], [1]]), (1, [[2], [0, 1]])]
    assert [(o["id"], o["name"]) for o in data["options"]["options"]] == [
        ("1", "Ann"), ("2", "Bob"), ("3", "Cy")]
    data, _seats = in_a_file("2 1 [nick a b]\n[withdrawn b] 3 b a 0\n0\nAnn \"A\" #1\nBob\n", read_blt)
    assert data["options"]["withdrawn"] == [1]
    assert data["ballots"][0]["selection"]["ranking"] == [[1], [0]]
    assert [o["name"] for o in data["options"]["options"]] == ['Ann "A"', "Bob"]


def malformed_files_are_refused_with_the_line():
    names = '0\n"A"\n"B"\n'
    for reader, line, text in (
            (read_blt, 1, ""), (read_blt, 1, "2"), (read_blt, 1, "two 1\n" + names),
            (read_blt, 1, "2 0\n" + names), (read_blt, 2, "2 1\n-3\n" + names),
            (read_blt, 2, "2 1\n[nick a\n" + names), (read_blt, 2, "2 1\n[nick a]\n" + names),
            (read_blt, 2, "2 1\n[nick]x\n" + names), (read_blt, 2, "2 1\n[other 1]\n" + names),
            (read_blt, 2, "2 1\n1 1 3 0\n" + names), (read_blt, 2, "2 1\n1 1= 0\n" + names),
            (read_blt, 3, "2 1\n1 1 0\n1 1 1 0\n" + names), (read_blt, 2, "2 1\n1.5 1 0\n" + names),
            (read_blt, 2, "2 1\n1 ² 0\n" + names), (read_blt, 2, f"2 1\n{'9' * 5000} 1 0\n" + names),
            (read_blt, 2, "2 1\n1 1 2"), (read_blt, 3, "2 1\n1 1 0\n"), (read_blt, 4, '2 1\n0\n"A"\n'),
            (read_blt, 3, '2 1\n0\n"A\n"B"\n'), (read_blt, 3, '2 1\n0\n""\n"B"\n'),
            (read_blt, 3, '2 1\n0\n"A" x\n"B"\n'),
            (read_blt, 6, f'2 1\n{names}"T"\n"C"'), (read_blt, 1, b"\xff\xfe2\x00 1"),
            (read_csv, 1, ""), (read_csv, 1, "\n\n"), (read_csv, 1, "A,\n1,2\n"), (read_csv, 1, "A,A\n1,2\n"),
            (read_csv, 2, "A,B\n1,\n"), (read_csv, 3, "A,B\n1,2\n ,1\n"), (read_csv, 2, "A,B\n1\n"),
            (read_csv, 2, "A,B\n1,2,3\n"), (read_csv, 3, "A,B\n\n0,1\n"), (read_csv, 2, "A,B\n1,3\n"),
            (read_csv, 2, "A,B\n1,1.5\n"), (read_csv, 2, "A,B\n1,x\n"), (read_csv, 2, 'A,B\n1,"2\n'),
            (read_csv, 2, "A,B\n1,\x00\n"), (read_json, 2, '{"rules":\n'), (read_json, 1, ""),
            (read_json, 2, b'["a",\n"\xe9"]')):
        message = in_a_file(text, lambda path, reader=reader: refusal(reader, path))
        assert f"line {line}" in message, (text, message)


def what_is_no_input_is_refused_with_the_place():
    names = ["A", "B"]
    good = json.dumps(election("scottish-stv", 1, names, [(1, ranking(names, "A>B"))]))
    for old, new, place in (
            ('"rules"', '"rule"', "'rules'"), ('"method"', '"way"', "'method'"),
            ('"scottish-stv"', '"scotish"', "input.rules.method.kind"),
            ('"by": "heads", ', "", "'by'"), ('"look_back"', '"look_bak"', "'look_bak'"),
            ('"seats": 1', '"seats": true', "input.rules.seats"),
            ('"kind": "refuse"', '"kind": "published-order"', "'order'"),
            ('"kind": "refuse"', '"kind": "published-order", "order": [0, 0]', "every option once"),
            ('"name": "B"', '"name": 2', "input.options.options[1].name"),
            ('"withdrawn": []', '"withdrawn": [2]', "does not exist"),
            ('"ranking"', '"chosen"', "form ranking"), ("[[0], [1]]", "[0, 1]", "selection.ranking[0]"),
            ('"heads": 1', '"heads": 1.0', "input.ballots[0].heads"),
            ('"heads": 1', '"heads": -1', "input.ballots[0].heads"),
            ('"seats": 1', '"seats": 0', "no seats")):
        assert old in good, old
        message = refusal(count, json.loads(good.replace(old, new)))
        assert place in message, (new, message)
    for text in ("[]", "3", "{}", "null"):
        assert in_a_file(text, lambda path: command("count", path))[0] == 2
        assert in_a_file(text, lambda path: command("compare", path, path))[0] == 2


def comparison(transcript, kind, text):
    """Exit status and words of `compare` for a transcript and a file of ballots."""
    return in_a_file(json.dumps(transcript), lambda path: in_a_file(
        text, lambda file: command("compare", path, kind, file)))


def a_transcript_is_compared_with_a_file_of_ballots():
    for kind, text, ties, breaks in (
            ("--blt", BLT, "lots", {"seed": "ab" * 32}), ("--csv", TABLE, "refuse", {}),
            ("--csv", TABLE, "casting-vote", {"casting": [2, 0, 1]})):
        data = in_a_file(text, read_csv if kind == "--csv" else lambda path: read_blt(path)[0])
        data |= breaks
        data["rules"] = {"method": METHODS["schulze"], "seats": 1, "ties": {"kind": ties},
                         "affiliation_cap": {"kind": "at-most", "seats": 1}}
        data["options"]["options"][0] |= {"id": "ann", "affiliations": ["guild"]}
        data["electorate"]["entitled_heads"] = 99
        transcript = {**count(data), "sentence": "Ann is elected."}
        assert comparison(transcript, kind, text) == (0, "equal\n")
        assert comparison({"exit": 0, "transcript": transcript}, kind, text) == (0, "equal\n")
        status, words = comparison({**transcript, "blank": {"heads": 1, "weight": 0}}, kind, text)
        assert (status, words.count("$.blank.heads")) == (1, 1), words
        for old, new, message in (
                ("Ann", "Anne", 'option 1 is "Ann" in the transcript and "Anne" in the file'),
                ("Cy", "Di", 'option 3 is "Cy"'), ("-3\r\n", "", "withdrawn")):
            if old in text:
                status, words = comparison(transcript, kind, text.replace(old, new, 1))
                assert (status, message in words) == (2, True), words
    status, words = comparison(transcript, "--csv", "Ann,Bob\n1,2\n")
    assert (status, 'option 3 is "Cy" in the transcript and absent' in words) == (2, True), words
    assert comparison({"error": "no such file", "exit": 2}, "--csv", TABLE)[0] == 2


def a_comparison_finds_one_changed_figure_and_no_english():
    names = ["A", "B"]
    data = election("scottish-stv", 1, names, [(2, ranking(names, "A")), (1, ranking(names, "B"))])
    transcript = json.loads(json.dumps(count(data)))
    transcript["sentence"] = "A is elected."
    assert report(transcript, data) == []
    transcript["count"]["stages"][0]["totals"][1] = "1.00001"
    found = list(differences(transcript, count(data)))
    assert [path for path, _theirs, _ours in found] == ["$.count.stages[0].totals[1]"]


def main():
    helpers = {election, ranking, named, selection, defeat, textbook_ties, motion, staged, course_of,
               in_a_file, refusal, command, comparison, main}
    claims = [value for _name, value in sorted(globals().items())
              if isinstance(value, type(main)) and value.__module__ == __name__
              and value not in helpers]
    for claim in claims:
        claim()
        print("ok", claim.__name__.replace("_", " "))
    print(f"{len(claims)} claims hold")


if __name__ == "__main__":
    main()
