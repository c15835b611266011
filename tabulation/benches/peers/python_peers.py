"""Counts one BLT file with one of the Python peers, in a process of its own.

usage: python_peers.py PEER FILE SEATS

Prints one JSON object: `winners` (names in order of election), `seconds` (process time of the
method alone, without reading the file and building the program's own profile; the caller measures
the whole process besides) and, for a comparison of whole rankings, `ranking`.
"""

import json
import re
import sys
import time
import warnings
from pathlib import Path


class Ballots:
    """A BLT file whose ballots have no equal ranks."""

    def __init__(self, path: Path):
        lines = iter(path.read_text(encoding="utf-8", errors="replace").splitlines())
        candidates = int(next(lines).split()[0])
        index = {str(i + 1): i for i in range(candidates)}
        self.orders: list[tuple[int, tuple[int, ...]]] = []
        for line in lines:
            if line.startswith("[nick "):
                index |= {name: i for i, name in enumerate(line[6:-1].split())}
                continue
            words = line.split()
            if words == ["0"]:
                break
            ranked = tuple(index[word] for word in words[1:-1])
            if ranked:
                self.orders.append((int(words[0]), ranked))
        self.names = [name.strip().strip('"') for name in quoted(lines)][:candidates]

    def named(self, indices) -> list[str]:
        return [self.names[index] for index in indices]


def quoted(lines) -> list[str]:
    rest = "\n".join(lines)
    return re.findall(r'"[^"]*"', rest) if '"' in rest else rest.split("\n")


def votekit_profile(ballots: Ballots):
    """Candidates go by number, whose order no program can mistake."""
    import numpy as np
    import pandas as pd
    from votekit.pref_profile import RankProfile

    length = max(len(order) for _, order in ballots.orders)
    cells = np.full((len(ballots.orders), length), len(ballots.names))
    for row, (_, order) in enumerate(ballots.orders):
        cells[row, : len(order)] = order
    sets = np.empty(len(ballots.names) + 1, dtype=object)
    sets[:] = [*(frozenset([i]) for i in range(len(ballots.names))), frozenset(["~"])]
    frame = pd.DataFrame(sets[cells], columns=[f"Ranking_{i + 1}" for i in range(length)])
    frame["Voter Set"] = [set()] * len(frame)
    frame["Weight"] = [float(count) for count, _ in ballots.orders]
    frame.index.name = "Ballot Index"
    names = list(range(len(ballots.names)))
    return RankProfile(df=frame, candidates=names, max_ranking_length=length)


def votekit_schulze(ballots: Ballots, seats: int) -> dict:
    from votekit.elections import Schulze

    profile = votekit_profile(ballots)
    # Its pairwise loop is compiled at its first use: not the method's own time.
    Schulze(votekit_profile(small(ballots)), n_seats=1)
    began = time.process_time()
    elected = Schulze(profile, n_seats=seats).get_elected()
    seconds = time.process_time() - began
    return {"winners": ballots.named(sole(group) for group in elected), "seconds": seconds}


def small(ballots: Ballots) -> Ballots:
    few = object.__new__(Ballots)
    few.names = ballots.names[:3]
    few.orders = [(1, (0, 1, 2)), (1, (1, 2, 0)), (1, (0, 2, 1))]
    return few


def votekit_stv(ballots: Ballots, seats: int) -> dict:
    """Its fastest: numpy, floats, fractional transfers, whole Droop quota, one at a time."""
    from votekit.elections import FastSTV

    profile = votekit_profile(ballots)
    began = time.process_time()
    election = FastSTV(profile, n_seats=seats, simultaneous=False, tiebreak="borda")
    elected = election.get_elected()
    seconds = time.process_time() - began
    return {"winners": ballots.named(sole(group) for group in elected), "seconds": seconds}


def sole(group):
    (only,) = group
    return only


def stvpoll_scottish(ballots: Ballots, seats: int) -> dict:
    from stvpoll.scottish_stv import calculate_scottish_stv

    data = [(order, count) for count, order in ballots.orders]
    candidates = tuple(range(len(ballots.names)))
    began = time.process_time()
    elected = calculate_scottish_stv(candidates, data, seats, random_shuffle=False)
    seconds = time.process_time() - began
    return {"winners": ballots.named(elected), "seconds": seconds}


def pref_voting_profile(ballots: Ballots):
    from pref_voting.profiles_with_ties import ProfileWithTies

    rankings = [{c: rank for rank, c in enumerate(order)} for _, order in ballots.orders]
    counts = [count for count, _ in ballots.orders]
    return ProfileWithTies(rankings, rcounts=counts, candidates=list(range(len(ballots.names))))


def pref_voting_scottish(ballots: Ballots, seats: int) -> dict:
    from pref_voting.proportional_methods import stv_scottish

    profile = pref_voting_profile(ballots)
    began = time.process_time()
    elected = stv_scottish(profile, num_seats=seats)
    seconds = time.process_time() - began
    return {"winners": ballots.named(elected), "seconds": seconds}


def pref_voting_schulze(ballots: Ballots, _seats: int) -> dict:
    from pref_voting.margin_based_methods import beat_path

    profile = pref_voting_profile(ballots)
    profile.use_extended_strict_preference()
    began = time.process_time()
    winners = beat_path(profile, algorithm="floyd_warshall")
    seconds = time.process_time() - began
    return {"winners": ballots.named(winners), "seconds": seconds}


def numpy_paths(ballots: Ballots, _seats: int, width: str) -> dict:
    """The strongest paths alone, by the one line everybody writes; pairs are compared before."""
    import numpy as np

    size = len(ballots.names)
    votes = np.zeros((size, size), dtype=np.int64)
    for count, order in ballots.orders:
        place = np.full(size, size)
        place[list(order)] = np.arange(len(order))
        votes += count * (place[:, None] < place[None, :])
    strongest = np.where(votes > votes.T, votes, 0).astype(width)
    began = time.process_time()
    for k in range(size):
        strongest = np.maximum(strongest, np.minimum(strongest[:, k, None], strongest[k]))
    seconds = time.process_time() - began
    unbeaten = ~(strongest < strongest.T).any(axis=1)
    return {"winners": ballots.named(np.flatnonzero(unbeaten)), "seconds": seconds}


PEERS = {
    "votekit-schulze": votekit_schulze,
    "votekit-stv": votekit_stv,
    "stvpoll-scottish": stvpoll_scottish,
    "pref_voting-scottish": pref_voting_scottish,
    "pref_voting-schulze": pref_voting_schulze,
    "numpy-int32": lambda ballots, seats: numpy_paths(ballots, seats, "int32"),
    "numpy-int16": lambda ballots, seats: numpy_paths(ballots, seats, "int16"),
}


def main() -> None:
    peer, file, seats = sys.argv[1:]
    warnings.simplefilter("ignore")
    print(json.dumps(PEERS[peer](Ballots(Path(file)), int(seats))))


if __name__ == "__main__":
    main()
