"""Every error that Argosy raises on purpose, in one tree.

    ArgosyError
    ├── InvalidRequest          the caller's input is wrong                    400  exit 1
    │   ├── ManifestError       a manifest is; it knows file, line and column
    │   ├── ExpressionError     a tag, condition or expression in one is
    │   ├── NotSupported        it asks for something that is not built yet
    │   └── UsageError          the command line is wrong                           exit 2
    ├── NotFound                                                               404
    ├── AlreadyExists                                                          409
    ├── Conflict                the object is not in a state that allows it    400
    ├── StoreError              the store cannot be read or written            503
    │   ├── StoreTooNew         a newer version of Argosy wrote it
    │   └── StoreBusy           another engine holds it: trying again helps
    ├── ExecutorError           a pod could not be started, stopped or read    500
    └── ArtifactError           an artifact could not be had or kept           500

Each has `code` (the gRPC code that Argo's REST API answers with), `http_status`, `exit_code` for the command line,
`transient` (trying again can help) and an optional `hint`: what to do about it. Where no message is given, the class's
docstring is the message.
"""

from __future__ import annotations


class ArgosyError(Exception):
    """Something went wrong."""

    code = 13
    http_status = 500
    exit_code = 1
    transient = False

    def __init__(self, message: str = "", *, hint: str = "") -> None:
        super().__init__(message or (type(self).__doc__ or "").split("\n")[0])
        self.hint = hint

    @property
    def message(self) -> str:
        """What is wrong, without the hint."""
        return str(self.args[0])


class InvalidRequest(ArgosyError):
    """The request is not valid."""

    code = 3
    http_status = 400


class ManifestError(InvalidRequest):
    """The manifest is not valid.

    `file` is the path as the user gave it ("-" for standard input); `line` and `column` count from 1, 0 where unknown;
    `path` is where in the document, in the form `spec.templates[0].container`.
    """

    def __init__(
        self, message: str = "", *, file: str = "", line: int = 0, column: int = 0, path: str = "", hint: str = ""
    ) -> None:
        super().__init__(message, hint=hint)
        self.file, self.line, self.column, self.path = file, line, column, path

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.file, self.line, self.column) if part)
        return ": ".join(part for part in (place, self.path, self.message) if part)


class ExpressionError(InvalidRequest):
    """The expression is not valid."""


class NotSupported(InvalidRequest):
    """This is not supported yet."""

    code = 12
    http_status = 501


class UsageError(InvalidRequest):
    """The command line is not valid."""

    exit_code = 2


class NotFound(ArgosyError):
    """There is no such object."""

    code = 5
    http_status = 404


class AlreadyExists(ArgosyError):
    """There is an object of that name already."""

    code = 6
    http_status = 409


class Conflict(ArgosyError):
    """The object is not in a state that allows this."""

    code = 9
    http_status = 400


class StoreError(ArgosyError):
    """The store cannot be read or written."""

    code = 14
    http_status = 503


class StoreTooNew(StoreError):
    """The store was written by a newer version of Argosy."""


class StoreBusy(StoreError):
    """Another engine holds the store."""

    transient = True


class ExecutorError(ArgosyError):
    """A pod could not be started, stopped or read."""


class ArtifactError(ArgosyError):
    """An artifact could not be had or kept."""
