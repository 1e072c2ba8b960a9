#!/usr/bin/env python3
"""Fills a corpus from docs/vectors: seed.py CORPUS."""
import hashlib
import pathlib
import re
import sys

root = pathlib.Path(__file__).resolve().parent.parent
corpus = pathlib.Path(sys.argv[1])
TARGETS_OF_TOKENS = {
    "status": ["status"], "trust": ["trust"], "root": ["trust"], "bundle": ["bundle"], "publication": ["head"],
    "national-delta": ["delta"], "national": ["national"], "presentation": ["presentation"],
}


def put(target, content):
    folder = corpus / target
    folder.mkdir(parents=True, exist_ok=True)
    (folder / hashlib.sha256(content).hexdigest()[:16]).write_bytes(content)


def head(data, at):
    """Argument of the CBOR head at a place, and where its content begins."""
    low = data[at] & 31
    size = {24: 1, 25: 2, 26: 4, 27: 8}.get(low, 0)
    return (int.from_bytes(data[at + 1:at + 1 + size]) if size else low), at + 1 + size


def payload(token):
    """The payload of a COSE_Sign1 with tag 18."""
    length, at = head(token, 2)
    _, at = head(token, at + length)
    length, at = head(token, at)
    return token[at:at + length]


def blocks(content):
    """Name and bytes of each block of a vector."""
    for name, block in re.findall(r"^(\w+):\n((?:  .*\n)+)", content, re.M):
        digits = "".join(line.split(";")[0] for line in block.splitlines())
        yield name, bytes.fromhex("".join(digits.split()))


# What a publisher signs: the length of the head's payload, the payload, and the body.
for file, target in [("national", "national"), ("national-delta", "delta")]:
    of = dict(blocks((root / f"docs/vectors/{file}.txt").read_text()))
    inside = payload(of["head"])
    put(target, len(inside).to_bytes(2, "big") + inside + of["directory"] + of["data"])
for file in sorted((root / "docs/vectors").glob("*.txt")):
    content = file.read_text()
    for text in re.findall(r'^text: "?([^"\n]*)"?$', content, re.M):
        put("text", text.encode())
    for name, block in re.findall(r"^(token|zlib|payload|head|data|next|packed):\n((?:  .*\n)+)", content, re.M):
        digits = "".join(line.split(";")[0] for line in block.splitlines())
        data = bytes.fromhex("".join(digits.split()))
        if name == "zlib":
            put("inflate", data)
            continue
        put("gate", data)
        put("token", data)
        targets = next((t for prefix, t in TARGETS_OF_TOKENS.items() if file.stem.startswith(prefix)), ["claims"])
        for target in targets:
            put(target, data)
            if name == "token":
                put(target, payload(data))
put("root", (b"-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA" + b"A" * 43 + b"=\n-----END PUBLIC KEY-----\n"))
for picture in sorted((root / "tests").rglob("*.png"))[:20] + sorted((root / "verifier-cli/tests").rglob("*.jpg"))[:20]:
    if picture.stat().st_size < 64_000:
        put("picture", picture.read_bytes())
