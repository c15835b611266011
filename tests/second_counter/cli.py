"""The command line: count and compare."""

import argparse
import json
import sys

from .blt import read_blt
from .compare import compare_batch, input_behind, report, transcript_in
from .counting import count
from .formats import read_csv, read_json
from .shape import InputError


def ballots_of(arguments):
    """The options and ballots of the BLT or CSV file, and the seats if it states them."""
    return read_blt(arguments.blt) if arguments.blt else (read_csv(arguments.csv), None)


def input_of(arguments):
    """The count input that the arguments of `count` name."""
    if arguments.input:
        return read_json(arguments.input)
    if not arguments.rules:
        raise InputError("a BLT or CSV file needs --rules")
    data, seats = ballots_of(arguments)
    data["rules"] = read_json(arguments.rules)
    if seats is not None and isinstance(data["rules"], dict):
        data["rules"].setdefault("seats", seats)
    if arguments.seed:
        data["seed"] = arguments.seed
    return data


def compared_input(arguments, transcript):
    """The count input that the arguments of `compare` name."""
    if arguments.input:
        return read_json(arguments.input)
    file, _seats = ballots_of(arguments)
    return input_behind(transcript, file, withdrawals=bool(arguments.blt))


def run_count(arguments):
    transcript = count(input_of(arguments))
    json.dump(transcript, sys.stdout, indent=2, ensure_ascii=False)
    print()
    return 0


def run_compare(arguments):
    if arguments.batch:
        compared, differing = compare_batch(arguments.batch,
                                            lambda text: print(text, flush=True))
        print(f"{compared} compared, {differing} differ")
        return 1 if differing else 0
    if not arguments.transcript:
        raise InputError("name a transcript, or --batch")
    transcript = transcript_in(read_json(arguments.transcript))
    lines = report(transcript, compared_input(arguments, transcript))
    for line in lines:
        print(line)
    print("equal" if not lines else f"{len(lines)} differences")
    return 1 if lines else 0


def parser():
    """What the command line may say."""
    whole = argparse.ArgumentParser(
        prog="second_counter", description="Count an election a second time, independently.")
    commands = whole.add_subparsers(required=True)
    counting = commands.add_parser("count", help="count an input and print the transcript")
    add_sources(counting)
    counting.add_argument("--rules", help="rules (JSON) for --blt and --csv")
    counting.add_argument("--seed", help="seed of the lots for --blt and --csv (hexadecimal)")
    counting.set_defaults(run=run_count)
    comparing = commands.add_parser("compare", help="compare a transcript with our own count")
    comparing.add_argument("transcript", nargs="?", help="transcript of the other program (JSON)")
    add_sources(comparing).add_argument(
        "--batch", help='JSON Lines of {"input": …, "transcript": …}')
    comparing.set_defaults(run=run_compare)
    return whole


def add_sources(command):
    """Where the ballots are; exactly one of these."""
    sources = command.add_mutually_exclusive_group(required=True)
    sources.add_argument("input", nargs="?", help="count input (JSON)")
    sources.add_argument("--blt", help="read options and ballots from a BLT file")
    sources.add_argument("--csv", help="read options and ballots from a CSV file of ranks")
    return sources


def main(arguments):
    """Run a command; gives the exit status: 0 fine or equal, 1 different, 2 refused."""
    chosen = parser().parse_args(arguments)
    try:
        return chosen.run(chosen)
    except (InputError, OSError) as error:
        print(f"second_counter: {error}", file=sys.stderr)
    except (LookupError, TypeError, ValueError, ArithmeticError, AttributeError) as error:
        # What the checks let through must not look like a difference, which is status 1.
        print(f"second_counter: this cannot be counted ({type(error).__name__}: {error})",
              file=sys.stderr)
    return 2
