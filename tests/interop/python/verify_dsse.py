"""Verifies one of our DSSE envelopes with securesystemslib, which knows nothing of us.

usage: verify_dsse.py ENVELOPE.json PUBLIC-KEY-HEX...

Exit status 0: every given key has signed the envelope. 1: one of them has not.
"""

import hashlib
import json
import sys

from securesystemslib.dsse import Envelope
from securesystemslib.exceptions import VerificationError
from securesystemslib.signer import SSlibKey


def main() -> int:
    path, *public_keys = sys.argv[1:]
    with open(path, encoding="utf-8") as file:
        document = json.load(file)
    names = [signature["keyid"] for signature in document["signatures"]]
    keys = []
    for public in public_keys:
        # The key id is the SHA-256 of the raw key; recomputed here rather than believed.
        keyid = hashlib.sha256(bytes.fromhex(public)).hexdigest()
        if keyid not in names:
            print(f"no signature by {keyid}")
            return 1
        keys.append(SSlibKey(keyid, "ed25519", "ed25519", {"public": public}))
    try:
        Envelope.from_dict(document).verify(keys, len(keys))
    except VerificationError as error:
        print(f"refuted: {error}")
        return 1
    print(f"{document['payloadType']}: {len(keys)} signatures verified")
    return 0


if __name__ == "__main__":
    sys.exit(main())
