"""A kubeconfig, or the service account of the pod that we run in, becomes an HTTP client of the cluster's API.

All of it is lightkube's: reading the configuration, certificates, tokens that rotate, exec plugins, proxies. Three
things are added:

- more connections are kept open than httpx does by default: one that is closed and opened again costs a TLS handshake;
- exec plugins of version v1 are run too, and are told what is asked of them (KUBERNETES_EXEC_INFO);
- a configuration that is not valid is an ExecutorError, with what to do about it.

What lightkube does not do and we neither: `auth-provider` (removed from Kubernetes in 1.26), exec plugins that answer
with a certificate, `tls-server-name` and `proxy-url` of a cluster, several files in KUBECONFIG.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from argosy.errors import ExecutorError

if TYPE_CHECKING:
    import httpx2
    from lightkube.config.kubeconfig import SingleConfig
    from lightkube.config.models import User

TIMEOUT_SECONDS = 30.0
CONNECT_SECONDS = 5.0
EXEC_V1 = "client.authentication.k8s.io/v1"
EXEC_V1BETA1 = "client.authentication.k8s.io/v1beta1"
NO_EXTRA = 'pip install "argosy[kubernetes]"'
NO_CONFIG = "give the path of a kubeconfig, or run where there is a service account"


class Connection(msgspec.Struct, frozen=True, kw_only=True):
    """Which cluster: a kubeconfig and a context in it. Empty: the pod's service account, or what kubectl would take.

    `connections` is how many are kept open; a watch or a log that is followed needs one of its own beside them.
    """

    kubeconfig: str = ""
    context: str = ""
    connections: int = 64


def connect(connection: Connection) -> tuple[httpx2.AsyncClient, str]:
    """The client, and the namespace that the configuration names. Raises ExecutorError where there is none."""
    try:
        import httpx2
        from lightkube.config.client_adapter import ConnectionParams
        from lightkube.core.exceptions import ConfigError
    except ImportError:
        raise ExecutorError("the client for Kubernetes is not installed", hint=NO_EXTRA) from None
    try:
        config = _with_exec_info(_read(connection))
        timeout = httpx2.Timeout(TIMEOUT_SECONDS, connect=CONNECT_SECONDS, pool=None)
        parameters = ConnectionParams(timeout=timeout).httpx_params(config)
    except (ConfigError, OSError, KeyError, ValueError, AssertionError, msgspec.ValidationError) as error:
        raise ExecutorError(f"no cluster can be reached: {_why(error)}", hint=NO_CONFIG) from None
    limits = httpx2.Limits(max_connections=None, max_keepalive_connections=connection.connections)
    return httpx2.AsyncClient(**parameters, limits=limits), config.namespace


def _why(error: Exception) -> str:
    return f"the kubeconfig has no {error}" if isinstance(error, KeyError) else str(error) or "no user is configured"


def _read(connection: Connection) -> SingleConfig:
    from lightkube.config.kubeconfig import KubeConfig
    from lightkube.core.exceptions import ConfigError

    path = connection.kubeconfig
    config = KubeConfig.from_file(str(Path(path).expanduser())) if path else KubeConfig.from_env()
    single = config.get(connection.context or None)
    if single is None:
        raise ConfigError("no context is chosen")
    if single.user is None:
        from lightkube.config.models import User

        return single._replace(user=User())
    return single


def _with_exec_info(config: SingleConfig) -> SingleConfig:
    user = config.user
    return config if user is None or user.exec is None else config._replace(user=_prepared(user))


def _prepared(user: User) -> User:
    """The user whose exec plugin is told its version and that nobody can be asked, and which lightkube will run."""
    from lightkube.config.models import NameValue

    assert user.exec is not None
    version = user.exec.apiVersion
    asked = {"apiVersion": version, "kind": "ExecCredential", "spec": {"interactive": False}}
    told = NameValue(name="KUBERNETES_EXEC_INFO", value=msgspec.json.encode(asked).decode())
    plugin = msgspec.structs.replace(
        user.exec,
        apiVersion=EXEC_V1BETA1 if version == EXEC_V1 else version,
        env=[*(user.exec.env or []), told],
    )
    return msgspec.structs.replace(user, exec=plugin)
