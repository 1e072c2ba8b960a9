"""Runs single tests: which mutants each of them comes by, and whether any of them notices one that is awake."""
import collections
import json
import math
import os
import resource
import subprocess

Test = collections.namedtuple("Test", "program name seconds")

# Tests of one program are run in one process until the first process that fails: so many seconds of them.
BATCH = 0.4
# A test that waits for something that does not come, in seconds on the clock.
STUCK = 1800


def tests_of(program):
    """The names of the tests of a program."""
    listed = subprocess.run([program, "--list", "--format", "terse"], check=True, capture_output=True, text=True).stdout
    return [line.removesuffix(": test") for line in listed.splitlines() if line.endswith(": test")]


def passes(copy, program, names, limit, **environment):
    """Whether all of these tests pass with so many seconds of computing: of a processor, because a machine may be busy."""
    environment = os.environ | {"RUST_BACKTRACE": "0", "PROPTEST_FAILURE_PERSISTENCE": "off", "PROPTEST_RNG_SEED": "1",
                                "CARGO_MANIFEST_DIR": str(copy / "credential")} | environment
    limited = ["sh", "-c", 'ulimit -t "$0"; exec "$@"', str(math.ceil(limit))]
    try:
        code = subprocess.run([*limited, program, "--quiet", "--test-threads", "1", "--exact", *names],
                              cwd=copy / "credential", env=environment, timeout=STUCK, stdin=subprocess.DEVNULL,
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode
    except subprocess.TimeoutExpired:
        return False
    if code in (126, 127):
        raise SystemExit(f"{program} does not start")
    return code == 0


def computed():
    """Seconds that all processes begun here have computed."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def recorded(work, copy, program):
    """Each test of a program with the numbers of the mutants it comes by; none where it fails with none awake."""
    kept, built = work / f"{program.name}.json", program.stat().st_mtime
    if kept.exists() and (old := json.loads(kept.read_text()))["built"] == built:
        return old["tests"]
    tests, record = [], work / "reached"
    for name in tests_of(program):
        record.unlink(missing_ok=True)
        begun = computed()
        passed = passes(copy, program, [name], 1000, MUTANT_REACH=str(record))
        numbers = sorted(set(record.read_text().split())) if record.exists() else []
        if not passed:
            print(f"left out, as it fails without any mutant: {program.name} {name}", flush=True)
        tests.append((name, computed() - begun, numbers if passed else []))
    print(f"{program.name}: {len(tests)} tests, {sum(t[1] for t in tests):.1f} s", flush=True)
    kept.write_text(json.dumps({"built": built, "tests": tests}))
    return tests


def reached(work, copy, programs):
    """Number of a mutant → the tests that come by it."""
    by = collections.defaultdict(list)
    for program in programs:
        for name, seconds, numbers in recorded(work, copy, program):
            for number in numbers:
                by[number].append(Test(program, name, seconds))
    return by


def batches(tests, first):
    """The tests in the order in which they are asked: `first` alone, then the quick ones together, the slow ones last."""
    if first in tests:
        yield [first]
    waiting = {}
    for test in sorted((t for t in tests if t != first), key=lambda t: t.seconds):
        batch = waiting.setdefault(test.program, [])
        batch.append(test)
        if sum(t.seconds for t in batch) > BATCH:
            yield from sorted(waiting.values(), key=lambda b: sum(t.seconds for t in b))
            waiting = {}
    yield from sorted(waiting.values(), key=lambda b: sum(t.seconds for t in b))


def noticed(copy, number, tests, first):
    """The first tests that fail with a mutant, or compute several times as long as they should."""
    for batch in batches(tests, first):
        usual = sum(t.seconds for t in batch)
        if not passes(copy, batch[0].program, [t.name for t in batch], 2 + 5 * usual, MUTANT=number):
            return batch
    return None
