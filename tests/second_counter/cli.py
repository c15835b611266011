"""The command line: count and compare."""

import argparse
import json
import sys

from .compare import compare_batch, report
from .counting import count
from .formats import read_blt, read_csv
from .model import InputError


def read_json(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def input_of(arguments):
    """The count input that the arguments of `count` name."""
    if arguments.blt or arguments.csv:
        if not arguments.rules:
            raise InputError("a BLT or CSV file needs --rules")
        rules = read_json(arguments.rules)
        if arguments.blt:
            data, seats = read_blt(arguments.blt)
            rules.setdefault("seats", seats)
        else:
            data = read_csv(arguments.csv)
        data["rules"] = rules
        if arguments.seed:
            data["seed"] = arguments.seed
        return data
    if not arguments.input:
        raise InputError("name an input file, or --blt or --csv")
    return read_json(arguments.input)


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
    if not (arguments.transcript and arguments.input):
        raise InputError("name a transcript and an input, or --batch")
    lines = report(read_json(arguments.transcript), read_json(arguments.input))
    for line in lines:
        print(line)
    print("equal" if not lines else f"{len(lines)} differences")
    return 1 if lines else 0


def main(arguments):
    """Run a command; gives the exit status: 0 fine or equal, 1 different, 2 refused."""
    parser = argparse.ArgumentParser(
        prog="second_counter", description="Count an election a second time, independently.")
    commands = parser.add_subparsers(required=True)
    counting = commands.add_parser("count", help="count an input and print the transcript")
    counting.add_argument("input", nargs="?", help="count input (JSON)")
    counting.add_argument("--blt", help="read options and ballots from a BLT file")
    counting.add_argument("--csv", help="read options and ballots from a CSV file of ranks")
    counting.add_argument("--rules", help="rules (JSON) for --blt and --csv")
    counting.add_argument("--seed", help="seed of the lots for --blt and --csv (hexadecimal)")
    counting.set_defaults(run=run_count)
    comparing = commands.add_parser("compare", help="compare a transcript with our own count")
    comparing.add_argument("transcript", nargs="?", help="transcript of the other program (JSON)")
    comparing.add_argument("input", nargs="?", help="the input that it counted (JSON)")
    comparing.add_argument("--batch", help='JSON Lines of {"input": …, "transcript": …}')
    comparing.set_defaults(run=run_compare)
    chosen = parser.parse_args(arguments)
    try:
        return chosen.run(chosen)
    except (InputError, OSError, KeyError, ValueError) as error:
        print(f"second_counter: {type(error).__name__}: {error}", file=sys.stderr)
        return 2
