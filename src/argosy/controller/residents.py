"""What runs besides workflows, out of the same store: Jobs and Pods, and CronWorkflows."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class Objects(Protocol):
    """Jobs and Pods, which somebody else runs."""

    @property
    def active(self) -> bool:
        """Whether anything is left to do, so that leaving would leave it undone."""
        ...

    def look(self) -> None:
        """The store may have changed."""
        ...


class Schedules(Protocol):
    """CronWorkflows (argosy.controller.crons.Crons)."""

    @property
    def active(self) -> bool:
        """Whether anything will fire."""
        ...

    @property
    def wake_at(self) -> datetime | None:
        """When something fires next."""
        ...

    def turn(self, now: datetime) -> bool:
        """Do what is due; whether there is something new in the store for the engine."""
        ...


class Residents(Schedules, Objects, Protocol):
    """What runs besides workflows. `active` keeps the engine from being idle."""

    @property
    def lasting(self) -> bool:
        """Whether there has to be an engine after this one, though no workflow is unfinished."""
        ...


class Nobody:
    """A store in which nothing runs but workflows."""

    active = lasting = False
    wake_at: datetime | None = None

    def look(self) -> None:
        """There is nothing to look for."""

    def turn(self, now: datetime) -> bool:  # noqa: ARG002
        """There is nothing to do."""
        return False


class Everybody:
    """The residents of a store; where there are no `objects`, somebody else runs them."""

    def __init__(self, schedules: Schedules, objects: Objects | None = None) -> None:
        self._schedules, self._objects = schedules, objects or Nobody()

    @property
    def active(self) -> bool:
        """Whether anything is left to do, or will be."""
        return self._objects.active or self._schedules.active

    @property
    def lasting(self) -> bool:
        """Whether there has to be an engine after this one."""
        return self._schedules.active

    @property
    def wake_at(self) -> datetime | None:
        """When something fires next."""
        return self._schedules.wake_at

    def look(self) -> None:
        """The store may have changed."""
        self._objects.look()

    def turn(self, now: datetime) -> bool:
        """Do what is due."""
        return self._schedules.turn(now)
