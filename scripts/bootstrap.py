"""Make .venv/ from requirements.lock, or print in one sentence what is missing.

The Makefile runs it with any Python of the machine: its syntax is that of old versions, and it imports nothing of ours.
"""

import os
import shutil
import subprocess
import sys

NEEDED = (3, 11)
ENVIRONMENT = ".venv"


def fail(sentence):  # noqa: ANN001, ANN201 - read by Python versions without annotations
    """Print one sentence and end with exit code 1."""
    sys.stderr.write(sentence + "\n")
    sys.exit(1)


def main():  # noqa: ANN201
    """Create a new environment with exactly the packages of the lock file."""
    if sys.version_info < NEEDED:
        fail(
            "Handvat needs Python %d.%d or newer, this is %d.%d. "
            "Install a newer one, or name it: make PYTHON=python3.12 ..."
            % (NEEDED + tuple(sys.version_info[:2]))
        )
    try:
        import ensurepip  # noqa: F401, PLC0415 - Debian ships venv without this part
        import venv  # noqa: PLC0415
    except ImportError:
        fail(
            "Python's venv module is missing. On Debian or Ubuntu: "
            "apt install python%d.%d-venv; then try again." % tuple(sys.version_info[:2])
        )
    print("Setting up .venv/ from requirements.lock (once, about half a minute) ...")
    sys.stdout.flush()
    # Not over an old one: packages that the lock no longer names would stay.
    shutil.rmtree(ENVIRONMENT, ignore_errors=True)
    try:
        venv.create(ENVIRONMENT, with_pip=True)
    except (OSError, ValueError, subprocess.CalledProcessError) as error:
        fail("The folder .venv/ could not be made: %s" % error)
    pip = [os.path.join(ENVIRONMENT, "bin", "python"), "-m", "pip"]
    command = ["install", "--quiet", "--disable-pip-version-check", "--require-hashes"]
    if subprocess.call(pip + command + ["--requirement", "requirements.lock"]):
        fail(
            "The libraries could not be installed; pip says why above. "
            "It needs the Python package index, once. Fix that and run the same command again."
        )
    # The package itself: `handvat`, `mkdocs build` and the tests import it from where it is edited.
    command = ["install", "--quiet", "--disable-pip-version-check", "--no-deps"]
    if subprocess.call(pip + command + ["--no-build-isolation", "--editable", "."]):
        fail("The package could not be installed; pip says why above. Fix that and try again.")
    with open(os.path.join(ENVIRONMENT, "ready"), "w") as ready:
        ready.write("made from requirements.lock; newer than it, so nothing is installed again\n")


if __name__ == "__main__":
    main()
