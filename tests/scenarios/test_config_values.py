"""Parameters whose value stands in a ConfigMap."""

from __future__ import annotations

import pytest

from argosy.errors import ArgosyError
from argosy.testing import Harness

TEXT = """
spec:
  entrypoint: main
  arguments:
    parameters:
    - {name: which, value: colours}
    - {name: whole, valueFrom: {configMapKeyRef: {name: colours, key: two}, default: none}}
  templates:
  - name: main
    steps:
    - - {name: own, template: leaf}
      - {name: given, template: leaf, arguments: {parameters: [{name: c, value: mine}]}}
      - name: other
        template: leaf
        arguments: {parameters: [{name: c, valueFrom: {configMapKeyRef: {name: colours, key: two}}}]}
  - name: leaf
    inputs:
      parameters:
      - {name: c, valueFrom: {configMapKeyRef: {name: "{{workflow.parameters.which}}", key: one}}}
    container: {image: x, command: [x, "{{inputs.parameters.c}} {{workflow.parameters.whole}}"]}
"""
COLOURS = {"colours": {"one": "red", "two": "blue"}}


def command(run: Harness, name: str) -> str:
    container = run.pod(name).request.template.container
    assert container is not None
    return container.command[1]


def test_values_come_from_a_config_map() -> None:
    run = Harness(TEXT, config_maps=COLOURS, config_map_type="Parameter")
    run.start()
    assert [command(run, name) for name in ("own", "given", "other")] == ["red blue", "mine blue", "blue blue"]
    run.run_all()
    assert run.phase == "Succeeded"


def test_what_is_not_there() -> None:
    run = Harness(TEXT, config_maps={"colours": {"one": "red"}}, config_map_type="Parameter")
    run.start()
    assert run.node("other").message == "ConfigMap 'colours' does not have the key 'two'"
    run = Harness(TEXT, parameters={"which": "nothing"}, config_maps=COLOURS, config_map_type="Parameter")
    run.start()
    assert run.node("own").message == "ConfigMap 'nothing' does not exist"


def test_a_config_map_has_to_say_that_it_holds_parameters() -> None:
    with pytest.raises(ArgosyError, match=r"needs to have the label workflows.argoproj.io/configmap-type: Parameter"):
        Harness(TEXT, config_maps=COLOURS)
