"""Measures our counts beside the peers' and prints one Markdown table; see the script `run`.

Floats here are seconds and ratios. Votes never are: totals are compared as the strings printed.
"""

import argparse
import json
import os
import platform
import shlex
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass, field
from pathlib import Path

import profiles

HERE = Path(__file__).parent
# A peer that has not answered by then is stopped, and the table says so.
PATIENCE = 900.0
# Peers that take longer than this are measured once.
LONG = 15.0
# A foundation's election: fewer ballots than this, counted in less than so many seconds.
FOUNDATION_BALLOTS = 10_000
FOUNDATION_SECONDS = 0.010
FOUNDATION_METHODS = ("schulze", "ranked-pairs", "irv", "scottish-stv", "meek-fixed9")
# What breaks the ties of small real files; in a million ballots there are none.
TIES = ("--ties", "order", "--order", "ballot")
# Measured once on the machine of docs/performance.md with programs that no package registry has:
# CPU seconds for a count by the Gregory method of a million ballots in 20 candidates, grouped.
ELSEWHERE = (("ConcreteSTV", 10.3), ("OpenSTV", 10.8), ("droop", 16.1))


class Wrong(Exception):
    """Two programs that should agree do not, or one did not run."""


@dataclass
class Run:
    """One process: its user and system seconds, and what it printed."""

    seconds: float
    output: str


@dataclass
class Row:
    what: str
    ours: float
    peer: str
    theirs: float | None
    aim: float | None = None
    remark: str = ""

    @property
    def ratio(self) -> float | None:
        return self.theirs / self.ours if self.theirs is not None else None

    def line(self, judged: bool) -> str:
        ratio = f"**{self.ratio:.1f} ×**" if self.ratio is not None else "–"
        theirs = seconds(self.theirs) if self.theirs is not None else "–"
        aim = f"≥ {self.aim:g} ×" if self.aim else ""
        verdict = ""
        if self.aim and judged and self.ratio is not None:
            verdict = "met" if self.ratio >= self.aim else "**missed**"
        cells = (self.what, seconds(self.ours), self.peer, theirs, ratio, aim, verdict, self.remark)
        return "| " + " | ".join(cells) + " |"


HEAD = (
    "| count | ours | peer | peer's | ratio | aim | | remark |\n"
    "| --- | --- | --- | --- | --- | --- | --- | --- |"
)


def seconds(value: float) -> str:
    return f"{value * 1000:.1f} ms" if value < 0.1 else f"{value:.2f} s"


def note(text: str) -> None:
    print(f"   {text}", file=sys.stderr, flush=True)


def run(command: list[str], stdin: Path | None = None) -> Run:
    """Runs a process to its end; user and system time are the kernel's account of it."""
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        with open(stdin or os.devnull, "rb") as given:
            process = subprocess.Popen(command, stdin=given, stdout=output, stderr=errors)
        watchdog = threading.Timer(PATIENCE, process.kill)
        watchdog.start()
        _, status, usage = os.wait4(process.pid, 0)
        expired = not watchdog.is_alive()
        watchdog.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        errors.seek(0)
        if expired:
            raise Wrong(f"{shlex.join(command)}: no result in {PATIENCE:.0f} s")
        if process.returncode != 0:
            said = errors.read().decode(errors="replace").strip().splitlines()
            reason = said[0] if said else "it said nothing"
            raise Wrong(f"{shlex.join(command)} failed ({process.returncode}): {reason}")
        used = usage.ru_utime + usage.ru_stime
        return Run(used, output.read().decode(errors="replace"))


@dataclass
class Ours:
    """Our program, and what it said of a file the last time it was asked."""

    command: list[str]
    known: dict = field(default_factory=dict)

    def arguments(self, file: Path, method: str, seats: int) -> list[str]:
        count = ["auditor", "count", str(file), "--method", method, "--seats", str(seats)]
        return [*self.command, *count, *TIES]

    def timed(self, file: Path, method: str, seats: int) -> float:
        return run(self.arguments(file, method, seats)).seconds

    def said(self, file: Path, method: str, seats: int) -> dict:
        key = (file, method, seats)
        if key not in self.known:
            text = run([*self.arguments(file, method, seats), "--json"]).output
            self.known[key] = json.loads(text)
        return self.known[key]

    def winners(self, file: Path, method: str, seats: int) -> list[str]:
        return self.said(file, method, seats)["winners"]

    def totals(self, file: Path, method: str, seats: int) -> dict[str, str]:
        """The final total of each option, as the transcript prints it."""
        transcript = self.said(file, method, seats)["transcript"]
        names = [option["name"] for option in transcript["options"]["options"]]
        return dict(zip(names, transcript["count"]["stages"][-1]["totals"], strict=True))


