"""`python -m schema.export FILE`: the schema as clients see it, to be read in review."""

import sys
from pathlib import Path

from schema.build import build_schema

if __name__ == "__main__":
    Path(sys.argv[1]).write_text(build_schema().as_str() + "\n", encoding="utf-8")
