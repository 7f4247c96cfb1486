"""What lies under a workflow: its template, and defaults. The results are those of Argo's own code."""

from __future__ import annotations

from typing import Any

from argosy.model.codec import decode_lenient, to_builtins
from argosy.model.spec import WorkflowSpec
from argosy.model.template import Template
from argosy.model.workflow import Workflow
from argosy.plan.merge import join_specs, with_default_metadata, with_defaults, with_template_defaults


def joined(given: dict[str, Any], base: dict[str, Any], defaults: dict[str, Any]) -> dict[str, Any]:
    specs = [decode_lenient(each, WorkflowSpec) for each in (given, base)]
    return to_builtins(join_specs(specs[0], specs[1], {"spec": defaults}))


def parameters(*pairs: tuple[str, str]) -> dict[str, Any]:
    return {"arguments": {"parameters": [{"name": name, "value": value} for name, value in pairs]}}


def test_defaults_are_merged_under_the_workflow() -> None:
    defaults = {
        "metadata": {"labels": {"team": "red", "site": "home"}},
        "spec": {
            "activeDeadlineSeconds": 60,
            "arguments": {"parameters": [{"name": "a", "value": "default"}, {"name": "b", "value": "default"}]},
            "hooks": {"exit": {"template": "theirs"}, "running": {"template": "theirs", "expression": "true"}},
            "imagePullSecrets": [{"name": "x"}],
            "nodeSelector": {"disk": "ssd"},
        },
    }
    workflow = decode_lenient(
        {
            "metadata": {"name": "wf", "labels": {"team": "blue"}},
            "spec": {
                "entrypoint": "main",
                "activeDeadlineSeconds": 5,
                "arguments": {"parameters": [{"name": "b", "enum": ["mine"]}, {"name": "c", "value": "mine"}]},
                "hooks": {"exit": {"template": "mine"}},
            },
        },
        Workflow,
    )
    found = to_builtins(with_defaults(workflow, defaults))
    assert found["metadata"] == {"name": "wf", "labels": {"team": "blue", "site": "home"}}
    assert found["spec"] == {
        "entrypoint": "main",
        "activeDeadlineSeconds": 5,
        "arguments": {
            "parameters": [
                {"name": "a", "value": "default"},
                {"name": "b", "value": "default", "enum": ["mine"]},
                {"name": "c", "value": "mine"},
            ]
        },
        "hooks": {
            "exit": {"template": "mine", "arguments": {}},
            "running": {"template": "theirs", "expression": "true", "arguments": {}},
        },
        "imagePullSecrets": [{"name": "x"}],
        "nodeSelector": {"disk": "ssd"},
    }
    assert with_defaults(workflow, {}) is workflow


def test_arguments_are_taken_from_the_highest_that_gives_them() -> None:
    given = parameters(("c", "1"), ("a", "1"))
    base = {"suspend": True, **parameters(("a", "0"), ("b", "0"), ("c", "0"), ("d", "0"))}
    assert joined(given, base, parameters(("z", "default"), ("b", "default"))) == parameters(
        ("z", "default"), ("b", "0"), ("c", "1"), ("a", "1"), ("d", "0")
    )


def test_an_argument_is_taken_whole() -> None:
    source = {"configMapKeyRef": {"name": "config", "key": "message"}}
    given = {"arguments": {"parameters": [{"name": "a", "valueFrom": source}, {"name": "b", "description": "mine"}]}}
    found = joined(given, parameters(("a", "theirs"), ("b", "theirs")), {})
    assert found["arguments"]["parameters"] == [
        {"name": "a", "valueFrom": {"configMapKeyRef": {"name": "config", "key": "message"}}},
        {"name": "b", "value": "theirs"},
    ]


def test_lists_of_things_with_a_key_are_merged() -> None:
    env = {"name": "m", "container": {"env": [{"name": "z", "value": "b"}, {"name": "a", "value": "c"}]}}
    found = joined(
        {"hooks": {"exit": {"template": "a"}}},
        {
            "hooks": {"exit": {"template": "b"}, "o": {"template": "c", "expression": "true"}},
            "tolerations": [{"key": "a"}],
            "templates": [{"name": "m", "container": {"image": "i", "env": [{"name": "a", "value": "b"}]}}],
        },
        {"tolerations": [{"key": "b"}], "templates": [env, {"name": "n", "suspend": {}}]},
    )
    assert [each["name"] for each in found["templates"]] == ["m", "n"]
    assert found["templates"][0]["container"] == {
        "image": "i",
        "env": [{"name": "z", "value": "b"}, {"name": "a", "value": "b"}],
    }
    assert {name: hook["template"] for name, hook in found["hooks"].items()} == {"exit": "a", "o": "c"}
    assert found["tolerations"] == [{"key": "a"}, {"key": "b"}]


def test_only_labels_and_annotations_of_the_defaults_reach_a_workflow_that_is_made_from_a_template() -> None:
    meta = decode_lenient({"metadata": {"name": "wf", "labels": {"a": "mine"}}}, Workflow).metadata
    defaults = {
        "metadata": {"name": "theirs", "labels": {"a": "theirs", "b": "theirs"}, "annotations": {"c": "theirs"}}
    }
    found = with_default_metadata(meta, defaults)
    assert (found.name, found.labels, found.annotations) == ("wf", {"a": "mine", "b": "theirs"}, {"c": "theirs"})


def test_of_template_defaults_only_what_goes_with_the_type_counts() -> None:
    defaults = decode_lenient(
        {
            "timeout": "30s",
            "retryStrategy": {"limit": 2},
            "container": {"image": "theirs", "env": [{"name": "A", "value": "theirs"}]},
            "suspend": {"duration": "3s"},
        },
        Template,
    )
    template = decode_lenient(
        {"name": "main", "timeout": "5s", "container": {"command": ["true"], "env": [{"name": "B", "value": "mine"}]}},
        Template,
    )
    found = to_builtins(with_template_defaults(template, defaults))
    assert found.keys() >= {"name", "timeout", "retryStrategy", "container"}
    assert "suspend" not in found
    assert (found["timeout"], found["retryStrategy"]) == ("5s", {"limit": 2})
    assert found["container"] == {
        "image": "theirs",
        "command": ["true"],
        "env": [{"name": "B", "value": "mine"}, {"name": "A", "value": "theirs"}],
    }
    steps = decode_lenient({"name": "main", "steps": []}, Template)
    assert with_template_defaults(steps, None) is steps
