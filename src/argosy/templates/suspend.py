"""suspend: a node that waits, for somebody to resume it or for its duration to pass."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

from argosy.errors import InvalidRequest
from argosy.language.durations import parse_duration
from argosy.model.arguments import Inputs, Outputs, Parameter
from argosy.model.kinds import ERROR, RUNNING, SUCCEEDED, SUSPEND
from argosy.model.template import Template
from argosy.templates.base import Activity, TemplateHandler, Verdict

DECODER = msgspec.json.Decoder(Parameter)


def supplied_outputs(template: Template) -> Outputs | None:
    """The outputs that somebody is to supply while the node waits (addRawOutputFields in Argo's operator.go)."""
    wanted = [each for each in template.outputs.parameters if each.value_from and each.value_from.supplied is not None]
    return Outputs(parameters=[_with_default(each, template.inputs) for each in wanted]) if wanted else None


def _with_default(output: Parameter, inputs: Inputs) -> Parameter:
    source = output.value_from
    default = next((each.default for each in inputs.parameters if each.name == output.name), None)
    if source is None or source.default is not None or default is None:
        return output
    return msgspec.structs.replace(output, value_from=msgspec.structs.replace(source, default=default))


def resumed_outputs(outputs: Outputs | None) -> Outputs | None:
    """The outputs once the wait is over: what was not supplied takes its default. Raises InvalidRequest without one."""
    if outputs is None:
        return None
    return msgspec.structs.replace(outputs, parameters=[_supplied(each) for each in outputs.parameters])


def _supplied(parameter: Parameter) -> Parameter:
    source = parameter.value_from
    if source is None or source.supplied is None or parameter.value is not None:
        return parameter
    if source.default is None:
        name = parameter.name
        raise InvalidRequest(f"raw output parameter '{name}' has not been set and does not have a default value")
    return msgspec.structs.replace(parameter, value=source.default, value_from=None)


def offer_choices(inputs: Inputs) -> None:
    """Give the inputs whose value is the JSON of a parameter with an `enum` these choices, for whoever resumes.

    As resolveInputFieldsForSuspendNode in Argo's operator.go.
    """
    for parameter in inputs.parameters:
        try:
            offered = DECODER.decode(parameter.value or "")
        except msgspec.MsgspecError:
            continue
        if offered.enum:
            parameter.enum = offered.enum
            parameter.default = parameter.default if parameter.default is not None else offered.enum[0]


class SuspendActivity(Activity):
    """Waits."""

    def open(self) -> None:
        """Say which outputs are waited for."""
        if self.context.node.inputs is not None:
            offer_choices(self.context.node.inputs)
        if self.context.node.outputs is None:
            self.context.node.outputs = supplied_outputs(self.context.template)

    def wake_at(self) -> datetime | None:
        """The end of the duration. A duration that can't be read ends the node at once, in Error."""
        node, suspend = self.context.node, self.context.template.suspend
        if suspend is None or not suspend.duration or node.started_at is None:
            return None
        try:
            return node.started_at + timedelta(seconds=parse_duration(suspend.duration))
        except InvalidRequest:
            return node.started_at

    def verdict(self, now: datetime) -> Verdict | None:
        """Succeeded once the duration has passed."""
        wake_at, suspend = self.wake_at(), self.context.template.suspend
        if wake_at is None or suspend is None or now < wake_at:
            return None
        try:
            parse_duration(suspend.duration)
            return Verdict(SUCCEEDED, outputs=resumed_outputs(self.context.node.outputs))
        except InvalidRequest as error:
            return Verdict(ERROR, error.message)


HANDLER = TemplateHandler(SUSPEND, RUNNING, SuspendActivity)
