"""Why the pod of a resource template ends badly, in the words of argoexec and of the kubectl that is part of it."""

from __future__ import annotations

from argosy.errors import AlreadyExists, ArgosyError, Conflict, NotFound

MANIFEST = "/tmp/manifest.yaml"  # noqa: S108 - where argoexec has the manifest, and so what kubectl calls it
EXIT_CODE = "64"

REASONS: dict[type[ArgosyError], str] = {NotFound: "NotFound", AlreadyExists: "AlreadyExists", Conflict: "Conflict"}


class Failure(Exception):
    """argoexec ends with exit code 64 and this message. Never leaves this package: it becomes the pod's report."""


class KubectlError(Exception):
    """kubectl prints this and gives up. Never leaves this package: it becomes part of a Failure."""


def from_server(error: ArgosyError, doing: str = "") -> KubectlError:
    """An error of the store as kubectl prints one of the API server; `doing` is "creating" or "replacing"."""
    reason = next((reason for kind, reason in REASONS.items() if isinstance(error, kind)), "BadRequest")
    what = f'error when {doing} "{MANIFEST}": ' if doing else ""
    return KubectlError(f"Error from server ({reason}): {what}{error}")


def invalid(kind: str, name: str, causes: list[str]) -> KubectlError:
    """An object that the API server finds fault with; each cause is "field: what is wrong"."""
    text = causes[0] if len(causes) == 1 else "".join(f"\n* {cause}" for cause in causes)
    return KubectlError(f'The {kind} "{name}" is invalid: {text}')


def in_one(errors: list[KubectlError]) -> Failure:
    """What argoexec makes of kubectl's errors."""
    return Failure("no more retries " + "\n".join(str(error) for error in errors))
