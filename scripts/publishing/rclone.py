"""Lets rclone do the carrying, and says in our words what it could not do and what helps.

rclone knows the protocols, the keys and how to try again (rclone.org); nothing of that is done here.
What it prints about a place may hold an address with a key in it, so the way to a place is shortened
before it is shown, and rclone's own dumps of what goes over the wire stay off.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from scripts.publishing.causes import explain
from scripts.publishing.order import Batch
from scripts.stopping import held

INSTALL = (
    "rclone is not installed, and it does the uploading. Debian, Ubuntu: apt install rclone; Fedora: "
    "dnf install rclone; macOS: brew install rclone."
)

_NO_FOLDER, _NO_FILE = 3, 4  # exit codes of rclone, from 1.40 on

# Settings that change how rclone carries and not what: the rest would leave files out (RCLONE_EXCLUDE),
# take the old for the new (RCLONE_SIZE_ONLY) or write all that goes over the wire into a log.
_SETTINGS = re.compile(
    r"RCLONE_(?:CONFIG|PASSWORD_COMMAND|TRANSFERS|CHECKERS|BWLIMIT|TPSLIMIT|RETRIES|LOW_LEVEL_RETRIES|"
    r"CONTIMEOUT|TIMEOUT|BIND|CA_CERT|CLIENT_CERT|CLIENT_KEY|NO_CHECK_CERTIFICATE|USER_AGENT)"
    r"|RCLONE_(?:CONFIG|S3|AZUREBLOB|GCS|WEBDAV|SFTP|FTP|B2|SWIFT)_.*"
)
# A bucket that is not there is a slip of the pen; making one would hide it, and needs rights that a key
# for one bucket does not have.
_MAKE_NO_BUCKET = {
    "RCLONE_S3_NO_CHECK_BUCKET": "true",
    "RCLONE_GCS_NO_CHECK_BUCKET": "true",
    "RCLONE_AZUREBLOB_NO_CHECK_CONTAINER": "true",
}
_FILE_SYSTEMS = {"local", "sftp", "ftp"}
_STAMP = re.compile(r"^\d{4}/\d\d/\d\d \d\d:\d\d:\d\d (?:[A-Z]+ *: )?")


class RcloneFailed(Exception):
    """rclone could not do what it was asked; the text says why and what to do."""


class NotThere(RcloneFailed):
    """The folder or file that was asked for is not there."""


@dataclass(frozen=True)
class Kind:
    """What a place can do, as far as it matters here."""

    is_store: bool
    """Object storage: buckets, no folders, and a file is there wholly or not at all."""
    has_sums: bool
    """It tells a checksum of each file."""
    is_written_over: bool
    """A file is seen while it grows."""


@dataclass(frozen=True)
class Place:
    """Where a site is published: a folder of a remote that rclone knows, or of this machine."""

    program: str
    to: str
    """As rclone understands it: `remote:bucket/path`."""
    lock: int
    """A descriptor that rclone inherits: while it works, nobody else publishes from here."""

    @property
    def shown(self) -> str:
        """The place as it may be printed: what stands behind a comma may be a key."""
        return re.sub(r",.*:", ",…:", self.to)

    def at(self, name: str) -> str:
        """The path of the file `name` there."""
        return f"{self.to.rstrip('/')}{'' if self.to.endswith(':') else '/'}{name}"

    def kind(self) -> Kind:
        """What sort of place this is, as `rclone backend features` tells it."""
        told = json.loads(self.run("backend", "features", self.to))
        features = told["Features"]
        return Kind(
            is_store=features["BucketBased"],
            has_sums=bool({"md5", "sha1", "sha256"} & set(told["Hashes"] or ())),
            # rclone before 1.63 knows no such word, and writes over the old file.
            is_written_over="PartialUploads" not in features and told["Name"] in _FILE_SYSTEMS,
        )

    def read(self, name: str) -> str:
        """The text of the file `name` there."""
        return self.run("cat", self.at(name))

    def write(self, name: str, text: str, content_type: str, cache: str) -> None:
        """Puts a file with this `text` there."""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / name
            path.write_text(text, "utf-8")
            self.run(
                "copyto", str(path), self.at(name), "--ignore-times", *_headers(content_type, cache)
            )

    def names(self, depth: int) -> list[str]:
        """Files and folders there, folders with a slash; `depth` 1 is the top, -1 all."""
        return self.run("lsf", self.to, "--recursive", "--max-depth", str(depth)).splitlines()

    def compare(self, folder: Path, by_reading: bool) -> dict[str, str]:
        """Each file of `folder` → `=` the same there, `*` another one, `+` none."""
        with tempfile.TemporaryDirectory() as scratch:
            report = Path(scratch) / "report"
            how = ["--one-way", "--combined", str(report), *(["--download"] if by_reading else [])]
            try:
                self.run("check", str(folder), self.to, *how)
            except RcloneFailed:
                if not report.is_file():
                    raise
                # That files differ is an error to rclone, and the answer to us.
                lines = report.read_text("utf-8").splitlines()
                if any(line.startswith("!") for line in lines) or not lines:
                    raise
            lines = report.read_text("utf-8").splitlines()
        return {line[2:]: line[0] for line in lines}

    def upload(self, folder: Path, batch: Batch, tell: Callable[[int], None]) -> None:
        """Puts the files of `batch` there; `tell` hears now and then how many are."""
        headers = _headers(batch.content_type, batch.cache_control)
        # They were compared before: by time rclone would find none or all of them changed.
        how = ["--ignore-times", "--no-traverse", *headers]
        self._with_list(batch.files, "copy", str(folder), self.to, *how, tell=tell)

    def delete(self, names: Sequence[str], has_folders: bool) -> None:
        """Removes the files `names`, and folders that are empty then: a server would show them."""
        self._with_list(names, "delete", self.to)
        if has_folders:
            self.run("rmdirs", self.to, "--leave-root")

    def _with_list(
        self, names: Sequence[str], *arguments: str, tell: Callable[[int], None] | None = None
    ) -> None:
        with tempfile.TemporaryDirectory() as scratch:
            names_file = Path(scratch) / "files"
            names_file.write_text("".join(f"{name}\n" for name in names), "utf-8")
            self.run(*arguments, "--files-from-raw", str(names_file), tell=tell)

    def run(self, *arguments: str, tell: Callable[[int], None] | None = None) -> str:
        """What rclone prints for `arguments`. Raises RcloneFailed or NotThere."""
        command = [self.program, *arguments, "--ask-password=false", "--use-json-log"]
        command += ["--stats", "5s", "--stats-log-level", "NOTICE"]
        said: list[str] = []
        with tempfile.TemporaryFile("w+", encoding="utf-8") as out:
            with held():
                process = subprocess.Popen(
                    command,
                    stdin=subprocess.DEVNULL,
                    stdout=out,
                    stderr=subprocess.PIPE,
                    text=True,
                    encoding="utf-8",
                    errors="replace",
                    env=_environment(),
                    pass_fds=(self.lock,),
                )
            try:
                for line in process.stderr or ():
                    _listen(line, said, tell)
                code = process.wait()
            finally:
                if process.poll() is None:
                    process.terminate()
                    process.wait()
            if code == 0:
                out.seek(0)
                return out.read()
        kind = NotThere if code in {_NO_FOLDER, _NO_FILE} else RcloneFailed
        raise kind(self._explain(said))

    def _explain(self, said: Sequence[str]) -> str:
        """What went wrong and what helps, and rclone's own last words for who knows more."""
        why = explain("\n".join(said), self.shown)
        if not said or self.shown != self.to:
            return why  # rclone repeats the place as it was given, keys and all
        return f"{why}\n  rclone: {said[-1]}"


