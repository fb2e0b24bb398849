"""Where to report a vulnerability, so that who finds one reports it to us and not to the world (RFC 9116).

On a site in a folder of its host the file has to be copied to the host's own `/.well-known/`, the only place where it
is looked for (RFC 9116, 3); `Canonical` names that place.
"""

from __future__ import annotations

import datetime
from urllib.parse import urljoin, urlsplit

from handvat.content.languages import SHARED_LANGUAGE
from handvat.site_output import SiteOutput, build_date

NAME = ".well-known/security.txt"

VALID = datetime.timedelta(days=180)
"""From the day of the build; less than a year is recommended (RFC 9116, 2.5.5), so that an abandoned site stops giving
an address that nobody reads."""


def step(site: SiteOutput) -> None:
    """Write `NAME` where there is a contact: no file is better than one that leads nowhere."""
    contact = site.kb.host.security_contact or _advisories(site.repo_url)
    if not contact:
        return
    expires = build_date() + VALID
    languages = [site.default_language.code]
    languages += [item.code for item in site.languages if item.code == SHARED_LANGUAGE]
    lines = [
        f"Contact: {contact}",
        f"Expires: {expires.isoformat()}T00:00:00Z",
        f"Preferred-Languages: {', '.join(dict.fromkeys(languages))}",
    ]
    # A web address in this file begins with https:// (RFC 9116, 2.5.2).
    if site.site_url.startswith("https://"):
        lines.append(f"Canonical: {urljoin(site.site_url, f'/{NAME}')}")
    path = site.folder / NAME
    path.parent.mkdir(exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _advisories(repo_url: str) -> str:
    """Return the page of GitHub for a report that only maintainers read; other forges have none."""
    is_github = urlsplit(repo_url).hostname == "github.com" and repo_url.startswith("https://")
    return f"{repo_url.rstrip('/')}/security/advisories" if is_github else ""
