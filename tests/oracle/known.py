"""The rows that are left, by id, each with the reason."""

from __future__ import annotations

_LOOSER = "our YAML library, which is newer, reads it"
_LOUDER = "an error here; Argo logs it, and goes on with what else is in the file"
_DIGIT = "reasoned; the real library refuses a name that begins with a digit: see the oracle's depends_eval"

LEFT = {
    "anystring-1c215598e8c3": "Python's readers of JSON have no -0 that is an integer",
    "expr-71113f239b6e": "expr leaves a boolean on its stack after a search from the end, which then is compared",
    "json_to_yaml-51869b1dbe68": "another way to write the same text",
    "parse_objects-3b58b09873aa": _LOUDER,
    "parse_objects-72d500bc90c4": _LOUDER,
    "yaml_to_json-74d48806e432": "a byte order mark in the middle of a text is no part of a key here",
    "yaml_to_json-97136ca6f758": _LOOSER,
    "yaml_to_json-f6af742da07c": _LOOSER,
}
"""Of the oracle."""

WRONG = {
    "conditions-001": "its object is no valid JSON, which Argo refuses before it looks at a condition",
    "depends-035": _DIGIT,
    "depends-036": _DIGIT,
    "params-010": "a --labels that is empty is as good as none; Argo's function for it is not called then",
    "params-067": "no variable has this name: it is the heading of lastRetry.exitCode and others",
    "items-016": "Argo's test reads its withParam as YAML, which sorts nested keys; a real one keeps their order",
}
"""Of the vectors."""
