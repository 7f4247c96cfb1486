"""A call of kubectl (argosy.executors.objects.call) whose kinds are those that the cluster has."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from argosy.cluster.api import Api
from argosy.cluster.discovery import Resource
from argosy.cluster.requests import Object, Request
from argosy.errors import NotFound
from argosy.executors.objects import manifest
from argosy.executors.objects.call import OF_FILES, Call
from argosy.executors.objects.failures import MANIFEST, KubectlError
from argosy.executors.objects.resources import find
from argosy.executors.objects.world import CREATED_BY
from argosy.ports.pods import PodRequest
from argosy.ports.store import ObjectKey


class ClusterCall(Call):
    """What kubectl is called with. `learn` comes first: it asks the cluster for the kinds that are named.

    Without `owned` the workflow is no object of the cluster, so that nothing there can belong to it.
    """

    def __init__(self, request: PodRequest, *, owned: bool) -> None:
        super().__init__(request)
        if not owned:
            self.resource = replace(self.resource, set_owner_reference=False)
        self._kinds: dict[tuple[str, str], Resource] = {}
        self._words: dict[str, Resource] = {}

    async def learn(self, api: Api) -> None:
        """Find the kinds in the manifest and in the flags. Raises KubectlError where there is none such."""
        for data in self._documents():
            try:
                found = await api.discovery.find(data["apiVersion"], data["kind"])
            except NotFound as error:
                raise _no_match(data, error) from None
            self._kinds[data["apiVersion"], data["kind"]] = found
        words = self.options.words
        names = [word.partition("/")[0] for word in words] if "/" in "".join(words[:1]) else words[:1]
        for name in [each for word in names for each in word.split(",")]:
            self._words[name] = await _find(api, name)

    def _documents(self) -> list[Object]:
        only_patch = self.action == "patch" and manifest.is_patch_only(self.resource, self.text)
        if not self.text.strip() or only_patch:
            return []
        return manifest.objects_of(self.text, validate=self.options.validate and self.action in OF_FILES)

    def kinds_of_words(self) -> list[Resource]:
        """The kinds that the flags name, to look through."""
        return [self._words[name] for name in self.options.words[0].split(",")]

    def candidates(self, data: Object, place: int) -> Iterator[Object]:
        """The object to create under each name that it may have; what names are good for is the server's to say."""
        meta = data["metadata"]
        if not meta.get("name"):
            yield from super().candidates(data, place)
            return
        annotations = {**(meta.get("annotations") or {}), CREATED_BY: self.id}
        yield {**data, "metadata": {**meta, "annotations": annotations}}

    def _placed(self, data: Object) -> Object:
        placed = super()._placed(data)
        if not self._kinds[data["apiVersion"], data["kind"]].namespaced:
            placed["metadata"].pop("namespace", None)
        return placed

    def _key_for(self, kind: str, name: str = "") -> ObjectKey:
        found = self._words[kind]
        return ObjectKey(found.api_version, found.kind, self.namespace if found.namespaced else "", name)


def _no_match(data: Object, error: NotFound) -> KubectlError:
    meta = data["metadata"]
    return KubectlError(
        f'error: resource mapping not found for name: "{meta.get("name", "")}" namespace: '
        f'"{meta.get("namespace", "")}" from "{MANIFEST}": {error}\nensure CRDs are installed first'
    )


async def _find(api: Api, word: str) -> Resource:
    """What `cm`, `configmaps` or `jobs.batch` is on this cluster. Raises KubectlError."""
    try:
        known = find(word)
        return await api.discovery.find(known.api_version, known.kind)
    except (KubectlError, NotFound):
        pass
    name, _, group = word.lower().partition(".")
    for api_version in await _versions(api, group):
        for each in await api.discovery.all(api_version):
            if name in (each.plural, each.kind.lower(), *each.short_names):
                return each
    where = f' in group "{group}"' if group else ""
    raise KubectlError(f'error: the server doesn\'t have a resource type "{name}"{where}')


async def _versions(api: Api, wanted: str) -> list[str]:
    """The groups to look through, each in the version that the cluster prefers; or the one that is wanted."""
    try:
        groups = (await api.send(Request(method="GET", path="/apis", what="discovery"))).get("groups") or []
    except NotFound:
        groups = []
    if not wanted:
        return ["v1", *[each["preferredVersion"]["groupVersion"] for each in groups]]
    found: list[str] = []
    for each in groups:
        named = {f"{version['version']}.{each['name']}": version["groupVersion"] for version in each["versions"]}
        named[each["name"]] = each["preferredVersion"]["groupVersion"]
        found += [named[wanted]] if wanted in named else []
    return found
