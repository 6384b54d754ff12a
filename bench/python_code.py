"""Write a question set of Python's library: modules without docstrings, asked by those. See bench/README.md."""

import argparse
import ast
import io
import json
import random
import re
import sysconfig
import tokenize
from collections.abc import Iterator
from pathlib import Path

MODULES, QUESTIONS = 110, 270
# A shorter sentence says too little to be a question, and a smaller module has little to be found among.
_LEAST_WORDS, _LEAST_BYTES = 6, 4_000
_SENTENCE = re.compile(r"(.+?[.!?])(?:\s|$)", re.DOTALL)


def main() -> None:
    """Write docs.jsonl and queries.jsonl."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="where the set is written")
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    library = Path(sysconfig.get_path("stdlib"))
    files = [file for file in sorted(library.glob("*.py")) if file.stat().st_size >= _LEAST_BYTES]
    documents, questions = [], []
    for file in random.Random(0).sample(files, MODULES):
        source = file.read_text(encoding="utf-8")
        tree = ast.parse(source)
        name = file.name
        documents.append({"id": name, "title": name, "text": without_docstrings(source, tree)})
        for number, text in enumerate(dict.fromkeys(first_sentences(tree))):
            questions.append({"id": f"{name}-{number}", "text": text, "relevant": {name: 1}})
    # What two modules say is asked of neither.
    said = [question["text"] for question in questions]
    questions = [question for question in questions if said.count(question["text"]) == 1]
    for written, rows in (("docs", documents), ("queries", random.Random(0).sample(questions, QUESTIONS))):
        lines = (json.dumps(row, ensure_ascii=False) for row in rows)
        (arguments.folder / f"{written}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")


def docstrings(tree: ast.Module) -> Iterator[ast.Constant]:
    """Return the docstrings of a module, of its classes and of its functions."""
    for node in ast.walk(tree):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)) and node.body:
            first = node.body[0]
            value = first.value if isinstance(first, ast.Expr) else None
            if isinstance(value, ast.Constant) and isinstance(value.value, str):
                yield value


def first_sentences(tree: ast.Module) -> Iterator[str]:
    """Return the first sentence of each docstring that is long enough."""
    for docstring in docstrings(tree):
        found = _SENTENCE.match(str(docstring.value).strip())
        text = " ".join(found[1].split()) if found else ""
        if len(text.split()) >= _LEAST_WORDS:
            yield text


def without_docstrings(source: str, tree: ast.Module) -> str:
    """Return a module's source without its docstrings."""
    places = {(docstring.lineno, docstring.col_offset) for docstring in docstrings(tree)}
    lines = source.splitlines(keepends=True)
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        line = token.start[0]
        if token.type == tokenize.STRING and (line, len(token.line[: token.start[1]].encode())) in places:
            for number in range(line - 1, token.end[0]):
                lines[number] = ""
    return "".join(lines)


if __name__ == "__main__":
    main()
