"""Parameters whose value stands in a ConfigMap (GetConfigMapValue in Argo's workflow/common)."""

from __future__ import annotations

import msgspec

from argosy.errors import InvalidRequest, NotFound
from argosy.language.scopes import Scope, World
from argosy.model.arguments import Parameter, ValueFrom
from argosy.model.kubernetes import ConfigMapKeySelector
from argosy.plan.substitution import decode, substitute
from argosy.ports.configmaps import PARAMETER, TYPE_LABEL, ReadConfigMap

ENCODER = msgspec.json.Encoder()
DECODER = msgspec.json.Decoder(ConfigMapKeySelector)


class ConfigValues:
    """What the ConfigMaps of one namespace say."""

    def __init__(self, namespace: str, read: ReadConfigMap) -> None:
        self._namespace, self._read = namespace, read

    def value(self, source: ValueFrom | None, scope: Scope, world: World | None) -> str | None:
        """The value, the source's default where there is none; None where it names no ConfigMap.

        The names of the ConfigMap and of its key may have tags. Raises NotFound, and InvalidRequest for a ConfigMap
        without the label that says that parameters may be read from it.
        """
        if source is None or source.config_map_key_ref is None:
            return None
        text = ENCODER.encode(source.config_map_key_ref).decode()
        selector = decode(DECODER, substitute(text, scope, world)) if "{{" in text else source.config_map_key_ref
        try:
            return self._find(selector.name, selector.key)
        except NotFound:
            if source.default is None:
                raise
            return source.default

    def fill(self, parameters: list[Parameter], scope: Scope) -> list[Parameter]:
        """The parameters of a workflow with the values that ConfigMaps give those which have none."""
        return [self._filled(each, scope) for each in parameters]

    def _filled(self, parameter: Parameter, scope: Scope) -> Parameter:
        value = self.value(parameter.value_from, scope, None) if parameter.value is None else None
        return parameter if value is None else msgspec.structs.replace(parameter, value=value)

    def _find(self, name: str, key: str) -> str:
        found, label = self._read(self._namespace, name), f"{TYPE_LABEL}: {PARAMETER}"
        if found is None:
            raise NotFound(f"ConfigMap '{name}' does not exist", hint=f"argosy apply one, with the label {label}")
        if found.labels.get(TYPE_LABEL) != PARAMETER:
            raise InvalidRequest(f"ConfigMap '{name}' needs to have the label {label} to load parameters")
        if key not in found.data:
            raise NotFound(f"ConfigMap '{name}' does not have the key '{key}'")
        return found.data[key]
