#!/usr/bin/env python3
"""Wakes mutants of `credential` one after the other and tells which of them no test notices.

    credential/mutants/run.py WORK                      all of them, in a shuffled order that is always the same
    credential/mutants/run.py WORK --sample 300         the first so many of that order
    credential/mutants/run.py WORK --only verify/ cose  those of these files
    credential/mutants/run.py WORK --quick 2            without single tests that take more seconds
    credential/mutants/run.py WORK --again              those that were not noticed, with the tests as they are now
    credential/mutants/run.py WORK --jobs 2             two at a time

WORK is a folder outside of the repository: a copy of it with all mutants inside, what was built, and `results.tsv`, which a
later run goes on from as long as a file's text is the same. A mutant counts as noticed when a test that comes by it fails, or
takes several times as long as it should.
"""
import argparse
import concurrent.futures
import pathlib
import random
import resource
import zlib

import asked
import built

# The same in effect, or changing only how fast or how large something is, with the reason.
SAME = built.HERE / "same.tsv"
# Seconds of a test that is still asked about one of that list.
QUICK = 1.5
NOBODY, NOT_REACHED = "nobody", "not reached"


def texts():
    """File → a sum of its text, and its lines."""
    files = {str(p.relative_to(built.ROOT / built.SOURCES)): p.read_text() for p in (built.ROOT / built.SOURCES).rglob("*.rs")}
    return {name: (f"{zlib.crc32(text.encode()):08x}", text.splitlines()) for name, text in files.items()}


def same(mutants, files):
    """Those of the list `same.tsv`, which names a mutant by file, its line's text, its column there and what it does. Where a
    file has such a line more than once, `#2` behind the column is the second."""
    listed = {tuple(line.split("\t")[:4]) for line in SAME.read_text().splitlines() if line and not line.startswith("#")}
    found = {}
    for what in mutants:
        place, _, change = what.split("\t")
        file, line, column = place.split(":")
        lines = files[file][1][:int(line)]
        text = lines[-1]
        column, which = int(column) - len(text) + len(text.lstrip()), [other.strip() for other in lines].count(text.strip())
        found[what] = (file, text.strip(), f"{column}#{which}" if which > 1 else str(column), change)
    for unknown in sorted(listed - set(found.values())):
        print("same.tsv: no such mutant:", *unknown)
    return {what for what, key in found.items() if key in listed}


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("work", type=pathlib.Path)
    arguments.add_argument("--sample", type=int)
    arguments.add_argument("--only", nargs="*")
    arguments.add_argument("--again", action="store_true")
    arguments.add_argument("--quick", type=float, default=1e9, metavar="SECONDS")
    arguments.add_argument("--jobs", type=int, default=1)
    arguments = arguments.parse_args()
    work = arguments.work.resolve()
    work.mkdir(parents=True, exist_ok=True)
    mutants, programs = built.build(work)
    copy, files = work / "copy", texts()
    reached = asked.reached(work, copy, programs)
    # A mutant may take all the memory there is.
    resource.setrlimit(resource.RLIMIT_AS, (6 << 30, 6 << 30))
    order = sorted(mutants)
    random.Random(1).shuffle(order)
    if arguments.only:
        order = [n for n in order if mutants[n].startswith(tuple(arguments.only))]
    order = order[:arguments.sample]
    results = work / "results.tsv"
    known = {}
    for line in results.read_text().splitlines() if results.exists() else []:
        by, text, what = line.split("\t", 2)
        if text == files[what.split(":")[0]][0]:
            known[what] = by
    listed = same(mutants.values(), files)
    # What noticed the last one of a file.
    last = {}

    def judge(number):
        file = mutants[number].split(":")[0]
        if not reached[number]:
            return NOT_REACHED
        most = min(arguments.quick, QUICK) if mutants[number] in listed else arguments.quick
        tests = [test for test in reached[number] if test.seconds <= most]
        batch = asked.noticed(copy, number, tests, last.get(file))
        if not batch:
            return NOBODY
        if len(batch) == 1:
            last[file] = batch[0]
        return f"{batch[0].program.name.rsplit('-', 1)[0]} {batch[0].name}"

    def is_left(what):
        return what not in known or arguments.again and known[what] in (NOBODY, NOT_REACHED) and what not in listed

    left = [n for n in order if is_left(mutants[n])]
    print(f"{len(left)} to be asked about", flush=True)
    with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool, results.open("a") as file:
        for number, by in zip(left, pool.map(judge, left)):
            what = mutants[number]
            known[what] = by
            file.write(f"{by}\t{files[what.split(':')[0]][0]}\t{what}\n")
            file.flush()
            if by in (NOBODY, NOT_REACHED):
                print(f"{by}: {what}", flush=True)
    tell([mutants[n] for n in order], len(mutants), known, listed)


def tell(judged, all_of_them, known, same):
    """Prints what no test notices, and the figures."""
    missed = {what for what in judged if known[what] in (NOBODY, NOT_REACHED)}
    print("\nNot noticed:")
    for what in sorted(missed - same):
        print(f"{known[what]}: {what}")
    for what in sorted(same & set(judged) - missed):
        print(f"same.tsv has one that is noticed: {what}")
    noticed = len(judged) - len(missed)
    print(f"{len(judged)} of {all_of_them} mutants, {noticed} noticed: {100 * noticed / max(1, len(judged)):.1f} %")
    others = len(judged) - len(missed & same)
    print(f"without the {len(missed & same)} that are the same in effect: {100 * noticed / max(1, others):.1f} %")


main()
