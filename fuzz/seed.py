#!/usr/bin/env python3
"""Fills a corpus: seed.py [--seeds] CORPUS. From docs/vectors, and unless told --seeds, with what `fuzz/keep` kept in corpus/."""
import base64
import hashlib
import json
import pathlib
import re
import sys

if len(sys.argv) < 2 or sys.argv[-1].startswith("-"):
    sys.exit("usage: seed.py [--seeds] CORPUS")
root = pathlib.Path(__file__).resolve().parent.parent
corpus = pathlib.Path(sys.argv[-1])
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
# What is typed in a form's boxes, for each kind of document; what fits which box is left to be found.
NIK = b"3273010101900001"
for kind in range(23):
    for text in [b"1", b"2000", b"BUDI", NIK, b"3273011001", b"-"]:
        put("form", bytes([kind]) + b"\0".join([NIK, b"BUDI SANTOSO", b"self", NIK, b"", b"", b"", b"id", b""] + [text] * 40))
    put("form", bytes([kind]) + b"\0".join([NIK, b"BUDI", b"self", NIK, b"", b"", b"", b"id", b""] + [b"1", b"1", b"2000", b"BANDUNG"] * 12))
put("body", b'{"kind":"ktp-el","people":{"applicant_nik":"%s"},"answers":{"birth_date":"2000-01-01"},"version":1,"late":false}' % NIK)
put("body", b"nik=%s&tanggal_lahir-hari=1&tanggal_lahir-bulan=1&tanggal_lahir-tahun=2000" % NIK)
PERSON = {
    "nik": NIK.decode(), "nomor_kk": "3273010101100001", "nama": "BUDI SANTOSO", "tempat_lahir": "BANDUNG", "tanggal_lahir": "1990-01-01",
    "jenis_kelamin": "1", "golongan_darah": "13", "agama": "1", "status_perkawinan": "2", "pekerjaan": "3", "pendidikan": "5", "shdk": "1",
    "alamat": "JL. MERDEKA 1", "rt_rw": "001/002", "kode_wilayah": "3273011001",
}
put("import", b"\0" + ",".join(PERSON).encode() + b"\n" + ",".join(PERSON.values()).encode() + b"\n")
put("import", b"\1" + json.dumps(PERSON).encode() + b"\n")
put("import", b"\2kode,nama\n32.73,\"KOTA BANDUNG\"\n\n32.73.01;X\n")
put("import", b"\3" + b'{"kode":"32.73","nama":"KOTA BANDUNG"}\n')
PDF = b"1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n" \
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>endobj\n" \
    b"4 0 obj<</Length 5>>stream\n0 0 m\nendstream endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
put("pdf", PDF)
if "--seeds" not in sys.argv:
    for kept in sorted((root / "fuzz/corpus").iterdir()):
        for line in kept.read_text().splitlines():
            put(kept.name, base64.b64decode(line))
