"""The supervisor's journal: what was begun and how it ended, whatever was killed when."""

from __future__ import annotations

from pathlib import Path

import pytest

from argosy.executors.process.supervisor import journal as journals
from argosy.executors.process.supervisor.journal import Journal
from argosy.executors.process.supervisor.wire import line, quoted


def ended(key: str, code: int = 0) -> bytes:
    return line("ended", key, code, "", "", 1.0, 2.0, None, False)


def run(journal: Journal, key: str) -> None:
    journal.starting(quoted(key))
    journal.started(quoted(key), 42)
    journal.end(key, ended(key))
    journal.flush()


def test_what_was_written_is_read(tmp_path: Path) -> None:
    path = str(tmp_path / "journal")
    first = Journal(path)
    run(first, "u/ended")
    first.starting(quoted("u/starting"))
    first.starting(quoted("u/started"))
    first.started(quoted("u/started"), 4711)
    first.flush()
    for _ in range(2):  # the second time it has been written anew
        second = Journal(path)
        assert second.ended == {"u/ended": ended("u/ended")}
        assert {key: each.pid for key, each in second.begun.items()} == {"u/starting": 0, "u/started": 4711}
        assert all(each.since <= each.until for each in second.begun.values())


def test_intent_is_on_disk_before_anything_is_spawned(tmp_path: Path) -> None:
    journal = Journal(str(tmp_path / "journal"))
    journal.starting(quoted("u/a"))
    assert b'["starting","u/a",' in (tmp_path / "journal").read_bytes()


@pytest.mark.parametrize("torn", [b'["ended","u/b",', b"[", b'"', b"\xff\xfe", b"null\n", b"\n\n", b"[]\n"])
def test_torn_lines_are_passed_over(tmp_path: Path, torn: bytes) -> None:
    path = tmp_path / "journal"
    run(Journal(str(path)), "u/a")
    with path.open("ab") as file:
        file.write(torn)
    journal = Journal(str(path))
    assert list(journal.ended) == ["u/a"]
    run(journal, "u/c")
    assert list(Journal(str(path)).ended) == ["u/a", "u/c"]


def test_all_forgotten_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    journal = Journal(str(path))
    empty = path.stat().st_size
    for each in range(100):
        run(journal, f"u/{each}")
    journal.forget([f"u/{each}" for each in range(100)], {})
    journal.flush()
    assert path.stat().st_size == empty
    run(journal, "u/again")
    assert list(Journal(str(path)).ended) == ["u/again"]


def test_what_runs_is_not_forgotten_with_the_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journals, "COMPACT_BYTES", 1000)
    path = tmp_path / "journal"
    journal = Journal(str(path))
    journal.starting(quoted("u/runs"))
    journal.started(quoted("u/runs"), 7)
    for each in range(100):
        run(journal, f"u/{each}")
    size = path.stat().st_size
    journal.forget([f"u/{each}" for each in range(99)], {"u/runs"})
    assert path.stat().st_size < size // 10
    run(journal, "u/later")
    again = Journal(str(path))
    assert list(again.ended) == ["u/99", "u/later"]
    assert {key: each.pid for key, each in again.begun.items()} == {"u/runs": 7}


def test_full_disk_loses_nothing_that_is_pending(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "journal"
    journal = Journal(str(path))
    journal.end("u/a", ended("u/a"))
    room = [10, 0]

    def write(file: int, data: bytes) -> int:
        if room and not room[0]:
            raise OSError(28, "No space left on device")
        return real(file, data[: room.pop(0)] if room else data)

    real = journals.os.write
    monkeypatch.setattr(journals.os, "write", write)
    with pytest.raises(OSError, match="No space"):
        journal.flush()
    room.clear()
    journal.flush()
    assert Journal(str(path)).ended == {"u/a": ended("u/a")}
