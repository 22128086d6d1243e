"""Files written: one so that nobody ever reads half of it, or many in one go; and commands that take turns.

Needs the standard library only: `dev.py` uses it before anything is installed.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO


@contextlib.contextmanager
def beside(path: Path, content: bytes) -> Iterator[Path]:
    """A whole, temporary file in the folder of another, gone afterwards. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        temporary.chmod(path.stat().st_mode & 0o777 if path.exists() else 0o644)
        yield temporary
    finally:
        temporary.unlink(missing_ok=True)


def write_all(folder: Path, made: dict[str, str] | dict[str, bytes]) -> None:
    """Write files, named by their paths below a folder; each folder on the way is made once."""
    for parent in {(folder / name).parent for name in made}:
        parent.mkdir(parents=True, exist_ok=True)
    for name, content in made.items():
        data = content.encode() if isinstance(content, str) else content
        (folder / name).write_bytes(data)


def write_atomically(path: Path, content: str | bytes) -> None:
    """Write a file so that a reader sees the old content or the new, never half of it; text as UTF-8.

    Raises OSError when the folder cannot be written to; the old file is then still there.
    """
    raw = content.encode("utf-8") if isinstance(content, str) else content
    with beside(path, raw) as temporary:
        temporary.replace(path)


def write_new(path: Path, text: str) -> None:
    """Write a file that is not there yet, whole or not at all. Raises FileExistsError, OSError."""
    with beside(path, text.encode("utf-8")) as temporary:
        try:
            os.link(temporary, path)
        except FileExistsError:
            raise
        except OSError:  # a file system without links
            with path.open("xb") as file:
                file.write(text.encode("utf-8"))


def wait_on_windows(file: BinaryIO) -> None:
    """Lock a file on Windows, whose own waiting gives up after ten seconds."""
    import msvcrt

    while True:
        file.seek(0)
        with contextlib.suppress(OSError):
            msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)  # type: ignore[attr-defined,unused-ignore]
            return


@contextlib.contextmanager
def only_one(lock: Path) -> Iterator[None]:
    """Two commands that use the same lock file do their work one after the other."""
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("a+b") as file:
        if os.name == "nt":
            wait_on_windows(file)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX)
        yield
