"""Both directions between this project and the `claim169` package on PyPI, driven by a test.

Reads JSON lines {"name", "text", "public_key_hex", "expected"} on stdin. `expected` has the Claim 169 fields by their
camelCase names and the keys without a name by number; every named field is compared, and no other may be present.
Prints a JSON line for each, then tokens of its own {"name", "text", "public_key_hex", "expected", "meta"}.
"""

import base64
import json
import re
import sys
from pathlib import Path

# This file has the package's name and must not be found in its place.
sys.path = [p for p in sys.path if Path(p).resolve() != Path(__file__).resolve().parent]

import claim169  # noqa: E402

# RFC 8032 §7.1, test 1.
SEED = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
PUBLIC = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
ISSUER = "https://issuer.example.org"
BIOMETRICS = {
    "right_thumb", "right_pointer_finger", "right_middle_finger", "right_ring_finger", "right_little_finger",
    "left_thumb", "left_pointer_finger", "left_middle_finger", "left_ring_finger", "left_little_finger",
    "right_iris", "left_iris", "face", "right_palm", "left_palm", "voice",
}  # fmt: skip


def plain(name, value):
    """A field of the package as it stands in JSON."""
    if name in BIOMETRICS:
        return [
            {"data": base64.b64encode(bytes(b.data)).decode(), "format": b.format, "subFormat": b.sub_format}
            for b in value
        ]
    if isinstance(value, (bytes, bytearray)):
        return base64.b64encode(value).decode()
    return value


def present(claim):
    """Every field that is there, by its camelCase name. The package does not expose keys without a name."""
    names = [n for n in dir(claim) if not n.startswith("_") and not callable(getattr(claim, n))]
    values = {n: getattr(claim, n) for n in names}
    return {camel(n): plain(n, v) for n, v in values.items() if v is not None}


def camel(name):
    return re.sub(r"_(.)", lambda m: m[1].upper(), name)


def read(line):
    case = json.loads(line)
    key = bytes.fromhex(case["public_key_hex"])
    wrong = []
    try:
        result = claim169.decode_with_ed25519(case["text"], key, validate_timestamps=False)
    except Exception as error:  # whatever the package raises is an answer
        return {"name": case["name"], "wrong": [f"{type(error).__name__}: {error}"], "compared": 0}
    if not result.is_verified() or result.verification_status != "verified":
        wrong.append(f"status {result.verification_status}")
    found = present(result.claim169)
    expected = {n: v for n, v in case["expected"].items() if not n.isdigit()}
    for name in sorted(found.keys() | expected.keys()):
        if found.get(name) != expected.get(name):
            wrong.append(name)
    for name, attribute in [("iss", "issuer"), ("exp", "expires_at"), ("nbf", "not_before"), ("iat", "issued_at")]:
        if name in case.get("meta", {}) and getattr(result.cwt_meta, attribute) != case["meta"][name]:
            wrong.append(name)
    # A changed signature must not pass for the same text.
    other = bytes([key[0] ^ 1]) + key[1:]
    try:
        claim169.decode_with_ed25519(case["text"], other, validate_timestamps=False)
        wrong.append("verified with another key")
    except Exception:
        pass
    return {"name": case["name"], "wrong": wrong, "compared": len(expected)}


def own():
    """Tokens of the package with what stands in them."""
    full = {
        "id": "3918592438", "version": "1.0", "language": "eng", "full_name": "Janardhan Bangalore Srinivas",
        "first_name": "Janardhan", "middle_name": "Bangalore", "last_name": "Srinivas",
        "date_of_birth": "19840118", "gender": 1, "address": "New House\nNear Metro Line\nBengaluru, KA",
        "email": "janardhan@example.com", "phone": "+919876543210", "nationality": "IN", "marital_status": 2,
        "guardian": "G-1", "photo": bytes(range(256)), "photo_format": 4,
        "secondary_full_name": "جاناردان بنغالور", "secondary_language": "ara", "location_code": "849VCWC8+R9",
        "legal_status": "Refugee", "country_of_issuance": "IN",
    }  # fmt: skip
    face = [claim169.Biometric(bytes(range(200)), 0, 4), claim169.Biometric(b"second", 0, 1)]
    for name, fields, times in [
        ("minimal", {"id": "ID-1", "full_name": "Jane Doe"}, {"exp": 1_900_000_000}),
        ("every field", full, {"exp": 1_900_000_000, "nbf": 1_700_000_000, "iat": 1_700_000_000}),
        ("with face", {**full, "face": face}, {"iat": 1_700_000_000}),
        ("no times", {"full_name": "Nobody"}, {}),
        ("expired", {"id": "ID-2"}, {"exp": 1_700_000_001, "iat": 1_700_000_000}),
    ]:
        meta = claim169.CwtMetaInput(issuer=ISSUER)
        for key, attribute in [("exp", "expires_at"), ("nbf", "not_before"), ("iat", "issued_at")]:
            if key in times:
                setattr(meta, attribute, times[key])
        text = claim169.encode_with_ed25519(claim169.Claim169Input(**fields), meta, SEED)
        yield {
            "name": name,
            "text": text,
            "public_key_hex": PUBLIC,
            "expected": {camel(n): plain(n, v) for n, v in fields.items()},
            "meta": {"iss": ISSUER, **times},
        }


for line in sys.stdin:
    if line.strip():
        print(json.dumps(read(line)))
for token in own():
    print(json.dumps(token))
