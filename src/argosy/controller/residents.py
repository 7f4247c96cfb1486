"""What runs besides workflows, out of the same store."""

from __future__ import annotations

from typing import Protocol


class Residents(Protocol):
    """What runs besides workflows, out of the same store: Jobs and Pods."""

    @property
    def active(self) -> bool:
        """Whether anything is left to do, so that leaving would leave it undone."""
        ...

    def look(self) -> None:
        """The store may have changed."""
        ...


class Nobody:
    """A store in which nothing runs but workflows."""

    active = False

    def look(self) -> None:
        """There is nothing to look for."""
