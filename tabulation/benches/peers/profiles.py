"""Makes the ballots of the benchmark: the same bytes from the same seed.

Three elections for counts in stages, 20 candidates and 10 seats, and random complete orders of many
candidates for Schulze's method. BLT, with the `[nick ...]` line that stv-rs asks for where it is
to read the file too.
"""

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
    return f"{candidates} {seats}\n[nick {' '.join(nicknames)}]\n"


def tail(names: list[str], title: str) -> str:
    return "0\n" + "".join(f'"{name}"\n' for name in [*names, title])


def write_single(path: Path, orders: np.ndarray, title: str) -> None:
    """One line per ballot, `1 a b c 0`: written as one matrix of bytes, without the gaps."""
    nicknames = letters(CANDIDATES)
    with open(path, "wb") as file:
        file.write(head(CANDIDATES, SEATS, nicknames).encode())
        for start in range(0, len(orders), CHUNK):
            rows = orders[start : start + CHUNK]
            text = np.full((len(rows), 2 * CANDIDATES + 4), ord(" "), dtype=np.uint8)
            text[:, 0] = ord("1")
            text[:, 2 : 2 + 2 * CANDIDATES : 2] = rows + ord("a")
            text[:, -2] = ord("0")
            text[:, -1] = ord("\n")
            keep = np.ones(text.shape, dtype=bool)
            ranked = rows != NOBODY
            keep[:, 2 : 2 + 2 * CANDIDATES : 2] = ranked
            keep[:, 3 : 3 + 2 * CANDIDATES : 2] = ranked
            file.write(text[keep].tobytes())
        file.write(tail([n.upper() for n in nicknames], title).encode())


def write_grouped(path: Path, orders: np.ndarray, counts: np.ndarray, title: str) -> None:
    nicknames = letters(CANDIDATES)
    with open(path, "w", encoding="ascii") as file:
        file.write(head(CANDIDATES, SEATS, nicknames))
        for order, count in zip(orders.tolist(), counts.tolist(), strict=True):
            ranks = "".join(f" {nicknames[c]}" for c in order if c != NOBODY)
            file.write(f"{count}{ranks} 0\n")
        file.write(tail([n.upper() for n in nicknames], title))


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
    files = {name: folder / f"{name}.blt" for name in ("bloc", "bloc-grouped", "random")}
    files |= {f"schulze-{n}": folder / f"schulze-{n}.blt" for n in candidates}

    def written(name: str, write) -> None:
        if not files[name].exists():
            begun = files[name].with_suffix(".begun")
            write(begun)
            begun.rename(files[name])

    if not (files["bloc"].exists() and files["bloc-grouped"].exists()):
        orders = bloc_orders(ballots)
        written("bloc", lambda path: write_single(path, orders, "Blocs"))
        written("bloc-grouped", lambda path: write_grouped(path, *grouped(orders), "Blocs"))
    if not files["random"].exists():
        orders = random_orders(ballots)
        written("random", lambda path: write_single(path, orders, "Random"))
    for n in candidates:
        written(f"schulze-{n}", lambda path, n=n: write_schulze(path, n))
    return files
