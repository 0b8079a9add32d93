"""Documents: read, limited and validated once, then kept. What was refused is kept too, so that asking again costs nothing."""

import re
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    ASTValidationRule,
    DirectiveNode,
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLSchema,
    NoSchemaIntrospectionCustomRule,
    OperationDefinitionNode,
    OperationType,
    VariableNode,
    parse,
    specified_rules,
    validate,
)
from graphql.execution.collect_fields import FragmentDetails
from graphql.execution.values import VariableValues

from schema.execution.cost import Price, price_of
from schema.execution.limits import LONGEST_DOCUMENT, MOST_COMMENTS, MOST_TOKENS, check_limits
from schema.execution.refusals import RequestRefused, refusal, refusal_of
from schema.execution.variables import Quick, quick_variables

MOST_KEPT = 512
MOST_CHARACTERS = 2**20
"""Of all that are kept: read, a document takes some fifty times its text. Those of the contract have 3,000 each."""

MOST_TOLD = 5
"""Errors of one document. Some of them print all of a value, however long."""

ZERO = re.compile(r"\0|\\u(0000|\{0+\})")
"""As it is, and as GraphQL's strings may write it. Postgres keeps no such text."""

OPEN: list[type[ASTValidationRule]] = list(specified_rules)
CLOSED: list[type[ASTValidationRule]] = [*specified_rules, NoSchemaIntrospectionCustomRule]


@dataclass(slots=True, eq=False)
class Operation:
    """One operation of a valid document, with what all of its executions share.

    `plans` and `notes` are memories for as long as the document is kept: of the executor, and of whoever reads selections.
    """

    node: OperationDefinitionNode
    fragments: Mapping[str, FragmentDefinitionNode]
    details: Mapping[str, FragmentDetails]
    price: Price
    conditions: tuple[str, ...]
    """Variables on which it depends what is selected, by @skip and @include."""
    quick_variables: Quick
    plans: dict[Any, Any] = field(default_factory=dict)
    notes: dict[Any, Any] = field(default_factory=dict)
    variables: dict[str, VariableValues] = field(default_factory=dict)
    runs: int = 0

    @property
    def kind(self) -> OperationType:
        return self.node.operation


@dataclass(frozen=True, slots=True)
class Document:
    operations: Mapping[str | None, Operation]

    def operation(self, name: str | None) -> Operation:
        """The one of that name, or the only one. Raises `RequestRefused`."""
        if name is None and len(self.operations) == 1:
            return next(iter(self.operations.values()))
        if name is None:
            raise refusal("The document has more than one operation: send `operationName`.", "BAD_REQUEST")
        if name not in self.operations:
            raise refusal(f"The document has no operation named '{name[:80]}'.", "BAD_REQUEST")
        return self.operations[name]


class Memory:
    """What became of texts: of those asked for latest."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, Document | RequestRefused] = OrderedDict()
        self._characters = 0

    def __contains__(self, text: str) -> bool:
        return text in self._kept

    def get(self, text: str) -> Document | RequestRefused | None:
        found = self._kept.get(text)
        if found is not None:
            self._kept.move_to_end(text)
        return found

    def put(self, text: str, found: Document | RequestRefused) -> None:
        """One that is not there yet."""
        self._kept[text] = found
        self._characters += len(text)
        while len(self._kept) > MOST_KEPT or self._characters > MOST_CHARACTERS:
            dropped, _ = self._kept.popitem(last=False)
            self._characters -= len(dropped)


class Documents:
    """Those of callers who may see the schema are kept apart: strangers push none of them out."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self._schema = schema
        self._memories = {True: Memory(), False: Memory()}

    def knows(self, text: str, *, is_open: bool) -> bool:
        """Whether to read it costs nothing any more."""
        return text in self._memories[is_open]

    def read(self, text: str, *, is_open: bool) -> Document:
        """Raises `RequestRefused`. Where the schema is not `is_open`, neither introspection nor a suggestion tells of it."""
        found = self._memories[is_open].get(text) or self._keep(text, is_open)
        if isinstance(found, RequestRefused):
            raise RequestRefused(found.errors)
        return found

    def _keep(self, text: str, is_open: bool) -> Document | RequestRefused:
        if len(text) > LONGEST_DOCUMENT:  # not worth keeping
            return refusal(f"A document has at most {LONGEST_DOCUMENT} characters.", "TOO_MUCH", limit=LONGEST_DOCUMENT)
        found: Document | RequestRefused
        try:
            found = self._read(text, is_open)
        except RequestRefused as error:
            found = RequestRefused(error.errors)
        self._memories[is_open].put(text, found)
        return found

    def _read(self, text: str, is_open: bool) -> Document:
        if ZERO.search(text):
            raise refusal("The document holds a zero byte (U+0000). Leave it out.", "INVALID_INPUT")
        document = _parse(text)
        check_limits(document)
        rules = OPEN if is_open else CLOSED
        errors = validate(self._schema, document, rules, max_errors=MOST_TOLD, hide_suggestions=not is_open)
        if errors:
            raise refusal_of(errors, "GRAPHQL_VALIDATION_FAILED")
        return Document(dict(self._operations(document)))

    def _operations(self, document: DocumentNode) -> Iterator[tuple[str | None, Operation]]:
        fragments = {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}
        details = {name: FragmentDetails(node, None) for name, node in fragments.items()}
        conditions = tuple(sorted(_conditions(document)))
        for node in document.definitions:
            if isinstance(node, OperationDefinitionNode):
                price = price_of(self._schema, node, fragments)
                declared = {d.variable.name.value for d in node.variable_definitions or ()}
                used = tuple(name for name in conditions if name in declared)
                quick = quick_variables(self._schema, node)
                yield node.name.value if node.name else None, Operation(node, fragments, details, price, used, quick)


def _parse(text: str) -> DocumentNode:
    try:
        document = parse(text, max_tokens=MOST_TOKENS, max_comments=MOST_COMMENTS)
    except GraphQLError as error:
        raise refusal_of([error], "GRAPHQL_PARSE_FAILED") from None
    except RecursionError:
        raise refusal("The document is nested too deeply.", "TOO_MUCH") from None
    _part_tokens(document)
    return document


def _part_tokens(document: DocumentNode) -> None:
    """Each knows its neighbours: a document that is dropped would stay for the garbage collector, and hold all up when it comes."""
    token = document.loc.start_token if document.loc else None
    while token is not None:
        following, token.prev, token.next = token.next, None, None
        token = following


def _conditions(document: DocumentNode) -> Iterator[str]:
    todo: list[Any] = list(document.definitions)
    while todo:
        node = todo.pop()
        for directive in node.directives or ():
            yield from _variables_of(directive)
        if (selections := getattr(node, "selection_set", None)) is not None:
            todo.extend(selections.selections)


def _variables_of(directive: DirectiveNode) -> Iterator[str]:
    for argument in directive.arguments or ():
        if isinstance(argument.value, VariableNode):
            yield argument.value.name.value
