"""What LaTeX writes by itself, in the language of a document, and the macros and environments that are known here."""

from typing import Final

from qa.lazy_regex import lazy_regex

_BABEL = lazy_regex(
    r"\\usepackage\s*\[([^\]]{0,2000})\]\s*\{(?:babel|polyglossia)\}|\\setmainlanguage(?:\[[^\]]{0,2000}\])?\{(\w+)\}"
)
_CLASS = lazy_regex(r"\\documentclass\s*\[([^\]]{0,2000})\]")

ENGLISH: Final = {
    "figure": "Figure", "table": "Table", "abstract": "Abstract", "references": "References", "proof": "Proof",
    "part": "Part", "appendix": "Appendix", "chapter": "Chapter", "section": "Section", "equation": "Equation",
    "listing": "Listing", "algorithm": "Algorithm", "item": "Item",
}  # fmt: skip
_OTHERS: Final = {
    "german": ("Abbildung", "Tabelle", "Zusammenfassung", "Literatur", "Beweis", "Teil", "Anhang", "Kapitel",
               "Abschnitt", "Gleichung", "Listing", "Algorithmus", "Punkt"),
    "french": ("Figure", "Table", "Résumé", "Références", "Démonstration", "Partie", "Annexe", "Chapitre", "Section",
               "Équation", "Listing", "Algorithme", "Point"),
    "spanish": ("Figura", "Cuadro", "Resumen", "Referencias", "Demostración", "Parte", "Apéndice", "Capítulo",
                "Sección", "Ecuación", "Listado", "Algoritmo", "Punto"),
    "italian": ("Figura", "Tabella", "Sommario", "Riferimenti bibliografici", "Dimostrazione", "Parte", "Appendice",
                "Capitolo", "Sezione", "Equazione", "Listato", "Algoritmo", "Punto"),
    "portuguese": ("Figura", "Tabela", "Resumo", "Referências", "Demonstração", "Parte", "Apêndice", "Capítulo",
                   "Seção", "Equação", "Listagem", "Algoritmo", "Ponto"),
    "russian": ("Рис.", "Таблица", "Аннотация", "Список литературы", "Доказательство", "Часть", "Приложение", "Глава",
                "Раздел", "Уравнение", "Листинг", "Алгоритм", "Пункт"),
    "dutch": ("Figuur", "Tabel", "Samenvatting", "Referenties", "Bewijs", "Deel", "Bijlage", "Hoofdstuk", "Paragraaf",
              "Vergelijking", "Listing", "Algoritme", "Punt"),
}  # fmt: skip
_NAMES: Final = {
    "ngerman": "german", "naustrian": "german", "austrian": "german", "nswissgerman": "german", "francais": "french",
    "brazil": "portuguese", "brazilian": "portuguese", "portuges": "portuguese",
}  # fmt: skip


def words(text: str) -> dict[str, str]:
    """Return the words that a document's language has for figures, tables and the like."""
    said = [option for match in _BABEL.finditer(text) for option in (match[1] or match[2] or "").split(",")]
    said = said or [option for match in _CLASS.finditer(text) for option in match[1].split(",")]
    for name in reversed([option.strip().removeprefix("main=") for option in said]):
        name = _NAMES.get(name, name)
        if name in _OTHERS:
            return dict(zip(ENGLISH, _OTHERS[name], strict=True))
        if name in ("english", "british", "american", "UKenglish", "USenglish"):
            break
    return dict(ENGLISH)


