"""Names that nobody chose, the same whenever they are made again, so that what is asked for twice is found again."""

from __future__ import annotations

import hashlib
import re

ALPHABET = "bcdfghjklmnpqrstvwxz2456789"
"""Kubernetes' letters for such names: no vowels, so no words, and no digits that look like letters."""
SUFFIX_LENGTH = 5
MAX_GENERATE_NAME = 58
MAX_NAME = 253
LABEL = r"[a-z0-9]([-a-z0-9]*[a-z0-9])?"
SUBDOMAIN = re.compile(rf"{LABEL}(\.{LABEL})*")


def suffix(*parts: str) -> str:
    """Five letters made of these parts."""
    number = int.from_bytes(hashlib.blake2b("\0".join(parts).encode(), digest_size=8).digest(), "big")
    letters = []
    for _ in range(SUFFIX_LENGTH):
        number, rest = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[rest])
    return "".join(letters)


def generated(prefix: str, *parts: str) -> str:
    """The name that `generateName` gives."""
    return prefix[:MAX_GENERATE_NAME] + suffix(*parts)


def fault_of(name: str) -> str:
    """What the API server finds wrong with a name; empty where it is good."""
    if len(name) > MAX_NAME:
        return "metadata.name: Too long: may not be more than 253 bytes"
    if SUBDOMAIN.fullmatch(name):
        return ""
    return (
        f'metadata.name: Invalid value: "{name}": a lowercase RFC 1123 subdomain must consist of lower case '
        "alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. "
        rf"'example.com', regex used for validation is '{LABEL}(\.{LABEL})*')"
    )
