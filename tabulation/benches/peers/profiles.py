"""Makes the ballots of the benchmark: the same bytes from the same seed.

Three elections for counts in stages, 20 candidates and 10 seats, and random complete orders of many
candidates for Schulze's method. BLT, in the two ways to write it: candidates by number, as most
programs do, and by the nicknames that stv-rs asks for.
"""

from functools import cache
from pathlib import Path

import numpy as np

SEED = 20260117
# With this one, Schulze's method has one winner at every size used: no tie rule is compared.
SCHULZE_SEED = 2028
CANDIDATES = 20
SEATS = 10
SCHULZE_BALLOTS = 201

# Five blocs of four candidates each. A voter of a bloc gives nine tenths of the support to its own
# candidates; within either part it is spread unevenly (Dirichlet, 0.3).
BLOCS = (0.30, 0.25, 0.20, 0.15, 0.10)
COHESION = 0.9
SPREAD = 0.3
# Three in five ballots rank one to six candidates, the others 13 to all 20.
SHORT = 0.6
SHORT_RANKS = (1, 6)
LONG_RANKS = (13, CANDIDATES)

# How many orders are drawn at a time.
CHUNK = 100_000
# Beyond the end of a ballot.
NOBODY = 255


def bloc_orders(ballots: int) -> np.ndarray:
    """Truncated orders after Plackett and Luce, by bloc: one row per ballot, NOBODY at the end."""
    rng = np.random.default_rng(SEED)
    own = CANDIDATES // len(BLOCS)
    support = np.empty((len(BLOCS), CANDIDATES))
    for bloc in range(len(BLOCS)):
        support[bloc] = np.insert(
            rng.dirichlet(np.full(CANDIDATES - own, SPREAD)) * (1 - COHESION),
            [bloc * own] * own,
            rng.dirichlet(np.full(own, SPREAD)) * COHESION,
        )
    # An order drawn by support is the order of log(support) plus Gumbel noise.
    worth = np.log(np.maximum(support, 1e-12))
    rows = []
    for size in sizes(ballots):
        bloc = rng.choice(len(BLOCS), size=size, p=BLOCS)
        noise = -np.log(-np.log(rng.random((size, CANDIDATES))))
        order = np.argsort(-(worth[bloc] + noise), axis=1, kind="stable").astype(np.uint8)
        short = rng.integers(SHORT_RANKS[0], SHORT_RANKS[1] + 1, size=size)
        long = rng.integers(LONG_RANKS[0], LONG_RANKS[1] + 1, size=size)
        ranks = np.where(rng.random(size) < SHORT, short, long)
        order[np.arange(CANDIDATES) >= ranks[:, None]] = NOBODY
        rows.append(order)
    return np.concatenate(rows)


def random_orders(ballots: int) -> np.ndarray:
    """Complete orders, every one as likely as any other (impartial culture)."""
    rng = np.random.default_rng(SEED + 1)
    draw = [np.argsort(rng.random((size, CANDIDATES)), axis=1) for size in sizes(ballots)]
    return np.concatenate(draw).astype(np.uint8)


def sizes(ballots: int) -> list[int]:
    return [min(CHUNK, ballots - start) for start in range(0, ballots, CHUNK)]


