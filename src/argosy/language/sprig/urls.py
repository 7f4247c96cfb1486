"""sprig's `urlParse` and `urlJoin`, by the rules of Go's net/url."""

from __future__ import annotations

import ipaddress
import re
from typing import Any, NamedTuple, NoReturn

from argosy.language.expr.errors import Panic, fail
from argosy.language.expr.values import kind_name
from argosy.language.gotext import quote, utf8

_SCHEME = re.compile(r"([a-zA-Z][a-zA-Z0-9+\-.]*):")
_PORT = re.compile(r"(?::[0-9]*)?")
_USER = re.compile(r"[A-Za-z0-9\-._:~!$&'()*+,;=%@]*")
_ESCAPE = re.compile("%([0-9a-fA-F]{2})")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~")
_KEPT = {
    # what is not escaped, apart from letters, digits and -_.~
    "path": frozenset("$&+,/:;=@"),
    "user": frozenset("$&+,;="),
    "host": frozenset("!$&'()*+,;=:[]<>\""),
    "zone": frozenset("!$&'()*+,;=:[]<>\""),
    "fragment": frozenset("$&+,/:;=?@!()*"),
}
_VALID = frozenset("!$&'()*+,;=:@[]%")


class _BadUrl(Exception):
    """What is wrong with an address."""


class _Url(NamedTuple):
    """The parts; `user` is None where there is none, and paths and fragments come with how they were written."""

    scheme: str = ""
    opaque: str = ""
    user: str | None = None
    host: str = ""
    path: str = ""
    written_path: str = ""
    query: str = ""
    asks: bool = False
    fragment: str = ""
    written_fragment: str = ""


def url_parse(text: str) -> dict[str, Any]:
    """The parts of an address as a map. Raises Panic, `unable to parse url: ...`."""
    try:
        url = _parse(text)
    except _BadUrl as error:
        raise Panic(f"unable to parse url: {error}") from None
    return {
        "scheme": url.scheme,
        "host": url.host,
        "hostname": _hostname(url.host),
        "path": url.path,
        "query": url.query,
        "opaque": url.opaque,
        "fragment": url.fragment,
        "userinfo": url.user or "",
    }


def url_join(parts: dict[str, Any]) -> str:
    """An address made of a map of its parts. Raises Panic."""
    scheme, host, path, query, opaque, fragment, userinfo = (
        _part(parts, name) for name in ("scheme", "host", "path", "query", "opaque", "fragment", "userinfo")
    )
    user: str | None = None
    if userinfo:
        try:
            user = _parse(f"proto://{userinfo}@host").user
        except _BadUrl as error:
            raise Panic(f"unable to parse userinfo in dict: {error}") from None
    return _write(_Url(scheme, opaque, user, host, path, "", query, False, fragment, ""))


def _part(parts: dict[str, Any], name: str) -> str:
    value = parts.get(name, "")
    if not isinstance(value, str):
        if value is None:
            fail("runtime error: invalid memory address or nil pointer dereference")
        fail(f"unable to parse {name} key, must be of type string, but {kind_name(value)} found")
    return value


def _write(url: _Url) -> str:
    """URL.String."""
    text = f"{url.scheme}:" if url.scheme else ""
    if url.opaque:
        text += url.opaque
    else:
        if (url.scheme or url.host or url.user is not None) and (url.host or url.path or url.user is not None):
            text += "//" + (f"{url.user}@" if url.user is not None else "") + _escape(url.host, "host")
        path = "*" if url.path == "*" else _escape(url.path, "path")
        if path and path[0] != "/" and url.host:
            text += "/"
        if not text and ":" in path.partition("/")[0]:
            text = "./"
        text += path
    text += f"?{url.query}" if url.query else ""
    return text + (f"#{_escape(url.fragment, 'fragment')}" if url.fragment else "")


def _parse(text: str) -> _Url:
    """url.Parse."""
    before, _, fragment = text.partition("#")
    try:
        url = _parse_reference(before)
    except _BadUrl as error:
        raise _BadUrl(f"parse {quote(before)}: {error}") from None
    try:
        return url._replace(fragment=_unescape(fragment, "fragment"), written_fragment=fragment)
    except _BadUrl as error:
        raise _BadUrl(f"parse {quote(text)}: {error}") from None


