"""Says what it means when rclone or a server behind it refuses, so that nobody has to read their logs."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Cause:
    """Why something failed, known by the `words` of rclone and of the servers."""

    words: tuple[str, ...]
    """Regular expressions; one that is found is enough."""
    meaning: str
    """What it means and what helps; may name the place (`{shown}`)."""


NO_BUCKET = (
    "There is no bucket at {shown}. Make it at your provider, with public reading where it serves "
    "readers itself, and mind the spelling in TO=."
)

UNKNOWN_REMOTE = Cause(
    (r"didn't find section in config file",),
    "rclone knows no place of the name in {shown}. rclone listremotes tells which it knows, rclone "
    "config makes one; TO= begins with that name, as in TO=store:bucket/site.",
)

CAUSES = (
    UNKNOWN_REMOTE,
    Cause(
        (r"unable to decrypt configuration", r"[Ff]ailed to load config"),
        "rclone cannot read its configuration. Where it is encrypted, give RCLONE_CONFIG_PASS.",
    ),
    Cause(
        (r"NoSuchBucket", r"ContainerNotFound", r"specified (?:bucket|container) does not exist"),
        NO_BUCKET,
    ),
    Cause(
        (r"NoCredentialProviders", r"no (?:valid )?credentials", r"need account", r"empty token"),
        "There is no key for {shown}. Give it to rclone with rclone config, or in the environment "
        "(rclone.org names the variables), never in TO=.",
    ),
    Cause(
        (
            r"AccessDenied|Forbidden|\b40[13]\b|Unauthorized|AuthorizationFailure",
            r"InvalidAccessKeyId|SignatureDoesNotMatch|AuthenticationFailed|unable to authenticate",
            r"[Pp]ermission denied|[Ii]nsufficient(?:Permission| privileges)",
        ),
        "{shown} refuses our key. It needs the right to list, read, write and delete there; see rclone "
        "config, and whether it has expired.",
    ),
    Cause(
        (r"no space left|quota|InsufficientStorage|\b507\b",),
        "{shown} is full. Make room there.",
    ),
    Cause(
        (
            r"no such host|connection (?:refused|reset)|broken pipe|unreachable|dial tcp|\bEOF\b",
            r"timeout|timed out|deadline exceeded|tls:|x509:|\b50[0234]\b|SlowDown",
        ),
        "The network or the server of {shown} failed.",
    ),
)
"""The first that fits is told."""


def explain(said: str, shown: str) -> str:
    """What it means that rclone `said` this of the place `shown`, and what helps."""
    for cause in CAUSES:
        if any(re.search(words, said) for words in cause.words):
            return cause.meaning.format(shown=shown)
    return f"rclone could not do its work at {shown}."
