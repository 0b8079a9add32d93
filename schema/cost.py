"""How many objects an operation may ask for, counted before it runs: page sizes multiply along a path.

Depth, aliases and tokens are bounded elsewhere; within their bounds pages of pages could still fill a process for seconds.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableNode,
    get_named_type,
)
from strawberry.extensions import SchemaExtension
from strawberry.types.execution import ExecutionContext

MOST_OBJECTS = 5_000
"""The gallery's page of 100 images with job and subject asks for 300."""

UNSAID = 100
"""For a page size that cannot be read off the request: the most that any page has."""

Composite = GraphQLObjectType | GraphQLInterfaceType


@dataclass(slots=True)
class Counting:
    schema: GraphQLSchema
    fragments: Mapping[str, FragmentDefinitionNode]
    variables: Mapping[str, object]

    def objects(self, selections: SelectionSetNode | None, parent: Composite) -> int:
        """Below one object of `parent`. Fragments are known not to be cyclic: the document is valid."""
        total = 0
        for selection in selections.selections if selections else ():
            match selection:
                case FieldNode():
                    total += self._field(selection, parent)
                case InlineFragmentNode():
                    total += self.objects(selection.selection_set, self._named(selection, parent))
                case FragmentSpreadNode():
                    fragment = self.fragments[selection.name.value]
                    total += self.objects(fragment.selection_set, self._named(fragment, parent))
            if total > MOST_OBJECTS:
                break
        return total

    def _field(self, node: FieldNode, parent: Composite) -> int:
        field = parent.fields.get(node.name.value)
        kind = get_named_type(field.type) if field else None
        if field is None or not isinstance(kind, Composite):
            return 0
        return self._page_size(node, field) * (1 + self.objects(node.selection_set, kind))

    def _page_size(self, node: FieldNode, field: GraphQLField) -> int:
        """How many objects a field brings: its `first`, or one."""
        if "first" not in field.args:
            return 1
        given = next((a.value for a in node.arguments or () if a.name.value == "first"), None)
        match given:
            case IntValueNode():
                size: object = int(given.value)
            case VariableNode():
                size = self.variables.get(given.name.value, UNSAID)
            case _:
                size = field.args["first"].default_value
        return max(1, size) if isinstance(size, int) else UNSAID

    def _named(self, node: InlineFragmentNode | FragmentDefinitionNode, parent: Composite) -> Composite:
        named = self.schema.get_type(node.type_condition.name.value) if node.type_condition else None
        return named if isinstance(named, Composite) else parent


class ObjectBudget(SchemaExtension):
    """Refuses an operation that asks for too much. Stands behind the validation: it counts what is known to be valid."""

    def on_validate(self) -> Iterator[None]:
        operation = self.execution_context
        document = operation.graphql_document
        if document is not None and not operation.pre_execution_errors and _asks_too_much(operation, document):
            operation.pre_execution_errors = [
                GraphQLError(
                    f"This asks for more than {MOST_OBJECTS} objects. Ask for smaller pages, or for fewer inside of pages.",
                    extensions={"code": "TOO_MUCH", "limit": MOST_OBJECTS},
                )
            ]
        yield


def _asks_too_much(operation: ExecutionContext, document: DocumentNode) -> bool:
    fragments = {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}
    schema = operation.schema._schema
    counting = Counting(schema, fragments, operation.variables or {})
    for definition in document.definitions:
        if isinstance(definition, OperationDefinitionNode):
            root = schema.get_root_type(definition.operation)
            if root is not None and counting.objects(definition.selection_set, root) > MOST_OBJECTS:
                return True
    return False
