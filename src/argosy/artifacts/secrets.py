"""What secrets say, for those who need them to be let in."""

from __future__ import annotations

from argosy.artifacts import Places
from argosy.errors import ArtifactError
from argosy.model.meta import SecretKeySelector


def secret(places: Places, selector: SecretKeySelector | None) -> str:
    """The entry of the Secret; empty where none is named. Raises ArtifactError where it is not there."""
    if selector is None:
        return ""
    data = places.secrets(places.namespace, selector.name)
    if data is None:
        raise ArtifactError(f'secret "{selector.name}" not found', hint="argosy apply -f keeps a Secret here")
    if selector.key not in data:
        raise ArtifactError(f'secret "{selector.name}" has no key {selector.key}')
    return data[selector.key]
