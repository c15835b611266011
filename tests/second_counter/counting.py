"""From an input to a transcript (docs/counting.md, section 4; the English sentences are left out)."""

from .committees import count_phragmen, count_proportional_approval
from .condorcet import count_condorcet_irv, count_copeland, count_minimax, count_ranked_pairs
from .ers97 import count_ers97
from .gregory import count_minneapolis, count_scottish, count_wigm
from .meek import count_meek
from .model import Contest, both
from .motion import count_motion
from .rounds import count_majority_judgment, count_star
from .runoff import count_instant_runoff
from .schulze import count_debian, count_schulze
from .sums import count_borda, count_marks, count_scores
from .ties import SEAT, Ties

VERSION = 1

METHODS = {
    "plurality": count_marks, "approval": count_marks,
    "cumulative": count_scores, "score": count_scores, "borda": count_borda,
    "star": count_star, "majority-judgment": count_majority_judgment,
    "schulze": count_schulze, "debian-a5": count_debian, "copeland": count_copeland,
    "minimax": count_minimax, "ranked-pairs": count_ranked_pairs,
    "condorcet-irv": count_condorcet_irv, "instant-runoff": count_instant_runoff,
    "scottish-stv": count_scottish, "wigm": count_wigm, "ers97": count_ers97,
    "minneapolis": count_minneapolis, "meek": count_meek,
    "sequential-phragmen": count_phragmen, "proportional-approval": count_proportional_approval,
    "motion": count_motion,
}

FROM_RANKING = {"plurality", "approval", "cumulative", "score", "borda", "majority-judgment", "schulze",
                "debian-a5", "copeland", "minimax", "ranked-pairs"}


def count(data):
    """Count an input; gives the transcript as a dictionary."""
    contest = Contest(data)
    ties = Ties(contest)
    record, ranking, outcome = METHODS[contest.kind](contest, ties)
    transcript = {
        "version": VERSION,
        "rules": contest.rules,
        "options": contest.options_record,
        "cast": both(contest.ballots),
        "blank": both([b for b in contest.ballots if contest.is_blank(b)]),
        "count": record,
        "ranking": ranking,
        "ties": ties.records,
        "outcome": outcome.record(),
    }
    if contest.electorate is not None:
        transcript["electorate"] = contest.electorate
    if ties.order is not None:
        transcript["lots"] = ties.lots_record()
    if not contest.caps.unlimited:
        transcript["cap"] = cap_record(data, contest, outcome)
    return transcript


def cap_record(data, contest, outcome):
    """What the affiliation cap changed: a count without it stands beside."""
    uncapped = count({**data, "rules": {**data["rules"], "affiliation_cap": {"kind": "unlimited"}}})
    record = {"limit": contest.caps.limit, "before": uncapped["outcome"]["winners"],
              "after": outcome.winners, "passed_over": contest.caps.passed_over,
              "uncapped_ties": uncapped["ties"]}
    if contest.kind in FROM_RANKING:  # the ties met in making the ranking are told once
        record["uncapped_ties"] = [tie for tie in uncapped["ties"] if tie["question"] == SEAT]
    else:
        record["uncapped"] = uncapped["count"]
    return record
