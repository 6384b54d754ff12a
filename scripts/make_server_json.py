"""Makes the entry for registries of MCP servers: python scripts/make_server_json.py io.github.OWNER/footnote [FOLDER].

The name says who publishes: a registry lets only the GitHub user OWNER publish below io.github.OWNER, and only who
holds a domain below its reversed name. It also looks for the line "mcp-name: NAME" in the description of the package,
which is README.md: add it before the package is built. FOOTNOTE_MCP_NAME may hold the name as well.
"""

import json
import os
import re
import sys
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
# As the registry's schema has it, with a name of at least two parts before the slash.
_NAME = re.compile(r"[a-zA-Z0-9-]+(\.[a-zA-Z0-9-]+)+/[a-zA-Z0-9._-]+")
_LONGEST = 200


def entry(name: str) -> dict[str, Any]:
    """Return the entry of this release under a name.

    Raises:
        ValueError: No registry takes this name.
    """
    if not _NAME.fullmatch(name) or len(name) > _LONGEST or "OWNER" in name.split("/")[0].split("."):
        raise ValueError(
            f'"{name}" is no name of a server; give one such as io.github.jane/footnote, with your own name'
        )
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    made: dict[str, Any] = json.loads((ROOT / "server.json").read_text("utf-8"))
    packages = [{**package, "version": project["version"]} for package in made["packages"]]
    return {**made, "name": name, "version": project["version"], "packages": packages}


def make(name: str, folder: Path) -> Path:
    """Write the entry into a folder, and return its path; see `entry` for what it raises."""
    made = entry(name)
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "server.json"
    file.write_text(json.dumps(made, indent=2, ensure_ascii=False) + "\n", "utf-8")
    return file


def _main(name: str, folder: Path) -> str:
    try:
        file = make(name, folder)
    except ValueError as error:
        raise SystemExit(f"error: {error}") from None
    line = f"mcp-name: {name}"
    if line in (ROOT / "README.md").read_text("utf-8"):
        return str(file)
    return f"{file}\nbefore the package is built, add to README.md: <!-- {line} -->"


if __name__ == "__main__":
    given = sys.argv[1] if len(sys.argv) > 1 else os.environ.get("FOOTNOTE_MCP_NAME", "")
    print(_main(given, Path(sys.argv[2]) if len(sys.argv) > 2 else ROOT / "dist"))
