"""What goes wrong in a filter, in gojq's words, and what `catch` gets of it."""

from __future__ import annotations

from typing import Any


class JqError(Exception):
    """A filter that is wrong, or that cannot go on."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message

    @property
    def value(self) -> Any:
        """What `catch` is given."""
        return self.message


class Thrown(JqError):
    """`error(x)`: what is caught is x itself."""

    def __init__(self, value: Any, text: str) -> None:
        super().__init__(f"error: {text}")
        self.thrown = value

    @property
    def value(self) -> Any:
        """What was thrown."""
        return self.thrown


class Fatal(JqError):
    """What no `try` catches."""


class Break(Exception):
    """`break $label`, on its way to its label."""

    def __init__(self, label: object) -> None:
        super().__init__()
        self.label = label
