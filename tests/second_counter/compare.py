"""Compare a transcript of the other program with a count of our own, field by field."""

import json
import time

from .counting import count
from .model import InputError

ENGLISH = {"sentence", "sentences", "quota_sentence", "rules_sentence", "smith_sentence",
           "clause", "question"}
MISSING = object()


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


def show(value):
    """A short form of a value for a report."""
    if value is MISSING:
        return "(absent)"
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 100 else text[:97] + "..."


def report(transcript, data, limit=None):
    """The differences between a transcript and our own count, as lines."""
    lines = []
    for path, theirs, ours in differences(transcript, count(data)):
        if limit is not None and len(lines) == limit:
            lines.append("…")
            break
        lines.append(f"{path}: transcript {show(theirs)}, second counter {show(ours)}")
    return lines


def compare_batch(path, say, limit=5):
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
                found = report(record["transcript"], record["input"], limit)
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