def grouped(orders: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Distinct orders and how many ballots have each."""
    return np.unique(orders, axis=0, return_counts=True)


def letters(candidates: int) -> list[str]:
    return [chr(ord("a") + index) for index in range(candidates)]


def head(candidates: int, seats: int, nicknames: list[str]) -> str:
    return f"{candidates} {seats}\n" + (f"[nick {' '.join(nicknames)}]\n" if nicknames else "")


def tail(names: list[str], title: str) -> str:
    return "0\n" + "".join(f'"{name}"\n' for name in [*names, title])


def write(path: Path, orders: np.ndarray, counts: np.ndarray, nicknames: list[str]) -> None:
    """Lines such as `1 a b c 0` or `1 1 2 3 0`: one matrix of bytes, written without its gaps."""
    # A candidate as it stands in a line, a space behind; a gap is a byte of zero.
    words = [f"{word} " for word in nicknames or range(1, CANDIDATES + 1)]
    width = max(map(len, words))
    texts = np.zeros((NOBODY + 1, width), dtype=np.uint8)
    for index, word in enumerate(words):
        texts[index, : len(word)] = np.frombuffer(word.encode(), dtype=np.uint8)
    with open(path, "wb") as file:
        file.write(head(CANDIDATES, SEATS, nicknames).encode())
        for start in range(0, len(orders), CHUNK):
            rows = texts[orders[start : start + CHUNK]].reshape(-1, CANDIDATES * width)
            many = np.char.add(counts[start : start + CHUNK].astype("S"), b" ")
            first = many.view(np.uint8).reshape(len(rows), -1)
            last = np.tile(np.frombuffer(b"0\n", dtype=np.uint8), (len(rows), 1))
            text = np.concatenate([first, rows, last], axis=1)
            file.write(text[text != 0].tobytes())
        file.write(tail([n.upper() for n in letters(CANDIDATES)], path.stem).encode())


def write_schulze(path: Path, candidates: int) -> None:
    """Complete random orders of many candidates, by number. An odd number of them: no pair ties."""
    rng = np.random.default_rng([SCHULZE_SEED, candidates])
    with open(path, "w", encoding="ascii") as file:
        file.write(f"{candidates} 1\n")
        for _ in range(SCHULZE_BALLOTS):
            file.write(f"1 {' '.join(map(str, rng.permutation(candidates) + 1))} 0\n")
        file.write(tail([f"C{i + 1}" for i in range(candidates)], "Schulze"))


def as_stv_rs_reads(source: Path, target: Path) -> None:
    """A BLT file of numbers, with the nicknames that stv-rs asks for in place of the numbers."""
    lines = source.read_text(encoding="utf-8", errors="replace").splitlines()
    candidates, seats = map(int, lines[0].split())
    nicknames = [f"c{i + 1}" for i in range(candidates)]
    out = [head(candidates, seats, nicknames)]
    rest = iter(lines[1:])
    for line in rest:
        words = line.split()
        if words == ["0"]:
            break
        if words[0].startswith("-"):
            out.append(f"[withdrawn {' '.join(nicknames[-int(w) - 1] for w in words)}]\n")
            continue
        ranks = " ".join(nicknames[int(word) - 1] for word in words[1:-1])
        out.append(f"{words[0]} {ranks} 0\n")
    # Names that no reader can trip over: only the nicknames are compared.
    out.append(tail(nicknames, source.stem))
    target.write_text("".join(out), encoding="utf-8")


def make(folder: Path, ballots: int, candidates: list[int]) -> dict[str, Path]:
    """Writes what is not there yet; a file that was begun and not finished is written again."""
    folder.mkdir(parents=True, exist_ok=True)
    files: dict[str, Path] = {}

    def written(name: str, writing) -> None:
        files[name] = folder / f"{name}.blt"
        if not files[name].exists():
            begun = files[name].with_suffix(".begun")
            writing(begun)
            begun.rename(files[name])

    def single(orders: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return orders, np.ones(len(orders), dtype=np.int64)

    # Drawn once, and only if a file is missing.
    blocs = cache(lambda: bloc_orders(ballots))
    elections = {
        "bloc": cache(lambda: single(blocs())),
        "bloc-grouped": cache(lambda: grouped(blocs())),
        "random": cache(lambda: single(random_orders(ballots))),
    }
    for name, election in elections.items():
        for suffix, nicknames in (("", letters(CANDIDATES)), ("-numbers", [])):
            written(name + suffix, lambda path: write(path, *election(), nicknames))
    for number in candidates:
        written(f"schulze-{number}", lambda path: write_schulze(path, number))
    return files
