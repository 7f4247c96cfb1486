"""The JSONPath of the expression function jsonpath()."""

from __future__ import annotations

import pytest

from argosy.errors import ExpressionError, InvalidRequest
from argosy.language.gojson import decode
from argosy.language.jsonquery import query_json

STORE = decode(
    """{"books": [{"title": "Sayings", "price": 8.95, "tags": ["x"]}, {"title": "Sword", "price": 12, "isbn": "0-1"},
    {"title": "Lord", "price": null}], "limit": 10, "a-b": "dash", "empty": [], "grid": [[1, 2], [3]], "length": "own",
    "quoted": "'q'", "on": true, "deep": {"books": [{"title": "Deep"}]}}"""
)


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("$.limit", 10.0),
        ("$", STORE),
        ("@.on", True),
        ("$.a-b", "dash"),
        ("$['a-b']", "dash"),
        ('$["limit"]', 10.0),
        ("$.books[0].title", "Sayings"),
        ("$.books[?(@.nope in [1])]", []),
        ("$.books[-1].title", "Lord"),
        ("$.books[ 0 ].title", "Sayings"),
        ("$.books[*].title", ["Sayings", "Sword", "Lord"]),
        ("$.books[*].isbn", ["0-1"]),
        ("$.books[0:2].title", ["Sayings", "Sword"]),
        ("$.books[::-1].title", ["Lord", "Sword", "Sayings"]),
        ("$.books[:1].price", [8.95]),
        ("$.books[1:][0].title", "Sword"),
        ("$.books[0,2].title", ["Sayings", "Lord"]),
        ("$.books[0]['title','price']", ["Sayings", 8.95]),
        ("$.books[(1+1)].title", "Lord"),
        ("$[('limit')]", "key"),
        ("$.grid[(0):(1)]", [[1.0, 2.0]]),
        ("$.grid[(0),1]", [[1.0, 2.0], [3.0]]),
        ("$..title", ["Sayings", "Sword", "Lord", "Deep"]),
        ("$.grid..", [[[1.0, 2.0], [3.0]], [1.0, 2.0], 1.0, 2.0, [3.0], 3.0]),
        ("$.grid[*][*]", [[1.0, 2.0], [3.0]]),
        ("$.books.length", 3),
        ("$.limit.length", "length"),
        ("$.length", "own"),
        ("$['a-b'].length", 4),
        ("$.books[?(@.price > 10)].title", ["Sword"]),
        ("$.books[?(@.price < $.limit)].title", ["Sayings"]),
        ("$.books[?(@.isbn)].title", ["Sword"]),
        ("$.books[?(!@.isbn)].title", []),
        ("$.books[?(@.title == 'Lord' || @.price == 12)].title", ["Sword", "Lord"]),
        ('$.books[?(@.price >= 8 && @.title != "Sword")].title', ["Sayings"]),
        ("$.books[?(@.price in [12, 13])].title", ["Sword"]),
        ("$.books[?(@.price not in [12])].title", ["Sayings", "Lord"]),
        ("$.books[?(@.title =~ 'S.*s')].title", ["Sayings"]),
        ("$.books[?(@.price % 5 == 2)].title", ["Sword"]),
        ("$.books[?(@.price * 2 - 4 / 2 > 20)].title", ["Sword"]),
        ("$.books[?(2 ** 2 <= 4)].title", ["Sayings", "Sword", "Lord"]),
        ("$.books[?(@.tags[0] == 'x')].title", ["Sayings"]),
        ("$.books[?('x' in @.tags)].title", []),
        ("$.books[?(@.price == null)].title", ["Lord"]),
        ("$.books[?(@.price < -inf)]", []),
        ("$.books[?(nan == nan)]", []),
        ('$.books[?(3 in {"a": 3})][0].title', "Sayings"),
        ("$.books[?(1 in [1,])]", []),
        ("$.books[?(@.price! )]", []),
        ("$['a-b' , 'limit']", ["dash", 10.0]),
        ("$.deep[?(@[0].title)]", [[{"title": "Deep"}]]),
        ("$.books[?(false)]", []),
        ("$.books[?(nil)]", []),
        ("$.books[?(x)][0].title", "Sayings"),
        ("$.books[?('')]", []),
        ("$.empty[*]", []),
        ("$.empty[?(@)]", []),
    ],
)
def test_query(path: str, found: object) -> None:
    if found in ("key", "length"):
        with pytest.raises(ExpressionError, match=f"{found}: invalid token"):
            query_json(STORE, path)
    else:
        assert query_json(STORE, path) == found


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("", "invalid JSONPath selector '' unexpected token '' at index 0"),
        ("$.books[(@[($.nope)])]", "invalid expression. key: invalid token key 'nope' not found"),
        ("$.books[('x'),(@.nope % 2)]", "union: invalid token invalid expression. key: invalid token target."),
        ("$.books[(@[x(1)]),1]", "invalid expression. invalid format 'x(1)'"),
        ("store", "invalid JSONPath selector 'store' unexpected token 's' at index 0"),
        ("$é", "unexpected token 'Ã' at index 1"),
        ("$.", "invalid token. token string is empty"),
        ("$.books[", "invalid token. '[' does not match any token format"),
        ("$.books[]", "invalid token. '[]' does not match any token format"),
        ("$.books[?x]", "does not match any token format"),
        ("$.books[1.5]", "does not match any token format"),
        ("$.books[0:a]", "invalid expression. invalid format 'a'"),
        ("$.books[a:0]", "does not match any token format"),
        ("$.books[1:2,3]", "does not match any token format"),
        ("$.books[1,]", "does not match any token format"),
        ("$.books[a,1]", "does not match any token format"),
        ("$.books['a'b]", "does not match any token format"),
        ("$.books[a'b']", "does not match any token format"),
        ("$.books['a\\'b']", "key: invalid token target"),
        ("$.books[((1:2):1]", "does not match any token format"),
        ("$.books[('a'):(1+)]", "range: invalid token"),
        ("$.books[(nil % 1)]", "invalid argument. expected integer"),
        ("$.books[(@ in [a])]", "invalid expression. invalid argument"),
        ("$.books[x(1)]", "invalid expression. invalid format 'x(1)'"),
        ("$.books[?(@x)]", "unexpected token 'x' at index 1"),
        ("$.books[(@x):1]", "invalid expression. unexpected token 'x' at index 1"),
        ("$.books[?((@.a || @.b))]", "unsupported operator"),
        ("$.nope", "key: invalid token key 'nope' not found"),
        ("$.limit.x", "key: invalid token target. expected [map] got [float64]"),
        ("$.books.title", "key: invalid token target. expected [map] got [slice]"),
        ("$.books[2].price.x", "key: invalid token target. expected [map] got [nil]"),
        ("$.on[0]", "index: invalid token target. expected [array slice] got [bool]"),
        ("$.books[3]", "index: invalid token out of range"),
        ("$[0:1]", "range: invalid token target. expected [array slice] got [map]"),
        ("$.books[::0]", "range: invalid token out of range"),
        ("$.books[('x'):1]", "range: invalid token unexpected expression result. expected [int] got [string]"),
        ("$.limit[*]", "wildcard: invalid token target. expected [array map slice] got [float64]"),
        ("$.limit[?(@)]", "filter: invalid token target. expected [array map slice] got [float64]"),
        ("$.books[?()]", "invalid expression. is empty"),
        ("$.books[( )]", "key: invalid token target"),
        ("$.books[(1.5)]", "unexpected expression result. expected [int string] got [float64]"),
        ("$.books[(nil)]", "unexpected expression result. expected [int string] got [nil]"),
        ("$.books[(@.nope)]", "key: invalid token target"),
        ("$.books[(1+x)]", "invalid expression. invalid argument. expected number"),
        ("$.books[(1 && 5)]", "invalid expression. invalid argument. expected boolean"),
        ("$.books[(5 in 6)]", "invalid argument. expected array, map, or slice"),
        ("$.books[(5 in nil)]", "invalid argument. is nil"),
        ("$.books[(1.5%1)]", "invalid argument. expected integer"),
        ("$.books[('a' =~ '(')]", "invalid argument. expected a valid regexp"),
        ("$.books['a',1]", "union: invalid token argument. expected [string] got [int]"),
        ("$.books[1,'a']", "union: invalid token argument. expected [int] got [string]"),
        ("$.books[(1.5),1]", "union: invalid token argument. expected [int string] got [float64]"),
        ("$.books[(1+x),1]", "union: invalid token invalid expression. invalid argument"),
        ("$.books[(@.nope),1]", "invalid token"),
        ("$[1,2]", "union: invalid token target. expected [array slice] got [map]"),
        ("$.books['a','b']", "union: invalid token target. expected [map] got [slice]"),
        ("$[?(" * 100 + "@" + ")]" * 100, "nested more than 60 deep"),
    ],
)
def test_errors(path: str, message: str) -> None:
    with pytest.raises(ExpressionError) as error:
        query_json(STORE, path)
    assert message in error.value.message


def test_a_remainder_by_zero_is_no_answer() -> None:
    with pytest.raises(InvalidRequest, match="integer divide by zero"):
        query_json(STORE, "$.books[?(1 % 0)]")


def test_what_would_take_forever() -> None:
    with pytest.raises(InvalidRequest, match="looks at too many values"):
        query_json([[[[list(range(10))] * 5] * 5] * 5] * 5, "$" + "." * 20)
    with pytest.raises(ExpressionError, match="nested too deeply"):
        query_json([], "$" + ".." * 3000)
    assert query_json([], "$[?(" + "-" * 40 + "1)]") == []