@dataclass
class Peer:
    """A peer program: how it is run, and how often."""

    name: str
    command: list[str]
    stdin: Path | None = None
    # What it prints as its own time counts, not its whole process.
    inner: bool = False

    def timed(self) -> Run:
        done = run(self.command, self.stdin)
        if self.inner:
            return Run(json.loads(done.output)["seconds"], done.output)
        return done


def interleaved(ours, peer: Peer, runs: int) -> tuple[float, float, str]:
    """Best of so many, one of ours and one of theirs in turn; a slow peer only once."""
    best_ours = best_peer = float("inf")
    output = ""
    for _ in range(runs):
        best_ours = min(best_ours, ours())
        if best_peer > LONG and output:
            continue
        theirs = peer.timed()
        best_peer, output = min(best_peer, theirs.seconds), theirs.output
    return best_ours, best_peer, output


@dataclass
class Bench:
    ours: Ours
    cache: Path
    runs: int
    quick: bool
    rows: list[Row] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def python_peer(self, peer: str, file: Path, seats: int, *, inner: bool) -> Peer:
        script = str(HERE / "python_peers.py")
        command = [sys.executable, script, peer, str(file), str(seats)]
        return Peer(LABELS[peer] + (" (method alone)" if inner else ""), command, inner=inner)

    def guarded(self, what: str, measure) -> None:
        """One failing row does not cost the others; it fails the run at the end."""
        note(what)
        try:
            measure()
        except (Wrong, KeyError, ValueError, IndexError) as error:
            reason = str(error) if isinstance(error, Wrong) else repr(error)
            self.wrong.append(f"{what}: {reason}")
            note(f"FAILED: {self.wrong[-1]}")

    # Meek

    def meek(
        self,
        what: str,
        file: Path,
        seats: int,
        aim: float | None = None,
        *,
        converted: Path | None = None,
        numbers: Path | None = None,
    ):
        """Beside stv-rs in the same arithmetic: same winners, same final totals to the digit.

        `converted` is the file with nicknames, where the file itself has none; `numbers` the file
        with numbers for nicknames, which only ours reads.
        """
        method = "meek-fixed9"
        stv_rs = str(self.cache / "stv-rs/bin/stv-rs")
        # Without threads: on one core that is its fastest.
        command = [stv_rs, "--arithmetic", "fixed9", "meek", "--parallel", "no"]
        peer = Peer("stv-rs 0.5.1 fixed9", command, stdin=converted or file)
        best, best_peer, output = interleaved(
            lambda: self.ours.timed(file, method, seats), peer, self.runs
        )
        elected = final_elected(output)
        mine = self.ours.totals(file, method, seats)
        if converted:
            # There candidates are called c1, c2, … in the order of the ballot.
            names = {f"c{number + 1}": name for number, name in enumerate(mine)}
            elected = {names[name]: total for name, total in elected.items()}
        self.same_as(elected, file, seats, peer)
        remark = f"same {len(elected)} winners, same final totals"
        self.rows.append(Row(what, best, peer.name, best_peer, aim, remark))
        if numbers:
            self.same_as(elected, numbers, seats, peer)
            best = min(self.ours.timed(numbers, method, seats) for _ in range(self.runs))
            remark = "the same ballots; ours reads numbers, the peer only nicknames"
            self.rows.append(Row(what, best, peer.name, best_peer, remark=remark))

    def same_as(self, elected: dict[str, str], file: Path, seats: int, peer: Peer) -> None:
        same_set(self.ours.winners(file, "meek-fixed9", seats), list(elected), peer.name)
        mine = self.ours.totals(file, "meek-fixed9", seats)
        for name, total in elected.items():
            if mine[name] != total:
                raise Wrong(f"{name} ends with {mine[name]} here and {total} by {peer.name}")

    # Gregory

    def scottish(self, what: str, file: Path, seats: int, aim: float | None, peers: list[Peer]):
        method = "scottish-stv"
        winners = self.ours.winners(file, method, seats)
        rows = []
        for peer in peers:
            note(f"  {peer.name}")
            best, best_peer, output = interleaved(
                lambda: self.ours.timed(file, method, seats), peer, self.runs
            )
            theirs = json.loads(output)["winners"]
            same_set(winners, theirs, peer.name)
            order = "in the same order" if winners == theirs else "in another order"
            rows.append(Row(what, best, peer.name, best_peer, remark=f"same winners, {order}"))
        # The aim is against the best peer.
        if rows:
            min(rows, key=lambda row: row.theirs).aim = aim
        self.rows.extend(rows)

    def elsewhere(self, what: str, file: Path, seats: int):
        best = min(self.ours.timed(file, "scottish-stv", seats) for _ in range(self.runs))
        for name, theirs in ELSEWHERE:
            remark = "not installable from a registry: not run here; its time is of another run"
            self.rows.append(Row(what, best, f"({name})", theirs, remark=remark))

    # Schulze

    def schulze(self, candidates: int, file: Path, aims: dict[str, float], peers: list[str]):
        what = f"Schulze, {candidates} candidates, {profiles.SCHULZE_BALLOTS} ballots"
        method = "schulze"
        winners = self.ours.winners(file, method, 1)
        for name in peers:
            note(f"  {name}")
            peer = self.python_peer(name, file, 1, inner=True)
            best, best_peer, output = interleaved(
                lambda: self.ours.timed(file, method, 1), peer, self.runs
            )
            same_set(winners, json.loads(output)["winners"], peer.name)
            row = Row(what, best, peer.name, best_peer, aims.get(name), "same winner")
            self.rows.append(row)

    # Foundations

    def foundations(self, folder: Path) -> list[str]:
        """Every real file of a foundation's size, by every method: the slowest of each method."""
        files = [(path, *size(path)) for path in sorted(folder.rglob("*.blt"))]
        files = [file for file in files if 0 < file[2] < FOUNDATION_BALLOTS]
        lines = []
        for method in FOUNDATION_METHODS:
            slowest, counted, refused = (0.0, ""), 0, {}
            for path, seats, _ in files:
                wanted = 1 if method == "irv" else seats
                try:
                    took = min(self.ours.timed(path, method, wanted) for _ in range(self.runs))
                except Wrong as error:
                    refused[path.stem] = str(error).rsplit("): ", 1)[-1]
                    continue
                counted += 1
                slowest = max(slowest, (took, path.stem))
            if counted:
                verdict = "met" if slowest[0] < FOUNDATION_SECONDS else "**missed**"
                cells = [method, counted, seconds(slowest[0]), slowest[1], verdict]
            else:
                cells = [method, 0, "–", "–", "–"]
            reason = next(iter(refused.values()), "")[:120].replace("|", "/")
            cells.append(f"{len(refused)}, the first: {reason}" if refused else "0")
            lines.append("| " + " | ".join(map(str, cells)) + " |")
        return lines


