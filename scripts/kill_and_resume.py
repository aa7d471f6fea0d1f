"""Kill a trial ten times with kill -9, resume it, and compare every byte.

    python scripts/kill_and_resume.py

Runs `causalgia trial` straight through, then again on 1 and on 2 workers, each killed ten times at
random points: while it starts, while it computes and while it writes. In the end the stored run
and the report must be the same, byte by byte. Exit status 1 where they are not.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
EXAMPLE = ROOT / "examples" / "trials" / "pregabalin_postherpetic.toml"
KILLS = 10


def start(arguments: argparse.Namespace, folder: Path, workers: int) -> subprocess.Popen[str]:
    """The true command, in a process group of its own."""
    command = [sys.executable, "-m", "causalgia", "trial", str(arguments.design), "--json"]
    command += ["--patients", str(arguments.patients), "--store", str(folder / "store")]
    command += ["--out", str(folder / "report"), "--workers", str(workers)]
    return subprocess.Popen(
        command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def finish(process: subprocess.Popen[str]) -> None:
    """Let it come to its end."""
    _, said = process.communicate()
    if process.returncode:
        sys.exit(f"the command failed with status {process.returncode}: {said.strip()[-500:]}")


def done(folder: Path) -> int:
    """How many shards are done."""
    return len(list(folder.glob("store/*/done-*.json")))


def contents(folder: Path) -> dict[str, str]:
    """The hash of every file, by its path."""
    files = sorted(file for file in folder.rglob("*") if file.is_file())
    return {
        str(file.relative_to(folder)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in files
    }


def kill_often(
    arguments: argparse.Namespace, folder: Path, workers: int, shards: int, patience_s: float
) -> None:
    """Start the command and kill it, again and again."""
    draw = random.Random(f"{arguments.seed} {workers}")
    # Some before the first shard is done, while the command starts.
    targets = sorted(draw.randrange(shards - 2 * workers) for _ in range(arguments.kills))
    for number, target in enumerate(targets, 1):
        goal = max(target, done(folder))
        process = start(arguments, folder, workers)
        while done(folder) < goal and process.poll() is None:
            time.sleep(0.005)
        # Somewhere on the way to the next shard, or while the next one is being written.
        until = time.monotonic() + draw.uniform(0.0, patience_s)
        while done(folder) <= goal and time.monotonic() < until:
            time.sleep(0.001)
        time.sleep(draw.uniform(0.0, 0.05))
        if process.poll() is not None:
            sys.exit("the command ended before it was killed; give more --patients")
        # Now the command alone, whose workers have to notice; now everything at once.
        if number % 2:
            os.kill(process.pid, signal.SIGKILL)
        else:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        print(f"{workers} workers, kill {number}: {done(folder)} of {shards} shards done")
    finish(start(arguments, folder, workers))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--design", type=Path, default=EXAMPLE, help="of the trial")
    parser.add_argument("--patients", type=int, default=8000, help="500 are a shard")
    parser.add_argument("--kills", type=int, default=KILLS)
    parser.add_argument("--seed", type=int, default=1, help="of the points at which it is killed")
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        straight = Path(temporary) / "straight"
        began = time.monotonic()
        finish(start(arguments, straight, 1))
        seconds, shards = time.monotonic() - began, done(straight)
        print(f"straight through: {shards} shards in {seconds:.1f} s")
        expected = contents(straight)
        for workers in arguments.workers:
            folder = Path(temporary) / f"killed_{workers}"
            kill_often(arguments, folder, workers, shards, seconds / 2)
            found = contents(folder)
            wrong = sorted(n for n in expected | found if expected.get(n) != found.get(n))
            if wrong:
                sys.exit(f"{workers} workers: other bytes in {', '.join(wrong[:5])}")
            print(f"{workers} workers: {len(found)} files, identical bytes")


if __name__ == "__main__":
    main()
