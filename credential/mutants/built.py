"""The copy of the repository with all mutants in it, and its test programs."""
import os
import pathlib
import re
import subprocess

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
SOURCES = pathlib.Path("credential/src")
PACKAGE = ["-p", "ikd-credential", "--features", "issue"]
# With thousands of branches more there is less to optimise, and it takes long.
QUICKLY = ["--config", "profile.dev.package.ikd-credential.opt-level=1"]


def put(path, content, time=None):
    """Writes a file unless it is so already: what did not change is not built again."""
    if path.is_file() and path.read_bytes() == content:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    if time:
        os.utime(path, (time, time))


def follow(copy):
    """The copy is as the repository is, but for the sources of the crate."""
    listed = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
                            cwd=ROOT, check=True, capture_output=True, text=True).stdout
    names = {pathlib.Path(name) for name in listed.split("\0") if name and (ROOT / name).is_file()}
    names = {name for name in names if SOURCES not in name.parents}
    for name in names:
        put(copy / name, (ROOT / name).read_bytes())
    for old in [*(copy / "credential/tests").rglob("*"), *(copy / "docs/vectors").rglob("*")]:
        if old.is_file() and old.relative_to(copy) not in names:
            old.unlink()


def mutate(work, copy):
    """Number → description of each mutant, with the sources that hold them all written."""
    fresh = work / "sources"
    subprocess.run(["rm", "-rf", fresh], check=True)
    listed = subprocess.run([work / "tool/debug/ikd-mutants", ROOT / SOURCES, fresh, work / "skip.txt"],
                            check=True, capture_output=True, text=True).stdout
    (work / "list.tsv").write_text(listed)
    for path in fresh.rglob("*.rs"):
        put(copy / SOURCES / path.relative_to(fresh), path.read_bytes())
    return dict(line.split("\t", 1) for line in listed.splitlines())


def build(work):
    """The mutants by number, and the test programs that hold them. Those that do not compile are left out."""
    copy = work / "copy"
    target = os.environ.get("CARGO_TARGET_DIR", str(work / "target"))
    subprocess.run(["cargo", "build", "--quiet", "--manifest-path", HERE / "Cargo.toml", "--target-dir", work / "tool"], check=True)
    follow(copy)
    wrapper = work / "wrapper"
    wrapper.write_text('#!/bin/sh\nexec "$@" --cap-lints allow\n')
    wrapper.chmod(0o755)
    environment = os.environ | {"RUSTC_WORKSPACE_WRAPPER": str(wrapper), "CARGO_TARGET_DIR": target}
    for _ in range(40):
        mutants = mutate(work, copy)
        checked = subprocess.run(["cargo", "check", "--quiet", *QUICKLY, *PACKAGE, "--lib"],
                                 cwd=copy, env=environment, capture_output=True, text=True)
        if checked.returncode == 0:
            break
        culprits = {n for n in blamed(copy, checked.stderr) if n in mutants}
        if not culprits:
            raise SystemExit(checked.stderr[-4000:])
        with (work / "skip.txt").open("a") as file:
            file.writelines(mutants[n] + "\n" for n in sorted(culprits))
        print(f"{len(culprits)} do not compile", flush=True)
    made = subprocess.run(["cargo", "test", *QUICKLY, *PACKAGE, "--lib", "--tests", "--no-run"],
                          cwd=copy, env=environment, capture_output=True, text=True)
    if made.returncode:
        raise SystemExit(made.stderr[-4000:])
    programs = re.findall(r"Executable .*?\(([^)]+)\)", made.stderr)
    return mutants, [copy / p for p in programs]


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
