"""Field selectors, which choose nodes: `displayName=approve,phase!=Failed` (`argo resume --node-field-selector`).

The syntax is Kubernetes' (apimachinery, pkg/fields): only `=`, `==` and `!=`, with `\\` before a `,`, `=` or `\\` in a
value. A field that a node does not have is "".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from argosy.errors import ExpressionError

_TERM = re.compile(r"((?:[^\\,]|\\.)*\\?)(?:,|\Z)", re.DOTALL)
_OPERATOR = re.compile("!=|==|=")
_SPECIAL = re.compile(r"\\(.?)|[,=]", re.DOTALL)


@dataclass(frozen=True, slots=True)
class FieldSelector:
    """Terms `(field, "=" or "!=", value)`, all of which have to hold."""

    terms: tuple[tuple[str, str, str], ...] = ()

    def matches(self, fields: Mapping[str, str]) -> bool:
        """Whether an object with these fields is chosen."""
        return all((fields.get(field, "") == value) is (operator == "=") for field, operator, value in self.terms)

    def __str__(self) -> str:
        return ",".join(
            field + operator + _SPECIAL_TO_ESCAPE.sub(r"\\\g<0>", value) for field, operator, value in self.terms
        )


_SPECIAL_TO_ESCAPE = re.compile(r"[\\,=]")


def parse_field_selector(text: str) -> FieldSelector:
    """A field selector from its text; raises ExpressionError in Kubernetes' words (fields.ParseSelector)."""
    terms: list[tuple[str, str, str]] = []
    for part in sorted(match[1] for match in _TERM.finditer(text)):
        if not part:
            continue
        operator = _OPERATOR.search(part)
        if operator is None:
            raise ExpressionError(f"invalid selector: '{text}'; can't understand '{part}'")
        sign = "!=" if operator.group() == "!=" else "="
        field, value = part[: operator.start()], _SPECIAL.sub(_unescape, part[operator.end() :])
        if field or value:
            terms.append((field, sign, value))
    return FieldSelector(tuple(terms))


def node_fields(
    *,
    name: str,
    node_id: str,
    display_name: str,
    phase: str,
    template: str = "",
    template_ref: tuple[str, str] | None = None,
    inputs: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """The fields of a node (SelectorMatchesNode): `template_ref` is the reference's name and template."""
    fields = {"displayName": display_name, "templateName": template, "phase": phase, "name": name, "id": node_id}
    if template_ref is not None:
        fields["templateRef.name"], fields["templateRef.template"] = template_ref
        fields["templateName"] = template_ref[1]
    for parameter, value in (inputs or {}).items():
        fields[f"inputs.parameters.{parameter}.value"] = value
    return fields


def _unescape(match: re.Match[str]) -> str:
    if match[1] is None:
        raise ExpressionError(f"invalid field selector: unescaped character in value: {ord(match.group())}")
    if match[1] not in ("\\", ",", "="):
        raise ExpressionError(f"invalid field selector: invalid escape sequence: {match.group()}")
    return match[1]
