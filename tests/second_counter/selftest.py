"""Elections whose results are known: run ``python3 tests/second_counter/selftest.py``.

The textbook elections of tests/data/textbook, and small elections worked out by hand here.
"""

import json
import os
import sys
import tempfile

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[0] = os.path.dirname(HERE)

from second_counter.compare import differences, report  # noqa: E402
from second_counter.counting import count  # noqa: E402
from second_counter.formats import read_blt, read_csv  # noqa: E402
from second_counter.model import InputError  # noqa: E402
from second_counter.rounds import compare_grades, median  # noqa: E402
from second_counter.ties import draw_lots, look_into_history, order_of  # noqa: E402

TEXTBOOK = os.path.join(os.path.dirname(HERE), "data", "textbook")
ANY = {"kind": "any"}
METHODS = {
    "plurality": {"kind": "plurality", "by": "heads", "at_most": ANY},
    "approval": {"kind": "approval", "by": "heads"},
    "schulze": {"kind": "schulze", "by": "heads", "unranked": "last", "strength": "winning-votes",
                "incomparable": "tied", "equal_ranks": "allowed", "at_most": ANY},
    "ranked-pairs": {"kind": "ranked-pairs", "by": "heads", "unranked": "last",
                     "strength": "winning-votes", "equal_ranks": "allowed", "at_most": ANY},
    "irv": {"kind": "instant-runoff", "by": "heads", "at_most": ANY, "end": "majority",
            "exclusion": "one-by-one", "exclude_first": [], "look_back": "never"},
    "scottish-stv": {"kind": "scottish-stv", "by": "heads", "at_most": ANY,
                     "look_back": "narrowing"},
    "ers97": {"kind": "ers97", "by": "heads", "at_most": ANY},
    "minneapolis": {"kind": "minneapolis", "by": "heads", "at_most": ANY},
    "meek": {"kind": "meek", "by": "heads", "at_most": ANY, "decimals": 9, "kept": "cut",
             "course": "reference", "omega_decimals": 6, "omega_bound": "at-most",
             "lowest": "within-surplus", "look_back": "never"},
    "star": {"kind": "star", "by": "heads", "highest": 5, "ties": "official"},
    "phragmen": {"kind": "sequential-phragmen", "by": "heads"},
    "pav": {"kind": "proportional-approval", "by": "heads", "search": "sequential"},
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


def the_textbook_elections_come_out_as_published():
    for file in sorted(os.listdir(TEXTBOOK)):
        with open(os.path.join(TEXTBOOK, file), encoding="utf-8") as opened:
            book = json.load(opened)
        names = book["options"]
        for method, expected in book["expected"].items():
            if method not in METHODS or expected.get("ties"):
                continue
            if method in ("star", "score", "cumulative", "majority-judgment"):
                continue  # scores lack a scale here
            if method in ("plurality", "approval", "sequential-phragmen"):
                ballots = [(n, {"chosen": sorted(names.index(name)
                                                 for name in text.split(">")[0].split("="))})
                           for n, text in book["ballots"]]
            else:
                ballots = [(n, ranking(names, text)) for n, text in book["ballots"]]
            transcript = count(election(method, expected["seats"], names, ballots))
            where = f"{file}, {method}"
            outcome, record = transcript["outcome"], transcript["count"]
            assert named(names, outcome["winners"]) == expected["winners"], where
            if "tied" in expected:
                assert named(names, outcome["tied"]) == expected["tied"], where
            if "ranking" in expected:
                assert named(names, transcript["ranking"]) == expected["ranking"], where
            for field in ("pairwise", "strongest", "quota"):
                if field in expected:
                    assert record[field] == expected[field], f"{where}, {field}"
            if "stages" in expected:
                assert [s["totals"] for s in record["stages"]] == expected["stages"], where


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
    transcript = count(election("phragmen", 3, ["A", "B", "C"],
                                [(3, {"chosen": [0, 1]}), (1, {"chosen": [2]})],
                                ties={"kind": "published-order", "order": [0, 1, 2]}))
    assert [r["load"] for r in transcript["count"]["rounds"]] == ["1/3", "2/3", "1"]
    assert transcript["outcome"]["winners"] == [0, 1, 2]


def proportional_approval_halves_the_second_seat():
    # A 3, B 3, C 2: after A a seat for B adds 3/2, for C 2.
    transcript = count(election("pav", 2, ["A", "B", "C"],
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


def equal_ranks_are_refused_in_stages():
    names = ["A", "B"]
    try:
        count(election("scottish-stv", 1, names, [(1, ranking(names, "A=B"))]))
    except InputError:
        return
    raise AssertionError("equal ranks were counted")


def files_of_ballots_are_read():
    blt = "# a comment\r\n3 1\r\n-3\r\n4 1 2 0\r\n2 2=3 - 1 0 # tie\r\n1 - 3 0\r\n0\r\n" \
          '"Ann"\r\n"Bob ""B"" Lee"\r\n"Cy"\r\n"A title"\r\n'
    table = 'Ann,Bob,Cy\n1,2,No opinion\n2,2,1\n'
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "ballots")
        for text in (blt.replace('""', "'"), table):
            with open(path, "w", encoding="utf-8", newline="") as file:
                file.write(text)
            data = read_csv(path) if text == table else read_blt(path)[0]
            rankings = [(b["heads"], b["selection"]["ranking"]) for b in data["ballots"]]
            if text == table:
                assert rankings == [(1, [[0], [1]]), (1, [[2], [0, 1]])]
            else:
                assert data["options"]["withdrawn"] == [2]
                assert rankings == [(4, [[0], [1]]), (2, [[1, 2], [0]]), (1, [[2]])]
                assert data["options"]["options"][1]["name"] == "Bob 'B' Lee"


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
    claims = [value for name, value in sorted(globals().items())
              if callable(value) and getattr(value, "__module__", None) == __name__
              and name not in ("election", "ranking", "named", "main")]
    for claim in claims:
        claim()
        print("ok", claim.__name__.replace("_", " "))
    print(f"{len(claims)} claims hold")


if __name__ == "__main__":
    main()
