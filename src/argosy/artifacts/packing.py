"""Files and folders become tarballs or zip files, and the other way round.

A package with one file or folder at its top is that file or folder; with more it is the folder of them (unpack in
Argo's executor.go). What would lead out of the folder is an error.
"""

from __future__ import annotations

import gzip
import os
import shutil
import stat
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from argosy.errors import ArtifactError

DEFAULT_LEVEL = 6
BROKEN = (tarfile.TarError, zipfile.BadZipFile, gzip.BadGzipFile, EOFError)


def pack_tar(path: Path, target: BinaryIO, level: int | None = None) -> None:
    """Write a tarball with gzip; the level is gzip's, 0 for none."""
    level = DEFAULT_LEVEL if level is None or level < 0 else level
    with tarfile.open(fileobj=target, mode="w:gz", compresslevel=level) as tar:
        tar.add(path, arcname=path.name, filter=_plain)


def _plain(member: tarfile.TarInfo) -> tarfile.TarInfo | None:
    """Sockets, pipes and devices are left out; whose file it was is nobody's business."""
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    return member if member.isfile() or member.isdir() or member.issym() or member.islnk() else None


def pack_zip(path: Path, target: BinaryIO) -> None:
    """Write a zip file."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as file:
        for each in (path, *sorted(path.rglob("*"))) if path.is_dir() else (path,):
            if each.is_file() or each.is_dir():
                file.write(each, Path(path.name, each.relative_to(path)))


def is_tarball(path: Path) -> bool:
    """Whether it is a tarball with gzip."""
    try:
        with tarfile.open(path, "r:gz"):
            return True
    except (*BROKEN, OSError):
        return False


def unpack_tar(packed: Path, target: Path) -> None:
    """Unpack a tarball. Raises ArtifactError."""

    def unpack(folder: Path) -> None:
        with tarfile.open(packed, "r:gz") as tar:
            tar.extractall(folder, filter="data")

    _unpack(unpack, packed, target)


def unpack_zip(packed: Path, target: Path) -> None:
    """Unpack a zip file. Raises ArtifactError."""

    def unpack(folder: Path) -> None:
        with zipfile.ZipFile(packed) as file:
            for member in file.infolist():
                extracted = Path(file.extract(member, folder))
                mode = stat.S_IMODE(member.external_attr >> 16)
                if mode and extracted.is_file():
                    extracted.chmod(mode & 0o777)

    _unpack(unpack, packed, target)


def _unpack(unpack: Callable[[Path], None], packed: Path, target: Path) -> None:
    folder = target.with_name(f"{target.name}.tmpdir")
    folder.mkdir(parents=True)
    try:
        unpack(folder)
    except BROKEN as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise ArtifactError(f"{packed.name} can't be unpacked: {error}") from error
    inside = os.listdir(folder)  # noqa: PTH208
    if len(inside) == 1:
        (folder / inside[0]).rename(target)
        folder.rmdir()
    else:
        folder.rename(target)
