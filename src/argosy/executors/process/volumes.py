"""Volumes of a pod: each is a folder of the home, and what of it is mounted where.

emptyDir                      a folder of the pod, removed with what else it had
volumeClaimTemplates          a folder of the workflow: all its pods have the same
persistentVolumeClaim         a folder of the home, made when it is first asked for
configMap, secret             a folder of the pod, with a file for each entry
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from argosy.executors.process.containers import main_of, mounts_of
from argosy.executors.process.environment import Lookup
from argosy.executors.process.home import Home, part
from argosy.executors.process.unrunnable import Unrunnable
from argosy.ports.pods import PodRequest

OBJECTS = (("configMap", "ConfigMap", "name"), ("secret", "Secret", "secretName"))
NOT_FOUND = 'MountVolume.SetUp failed for volume "{}" : {} "{}" not found'


class Mounted(NamedTuple):
    """A folder or file of the host that the program sees at `inside`."""

    host: str
    inside: str
    read_only: bool


def volume_mounts(request: PodRequest, home: Home) -> list[Mounted]:
    """What the pod has mounted, the outer before the inner. Raises Unrunnable for a volume that there is not."""
    found: list[Mounted] = []
    for mount in mounts_of(request.template):
        host = os.path.normpath(f"{_folder(mount.name, request, home)}/{mount.sub_path}")
        if ".." in Path(mount.sub_path).parts:
            raise Unrunnable("Error", f'must not contain "..": subPath {mount.sub_path}')
        found.append(Mounted(host, os.path.normpath(mount.mount_path), mount.read_only))
    places = [each.inside for each in found]
    if twice := next((place for place in places if places.count(place) > 1), None):
        raise Unrunnable("Error", f"containers that have different volumes at one path are not built yet: {twice}")
    return sorted(found, key=lambda each: each.inside)


def host_path(path: str, root: str, mounts: list[Mounted]) -> str:
    """Where on the host what the program has at this absolute path is: in a volume, else below the root of its view."""
    path = os.path.normpath(path)
    for mount in reversed(mounts):
        if path == mount.inside or path.startswith(f"{mount.inside.rstrip('/')}/"):
            return os.path.normpath(f"{mount.host}/{path.removeprefix(mount.inside)}")
    return os.path.normpath(f"{root}{path}")


def inside_folder(request: PodRequest, mounts: list[Mounted]) -> str:
    """The working folder where it is not the host's: in a volume, an input artifact, or not there. Else empty."""
    container = main_of(request.template)
    folder = container.working_dir if container else ""
    places = [*(mount.inside for mount in mounts), *(each.path for each in request.template.inputs.artifacts)]
    own = any(folder == place or folder.startswith(f"{place.rstrip('/')}/") for place in places)
    return folder if folder.startswith("/") and (own or not Path(folder).is_dir()) else ""


def fill_volumes(request: PodRequest, home: Home, lookup: Lookup) -> list[Mounted]:
    """Make the folders, and write what of ConfigMaps and Secrets is mounted. Raises Unrunnable."""
    for name in dict.fromkeys(mount.name for mount in mounts_of(request.template)):
        folder = _folder(name, request, home)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        volume = _declared(request).get(name, {})
        for field, kind, key in OBJECTS:
            if isinstance(source := volume.get(field), dict):
                _write(folder, source, _data(name, kind, source.get(key, ""), request, source, lookup))
    mounts = volume_mounts(request, home)
    for mount in mounts:
        if not Path(mount.host).exists():
            Path(mount.host).mkdir(parents=True)
    folder = inside_folder(request, mounts)
    if folder:
        root = home.folders(request.key.workflow_uid).view(request.pod_name)
        Path(host_path(folder, root, mounts)).mkdir(parents=True, exist_ok=True)
    return mounts


def _declared(request: PodRequest) -> dict[str, dict[str, Any]]:
    volumes = [*(request.spec.volumes if request.spec else ()), *request.template.volumes]
    return {volume.get("name", ""): volume for volume in volumes}


def _folder(name: str, request: PodRequest, home: Home) -> Path:
    folders = home.folders(request.key.workflow_uid)
    volume = _declared(request).get(name)
    if volume is not None:
        claim = volume.get("persistentVolumeClaim")
        if isinstance(claim, dict):
            return home.root / "volumes" / part(request.namespace) / part(str(claim.get("claimName", "")))
        return Path(folders.volumes(request.pod_name), part(name))
    templates = request.spec.volume_claim_templates if request.spec else []
    if name in [template.get("metadata", {}).get("name") for template in templates]:
        return Path(folders.private, "claims", part(name))
    raise Unrunnable("Error", f"volume '{name}' not found in workflow spec")


def _data(
    volume: str, kind: str, name: str, request: PodRequest, source: Mapping[str, Any], lookup: Lookup
) -> Mapping[str, str]:
    data = lookup(kind, request.namespace, name)
    if data is None and not source.get("optional"):
        raise Unrunnable("Error", NOT_FOUND.format(volume, kind.lower(), name))
    return data or {}


def _write(folder: Path, source: Mapping[str, Any], data: Mapping[str, str]) -> None:
    items = source.get("items") or [{"key": key, "path": key} for key in data]
    for item in items:
        key, path = item.get("key", ""), Path(item.get("path", ""))
        if key not in data:
            if source.get("optional"):
                continue
            raise Unrunnable("Error", f"references non-existent config key: {key}")
        if path.is_absolute() or ".." in path.parts:
            raise Unrunnable("Error", f"{path} can't be the path of a file in a volume")
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(data[key], encoding="utf-8", newline="")
