"""What a process loads. The API answers from rows: whatever draws, or speaks to a vendor, is for workers; an SDK for those with its key.

In processes of their own: this one has loaded everything.
"""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]

SDKS = {"openai", "fal_client", "storage3", "runpod", "cv2", "c2pa", "pypdf"}
DRAWING = {"PIL", "numpy", "providers.local.sketch", "providers.local.images", "providers.pixels"}
WORK = {"dramatiq", "app.adapters", "app.worker", "providers.fal.images", "providers.openai", "providers.runpod"}

MAKE_THE_API = """
from app.asgi import make_app
from app.settings import Settings
make_app(Settings.from_env({
    "DATABASE_URL": "postgresql://nobody@127.0.0.1/nothing", "REDIS_URL": "redis://127.0.0.1:1/0",
    "LIKENESS_SECRET": "a secret of tests, long enough to be one", "FAL_KEY": "k", "OPENAI_API_KEY": "k", "RUNPOD_API_KEY": "k",
    "RUNPOD_ENDPOINTS": "e", "SUPABASE_URL": "https://abc.supabase.co", "SUPABASE_SERVICE_KEY": "k", "PROVIDER_WEBHOOKS": "on",
}))
"""


def loaded_by(program: str) -> set[str]:
    """Names of modules."""
    told = f"{program}\nimport json, sys\nprint(json.dumps(sorted(sys.modules)))"
    run = subprocess.run(  # noqa: S603 - the tests' own programs
        [sys.executable, "-c", told], cwd=ROOT, env={}, capture_output=True, check=True, timeout=60
    )
    return set(json.loads(run.stdout))


def test_an_api_with_every_vendor_configured_loads_no_sdk_and_nothing_that_draws_or_works() -> None:
    loaded = loaded_by(MAKE_THE_API)

    assert loaded & (SDKS | DRAWING | WORK) == set()
    assert {"app.asgi", "providers.supabase.files", "providers.fal.webhooks"} <= loaded


def test_importing_a_worker_loads_no_sdk_as_it_may_have_no_key() -> None:
    loaded = loaded_by("import app.worker")

    assert loaded & SDKS == set()
    assert WORK - {"app.worker"} <= loaded, "the names that the API must not load have changed"
    assert loaded >= DRAWING
