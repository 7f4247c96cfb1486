"""Paths of github.com/tidwall/gjson find values in JSON: `status.conditions.#(type=="Ready").status`.

A value is the JSON that it is written as, "" where there is none: what is found is a part of the text that was given.

- texts: JSON taken apart, and the text that a value stands for
- steps: paths taken apart
- search: a path is followed
- queries: `#(...)`, which values of a list are meant
- modifiers, layout: `@keys`, `@pretty` and the others

Argo reads paths from the keys of label selectors (workflow/executor/resource.go). Of all this, such a key can hold
names and the numbers of list elements.
"""

from __future__ import annotations

from argosy.language.gjson.search import get
from argosy.language.gjson.texts import text_of


def lookup(json: str, path: str) -> str | None:
    """The text of the value at a path of valid JSON, None where there is none.

    The text of `null` is "", that of a list or an object its JSON.
    """
    found = get(json, path)
    return text_of(found) if found else None
