#!/usr/bin/env python3
"""How many fetches of a status list one instance answers.

    cargo build --release && benches/lists/fetch.py target/release/ikd     # needs wrk; a minute

A data directory of its own with one full shard, one in a hundred of its documents not valid; then `wrk` on the same
machine asks for the list with the right ETag (304) and without one (whole), from memory and past all the layers around
the handlers, in turns.
"""

import os
import re
import sqlite3
import subprocess
import sys
import tempfile
import urllib.request
import zlib

IKD = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else "target/release/ikd")
SECONDS = int(os.environ.get("SECONDS_EACH", "5"))
ROUNDS = 3
NOT_VALID = (1 << 20) // 100


def fill(database):
    """Voided intents stand in the list as revoked and need the fewest columns."""
    db = sqlite3.connect(database)
    (shard,) = db.execute("SELECT id FROM status_lists").fetchone()
    sample = db.execute("SELECT * FROM documents LIMIT 1")
    columns = [c[0] for c in sample.description]
    row = dict(zip(columns, sample.fetchone()))
    for n in range(NOT_VALID):
        # Multiplying by an odd number scatters the indexes and never meets one twice.
        row |= {
            "id": n.to_bytes(16, "big"),
            "state": "void",
            "qr_text": None,
            "qr_ecc": None,
            "status_index": n * 0x9E3779B1 % (1 << 20),
        }
        if "number" in row:
            row["number"] = None
        places = ",".join("?" * len(columns))
        db.execute(f"INSERT INTO documents VALUES ({places})", [row[c] for c in columns])
    db.execute("UPDATE status_lists SET dirty = 1 WHERE id = ?", (shard,))
    db.commit()
    db.close()


def rate(url, header, connections):
    command = ["wrk", "-t1", f"-c{connections}", f"-d{SECONDS}s", "--latency", url]
    if header:
        command[1:1] = ["-H", f"If-None-Match: {header}"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    if "Non-2xx or 3xx" in said:
        raise SystemExit(f"errors:\n{said}")
    requests = float(re.search(r"Requests/sec:\s*([\d.]+)", said)[1])
    p99 = re.search(r"99%\s+([\d.]+\w+)", said)[1]
    return requests, p99


def main():
    with tempfile.TemporaryDirectory() as folder:
        data = f"{folder}/data"
        ikd = lambda *args: subprocess.run([IKD, "--data", data, *args], check=True, capture_output=True)
        ikd("init")
        people = f"{folder}/people.csv"
        with open(people, "w") as file:
            file.write(
                "nik,nomor_kk,nama,tempat_lahir,tanggal_lahir,jenis_kelamin,golongan_darah,agama,status_perkawinan,"
                "pekerjaan,pendidikan,shdk,alamat,rt_rw,kode_wilayah,kelurahan,kecamatan,kabupaten,provinsi\n"
                "3273011204870001,3273010101100001,ORANG UJI,BANDUNG,1987-04-12,1,13,1,1,88,8,1,JL UJI COBA 1,"
                "001/002,3273011001,BRAGA,SUMUR BANDUNG,KOTA BANDUNG,JAWA BARAT\n"
            )
        ikd("import", "persons", people)
        ikd("issue", "--nik", "3273011204870001", "--kind", "ktp", "--out", f"{folder}/qr.png")
        fill(f"{data}/ikd.db")
        ikd("status", "publish")
        log = open(f"{folder}/log", "w")
        server = subprocess.Popen(
            [IKD, "--data", data, "serve", "--listen", "127.0.0.1:0"], stdout=subprocess.PIPE, stderr=log, text=True
        )
        try:
            base = re.search(r"http://\S+", server.stdout.readline())[0]
            url = f"{base}/status/ID.3273/0"
            with urllib.request.urlopen(url) as answer:
                tag, body = answer.headers["ETag"], answer.read()
            size = len(body)
            # Python's zlib reads what the service compressed: `lst` is a byte string with two bytes of length.
            packed = zlib.decompressobj().decompress(body[body.index(b"clst") + 7 :])
            assert len(packed) == 1 << 18, len(packed)
            found = sum(byte >> shift & 3 != 0 for byte in packed for shift in (0, 2, 4, 6))
            assert found == NOT_VALID, found
            print(f"one list of {size} bytes, {NOT_VALID} of 2^20 not valid; median of {ROUNDS} rounds of {SECONDS} s\n")
            # An address with a `?` passes all the layers around the handlers, as every address did before.
            cases = {
                "304": (url, tag),
                "whole": (url, None),
                "304, past all layers": (f"{url}?", tag),
                "whole, past all layers": (f"{url}?", None),
            }
            found = {}
            for _ in range(ROUNDS):
                for name, (address, header) in cases.items():
                    for connections in (16, 64):
                        found.setdefault((name, connections), []).append(rate(address, header, connections))
            print("| answer | clients | requests/s | p99 |\n|---|---:|---:|---:|")
            for (name, connections), rates in found.items():
                requests, p99 = sorted(rates)[ROUNDS // 2]
                print(f"| {name} | {connections} | {requests:.0f} | {p99} |")
        finally:
            server.terminate()
            server.wait()


main()
