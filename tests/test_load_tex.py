"""LaTeX: structure, the numbers that TeX counts, macros of the author, tables, formulas, and what is hostile."""

from pathlib import Path

import pytest
from test_load import check_offsets, first, outline

from qa.errors import LoadError
from qa.types import Document


def loaded(path: Path, body: str, *, preamble: str = "", kind: str = "article") -> Document:
    path.write_text(f"\\documentclass{{{kind}}}\n{preamble}\n\\begin{{document}}\n{body}\n\\end{{document}}\n", "utf-8")
    return first(path)


def test_sections_are_numbered_and_referred_to(tmp_path: Path) -> None:
    body = r"""
\maketitle
\section{Fees}\label{sec:fees} % a comment
The fee is 5\,\%. See Section~\ref{sec:notice} and \cref{sec:fees}.
\subsection{Late fees}
None.
\section*{Thanks}
\appendix
\section{Forms}\label{sec:notice}
"""
    document = loaded(tmp_path / "a.tex", body, preamble=r"\title{Berths \& moorings}\author{Rhea Quill \and Ada Roe}")
    assert document.text == (
        "Berths & moorings\n\nRhea Quill, Ada Roe\n\n1 Fees\n\nThe fee is 5 %. See Section A and Section 1.\n\n"
        "1.1 Late fees\n\nNone.\n\nThanks\n\nA Forms"
    )
    assert outline(document) == [
        (1, "Berths & moorings"), (1, "1 Fees"), (2, "1.1 Late fees"), (1, "Thanks"), (1, "A Forms"),
    ]  # fmt: skip
    assert (document.title, document.metadata["author"]) == ("Berths & moorings", "Rhea Quill, Ada Roe")
    check_offsets(document)


def test_chapters_stand_above_sections_in_books(tmp_path: Path) -> None:
    body = r"\chapter{One}\section{Two}\begin{figure}\caption{A pier}\end{figure}\subsubsection{Deep}\chapter{Three}"
    preamble = r"\usepackage[ngerman]{babel}"
    assert loaded(tmp_path / "a.tex", body, preamble=preamble, kind="scrreprt").text == (
        "1 One\n\n1.1 Two\n\nAbbildung 1.1: A pier\n\nDeep\n\n2 Three"
    )


def test_a_part_of_a_document_has_no_numbers_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "chapter.tex"
    path.write_text(r"\chapter{Tides}\section{Spring}High.", "utf-8")
    assert first(path).text == "Tides\n\nSpring\n\nHigh."


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (r"\begin{enumerate}\item a\item b\begin{enumerate}\item c\end{enumerate}\item d\end{enumerate}",
         "1. a\n2. b\n(a) c\n3. d"),
        (r"\begin{enumerate}[label=(\roman*),start=3]\item a\item b\end{enumerate}", "(iii) a\n(iv) b"),
        (r"\begin{enumerate}[a)]\item x\item y\end{enumerate}", "a) x\nb) y"),
        (r"\begin{itemize}\item one\item two\end{itemize}", "- one\n- two"),
        (r"\begin{description}\item[jib] a sail\item[keel] wood\end{description}", "- jib: a sail\n- keel: wood"),
        ("Say ``yes'' -- caf\\'e na\\\"ive \\v{s}~\\ss{} \\LaTeX{} $\\alpha \\leq \\frac{a+1}{b}$ $x^{n+1}$",
         "Say “yes” – café naïve š ß LaTeX α ≤ (a+1)/b x^(n+1)"),
        (r"Text\footnote{An aside.} goes on.", "Text goes on.\n\n[Note: An aside.]"),
        ("\\begin{verbatim}\n% kept \\foo\n\\end{verbatim}", "% kept \\foo"),
        (r"Use \verb|a\b| and \url{http://x.org/a_b} or \href{http://y.org}{this}.",
         "Use a\\b and http://x.org/a_b or this."),
        (r"It is \SI{5}{\kilo\metre} long, see \cite{roe2020}.", "It is 5 km long, see [roe2020]."),
        (r"So \begin{equation}E = mc^2\label{e}\end{equation} and \eqref{e}.", "So\nE = mc^2 (1)\nand (1)."),
        ("a\\iffalse b\\fi c\\begin{comment}d\\end{comment}", "a c"),
    ],
)  # fmt: skip
def test_what_stands_in_a_document(tmp_path: Path, body: str, text: str) -> None:
    assert loaded(tmp_path / "a.tex", body).text == text


def test_tables_have_their_names_in_every_row(tmp_path: Path) -> None:
    body = r"""
\begin{table}\centering
\begin{tabular}{llrr}\toprule
Site & Shift & \multicolumn{2}{c}{Crew} \\ \cmidrule(lr){3-4}
 & & day & night \\ \midrule
\multirow{2}{*}{North} & early & 4 & 2 \\
 & late & 6 & \\ \bottomrule
\end{tabular}
\caption{Crews}
\end{table}"""
    assert loaded(tmp_path / "a.tex", body).text == (
        "Site: North; Shift: early; Crew › day: 4; Crew › night: 2\nSite: North; Shift: late; Crew › day: 6\n\n"
        "Table 1: Crews"
    )