# The method alone: without reading the file and building the program's own profile of it.
LABELS = {
    "votekit-schulze": "VoteKit 3.5.0",
    "votekit-stv": "VoteKit 3.5.0 FastSTV",
    "stvpoll-scottish": "STVPoll 0.5.6",
    "pref_voting-schulze": "pref_voting 1.18.2",
    "pref_voting-scottish": "pref_voting 1.18.2",
    "numpy-int32": "numpy 2.3.5, one line, int32: paths",
    "numpy-int16": "numpy 2.3.5, one line, int16: paths",
}


def final_elected(output: str) -> dict[str, str]:
    """Name and final total of each elected candidate, from the last block that stv-rs prints."""
    final = output.rsplit("Action: Count Complete", 1)[1]
    elected = {}
    for line in final.splitlines():
        if line.strip().startswith("Elected:"):
            name, total = line.split(":", 1)[1].strip().rsplit(" (", 1)
            elected[name] = total.rstrip(")")
    return elected


def same_set(ours: list[str], theirs: list[str], peer: str) -> None:
    if not theirs or sorted(ours) != sorted(theirs):
        raise Wrong(f"other winners: {', '.join(ours)} here, {', '.join(theirs)} by {peer}")


def size(path: Path) -> tuple[int, int]:
    """Seats and ballots of a BLT file; no ballots for what does not look like one."""
    seats = ballots = 0
    with open(path, encoding="utf-8", errors="replace") as file:
        for number, line in enumerate(file):
            words = line.split("#")[0].split()
            if number == 0 and len(words) == 2 and all(word.isdigit() for word in words):
                seats = int(words[1])
            elif words == ["0"]:
                break
            elif seats and words and words[0].isdigit():
                ballots += int(words[0])
    return seats, ballots


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="tabulation/benches/peers/run")
    parser.add_argument("--quick", action="store_true", help="50,000 ballots, 200 candidates")
    parser.add_argument("--runs", type=int, default=3, help="best of so many (default 3)")
    parser.add_argument("--only", default="", help="meek, scottish, schulze or foundation")
    parser.add_argument("--ours", required=True, help="the command that counts (vote-client)")
    parser.add_argument(
        "--cache", type=Path, required=True, help="where peers and profiles are kept"
    )
    parser.add_argument("--data", type=Path, help="the folder of real elections")
    return parser.parse_args()


