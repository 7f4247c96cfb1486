"""Random and broken texts for the languages: whatever the input is, there is a result or one of our errors, in time.

    python tools/fuzz.py [--seconds 60] [--seed 1] [LANGUAGE...]

Texts are made of the words of a language, or of one that is right by cutting, doubling, swapping and nesting. What is
neither a result nor an error of ours, or takes more than ten seconds, is shown with its language, and ends the run.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from argosy.errors import InvalidRequest
from argosy.language import (
    conditions,
    cron,
    depends,
    durations,
    expressions,
    gjson,
    gojson,
    govaluate,
    items,
    jsonpath,
    jsonquery,
    node_selector,
    progress,
    selectors,
    tags,
)
from argosy.language.environment import environment_of
from argosy.language.expr import compile_expression
from argosy.language.expr.values import type_of
from argosy.language.jq import filter_json
from argosy.language.regexp import compile_regexp
from argosy.language.regexp.finder import compile_finder
from argosy.language.scopes import MapScope
from argosy.language.sprintf import sprintf
from argosy.language.times import parse_time
from argosy.language.times.strftime import strftime
from argosy.model.yaml import load

_SLOW = 10.0
_SCOPE = MapScope(
    {"i": 7, "f": 2.5, "s": "Hello é", "n": None, "l": [3, 1, 2], "m": {"a": 1, "b": {"c": "x"}}, "t": True}
    | {"inputs.parameters.x": "5", "workflow.name": "wf", "steps.a.outputs.result": '{"k": [1, null]}'}
)
_OBJECT = {"a": 1, "k": "List", "n": None, "l": [1, [2], "x"], "m": {"b": {"c": [True, 2.5]}}}
_JSON = '{"a":1,"k":"List","n":null,"l":[1,[2],"x"],"m":{"b":{"c":[true,2.5]}}}'


class _World:
    def nanoseconds(self) -> int:
        return 1_700_000_000 * 10**9

    def random_bytes(self, count: int) -> bytes:
        return bytes(count)


def _expr(text: str) -> None:
    program = compile_expression(text)
    type_of(program.evaluate(environment_of(_SCOPE, program.usage), _World()))


def _tags(text: str) -> None:
    evaluate = expressions.expression_evaluator(_SCOPE, _World())
    tags.tags_of(text)
    tags.replace(text, _SCOPE.lookup, evaluate_expression=evaluate, allow_unresolved=len(text) % 2 == 0)


def _cron(text: str) -> None:
    schedule, moment = cron.parse_schedule(text), parse_time("2006-01-02", "2024-03-09")
    for _ in range(3):
        moment = moment and schedule.next(moment)


def _regexp(text: str) -> None:
    compile_regexp(text).search("aab abc_1 é" * 20)
    list(compile_finder(text).find_all("aab abc_1 é" * 20))


def _texts(text: str) -> None:
    sprintf(text, 7)
    strftime(text, parse_time("2006", "2024"))
    for function in (durations.parse_duration, progress.parse_progress, gojson.decode, items.parse_items):
        with suppress(InvalidRequest):
            function(text)


_EXPR_WORDS = re.findall(
    r"\S+",
    """
    i f s n l m t a.b 1 2.5 1e3 0x1F 'x' "y" `z` b'q' nil true false + - * / % ** ^ == != < <= > >= && || ! and or not
    in .. ? : ?: ?? ?. . | , ; ( ) [ ] { } # .a #index let x = => matches contains startsWith map( filter( reduce(
    sum( len( sort( toJson( fromJSON( asInt( jsonpath( sprig.upper( sprig.repeat( sprig.dict( date( duration( now(
    if else {{ }} \\ é //c /*c*/ __class__ __import__ .__dict__ 99999999999999999999 groupBy( sprig.regexFind(
    """,
)
_WORDS = [*"ab. |[](){},;:?!=<>&-+*/%$@'\"\\`#~^_019é\n\t\0", "null", "true"]

Language = tuple[Callable[[str], Any], list[str], list[str]]
"""What reads a text, its words, and texts that are right."""
_LANGUAGES: dict[str, Language] = {
    "expr": (
        _expr,
        _EXPR_WORDS,
        [
            "map(l, # * 2) | sum()",
            "let x = m.b; x.c ?? 'd'",
            "sprig.regexReplaceAll('a(.)', s, '$1')",
            "{'a': [1, f]}",
            "t ? i ** 2 : l[0:-1]",
            "filter(1..9, {# % 2 == 0 and not (# in l)})",
            "toJson(fromJSON('[1]')) matches '^.'",
        ],
    ),
    "tags": (
        _tags,
        [*_EXPR_WORDS, "{{", "}}", "{{=", "{{inputs.parameters.x}}", '"', "{{item"],
        ['{"a": "{{workflow.name}}-{{=i + 1}}"}', "{{=toJson(l)}} {{steps.a.outputs.result}}"],
    ),
    "when": (
        lambda text: (govaluate.evaluate_when(text), govaluate.evaluate_cron_when(text)),
        [*_WORDS, "==", "!=", "&&", "||", "in", "=~", "!~", ">>", "**", "'2024-01-01'", "x-y"],
        ["a == b && (1 < 2 || 'x' =~ '^x')", "'a' in ('a', 'b')", "true ? 1 : 2"],
    ),
    "depends": (
        depends.parse_depends,
        [*_WORDS, "A", "B-1", ".Failed", "&&", "||"],
        ["A && !B.Failed || (C.AnySucceeded)"],
    ),
    "jq": (
        lambda text: filter_json(_JSON, text),
        [
            *_WORDS,
            "..",
            ".a",
            ".l[]",
            "map(",
            "select(",
            "reduce",
            "as",
            "$x",
            "def f:",
            "if",
            "then",
            "end",
            "|=",
            "path(",
            "try",
        ],
        [
            '.l | map(select(type == "number")) | add',
            "reduce .l[] as $x (0; . + 1)",
            ".m.b |= (.c = 3)",
            "[paths]",
            "@base64",
        ],
    ),
    "jsonpath": (
        lambda text: jsonpath.evaluate_jsonpath(text, _OBJECT),
        [*_WORDS, "{.", "[?(@.", "range", "end", "..", "[*]"],
        ["{.l[*]}", "{range .l[*]}{@}{end}", "{.m..c}", "{.l[?(@.a==1)].b}"],
    ),
    "jsonquery": (
        lambda text: jsonquery.query_json(_OBJECT, text),
        [*_WORDS, "$.", "[?(@.", "..", "[*]", "=~", "[0:2]"],
        ["$.l[0:2]", "$..c", "$.l[?(@.a == 1)]", "$['a','k']"],
    ),
    "paths": (lambda text: gjson.lookup(json.dumps(_OBJECT), text), [*_WORDS, "#(", "@keys"], ["m.b.c.0", "l.#(=1)"]),
    "selectors": (
        lambda text: (selectors.parse_selector(text), conditions.parse_conditions(text, text)),
        [*_WORDS, " in (", "notin", "==", "!=", "a.b/c"],
        ["a in (b, c), d != e", "status.x > 1, !k"],
    ),
    "fields": (node_selector.parse_field_selector, _WORDS, ["metadata.name=a,phase!=b"]),
    "cron": (
        _cron,
        ["*", "/", "-", ",", " ", "1", "59", "jan", "mon", "@every ", "1h", "TZ=", "?", "L"],
        ["*/5 1-3 * jan mon"],
    ),
    "regexp": (
        _regexp,
        [*_WORDS, "(?i)", "(?P<n>", "[[:alpha:]]", "\\pL", "{2,5}", "*?", "x{1000}"],
        ["(a+)+$", "(a|b)*c{2,3}"],
    ),
    "texts": (
        _texts,
        [*_WORDS, "%d", "%05x", "%Y", "1h", "30s"],
        ["%06.2f|%-5d", '[1, {"a": "b"}]', "1h30m", "%Y-%m-%d"],
    ),
    "yaml": (
        load,
        [*_WORDS, "a: ", "- ", "&x ", "*x", "<<: ", "!!int ", "---\n", "|\n "],
        ["a: [1, {b: c}]\nd: |\n  e\n", "- &x 1\n- *x\n"],
    ),
}


def _text(chance: random.Random, words: list[str], seeds: list[str]) -> str:
    kind = chance.random()
    if kind < 0.4:
        return chance.choice(["", " "]).join(chance.choices(words, k=chance.randint(1, 12)))
    if kind < 0.42:
        return chance.choice(words) * chance.choice([50, 500, 5000])
    text = chance.choice(seeds)
    for _ in range(chance.randint(1, 5)):
        start, end = sorted(chance.choices(range(len(text) + 1), k=2))
        part = chance.choice(
            ["", chance.choice(words), text[start:end] * 2, f"({text[start:end]})", text[start:end][::-1]]
        )
        text = (text[:start] + part + text[end:])[:20_000]
    return text


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("languages", nargs="*", default=list(_LANGUAGES))
    options = parser.parse_args()
    chance, counts = random.Random(options.seed), dict.fromkeys(options.languages, 0)
    end = time.monotonic() + options.seconds
    while time.monotonic() < end:
        for name in options.languages:
            function, words, seeds = _LANGUAGES[name]
            for _ in range(50):
                text = _text(chance, words, seeds)
                if not _is_clean(name, function, text):
                    return 1
            counts[name] += 50
    print(*(f"{name}: {count}" for name, count in counts.items()), f"all: {sum(counts.values())}", sep="\n")
    return 0


def _is_clean(name: str, function: Callable[[str], Any], text: str) -> bool:
    began = time.process_time()
    try:
        function(text)
    except InvalidRequest:
        pass
    except Exception:
        traceback.print_exc()
        print(f"{name}: {text!r}", file=sys.stderr)
        return False
    if time.process_time() - began > _SLOW:
        print(f"{name} took {time.process_time() - began:.1f} s: {text[:500]!r}", file=sys.stderr)
        return False
    return True


if __name__ == "__main__":
    sys.exit(main())