def _parse_reference(text: str) -> _Url:
    if any(character < " " or character == "\x7f" for character in text):
        raise _BadUrl("net/url: invalid control character in URL")
    if text == "*":
        return _Url(path="*")
    if text.startswith(":"):
        raise _BadUrl("missing protocol scheme")
    match = _SCHEME.match(text)
    scheme = match[1].lower() if match else ""
    rest = text[match.end() :] if match else text
    asks = rest.endswith("?") and rest.count("?") == 1
    rest, _, query = rest.partition("?")
    user, host = None, ""
    if not rest.startswith("/"):
        if scheme:
            return _Url(scheme, opaque=rest, query=query, asks=asks)
        if ":" in rest.partition("/")[0]:
            raise _BadUrl("first path segment in URL cannot contain colon")
    if rest.startswith("//") and (scheme or not rest.startswith("///")):
        authority, slash, path = rest[2:].partition("/")
        rest = slash + path
        user, host = _parse_authority(scheme, authority)
    return _Url(scheme, "", user, host, _unescape(rest, "path"), rest, query, asks)


def _parse_authority(scheme: str, authority: str) -> tuple[str | None, str]:
    """The user as it is written, and the host."""
    userinfo, at, host = authority.rpartition("@")
    parsed = _parse_host(scheme, host)
    if not at:
        return None, parsed
    if not _USER.fullmatch(userinfo):
        raise _BadUrl("net/url: invalid userinfo")
    name, colon, password = userinfo.partition(":")
    user = _escape(_unescape(name, "user"), "user")
    return user + (f":{_escape(_unescape(password, 'user'), 'user')}" if colon else ""), parsed


def _parse_host(scheme: str, host: str) -> str:
    opened = host.rfind("[")
    if opened > 0:
        raise _BadUrl("invalid IP-literal")
    if opened == 0:
        return _parse_literal(host)
    colon = host.find(":")
    if colon >= 0:
        if scheme not in ("http", "https"):
            colon = host.rfind(":")
        _check_port(host[colon:])
    return _unescape(host, "host")


def _parse_literal(host: str) -> str:
    """An IPv6 address in brackets, perhaps with a port."""
    closed = host.rfind("]")
    if closed < 0:
        raise _BadUrl("missing ']' in host")
    _check_port(host[closed + 1 :])
    inside = host[1:closed]
    zone = inside.find("%25")
    name = _unescape(inside if zone < 0 else inside[:zone], "host") + (
        _unescape(inside[zone:], "zone") if zone >= 0 else ""
    )
    address, percent, scope = name.partition("%")
    if percent and not scope and ":" in address:
        raise _BadUrl(f"invalid host: ParseAddr({quote(name)}): zone must be a non-empty string")
    try:
        ipaddress.IPv6Address(address)
    except ValueError:
        try:
            ipaddress.IPv4Address(address)
        except ValueError:
            raise _BadUrl(f"invalid host: ParseAddr({quote(name)}): unable to parse IP") from None
        raise _BadUrl("invalid IP-literal") from None
    return f"[{name}]{host[closed + 1 :]}"


def _check_port(port: str) -> None:
    if not _PORT.fullmatch(port):
        raise _BadUrl(f"invalid port {quote(port)} after host")


def _hostname(host: str) -> str:
    """Without port and brackets."""
    colon = host.rfind(":")
    if colon >= 0 and _PORT.fullmatch(host[colon:]):
        host = host[:colon]
    return host[1:-1] if host.startswith("[") and host.endswith("]") else host


def _is_kept(character: str, mode: str) -> bool:
    return character in _UNRESERVED or character in _KEPT[mode]


def _escape(text: str, mode: str) -> str:
    return "".join(chr(byte) if byte < 128 and _is_kept(chr(byte), mode) else f"%{byte:02X}" for byte in utf8(text))


def _unescape(text: str, mode: str) -> str:
    """The text with `%41` and its like decoded. Raises _BadUrl, `invalid URL escape "%zz"`."""
    data = utf8(text).decode("latin-1")
    position = 0
    while position < len(data):
        if data[position] == "%":
            match = _ESCAPE.match(data, position)
            if match is None:
                _bad_escape(data[position : position + 3])
            value = int(match[1], 16)
            if mode == "host" and value < 0x80 and match.group() != "%25":
                _bad_escape(match.group())
            if mode == "zone" and match.group() != "%25" and value != 0x20 and not _is_kept(chr(value), "host"):
                _bad_escape(match.group())
            position += 3
            continue
        if mode in ("host", "zone") and data[position] < "\x80" and not _is_kept(data[position], mode):
            raise _BadUrl(f"invalid character {quote(data[position])} in host name")
        position += 1
    decoded = _ESCAPE.sub(lambda match: chr(int(match[1], 16)), data)
    return decoded.encode("latin-1").decode("utf-8", "surrogateescape")


def _bad_escape(escape: str) -> NoReturn:
    shown = escape.encode("latin-1").decode("utf-8", "surrogateescape")
    raise _BadUrl(f"invalid URL escape {quote(shown)}")


__all__ = ["url_join", "url_parse"]
