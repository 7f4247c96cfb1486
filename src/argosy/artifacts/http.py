"""http and artifactory: an address is read with GET and written with PUT, a folder as a tarball."""

from __future__ import annotations

import base64
import http.client
import shutil
import ssl
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

from argosy.artifacts import Places
from argosy.artifacts.packing import pack_tar
from argosy.artifacts.secrets import secret
from argosy.errors import ArtifactError, NotFound
from argosy.model.arguments import Artifact
from argosy.model.locations import ArtifactoryArtifact, BasicAuth, HTTPArtifact

TIMEOUT = 60.0
NOT_FOUND = (404, 410)


class HTTPDriver:
    """argosy.ports.artifacts.ArtifactDriver for addresses."""

    def __init__(self, places: Places) -> None:
        """Secrets are looked up when they are needed."""
        self.places = places

    def load(self, artifact: Artifact, path: str) -> None:
        """Read the address into a file."""
        with _ask(self._request(artifact, "GET")) as answer, Path(path).open("wb") as file:
            shutil.copyfileobj(answer, file)

    def save(self, path: str, artifact: Artifact) -> None:
        """Write the file; of a folder a tarball."""
        with tempfile.TemporaryFile() as packed:
            if Path(path).is_dir():
                pack_tar(Path(path), packed)
                self._put(packed, artifact)
            else:
                with Path(path).open("rb") as file:
                    self._put(file, artifact)

    def delete(self, artifact: Artifact) -> None:
        """Ask for its removal."""
        try:
            _ask(self._request(artifact, "DELETE")).close()
        except NotFound:
            return

    def _put(self, file: BinaryIO, artifact: Artifact) -> None:
        size = file.seek(0, 2)
        file.seek(0)
        request = self._request(artifact, "PUT", file)
        request.add_header("Content-Length", str(size))
        request.add_header("Content-Type", "application/octet-stream")
        _ask(request).close()

    def _request(self, artifact: Artifact, method: str, data: BinaryIO | None = None) -> urllib.request.Request:
        place = artifact.http or HTTPArtifact()
        if not place.url.startswith(("http://", "https://")):
            raise ArtifactError(f"{place.url!r} is not an address with http or https")
        body: Iterable[bytes] | None = data
        request = urllib.request.Request(place.url, data=body, method=method)  # noqa: S310 (checked above)
        for header in place.headers:
            request.add_header(header.name, header.value)
        if place.auth is not None and place.auth.basic_auth is not None:
            request.add_header("Authorization", self._basic(place.auth.basic_auth))
        return request

    def _basic(self, auth: BasicAuth | ArtifactoryArtifact) -> str:
        user = secret(self.places, auth.username_secret)
        password = secret(self.places, auth.password_secret)
        return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


class ArtifactoryDriver(HTTPDriver):
    """argosy.ports.artifacts.ArtifactDriver for JFrog Artifactory, which is spoken to as any address."""

    def _request(self, artifact: Artifact, method: str, data: BinaryIO | None = None) -> urllib.request.Request:
        place = artifact.artifactory or ArtifactoryArtifact()
        request = super()._request(Artifact(http=HTTPArtifact(url=place.url)), method, data)
        if place.username_secret is not None:
            request.add_header("Authorization", self._basic(place))
        return request


def _ask(request: urllib.request.Request) -> http.client.HTTPResponse:
    try:
        return urllib.request.urlopen(request, timeout=TIMEOUT)  # noqa: S310 (checked by the caller)
    except urllib.error.HTTPError as error:
        error.close()
        kind = NotFound if error.code in NOT_FOUND else ArtifactError
        raise kind(f"{request.get_method()} {request.full_url} failed with {error.code} {error.reason}") from None
    except (OSError, ssl.SSLError, http.client.HTTPException) as error:
        raise ArtifactError(f"{request.get_method()} {request.full_url} failed: {error}") from error