def one_core() -> str:
    """Pins this process and all it starts to the last core, where the system can."""
    if not hasattr(os, "sched_setaffinity"):
        return "not pinned to a core"
    core = max(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {core})
    return f"pinned to core {core}"


def processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        return next(
            line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")
        )
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def main() -> int:
    args = arguments()
    bench = Bench(Ours(shlex.split(args.ours)), args.cache, args.runs, args.quick)
    ballots, candidates = (50_000, [100, 200]) if args.quick else (1_000_000, [100, 500, 1000])
    note(f"profiles of {ballots:,} ballots")
    folder = args.cache / f"profiles-{ballots}"
    files = profiles.make(folder, ballots, candidates)
    # The largest real file that all peers can be given.
    real = args.data / "us/portland_2024_d1.blt" if args.data else None
    if real is not None and not real.exists():
        real = None
    core = one_core()

    def wanted(part: str) -> bool:
        return args.only in ("", part)

    shape = f"{ballots:,} × {profiles.CANDIDATES}, {profiles.SEATS} seats"
    names = {"bloc": "as given", "bloc-grouped": "grouped", "random": "random orders, as given"}

    if wanted("meek"):
        for name, aim in (("bloc", 20), ("bloc-grouped", 8), ("random", None)):
            what = f"Meek, {shape}, {names[name]}"
            file, numbers = files[name], files[f"{name}-numbers"]
            bench.guarded(
                what, lambda: bench.meek(what, file, profiles.SEATS, aim, numbers=numbers)
            )
        if real:
            converted = folder / f"{real.stem}.blt"
            profiles.as_stv_rs_reads(real, converted)
            what = "Meek, Portland 2024 district 1 (42,871 ballots)"
            bench.guarded(what, lambda: bench.meek(what, real, size(real)[0], converted=converted))

    if wanted("scottish"):
        for name, aim in (("bloc-grouped", 80), ("bloc", None)):
            what = f"Scottish STV, {shape}, {names[name]}"
            file = files[f"{name}-numbers"]
            peers = [bench.python_peer("votekit-stv", file, profiles.SEATS, inner=False)]
            if name == "bloc-grouped":
                peers.append(
                    bench.python_peer("stvpoll-scottish", file, profiles.SEATS, inner=False)
                )
            bench.guarded(what, lambda: bench.scottish(what, file, profiles.SEATS, aim, peers))
            if name == "bloc-grouped" and not args.quick:
                bench.guarded(what, lambda: bench.elsewhere(what, file, profiles.SEATS))
        if real:
            what = "Scottish STV, Portland 2024 district 1 (42,871 ballots)"
            seats = size(real)[0]
            peers = [
                bench.python_peer("votekit-stv", real, seats, inner=True),
                bench.python_peer("stvpoll-scottish", real, seats, inner=True),
                bench.python_peer("pref_voting-scottish", real, seats, inner=True),
            ]
            bench.guarded(what, lambda: bench.scottish(what, real, seats, None, peers))

    if wanted("schulze"):
        for number in candidates:
            peers = ["votekit-schulze", "numpy-int32", "numpy-int16"]
            if number == 100:
                peers.append("pref_voting-schulze")
            largest = number == 1000
            aims = {"votekit-schulze": 100, "numpy-int32": 8} if largest else {}
            what = f"Schulze, {number} candidates"
            bench.guarded(
                what, lambda: bench.schulze(number, files[f"schulze-{number}"], aims, peers)
            )

    print(
        "\nUser and system CPU seconds, of ours always of the whole process. Ours, theirs, in turn,"
    )
    print(f"best of {args.runs}, {core}, {processor()}.")
    print("QUICK: no aim is judged.\n" if args.quick else "")
    print(HEAD)
    for row in bench.rows:
        print(row.line(judged=not args.quick))
    if wanted("foundation") and args.data:
        note("foundation-sized counts")
        print(
            f"\nReal files of fewer than {FOUNDATION_BALLOTS:,} ballots; the aim is under 10 ms.\n"
        )
        print("| method | files | slowest | which | | not counted |")
        print("| --- | --- | --- | --- | --- | --- |")
        print("\n".join(bench.foundations(args.data)))
    elif wanted("foundation"):
        print("\nNo real elections: set BICAMERAL_DATA to their folder to count them too.")
    for problem in bench.wrong:
        print(f"\nFAILED: {problem}")
    return 1 if bench.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
