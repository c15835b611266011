"""Compare a transcript of the other program with a count of our own, field by field."""

import json
import time

from .counting import count
from .model import InputError

ENGLISH = {"sentence", "sentences", "quota_sentence", "rules_sentence", "smith_sentence",
           "clause", "question"}
MISSING = object()

# What a count decided and the figures that decide it, by kind of count. Everything else in a
# transcript (who moved what to whom, records of ties and of caps, paths) explains these.
CORE = {
    "tally": ["totals"],
    "points": ["totals"],
    "star": ["totals"],
    "majority-judgment": ["options"],
    "schulze": ["options", "pairwise", "strongest", "condorcet_winner"],
    "copeland": ["options", "pairwise", "condorcet_winner", "smith", "scores"],
    "minimax": ["options", "pairwise", "condorcet_winner", "smith", "worst"],
    "ranked-pairs": ["options", "pairwise", "condorcet_winner", "smith", "defeats"],
    "condorcet-irv": ["options", "pairwise", "condorcet_winner", "smith"],
    "phragmen": ["rounds"],
    "proportional-approval": ["worth"],
    "motion": ["yes", "no", "abstain"],
}


def whole(transcript):
    """All of a transcript."""
    return transcript


def core(transcript):
    """The core of a transcript: outcome, ranking, and the figures of its kind."""
    record = transcript["count"]
    kind = transcript["rules"]["method"]["kind"]
    if kind == "debian-a5":
        # The matrices of the two have dropped options in different places.
        return {name: transcript[name] for name in ("cast", "ranking", "outcome")}
    figures = {name: record[name] for name in CORE.get(record["kind"], []) if name in record}
    for number, stage in enumerate(record.get("stages", []), 1):
        figures[f"stage {number}"] = {
            "totals": stage["totals"],
            "non-transferable": stage["total_non_transferable"],
            "lost": stage["total_rounding_loss"],
            "elected": sorted(stage["elected"]),
        }
    kept = {name: transcript[name] for name in ("cast", "ranking", "outcome")}
    if kind == "meek":
        # Who is elected by one iteration with equal votes is listed in either order.
        kept["outcome"] = {**kept["outcome"], "winners": sorted(kept["outcome"]["winners"])}
    return {**kept, "count": figures}


def differences(theirs, ours, path="$"):
    """Every place where the two differ, as (path, theirs, ours); English is passed over."""
    if isinstance(theirs, dict) and isinstance(ours, dict):
        for key in sorted(set(theirs) | set(ours)):
            if key not in ENGLISH:
                yield from differences(theirs.get(key, MISSING), ours.get(key, MISSING),
                                       f"{path}.{key}")
    elif isinstance(theirs, list) and isinstance(ours, list):
        for index in range(max(len(theirs), len(ours))):
            yield from differences(theirs[index] if index < len(theirs) else MISSING,
                                   ours[index] if index < len(ours) else MISSING,
                                   f"{path}[{index}]")
    elif type(theirs) is not type(ours) or theirs != ours:
        yield path, theirs, ours


def accept_other_shortest_paths(theirs, ours):
    """Ranked pairs name *a* shortest path: take theirs over where it is one as well.

    Theirs is one if it has the same ends and the same length as ours, and every step of it is a
    defeat that our own count had locked before.
    """
    if theirs.get("kind") != "ranked-pairs" or ours.get("kind") != "ranked-pairs":
        return
    locked = set()
    for entry, our_entry in zip(theirs.get("defeats", []), ours["defeats"]):
        path, our_path = entry.get("path"), our_entry.get("path")
        if path and our_path and len(path) == len(our_path):
            steps = set(zip(path, path[1:]))
            if (path[0], path[-1]) == (our_path[0], our_path[-1]) and steps <= locked:
                our_entry["path"] = path
        if our_entry["locked"]:
            locked.add((our_entry["winner"], our_entry["loser"]))


def show(value):
    """A short form of a value for a report."""
    if value is MISSING:
        return "(absent)"
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 100 else text[:97] + "..."


def report(transcript, data, limit=None, part=whole):
    """The differences between (a part of) a transcript and our own count, as lines."""
    lines = []
    own = count(data)
    accept_other_shortest_paths(transcript.get("count", {}), own["count"])
    for path, theirs, ours in differences(part(transcript), part(own)):
        if limit is not None and len(lines) == limit:
            lines.append("…")
            break
        lines.append(f"{path}: transcript {show(theirs)}, second counter {show(ours)}")
    return lines


def compare_batch(path, say, limit=5, part=whole):
    """Each line of the file is {"input", "transcript"}. Gives (lines compared, lines that differ)."""
    compared, differing = 0, 0
    last = time.monotonic()
    with open(path, encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            if not line.strip():
                continue
            record = json.loads(line)
            compared += 1
            try:
                found = report(record["transcript"], record["input"], limit, part)
            except InputError as error:
                found = [f"the second counter refuses the input: {error}"]
            if found:
                differing += 1
                kind = record["input"]["rules"]["method"]["kind"]
                say(f"line {number} ({kind}) differs:")
                for text in found:
                    say("  " + text)
            if time.monotonic() - last > 5:
                last = time.monotonic()
                say(f"… {compared} compared, {differing} differ")
    return compared, differing
