"""The part of the German catalogue that says what was computed over the rows of a table."""

from collections.abc import Mapping

TABLE: Mapping[str, str | tuple[str, str]] = {
    "Not computed: {name} has {passages} passages, and at most {limit} are computed.": (
        "Nicht berechnet: {name} hat {passages} Stellen, und höchstens {limit} werden berechnet."
    ),
    "Not computed: shown are the rows that match best.": (
        "Nicht berechnet: Gezeigt sind die Zeilen, die am besten passen."
    ),
    "every word of it is about the table {table}": "jedes ihrer Wörter gilt der Tabelle {table}",
    "a row of the table {table} is named, and one of its cells fits": (
        "eine Zeile der Tabelle {table} ist genannt, und eine ihrer Zellen passt"
    ),
    "The question names no column of it; {column} is the nearest.": (
        "Die Frage nennt keine Spalte davon; {column} kommt ihr am nächsten."
    ),
    "{n} row of {table}": ("{n} Zeile von {table}", "{n} Zeilen von {table}"),
    "{rows} where {conditions}": "{rows} ({conditions})",
    "{one} or {other}": "{one} oder {other}",
    "{column} is blank": "{column} ist leer",
    "{column} is not blank": "{column} ist nicht leer",
    "{column} is in quarter {value}": "{column} liegt im {value}. Quartal",
    "{column} is in {month}": "{column} liegt im {month}",
    "{column} is in {value}": "{column} liegt in {value}",
    "{column} is {value}": "{column} ist {value}",
    "{column} is not {value}": "{column} ist nicht {value}",
    "{column} is before {value}": "{column} liegt vor {value}",
    "{column} is not after {value}": "{column} liegt nicht nach {value}",
    "{column} is after {value}": "{column} liegt nach {value}",
    "{column} is not before {value}": "{column} liegt nicht vor {value}",
    "{column} is below {value}": "{column} ist unter {value}",
    "{column} is at most {value}": "{column} ist höchstens {value}",
    "{column} is above {value}": "{column} ist über {value}",
    "{column} is at least {value}": "{column} ist mindestens {value}",
    "{column} holds {value}": "{column} enthält {value}",
    "day": "Tag",
    "week": "Woche",
    "month": "Monat",
    "quarter": "Quartal",
    "year": "Jahr",
    "Mean per {group}: {value}, over the {n} with rows": "Mittelwert je {group}: {value}, über {n} mit Zeilen",
    "Rows for each {group}, over {rows}: {values}": "Zeilen je {group}, über {rows}: {values}",
    "Sum of {column} for each {group}, over {rows}: {values}": "Summe von {column} je {group}, über {rows}: {values}",
    "Mean of {column} for each {group}, over {rows}: {values}": (
        "Mittelwert von {column} je {group}, über {rows}: {values}"
    ),
    "Number of different values of {column} for each {group}, over {rows}: {values}": (
        "Anzahl verschiedener Werte von {column} je {group}, über {rows}: {values}"
    ),
    "Number of different values of {column} over {rows}: {value}": (
        "Anzahl verschiedener Werte von {column} über {rows}: {value}"
    ),
    "Sum of {column} over {rows}: {value}": "Summe von {column} über {rows}: {value}",
    "Mean of {column} over {rows}: {value}": "Mittelwert von {column} über {rows}: {value}",
    "Share of {column} where {conditions}, over {rows}: {value}": (
        "Anteil an {column} ({conditions}), über {rows}: {value}"
    ),
    "Share where {conditions}, over {rows}: {value}": "Anteil ({conditions}), über {rows}: {value}",
    "({n} of {all} rows)": "({n} von {all} Zeilen)",
    "number of rows": "Zahl der Zeilen",
    "sum of {column}": "Summe von {column}",
    "mean of {column}": "Mittelwert von {column}",
    "Highest {what} for each {group}, over {rows}: {values}": "Größte {what} je {group}, über {rows}: {values}",
    "Lowest {what} for each {group}, over {rows}: {values}": "Kleinste {what} je {group}, über {rows}: {values}",
    "Highest {column} of {rows}: {values}": "Höchster Wert von {column} in {rows}: {values}",
    "Lowest {column} of {rows}: {values}": "Niedrigster Wert von {column} in {rows}: {values}",
    "{column} is blank in {rows}.": "{column} ist leer in {rows}.",
    "{column} where {conditions} in {table}: {value}": "{column} ({conditions}) in {table}: {value}",
    "{column} in {table}: {value}": "{column} in {table}: {value}",
    "blank": "leer",
    "rows": "Zeilen",
    "no number": "keine Zahl",
    "and {n} more": "und {n} weitere",
    "“{cell}” (row {n})": "„{cell}“ (Zeile {n})",
    "{cells} of {column} counts as below zero, as in accounts.": (
        "{cells} in {column} zählt als Wert unter null, wie in der Buchführung."
    ),
    "{n} cell of {column} could not be read as a number and is left out: {some}.": (
        "{n} Zelle von {column} ließ sich nicht als Zahl lesen und fehlt: {some}.",
        "{n} Zellen von {column} ließen sich nicht als Zahl lesen und fehlen: {some}.",
    ),
    "{n} cell of {column} could not be read as a date and is left out: {some}.": (
        "{n} Zelle von {column} ließ sich nicht als Tag lesen und fehlt: {some}.",
        "{n} Zellen von {column} ließen sich nicht als Tag lesen und fehlen: {some}.",
    ),
    "The marks within the numbers of {column} are read as parting thousands.": (
        "Die Zeichen in den Zahlen von {column} werden als Tausenderzeichen gelesen."
    ),
    "The marks within the numbers of {column} are read as parting decimals.": (
        "Die Zeichen in den Zahlen von {column} werden als Dezimalzeichen gelesen."
    ),
    "Rounded to {n} decimals.": "Auf {n} Dezimalstellen gerundet.",
    "The row {rows} is not counted in, since it sums up the others.": (
        "Die Zeile {rows} ist nicht mitgezählt, weil sie die anderen zusammenfasst."
    ),
    "The rows {rows} are not counted in, since they sum up the others.": (
        "Die Zeilen {rows} sind nicht mitgezählt, weil sie die anderen zusammenfassen."
    ),
    "The first {n} of {all} rows are shown.": "Gezeigt sind die ersten {n} von {all} Zeilen.",
    "The rows stand in {all} passages, of which {n} are cited.": (
        "Die Zeilen stehen in {all} Passagen, von denen {n} zitiert sind."
    ),
    "It rests on {all} passages, of which the sentence names {n}.": (
        "Das beruht auf {all} Passagen, von denen der Satz {n} nennt."
    ),
    "The days of {column} run from {first} to {last}; of any other time the rows say nothing.": (
        "Die Tage von {column} reichen von {first} bis {last}; über andere Zeiten sagen die Zeilen nichts."
    ),
    "{model} chose what to compute; Footnote computed it.": (
        "{model} hat gewählt, was zu berechnen ist; berechnet hat es Footnote."
    ),
}
