"""Files become documents and objects; what is wrong with them is said with file, line, column and a suggestion."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from argosy.errors import ManifestError
from argosy.model.codec import (
    KINDS,
    decode,
    decode_lenient,
    decode_template,
    encode_json,
    encode_yaml,
    error_path,
    path_text,
    problems,
    read_documents,
    to_builtins,
)
from argosy.model.status import NodeStatus
from argosy.model.template import Template
from argosy.model.workflow import Workflow

HELLO = """\
# a comment
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata:
  generateName: hello-
  creationTimestamp: null
spec:
  entrypoint: main
  arguments:
    parameters:
    - {name: count, value: 5}
    - {name: ratio, value: 1.10}
    - {name: fast, value: yes}
    - {name: empty, value: ""}
    - {name: absent}
  templates:
  - name: main
    steps:
    - - name: a
        template: say
        withItems: [1, x, {b: 1, a: null}, null]
  - name: say
    suspend: {}
"""


def workflow(text: str, **options: Any) -> Workflow:
    return decode(*read_documents(text, "my.yaml"), **options)


def spec(body: str) -> str:
    """A workflow with this under `spec`."""
    indented = "".join(f"  {line}\n" for line in body.splitlines())
    return f"apiVersion: argoproj.io/v1alpha1\nkind: Workflow\nmetadata: {{generateName: x-}}\nspec:\n{indented}"


def complaints(text: str, **options: Any) -> list[str]:
    return [str(problem) for document in read_documents(text, "my.yaml") for problem in problems(document, **options)]


class TestDecoding:
    def test_a_workflow(self) -> None:
        found = workflow(HELLO)
        assert found.metadata.generate_name == "hello-"
        assert [template.name for template in found.spec.templates] == ["main", "say"]
        assert found.spec.templates[0].steps[0][0].template == "say"
        assert found.spec.templates[1].suspend is not None

    def test_parameter_values_are_strings(self) -> None:
        values = [parameter.value for parameter in workflow(HELLO).spec.arguments.parameters]
        assert values == ["5", "1.1", "true", "", None]

    def test_items_are_anything_with_keys_in_order(self) -> None:
        items = workflow(HELLO).spec.templates[0].steps[0][0].with_items
        assert json.dumps(items) == '[1, "x", {"a": null, "b": 1}, null]'

    def test_items_of_json_keep_their_order(self) -> None:
        text = '{"kind":"Workflow","spec":{"templates":[{"steps":[[{"withItems":[{"b":1,"a":2}]}]]}]}}'
        assert json.dumps(workflow(text).spec.templates[0].steps[0][0].with_items) == '[{"b": 1, "a": 2}]'

    @pytest.mark.parametrize("field", ["arguments", "templates", "hooks", "suspend", "entrypoint", "podGC", "volumes"])
    def test_null_is_nothing(self, field: str) -> None:
        assert workflow(spec(f"{field}: null")) == workflow(spec("{}"))

    def test_null_in_lists_is_zero(self) -> None:
        found = workflow(spec("templates: [null, {container: {args: [null, x]}}]\nnodeSelector: {a: null}"))
        assert found.spec.templates[0] == Template()
        assert found.spec.templates[1].container and found.spec.templates[1].container.args == ["", "x"]
        assert found.spec.node_selector == {"a": ""}

    def test_opaque_parts_of_kubernetes_are_kept(self) -> None:
        found = workflow(spec("volumes:\n- name: v\n  emptyDir: {sizeLimit: 1Gi}\naffinity: {nodeAffinity: {}}"))
        assert found.spec.volumes == [{"name": "v", "emptyDir": {"sizeLimit": "1Gi"}}]
        assert found.spec.affinity == {"nodeAffinity": {}}

    @pytest.mark.parametrize("value", ["10", '"{{inputs.parameters.limit}}"', '"50%"'])
    def test_numbers_or_strings(self, value: str) -> None:
        found = workflow(spec(f"templates: [{{retryStrategy: {{limit: {value}}}}}]"))
        assert found.spec.templates[0].retry_strategy and found.spec.templates[0].retry_strategy.limit == json.loads(
            value
        )

    def test_whole_floats_are_integers_in_yaml(self) -> None:
        assert workflow(spec("parallelism: 5.0")).spec.parallelism == 5

    def test_times_have_a_zone(self) -> None:
        text = "kind: Workflow\nstatus: {startedAt: '2026-01-31T12:00:00Z'}"
        assert workflow(text).status.started_at == datetime(2026, 1, 31, 12, tzinfo=UTC)
        assert b'"startedAt":"2026-01-31T12:00:00Z"' in encode_json(workflow(text))

    @pytest.mark.parametrize("kind", KINDS)
    def test_every_kind(self, kind: str) -> None:
        assert type(decode(*read_documents(f"kind: {kind}"))).__name__ == kind

    def test_the_kind_is_enough(self) -> None:
        assert workflow("kind: Workflow").api_version == "argoproj.io/v1alpha1"

    def test_other_kinds_are_plain_data(self) -> None:
        text = "apiVersion: v1\nkind: ConfigMap\ndata: {a: b}"
        assert workflow(text) == {"apiVersion": "v1", "kind": "ConfigMap", "data": {"a": "b"}}
        assert isinstance(workflow("apiVersion: argoproj.io/v1alpha1\nkind: Application"), dict)

    def test_a_document_that_does_not_say_what_it_is(self) -> None:
        assert workflow("spec: {entrypoint: a}", kind="Workflow").spec.entrypoint == "a"

    def test_less_strict(self) -> None:
        text = spec("Entrypoint: main\nnoSuchField: 1\narguments: {}\narguments: {}")
        document = read_documents(text, strict=False)[0]
        assert decode(document, strict=False).spec.entrypoint == "main"
        with pytest.raises(ManifestError, match="Entrypoint"):
            decode(document)

    def test_scalars_where_strings_belong(self) -> None:
        text = spec("templates: [{container: {args: [1, true, 1.50, x]}}]")
        container = workflow(text, convert=True).spec.templates[0].container
        assert container and container.args == ["1", "true", "1.5", "x"]
        with pytest.raises(ManifestError, match="expected a string, found the number 1"):
            workflow(text)

    def test_the_documents_data_is_not_changed(self) -> None:
        document = read_documents(HELLO)[0]
        decode(document)
        assert document.data == read_documents(HELLO)[0].data


class TestFiles:
    def test_documents_know_their_lines(self) -> None:
        text = "# first\nkind: Workflow\n---\n\n--- # third\nkind: CronWorkflow\n---\n# only a comment\n"
        documents = read_documents(text, "my.yaml")
        assert [(document.kind, document.index, document.line) for document in documents] == [
            ("Workflow", 0, 1),
            ("CronWorkflow", 1, 5),
        ]

    @pytest.mark.parametrize("end", ["\n", "\r\n"])
    def test_problems_in_later_documents_have_lines_of_the_file(self, end: str) -> None:
        text = "kind: Workflow\n---\nkind: Workflow\nspec:\n  entrypont: a\n".replace("\n", end)
        assert complaints(text) == [
            'my.yaml:5:3: spec.entrypont: unknown field "entrypont"; did you mean "entrypoint"?'
        ]

    def test_json(self) -> None:
        text = '{\n\t"kind": "Workflow",\n\t"spec": {"nope": 1}\n}'
        assert read_documents(text)[0].is_json
        assert complaints(text) == ['my.yaml:3:11: spec.nope: unknown field "nope"']

    @pytest.mark.parametrize("text", ["{kind: Workflow}", '{"kind": "Workflow"} # comment', '{"kind": Workflow}'])
    def test_yaml_that_begins_with_a_brace(self, text: str) -> None:
        assert read_documents(text)[0].kind == "Workflow"

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("", "my.yaml: the file is empty"),
            (" \n", "my.yaml: the file is empty"),
            ("# a comment\n---\n", "my.yaml: no document is in it"),
            ("hello", "my.yaml:1:1: expected a mapping, found a string"),
            ("kind: Workflow\n---\n- a\n", "my.yaml:2:1: expected a mapping, found a list"),
            ("[1]", "my.yaml:1:1: expected a mapping, found a list"),
            ('{"a": 1, "a": 2}', "my.yaml:1:10: the key 'a' comes twice in this mapping"),
            ("kind: Workflow\n---\na: [\n", "my.yaml:4:1: not valid YAML: while parsing a flow node"),
        ],
    )
    def test_what_is_no_manifest(self, text: str, message: str) -> None:
        with pytest.raises(ManifestError) as caught:
            read_documents(text, "my.yaml")
        assert str(caught.value).startswith(message)

    @pytest.mark.parametrize("depth", [250, 900, 5000])
    def test_nesting(self, depth: int) -> None:
        for text in (
            '{"kind":"Workflow","spec":{"affinity":' + '{"a":' * depth + "1" + "}" * depth + "}}",
            "[" * depth,
        ):
            with pytest.raises(ManifestError):
                workflow(text)

    def test_blank_lines_cost_nothing(self) -> None:
        assert len(read_documents("\n \n" * 20_000 + "kind: Workflow\n" + "\n" * 20_000)) == 1

    def test_numbers_of_many_digits(self) -> None:
        for text in (spec(f"entrypoint: {'9' * 5000}"), f'{{"kind":"Workflow","spec":{{"entrypoint":{"9" * 5000}}}}}'):
            assert workflow(text).spec.entrypoint == "9" * 5000  # too large for a number, so a string to YAML

    def test_half_of_a_surrogate_pair_in_json(self) -> None:
        assert workflow('{"kind":"Workflow","spec":{"entrypoint":"\\ud800"}}').spec.entrypoint == "\ufffd"
        assert workflow('{"kind":"Workflow","spec":{"entrypoint":"\\ud83c\\udf89"}}').spec.entrypoint == "🎉"


class TestProblems:
    @pytest.mark.parametrize(
        ("body", "message"),
        [
            (
                "templates:\n- name: main\n  contianer: {image: x}",
                'my.yaml:7:5: spec.templates[0].contianer: unknown field "contianer"; did you mean "container"?',
            ),
            (
                "templates:\n- container: {imagePullpolicy: Always}",
                "my.yaml:6:17: spec.templates[0].container.imagePullpolicy: unknown field "
                '"imagePullpolicy"; did you mean "imagePullPolicy"?',
            ),
            (
                "volumes: [{name: v, emptyDir: {sizelimit: 1Gi}}]",
                "my.yaml:5:34: spec.volumes[0].emptyDir.sizelimit: unknown field "
                '"sizelimit"; did you mean "sizeLimit"?',
            ),
            (
                "templates:\n- steps:\n  - - {name: a, doesNotExist: 1}",
                'my.yaml:7:19: spec.templates[0].steps[0][0].doesNotExist: unknown field "doesNotExist"',
            ),
            (
                "templates:\n- container:\n    command: sh",
                'my.yaml:7:7: spec.templates[0].container.command: expected a list of strings, found the string "sh"',
            ),
            (
                "templates:\n- steps:\n  - name: a",
                "my.yaml:7:7: spec.templates[0].steps[0]: expected a list of WorkflowStep mappings, found a mapping",
            ),
            ("entrypoint: 5", "my.yaml:5:3: spec.entrypoint: expected a string, found the number 5"),
            ('suspend: "true"', 'my.yaml:5:3: spec.suspend: expected true or false, found the string "true"'),
            ('parallelism: "5"', 'my.yaml:5:3: spec.parallelism: expected a whole number, found the string "5"'),
            ("parallelism: 2.5", "my.yaml:5:3: spec.parallelism: expected a whole number, found the number 2.5"),
            ("templates: {a: 1}", "my.yaml:5:3: spec.templates: expected a list of Template mappings, found a mapping"),
            ("podGC: Always", 'my.yaml:5:3: spec.podGC: expected a mapping (PodGC), found the string "Always"'),
            (
                "templates: [{plugin: {a: 1, b: 2}}]",
                "my.yaml:5:16: spec.templates[0].plugin: expected a mapping with exactly one key, found a mapping",
            ),
            (
                "podMetadata: {labels: {a.b/c: 1}}",
                'my.yaml:5:26: spec.podMetadata.labels["a.b/c"]: expected a string, found the number 1',
            ),
        ],
    )
    def test_where_what_and_what_instead(self, body: str, message: str) -> None:
        assert complaints(spec(body)) == [message]

    @pytest.mark.parametrize(
        ("body", "hint"),
        [
            ("entrypoint: n", "words such as y, n"),
            ("entrypoint: 5", "put it in quotes"),
            ("templates: [{container: {command: sh}}]", "write it as a list"),
            ("templates: [{steps: [{name: a}]}]", '"- - name: …"'),
            ('parallelism: "5"', "remove the quotes"),
            ('parallelism: "{{workflow.parameters.n}}"', "tag is not possible here"),
            ("templates: [{suspend: {until: 5}}]", "SuspendTemplate has: duration"),
        ],
    )
    def test_hints(self, body: str, hint: str) -> None:
        (problem,) = problems(read_documents(spec(body))[0])
        assert hint in problem.hint

    def test_all_at_once_in_the_order_of_the_text(self) -> None:
        text = spec("entrypoint: 1\nfoo: 1\ntemplates:\n- contianer: {}\n- container: {args: [1, 2]}")
        assert [problem.line for problem in problems(read_documents(text)[0])] == [5, 6, 8, 9, 9]

    def test_decoding_raises_the_first(self) -> None:
        with pytest.raises(ManifestError) as caught:
            workflow(spec("foo: 1\nentrypoint: 1"))
        assert (caught.value.path, caught.value.line, caught.value.column) == ("spec.foo", 5, 3)

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("metadata: {name: a}", 'my.yaml:1:1: there is no "kind"'),
            ("Kind: Workflow", 'my.yaml:1:1: Kind: there is no "kind", but a "Kind"'),
            ("kind: [Workflow]", 'my.yaml:1:1: kind: "kind" must be a string'),
            (
                "apiVersion: argoproj.io/v1alpha1\nkind: Workfow",
                'my.yaml:2:1: kind: unknown kind "Workfow"; did you mean "Workflow"?',
            ),
            ("kind: cronworkflow", 'my.yaml:1:1: kind: unknown kind "cronworkflow"; did you mean "CronWorkflow"?'),
        ],
    )
    def test_kinds(self, text: str, message: str) -> None:
        assert complaints(text) == [message]

    def test_a_time_that_is_none(self) -> None:
        for value in ("yesterday", "2026-13-01T00:00:00Z", "2026-01-01T00:00:00"):
            with pytest.raises(ManifestError) as caught:
                workflow(f"kind: Workflow\nmetadata:\n  creationTimestamp: {value}")
            assert (caught.value.line, caught.value.path) == (3, "metadata.creationTimestamp")

    def test_there_is_an_end_to_them(self) -> None:
        fields = "\n".join(f"field{number}: 1" for number in range(3000))
        assert len(complaints(spec(fields + f"\n{'x' * 1000}: 1"))) == 1000

    def test_no_problems(self) -> None:
        assert complaints(HELLO) == []


class TestFromElsewhere:
    def test_unknown_fields_are_left_out(self) -> None:
        assert decode_lenient(b'{"metadata":{"name":"a","new":1},"new":2}', Workflow).metadata.name == "a"

    def test_nulls_and_numbers(self) -> None:
        text = b'{"spec":{"templates":null,"arguments":{"parameters":[{"name":"a","value":5}]}}}'
        found = decode_lenient(text, Workflow)
        assert found.spec.templates == [] and found.spec.arguments.parameters[0].value == "5"
        assert decode_lenient(json.loads(text), Workflow) == found

    def test_nodes(self) -> None:
        node = decode_lenient(
            b'{"boundaryID":"b","podIP":"1.2.3.4","startedAt":null,"nodeFlag":{"hooked":true}}', NodeStatus
        )
        assert (node.boundary_id, node.pod_ip, node.started_at) == ("b", "1.2.3.4", None)
        assert node.node_flag and node.node_flag.hooked

    def test_templates(self) -> None:
        assert decode_template(b'{"name":"a","steps":[[{"name":"b"}]]}').steps[0][0].name == "b"
        assert decode_template('{"name":"a","container":{"env":null}}').container is not None

    @pytest.mark.parametrize("text", [b'{"name":5}', b"{", b"[]", b'{"container":{"args":[1]}}', b"{" * 3000])
    def test_what_does_not_fit(self, text: bytes) -> None:
        with pytest.raises(ManifestError):
            decode_template(text)


class TestEncoding:
    def test_yaml(self) -> None:
        assert encode_yaml(workflow("kind: Workflow\nspec: {entrypoint: a}\nmetadata: {name: 'n'}")) == (
            'apiVersion: argoproj.io/v1alpha1\nkind: Workflow\nmetadata:\n  name: "n"\n'
            "spec:\n  arguments: {}\n  entrypoint: a\nstatus: {}\n"
        )

    def test_texts_of_many_lines_are_blocks(self) -> None:
        text = encode_yaml({"source": "set -e\necho 1\n", "other": "x" * 200})
        assert text == f"other: {'x' * 200}\nsource: |\n  set -e\n  echo 1\n"

    def test_json_has_argos_names_and_no_zeros(self) -> None:
        node = NodeStatus(id="a", boundary_id="b", children=[], pod_ip="")
        assert encode_json(node) == b'{"boundaryID":"b","id":"a"}'
        assert to_builtins(node) == {"boundaryID": "b", "id": "a"}

    def test_round_trip(self) -> None:
        found = workflow(HELLO)
        assert workflow(encode_yaml(found)) == found
        assert decode_lenient(encode_json(found), Workflow) == found


def test_paths() -> None:
    assert path_text(("spec", "templates", 0, "a-b", "x.y", 1)) == 'spec.templates[0].a-b["x.y"][1]'
    assert error_path("Expected `int`, got `str` - at `$.spec.templates[7].name`") == ("spec", "templates", 7, "name")
    assert error_path("Expected `object`, got `array`") == ()
