"""What a file of ours must look like: the members of an input, the fields of every method."""


class InputError(Exception):
    """The input breaks a rule of docs/counting.md, or a file cannot be read; the message says how."""


class OneOf(dict):
    """An object whose `kind` decides which other members it has: these and no others."""


WHOLE, POSITIVE = range(2**53), range(1, 2**53)
DECIMALS = range(10)
HIGHEST = range(1, 1001)
COUNTED = {"heads": WHOLE, "weight": WHOLE}
BY = {"by": ("heads", "weight")}
LIMITED = {**BY, "at_most": OneOf({"any": {}, "at-most": {"options": WHOLE}})}
RANKED = {**LIMITED, "equal_ranks": ("allowed", "refused")}
PAIRWISE = {**RANKED, "unranked": ("not-compared", "last")}
STRENGTHS = ("winning-votes", "winning-votes-fewer-opposing", "margins")
LOOK_BACK = {"look_back": ("never", "narrowing", "all-different", "forwards")}
STAGED = {**LIMITED, **LOOK_BACK}
RATIO = {"numerator": WHOLE, "denominator": POSITIVE}
SHARE = {"share": {"bound": ("at-least", "more-than"), "ratio": RATIO}}
NUMBER = {**BY, "number": WHOLE}

METHOD = OneOf({
    "plurality": LIMITED,
    "approval": BY,
    "cumulative": {**BY, "votes": POSITIVE},
    "score": {**BY, "highest": HIGHEST, "unscored": ("zero", "not-counted")},
    "borda": {**RANKED, "unranked": ("zero", "average")},
    "star": {**BY, "highest": HIGHEST, "ties": ("lots", "official")},
    "majority-judgment": {**BY, "highest": HIGHEST, "unscored": ("lowest", "not-counted")},
    "schulze": {**PAIRWISE, "strength": STRENGTHS, "incomparable": ("tied", "by-wins")},
    "debian-a5": {**BY, "default_option": int, "quorum": WHOLE,
                  "majorities": [{"option": int, "votes_for": WHOLE, "votes_against": WHOLE}]},
    "copeland": {**PAIRWISE, "tied_pair": ("nothing", "half")},
    "minimax": {**PAIRWISE, "strength": (*STRENGTHS, "opposition")},
    "ranked-pairs": {**PAIRWISE, "strength": STRENGTHS},
    "condorcet-irv": {**STAGED, "unranked": ("not-compared", "last"),
                      "variant": ("condorcet-else-irv", "smith-irv", "benham")},
    "instant-runoff": {**STAGED, "end": ("majority", "two-left"),
                       "exclusion": ("one-by-one", "batch"), "exclude_first": [int]},
    "scottish-stv": STAGED,
    "wigm": {**STAGED, "decimals": DECIMALS, "quota": ("droop-whole", "droop-exact", "hare"),
             "elects": ("at-least", "more-than"), "transfer": ("per-paper", "per-parcel")},
    "ers97": LIMITED,
    "minneapolis": LIMITED,
    "meek": {**STAGED, "decimals": DECIMALS, "kept": ("cut", "rounded-up", "all-rounded-up"),
             "course": ("reference", "new-zealand"), "omega_decimals": DECIMALS,
             "omega_bound": ("at-most", "less-than"), "lowest": ("within-surplus", "exactly")},
    "sequential-phragmen": BY,
    "proportional-approval": {**BY, "search": ("sequential", "optimal")},
    "motion": {
        "quorums": [OneOf({"share": {**BY, **SHARE}, "share-of": {**BY, **SHARE, "of": None},
                           "at-least": NUMBER, "present": {**BY, **SHARE, "of": None},
                           "present-at-least": NUMBER})],
        "thresholds": [OneOf({"share": {**BY, **SHARE, "of": None}, "minimum-yes": NUMBER,
                              "maximum-no": NUMBER, "minimum-lead": NUMBER, "all-but": NUMBER})],
        "abstention": ("neutral", "quorum-only", "counts-as-no"),
        "quorum_failure": ("no-decision", "fails", "reopen")},
})

RULES = {
    "method": METHOD,
    "seats": WHOLE,
    "affiliation_cap": OneOf({"unlimited": {}, "at-most": {"seats": WHOLE},
                              "share": {"ratio": RATIO, "body_seats": WHOLE}}),
    "ties": OneOf({"lots": {}, "published-order": {"order": [int]}, "casting-vote": {},
                   "refuse": {}}),
}
OPTIONS = {"options": [{"id": str, "name": str, "affiliations?": [str]}], "withdrawn?": [int],
           "sitting?": {}}
ELECTORATE = {"entitled_heads": WHOLE, "entitled_weight": WHOLE, "recused?": COUNTED,
              "present?": COUNTED}

INPUT = {"rules": RULES, "options": OPTIONS, "electorate?": ELECTORATE, "seed?": str,
         "casting?": None, "ballots": [{"selection": {}, **COUNTED}]}

# What `compare` takes from a transcript when the ballots are in a file.
TRANSCRIPT = {"rules": RULES, "options": OPTIONS, "electorate?": ELECTORATE,
              "lots?": {"order": [int], "seed?": str}}

SELECTIONS = {"choice": ("yes", "no", "abstain"), "chosen": [int], "ranking": [[int]],
              "scores": [[int]]}

NAMES = {dict: "an object", list: "a list", str: "a text", int: "a whole number"}


def check(value, shape, path):
    """Refuse a value that has not the shape; the message names the place.

    A shape is a type, a range of numbers, a tuple of the words allowed, [shape of each item],
    {member: its shape} with "?" after a member that may be absent, OneOf, or None for anything.
    """
    if isinstance(shape, OneOf):
        check(value, {"kind": tuple(shape)}, path)
        members = {"kind": None, **shape[value["kind"]]}
        for member in value:
            if member not in members:
                raise InputError(f"{path} of kind {value['kind']} has no member {member!r}")
        check(value, members, path)
    elif isinstance(shape, dict):
        check_type(value, dict, path)
        check_members(value, shape, path)
    elif isinstance(shape, list):
        check_type(value, list, path)
        for number, item in enumerate(value):
            check(item, shape[0], f"{path}[{number}]")
    elif isinstance(shape, tuple):
        if value not in shape:
            raise InputError(f"{path} is none of {', '.join(shape)}")
    elif isinstance(shape, range):
        check_type(value, int, path)
        if value not in shape:
            raise InputError(f"{path} is not from {shape[0]} to {shape[-1]}")
    elif shape is not None:
        check_type(value, shape, path)


def check_type(value, kind, path):
    """Refuse a value of another type; true and false are no numbers."""
    if type(value) is not kind:
        raise InputError(f"{path} is not {NAMES[kind]}")


def check_members(value, shape, path):
    """Refuse an object that lacks a member, or has one of the wrong shape."""
    for member, inner in shape.items():
        name = member.rstrip("?")
        if name in value:
            check(value[name], inner, f"{path}.{name}")
        elif name == member:
            raise InputError(f"{path} has no member {name!r}")
