"""graphql-core's executor with two changes: plain selections are compiled, and events leave nothing behind.

It overrides what is private in graphql-core 3.3.2, hence the exact pin (docs/decisions/0002).
"""

from collections.abc import Mapping
from typing import Any

from graphql import GraphQLNonNull, GraphQLObjectType, GraphQLOutputType, is_leaf_type
from graphql.execution.collect_fields import FieldDetailsList, collect_fields, collect_subfields
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from schema.execution.compiled import Complete, compile_selection
from schema.execution.documents import Operation
from schema.execution.rows import RowForm, compile_page

MOST_PLANS = 32
"""Compiled selections of one operation, of which some 500 are kept: @skip and @include would make as many as one likes."""

WORTH_COMPILING = 2
"""Runs of an operation: one that is asked once would only pay for it."""


class LeanExecutor(StrawberryGraphQLCoreExecutionContext):
    plan: Operation

    _found: dict[tuple[int, int, RowForm | None], tuple[FieldDetailsList, Complete | None]]
    """By the identity of type and fields, which are kept alive here."""

    _conditions: tuple[object, ...]

    def follow(self, operation: Operation) -> None:
        """Compile, and use what was compiled for this operation before."""
        self.plan, self._found = operation, {}
        coerced = self.variable_values.coerced
        self._conditions = tuple(coerced.get(name) for name in operation.conditions)

    def complete_value(  # noqa: PLR0917 - graphql-core's signature
        self,
        return_type: GraphQLOutputType,
        field_details_list: FieldDetailsList,
        info: Any,
        path: Any,
        result: Any,
        position_context: Any,
    ) -> Any:
        if result is not None and not isinstance(return_type, GraphQLNonNull) and not is_leaf_type(return_type):
            try:
                form = getattr(result, "form", None)
                complete = self._compiled(return_type, field_details_list, form if type(form) is RowForm else None)
                if complete is not None:
                    return complete(result)
            except Exception:  # noqa: BLE001, S110 - whatever it is, the stock path meets it again and tells it exactly
                pass
        return super().complete_value(return_type, field_details_list, info, path, result, position_context)

    def data_of(self, event: object) -> dict[str, Any] | None:
        """Of a subscription's event, outright; None where that takes an execution: something is not plain, or not as expected."""
        found = self._root_plan()
        if found is None:
            return None
        response_name, complete = found
        try:
            return {response_name: complete(event)}
        except Exception:  # noqa: BLE001 - likewise
            return None

    def build_per_event_executor(self, payload: Any) -> Any:
        """Copies share one memo, keyed by the identity of lists that are made anew for each event, which only ever grows."""
        executor: Any = super().build_per_event_executor(payload)
        executor._relevant_sub_fields, executor._found = {}, {}
        return executor

    def _root_plan(self) -> tuple[str, Complete] | None:
        """Of the one field that a subscription has."""
        key = ("root", self._conditions)
        found: tuple[str, Complete] | None = self.plan.plans.get(key)
        if found is None and (kind := self.schema.subscription_type) is not None:
            collected = collect_fields(
                self.schema, self.fragments, self.variable_values, kind, self.operation, self.hide_suggestions
            )
            ((response_name, fields),) = collected.grouped_field_set.items()
            field = self.schema.get_field(kind, fields[0].node.name.value)
            if field is None:
                return None
            below = field.type.of_type if isinstance(field.type, GraphQLNonNull) else field.type
            complete = self._shared(below, fields, None)
            if complete is not None:
                found = self.plan.plans[key] = response_name, complete
        return found

    def _compiled(self, kind: GraphQLOutputType, fields: FieldDetailsList, form: RowForm | None) -> Complete | None:
        key = (id(kind), id(fields), form)
        found = self._found.get(key)
        if found is None:
            found = self._found[key] = fields, self._shared(kind, fields, form)
        return found[1]

    def _shared(self, kind: GraphQLOutputType, fields: FieldDetailsList, form: RowForm | None) -> Complete | None:
        """Of all executions of the operation that select the same."""
        plans: dict[Any, Complete | None] = self.plan.plans
        key = (id(kind), form, *(id(details.node) for details in fields), self._conditions)
        if key in plans:
            return plans[key]
        if self.plan.runs < WORTH_COMPILING or len(plans) >= MOST_PLANS:
            return None
        if form is None:
            complete = compile_selection(self.schema, self._below, kind, fields)
        else:
            complete = compile_page(self.schema, self._below, kind, fields, form)
        plans[key] = complete
        return complete

    def _below(self, kind: GraphQLObjectType, fields: FieldDetailsList) -> Mapping[str, FieldDetailsList]:
        collected = collect_subfields(
            self.schema, self.fragments, self.variable_values, self.operation, kind, fields, self.hide_suggestions
        )
        return collected.grouped_field_set
