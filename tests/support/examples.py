"""How long hypothesis tries: a few seconds by default, thousands of examples with LIKENESS_CHAOS=long.

Only the long form makes what fails small: that may take minutes.
"""

from hypothesis import HealthCheck, Phase, settings

from tests.support.cluster import LONG

SHORT = (Phase.explicit, Phase.reuse, Phase.generate)


def examples(few: int, many: int) -> settings:
    return settings(
        max_examples=many if LONG else few,
        deadline=None,
        phases=(*SHORT, Phase.shrink) if LONG else SHORT,
        suppress_health_check=[
            HealthCheck.too_slow,
            HealthCheck.data_too_large,
            HealthCheck.filter_too_much,
            HealthCheck.function_scoped_fixture,
        ],
    )
