"""The content security policy: what a page may load and run, in every page and in a file for hosts.

A page loads and runs what lies on its own site, and nothing else; no script and no style stands in a page
itself (data blocks, such as JSON-LD, are not run and need no permission). It is put in by `build`, not by
`serve`, whose live reload is a script in the page. Whoever embeds a page may do so: course systems frame
every link, so nothing here forbids it.
"""

from __future__ import annotations

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        # The diagram saves itself as a picture by way of a data: address.
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
    )
)
META = f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
CHARSET = '<meta charset="utf-8">'
# Read by hosts such as Netlify and Cloudflare Pages; others leave it alone.
HEADERS = f"""\
/*
  Content-Security-Policy: {POLICY}
  X-Content-Type-Options: nosniff
  Referrer-Policy: strict-origin-when-cross-origin
  Permissions-Policy: camera=(), geolocation=(), microphone=(), payment=(), usb=()
/assets/*
  Cache-Control: public, max-age=31536000, immutable
"""


def protect(page: str) -> str:
    """A page with the policy, right after the line on its encoding. Raises ValueError without one."""
    if META in page:
        return page
    if CHARSET not in page:
        raise ValueError(f"the page has no {CHARSET} to put the policy after")
    return page.replace(CHARSET, CHARSET + META, 1)


def unprotect(page: str) -> str:
    """A page without the policy, for copies on disk."""
    return page.replace(META, "", 1)
