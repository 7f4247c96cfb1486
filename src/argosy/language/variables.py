"""The catalogue of variables: one row each, for the engine's scopes, for lint, and for the reference page.

A row says what the variable is called, where it may stand, from when on it has a value, and how lint finds out that it
may be read. Names in angle brackets stand for any name. docs/variables.md is made of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Final, Literal, NamedTuple

Where = Literal["everywhere", "template", "steps", "dag", "pod", "loop", "retry", "exit", "metrics", "http", "cron"]
Known = Literal[
    "always", "begun", "started", "ended", "succeeded", "attempt", "item", "failed", "emitted", "answered", "fired"
]
Check = Literal["", "any", "given", "declared"]
Value = Literal["text", "json", "artifact", "number", "time", "any"]


class Variable(NamedTuple):
    """A row. `name` has placeholders: `steps.<step>.outputs.parameters.<name>`.

    `check` is how Argo's validation knows it: "any" tag that begins so is let pass, it is "given" wherever it may
    stand, or has to be "declared" by something in the manifest; "" where the validation does not look at all. `source`
    is the function of Argo that makes it.
    """

    name: str
    where: Where
    known: Known
    value: Value
    check: Check
    what: str
    source: str

    @property
    def is_fixed(self) -> bool:
        """Whether the name is one name, without placeholders."""
        return "<" not in self.name


WHERE: Final[dict[Where, str]] = {
    "everywhere": "everywhere in a workflow",
    "template": "in a template, about itself",
    "steps": "in a steps template, about its steps",
    "dag": "in a DAG template, about its tasks",
    "pod": "in a template that runs in a pod",
    "loop": "in a step or task with withItems, withParam or withSequence",
    "retry": "in a template with a retryStrategy, and in its expression",
    "exit": "in the exit handler and in hooks",
    "metrics": "in the metrics of a template",
    "http": "in successCondition of an HTTP template",
    "cron": "in when and stopStrategy of a CronWorkflow",
}
KNOWN: Final[dict[Known, str]] = {
    "always": "from the beginning",
    "begun": "once the step or task has begun",
    "started": "once its pod runs",
    "ended": "once it has ended",
    "succeeded": "once it has ended, where it has such an output",
    "attempt": "from the first attempt on",
    "item": "for each item",
    "failed": "once the entrypoint has ended",
    "emitted": "when the metric is emitted",
    "answered": "once the request is answered",
    "fired": "when the schedule fires",
}

GLOBALS: Final = "setGlobalParameters"
LOCAL: Final = "buildLocalScope"


def _of_nodes(prefix: str, where: Where, noun: str) -> Iterator[Variable]:
    """What can be read of the steps or tasks of a template."""
    own = f"{prefix}.<{noun}>"
    yield Variable(
        f"{prefix}.name", where, "always", "text", "any", f"the name of the {noun} itself", "executeTemplate"
    )
    yield Variable(f"{own}.id", where, "begun", "text", "given", "the id of its node", LOCAL)
    yield Variable(f"{own}.status", where, "begun", "text", "declared", "its phase: Succeeded, Failed, ...", LOCAL)
    yield Variable(f"{own}.startedAt", where, "begun", "text", "given", "when it began (RFC 3339)", LOCAL)
    yield Variable(f"{own}.finishedAt", where, "ended", "text", "given", "when it ended (RFC 3339)", LOCAL)
    yield Variable(f"{own}.hostNodeName", where, "started", "text", "given", "the host that it ran on", LOCAL)
    yield Variable(f"{own}.ip", where, "started", "text", "declared", "the address of a daemon's pod", LOCAL)
    yield Variable(f"{own}.exitCode", where, "ended", "text", "declared", "the exit code of its container", LOCAL)
    result = "its standard output, at most 256 KiB; of a loop, a JSON list of them"
    yield Variable(f"{own}.outputs.result", where, "succeeded", "text", "declared", result, LOCAL)
    rows = "of a loop: a JSON list of the output parameters of each item"
    yield Variable(
        f"{own}.outputs.parameters", where, "succeeded", "json", "declared", rows, "processAggregateNodeOutputs"
    )
    output = "an output parameter; of a loop, a JSON list of them"
    yield Variable(f"{own}.outputs.parameters.<name>", where, "succeeded", "text", "declared", output, LOCAL)
    yield Variable(
        f"{own}.outputs.artifacts.<name>", where, "succeeded", "artifact", "declared", "an output artifact", LOCAL
    )


def _of_workflow() -> Iterator[Variable]:
    rows: tuple[tuple[str, Value, Check, str], ...] = (
        ("name", "text", "given", "the name of the workflow"),
        ("namespace", "text", "given", "its namespace"),
        ("uid", "text", "given", "its UID, which no other workflow ever has"),
        ("mainEntrypoint", "text", "given", "the template that it began with: spec.entrypoint"),
        ("serviceAccountName", "text", "given", "its service account"),
        ("priority", "text", "declared", "spec.priority, where it is given"),
        ("parameters.<name>", "text", "declared", "an argument of the workflow"),
        ("parameters.json", "json", "declared", "all its arguments, as a JSON list"),
        ("parameters", "json", "declared", "the same; not in expressions"),
        ("labels.<name>", "text", "declared", "a label"),
        ("labels.json", "json", "given", "all labels, as a JSON object"),
        ("labels", "json", "given", "the same; not in expressions"),
        ("annotations.<name>", "text", "declared", "an annotation"),
        ("annotations.json", "json", "given", "all annotations, as a JSON object"),
        ("annotations", "json", "given", "the same; not in expressions"),
        ("creationTimestamp", "text", "any", "when it was made (RFC 3339)"),
        ("creationTimestamp.RFC3339", "text", "any", "the same, for expressions"),
        ("creationTimestamp.s", "text", "any", "the same, in seconds since 1970"),
        ("creationTimestamp.<letter>", "text", "any", "a part of it: a letter of strftime, such as Y"),
        ("scheduledTime", "text", "any", "when a CronWorkflow wanted it to begin (RFC 3339); nothing in others"),
    )
    for name, value, check, what in rows:
        yield Variable(f"workflow.{name}", "everywhere", "always", value, check, what, GLOBALS)
    operate = "operate"
    yield Variable(
        "workflow.duration", "everywhere", "always", "text", "any", "the seconds that it has run for", operate
    )
    status = "its phase; in the exit handler, what became of the entrypoint"
    yield Variable("workflow.status", "everywhere", "always", "text", "given", status, operate)
    failures = "the nodes that failed: a JSON list, as a JSON string, so it is decoded twice"
    yield Variable("workflow.failures", "exit", "failed", "json", "declared", failures, operate)
    outputs: tuple[tuple[str, Value], ...] = (("parameters", "text"), ("artifacts", "artifact"))
    for kind, value in outputs:
        what = f"an output of any template with this globalName: one of its {kind}"
        name = f"workflow.outputs.{kind}.<name>"
        yield Variable(name, "everywhere", "succeeded", value, "declared", what, "addOutputsToGlobalScope")


def _of_template() -> Iterator[Variable]:
    inputs = "ProcessArgs"
    yield Variable("inputs.parameters.<name>", "template", "always", "text", "declared", "an input parameter", inputs)
    rows = "all input parameters, as a JSON list"
    yield Variable("inputs.parameters", "template", "always", "json", "given", rows, inputs)
    yield Variable("inputs.artifacts.<name>", "template", "always", "artifact", "declared", "an input artifact", inputs)
    yield Variable("node.name", "template", "always", "text", "", "the full name of the node", "executeTemplate")
    yield Variable("pod.name", "pod", "always", "text", "given", "the name of the pod", "executeTemplate")
    for group, field in (("inputs", "artifacts"), ("outputs", "artifacts"), ("outputs", "parameters")):
        what = f"where in the container the {group[:-1]} {field[:-1]} lies"
        check: Check = "declared" if group == "inputs" else "any"
        name = f"{group}.{field}.<name>.path"
        yield Variable(name, "pod", "always", "text", check, what, "processTemplate")
    yield Variable("item", "loop", "item", "any", "", "the item; a map or a list as JSON", "processItem")
    yield Variable("item.<key>", "loop", "item", "text", "declared", "an entry of an item that is a map", "processItem")
    retries = "processNodeRetries"
    yield Variable("retries", "retry", "attempt", "text", "", "the number of the attempt, from 0", retries)
    for name, what in (
        ("exitCode", "the exit code of the attempt before; 0 at first"),
        ("status", "its phase; nothing at first"),
        ("duration", "the seconds that it took; 0 at first"),
        ("message", "its message; nothing at first"),
    ):
        yield Variable(f"lastRetry.{name}", "retry", "attempt", "text", "", what, "buildRetryStrategyLocalScope")


def _elsewhere() -> Iterator[Variable]:
    metrics: tuple[tuple[str, Check, str], ...] = (
        ("status", "", "the phase of the node"),
        ("duration", "", "the seconds that it ran for; of a workflow it is workflow.duration"),
        ("exitCode", "", "its exit code"),
        ("resourcesDuration.<resource>", "", "the seconds of a resource that it used: cpu or memory"),
        ("outputs.result", "any", "its standard output"),
        ("outputs.parameters.<name>", "any", "an output parameter"),
    )
    for name, check, what in metrics:
        yield Variable(name, "metrics", "emitted", "text", check, what, "prepareMetricScope")
    http: tuple[tuple[str, Value, str], ...] = (
        ("request.method", "text", "the method of the request"),
        ("request.url", "text", "its URL"),
        ("request.body", "text", "its body"),
        ("request.headers", "any", "its headers: name to a list of texts"),
        ("response.statusCode", "number", "the status code of the answer"),
        ("response.body", "text", "its body"),
        ("response.headers", "any", "its headers: name to a list of texts"),
    )
    for name, value, what in http:
        yield Variable(name, "http", "answered", value, "", what, "executeHTTPTemplate")
    cron: tuple[tuple[str, Value, str], ...] = (
        ("name", "text", "the name of the CronWorkflow"),
        ("namespace", "text", "its namespace"),
        ("labels.<name>", "text", "a label"),
        ("labels.json", "json", "all labels, as a JSON object"),
        ("annotations.<name>", "text", "a label: Argo gives the labels here, too"),
        ("annotations.json", "json", "all annotations, as a JSON object"),
        ("failed", "number", "how many of its workflows failed"),
        ("succeeded", "number", "how many succeeded"),
        ("lastScheduledTime", "time", "when it fired before; nil at first"),
    )
    for name, value, what in cron:
        yield Variable(f"cronworkflow.{name}", "cron", "fired", value, "", what, "expressionEnv")


VARIABLES: Final[tuple[Variable, ...]] = (
    *_of_workflow(),
    *_of_template(),
    *_of_nodes("steps", "steps", "step"),
    *_of_nodes("tasks", "dag", "task"),
    *_elsewhere(),
)
"""Every variable that there is."""


def fixed_names(check: Check, prefix: str) -> tuple[str, ...]:
    """The names with this check that begin so, without the beginning."""
    found = (each.name for each in VARIABLES if each.check == check and each.name.startswith(prefix))
    return tuple(name.removeprefix(prefix) for name in found if "<" not in name.removeprefix(prefix))


@cache
def roots(*, checked: bool = False) -> frozenset[str]:
    """The first names of all variables, or of those that Argo's validation looks at."""
    return frozenset(each.name.partition(".")[0] for each in VARIABLES if each.check or not checked)


@lru_cache(maxsize=4096)
def find_variable(name: str) -> Variable | None:
    """The row of a variable, by its name in a workflow: of several that fit, the one with the fewest placeholders."""
    found = [variable for pattern, variable in _patterns() if pattern.fullmatch(name)]
    return min(found, key=lambda each: each.name.count("<"), default=None)


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], Variable], ...]:
    return tuple((re.compile(_pattern(each.name)), each) for each in VARIABLES)


def _pattern(name: str) -> str:
    """Names of steps and tasks have no dots in them, those of labels may."""
    parts = re.split(r"<\w+>", name)
    middle = [r"[^.]+"] * (len(parts) - 1)
    if not parts[-1] and middle:
        middle[-1] = r"[^.]+" if ".outputs." in name or name.endswith("<letter>") else r".+"
    return "".join(re.escape(part) + gap for part, gap in zip(parts, [*middle, ""], strict=True))
