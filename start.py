"""Set Causalgia up and run it, with nothing but Python 3.11 or later installed beforehand.

    python3 start.py case examples/cervical_radiculopathy.toml
    python3 start.py test

The first use makes a virtual environment in `.venv` with hash-checked packages; later uses start
at once. `test` runs the whole test suite (further words go to pytest); anything else is given to
the `causalgia` command.
"""

import sys

if sys.version_info < (3, 11):
    version = "%d.%d" % sys.version_info[:2]
    sys.stderr.write("start.py: error: Python 3.11 or later is needed, this is %s\n" % version)
    sys.exit(2)

import hashlib
import os
import shutil
import subprocess
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent
ENVIRONMENT = ROOT / ".venv"
# Files in the order in which they are collected: tests/conftest.py puts the longest first.
TESTS = ["-n", "2", "--dist", "loadfile", "--no-loadscope-reorder"]


def main(arguments: list[str]) -> int:
    """Set up what the command needs, run it, and return its exit status."""
    if not arguments or arguments[0] in ("-h", "--help"):
        print((__doc__ or "").strip())
        return 0 if arguments else 2
    testing = arguments[0] == "test"
    if testing:
        command = ["-m", "pytest", *TESTS, *arguments[1:]]
    else:
        command = ["-m", "causalgia", *arguments]
    try:
        set_up("test" if testing else "run")
        # The tests belong to this folder; a case file is named from where the user stands.
        return subprocess.run([python(), *command], cwd=ROOT if testing else None).returncode
    except (OSError, subprocess.CalledProcessError) as error:
        say(f"error: {error}")
        return 1
    except KeyboardInterrupt:
        return 130


def python() -> str:
    """The interpreter of the environment."""
    folder, name = ("Scripts", "python.exe") if os.name == "nt" else ("bin", "python")
    return str(ENVIRONMENT / folder / name)


def set_up(purpose: str) -> None:
    """Make the environment hold what `purpose`, "run" or "test", needs.

    A finished set-up leaves a stamp with the hash of all it was made from, so that it is done
    again when requirements or interpreter change and not otherwise.
    """
    if is_ready(purpose) or (purpose == "run" and is_ready("test")):
        return
    started = time.monotonic()
    if not is_sound():
        say(f"making a virtual environment in {ENVIRONMENT.name}")
        shutil.rmtree(ENVIRONMENT, ignore_errors=True)
        # Not by the module's own function, which copies the interpreter instead of linking it.
        subprocess.run([sys.executable, "-m", "venv", str(ENVIRONMENT)], check=True)
    say(f"installing the packages pinned in requirements/{purpose}.txt, once: this takes minutes")
    install("--require-hashes", "-r", str(ROOT / "requirements" / f"{purpose}.txt"))
    say("installing causalgia itself")
    install("--no-deps", "--no-build-isolation", "--editable", str(ROOT))
    stamp(purpose).write_text(fingerprint(purpose), encoding="utf-8")
    say(f"ready after {time.monotonic() - started:.0f} s")


def is_sound() -> bool:
    """Whether the environment's own interpreter still starts and has pip."""
    if not Path(python()).exists():
        return False
    check = subprocess.run([python(), "-c", "import pip"], stderr=subprocess.DEVNULL)
    return check.returncode == 0


def install(*what: str) -> None:
    """Run the environment's pip, whose progress is for people and never on standard output."""
    options = ["--disable-pip-version-check", "--no-input"]
    if not sys.stderr.isatty():
        options.append("--quiet")
    # Half of pip's time would go into compiling modules of which one in four is ever imported, and
    # which Python compiles then; unless it is told to keep nothing.
    if not sys.dont_write_bytecode:
        options.append("--no-compile")
    command = [python(), "-m", "pip", "install", *options, *what]
    subprocess.run(command, cwd=ROOT, check=True, stdout=sys.stderr)


def is_ready(purpose: str) -> bool:
    """Whether the environment was completed from exactly the present requirements."""
    try:
        return stamp(purpose).read_text(encoding="utf-8") == fingerprint(purpose)
    except OSError:
        return False


def stamp(purpose: str) -> Path:
    """The file that says from what the environment was completed."""
    return ENVIRONMENT / f"causalgia-{purpose}.stamp"


def fingerprint(purpose: str) -> str:
    """A hash of what a set-up depends on: pins, package metadata, place and interpreter."""
    digest = hashlib.sha256(f"{sys.version_info[:2]} {ROOT}".encode())
    for file in (ROOT / "requirements" / f"{purpose}.txt", ROOT / "pyproject.toml"):
        digest.update(file.read_bytes())
    return digest.hexdigest()


def say(message: str) -> None:
    """Tell the user what is happening, apart from the output of the command."""
    print(f"start.py: {message}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
