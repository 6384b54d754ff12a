"""Makes the bundle that desktop programs install the MCP server from: python scripts/make_mcpb.py [FOLDER].

It holds a wheel of this checkout and a few lines that start it; the program that installs it runs them with uv, which
fetches what Footnote needs. The form is that of version 0.4 of the manifest of MCP bundles.
"""

import json
import re
import subprocess
import sys
import tempfile
import tomllib
import zipfile
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
_START = '''"""Starts Footnote for an agent."""

from ui.cli import main

raise SystemExit(main(["mcp"]))
'''
# Times inside the archive: equal contents give equal bundles.
_MOMENT = (2024, 1, 1, 0, 0, 0)


def manifest(project: dict[str, Any]) -> dict[str, Any]:
    """Return the manifest.

    Args:
        project: The table of this name of pyproject.toml.
    """
    return {
        "manifest_version": "0.4",
        "name": project["name"],
        "display_name": "Footnote",
        "version": project["version"],
        "description": project["description"],
        "author": {"name": "The Footnote authors"},
        "license": project["license"],
        "keywords": ["documents", "search", "question answering", "citations"],
        "server": {
            "type": "uv",
            "entry_point": "server/main.py",
            "mcp_config": {
                "command": "uv",
                "args": ["run", "--directory", "${__dirname}", "server/main.py"],
                "env": {
                    "FOOTNOTE_COLLECTION": "${user_config.collection}",
                    "FOOTNOTE_HOME": "${user_config.home}",
                },
            },
        },
        "tools": [{"name": name, "description": about} for name, about in _tools()],
        "user_config": {
            "collection": {
                "type": "string",
                "title": "Collection",
                "description": "Which collection of documents is asked",
                "default": "documents",
                "required": False,
            },
            "home": {
                "type": "string",
                "title": "Home",
                "description": "Folder of the index; leave it empty for the usual one",
                "default": "",
                "required": False,
            },
        },
        "compatibility": {
            "platforms": ["darwin", "win32", "linux"],
            "runtimes": {"python": project["requires-python"]},
        },
    }


def _tools() -> list[tuple[str, str]]:
    """Return the tools of the server, with the first line of what each says of itself."""
    code = (ROOT / "ui" / "mcp" / "server.py").read_text("utf-8")
    found = re.findall(r'@tool\(.*?\)\n\s+async def (\w+)\(.*?"""(.*?)(?:\n|""")', code, re.DOTALL)
    return [(name, about.strip()) for name, about in found]


def make(folder: Path) -> Path:
    """Write the bundle into a folder, and return its path."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    folder.mkdir(parents=True, exist_ok=True)
    bundle = folder / f"{project['name']}-{project['version']}.mcpb"
    with tempfile.TemporaryDirectory() as made:
        wheel = _wheel(Path(made))
        parts = {
            "manifest.json": json.dumps(manifest(project), indent=2, ensure_ascii=False).encode(),
            "pyproject.toml": _environment(project, wheel.name).encode(),
            "server/main.py": _START.encode(),
            "LICENSE": (ROOT / "LICENSE").read_bytes(),
            f"wheels/{wheel.name}": wheel.read_bytes(),
        }
    with zipfile.ZipFile(bundle, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name, _MOMENT), content, zipfile.ZIP_DEFLATED)
    return bundle


def _wheel(folder: Path) -> Path:
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "-w", str(folder)]
    # What builds it is fetched where this environment lacks it, or has another release than is asked for.
    command += ["--no-build-isolation"] if _builds_here() else []
    subprocess.run([*command, str(ROOT)], check=True)
    [wheel] = folder.glob("*.whl")
    return wheel


def _builds_here() -> bool:
    """Tell whether this environment has what builds the package."""
    try:
        from packaging.requirements import Requirement
    except ImportError:
        return False
    needed = map(Requirement, tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["build-system"]["requires"])
    try:
        return all(one.specifier.contains(version(one.name)) for one in needed)
    except PackageNotFoundError:
        return False


def _environment(project: dict[str, Any], wheel: str) -> str:
    """Return the pyproject.toml by which uv makes the environment."""
    return (
        f'[project]\nname = "{project["name"]}-bundle"\nversion = "{project["version"]}"\n'
        f'requires-python = "{project["requires-python"]}"\ndependencies = ["{project["name"]}"]\n\n'
        f'[tool.uv]\npackage = false\n\n[tool.uv.sources]\n{project["name"]} = {{ path = "wheels/{wheel}" }}\n'
    )


if __name__ == "__main__":
    print(make(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "dist"))
