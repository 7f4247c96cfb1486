"""Pieces of manifests that many scenarios share."""

from __future__ import annotations

ECHO = """
  - name: echo
    inputs:
      parameters: [{name: message, default: hello}]
    container: {image: alpine:3.20, command: [echo, "{{inputs.parameters.message}}"]}
"""

DIAMOND = (
    """
spec:
  entrypoint: diamond
  templates:
  - name: diamond
    dag:
      tasks:
      - {name: A, template: echo}
      - {name: B, template: echo, dependencies: [A]}
      - {name: C, template: echo, dependencies: [A]}
      - {name: D, template: echo, dependencies: [B, C]}
"""
    + ECHO
)


def _with_template(call: str) -> str:
    return call if "template:" in call else f"template: echo, {call}"


def dag(*tasks: str) -> str:
    """A workflow of these tasks, each a YAML flow mapping without its braces."""
    rows = "".join(f"      - {{{_with_template(task)}}}\n" for task in tasks)
    return f"spec:\n  entrypoint: main\n  templates:\n  - name: main\n    dag:\n      tasks:\n{rows}{ECHO}"


def steps(*groups: list[str]) -> str:
    """A workflow of these groups of steps, each step a YAML flow mapping without its braces."""
    rows = ""
    for group in groups:
        lead = "- "
        for step in group:
            rows += f"    {lead}- {{{_with_template(step)}}}\n"
            lead = "  "
    return f"spec:\n  entrypoint: main\n  templates:\n  - name: main\n    steps:\n{rows}{ECHO}"


def message(value: str) -> str:
    """The argument `message` of a step or task."""
    return f'arguments: {{parameters: [{{name: message, value: "{value}"}}]}}'
