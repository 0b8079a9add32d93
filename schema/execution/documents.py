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

MOST_KEPT = 512
MOST_TOLD = 10
"""Errors of one document."""

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


class Documents:
    def __init__(self, schema: GraphQLSchema) -> None:
        self._schema = schema
        self._kept: OrderedDict[tuple[str, bool], Document | RequestRefused] = OrderedDict()

    def read(self, text: str, *, is_open: bool) -> Document:
        """Raises `RequestRefused`. Where the schema is not `is_open`, neither introspection nor a suggestion tells of it."""
        found = self._kept.get((text, is_open))
        if found is None:
            found = self._keep(text, is_open)
        else:
            self._kept.move_to_end((text, is_open))
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
        self._kept[text, is_open] = found
        if len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)
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
                yield node.name.value if node.name else None, Operation(node, fragments, details, price, used)


def _parse(text: str) -> DocumentNode:
    try:
        return parse(text, max_tokens=MOST_TOKENS, max_comments=MOST_COMMENTS)
    except GraphQLError as error:
        raise refusal_of([error], "GRAPHQL_PARSE_FAILED") from None
    except RecursionError:
        raise refusal("The document is nested too deeply.", "TOO_MUCH") from None


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
