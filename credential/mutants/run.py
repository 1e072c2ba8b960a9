#!/usr/bin/env python3
"""Wakes mutants of `credential` one after the other and tells which of them no test notices.

    credential/mutants/run.py WORK                      all of them, in a shuffled order that is always the same
    credential/mutants/run.py WORK --sample 300         the first so many of that order
    credential/mutants/run.py WORK --quick 10           without test programs that take more seconds
    credential/mutants/run.py WORK --only verify/ cose  those of these files

WORK is a folder outside of the repository: a copy of it with all mutants inside, what was built, and `results.tsv`, which a
later run goes on from. A mutant counts as noticed when a test fails, or takes ten times as long as it should.
"""
import argparse
import pathlib
import random
import re
import shutil
import subprocess
import os
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
# Those that find what is wrong; the others compare with other programs, or make random documents for minutes.
TESTS = ["--lib"] + [word for name in "ed25519 kinds lists national presentation publication quorum sparse vectors verdict".split()
                     for word in ("--test", name)]


def build(work, skip):
    """The copy with all mutants, its test programs and the list of mutants: those that do not compile are left out."""
    copy = work / "copy"
    target = os.environ.get("CARGO_TARGET_DIR", str(work / "target"))
    subprocess.run(["cargo", "build", "--quiet", "--manifest-path", HERE / "Cargo.toml", "--target-dir", work / "tool"], check=True)
    if copy.exists():
        shutil.rmtree(copy)
    shutil.copytree(ROOT, copy, ignore=lambda folder, names: [n for n in names if n in ("target", ".git", "node_modules")])
    wrapper = work / "wrapper"
    wrapper.write_text('#!/bin/sh\nexec "$@" --cap-lints allow\n')
    wrapper.chmod(0o755)
    environment = os.environ | {"RUSTC_WORKSPACE_WRAPPER": str(wrapper), "CARGO_TARGET_DIR": target}
    for _ in range(40):
        shutil.rmtree(copy / "credential/src")
        listed = subprocess.run([work / "tool/debug/ikd-mutants", ROOT / "credential/src", copy / "credential/src", skip],
                                check=True, capture_output=True, text=True).stdout
        mutants = dict(line.split("\t", 1) for line in listed.splitlines())
        (work / "list.tsv").write_text(listed)
        checked = subprocess.run(["cargo", "check", "--quiet", "-p", "ikd-credential", "--features", "issue", "--lib"],
                                 cwd=copy, env=environment, capture_output=True, text=True)
        if checked.returncode == 0:
            break
        culprits = {n for n in blamed(copy, checked.stderr) if n in mutants}
        if not culprits:
            raise SystemExit(checked.stderr[-4000:])
        with skip.open("a") as file:
            file.writelines(mutants[n] + "\n" for n in sorted(culprits))
        print(f"{len(culprits)} do not compile", flush=True)
    made = subprocess.run(["cargo", "test", "-p", "ikd-credential", "--features", "issue", *TESTS, "--no-run"],
                          cwd=copy, env=environment, check=True, capture_output=True, text=True)
    programs = re.findall(r"Executable .*?\(([^)]+)\)", made.stderr)
    return mutants, [pathlib.Path(target).parent / p if not p.startswith("/") else pathlib.Path(p) for p in programs]


def blamed(copy, errors):
    """The numbers of the mutants whose text a compiler's errors point at."""
    for file, line, column in re.findall(r"--> (\S+?):(\d+):(\d+)", errors):
        if not (copy / file).is_file() or file.startswith("/"):
            continue
        text = (copy / file).read_text().splitlines()[int(line) - 1]
        column = int(column) - 1
        marks = [(m.start(), m.group(1)) for m in re.finditer(r"mutant::m\((\d+)\)", text)]
        before = [number for at, number in marks if at < column]
        yield from before[-1:] or [number for _, number in marks][:1]


def seconds_of(program, copy, number, limit):
    """Whether the tests of a program fail with a mutant, and how long they took."""
    begun = time.monotonic()
    environment = os.environ | {"MUTANT": number, "RUST_BACKTRACE": "0", "PROPTEST_FAILURE_PERSISTENCE": "off",
                                "CARGO_MANIFEST_DIR": str(copy / "credential")}
    try:
        done = subprocess.run([program, "--quiet"], cwd=copy / "credential", env=environment, timeout=limit,
                              stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return done.returncode != 0, time.monotonic() - begun
    except subprocess.TimeoutExpired:
        return True, time.monotonic() - begun


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("work", type=pathlib.Path)
    arguments.add_argument("--sample", type=int)
    arguments.add_argument("--only", nargs="*")
    arguments.add_argument("--quick", type=float, default=1e9, metavar="SECONDS", help="leave out test programs that take longer")
    arguments = arguments.parse_args()
    work = arguments.work.resolve()
    work.mkdir(parents=True, exist_ok=True)
    mutants, programs = build(work, work / "skip.txt")
    copy = work / "copy"
    usual = {}
    for program in programs:
        failed, took = seconds_of(program, copy, "0", 1800)
        if failed:
            raise SystemExit(f"{program.name} fails without any mutant")
        usual[program] = took
        print(f"{program.name} {took:.1f} s", flush=True)
    programs = [p for p in programs if usual[p] <= arguments.quick]
    # The quick ones first, and the texts of docs/vectors, which notice most.
    programs.sort(key=lambda p: (not p.name.startswith("vectors"), usual[p]))
    order = sorted(mutants)
    random.Random(1).shuffle(order)
    if arguments.only:
        order = [n for n in order if mutants[n].startswith(tuple(arguments.only))]
    order = order[:arguments.sample]
    results = work / "results.tsv"
    known = dict(line.split("\t", 1)[::-1] for line in results.read_text().splitlines()) if results.exists() else {}
    for n in order:
        # What no quick test noticed is asked of the slow ones too.
        if mutants[n] in known and (known[mutants[n]] != "nobody" or arguments.quick < 1e9):
            continue
        by = next((p.name.rsplit("-", 1)[0] for p in programs if seconds_of(p, copy, n, 20 + 10 * usual[p])[0]), "nobody")
        known[mutants[n]] = by
        with results.open("a") as file:
            file.write(f"{by}\t{mutants[n]}\n")
    judged = {mutants[n]: known[mutants[n]] for n in order}
    missed = sorted(what for what, by in judged.items() if by == "nobody")
    for what in missed:
        print(f"not noticed: {what}")
    share = 100 * (1 - len(missed) / max(1, len(judged)))
    print(f"{len(judged)} of {len(mutants)} mutants, {len(judged) - len(missed)} noticed: {share:.1f} %")


main()
