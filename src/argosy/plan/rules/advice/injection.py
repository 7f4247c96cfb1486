"""Values of parameters in the text of a program: what is in the value becomes part of the program."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from argosy.language.tags import compile_text
from argosy.plan.rules.advice.parts import SHELLS, Part, main_containers, name_tags, note, own_visits, program_of
from argosy.plan.rules.problems import Path, Problem
from argosy.plan.rules.walk import Visit, Walk

FROM_OUTSIDE = re.compile(
    r"inputs\.parameters(\..+)?|workflow\.parameters(\..+)?|item(\..+)?|(steps|tasks)\..+\.outputs\.(result|parameters.*)"
)
"""The variables whose values anybody may choose."""
READERS = {
    "python": 'os.environ["{}"]',
    "python2": 'os.environ["{}"]',
    "python3": 'os.environ["{}"]',
    "node": "process.env.{}",
    "ruby": 'ENV["{}"]',
    "perl": "$ENV{{{}}}",
    "php": 'getenv("{}")',
}
"""How the programs of each language read a variable of their environment."""
DATABASES = frozenset({"psql", "mysql", "mariadb", "sqlite3", "sqlcmd", "clickhouse-client", "cqlsh", "duckdb"})
CODE_FLAG = re.compile(r"-[a-z]*[ce]|--command|--execute|--query|--eval")
SHOWN = 3


def check(walk: Walk) -> Iterator[Problem]:
    """Scripts, and commands such as `sh -c`. A text that is nothing but a tag is meant to be a program."""
    for visit in own_visits(walk):
        for part in main_containers(visit):
            program = program_of(part.container)
            for keys, text in _programs(part, program):
                tags = [tag for tag in name_tags(text) if FROM_OUTSIDE.fullmatch(tag) and not _is_limited(visit, tag)]
                if tags and not _is_a_tag(text):
                    yield _problem(part, keys, program, tags)


def _programs(part: Part, program: str) -> Iterator[tuple[Path, str]]:
    """The texts that are programs, and where they stand."""
    container = part.container
    source = getattr(container, "source", "")
    if source:
        yield ("source",), source
    if program not in SHELLS | DATABASES and program not in READERS:
        return
    words = [("command", index, word) for index, word in enumerate(container.command)]
    words += [("args", index, word) for index, word in enumerate(container.args)]
    for (_, _, flag), (field, index, word) in pairwise(words):
        if CODE_FLAG.fullmatch(flag):
            yield (field, index), word


def _is_a_tag(text: str) -> bool:
    """Whether the text is one tag and nothing else."""
    compiled = compile_text(text)
    return len(compiled.tags) == 1 and not any(map(str.strip, compiled.literals))


def _is_limited(visit: Visit, tag: str) -> bool:
    """Whether the input says which values it may have."""
    name = tag.removeprefix("inputs.parameters.")
    return any(each.name == name and each.enum for each in visit.template.inputs.parameters)


def _problem(part: Part, keys: Path, program: str, tags: list[str]) -> Problem:
    shown = ", ".join(f"{{{{{tag}}}}}" for tag in tags[:SHOWN])
    more = f" and {len(tags) - SHOWN} more" if len(tags) > SHOWN else ""
    what = "SQL" if program in DATABASES else f"the text of {program or 'a program'}"
    message = f"{part.label}: {shown}{more} in {what}: a value with quotes in it, or with commands, becomes part of it"
    return note(part.visit, (*part.keys, *keys), message, _hint(program, tags[0]))


def _hint(program: str, tag: str) -> str:
    name = re.sub(r"\W+", "_", tag.rpartition(".")[2] or tag).upper()
    if program in DATABASES:
        return f"pass it as a variable of the query, not as its text: psql -v {name.lower()}=... and :'{name.lower()}'"
    reader = READERS.get(program, '"${}"').format(name)
    return f'pass it by env: {{name: {name}, value: "{{{{{tag}}}}}"}}, and write {reader}'
