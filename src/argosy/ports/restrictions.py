"""What the one who runs an engine lets others put into their workflows (the setting `workflowRestrictions`)."""

from __future__ import annotations

from msgspec import Struct


class Restrictions(Struct, frozen=True, kw_only=True):
    """`template_referencing` is "", Strict or Secure; `allowed` are fields of the specification that may be set besides
    those that argosy.plan.restrictions allows.
    """

    template_referencing: str = ""
    allowed: frozenset[str] = frozenset()
