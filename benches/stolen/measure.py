#!/usr/bin/env python3
"""From the click on "the key is stolen" to everything issued anew, and how long everything stored takes to be looked at again.

    cargo build --release && benches/stolen/measure.py 250000              # people, each with a KTP-el, in SQLite
    DATABASE_URL=postgres://… benches/stolen/measure.py 250000             # in an empty PostgreSQL database
    benches/stolen/measure.py 1000000 --check                              # `ikd audit reissue-check` in place of a theft

An office with a key in a file and a standby. What `ikd keys compromise` says is printed, and the times from outside.
Afterwards `ikd audit verify` has to find everything in order.
"""

import os
import subprocess
import sys
import tempfile
import time

IKD = os.path.abspath(os.environ.get("IKD_BIN", "target/release/ikd"))
HEADER = (
    "nik,nomor_kk,nama,tempat_lahir,tanggal_lahir,jenis_kelamin,golongan_darah,agama,status_perkawinan,pekerjaan,"
    "pendidikan,shdk,alamat,rt_rw,kode_wilayah,kelurahan,kecamatan,kabupaten,provinsi\n"
)


def row(n):
    """The n-th adult: 9,900 to a birthday."""
    birthday, number = divmod(n, 9900)
    day, month = birthday % 28 + 1, birthday // 28 % 12 + 1
    return (
        f"327301{day:02}{month:02}87{number + 1:04},327301{day:02}{month:02}01{number + 1:04},ORANG UJI,BANDUNG,"
        f"1987-{month:02}-{day:02},1,13,1,1,88,8,1,JL UJI COBA 1,001/002,3273011001,BRAGA,SUMUR BANDUNG,KOTA BANDUNG,"
        "JAWA BARAT\n"
    )


def main():
    people = int(sys.argv[1]) if len(sys.argv) > 1 else 250_000
    with tempfile.TemporaryDirectory() as folder:

        def ikd(*args):
            begun = time.monotonic()
            said = subprocess.run(
                [IKD, "--data", f"{folder}/data", *args], capture_output=True, text=True
            )
            if said.returncode != 0:
                raise SystemExit(f"ikd {' '.join(args)}: exit {said.returncode}\n{said.stdout}{said.stderr}")
            return said.stdout, time.monotonic() - begun

        ikd("init")
        with open(f"{folder}/people.csv", "w") as file:
            file.write(HEADER)
            file.writelines(row(n) for n in range(people))
        ikd("import", "persons", f"{folder}/people.csv")
        ikd("keys", "add", "--office", "ID.3273", "--standby")
        ikd("trust", "publish")
        ikd("bulk", "plan", "--kind", "ktp", "--alone")
        _, seconds = ikd("bulk", "run")
        print(f"{people} documents issued in {seconds:.1f} s, load {os.getloadavg()[0]:.1f}")
        if "--check" in sys.argv:
            said, seconds = ikd("audit", "reissue-check")
            print(f"{said}\nikd audit reissue-check: {seconds:.1f} s, {people / seconds:.0f} documents/s")
            return
        listed, _ = ikd("keys", "list")
        keys = (line.split() for line in listed.splitlines())
        kid = next(key[0] for key in keys if key[1] == "issuer" and key[3] == "active")
        said, seconds = ikd("keys", "compromise", kid)
        print(f"{said}\nikd keys compromise: {seconds:.1f} s")
        said, seconds = ikd("audit", "verify")
        print(f"{said}\nikd audit verify: {seconds:.1f} s")


main()
