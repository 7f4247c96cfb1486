"""Paths, URLs and `-` become text, and text becomes documents and objects; whatever is wrong is said with its place."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator, Sequence
from typing import Any

from argosy.cli.console import READ, Told, complain
from argosy.errors import ArgosyError, ManifestError
from argosy.model.codec import Document, decode, problems, read_documents

LARGEST = 16 * 1024 * 1024
"""Bytes in a manifest: Kubernetes would refuse a tenth of that, and a DAG of 10,000 tasks has a fifth."""
PATIENCE = 30
"""Seconds to wait for a URL."""
METADATA, UNKNOWN = "metadata.", "unknown field"
MANIFESTS = (".yaml", ".yml", ".json")
URL = re.compile(r"https?://", re.IGNORECASE)
PATH_PART = re.compile(r"\.?([^.\[\]]+)|\[(\d+)\]|\[\"([^\"]*)\"\]")


def read_text(path: str) -> str:
    """The text at a path or a URL, or for `-` on standard input. Raises ManifestError."""
    if path == "-":
        data = _limited(sys.stdin.buffer.read(LARGEST + 1), path)
    elif URL.match(path):
        data = _download(path)
    else:
        data = _read_file(path)
    text = _decode(data, path)
    READ[path] = text
    return text


def documents(path: str, *, strict: bool = True) -> list[Document]:
    """The documents at a path. Raises ManifestError."""
    return read_documents(read_text(path), path, strict=strict)


def manifests_below(paths: Sequence[str]) -> Iterator[str]:
    """The paths, with the manifests below a folder in the place of the folder."""
    for path in paths:
        if path == "-" or URL.match(path) or not os.path.isdir(path):  # noqa: PTH112
            yield path
        else:
            yield from _walk(path)


def decoded(document: Document, *, strict: bool = True) -> Any:
    """The object that a document describes. Says all that is wrong with it, and raises Told.

    An unknown field of the metadata changes nothing that runs: it is warned of, and left out.
    """
    try:
        return decode(document, strict=strict)
    except ManifestError as error:
        wrong = problems(document, strict=strict) or [error]
        if all(each.path.startswith(METADATA) and each.message.startswith(UNKNOWN) for each in wrong):
            for each in wrong:
                complain(each, "warning")
            return decode(document, strict=False)
        for each in wrong:
            complain(each)
        raise Told from error


def placed(document: Document, error: ArgosyError) -> list[ArgosyError]:
    """An error of an operation, or all of the problems that it tells of, with their places in the document."""
    problems_: Sequence[Any] = getattr(error, "problems", ())
    if problems_:
        return [_of_rule(document, each) for each in problems_]
    if not isinstance(error, ManifestError) or error.line or not error.path:
        return [error]
    parts = PATH_PART.findall(error.path)
    path = tuple(name or (int(index) if index else quoted) for name, index, quoted in parts)
    return [document.error(path, error.message, hint=error.hint)]


def _of_rule(document: Document, problem: Any) -> ManifestError:
    """A broken rule as an error with its place; its message says what it is about, so the path is not said again."""
    error = document.error(problem.path, problem.message, hint=problem.hint)
    error.path = ""
    return error


def _walk(folder: str) -> Iterator[str]:
    for root, folders, files in os.walk(folder):
        folders.sort()
        yield from (os.path.join(root, name) for name in sorted(files) if name.endswith(MANIFESTS))  # noqa: PTH118


def _read_file(path: str) -> bytes:
    try:
        with open(path, "rb") as file:  # noqa: PTH123
            return _limited(file.read(LARGEST + 1), path)
    except IsADirectoryError:
        raise ManifestError("this is a folder", file=path, hint="name the files in it") from None
    except FileNotFoundError:
        raise ManifestError("there is no such file", file=path) from None
    except PermissionError:
        raise ManifestError(
            "permission denied", file=path, hint="look at the rights of the file and its folder"
        ) from None
    except (OSError, ValueError) as error:
        text = error.strerror if isinstance(error, OSError) else str(error)
        raise ManifestError(f"cannot be read: {text}", file=path) from None


def _limited(data: bytes, path: str) -> bytes:
    if len(data) > LARGEST:
        raise ManifestError(
            f"this is larger than {LARGEST // 1024 // 1024} MB: too large for a manifest",
            file=path,
            hint="pass data as parameters or files, or split the workflow",
        )
    return data


def _decode(data: bytes, path: str) -> str:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        line, column = before.count(b"\n") + 1, len(before) - before.rfind(b"\n")
        if b"\0" not in data:
            hint = "save it in UTF-8"
            raise ManifestError("this is not UTF-8", file=path, line=line, column=column, hint=hint) from None
        text = "\0"
    if "\0" in text:
        raise ManifestError("this is not text", file=path, hint="is it the right file?")
    return text.replace("\r\n", "\n")


def _download(url: str) -> bytes:
    import urllib.error
    import urllib.request

    try:
        with urllib.request.urlopen(url, timeout=PATIENCE) as response:  # noqa: S310
            return _limited(response.read(LARGEST + 1), url)
    except urllib.error.HTTPError as error:
        raise ManifestError(f"the server answers {error.code} {error.reason}", file=url) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "reason", None) or error
        raise ManifestError(f"cannot be read: {reason}", file=url) from None


def parameters(path: str) -> list[str]:
    """The `NAME=VALUE` texts of a parameter file: a mapping in YAML or JSON. Raises ManifestError."""
    from argosy.model.yaml import load

    data: Any = load(read_text(path), file=path)
    if not isinstance(data, dict):
        raise ManifestError("expected a mapping of parameters", file=path, line=1, column=1)
    return [f"{name}={_parameter(value)}" for name, value in data.items()]


def _parameter(value: Any) -> str:
    """A value as Argo passes it: a string as it is, all else as JSON."""
    import msgspec

    return value if isinstance(value, str) else msgspec.json.encode(value, order="sorted").decode()