def test_the_header_that_a_long_table_repeats_stands_once(tmp_path: Path) -> None:
    body = r"""\begin{longtable}{ll}
Boat & Berth \\ \endfirsthead
Boat & Berth \\ \endhead
\multicolumn{2}{r}{goes on} \\ \endfoot
Tansy & 4 \\ Sedge & 7 \\
\end{longtable}"""
    assert loaded(tmp_path / "a.tex", body).text == "Boat: Tansy; Berth: 4\nBoat: Sedge; Berth: 7"


def test_macros_of_the_author_and_of_files_beside_it_are_put_in(tmp_path: Path) -> None:
    (tmp_path / "names.tex").write_text(r"\newcommand{\boat}[1]{the \emph{#1}}", "utf-8")
    preamble = r"\input{names}\newcommand{\both}[2][Tansy]{\boat{#1} and \boat{#2}}\def\port{Sorrel}"
    document = loaded(tmp_path / "a.tex", r"\both{Sedge} in \port.", preamble=preamble)
    assert (document.text, document.gaps) == ("the Tansy and the Sedge in Sorrel.", ())


def test_theorems_are_counted_as_they_were_defined(tmp_path: Path) -> None:
    preamble = r"\newtheorem{thm}{Theorem}[section]\newtheorem{lem}[thm]{Lemma}"
    body = (
        r"\section{A}\begin{lem}One.\end{lem}\begin{thm}[Roe]\label{t}Two.\end{thm}\begin{proof}By \ref{t}.\end{proof}"
    )
    assert loaded(tmp_path / "a.tex", body, preamble=preamble).text == (
        "1 A\n\nLemma 1.1. One.\n\nTheorem 1.2 (Roe). Two.\n\nProof. By 1.2."
    )


def test_a_bibliography_has_the_numbers_that_are_cited(tmp_path: Path) -> None:
    body = (
        r"See \cite{b}. \begin{thebibliography}{9}\bibitem{a} A. Roe, Tides."
        r" \bibitem{b} R. Quill, Berths.\end{thebibliography}"
    )
    assert loaded(tmp_path / "a.tex", body).text == (
        "See [2].\n\nReferences\n\n[1] A. Roe, Tides.\n[2] R. Quill, Berths."
    )


def test_included_files_count_and_missing_ones_are_named(tmp_path: Path) -> None:
    (tmp_path / "one.tex").write_text(r"\section{One}\section{Two}", "utf-8")
    document = loaded(tmp_path / "a.tex", r"\include{one}\section{Three}\input{gone}\section{Four}")
    assert (document.text, document.gaps) == ("3 Three\n\nFour", ("without the included gone, not in its folder",))


@pytest.mark.parametrize("name", ["../secret", "/etc/passwd", "sub/../../secret"])
def test_no_file_outside_the_folder_is_read(tmp_path: Path, name: str) -> None:
    (tmp_path / "secret.tex").write_text(r"\newcommand{\hush}{SECRET}", "utf-8")
    (tmp_path / "in").mkdir()
    document = loaded(tmp_path / "in" / "a.tex", r"Say \hush", preamble=f"\\input{{{name}}}")
    assert "SECRET" not in document.text
    assert document.gaps == (f"without the included {name}, not in its folder",)


def test_what_nobody_sees_is_left_out_once(tmp_path: Path) -> None:
    document = loaded(tmp_path / "a.tex", r"Seen \textcolor{white}{two words} {\color{white} one} \phantom{more}.")
    assert document.text == "Seen ."
    assert document.gaps == ("without 4 hidden words (the colour of its background, hidden text)",)


def test_verbatim_text_keeps_its_lines_and_what_looks_like_options(tmp_path: Path) -> None:
    listing = "\\begin{lstlisting}[language=C]\nint x;\n\\end{lstlisting}"
    body = "\\begin{verbatim}one\n[two]\nthree\n\\end{verbatim}\n" + listing
    assert loaded(tmp_path / "a.tex", body).text == "one\n[two]\nthree\n\nint x;"


@pytest.mark.parametrize(
    ("text", "is_read"),
    [
        (r"\newcommand{\a}{x\b}\newcommand{\b}{y\a} hi \a", True),
        (r"\newcommand{\d}[1]{#1#1#1#1} hi " + "\\d{" * 12 + "abc" + "}" * 12, True),
        ("hi " + "\\begin{verbatim} \\iffalse \\verb+ " * 3_000, False),
        ("hi " + "\\newcommand{\\x}{" * 300, False),
        ("hi " + "{" * 20_000, False),
        ("hi " + "\\cmidrule(" * 3_000, True),
        (r"\newcommand{\x}[1]{#1} hi " + "\\x{" * 20_000, False),
        (r"\newcommand{\x}[2][a]{#1} hi " + "\\x[" * 20_000, True),
        ("hi " + "\\newenvironment[" * 4_000, True),
        ("hi " + "\\'" * 6_000, True),
        ("hi \\begin{verbatim}" + " " * 100_000 + "x\\end{verbatim}", True),
    ],
)
def test_hostile_source_ends_soon_in_text_or_one_line(tmp_path: Path, text: str, *, is_read: bool) -> None:
    path = tmp_path / "a.tex"
    path.write_text(text, "utf-8")
    if is_read:
        assert first(path).text.startswith("hi")
    else:
        with pytest.raises(LoadError, match="nested too deep"):
            first(path)
