"""Rules about the shape of the code that no linter knows."""

import ast
import re
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
OURS = ("app", "db", "domain", "live", "providers", "resolvers", "schema", "tasks")
FORBIDDEN_NAMES = {"utils.py", "helpers.py", "common.py", "misc.py"}
SOURCES = [path for package in OURS for path in sorted((ROOT / package).rglob("*.py"))]


@pytest.mark.parametrize("package", OURS)
def test_no_installed_distribution_provides_a_package_of_our_name(package: str) -> None:
    providers = set(packages_distributions().get(package, []))

    assert providers <= {"likeness"}


def test_every_file_is_named_after_a_noun_someone_found() -> None:
    assert [path for path in SOURCES if path.name in FORBIDDEN_NAMES] == []


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_says_what_it_is_for(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))

    assert ast.get_docstring(tree) or not tree.body


def test_every_variable_that_is_read_is_explained_in_the_example() -> None:
    read = set(re.findall(r'(?:_env\.get|env\.get|_number|_database_url|_env\[)\(?\s*"([A-Z_]+)"', _text("app")))
    explained = set(re.findall(r"^# ([A-Z_]+)=", (ROOT / ".env.example").read_text(encoding="utf-8"), re.MULTILINE))

    assert read - {"DATABASE_URL"} <= explained
    assert read, "the pattern found nothing: it no longer fits how settings are read"


def test_only_the_app_reads_the_environment() -> None:
    readers = [path for path in SOURCES if "os.environ" in path.read_text(encoding="utf-8")]

    assert [path for path in readers if path.relative_to(ROOT).parts[0] != "app"] == []


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_lock_files_hold_hashes_and_no_address(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")

    assert "--hash=sha256:" in text
    assert "://" not in text
    assert "index-url" not in text


def _text(package: str) -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in SOURCES if path.relative_to(ROOT).parts[0] == package)
