"""How fast pods may begin: the setting `resourceRateLimit` (reserveRateLimiter in Argo's workflow/controller).

A bucket holds `burst` starts when nothing has begun for a while; each pod takes one, and `limit` come back in a second.
It is one for all workflows of an engine, and begins full. What is kept of it is one number, the time at which it will
be full again, so that nothing has to happen for starts to come back.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from argosy.ports.limits import RateLimit

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
LONGEST = 10**15
"""The most microseconds between two starts: 31 years."""


class StartRate:
    """When pods may begin; without a limit, always. Times are any in UTC, to the microsecond."""

    def __init__(self, limit: RateLimit | None = None) -> None:
        self.limit = limit
        self._between = min(round(1_000_000 / limit.limit), LONGEST) if limit else 0
        self._full_at: int | None = None

    def copy(self) -> StartRate:
        """Another one like this."""
        copy = StartRate(self.limit)
        copy._full_at = self._full_at
        return copy

    def next_start(self, now: datetime) -> datetime:
        """When the next pod may begin: now, where one may at once."""
        if self.limit is None or self._full_at is None:
            return now
        return max(now, EPOCH + (self._full_at - (self.limit.burst - 1) * self._between) * MICROSECOND)

    def take(self, now: datetime) -> None:
        """A pod begins."""
        if self.limit is not None:
            moment = (now - EPOCH) // MICROSECOND
            self._full_at = max(moment, self._full_at or moment) + self._between

    def refusal(self, now: datetime) -> str:
        """Why no pod may begin now; empty where one may. The words are Argo's."""
        if self.limit is None or self.next_start(now) <= now:
            return ""
        return f"resource creation rate-limit reached: {self.limit.limit:g} a second"


class ClosedRate(StartRate):
    """A rate at which nothing begins, for who only wants to know what a workflow waits for."""

    def next_start(self, now: datetime) -> datetime:
        """Never, where there is a limit at all."""
        return now if self.limit is None else datetime.max.replace(tzinfo=UTC)
