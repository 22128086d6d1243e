"""A small project to run scripts/build_bib.py in, as a user does: ten made-up works, three printed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = Path(__file__).parent / "data" / "bib"
SCRIPT = ROOT / "scripts" / "build_bib.py"
OUTPUT = Path("bib", "references.bib")


def make_project(folder: Path) -> Path:
    """Copy the made-up works and their printed list into a folder; nothing is built yet."""
    shutil.copytree(SAMPLE, folder / "bib")
    (folder / OUTPUT).unlink()
    return folder


def run(root: Path, *options: str, **env: str) -> subprocess.CompletedProcess[str]:
    """Run the command in another folder than the project's, as a user may."""
    command = [sys.executable, str(SCRIPT), "--root", str(root), *options]
    return subprocess.run(
        command,
        cwd=root.parent,
        env={**os.environ, **env},
        capture_output=True,
        encoding="utf-8",
    )


def replace(path: Path, old: str, new: str) -> None:
    """Change a file of the project in one place."""
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{old!r} is not in {path.name}"
    path.write_text(text.replace(old, new, 1), encoding="utf-8", newline="\n")


def snapshot(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Return what is in a folder, and when each file was written."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {str(path): (path.stat().st_mtime_ns, path.read_bytes()) for path in files}