SECTIONS: Final = {"part": -1, "chapter": 0, "section": 1, "subsection": 2, "subsubsection": 3}
RUN_IN: Final = frozenset({"paragraph", "subparagraph"})
LISTS: Final = {
    "itemize": "bullet", "compactitem": "bullet", "itemize*": "bullet", "asparaitem": "bullet",
    "tightitemize": "bullet", "cvitems": "bullet", "enumerate": "number", "compactenum": "number",
    "enumerate*": "number", "inparaenum": "number", "asparaenum": "number", "description": "term",
    "compactdesc": "term", "labeling": "term", "list": "bullet", "trivlist": "plain",
}  # fmt: skip
TABLES: Final = {
    "tabular": "[{", "tabular*": "{[{", "tabularx": "{[{", "tabulary": "{[{", "longtable": "[{", "longtable*": "[{",
    "supertabular": "[{", "xltabular": "[{{", "longtabu": "{", "tabu": "{", "tblr": "[{", "NiceTabular": "[{",
    "array": "[{", "deluxetable": "{",
}  # fmt: skip
FLOATS: Final = {
    "figure": "figure", "figure*": "figure", "wrapfigure": "figure", "SCfigure": "figure", "sidewaysfigure": "figure",
    "subfigure": "", "table": "table", "table*": "table", "wraptable": "table", "sidewaystable": "table",
    "algorithm": "algorithm", "algorithm*": "algorithm", "listing": "listing", "marginfigure": "figure",
    "longtable": "table", "longtable*": "table",
}  # fmt: skip
NUMBERED: Final = {"equation": False, "multline": False, "align": True, "gather": True, "eqnarray": True,
                   "alignat": True, "flalign": True}  # fmt: skip
"""Environments of numbered formulas, and whether each of their lines has a number."""
THEOREMS: Final = frozenset({
    "theorem", "thm", "lemma", "lem", "corollary", "cor", "proposition", "prop", "definition", "defn", "remark", "rem",
    "rmk", "example", "ex", "conjecture", "claim", "exercise", "axiom", "note", "assumption", "fact", "problem",
    "solution", "question", "notation", "hypothesis",
})  # fmt: skip
_SHORT: Final = {"thm": "Theorem", "lem": "Lemma", "cor": "Corollary", "prop": "Proposition", "defn": "Definition",
                 "rem": "Remark", "rmk": "Remark", "ex": "Example"}  # fmt: skip


def theorem_word(name: str) -> str:
    """Return what an environment of theorems is called where its definition lies in another file."""
    return _SHORT.get(name, name.capitalize())


