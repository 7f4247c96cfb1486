"""A template and the arguments of a call → the template with nothing left to substitute.

The order of the passes is Argo's (ProcessArgs and SubstituteParams in workflow/common/util.go): globals and locals
first, over the whole template and the values of its inputs, then the inputs over what came out.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import msgspec

from argosy.errors import InvalidRequest
from argosy.language.scopes import ChainScope, MapScope, Scope, World
from argosy.model.arguments import Arguments, Inputs, Parameter, ValueFrom
from argosy.model.template import Template
from argosy.plan.artifacts import supply_artifacts
from argosy.plan.globals import parameters_json
from argosy.plan.substitution import decode, substitute

ENCODER = msgspec.json.Encoder()
DECODER = msgspec.json.Decoder(Template)

WHOLE = re.compile(r"inputs\.parameters\b(?!\.)")
"""Where all inputs are named at once."""

ABSENT = "__argo__internal__absent_optional__"
"""The value of an argument that names an output of a skipped step: as if it were not given."""


ReadValue = Callable[[ValueFrom | None], "str | None"]
"""What a ConfigMap says, None where the source names none (argosy.plan.config_values)."""


def supply_inputs(template: Template, arguments: Arguments, read: ReadValue) -> list[Parameter]:
    """The template's input parameters with their values: the argument's, else the input's own, else its default.

    One whose value stands in a ConfigMap has that. Raises InvalidRequest for one that has none, NotFound.
    """
    given = {parameter.name: parameter for parameter in arguments.parameters}
    return [_supply(parameter, given.get(parameter.name), read) for parameter in template.inputs.parameters]


def _supply(wanted: Parameter, given: Parameter | None, read: ReadValue) -> Parameter:
    value = wanted.value if wanted.value is not None else wanted.default
    source = wanted.value_from
    if given is not None and given.value == ABSENT:
        if value is None and source is None:
            raise InvalidRequest(
                f"inputs.parameters.{wanted.name}: argument references an absent optional "
                "(skipped/omitted node output with no default)"
            )
    elif given is not None:
        value, source = given.value, None if given.value is not None else given.value_from
    found = read(source)
    if found is not None:
        value, source = found, None
    if value is None:
        raise InvalidRequest(f"inputs.parameters.{wanted.name} was not supplied")
    return msgspec.structs.replace(wanted, value=value, value_from=source)


def instantiate(
    template: Template, arguments: Arguments, scope: Scope, world: World | None, read: ReadValue = lambda _source: None
) -> Template:
    """The template for one node. `scope` has the workflow's variables and the node's own (`node.name`, ...).

    A tag that nothing can resolve stays as it is. Raises InvalidRequest for an input without a value.
    """
    if template.inputs.parameters or template.inputs.artifacts:
        inputs = Inputs(
            parameters=supply_inputs(template, arguments, read), artifacts=supply_artifacts(template, arguments)
        )
        template = msgspec.structs.replace(template, inputs=inputs)
    return fill(template, scope, world)


def fill(template: Template, scope: Scope, world: World | None) -> Template:
    """The template with what can be resolved put in: variables first, then its inputs (SubstituteParams)."""
    text = ENCODER.encode(template).decode()
    if "{{" not in text:
        return template
    once = substitute(text, scope, world, allow_unresolved=True)
    halfway = template if once == text else decode(DECODER, once)
    if "{{" not in once:
        return halfway
    twice = substitute(once, ChainScope(MapScope(_inputs(halfway, once)), scope), world, allow_unresolved=True)
    return halfway if twice == once else decode(DECODER, twice)


def _inputs(template: Template, text: str) -> dict[str, str]:
    values: dict[str, str] = {}
    if template.inputs.parameters and WHOLE.search(text):
        values["inputs.parameters"] = parameters_json(template.inputs.parameters)
    for parameter in template.inputs.parameters:
        if parameter.value is not None:
            values[f"inputs.parameters.{parameter.name}"] = parameter.value
    for parameter in template.outputs.parameters:
        if parameter.value_from and parameter.value_from.path:
            values[f"outputs.parameters.{parameter.name}.path"] = parameter.value_from.path
    for kind, artifacts in (("inputs", template.inputs.artifacts), ("outputs", template.outputs.artifacts)):
        values |= {f"{kind}.artifacts.{artifact.name}.path": artifact.path for artifact in artifacts if artifact.path}
    return values
