"""Requests that are small to send and were made to be large to answer, and how each is refused.

The known ones, and those that once got through here: fragments spread twice on each of many levels (the price was counted by
following each), fragments of introspection that spread themselves, JSON just shallow enough to be read.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from tests.support.operations import operations

MANY = 1_900  # tokens; a document has at most 2,000
CHAIN = (
    ("Query", "viewer"),
    ("Viewer", "images(first: 1)"),
    ("ImageAssetConnection", "edges"),
    ("ImageAssetEdge", "node"),
    ("ImageAsset", "job"),
    ("GenerationJob", "images(first: 1)"),
    ("ImageAssetConnection", "edges"),
    ("ImageAssetEdge", "node"),
    ("ImageAsset", "job"),
    ("GenerationJob", "images(first: 1)"),
    ("ImageAssetConnection", "edges"),
    ("ImageAssetEdge", "node"),
    ("ImageAsset", "job"),
)
"""Types and fields that lead deeper than anyone may go."""


@dataclass(frozen=True, slots=True)
class Denial:
    """`body` is what is sent instead of a GraphQL request. `code` is of the first error."""

    name: str
    code: str
    query: str = ""
    variables: Mapping[str, object] | None = None
    body: bytes = b""
    status: int = 400

    def request(self, number: int) -> bytes:
        """Each number makes another text: no memory of documents helps."""
        if self.body:
            return self.body
        return json.dumps({"query": self.query + " " * number, "variables": self.variables}).encode()


def reference(number: int) -> bytes:
    """The largest operation of the contract, which is read and run for the first time."""
    operation = operations()["Gallery"] + " " * number
    return json.dumps({"query": operation, "variables": {"first": 50}}).encode()


def repeated(text: str, count: int) -> str:
    """`#` in it is the number of the turn."""
    return " ".join(text.replace("#", str(number)) for number in range(count))


def nested(opening: str, middle: str, closing: str, levels: int) -> str:
    return opening * levels + middle + closing * levels


def doubling(levels: int) -> str:
    return (
        "{ ...F0 } "
        + " ".join(f"fragment F{n} on Query {{ ...F{n + 1} ...F{n + 1} }}" for n in range(levels))
        + f" fragment F{levels} on Query {{ viewer {{ images(first: 6000) {{ edges {{ cursor }} }} }} }}"
    )


def doubling_deeper() -> str:
    """Equal fields, a dozen on each level."""
    last = len(CHAIN)
    fragments = (
        f"fragment F{n} on {kind} {{ {repeated(f'{name} {{ ...F{n + 1} }}', 12)} }}"
        for n, (kind, name) in enumerate(CHAIN)
    )
    return f"{{ ...F0 }} {' '.join(fragments)} fragment F{last} on GenerationJob {{ id }}"


TOO_MUCH, NOT_VALID, NOT_READ = "TOO_MUCH", "GRAPHQL_VALIDATION_FAILED", "GRAPHQL_PARSE_FAILED"
PAGES = nested("images(first: 100) { edges { node { job { ", "id", " } } } }", 2)
CYCLE = "fragment A on __Type { ofType { ...A } }"
UNUSED = repeated("fragment F# on Query { " + "__typename " * 30 + "}", 45)
WEB = " ".join(
    f"fragment F{n} on Query {{ {' '.join(f'...F{m}' for m in range(n + 1, min(47, n + 14)))} viewer {{ id }} }}"
    for n in range(47)
)
ENUMS = (
    f"{{ viewer {{ images(filter: {{ scenes: [{repeated('CANDID_LIFESTYL#', 1500)}] }}) {{ edges {{ cursor }} }} }} }}"
)

DEEP_VARIABLES = (
    b'{"query": "query ($a: ID!) { node(id: $a) { id } }", "variables": {"a": ' + b"[" * 1_000 + b"]" * 1_000 + b"}}"
)

DENIALS = (
    Denial("pages inside of pages", TOO_MUCH, f"{{ viewer {{ {PAGES} }} }}"),
    Denial("ids by the thousand", TOO_MUCH, "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }", {"ids": ["x"] * 6_000}),
    Denial(
        "a cycle of fragments",
        NOT_VALID,
        "{ viewer { ...A } } fragment A on Viewer { id ...B } fragment B on Viewer { ...A }",
    ),
    Denial(
        "a cycle through fields",
        TOO_MUCH,
        "{ viewer { images { edges { node { job { ...B } } } } } } "
        "fragment B on GenerationJob { images { edges { node { job { ...B } } } } }",
    ),
    Denial("a cycle in introspection", TOO_MUCH, f"{{ __schema {{ queryType {{ ...A }} }} }} {CYCLE}"),
    Denial("a cycle in __type", TOO_MUCH, f'{{ __type(name: "Query") {{ ...A }} }} {CYCLE}'),
    Denial("fragments that double", TOO_MUCH, doubling(46)),
    Denial("equal fields that multiply", TOO_MUCH, doubling_deeper()),
    Denial("a web of fragments", TOO_MUCH, f"{{ ...F0 }} {WEB}"),
    Denial("fragments that nobody uses", TOO_MUCH, f"{{ __typename }} {UNUSED}"),
    Denial("many operations", TOO_MUCH, repeated("query Q# { ...F }", 60) + "fragment F on Query { __typename }"),
    Denial("aliases", TOO_MUCH, f"{{ {repeated('a#: __typename', 600)} }}"),
    Denial("directives", TOO_MUCH, f"{{ __typename {'@skip(if: false) ' * 250} }}"),
    Denial("directives unknown", TOO_MUCH, f"{{ __typename {'@a ' * 900} }}"),
    Denial("arguments", TOO_MUCH, f"{{ node({repeated('a#: 1', 600)}) {{ id }} }}"),
    Denial("one argument again and again", TOO_MUCH, f"{{ node({'id: 1 ' * 600}) {{ id }} }}"),
    Denial("definitions of variables", TOO_MUCH, f"query ({repeated('$v#: Int', 480)}) {{ __typename }}"),
    Denial(
        "variables", NOT_READ, f"query ({repeated('$v#: ID!', 240)}) {{ {repeated('a#: node(id: $v#) { id }', 100)} }}"
    ),
    Denial("fields that do not exist", NOT_VALID, f"{{ viewer {{ {repeated('emall#', 900)} }} }}"),
    Denial("values that are wrong", NOT_VALID, f"{{ quotePack(input: {{ {repeated('a#: 1', 190)} }}) {{ id }} }}"),
    Denial("fields, flat", TOO_MUCH, f"{{ {'__typename ' * MANY} }}"),
    Denial("fields in inline fragments", TOO_MUCH, f"{{ {'... { __typename } ' * 450} }}"),
    Denial(
        "fields in fragments",
        TOO_MUCH,
        f"{{ {'...F ' * 20} {'viewer { id } ' * 120} }} fragment F on Query {{ viewer {{ id }} }}",
    ),
    Denial("fields unknown", TOO_MUCH, f"{{ viewer {{ {repeated('emall#', MANY)} }} }}"),
    Denial("fields of an input", TOO_MUCH, f"{{ quotePack(input: {{ {repeated('a#: 1', 600)} }}) {{ id }} }}"),
    Denial("one field of an input", TOO_MUCH, f"{{ quotePack(input: {{ {'seed: 1 ' * 600} }}) {{ id }} }}"),
    Denial("values of an enum", TOO_MUCH, ENUMS),
    Denial("a list of texts", NOT_READ, f"{{ nodes(ids: [{'a ' * 3_000}]) {{ id }} }}"),
    Denial("a list of lists", NOT_READ, f"{{ nodes(ids: {nested('[', '1', ']', 400)}) {{ id }} }}"),
    Denial("an object of objects", NOT_READ, f"{{ quotePack(input: {nested('{ a: ', '1', ' }', 300)}) {{ id }} }}"),
    Denial("a type of types", NOT_READ, f"query ($a: {nested('[', 'Int', ']', 400)}) {{ __typename }}"),
    Denial("selections in selections", NOT_READ, nested("{ a ", "", "}", 600)),
    Denial("inline fragments in inline fragments", NOT_READ, "{ " + nested("... { ", "__typename", " }", 400) + " }"),
    Denial("brackets that never close", NOT_READ, "{" * 10_000),
    Denial("comments", NOT_READ, "#\n" * 10_000 + "{ __typename }"),
    Denial("a long text", TOO_MUCH, '{ node(id: "' + "x" * 40_000 + '") { id } }'),
    Denial("a large number", NOT_VALID, f"{{ viewer {{ images(first: {'9' * 5_000}) {{ edges {{ cursor }} }} }} }}"),
    Denial("introspection of introspection", TOO_MUCH, f"{{ {repeated('a#: __schema { types { name } }', 20)} }}"),
    Denial(
        "introspection, deeper and deeper",
        NOT_VALID,
        "{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }",
    ),
    Denial("deep variables", TOO_MUCH, body=DEEP_VARIABLES),
    Denial("deep JSON", "BAD_REQUEST", body=b"[" * 10_000),
    Denial("deep JSON that ends", "BAD_REQUEST", body=b'{"query":' + b"[" * 10_000 + b"]" * 10_000 + b"}"),
    Denial("a batch", "BAD_REQUEST", body=json.dumps([{"query": "{ __typename }"}] * 1_000).encode()),
    Denial("a comment of 64 MiB", TOO_MUCH, body=b'{"query": "#' + b"x" * 2**26 + b'"}', status=413),
)
