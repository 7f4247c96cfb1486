"""sprig 3.3's functions by name: the Go type of each, and where it is.

The map is sprig's generic one without `env` and `expandenv`, as Argo has it. A module is imported when one of its
functions is called for the first time. A `*` marks functions that get the state of the evaluation as well: they need
the clock or chance of the world around, or much time. `cert` is short for a type of sprig's.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import Any

from argosy.language.expr.types import go_type
from argosy.language.expr.values import Function

_ROWS = """
abbrev cutting:abbrev func(int, string) string
abbrevboth cutting:abbrevboth func(int, int, string) string
trunc cutting:trunc func(int, string) string
trim strings:trim_space func(string) string
upper strings:to_upper func(string) string
lower strings:to_lower func(string) string
title strings:to_title func(string) string
untitle strings:untitle func(string) string
substr cutting:substr func(int, int, string) string
repeat strings:repeat func(int, string) string
trimall strings:trim_all func(string, string) string
trimAll strings:trim_all func(string, string) string
trimSuffix strings:trim_suffix func(string, string) string
trimPrefix strings:trim_prefix func(string, string) string
nospace strings:nospace func(string) string
initials strings:initials func(string) string
swapcase strings:swapcase func(string) string
snakecase strings:snakecase func(string) string
camelcase strings:camelcase func(string) string
kebabcase strings:kebabcase func(string) string
wrap cutting:wrap func(int, string) string
wrapWith cutting:wrap_with func(int, string, string) string
contains strings:contains func(string, string) bool
hasPrefix strings:has_prefix func(string, string) bool
hasSuffix strings:has_suffix func(string, string) bool
quote strings:quote func(...any) string
squote strings:squote func(...any) string
cat strings:cat func(...any) string
indent strings:indent func(int, string) string
nindent strings:nindent func(int, string) string
replace strings:replace func(string, string, string) string
plural strings:plural func(string, string, int) string
toString strings:to_string func(any) string
split strings:split func(string, string) map[string]string
splitList strings:split_list func(string, string) []string
splitn strings:splitn func(string, int, string) map[string]string
toStrings strings:to_strings func(any) []string
join strings:join func(string, any) string
sortAlpha strings:sort_alpha func(any) []string
hello strings:hello func() string
fail strings:fail_with func(string) (string, error)
atoi numbers:atoi func(string) int
int numbers:to_int func(any) int
int64 numbers:to_int64 func(any) int64
float64 numbers:to_float64 func(any) float64
seq numbers:seq func(...int) string
toDecimal numbers:to_decimal func(any) int64
until numbers:until func(int) []int
untilStep numbers:until_step func(int, int, int) []int
add1 numbers:add1 func(any) int64
add numbers:add func(...any) int64
sub numbers:sub func(any, any) int64
div numbers:div func(any, any) int64
mod numbers:mod func(any, any) int64
mul numbers:mul func(any, ...any) int64
add1f numbers:add1f func(any) float64
addf numbers:addf func(...any) float64
subf numbers:subf func(any, ...any) float64
divf numbers:divf func(any, ...any) float64
mulf numbers:mulf func(any, ...any) float64
biggest numbers:largest func(any, ...any) int64
max numbers:largest func(any, ...any) int64
min numbers:smallest func(any, ...any) int64
maxf numbers:maxf func(any, ...any) float64
minf numbers:minf func(any, ...any) float64
ceil numbers:ceil func(any) float64
floor numbers:floor func(any) float64
round numbers:round_to func(any, int, ...float64) float64
ago dates:ago* func(any) string
date dates:date* func(string, any) string
date_in_zone dates:date_in_zone* func(string, any, string) string
date_modify dates:modify func(string, time.Time) time.Time
dateInZone dates:date_in_zone* func(string, any, string) string
dateModify dates:modify func(string, time.Time) time.Time
duration dates:duration func(any) string
durationRound dates:duration_round* func(any) string
htmlDate dates:html_date* func(any) string
htmlDateInZone dates:html_date_in_zone* func(any, string) string
must_date_modify dates:must_modify func(string, time.Time) (time.Time, error)
mustDateModify dates:must_modify func(string, time.Time) (time.Time, error)
mustToDate dates:must_to_date func(string, string) (time.Time, error)
now dates:now* func() time.Time
toDate dates:to_date func(string, string) time.Time
unixEpoch dates:unix_epoch func(time.Time) string
default defaults:default_to func(any, ...any) any
empty defaults:empty func(any) bool
coalesce defaults:coalesce func(...any) any
all defaults:all_set func(...any) bool
any defaults:any_set func(...any) bool
fromJson defaults:from_json func(string) any
toJson defaults:to_json func(any) string
toPrettyJson defaults:to_pretty_json func(any) string
toRawJson defaults:to_raw_json func(any) string
mustFromJson defaults:must_from_json func(string) (any, error)
mustToJson defaults:must_to_json func(any) (string, error)
mustToPrettyJson defaults:must_to_pretty_json func(any) (string, error)
mustToRawJson defaults:to_raw_json func(any) (string, error)
ternary defaults:ternary func(any, any, bool) any
typeOf defaults:type_of_value func(any) string
typeIs defaults:type_is func(string, any) bool
typeIsLike defaults:type_is_like func(string, any) bool
kindOf defaults:kind_of func(any) string
kindIs defaults:kind_is func(string, any) bool
deepEqual defaults:deep_equal func(any, any) bool
list lists:make_list func(...any) []any
tuple lists:make_list func(...any) []any
append lists:push func(any, any) []any
push lists:push func(any, any) []any
mustAppend lists:push func(any, any) ([]any, error)
mustPush lists:push func(any, any) ([]any, error)
prepend lists:prepend func(any, any) []any
mustPrepend lists:prepend func(any, any) ([]any, error)
first lists:first func(any) any
mustFirst lists:first func(any) (any, error)
rest lists:rest func(any) []any
mustRest lists:rest func(any) ([]any, error)
last lists:last func(any) any
mustLast lists:last func(any) (any, error)
initial lists:initial func(any) []any
mustInitial lists:initial func(any) ([]any, error)
reverse lists:reverse func(any) []any
mustReverse lists:reverse func(any) ([]any, error)
uniq lists:uniq func(any) []any
mustUniq lists:uniq func(any) ([]any, error)
without lists:without func(any, ...any) []any
mustWithout lists:without func(any, ...any) ([]any, error)
has lists:has func(any, any) bool
mustHas lists:has func(any, any) (bool, error)
slice lists:cut func(any, ...any) any
mustSlice lists:cut func(any, ...any) (any, error)
concat lists:concat func(...any) any
chunk lists:chunk func(int, any) [][]any
mustChunk lists:chunk func(int, any) ([][]any, error)
compact lists:compact func(any) []any
mustCompact lists:compact func(any) ([]any, error)
dict dicts:make_dict func(...any) map[string]any
get dicts:get func(map[string]any, string) any
set dicts:put func(map[string]any, string, any) map[string]any
unset dicts:unset func(map[string]any, string) map[string]any
hasKey dicts:has_key func(map[string]any, string) bool
pluck dicts:pluck func(string, ...map[string]any) []any
keys dicts:keys func(...map[string]any) []string
pick dicts:pick func(map[string]any, ...string) map[string]any
omit dicts:omit func(map[string]any, ...string) map[string]any
merge dicts:merge func(map[string]any, ...map[string]any) any
mergeOverwrite dicts:merge_overwrite func(map[string]any, ...map[string]any) any
mustMerge dicts:merge func(map[string]any, ...map[string]any) (any, error)
mustMergeOverwrite dicts:merge_overwrite func(map[string]any, ...map[string]any) (any, error)
values dicts:values func(map[string]any) []any
deepCopy dicts:deep_copy func(any) any
mustDeepCopy dicts:deep_copy func(any) (any, error)
dig dicts:dig func(...any) (any, error)
b64enc encodings:encode_base64 func(string) string
b64dec encodings:b64dec func(string) string
b32enc encodings:encode_base32 func(string) string
b32dec encodings:b32dec func(string) string
sha1sum encodings:sha1sum func(string) string
sha256sum encodings:sha256sum func(string) string
sha512sum encodings:sha512sum func(string) string
adler32sum encodings:adler32sum func(string) string
urlParse encodings:url_parse func(string) map[string]any
urlJoin encodings:url_join func(map[string]any) string
base encodings:base func(string) string
osBase encodings:base func(string) string
dir encodings:directory func(string) string
osDir encodings:directory func(string) string
clean encodings:clean func(string) string
osClean encodings:clean func(string) string
ext encodings:ext func(string) string
osExt encodings:ext func(string) string
isAbs encodings:is_abs func(string) bool
osIsAbs encodings:is_abs func(string) bool
regexMatch regexes:match func(string, string) bool
mustRegexMatch regexes:must_match func(string, string) (bool, error)
regexFindAll regexes:find_all func(string, string, int) []string
mustRegexFindAll regexes:must_find_all func(string, string, int) ([]string, error)
regexFind regexes:find func(string, string) string
mustRegexFind regexes:must_find func(string, string) (string, error)
regexReplaceAll regexes:replace_all func(string, string, string) string
mustRegexReplaceAll regexes:must_replace_all func(string, string, string) (string, error)
regexReplaceAllLiteral regexes:replace_all_literal func(string, string, string) string
mustRegexReplaceAllLiteral regexes:must_replace_all_literal func(string, string, string) (string, error)
regexSplit regexes:split func(string, string, int) []string
mustRegexSplit regexes:must_split func(string, string, int) ([]string, error)
regexQuoteMeta regexes:quote_meta func(string) string
semver versions:parse_version func(string) (*semver.Version, error)
semverCompare versions:compare func(string, string) (bool, error)
derivePassword secrets:derive_password* func(uint32, string, string, string, string) string
bcrypt secrets:unavailable func(string) string
htpasswd secrets:unavailable func(string, string) string
genPrivateKey secrets:unavailable func(string) string
buildCustomCert secrets:build_custom_cert func(string, string) (cert, error)
genCA secrets:unavailable func(string, int) (cert, error)
genCAWithKey secrets:unavailable func(string, int, string) (cert, error)
genSelfSignedCert secrets:unavailable func(string, []any, []any, int) (cert, error)
genSelfSignedCertWithKey secrets:unavailable func(string, []any, []any, int, string) (cert, error)
genSignedCert secrets:unavailable func(string, []any, []any, int, cert) (cert, error)
genSignedCertWithKey secrets:unavailable func(string, []any, []any, int, cert, string) (cert, error)
encryptAES secrets:unavailable func(string, string) (string, error)
decryptAES secrets:decrypt_aes func(string, string) (string, error)
getHostByName secrets:unavailable func(string) string
randAlphaNum chance:alphanumeric* func(int) string
randAlpha chance:alphabetic* func(int) string
randAscii chance:ascii* func(int) string
randNumeric chance:numeric* func(int) string
randBytes chance:rand_bytes* func(int) (string, error)
randInt chance:rand_int* func(int, int) int
shuffle chance:shuffle* func(string) string
uuidv4 chance:uuidv4* func() string
"""


def functions() -> dict[str, Any]:
    """A map of all functions; a new one each time, as an expression may change it."""
    return dict(_functions())


@cache
def _functions() -> dict[str, Function]:
    return {function.name: function for function in map(_function, _ROWS.split("\n")[1:-1])}


def _function(row: str) -> Function:
    name, path, signature = row.split(" ", 2)
    type_ = go_type(re.sub(r"\bany\b", "interface {}", signature).replace("cert", "sprig.certificate"))
    return Function(name, type_, _lazy(path.rstrip("*")), needs_state=path.endswith("*"))


def _lazy(path: str) -> Callable[..., Any]:
    def call(*arguments: Any) -> Any:
        return _load(path)(*arguments)

    return call


@cache
def _load(path: str) -> Callable[..., Any]:
    module, _, name = path.partition(":")
    return getattr(import_module(f"argosy.language.sprig.{module}"), name)