# Drawings, and what is written for programs.
DRAWN: Final = frozenset({
    "tikzpicture", "pgfpicture", "picture", "filecontents", "filecontents*", "pspicture", "tikzcd", "forest", "axis",
    "CCSXML", "asy", "feynman", "circuitikz",
})  # fmt: skip
# Macros that leave no text, with their arguments as pylatexenc writes them.
SILENT: Final = {
    "documentclass": "[{", "usepackage": "[{", "RequirePackage": "[{", "includegraphics": "*[[{",
    "vspace": "*{", "hspace": "*{", "setlength": "{{", "addtolength": "{{", "settowidth": "{{",
    "pagestyle": "{", "thispagestyle": "{", "pagenumbering": "{", "bibliographystyle": "{", "index": "[{",
    "label": "[{", "hypersetup": "{", "graphicspath": "{", "newlength": "{", "newcounter": "{[",
    "setcounter": "{{", "addtocounter": "{{", "stepcounter": "{", "refstepcounter": "{", "definecolor": "{{{",
    "colorlet": "{{", "color": "[{", "addcontentsline": "{{{", "addtocontents": "{{", "markboth": "{{",
    "markright": "{", "fontsize": "{{", "selectlanguage": "{", "vskip": "", "hskip": "", "rule": "[{{",
    "hfill": "", "vfill": "", "smallskip": "", "medskip": "", "bigskip": "", "newpage": "", "clearpage": "",
    "cleardoublepage": "", "pagebreak": "[", "nopagebreak": "[", "linebreak": "[", "noindent": "", "indent": "",
    "centering": "", "raggedright": "", "raggedleft": "", "tableofcontents": "", "listoffigures": "",
    "listoftables": "", "printindex": "", "makeindex": "", "maketitle": "", "frontmatter": "", "mainmatter": "",
    "backmatter": "", "appendix": "", "bf": "", "it": "", "em": "", "tt": "", "sc": "", "sf": "", "rm": "",
    "sl": "", "bfseries": "", "itshape": "", "ttfamily": "", "scshape": "", "sffamily": "", "rmfamily": "",
    "upshape": "", "mdseries": "", "normalfont": "", "tiny": "", "scriptsize": "", "footnotesize": "",
    "small": "", "normalsize": "", "large": "", "Large": "", "LARGE": "", "huge": "", "Huge": "",
    "selectfont": "", "hline": "", "toprule": "[", "midrule": "[", "bottomrule": "[", "cline": "{",
    "addlinespace": "[", "nonumber": "", "notag": "", "protect": "", "relax": "", "newblock": "", "today": "",
    "nomenclature": "[{{",
    "glossary": "{", "newacronym": "[{{{", "newglossaryentry": "{{", "par": "", "break": "",
    "sloppy": "", "fussy": "", "begingroup": "", "endgroup": "", "makeatletter": "", "makeatother": "",
    "allowbreak": "", "qedhere": "", "rowcolor": "[{", "cellcolor": "[{", "columncolor": "[{",
    "rowcolors": "[{{{", "newcolumntype": "{[{", "captionsetup": "[{", "theoremstyle": "{",
    "numberwithin": "{{", "nocite": "{", "bibliography": "{", "addbibresource": "[{", "printbibliography": "[",
    "graphicpath": "{", "input": "{", "include": "{", "subfile": "{", "import": "{{", "includeonly": "{",
    "xspace": "", "doublespacing": "", "onehalfspacing": "", "singlespacing": "", "phantomsection": "",
    "pdfbookmark": "[{{", "hyphenation": "{", "lstset": "{", "usetikzlibrary": "{", "tikzset": "{",
    "pgfplotsset": "{", "geometry": "{", "fancyhf": "[{", "fancyhead": "[{", "fancyfoot": "[{", "lhead": "{",
    "chead": "{", "rhead": "{", "lfoot": "{", "cfoot": "{", "rfoot": "{", "renewcommand": "*{[[{",
    "newcommand": "*{[[{", "providecommand": "*{[[{", "let": "", "null": "", "strut": "", "leavevmode": "",
    "unskip": "", "ignorespaces": "", "global": "", "long": "", "expandafter": "", "fontfamily": "{",
    "fontseries": "{", "fontshape": "{", "linespread": "{", "parskip": "", "parindent": "", "baselineskip": "",
    "usetheme": "[{", "usecolortheme": "[{", "usefonttheme": "[{", "setbeamertemplate": "{[{",
    "setbeamercolor": "{{", "setbeamerfont": "{{", "pause": "", "titlepage": "", "endfirsthead": "",
    "endhead": "", "endfoot": "", "endlastfoot": "", "tabularnewline": "[", "arraystretch": "", "tabcolsep": "",
    "balance": "", "IEEEpeerreviewmaketitle": "", "vphantom": "{", "smash": "{", "raisebox": "{[[", "qed": "",
    "hrule": "", "hrulefill": "", "dotfill": "", "pageref": "{", "DeclareUnicodeCharacter": "{{",
    "hbadness": "", "tolerance": "", "boldmath": "", "colorbox": "{", "quad": "", "qquad": "", "urlstyle": "{",
    "setstretch": "{", "FloatBarrier": "", "flushbottom": "", "raggedbottom": "", "twocolumn": "[",
    "onecolumn": "", "pdfinfo": "{", "acmConference": "[{{{", "copyrightyear": "{", "ccsdesc": "[{",
    "glsresetall": "", "makeglossaries": "", "printglossaries": "", "minitoc": "", "itemsep": "",
    "setupbox": "", "toctrue": "", "maxdimen": "", "textwidth": "", "linewidth": "", "columnwidth": "",
}  # fmt: skip
# Others with arguments whose text is read.
KNOWN: Final = {
    **dict.fromkeys(SECTIONS, "*[{"), "paragraph": "*[{", "subparagraph": "*[{", "title": "[{", "author": "[{",
    "date": "{", "subtitle": "{", "thanks": "{", "footnote": "[{", "footnotetext": "[{", "endnote": "{",
    "caption": "*[{", "subcaption": "{", "captionof": "*{[{", "item": "[", "href": "[{{", "url": "{",
    "nolinkurl": "{", "path": "{", "textcolor": "[{{", "multicolumn": "{{{", "multirow": "[{[{[{",
    "bibitem": "[{", "frametitle": "[{", "framesubtitle": "{", "todo": "[{", "marginpar": "[{", "phantom": "{",
    "hphantom": "{", "operatorname": "*{", "tag": "*{", "gls": "*[{", "Gls": "*[{", "glspl": "*[{", "ac": "*{",
    "acs": "*{", "acf": "*{", "acp": "*{", "parbox": "[[[{{", "resizebox": "*{{{", "scalebox": "{[{",
    "rotatebox": "[{{", "fbox": "{", "framebox": "[[{", "makebox": "[[{", "adjustbox": "{",
    "texorpdfstring": "{{", "foreignlanguage": "{{", "SI": "[{[{", "si": "[{", "qty": "[{{", "num": "[{",
    "unit": "[{", "ang": "[{", "ce": "{", "enquote": "*{", "ref": "*{", "eqref": "{", "autoref": "*{",
    "cref": "*{", "Cref": "*{", "nameref": "*{", "vref": "*{", "subref": "*{", "keywords": "{", "substack": "{",
    "makecell": "*[{", "shortstack": "[{", "thead": "*[{", "chapter*": "{", "minisec": "{", "addchap": "*[{",
    "addsec": "*[{", "underbrace": "{", "overbrace": "{", "underline": "{", "overline": "{", "stackrel": "{{",
    "overset": "{{", "underset": "{{", "dfrac": "{{", "tfrac": "{{", "cfrac": "{{", "binom": "{{",
    "dbinom": "{{", "boldsymbol": "{", "bm": "{", "mathbb": "{", "mathcal": "{", "mathfrak": "{",
    "mathscr": "{", "mathsf": "{", "mathtt": "{", "mathit": "{", "mathrm": "{", "mathbf": "{", "hat": "{",
    "widehat": "{", "bar": "{", "tilde": "{", "widetilde": "{", "vec": "{", "dot": "{", "ddot": "{",
    "sout": "{", "xout": "{", "st": "{", "deleted": "[{",
    "frac": "{{", "sqrt": "[{", "text": "{", "intertext": "{", "mbox": "{", "hbox": "{", "ensuremath": "{",
}  # fmt: skip
CITES: Final = frozenset({
    "cite", "citep", "citet", "citealp", "citealt", "citeauthor", "citeyear", "parencite", "textcite", "autocite",
    "footcite", "supercite", "fullcite", "Cite", "Citet", "Citep", "citeyearpar", "smartcite",
})  # fmt: skip
UNITS: Final = {
    "metre": "m", "meter": "m", "gram": "g", "second": "s", "ampere": "A", "kelvin": "K", "mole": "mol",
    "hertz": "Hz", "newton": "N", "pascal": "Pa", "joule": "J", "watt": "W", "volt": "V", "ohm": "Ω",
    "celsius": "°C", "degreeCelsius": "°C", "percent": "%", "litre": "l", "liter": "l", "hour": "h",
    "minute": "min", "day": "d", "tonne": "t", "bar": "bar", "electronvolt": "eV", "byte": "B", "bit": "bit",
    "degree": "°", "kilo": "k", "mega": "M", "giga": "G", "tera": "T", "milli": "m", "micro": "µ", "nano": "n",
    "pico": "p", "centi": "c", "deci": "d", "hecto": "h", "per": "/", "squared": "²", "cubed": "³", "kg": "kg",
    "km": "km", "cm": "cm", "mm": "mm", "ms": "ms", "MHz": "MHz", "GHz": "GHz", "kHz": "kHz", "kilogram": "kg",
    "nm": "nm", "um": "µm",
}  # fmt: skip
