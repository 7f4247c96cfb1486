"""The `flags` of a resource template become what kubectl would understand by them."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from argosy.errors import NotSupported
from argosy.executors.objects.failures import KubectlError

WITH_VALUE = {
    "--namespace": "namespace",
    "-n": "namespace",
    "--selector": "selector",
    "-l": "selector",
    "--type": "patch_type",
    "--grace-period": "grace_period",
    "--field-manager": "",
    "--output": "",
    "-o": "",
    "--timeout": "",
    "--request-timeout": "",
    "--v": "",
    "-v": "",
}
"""Flags that are followed by a value → the option that holds it; empty where it changes nothing here."""
SWITCHES = {
    "--ignore-not-found": "ignore_not_found",
    "--all": "every",
    "--now": "now",
    "--force": "force",
    "--validate": "validate",
    "--cascade": "cascade",
    "--wait": "wait",
    "--force-conflicts": "",
    "--overwrite": "",
    "--record": "",
    "--save-config": "",
    "--server-side": "",
    "--show-managed-fields": "",
    "--warnings-as-errors": "",
}
"""Flags that stand alone, or have `=value` → the option."""
FALSE = frozenset({"false", "f", "0", "F", "False", "FALSE", "ignore", "orphan"})


class Options(Struct, kw_only=True):
    """What the flags say. `words` are the arguments that are no flags: kinds and names."""

    words: list[str] = []
    namespace: str = ""
    selector: str = ""
    patch_type: str = ""
    grace_period: str = ""
    every: bool = False
    ignore_not_found: bool = False
    now: bool = False
    force: bool = False
    validate: bool = True
    cascade: bool = True
    wait: bool = True

    @property
    def grace_seconds(self) -> float | None:
        """How long what is deleted may take to end; None: as long as it says itself."""
        if self.now:
            return 1.0
        if self.grace_period and not self.grace_period.startswith("-"):
            return max(float(self.grace_period), 0.0 if self.force else 1.0)
        return 0.0 if self.force else None


def parse(flags: list[str]) -> Options:
    """Raises KubectlError for what kubectl does not understand, NotSupported for what is not built here."""
    options = Options()
    rest = iter(flags)
    for word in rest:
        name, has_value, value = word.partition("=")
        if not word.startswith("-") or word == "-":
            options.words.append(word)
        elif name in SWITCHES:
            if SWITCHES[name]:
                setattr(options, SWITCHES[name], not has_value or value not in FALSE)
        else:
            _take_value(options, word, rest)
    if options.grace_period and not options.grace_period.lstrip("-").isdecimal():
        raise KubectlError(f'error: invalid argument "{options.grace_period}" for "--grace-period" flag')
    return options


def _take_value(options: Options, word: str, rest: Iterator[str]) -> None:
    """A flag with a value: `--name value`, `--name=value`, `-n value`, `-nvalue`."""
    name, has_value, value = word.partition("=")
    if not word.startswith("--") and len(word) > 2:
        name, has_value, value = word[:2], "=", word[2:].removeprefix("=")
    if name not in WITH_VALUE:
        raise NotSupported(f"not supported yet: the flag {name} of a resource template")
    if not has_value:
        found = next(rest, None)
        if found is None:
            raise KubectlError(f"error: flag needs an argument: {name}")
        value = found
    if WITH_VALUE[name]:
        setattr(options, WITH_VALUE[name], value)
