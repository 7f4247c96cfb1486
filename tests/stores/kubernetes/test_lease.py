"""Who acts: the rules of the Lease on a clock of the test, and elections on an API server."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from argosy.stores.kubernetes.lease import Candidate, Election, Timing
from tests.executors.kubernetes.server import ApiServer
from tests.stores.kubernetes.stage import cluster_of

NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)
QUICK = Timing(duration_seconds=3, renew_seconds=0.8, retry_seconds=0.3)


class Table:
    """A Lease that candidates write to, and a clock. `see` shows it to one of them."""

    def __init__(self) -> None:
        self.now, self.lease, self.writes = 1000.0, None, 0

    def bid(self, candidate: Candidate, *, answered: bool = True) -> None:
        spec = candidate.bid(self.now, NOON)
        if answered:
            self.writes += 1
            spec["renewTime"] = f"{self.writes}"
            self.lease: dict[str, Any] | None = {"metadata": {"resourceVersion": str(self.writes)}, "spec": spec}
            candidate.won(self.lease, self.now)

    def see(self, candidate: Candidate) -> None:
        candidate.observe(self.lease, self.now)


class TestRules:
    def test_nobody_holds_it_so_one_takes_it_at_once(self) -> None:
        table, one = Table(), Candidate("one", Timing())
        assert one.due_at <= table.now
        assert not one.holds(table.now)
        table.bid(one)
        assert one.holds(table.now)
        assert table.lease
        assert table.lease["spec"]["holderIdentity"] == "one"
        assert table.lease["spec"]["leaseDurationSeconds"] == 15

    def test_the_holder_renews_every_five_seconds_and_acts_ten_seconds_after_the_last_success(self) -> None:
        table, one = Table(), Candidate("one", Timing())
        table.bid(one)
        assert one.due_at == 1005
        table.now = 1005
        table.bid(one, answered=False)
        assert one.due_at == 1006
        assert one.holds(1009.9)
        assert not one.holds(1010)
        table.now = 1006
        table.bid(one)
        assert (one.due_at, one.lost_at) == (1011, 1016)

    def test_another_takes_it_fifteen_seconds_after_it_last_changed(self) -> None:
        table, one, two = Table(), Candidate("one", Timing()), Candidate("two", Timing())
        table.bid(one)
        table.see(two)
        assert two.due_at == 1015
        table.now = 1005
        table.bid(one)
        table.see(two)
        assert two.due_at == 1020
        table.now = 1012
        table.see(two)  # nothing new
        assert two.due_at == 1020
        table.now = 1020
        assert not one.holds(table.now)
        table.bid(two)
        assert two.holds(table.now)
        assert table.lease
        assert table.lease["spec"]["leaseTransitions"] == 1

    def test_the_old_holder_has_stopped_before_another_one_may_begin(self) -> None:
        table, one, two = Table(), Candidate("one", Timing()), Candidate("two", Timing())
        table.bid(one)
        table.see(two)
        assert one.lost_at < two.due_at

    def test_who_sees_another_holder_acts_no_more(self) -> None:
        table, one = Table(), Candidate("one", Timing())
        table.bid(one)
        table.lease = {"metadata": {"resourceVersion": "9"}, "spec": {"holderIdentity": "two"}}
        table.see(one)
        assert not one.holds(table.now)
        assert one.due_at == 1015

    def test_one_that_is_given_up_is_taken_at_once(self) -> None:
        table, two = Table(), Candidate("two", Timing())
        table.lease = {"metadata": {"resourceVersion": "9"}, "spec": {"holderIdentity": "", "leaseDurationSeconds": 1}}
        table.see(two)
        assert two.due_at <= table.now

    def test_the_duration_is_the_holders_not_ones_own(self) -> None:
        table, two = Table(), Candidate("two", Timing())
        table.lease = {"metadata": {}, "spec": {"holderIdentity": "argo", "leaseDurationSeconds": 60}}
        table.see(two)
        assert two.due_at == 1060


class Voter:
    def __init__(self, server: ApiServer, folder: Path, name: str) -> None:
        self.cluster = cluster_of(server, folder)
        self.lost = threading.Event()
        self.election = Election(
            self.cluster, ("default", "workflow-controller"), name, lost=self.lost.set, timing=QUICK
        )
        self.election.start()

    def die(self) -> None:
        """As after kill -9: nobody hears of it."""
        self.election._held.clear()
        self.election.leave()


@pytest.fixture
def server() -> Iterator[ApiServer]:
    with ApiServer() as made:
        yield made


class TestElections:
    def test_one_of_two_holds_it_and_the_other_when_it_leaves(self, server: ApiServer, tmp_path: Path) -> None:
        one = Voter(server, tmp_path, "one")
        assert one.election.wait_held(5)
        two = Voter(server, tmp_path, "two")
        assert not two.election.wait_held(1)
        assert one.election.holds()
        assert not two.election.holds()
        one.election.leave()
        assert two.election.wait_held(1.5)
        assert not one.lost.is_set()
        two.election.leave()

    def test_the_other_takes_over_within_the_duration_when_the_holder_is_killed(
        self, server: ApiServer, tmp_path: Path
    ) -> None:
        one = Voter(server, tmp_path, "one")
        assert one.election.wait_held(5)
        two = Voter(server, tmp_path, "two")
        time.sleep(0.5)
        one.die()
        began = time.monotonic()
        assert two.election.wait_held(10)
        assert time.monotonic() - began < QUICK.duration_seconds + 0.5
        two.election.leave()

    def test_the_holder_stops_when_the_cluster_does_not_answer(self, server: ApiServer, tmp_path: Path) -> None:
        one = Voter(server, tmp_path, "one")
        assert one.election.wait_held(5)
        with server.away():
            assert one.lost.wait(5)
            assert not one.election.holds()
        assert one.election.wait_held(10)
        one.election.leave()

    def test_the_holder_stops_when_somebody_takes_it_away(self, server: ApiServer, tmp_path: Path) -> None:
        one = Voter(server, tmp_path, "one")
        assert one.election.wait_held(5)
        lease = server.get("Lease", "workflow-controller", "coordination.k8s.io/v1")
        server.update({**lease, "spec": {**lease["spec"], "holderIdentity": "argo", "renewTime": "now"}})
        assert one.lost.wait(5)
        assert not one.election.holds()
        one.election.leave()
