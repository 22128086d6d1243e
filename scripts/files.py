"""Files written: one so that nobody ever reads half of it, or many in one go."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def write_atomically(path: Path, text: str) -> None:
    """Write a file so that a reader sees the old text or the new one, never half of one.

    Raises OSError when the folder cannot be written to; the old file is then still there.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(text.encode("utf-8"))
        temporary.chmod(path.stat().st_mode & 0o777 if path.exists() else 0o644)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def write_all(folder: Path, made: dict[str, str] | dict[str, bytes]) -> None:
    """Write files, named by their paths below a folder; each folder on the way is made once."""
    for parent in {(folder / name).parent for name in made}:
        parent.mkdir(parents=True, exist_ok=True)
    for name, content in made.items():
        data = content.encode() if isinstance(content, str) else content
        (folder / name).write_bytes(data)
