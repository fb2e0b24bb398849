"""Fetch files of an npm package, pinned by version and hash, because it runs in readers' browsers.

The hash is the one that the registry publishes (`npm view NAME dist.integrity`); every archive is compared with it.
npm itself is needed once, for its settings of the registry. The archive is cached in the user's cache folder.
"""

from __future__ import annotations

import base64
import hashlib
import io
import os
import shutil
import subprocess
import tarfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from handvat.content.problem import UserError

_TIMEOUT = 300
"""Seconds for some megabytes on a slow line."""


@dataclass(frozen=True)
class Package:
    """A package: `integrity` is `sha512-` and the hash of its archive in Base64, as npm prints it."""

    name: str
    version: str
    integrity: str

    @property
    def archive(self) -> str:
        """Its file name from `npm pack`."""
        return f"{self.name}-{self.version}.tgz"

    @property
    def cached(self) -> Path:
        """The place of its archive between builds, where it may also be put by hand."""
        home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
        return Path(home) / "handvat" / self.archive

    def matches(self, data: bytes) -> bool:
        """Return whether `data` is the archive of this package."""
        digest = base64.b64encode(hashlib.sha512(data).digest()).decode()
        return self.integrity == f"sha512-{digest}"


def read_files(package: Package, names: Sequence[str], scratch: Path) -> dict[str, bytes]:
    """Return the files `names` of `package`, by their path in it. Raises UserError.

    The archive is fetched to the folder `scratch` when it is not cached.
    """
    found: dict[str, bytes] = {}
    with tarfile.open(fileobj=io.BytesIO(_archive(package, scratch)), mode="r:gz") as archive:
        for member in archive:
            name = member.name.removeprefix("package/")
            file = archive.extractfile(member) if name in names else None
            if file:
                found[name] = file.read()
    if lacks := sorted({*names} - found.keys()):
        raise UserError(
            f"{package.archive} lacks {', '.join(lacks)}: it is another package than expected."
        )
    return found


def _archive(package: Package, scratch: Path) -> bytes:
    if package.cached.is_file() and package.matches(data := package.cached.read_bytes()):
        return data
    data = _fetch(package, scratch)
    if not package.matches(data):
        raise UserError(
            f"the archive {package.archive} from npm is not the reviewed one: its hash is not "
            f"{package.integrity}. It is not used. Ask the maintainer of your registry."
        )
    with suppress(OSError):  # without room for a cache the next build fetches it again
        package.cached.parent.mkdir(parents=True, exist_ok=True)
        part = package.cached.with_name(f".{package.archive}.{os.getpid()}")
        part.write_bytes(data)
        part.replace(package.cached)
    return data


def _fetch(package: Package, scratch: Path) -> bytes:
    """Return the archive of `package` from npm's registry. Raises UserError."""
    cure = (
        f"Install npm and see that it reaches its registry, or run `npm pack {package.name}@{package.version}` "
        f"on a machine where it does and put the file at {package.cached}"
    )
    npm = shutil.which("npm")
    if npm is None:
        raise UserError(f"npm is not on this machine. {cure}")
    # Nothing of a package runs when it is only packed; forbidden all the same.
    command = [npm, "pack", f"{package.name}@{package.version}", "--ignore-scripts", "--silent",
               "--pack-destination", str(scratch)]  # fmt: skip
    try:
        subprocess.run(
            command, cwd=scratch, check=True, capture_output=True, text=True, timeout=_TIMEOUT
        )
        return (scratch / package.archive).read_bytes()
    except subprocess.TimeoutExpired:
        why = f"npm had no answer after {_TIMEOUT} seconds"
    except subprocess.CalledProcessError as error:
        lines = (error.stderr or error.stdout or "").strip().splitlines()
        why = f"npm says: {lines[-1] if lines else 'nothing'}"
    except OSError as error:
        why = str(error.strerror)
    raise UserError(f"{package.archive} could not be fetched: {why}. {cure}")
