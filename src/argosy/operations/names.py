"""What a workflow is to be called → its name, which Kubernetes would accept too."""

from __future__ import annotations

import re
from collections.abc import Callable

from argosy.errors import InvalidRequest
from argosy.model.meta import ObjectMeta

LONGEST = 63
SUFFIX = 5
ATTEMPTS = 8
"""How often a generated name that somebody has already is replaced by another one, as Kubernetes does."""

_LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?"
SUBDOMAIN = re.compile(rf"{_LABEL}(\.{_LABEL})*")
RULE = (
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and "
    "end with an alphanumeric character"
)


def check_name(name: str, field: str = "metadata.name") -> None:
    """Raises InvalidRequest for a name that no workflow can have."""
    if len(name) > LONGEST:
        raise InvalidRequest(
            f'workflow name "{name}" must not be more than {LONGEST} characters long (currently {len(name)})'
        )
    if not SUBDOMAIN.fullmatch(name):
        raise InvalidRequest(f'{field}: invalid value "{name}": {RULE}', hint=_suggestion(name))


def check_namespace(namespace: str) -> None:
    """Raises InvalidRequest for what cannot be a namespace."""
    if len(namespace) > LONGEST or not re.fullmatch(_LABEL, namespace):
        raise InvalidRequest(f'metadata.namespace: invalid value "{namespace}"', hint="use a-z, 0-9 and dashes")


def new_name(meta: ObjectMeta, new_suffix: Callable[[], str]) -> str:
    """The name it has, or one made from its generateName. Raises InvalidRequest where it has neither, or a bad one."""
    if meta.name:
        check_name(meta.name)
        return meta.name
    if not meta.generate_name:
        raise InvalidRequest(
            "name or generateName is required",
            hint="set metadata.generateName, or give --name or --generate-name",
        )
    name = meta.generate_name[: LONGEST - SUFFIX] + new_suffix()
    check_name(name, "metadata.generateName")
    return name


def _suggestion(name: str) -> str:
    better = re.sub(r"[^a-z0-9.]+", "-", name.lower()).strip("-.")
    return f"{better!r} would do" if SUBDOMAIN.fullmatch(better) else ""
