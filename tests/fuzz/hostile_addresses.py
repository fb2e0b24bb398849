"""Makes addresses of a site and of its repository, as somebody might give them by mistake or to do harm."""

from __future__ import annotations

from hypothesis import strategies as st

_SCHEMES = st.sampled_from([
    *["https://"] * 12, "http://", "HTTPS://", "https:/", "https:", "https:\\\\", "//", "", "javascript:", "javascript://",
    "JaVaScRiPt://", "java\tscript://", "\x01javascript://", "data:text/html,", "vbscript://", "file://", "ftp://",
    "ssh://git@", "git@", "mailto:", " https://", "\nhttps://", "https://https://",
])  # fmt: skip
_HOSTS = st.sampled_from([
    *["een.example"] * 8, "gitlab.com", "codeberg.org", "github.com", "127.0.0.1:8000", "[::1]", "localhost",
    "münchen.example", "xn--mnchen-3ya.example", "☠.example", "een.example:8443", "een.example:99999", "een.example:x",
    "een.example:", "[", "[::1", "]", "[x]", "naam@een.example", "naam:geheim@een.example", "een.example@twee.example", "",
    "-", ".", "een..example", "een example", "een%20.example", "x" * 300 + ".example", "een.example\\@twee.example",
    "%00.example", "een\u3002example", "\u202ekwaad.example", "een.example\x00", "een.example\n",
])  # fmt: skip
_PATHS = st.sampled_from([
    *["", "/", "/kinder/", "/a/b/"] * 3, "/kinder", "/../", "/a/../b/", "/./", "/%2e%2e/", "/a/%2E./", "/..%2f/", "//",
    "//evil.example/", "/a//b/", "/\" onclick=\"alert(1)/", "/'onclick='alert(1)/", "/\"><script>alert(1)</script>/",
    "/<script>/", "/ä/", "/%C3%A4/", "/a b/", "/a%20b/", "/\r\nSitemap: https://evil.example/", "/\nX: y/", "/\t/", "/\x00/",
    "/\x1b[31m/", "/\u202e/", "?q=1/", "?q=1", "#x/", "/#", "/{{ config }}/", "/{% x %}/", "/%00/", "/%/", "/%zz/", "/;x=1/",
    "/&amp;/", "/&quot;onclick=x/", "/]]>/", "/--></", "/\\", "/" + "x" * 1900 + "/", "/" + "x" * 5000 + "/", "/" * 3000,
    "/x.git", "/x.git/", "/$1/", "/\\1/", "/~x/", "/(x)/", "/*/", "/,/", "/!ENV/", "/: x/", "/ #x", "/</title>/", "/`true`/",
    "/nl/", "/en/", "/assets/", "/index.html/",
])  # fmt: skip

addresses = st.one_of(
    st.builds("{}{}{}".format, _SCHEMES, _HOSTS, _PATHS),
    st.builds("{}{}{}".format, _SCHEMES, _HOSTS, st.text(max_size=8)),
    st.just("https://een.example/"),
    st.text(max_size=12),
)
"""Addresses to set for a site or its repository."""

edit_paths = st.one_of(
    st.sampled_from([
        *["edit/main/docs/", "-/edit/main/docs/", "_edit/main/docs/", "blob/main/docs"] * 3, "", "/", "?query=root/docs/",
        "#x", "src/main/docs/?mode=edit", "https://evil.example/", "//evil.example/", "javascript:alert(1)", "../../../evil/",
        "edit/../../evil/docs/", "%2e%2e/evil/", "\" onclick=\"alert(1)", "'><script>alert(1)</script>", "edit/ma in/docs/",
        "edit/ä/docs/", "edit/main/docs/\n", "\r\nx", "\x00", "\x1b[31m", "\u202e", "x" * 1900, "x" * 5000, "{{ config }}", "\\",
        "&quot;", "%", "edit/%00/", "edit/feature/x/docs/", "./", "edit/main@{1}/docs/",
    ]),
    st.text(max_size=8),
)  # fmt: skip
"""Paths of an editor below the address of a repository."""
