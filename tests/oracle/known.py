"""The rows that are left, by id, each with the reason."""

from __future__ import annotations

_LOOSER = "our YAML library, which is newer, reads it"
_LOUDER = "an error here; Argo logs it, and goes on with what else is in the file"
_DIGIT = "reasoned; the real library refuses a name that begins with a digit: see the oracle's depends_eval"

_OUT_OF_REACH = "a path that cannot be the key of a label, which is where Argo reads paths from"

LEFT = {
    "anystring-1c215598e8c3": "Python's readers of JSON have no -0 that is an integer",
    "expr-71113f239b6e": "expr leaves a boolean on its stack after a search from the end, which then is compared",
    "json_to_yaml-51869b1dbe68": "another way to write the same text",
    "parse_objects-3b58b09873aa": _LOUDER,
    "parse_objects-72d500bc90c4": _LOUDER,
    "yaml_to_json-74d48806e432": "a byte order mark in the middle of a text is no part of a key here",
    "yaml_to_json-97136ca6f758": _LOOSER,
    "yaml_to_json-f6af742da07c": _LOOSER,
    **dict.fromkeys(
        [
            "gjson-01de3463766f",
            "gjson-0781e2e4af30",
            "gjson-1c2f932efa4d",
            "gjson-1d0d1d057424",
            "gjson-1d232aacc039",
            "gjson-22d4409f75c2",
            "gjson-2b09a65bc5b1",
            "gjson-2d6d1030dd29",
            "gjson-2f192dd73aaa",
            "gjson-39e8cb33f35b",
            "gjson-3c1e648ddb12",
            "gjson-3d157e98371e",
            "gjson-4370e42cf7a4",
            "gjson-45d809aad493",
            "gjson-474cb7a6d8a6",
            "gjson-4bb361de71fb",
            "gjson-516d8f74f758",
            "gjson-54a7c7a73650",
            "gjson-5ed44fa8804a",
            "gjson-630834b963cd",
            "gjson-680d9fd613b2",
            "gjson-7b2d23b873f1",
            "gjson-7f25d2d6309c",
            "gjson-7f9fc4f7caf2",
            "gjson-80c48a4fce6d",
            "gjson-857725fc0d83",
            "gjson-871586a9df6b",
            "gjson-8773344e2ab7",
            "gjson-8794c3d6ca07",
            "gjson-898d9d939e76",
            "gjson-8c5e07c1e916",
            "gjson-8d74f89036ee",
            "gjson-8da6f784fe32",
            "gjson-90029857a504",
            "gjson-90df087d873d",
            "gjson-9e7180303e24",
            "gjson-9eb56ea967e4",
            "gjson-a0221ed36090",
            "gjson-a45935bee8a0",
            "gjson-a79779dbcfd6",
            "gjson-b7c5b3fb2019",
            "gjson-bafac8f34d94",
            "gjson-bc470d8461a9",
            "gjson-d21d83d56d85",
            "gjson-d337f21759d9",
            "gjson-d5135e0361c9",
            "gjson-db3009c0ae87",
            "gjson-e0b9b6c4a814",
            "gjson-ec9d2dad7fd2",
            "gjson-f34870c8ea50",
            "gjson-f5506f2525f3",
            "gjson-fbeded07e27a",
            "gjson-fcec51a7faef",
        ],
        _OUT_OF_REACH,
    ),
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
