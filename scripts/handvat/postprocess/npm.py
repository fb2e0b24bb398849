"""Brings a file of an npm package, and only the very one that was looked at: what runs in a browser must be known.

The package is told by version and by the hash that the registry states for it (`npm view NAME dist.integrity`);
whatever arrives is measured here, wherever it comes from. npm itself is needed once, by whoever uses this: the
registry is the one that npm is set up for. What was fetched is kept in the user's cache folder.
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
from dataclasses import dataclass
from pathlib import Path

_WAIT = 300
"""Seconds for some megabytes on a slow line."""


class NotFetched(Exception):
    """The package is not to be had; the text says why, and what to do."""


@dataclass(frozen=True)
class Package:
    """A package as npm knows it: `integrity` is `sha512-` and the hash of its archive in Base64."""

    name: str
    version: str
    integrity: str

    @property
    def archive(self) -> str:
        """What `npm pack` calls the file."""
        return f"{self.name}-{self.version}.tgz"


def read_files(package: Package, names: Sequence[str], scratch: Path) -> dict[str, bytes]:
    """The files `names` of `package`, by their place in it; fetched to the folder `scratch` if need be.

    Raises NotFetched.
    """
    data = _archive(package, scratch)
    found: dict[str, bytes] = {}
    with tarfile.open(fileobj=io.BytesIO(data), mode="r:gz") as archive:
        for member in archive:
            name = member.name.removeprefix("package/")
            file = archive.extractfile(member) if name in names else None
            if file:
                found[name] = file.read()
    if len(found) != len(names):
        lacks = ", ".join(sorted({*names} - found.keys()))
        raise NotFetched(
            f"{package.archive} lacks {lacks}: it is not the package this was made for."
        )
    return found


def kept(package: Package) -> Path:
    """Where the archive of `package` is kept between builds, and may be put by hand."""
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(home) / "handvat" / package.archive


def _archive(package: Package, scratch: Path) -> bytes:
    place = kept(package)
    if place.is_file():
        data = place.read_bytes()
        if _is(package, data):
            return data
    data = _fetch(package, scratch)
    if not _is(package, data):
        raise NotFetched(
            f"what npm gave as {package.archive} is not what was looked at: its hash is not "
            f"{package.integrity}. It is not used. Ask who keeps your registry."
        )
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        beside = place.with_name(f".{place.name}.{os.getpid()}")
        beside.write_bytes(data)
        beside.replace(place)
    except OSError:
        pass  # kept for the next build where there is room, not needed for this one
    return data


def _fetch(package: Package, scratch: Path) -> bytes:
    """The archive of `package` from npm's registry. Raises NotFetched."""
    npm = shutil.which("npm")
    if npm is None:
        raise NotFetched(f"npm is not on this machine. {_cure(package)}")
    # Nothing of a package runs when it is only packed; said all the same.
    command = [npm, "pack", f"{package.name}@{package.version}", "--ignore-scripts", "--silent"]
    try:
        subprocess.run(
            [*command, "--pack-destination", str(scratch)],
            cwd=scratch, check=True, capture_output=True, text=True, timeout=_WAIT,
        )  # fmt: skip
        return (scratch / package.archive).read_bytes()
    except subprocess.TimeoutExpired:
        why = f"npm did not have it after {_WAIT} seconds"
    except subprocess.CalledProcessError as error:
        said = (error.stderr or error.stdout or "").strip().splitlines()
        why = f"npm says: {said[-1] if said else 'nothing'}"
    except OSError as error:
        why = str(error.strerror)
    raise NotFetched(f"{package.archive} could not be fetched: {why}. {_cure(package)}")


def _cure(package: Package) -> str:
    return (
        f"Install npm and see that it reaches its registry, or run `npm pack {package.name}@{package.version}` "
        f"on a machine where it does and put the file at {kept(package)}"
    )


def _is(package: Package, data: bytes) -> bool:
    digest = base64.b64encode(hashlib.sha512(data).digest()).decode()
    return package.integrity == f"sha512-{digest}"
