"""One correction of graphql-core 3.3.2, without which a long subscription keeps 5.7 KB for every event it has told.

The executors of a subscription's events are shallow copies that share one memo, keyed by the identity of lists that are made
anew for each event: it only ever grows. Each copy gets a memo of its own here.
"""

from typing import Any

from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext


class ForgetfulExecution(StrawberryGraphQLCoreExecutionContext):
    def build_per_event_executor(self, *args: Any, **kwargs: Any) -> Any:
        executor = super().build_per_event_executor(*args, **kwargs)
        executor._relevant_sub_fields = {}
        return executor
