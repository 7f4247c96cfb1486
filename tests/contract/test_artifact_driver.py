"""What every artifact driver does, and what the keeper does with them."""

from __future__ import annotations

import shutil
import subprocess
import tarfile
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from argosy.artifacts import DRIVERS, Places
from argosy.artifacts.keeper import Keeper
from argosy.errors import ArtifactError, NotFound
from argosy.model.arguments import Artifact
from argosy.model.locations import (
    ArchiveStrategy,
    ArtifactoryArtifact,
    BasicAuth,
    GitArtifact,
    HTTPArtifact,
    HTTPAuth,
    NoneStrategy,
    RawArtifact,
    S3Artifact,
    TarStrategy,
    ZipStrategy,
)
from argosy.model.meta import SecretKeySelector

READ_ONLY = ("raw", "git")
SECRETS = {"login": {"user": "me", "password": "word"}}
NONE = ArchiveStrategy(none=NoneStrategy())


class Web(HTTPServer):
    """A place that keeps what is put."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.seen: list[str] = []
        super().__init__(("127.0.0.1", 0), Page)
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Page(BaseHTTPRequestHandler):
    server: Web

    def do_GET(self) -> None:
        found = self.server.files.get(self.path)
        self.server.seen.append(self.headers.get("Authorization", ""))
        self.send_response(404 if found is None else 200)
        self.send_header("Content-Length", str(len(found or b"")))
        self.end_headers()
        self.wfile.write(found or b"")

    def do_PUT(self) -> None:
        self.server.files[self.path] = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(201)
        self.end_headers()

    def do_DELETE(self) -> None:
        self.send_response(204 if self.server.files.pop(self.path, None) is not None else 404)
        self.end_headers()

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def web() -> Iterator[Web]:
    server = Web()
    yield server
    server.shutdown()
    server.server_close()


def git(folder: Path, *arguments: str) -> None:
    config = ("-c", "user.name=a", "-c", "user.email=a@b", "-c", "init.defaultBranch=main")
    subprocess.run(["git", *config, *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def place(tmp_path: Path, web: Web) -> Callable[[str, bool], Artifact]:
    """An artifact at a place of this kind: one at which something is, or one at which nothing is."""

    def make(name: str, there: bool) -> Artifact:
        if name == "git":
            origin = tmp_path / "origin"
            if there:
                origin.mkdir()
                git(origin, "init", "-q")
                (origin / "hello").write_text("hello")
                git(origin, "add", ".")
                git(origin, "commit", "-qm", "one")
            return Artifact(name="x", git=GitArtifact(repo=str(origin)))
        if there:
            web.files["/x"] = b"hello"
            (tmp_path / "kept").mkdir()
            (tmp_path / "kept" / "x").write_text("hello")
        return {
            "artifactory": Artifact(name="x", artifactory=ArtifactoryArtifact(url=f"{web.url}/x")),
            "http": Artifact(name="x", http=HTTPArtifact(url=f"{web.url}/x")),
            "raw": Artifact(name="x", raw=RawArtifact(data="hello")),
            "repository": Artifact(name="x", s3=S3Artifact(key="x")),
        }[name]

    return make


@pytest.fixture
def places(tmp_path: Path) -> Places:
    return Places(repository=tmp_path / "kept", secrets=lambda _, name: SECRETS.get(name))


@pytest.mark.parametrize("name", DRIVERS)
def test_what_is_there_is_loaded(name: str, place: Callable, places: Places, tmp_path: Path) -> None:
    if name == "git" and not shutil.which("git"):
        pytest.skip("no git here")
    DRIVERS[name](places).load(place(name, True), str(tmp_path / "got"))
    got = tmp_path / "got"
    assert (got / "hello" if got.is_dir() else got).read_text() == "hello"


@pytest.mark.parametrize("name", [name for name in DRIVERS if name not in READ_ONLY])
def test_what_is_not_there_is_not_found(name: str, place: Callable, places: Places, tmp_path: Path) -> None:
    driver, artifact = DRIVERS[name](places), place(name, False)
    with pytest.raises(NotFound):
        driver.load(artifact, str(tmp_path / "got"))
    driver.delete(artifact)


@pytest.mark.parametrize("name", [name for name in DRIVERS if name not in READ_ONLY])
def test_what_is_saved_is_loaded_until_it_is_deleted(
    name: str, place: Callable, places: Places, tmp_path: Path
) -> None:
    driver, artifact = DRIVERS[name](places), place(name, True)
    (tmp_path / "new").write_text("new")
    driver.save(str(tmp_path / "new"), artifact)
    driver.load(artifact, str(tmp_path / "got"))
    assert (tmp_path / "got").read_text() == "new"
    driver.delete(artifact)
    with pytest.raises(NotFound):
        driver.load(artifact, str(tmp_path / "again"))


@pytest.mark.parametrize("name", READ_ONLY)
def test_what_can_only_be_read(name: str, place: Callable, places: Places, tmp_path: Path) -> None:
    (tmp_path / "new").write_text("new")
    with pytest.raises(ArtifactError):
        DRIVERS[name](places).save(str(tmp_path / "new"), place(name, False))


def test_whoever_has_to_say_who_he_is_does(web: Web, places: Places, tmp_path: Path) -> None:
    web.files["/x"] = b""
    user, password = (SecretKeySelector(name="login", key=key) for key in ("user", "password"))
    auth = HTTPAuth(basic_auth=BasicAuth(username_secret=user, password_secret=password))
    driver = DRIVERS["http"](places)
    driver.load(Artifact(http=HTTPArtifact(url=f"{web.url}/x", auth=auth)), str(tmp_path / "got"))
    assert web.seen == ["Basic bWU6d29yZA=="]
    auth = HTTPAuth(basic_auth=BasicAuth(username_secret=SecretKeySelector(name="none", key="user")))
    with pytest.raises(ArtifactError, match='secret "none" not found'):
        driver.load(Artifact(http=HTTPArtifact(url=f"{web.url}/x", auth=auth)), str(tmp_path / "got"))


@pytest.mark.parametrize("key", ["../x", "a/../../x", "", "/"])
def test_no_key_leads_out_of_the_repository(key: str, places: Places, tmp_path: Path) -> None:
    (tmp_path / "new").write_text("new")
    with pytest.raises(ArtifactError):
        DRIVERS["repository"](places).save(str(tmp_path / "new"), Artifact(s3=S3Artifact(key=key)))
    with pytest.raises(ArtifactError):
        Keeper(places.repository, places.secrets).load(Artifact(s3=S3Artifact(key=key)), str(tmp_path / "y"), "default")


@pytest.fixture
def keeper(tmp_path: Path) -> Keeper:
    return Keeper(tmp_path / "kept", lambda _, name: SECRETS.get(name))


@pytest.mark.parametrize(
    ("archive", "file"),
    [
        (None, "a.tgz"),
        (ArchiveStrategy(tar=TarStrategy(compression_level=0)), "a.tgz"),
        (ArchiveStrategy(zip=ZipStrategy()), "a.zip"),
        (NONE, "x"),
    ],
    ids=["default", "tar", "zip", "none"],
)
def test_a_folder_and_a_file_come_back_as_they_went(
    archive: ArchiveStrategy | None, file: str, keeper: Keeper, tmp_path: Path
) -> None:
    tree = tmp_path / "x"
    (tree / "below").mkdir(parents=True)
    (tree / "below" / "run").write_text("#!/bin/sh")
    (tree / "below" / "run").chmod(0o755)
    (tree / "empty").mkdir()
    artifact = Artifact(name="a", path="/tmp/x", archive=archive)
    kept = keeper.save(str(tree), artifact, "wf/pod", "default")
    assert kept.s3 is not None and kept.s3.key == f"wf/pod/{file}"
    keeper.load(kept, str(tmp_path / "back"), "default")
    assert (tmp_path / "back" / "below" / "run").stat().st_mode & 0o777 == 0o755
    assert (tmp_path / "back" / "empty").is_dir()
    kept = keeper.save(str(tree / "below" / "run"), artifact, "wf/pod", "default")
    keeper.load(kept, str(tmp_path / "file"), "default")
    assert (tmp_path / "file").read_text() == "#!/bin/sh"


def test_mode_is_set_all_the_way_down(keeper: Keeper, tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "y").write_text("")
    kept = keeper.save(
        str(tmp_path / "x"), Artifact(name="a", path="/x", mode=0o700, recurse_mode=True), "p", "default"
    )
    keeper.load(kept, str(tmp_path / "back"), "default")
    assert (tmp_path / "back" / "y").stat().st_mode & 0o777 == 0o700


def test_a_package_that_leads_out_of_its_folder_is_refused(keeper: Keeper, tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    (tmp_path / "evil").write_text("")
    with tarfile.open(tmp_path / "kept" / "k", "w:gz") as tar:
        tar.add(tmp_path / "evil", arcname="../evil-too")
        tar.add(tmp_path / "evil", arcname="good")
    with pytest.raises(ArtifactError):
        keeper.load(Artifact(name="a", s3=S3Artifact(key="k")), str(tmp_path / "x"), "default")
    assert not (tmp_path / "evil-too").exists()


def test_what_is_no_package_is_taken_as_it_is_unless_it_has_to_be_one(keeper: Keeper, tmp_path: Path) -> None:
    raw = Artifact(name="a", raw=RawArtifact(data="text"))
    keeper.load(raw, str(tmp_path / "x"), "default")
    assert (tmp_path / "x").read_text() == "text"
    for archive in (ArchiveStrategy(tar=TarStrategy()), ArchiveStrategy(zip=ZipStrategy())):
        with pytest.raises(ArtifactError, match="can't be unpacked"):
            keeper.load(
                Artifact(name="a", raw=RawArtifact(data="text"), archive=archive), str(tmp_path / "y"), "default"
            )
