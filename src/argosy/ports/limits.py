"""What the one who runs an engine bounds it by."""

from __future__ import annotations

from msgspec import Struct


class RateLimit(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How many pods may begin (the setting `resourceRateLimit`): `limit` in a second for long, `burst` at once."""

    limit: float
    burst: int


class Limits(Struct, frozen=True, kw_only=True):
    """How many workflows run at once, in all and of one namespace, and how fast pods may begin; None: any number."""

    parallelism: int | None = None
    namespace_parallelism: int | None = None
    rate: RateLimit | None = None
