"""The part of the German catalogue that says what documents state of themselves: compared, limited, added up."""

from collections.abc import Mapping

STATED: Mapping[str, str | tuple[str, str]] = {
    "{names} state the same: {value}.": "{names} nennen dasselbe: {value}.",
    "None of them is still to come; the last was {name}: {value}.": (
        "Keines davon steht noch bevor; das letzte war {name}: {value}."
    ),
    "Next comes {other}: {value}.": "Danach kommt {other}: {value}.",
    "{name} ends first: {value}.": "{name} endet zuerst: {value}.",
    "{name} ends next: {value}.": "{name} endet als Nächstes: {value}.",
    "{name} starts next: {value}.": "{name} beginnt als Nächstes: {value}.",
    "{name} is due next: {value}.": "{name} ist als Nächstes fällig: {value}.",
    "{name} ends last: {value}.": "{name} endet zuletzt: {value}.",
    "{name} starts first: {value}.": "{name} beginnt zuerst: {value}.",
    "{name} starts last: {value}.": "{name} beginnt zuletzt: {value}.",
    "{name} is due first: {value}.": "{name} ist zuerst fällig: {value}.",
    "{name} is due last: {value}.": "{name} ist zuletzt fällig: {value}.",
    "{name} costs the least: {value}.": "{name} kostet am wenigsten: {value}.",
    "{name} costs the most: {value}.": "{name} kostet am meisten: {value}.",
    "{name} is the newest: {value}.": "{name} ist vom letzten Tag: {value}.",
    "{name} has the lowest {what}: {value}.": "{what}: am niedrigsten bei {name}, {value}.",
    "{name} has the highest {what}: {value}.": "{what}: am höchsten bei {name}, {value}.",
    "{name} has the shortest {what}: {value}.": "{what}: am kürzesten bei {name}, {value}.",
    "{name} has the longest {what}: {value}.": "{what}: am längsten bei {name}, {value}.",
    "{name} is the oldest: {value}.": "{name} ist vom frühesten Tag: {value}.",
    "Too many papers name these values to look whether a later one changed them.": "Zu viele Dokumente nennen diese "
    "Werte, um nachzusehen, ob ein späteres sie geändert hat.",
    "A later paper changed what these state, with the value before: {names}.": "Ein späteres Schreiben hat "
    "geändert, was diese nennen, mit dem Wert davor: {names}.",
    "{n} more was not read, since reading them all would take too long: {names}.": (
        "{n} weiteres wurde nicht gelesen, weil es zu lange dauern würde, alle zu lesen: {names}.",
        "{n} weitere wurden nicht gelesen, weil es zu lange dauern würde, alle zu lesen: {names}.",
    ),
    "The question names no currency, so each sum was taken in its own ({codes}).": "Die Frage nennt keine Währung, "
    "also wurde jede Summe in ihrer eigenen genommen ({codes}).",
    "Not what is asked stands there but its opposite: “{word}”.": "Dort steht nicht das Gefragte, sondern das "
    "Gegenteil: „{word}“.",
    "In {currency}: {verdict}": "In {currency}: {verdict}",
    "In {currency}: only {name}, {value}.": "In {currency}: nur {name}, {value}.",
    "Different currencies are not compared, since no rate is known.": "Verschiedene Währungen werden nicht verglichen, "
    "weil kein Kurs bekannt ist.",
    "What is paid for different times is not compared.": "Was für verschiedene Zeiten gezahlt wird, wird nicht "
    "verglichen.",
    "Not compared, since no such value is stated: {names}.": "Nicht verglichen, weil kein solcher Wert "
    "dasteht: {names}.",
    "Not compared, since the value is in another unit: {names}.": "Nicht verglichen, weil der Wert eine andere Einheit "
    "hat: {names}.",
    "Not compared, since several values, a range or a bound is stated: {names}.": "Nicht verglichen, weil mehrere "
    "Werte, eine Spanne oder eine Grenze dasteht: {names}.",
    "{n} more states several values, a range or a bound: {names}.": (
        "{n} weiteres nennt mehrere Werte, eine Spanne oder eine Grenze: {names}.",
        "{n} weitere nennen mehrere Werte, eine Spanne oder eine Grenze: {names}.",
    ),
    "{n} more cannot be decided, since it states several values, a range or a bound ({what}): {names}.": (
        "Bei {n} weiteren ist es nicht zu entscheiden, denn es nennt mehrere Werte, eine Spanne oder eine Grenze "
        "({what}): {names}.",
        "Bei {n} weiteren ist es nicht zu entscheiden, denn sie nennen mehrere Werte, eine Spanne oder eine Grenze "
        "({what}): {names}.",
    ),
    "{n} more is the same paper again, or one that was corrected, and is not counted twice: {names}.": (
        "{n} weiteres ist dasselbe noch einmal oder wurde berichtigt und zählt nicht doppelt: {names}.",
        "{n} weitere sind dieselben noch einmal oder wurden berichtigt und zählen nicht doppelt: {names}.",
    ),
    "{n} more is not counted, since its name calls it a draft or a credit: {names}.": (
        "{n} weiteres zählt nicht, weil es nach seinem Namen ein Entwurf oder eine Gutschrift ist: {names}.",
        "{n} weitere zählen nicht, weil sie nach ihren Namen Entwürfe oder Gutschriften sind: {names}.",
    ),
    "Due date": "Fälligkeit",
    "End": "Ende",
    "Start": "Beginn",
    "Sum": "Betrag",
    "Day": "Tag",
    "({what}: {bounds})": "({what}: {bounds})",
    "due date": "Fälligkeit",
    "end": "Ende",
    "start": "Beginn",
    "sum": "Betrag",
    "day": "Tag",
    "{first} to {last}": "{first} bis {last}",
    "more than {amount}": "mehr als {amount}",
    "less than {amount}": "weniger als {amount}",
    "at least {amount}": "mindestens {amount}",
    "at most {amount}": "höchstens {amount}",
    "{month} of any year": "{month}, gleich in welchem Jahr",
    "{day} or later": "{day} oder später",
    "{day} or earlier": "{day} oder früher",
    "{n} more cannot be decided, since it states nothing of the kind ({what}): {names}.": (
        "Bei {n} weiteren ist es nicht zu entscheiden, denn es sagt nichts dazu ({what}): {names}.",
        "Bei {n} weiteren ist es nicht zu entscheiden, denn sie sagen nichts dazu ({what}): {names}.",
    ),
    "(not said to be paid)": "(nicht als bezahlt vermerkt)",
    "(said to be paid)": "(als bezahlt vermerkt)",
    "{n} more says that it is paid: {names}.": (
        "{n} weiteres sagt, dass es bezahlt ist: {names}.",
        "{n} weitere sagen, dass sie bezahlt sind: {names}.",
    ),
    "What was paid and is not noted in the document itself is not known.": (
        "Was bezahlt wurde, ohne dass es im Dokument selbst steht, ist nicht bekannt."
    ),
    "{n} more is in another currency or unit: {names}.": (
        "{n} weiteres nennt eine andere Währung oder Einheit: {names}.",
        "{n} weitere nennen eine andere Währung oder Einheit: {names}.",
    ),
    "{sentence} (reckoned from its own day: {day})": "{sentence} (gerechnet vom eigenen Datum an: {day})",
    "it adds up what {n} documents state, so each of them is read": "sie zählt zusammen, was {n} Dokumente nennen, "
    "also wird jedes gelesen",
    "Together: {amounts}.": "Zusammen: {amounts}.",
    "On average: {amounts}.": "Im Durchschnitt: {amounts}.",
    "Open, as far as the documents say: {amounts}.": "Offen, soweit es die Dokumente sagen: {amounts}.",
    "{amount} of {n} document": ("{amount} aus {n} Dokument", "{amount} aus {n} Dokumenten"),
    "a month": "im Monat",
    "a year": "im Jahr",
    "a week": "in der Woche",
    "a day": "am Tag",
    "an hour": "in der Stunde",
    "Amount": "Betrag",
    "Different currencies or units are not added up.": "Verschiedene Währungen oder Einheiten werden nicht "
    "zusammengezählt.",
    "What is paid for different times is not added up.": "Was für verschiedene Zeiten gezahlt wird, wird nicht "
    "zusammengezählt.",
    "{n} more states no such value: {names}.": (
        "{n} weiteres nennt keinen solchen Wert: {names}.",
        "{n} weitere nennen keinen solchen Wert: {names}.",
    ),
    "… and {left} more that are not listed here, but counted.": "… und {left} weitere, die hier nicht stehen, aber "
    "mitgezählt sind.",
}
