"""Compare a transcript of the other program with a count of our own, field by field."""

import itertools
import json
import time

from .counting import count
from .formats import parse_json
from .shape import TRANSCRIPT, InputError, check

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


def transcript_in(document):
    """The transcript: the document itself, or a member of what the other program prints as JSON."""
    if isinstance(document, dict) and "version" not in document:
        document = document.get("transcript", document)
    check(document, TRANSCRIPT, "transcript")
    return document


def input_behind(transcript, file, withdrawals):
    """The input that a transcript says was counted, with the ballots of a file.

    `withdrawals` tells whether a file of this kind says who has withdrawn.
    """
    match_options(transcript["options"], file["options"], withdrawals)
    data = {"rules": transcript["rules"], "options": transcript["options"],
            "ballots": file["ballots"]}
    if "electorate" in transcript:
        data["electorate"] = transcript["electorate"]
    lots = transcript.get("lots", {})
    if "seed" in lots:
        data["seed"] = lots["seed"]
    elif lots and transcript["rules"]["ties"]["kind"] == "casting-vote":
        data["casting"] = lots["order"]
    return data


def match_options(theirs, ours, withdrawals):
    """Refuse a file whose options are not those of the transcript, by order and name."""
    pairs = itertools.zip_longest(*([option["name"] for option in some["options"]]
                                    for some in (theirs, ours)))
    for number, (name, in_file) in enumerate(pairs, 1):
        if name != in_file:
            raise InputError(f"option {number} is {quoted(name)} in the transcript and "
                             f"{quoted(in_file)} in the file of ballots")
    if withdrawals and sorted(theirs.get("withdrawn", [])) != ours["withdrawn"]:
        raise InputError("the transcript and the file of ballots differ in who has withdrawn")


def quoted(name):
    """A name in a message."""
    return "absent" if name is None else f'"{name}"'


def method_of(transcript):
    """The method in parentheses, if the transcript names one."""
    method = transcript.get("rules", {}).get("method", {}).get("kind")
    return f" ({method})" if method else ""


def compare_batch(path, say, limit=5):
    """Each line of the file is {"input", "transcript"}. Gives (lines compared, lines that differ)."""
    compared, differing = 0, 0
    last = time.monotonic()
    with open(path, "rb") as file:
        for number, line in enumerate(file, 1):
            if not line.strip():
                continue
            record = parse_json(line, f"{path}, record {number}")
            check(record, {"input": {}, "transcript": {}}, f"record {number}")
            compared += 1
            try:
                found = report(record["transcript"], record["input"], limit)
            except InputError as error:
                found = [f"the second counter refuses the input: {error}"]
            if found:
                differing += 1
                say(f"line {number}{method_of(record['transcript'])} differs:")
                for text in found:
                    say("  " + text)
            if time.monotonic() - last > 5:
                last = time.monotonic()
                say(f"… {compared} compared, {differing} differ")
    return compared, differing
