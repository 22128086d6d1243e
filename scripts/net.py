"""The few requests of this project, all made by hand or on a schedule: an address in, an answer or a reason out.

The build never imports this.
"""

from __future__ import annotations

import http.client
import urllib.error
import urllib.request
from dataclasses import dataclass

SECONDS = 20.0
LARGEST = 5_000_000
OFFLINE = (
    "no connection: nothing could be fetched. Connect and run it again; the rest works offline."
)


@dataclass(frozen=True)
class Answer:
    """What came back: the status (0 when nothing did), the text, where from, and why not."""

    status: int
    text: str = ""
    url: str = ""
    reason: str = ""

    @property
    def offline(self) -> bool:
        """Whether no server was reached at all."""
        return self.status == 0


def fetch(
    url: str,
    accept: str = "*/*",
    seconds: float = SECONDS,
    method: str = "GET",
    agent: str = "Mozilla/5.0 (compatible; defining-co-production)",
) -> Answer:
    """Fetch an http(s) address. Never raises; a status of 0 means that nothing was reached."""
    if not url.startswith(("https://", "http://")):
        return Answer(0, url=url, reason="not an http address")
    try:
        asked = urllib.request.Request(
            url, headers={"Accept": accept, "User-Agent": agent}, method=method
        )
        with urllib.request.urlopen(asked, timeout=seconds) as answer:
            text = answer.read(LARGEST).decode("utf-8", "replace") if method == "GET" else ""
            return Answer(answer.status, text, answer.url)
    except urllib.error.HTTPError as error:
        return Answer(error.code, url=url, reason=str(error.reason))
    except urllib.error.URLError as error:
        return Answer(0, url=url, reason=why(error.reason))
    except TimeoutError:
        return Answer(0, url=url, reason=f"no answer within {seconds:g} seconds")
    except (OSError, ValueError, http.client.HTTPException) as error:
        return Answer(0, url=url, reason=str(error) or type(error).__name__)


def why(reason: object) -> str:
    """Why nothing was reached, in a few plain words."""
    text = str(reason)
    if isinstance(reason, TimeoutError) or "timed out" in text:
        return "no answer in time"
    if any(sign in text for sign in ("getaddrinfo", "resolution", "Name or service")):
        return "the name of the server could not be looked up"
    if "CERTIFICATE" in text:
        return "its certificate is not in order"
    return text
