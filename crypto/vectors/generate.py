"""Writes the JSON files beside it, sharing no code with the crate.

Published vectors are copied from the documents that `source` names; everything else is computed
here with hashlib, plain integers and other people's libraries (cryptography, PyNaCl, argon2-cffi).
The files are frozen: a run that changes one of them is a change of format, not a test to update.

    pip install cryptography pynacl argon2-cffi && python3 generate.py
"""

import base64
import hashlib
import hmac
import json
import pathlib

import argon2.low_level
import nacl.bindings
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

HERE = pathlib.Path(__file__).parent
RAW = dict(encoding=Encoding.Raw, format=PublicFormat.Raw)


def write(name, document):
    (HERE / name).write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n", "utf-8")


def sha256(data):
    return hashlib.sha256(data).digest()


def b64(data):
    return base64.b64encode(data).decode()


def b64url(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def jcs(value):
    """Canonical JSON for the profile: json's separators and key order are RFC 8785's for it."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


class Key:
    def __init__(self, seed):
        self.seed = seed
        self.secret = Ed25519PrivateKey.from_private_bytes(seed)
        self.public = self.secret.public_key().public_bytes(**RAW)
        self.id = sha256(self.public).hex()

    def sign(self, message):
        return self.secret.sign(message)


# ---- Ed25519 ---------------------------------------------------------------------------------

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P


def add(a, b):
    (x1, y1), (x2, y2) = a, b
    t = D * x1 * x2 * y1 * y2 % P
    return ((x1 * y2 + x2 * y1) * pow(1 + t, P - 2, P) % P,
            (y1 * y2 + x1 * x2) * pow(1 - t, P - 2, P) % P)


def times(scalar, point):
    total = (0, 1)
    while scalar:
        if scalar & 1:
            total = add(total, point)
        point, scalar = add(point, point), scalar >> 1
    return total


def x_of(y):
    """The even x for a y, or None."""
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    root = pow(square, (P + 3) // 8, P)
    if root * root % P != square:
        root = root * pow(2, (P - 1) // 4, P) % P
    if root * root % P != square:
        return None
    return P - root if root & 1 else root


def spell(y, sign):
    return (y | sign << 255).to_bytes(32, "little")


def encode(point):
    return spell(point[1], point[0] & 1)


BASE_Y = 4 * pow(5, P - 2, P) % P
BASE = (x_of(BASE_Y), BASE_Y)


def torsion_point():
    """A point of order eight."""
    y = 2
    while True:
        if x_of(y) is not None:
            point = times(L, (x_of(y), y))
            if times(4, point) != (0, 1):
                return point
        y += 1


def ed25519():
    rfc = [
        ("TEST 1", "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
         "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
         "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e3970"
         "1cf9b46bd25bf5f0595bbe24655141438e7a100b"),
        ("TEST 2", "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
         "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
         "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613"
         "d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"),
        ("TEST 3", "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
         "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
         "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760"
         "984dc6594a7c15e9716ed28dc027beceea1ec40a"),
        ("TEST SHA(abc)", "833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42",
         "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
         hashlib.sha512(b"abc").hexdigest(),
         "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c6"
         "6431e0303dca179c138ac17ad9bef1177331a704"),
    ]
    signatures = []
    for name, seed, public, message, signature in rfc:
        key = Key(bytes.fromhex(seed))
        assert key.public.hex() == public, name
        assert key.sign(bytes.fromhex(message)).hex() == signature, name
        signatures.append(dict(name=name, seed=seed, public=public, keyid=key.id, message=message,
                               signature=signature))

    torsion = torsion_point()
    mixed = add(times(7, BASE), torsion)
    weak = sorted({encode(times(n, torsion)).hex() for n in range(8)})
    refused_keys = [dict(name="small order", public=text, error="weak") for text in weak]
    refused_keys.append(dict(name="prime order plus torsion", public=encode(mixed).hex(),
                             error="torsion"))
    y = next(y for y in range(2, 19) if x_of(y) is not None)
    refused_keys.append(dict(name=f"y = {y} written as {y} + p", public=spell(y + P, 0).hex(),
                             error="not canonical"))
    refused_keys.append(dict(name="x = 0 with its sign bit set", public=spell(1, 1).hex(),
                             error="not canonical"))
    y = next(y for y in range(2, 99) if x_of(y) is None)
    refused_keys.append(dict(name=f"y = {y} is on no point", public=spell(y, 0).hex(),
                             error="not a point"))

    # What the equation alone would accept, and verify_strict refuses.
    key, message = Key(bytes.fromhex(rfc[1][1])), bytes.fromhex("72")
    good = key.sign(message)
    s = int.from_bytes(good[32:], "little")
    secret = bytearray(hashlib.sha512(key.seed).digest()[:32])
    secret[0] &= 248
    secret[31] = secret[31] & 127 | 64
    a = int.from_bytes(secret, "little")
    identity = encode((0, 1))
    k = int.from_bytes(hashlib.sha512(identity + key.public + message).digest(), "little")
    flipped = bytes([good[0] ^ 1]) + good[1:]
    refused_signatures = [
        ("S + L instead of S", good[:32] + (s + L).to_bytes(32, "little")),
        ("R is the identity, S = k·a", identity + (k * a % L).to_bytes(32, "little")),
        ("a bit of R flipped", flipped),
        ("all zero", bytes(64)),
    ]
    write("ed25519.json", dict(
        source="RFC 8032 §7.1 for `signatures`; the refusals are computed by generate.py",
        signatures=signatures, refused_public_keys=refused_keys,
        refused_signatures=[dict(name=n, public=key.public.hex(), message=message.hex(),
                                 signature=s.hex()) for n, s in refused_signatures]))


# ---- canonical JSON --------------------------------------------------------------------------

def canonical():
    accepted = [
        ("RFC 8785 §3.2.2, literals without null", '{"literals":[true,false]}'),
        ("RFC 8785 §3.2.2, string", '{"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'),
        ("all short escapes", '"\\b\\t\\n\\f\\r\\"\\\\"'),
        ("all long escapes", '"' + "".join(f"\\u{n:04x}" for n in range(32)
                                          if n not in (8, 9, 10, 12, 13)) + '"'),
        ("slash, delete and line separators stand for themselves", '"/\x7f\u2028\u2029"'),
        ("two, three and four bytes", '"é€𝄞"'),
        ("the ends of UTF-8's ranges", '"\x80\u07ff\u0800\ud7ff\ue000\uffff\U00010000\U0010ffff"'),
        ("largest integer", "9007199254740991"),
        ("smallest integer", "-9007199254740991"),
        ("zero", "0"),
        ("empty object", "{}"),
        ("empty array", "[]"),
        ("keys in ASCII order: digits, uppercase, lowercase",
         '{"":0,"1":1,"10":2,"2":3,"A":4,"B":5,"a":6,"aa":7,"b":8}'),
        ("nested to the limit", "[" * 32 + "]" * 32),
    ]
    refused = [
        ("RFC 8785 §3.2.3 sorting example, which has other keys than ASCII", 2, "key",
         '{"\\r":"Carriage Return"}'),
        ("null", 1, "null", "[null]"),
        ("fraction", 0, "not an integer", "1.5"),
        ("integer written as a fraction", 0, "not an integer", "1.0"),
        ("exponent", 0, "not an integer", "1e3"),
        ("capital exponent", 0, "not an integer", "1E3"),
        ("negative zero", 0, "negative zero", "-0"),
        ("leading zero", 1, "leading zero", "[01]"),
        ("negative leading zero", 0, "leading zero", "-01"),
        ("plus sign", 0, "unexpected byte", "+1"),
        ("lone minus", 1, "unexpected end", "-"),
        ("2^53", 0, "integer range", "9007199254740992"),
        ("-2^53", 0, "integer range", "-9007199254740992"),
        ("seventeen digits", 0, "integer range", "10000000000000000"),
        ("space before", 0, "white space", " 1"),
        ("newline after", 1, "trailing bytes", "1\n"),
        ("space after comma", 3, "white space", "[1, 2]"),
        ("two documents", 2, "trailing bytes", "{}{}"),
        ("keys out of order", 7, "key order", '{"b":1,"a":2}'),
        ("key after its extension", 8, "key order", '{"aa":1,"a":2}'),
        ("duplicate key", 7, "duplicate key", '{"a":1,"a":1}'),
        ("duplicate key, nested", 13, "duplicate key", '[{"a":{"b":1,"b":2}}]'),
        ("escaped key", 2, "key", '{"\\u0061":1}'),
        ("key that is not ASCII", 2, "key", '{"é":1}'),
        ("key with delete", 2, "key", '{"\x7f":1}'),
        ("escaped slash", 1, "escape", '"\\/"'),
        ("escaped letter", 1, "escape", '"\\u0041"'),
        ("long escape for newline", 1, "escape", '"\\u000a"'),
        ("uppercase escape", 1, "escape", '"\\u000F"'),
        ("escaped surrogate pair", 1, "escape", '"\\ud834\\udd1e"'),
        ("escape cut off", 2, "unexpected end", '"\\'),
        ("raw control character", 1, "control character", '"\x01"'),
        ("raw newline", 2, "control character", '"a\nb"'),
        ("byte order mark", 0, "unexpected byte", b"\xef\xbb\xbf1"),
        ("overlong UTF-8", 1, "utf8", b'"\xc0\xaf"'),
        ("overlong UTF-8, three bytes", 1, "utf8", b'"\xe0\x80\xaf"'),
        ("UTF-8 of a surrogate", 1, "utf8", b'"\xed\xa0\x80"'),
        ("beyond U+10FFFF", 1, "utf8", b'"\xf4\x90\x80\x80"'),
        ("lone continuation byte", 2, "utf8", b'"a\x80"'),
        ("UTF-8 cut off", 1, "utf8", b'"\xe2\x82"'),
        ("Latin-1", 1, "utf8", b'"\xff"'),
        ("nothing", 0, "unexpected end", ""),
        ("open array", 2, "unexpected end", "[1"),
        ("trailing comma", 3, "unexpected byte", "[1,]"),
        ("open object", 6, "unexpected end", '{"a":1'),
        ("trailing comma in an object", 7, "unexpected byte", '{"a":1,}'),
        ("missing colon", 4, "unexpected byte", '{"a"1}'),
        ("open string", 2, "unexpected end", '"a'),
        ("open key", 3, "unexpected end", '{"a'),
        ("wrong bracket", 2, "unexpected byte", "[1}"),
        ("misspelt literal", 3, "unexpected byte", "tru1"),
        ("comment", 0, "unexpected byte", "/**/1"),
        ("nested too deep", 32, "too deep", "[" * 33 + "]" * 33),
    ]
    for name, text in accepted:
        if "range" not in name:
            assert jcs(json.loads(text)) == text.encode(), name
    write("canonical.json", dict(
        source="RFC 8785, within and against the restricted profile of crypto::canonical",
        accepted=[dict(name=n, text=t) for n, t in accepted],
        refused=[dict(name=n, hex=(t if isinstance(t, bytes) else t.encode()).hex(), at=a,
                      fault=f) for n, a, f, t in refused]))


# ---- Merkle tree -----------------------------------------------------------------------------

def leaf(data):
    return sha256(b"\0" + data)


def node(left, right):
    return sha256(b"\1" + left + right)


def split(n):
    k = 1
    while 2 * k < n:
        k *= 2
    return k


def mth(leaves):
    if len(leaves) == 0:
        return sha256(b"")
    if len(leaves) == 1:
        return leaves[0]
    k = split(len(leaves))
    return node(mth(leaves[:k]), mth(leaves[k:]))


def path(m, leaves):
    if len(leaves) == 1:
        return []
    k = split(len(leaves))
    if m < k:
        return path(m, leaves[:k]) + [mth(leaves[k:])]
    return path(m - k, leaves[k:]) + [mth(leaves[:k])]


def subproof(m, leaves, whole):
    if m == len(leaves):
        return [] if whole else [mth(leaves)]
    k = split(len(leaves))
    if m <= k:
        return subproof(m, leaves[:k], whole) + [mth(leaves[k:])]
    return subproof(m - k, leaves[k:], False) + [mth(leaves[:k])]


CT_LEAVES = [bytes.fromhex(text) for text in (
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657",
    "606162636465666768696a6b6c6d6e6f")]
CT_ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def merkle():
    hashes = [leaf(data) for data in CT_LEAVES]
    assert [mth(hashes[:n]).hex() for n in range(1, 9)] == CT_ROOTS
    write("merkle.json", dict(
        source="the 8-leaf tree of the Certificate Transparency reference implementations "
               "(RFC 6962 §2.1); proofs computed by generate.py from the RFC's recursions",
        leaves=[data.hex() for data in CT_LEAVES], leaf_hashes=[h.hex() for h in hashes],
        empty_root=sha256(b"").hex(), roots=CT_ROOTS,
        inclusion=[dict(index=m, size=n, path=[h.hex() for h in path(m, hashes[:n])])
                   for n in range(1, 9) for m in range(n)],
        consistency=[{"from": m, "to": n, "path": [h.hex() for h in subproof(m, hashes[:n], True)]}
                     for n in range(1, 9) for m in range(1, n + 1)]))
    return hashes


# ---- DSSE ------------------------------------------------------------------------------------

def pae(kind, payload):
    return b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)


def dsse():
    kind, payload = b"http://example.com/HelloWorld", b"hello world"
    signed = pae(kind, payload)
    assert signed == b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
    keys = sorted((Key(bytes([n]) * 32) for n in (1, 2)), key=lambda key: key.id)
    envelope = dict(payload=b64(payload), payloadType=kind.decode(), signatures=[
        dict(keyid=key.id, sig=b64(key.sign(signed))) for key in keys])
    write("dsse.json", dict(
        source="DSSE v1.0.0 protocol.md, \"Test Vectors\", for payload and PAE; its ECDSA "
               "signature is replaced by two of Ed25519",
        payload_type=kind.decode(), payload=payload.decode(), pae=signed.decode(),
        id=sha256(signed).hex(), seeds=[key.seed.hex() for key in keys],
        publics=[key.public.hex() for key in keys], envelope=jcs(envelope).decode()))


# ---- notes, checkpoints, tiles, proofs -------------------------------------------------------

def key_id(name, public):
    return sha256(name.encode() + b"\n\x01" + public)[:4]


def vkey(name, public):
    return f"{name}+{key_id(name, public).hex()}+{b64(bytes([1]) + public)}"


def line(name, key, text):
    return f"— {name} {b64(key_id(name, key.public) + key.sign(text.encode()))}\n"


def note():
    peter = Key(base64.b64decode("AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz")[1:])
    text = ("If you think cryptography is the answer to your problem,\n"
            "then you don't know what your problem is.\n")
    signed = text + "\n" + line("PeterNeumann", peter, text)
    assert vkey("PeterNeumann", peter.public) == \
        "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    assert signed.endswith("— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FF"
                           "YC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n")
    rekor = base64.b64decode("MCowBQYDK2VwAyEAt8rlp1knGwjfbcXAYPYAkn0XiLz1x8O4t0YkEhie244=")[-32:]
    name = "log2025-1.rekor.sigstore.dev"
    published = [
        (412115, "+8vUkEgBK/ansexBUomzocaWoPEmPIzxJC/y+xNMQN4=",
         "zxGZFahCZ/+MqTjH4rC5MWcdLDWbpetE5l30RZfQc4BQkRjWSoKipEUPjvHENeZDHIlAsuezJcLzUVvItpNjaSRo"
         "MAs="),
        (34356369, "dA9mMr0smTXgo7nGsE01Zdc5KOOqTs2/zYfdSqxO+ks=",
         "zxGZFQZgTebN28s0D7vKP5gX8R+CsXCved700HCQAHgDHbdkaH3tfx7+DMPkccNhzsnSy7LijLzWMa+evZduylLs"
         "0wc="),
    ]
    checkpoints = []
    for size, root, signature in published:
        body = f"{name}\n{size}\n{root}\n"
        raw = base64.b64decode(signature)
        assert raw[:4] == key_id(name, rekor)
        Ed25519PublicKey.from_public_bytes(rekor).verify(raw[4:], body.encode())
        checkpoints.append(dict(vkey=vkey(name, rekor), origin=name, size=size,
                                root=base64.b64decode(root).hex(),
                                note=f"{body}\n— {name} {signature}\n"))
    write("note.json", dict(
        source="golang.org/x/mod/sumdb/note (package example)", seed=peter.seed.hex(),
        name="PeterNeumann", vkey=vkey("PeterNeumann", peter.public), text=text, note=signed))

    hashes = [leaf(data) for data in CT_LEAVES]
    log, witness = Key(b"\x07" * 32), Key(b"\x08" * 32)
    origin = "vote.example.org/technical"
    body = f"{origin}\n8\n{b64(mth(hashes))}\n"
    own = f"{body}\n{line(origin, log, body)}"
    # A line of another algorithm and length, which readers must ignore.
    foreign = f"— witness.example.net/w1 {b64(b'abcd' + witness.sign(body.encode()) + b'12345678')}\n"
    write("checkpoint.json", dict(
        source="`published`: checkpoints of Sigstore's Rekor v2 log; `own`: computed by generate.py",
        published=checkpoints,
        own=dict(seed=log.seed.hex(), vkey=vkey(origin, log.public), origin=origin, size=8,
                 root=mth(hashes).hex(), note=own, witnessed=own + foreign)))
    proof = "c2sp.org/tlog-proof@v1\nindex 5\n" + "".join(
        b64(h) + "\n" for h in path(5, hashes)) + "\n" + own + foreign
    extra = proof.replace("@v1\n", f"@v1\nextra {b64(b'ballot')}\n", 1)
    write("tlog-proof.json", dict(
        source="C2SP tlog-proof, over the tree of merkle.json and the log of checkpoint.json",
        vkey=vkey(origin, log.public), index=5, leaf=CT_LEAVES[5].hex(), proof=proof,
        extra=b"ballot".hex(), proof_with_extra=extra))


def tiles():
    entries = [b"", b"a", b"\xff" * 300]
    bundle = b"".join(len(e).to_bytes(2, "big") + e for e in entries)
    write("tile.json", dict(
        source="C2SP tlog-tiles: the path of index 1234067 and the tiles of a tree of 70,000 are "
               "its own examples",
        paths=[
            dict(path="tile/0/000", level=0, index=0, width=256),
            dict(path="tile/0/x001/x234/067", level=0, index=1234067, width=256),
            dict(path="tile/0/x001/234.p/5", level=0, index=1234, width=5),
            dict(path="tile/63/999.p/255", level=63, index=999, width=255),
            dict(path="tile/entries/x123/456.p/1", index=123456, width=1),
        ],
        refused=["", "tile", "tile/0", "tile/0/", "tile/00/000", "tile/64/000", "tile/-1/000",
                 "tile/0/0", "tile/0/0000", "tile/0/1234", "tile/0/x000/001", "tile/0/001/002",
                 "tile/0/x001", "tile/0/x001/x002", "tile/0/X001/002", "tile/0/+01",
                 "tile/0/000.p/0", "tile/0/000.p/256", "tile/0/000.p/05", "tile/0/000.p/",
                 "tile/0/000.p/1/", "tile/0/000/", "/tile/0/000", "tile/8/0/000",
                 "tile/data/000", "tile/entries/000.p/+1", "tile/0/x999/x999/x999/x999/x999/999"],
        tree=dict(size=70000, full=[273, 1, 0], partial=[112, 17, 1]),
        bundle=dict(entries=[e.hex() for e in entries], bytes=bundle.hex())))


# ---- invitations and key files ---------------------------------------------------------------

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def invitation_text(code):
    number = int.from_bytes(code, "big")
    check = int.from_bytes(sha256(b"bicameral invitation checksum v1\n" + code)[:4], "big") >> 12
    number = number << 20 | check
    text = "".join(CROCKFORD[number >> 5 * place & 31] for place in reversed(range(30)))
    return "-".join(text[n:n + 5] for n in range(0, 30, 5))


def hkdf(code, info):
    key = hmac.digest(bytes(32), code, "sha256")
    return hmac.digest(key, info + b"\x01", "sha256")


def invitations():
    def derive(code, origin, subject):
        info = b"".join(len(part).to_bytes(8, "big") + part
                        for part in (b"bicameral/v1/invitation", origin.encode(), subject.encode()))
        key = Key(hkdf(code, info))
        return dict(code=code.hex(), text=invitation_text(code), origin=origin, subject=subject,
                    seed=key.seed.hex(), public=b64url(key.public))
    write("invitation.json", dict(
        source="computed by generate.py from the definition in crypto::invitation",
        derivations=[
            derive(bytes(range(16)), "vote.example.org/technical", "github:alice"),
            derive(bytes(range(16)), "vote.example.org/business", "github:alice"),
            derive(bytes(range(16)), "vote.example.org/technical", "github:bob"),
            derive(bytes(16), "a", "bc"),
            derive(bytes(16), "ab", "c"),
            derive(b"\xff" * 16, "vote.example.org/technical", "orcid:0000-0002-1825-0097 · é"),
        ]))


def keystore():
    key, passphrase = Key(bytes(range(32))), "correct horse battery staple"
    salt, nonce = bytes(range(16)), bytes(range(24))
    header = dict(
        aead=dict(algorithm="xchacha20poly1305", nonce=b64url(nonce)), format="bicameral-key",
        kdf=dict(algorithm="argon2id", params=dict(lanes=1, memory_kib=19456, passes=2),
                 salt=b64url(salt)),
        label=dict(capacity="voter", holder="github:alice", origin="vote.example.org/technical"),
        public_key=b64url(key.public), version=1)
    secret = argon2.low_level.hash_secret_raw(
        passphrase.encode(), salt, time_cost=2, memory_cost=19456, parallelism=1, hash_len=32,
        type=argon2.low_level.Type.ID, version=0x13)
    ciphertext = nacl.bindings.crypto_aead_xchacha20poly1305_ietf_encrypt(
        key.seed, jcs(header), nonce, secret)
    file = jcs(dict(ciphertext=b64url(ciphertext), header=header)).decode()
    write("keystore.json", dict(
        source="computed by generate.py with argon2-cffi and libsodium",
        passphrase=passphrase, seed=key.seed.hex(), salt=salt.hex(), nonce=nonce.hex(), file=file))


if __name__ == "__main__":
    ed25519()
    canonical()
    merkle()
    dsse()
    note()
    tiles()
    invitations()
    keystore()