def find_rclone() -> str:
    """The path of rclone on this machine. Raises RcloneFailed."""
    program = shutil.which("rclone")
    if program is None:
        raise RcloneFailed(INSTALL)
    return program


def _headers(content_type: str, cache: str) -> list[str]:
    pairs = (("Content-Type", content_type), ("Cache-Control", cache))
    given = (f"{name}: {value}" for name, value in pairs if value)
    return [part for header in given for part in ("--header-upload", header)]


def _environment() -> dict[str, str]:
    kept = {
        key: value
        for key, value in os.environ.items()
        if not key.startswith("RCLONE_") or _SETTINGS.fullmatch(key)
    }
    # Under this name rclone's S3 stops with "unsupported transport"; under its own it reads the same file.
    if bundle := kept.pop("AWS_CA_BUNDLE", ""):
        kept.setdefault("RCLONE_CA_CERT", bundle)
    return {**kept, **_MAKE_NO_BUCKET}


def _listen(line: str, said: list[str], tell: Callable[[int], None] | None) -> None:
    """Sorts one line of rclone's log: how far it is, or what went wrong."""
    try:
        entry = json.loads(line)
    except ValueError:
        entry = {"level": "error", "msg": _STAMP.sub("", line)}
    if tell and "stats" in entry:
        tell(entry["stats"]["transfers"])
    elif entry.get("level") in {"error", "critical", "fatal", "emergency"}:
        what = f"{entry['object']}: " if entry.get("object") else ""
        said.append(f"{what}{entry['msg'].strip()}")
