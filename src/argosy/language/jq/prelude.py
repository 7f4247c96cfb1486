"""The functions that are filters themselves, in jq's own language; each is compiled when it is first used."""

from __future__ import annotations

DEFINITIONS = {
    "add/1": "def add(f): [f] | add;",
    "all/0": "def all: all(.[]; .);",
    "all/1": "def all(f): all(.[]; f);",
    "any/0": "def any: any(.[]; .);",
    "any/1": "def any(f): any(.[]; f);",
    "arrays/0": 'def arrays: select(type == "array");',
    "booleans/0": 'def booleans: select(type == "boolean");',
    "capture/1": "def capture(re): capture(re; null);",
    "capture/2": "def capture($re; $flags): match($re; $flags) | .captures | _captures;",
    "combinations/0": "def combinations: if length == 0 then [] else .[0][] as $x | [$x] + (.[1:] | combinations) end;",
    "combinations/1": "def combinations(n): [limit(n; repeat(.))] | combinations;",
    "del/1": "def del(f): delpaths([path(f)]);",
    "finites/0": "def finites: select(isfinite);",
    "first/0": "def first: .[0];",
    "from_entries/0": "def from_entries: map({(.key // .Key // .name // .Name):"
    ' if has("value") then .value else .Value end}) | add // {};',
    "fromdate/0": "def fromdate: fromdateiso8601;",
    "fromdateiso8601/0": 'def fromdateiso8601: strptime("%Y-%m-%dT%H:%M:%S%z") | mktime;',
    "fromstream/1": "def fromstream(f): foreach f as $event (null; if .e then null end | $event as [$p, $v]"
    ' | if $event | length == 2 then setpath(["v"] + $p; $v) | setpath(["e"]; $p | length == 0)'
    ' else setpath(["e"]; $p | length == 1) end; if .e then .v else empty end);',
    "group_by/1": "def group_by(f): _group_by(map([f]));",
    "gsub/2": 'def gsub(re; s): sub(re; s; "g");',
    "gsub/3": 'def gsub($re; s; $flags): sub($re; s; $flags + "g");',
    "in/1": "def in(xs): . as $x | xs | has($x);",
    "IN/1": "def IN(s): any(s == .; .);",
    "IN/2": "def IN(source; s): any(source == s; .);",
    "INDEX/1": "def INDEX(f): INDEX(.[]; f);",
    "INDEX/2": "def INDEX(stream; f): reduce stream as $row ({}; .[$row | f | tostring] = $row);",
    "iterables/0": 'def iterables: select(type | . == "array" or . == "object");',
    "JOIN/2": "def JOIN($table; f): [.[] | [., $table[f]]];",
    "JOIN/3": "def JOIN($table; stream; f): stream | [., $table[f]];",
    "JOIN/4": "def JOIN($table; stream; f; join): stream | [., $table[f]] | join;",
    "last/0": "def last: .[-1];",
    "map/1": "def map(f): [.[] | f];",
    "map_values/1": "def map_values(f): .[] |= f;",
    "match/1": "def match(re): match(re; null);",
    "match/2": "def match($re; $flags): _match($re; $flags; false) | .[];",
    "max_by/1": "def max_by(f): _max_by(map([f]));",
    "min_by/1": "def min_by(f): _min_by(map([f]));",
    "normals/0": "def normals: select(isnormal);",
    "not/0": "def not: if . then false else true end;",
    "nth/1": "def nth($n): .[$n];",
    "nth/2": "def nth($n; f): if $n >= 0 then first(skip($n; f))"
    ' else error("nth doesn\'t support negative index") end;',
    "nulls/0": "def nulls: select(. == null);",
    "numbers/0": 'def numbers: select(type == "number");',
    "objects/0": 'def objects: select(type == "object");',
    "paths/0": "def paths: path(..) | select(. != []);",
    "paths/1": "def paths(f): path(.. | select(f)) | select(. != []);",
    "pick/1": "def pick(f): . as $v | reduce path(f) as $p (null; setpath($p; $v | getpath($p)));",
    "range/1": "def range($end): range(0; $end; 1);",
    "range/2": "def range($start; $end): range($start; $end; 1);",
    "recurse/0": "def recurse: recurse(.[]?);",
    "recurse/2": "def recurse(f; condition): recurse(f | select(condition));",
    "scalars/0": 'def scalars: select(type | . != "array" and . != "object");',
    "scan/1": "def scan(re): scan(re; null);",
    "scan/2": 'def scan($re; $flags): match($re; $flags + "g")'
    " | if .captures == [] then .string else [.captures[].string] end;",
    "select/1": "def select(f): if f then . else empty end;",
    "sort_by/1": "def sort_by(f): _sort_by(map([f]));",
    "split/2": "def split($re; $flags): [splits($re; $flags)];",
    "splits/1": "def splits(re): splits(re; null);",
    "splits/2": 'def splits($re; $flags): .[foreach (match($re; $flags + "g"), null) as {$offset, $length}'
    " (null; {start: .next, end: $offset, next: ($offset + $length)})];",
    "strings/0": 'def strings: select(type == "string");',
    "sub/2": "def sub(re; s): sub(re; s; null);",
    "sub/3": "def sub($re; s; $flags): . as $text | [match($re; $flags)] as $matches"
    " | reduce $matches[] as {$offset, $length, $captures} ({r: []};"
    " reduce ($captures | _captures | s) as $s (.i = 0;"
    " .r[.i] += $text[.next:$offset] + $s | .i += 1) | .next = $offset + $length)"
    " | (.r[] + $text[.next:]) // $text;",
    "test/1": "def test(re): test(re; null);",
    "test/2": "def test($re; $flags): _match($re; $flags; true);",
    "to_entries/0": "def to_entries: [keys[] as $k | {key: $k, value: .[$k]}];",
    "todate/0": "def todate: todateiso8601;",
    "todateiso8601/0": 'def todateiso8601: strftime("%Y-%m-%dT%H:%M:%SZ");',
    "tostream/0": "def tostream: path(def r: (.[]? | r), .; r) as $p | getpath($p)"
    " | reduce path(.[]?) as $q ([$p, .]; [$p + $q]);",
    "truncate_stream/1": "def truncate_stream(f): . as $n | null | f"
    " | if .[0] | length > $n then .[0] |= .[$n:] else empty end;",
    "unique_by/1": "def unique_by(f): _unique_by(map([f]));",
    "values/0": "def values: select(. != null);",
    "walk/1": 'def walk(f): def w: if type == "array" then map(w) elif type == "object" then map_values(w) end | f; w;',
    "with_entries/1": "def with_entries(f): to_entries | map(f) | from_entries;",
}
"""By name and number of arguments."""
