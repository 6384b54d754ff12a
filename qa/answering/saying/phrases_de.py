"""The German catalogue: English messages with what stands for them, in pairs where a count decides between two forms.

Messages are sorted by who says them. A test holds that each is said, has its places, and that none is missing.
"""

from collections.abc import Mapping

from qa.answering.saying.phrases_de_stated import STATED
from qa.answering.saying.phrases_de_tables import TABLE

# What every route says.
_COMMON: Mapping[str, str | tuple[str, str]] = {
    "{n} document": ("{n} Dokument", "{n} Dokumente"),
    "{n} file": ("{n} Datei", "{n} Dateien"),
    "{n} passage": ("{n} Passage", "{n} Passagen"),
    "No document": "Kein Dokument",
    " or ": " oder ",
    " and ": " und ",
}
# Of the collection: qa.answering.routes.
_COLLECTION: Mapping[str, str | tuple[str, str]] = {
    "it asks about the documents themselves, so all of them are counted": "sie fragt nach den Dokumenten selbst, also "
    "werden alle gezählt",
    "{documents} in {files}, {passages} in all.": "{documents} in {files}, zusammen {passages}.",
    "{documents}, {passages} in all.": "{documents}, zusammen {passages}.",
    "… and {left} more documents that are not listed here; --where or “in the folder …” narrows it.": "… und {left} "
    "weitere Dokumente, die hier nicht stehen; --where oder „im Ordner …“ grenzt es ein.",
    "… and {left} more files that are not listed here.": "… und {left} weitere Dateien, die hier nicht stehen.",
    "… and {left} more kinds that are not listed here.": "… und {left} weitere Arten, die hier nicht stehen.",
    "file of {day}": "Datei vom {day}",
    "ingested on {day}": "eingelesen am {day}",
    "of the {n}": "von den {n}",
    "with the ending {endings}": "mit der Endung {endings}",
    "whose title or path says {name}": ("mit {name} in Titel oder Pfad", "mit {name} in Titel oder Pfad"),
    "{n} more mentions “{name}” in the text.": (
        "{n} weiteres erwähnt „{name}“ im Text.",
        "{n} weitere erwähnen „{name}“ im Text.",
    ),
    "in the folder {folder}": "im Ordner {folder}",
    "The only folder is: {names}.": ("Einziger Ordner ist: {names}.", "Ordner sind: {names}."),
    "in the language {codes}, as recognised": "in der Sprache {codes}, soweit erkannt",
    "in another language than {codes}, as recognised": "in einer anderen Sprache als {codes}, soweit erkannt",
    "The language of {n} document is not known.": (
        "Von {n} Dokument ist die Sprache nicht bekannt.",
        "Von {n} Dokumenten ist die Sprache nicht bekannt.",
    ),
    "that states {author} as author or sender": (
        "nennt {author} als Verfasser oder Absender",
        "nennen {author} als Verfasser oder Absender",
    ),
    "{n} document states no author.": (
        "{n} Dokument nennt keinen Verfasser.",
        "{n} Dokumente nennen keinen Verfasser.",
    ),
    "Those who are stated are {names}.": "Genannt werden {names}.",
    "dated {month} of any year": "vom {month}, gleich in welchem Jahr",
    "The question names no year, so every year counts ({years}).": "Die Frage nennt kein Jahr, also zählt jedes "
    "({years}).",
    "ingested from {first} to {last}": "eingelesen vom {first} bis {last}",
    "ingested {day} or later": "eingelesen am {day} oder später",
    "ingested {day} or earlier": "eingelesen am {day} oder früher",
    "dated {day}": "vom {day}",
    "it states no author": "es nennt keinen Verfasser",
    "dated from {first} to {last}": "vom {first} bis {last}",
    "dated {day} or later": "vom {day} oder später",
    "dated {day} or earlier": "vom {day} oder früher",
    "A document's day is the one that it states, else one in its file's name, else its last change.": "Als Tag eines "
    "Dokuments gilt der, den es nennt, sonst einer im Namen der Datei, sonst ihre letzte Änderung.",
    "of at least {amount}": "mit mindestens {amount}",
    "of at most {amount}": "mit höchstens {amount}",
    "does not mention {names}": ("erwähnt {names} nicht", "erwähnen {names} nicht"),
    "mentions {names}": ("erwähnt {names}", "erwähnen {names}"),
    "that does not mention {names}": ("ohne Erwähnung von {names}", "ohne Erwähnung von {names}"),
    "that mentions {names}": ("mit Erwähnung von {names}", "mit Erwähnung von {names}"),
    "{n} more holds these words in one passage, but apart.": (
        "{n} weiteres hat diese Wörter in einer Passage, aber getrennt.",
        "{n} weitere haben diese Wörter in einer Passage, aber getrennt.",
    ),
    "The words stand in one passage there, but not next to one another.": "Die Wörter stehen dort in einer Passage, "
    "aber "
    "nicht nebeneinander.",
    "{passages} {of_documents} mention {names}; Footnote counts passages, not each time.": "{passages} {of_documents} "
    "erwähnen {names}; gezählt werden Passagen, nicht jedes Mal.",
    "The newest {of_documents}, by the day on which they were ingested.": "Das Neueste {of_documents}, nach "
    "dem Tag, an "
    "dem sie eingelesen wurden.",
    "The oldest {of_documents}, by the day on which they were ingested.": "Das Älteste {of_documents}, nach "
    "dem Tag, an "
    "dem sie eingelesen wurden.",
    "The newest {of_documents}, by the last change of their files.": "Das Neueste {of_documents}, nach der "
    "letzten "
    "Änderung der Dateien.",
    "The oldest {of_documents}, by the last change of their files.": "Das Älteste {of_documents}, nach der "
    "letzten "
    "Änderung der Dateien.",
    "The newest {of_documents}, by the day that each states.": "Das Neueste {of_documents}, nach dem Tag, den "
    "jedes "
    "nennt.",
    "The oldest {of_documents}, by the day that each states.": "Das Älteste {of_documents}, nach dem Tag, den "
    "jedes "
    "nennt.",
    "{n} more states no day; its file was last changed on {day}.": (
        "{n} weiteres nennt keinen Tag; seine Datei wurde zuletzt am {day} geändert.",
        "{n} weitere nennen keinen Tag; ihre Dateien wurden zuletzt am {day} geändert.",
    ),
    "None of these documents has that measure.": "Keines dieser Dokumente hat dieses Maß.",
    "The largest {of_documents}, by the size of the files.": "Das Größte {of_documents}, nach der Größe der Dateien.",
    "The smallest {of_documents}, by the size of the files.": "Das Kleinste {of_documents}, nach der Größe der "
    "Dateien.",
    "The longest {of_documents}, by {what}.": "Das Längste {of_documents}, nach {what}.",
    "The shortest {of_documents}, by {what}.": "Das Kürzeste {of_documents}, nach {what}.",
    "pages": "Seiten",
    "words": "Wörtern",
    "passages": "Passagen",
    "{amount} {in_documents}.": "{amount} {in_documents}.",
    "of the {n} document": ("von {n} Dokument", "von {n} Dokumenten"),
    "of {n} document": ("aus {n} Dokument", "aus {n} Dokumenten"),
    "in {n} document": ("in {n} Dokument", "in {n} Dokumenten"),
    "{n} document has no pages.": ("{n} Dokument hat keine Seiten.", "{n} Dokumente haben keine Seiten."),
    "Pages are counted up to the last one that holds text; a slide is a page.": "Seiten sind bis zur letzten gezählt, "
    "die Text hat; eine Folie ist eine Seite.",
    "Words are counted in the text as it is stored.": "Wörter sind im gespeicherten Text gezählt.",
    "{n} byte": ("{n} Byte", "{n} Bytes"),
    "{n} page": ("{n} Seite", "{n} Seiten"),
    "{n} word": ("{n} Wort", "{n} Wörter"),
    "Footnote keeps no count of {what}: it has {documents} in {passages}.": "{what} zählt Footnote nicht: es hat "
    "{documents} in "
    "{passages}.",
    "“{word}” is a word that nearly every text holds and that no index keeps; ask for a telling word.": "„{word}“ "
    "steht in "
    "fast jedem Text und in keinem Index; fragen Sie nach einem Wort, das etwas sagt.",
    "Something was last added on {day} at {time}.": "Zuletzt kam am {day} um {time} Uhr etwas hinzu.",
    "Files are compared byte by byte; the same text in another format is not found so.": "Verglichen werden die "
    "Bytes der "
    "Dateien; derselbe Text in einem anderen Format fällt so nicht auf.",
    "No two files hold the same.": "Keine zwei Dateien haben denselben Inhalt.",
    "the same as {names}": "gleich wie {names}",
    "{groups} of files that hold the same, {n} file in all.": (
        "{groups} gleicher Dateien, zusammen {n} Datei.",
        "{groups} gleicher Dateien, zusammen {n} Dateien.",
    ),
    "{n} group": ("{n} Gruppe", "{n} Gruppen"),
    "{n} file is empty.": ("{n} Datei ist leer.", "{n} Dateien sind leer."),
    "No file is empty.": "Keine Datei ist leer.",
    "Could not be read: {names}.": "Nicht gelesen werden konnte: {names}.",
    "Every file that was found could be read; none failed.": "Jede gefundene Datei konnte gelesen werden; keine ist "
    "gescheitert.",
    "{n} file could not be read.": (
        "{n} Datei konnte nicht gelesen werden.",
        "{n} Dateien konnten nicht gelesen werden.",
    ),
    "{documents} of {kinds}.": "{documents} in {kinds}.",
    "not recognised": "nicht erkannt",
    "no folder": "kein Ordner",
    "not stated": "nicht genannt",
    "{n} type": ("{n} Dateityp", "{n} Dateitypen"),
    "{n} language": ("{n} Sprache", "{n} Sprachen"),
    "{n} folder": ("{n} Ordner", "{n} Ordnern"),
    "{n} author": ("{n} Angabe zum Verfasser", "{n} Angaben zum Verfasser"),
    "{n} year": ("{n} Jahr", "{n} Jahren"),
    "Types: {names}.": "Dateitypen: {names}.",
    "Folders: {names}.": "Ordner: {names}.",
    "Days: {first} to {last}.": "Tage: {first} bis {last}.",
}
# Of one document.
_DOCUMENT: Mapping[str, str | tuple[str, str]] = {
    "it asks about a document without saying which": "sie fragt nach einem Dokument, ohne zu sagen, nach welchem",
    "it asks about {names}": "sie fragt nach {names}",
    "Which document do you mean? Name it by its title or its file, such as: summarise report.pdf": "Welches "
    "Dokument ist "
    "gemeint? Nennen Sie es mit seinem Titel oder seiner Datei, etwa: fasse bericht.pdf zusammen",
    "{n} documents may be meant; ask again with the title or the file of one.": "{n} Dokumente können gemeint sein; "
    "fragen "
    "Sie noch einmal mit dem Titel oder der Datei.",
    "{model} wrote nothing that cites a passage, so the document is quoted.": "{model} hat nichts geschrieben, was "
    "eine Passage "
    "belegt, also wird das Dokument zitiert.",
    "{model} failed, so the document is quoted: {error}": "{model} ist gescheitert, also wird das Dokument zitiert: "
    "{error}",
    "choosing the telling sentence of each section": "der bezeichnende Satz jedes Abschnitts wird gewählt",
    "{n} more sections are not shown: {names}.": "{n} weitere Abschnitte stehen hier nicht: {names}.",
    "section by section": "Abschnitt für Abschnitt",
    "{title} has no section {topic}. Its sections: {names}": "{title} hat keinen Abschnitt {topic}, aber {names}",
    "{n} more sentence is not shown.": ("{n} weiterer Satz steht hier nicht.", "{n} weitere Sätze stehen hier nicht."),
    "{title}, section “{heading}”:": "{title}, Abschnitt „{heading}“:",
    "the sentences that tell most": "die bezeichnendsten Sätze",
    "summarising part {number} of {n}": "Teil {number} von {n} wird zusammengefasst",
    "putting the parts together": "die Teile werden zusammengesetzt",
    "{read} of {n} parts of the document were read.": "{read} von {n} Teilen des Dokuments wurden gelesen.",
    "The language is the one that was recognised.": "Die Sprache ist die, die erkannt wurde.",
    "the file was last changed on {day}": "die Datei wurde zuletzt am {day} geändert",
    "a part of a file, whose size alone is known": "Teil einer Datei, von der allein die Größe bekannt ist",
    "ingested on {day} at {time}": "eingelesen am {day} um {time} Uhr",
    "it states no day; its file was last changed on {day}": "es nennt keinen Tag; seine Datei wurde zuletzt am "
    "{day} geändert",
}
# Of several side by side.
_ACROSS: Mapping[str, str | tuple[str, str]] = {
    "it asks for all {values}, so every passage is read": "sie fragt nach allen: {values}; also wird jede Passage "
    "gelesen",
    "it asks about {n} things, so each is looked for by itself": "sie fragt nach {n} Dingen, also wird jedes für "
    "sich gesucht",
    "reading documents for {values}": "Dokumente werden gelesen: {values}",
    "what is said": "was gesagt wird",
    "looking for {what} of {item}": "gesucht wird {what}: {item}",
    "nothing was found": "nichts gefunden",
    "{title} says: “{sentence}”": "in {title} steht: „{sentence}“",
    "{what} of {n} documents, side by side.": "{what} von {n} Dokumenten, nebeneinander.",
    "{what} of {n} things, side by side.": "{what}: {n} nebeneinander.",
    "Nothing was found for {names}.": "Nichts gefunden für {names}.",
    "What is said": "Was gesagt wird",
    "Document": "Dokument",
    "nothing alike": "nichts Ähnliches",
    "{one} and {other}, side by side.": "{one} und {other}, nebeneinander.",
    "{n} of their sentences speaks of the same.": (
        "{n} ihrer Sätze spricht vom Gleichen.",
        "{n} ihrer Sätze sprechen vom Gleichen.",
    ),
    "The last rows are found in only one of them.": "Die letzten Zeilen stehen nur in einem von ihnen.",
    "{values} in {held} of {n} documents, all of which were read.": "{values} in {held} von {n} Dokumenten; alle "
    "wurden "
    "gelesen.",
    "{left} more are not listed here; ask of one document, or limit with --where.": "{left} weitere stehen hier "
    "nicht; fragen "
    "Sie nach einem Dokument oder grenzen Sie mit --where ein.",
    "Where it is said": "Wo es steht",
    "deadline": ("Frist", "Fristen"),
    "date": ("Datum", "Daten"),
    "amount": ("Betrag", "Beträge"),
    "e-mail address": ("E-Mail-Adresse", "E-Mail-Adressen"),
    "telephone number": ("Telefonnummer", "Telefonnummern"),
    "link": ("Link", "Links"),
    "IBAN": ("IBAN", "IBANs"),
    "They are found by their wording, such as “by”, “until” or “within” with a day or a time; what is worded "
    "otherwise may be missing.": "Gefunden werden sie an ihrem Wortlaut, etwa „bis“, „spätestens“ oder „innerhalb“ "
    "mit einem Tag oder einer Dauer; was anders gesagt ist, kann fehlen.",
    "They are found by how they are written; what is written otherwise may be missing.": "Gefunden werden sie an "
    "ihrer Schreibweise; was anders geschrieben ist, kann fehlen.",
    "All of them say the same: {value}.": "Überall dasselbe: {value}.",
    "{least} has less: {low} against {high} of {most}.": "Weniger hat {least}: {low} gegenüber {high} ({most}).",
    "The least has {least} with {low}, the most {most} with {high}.": "Am wenigsten hat {least} mit {low}, am "
    "meisten {most} mit {high}.",
    "{most} has more: {high} against {low} of {least}.": "Mehr hat {most}: {high} gegenüber {low} ({least}).",
    "The most has {most} with {high}, the least {least} with {low}.": "Am meisten hat {most} mit {high}, am "
    "wenigsten {least} mit {low}.",
}
# Where there is no answer.
_UNANSWERED: Mapping[str, str | tuple[str, str]] = {
    "Your documents do not seem to answer this: {reason}.": "Die Dokumente scheinen dies nicht zu sagen: {reason}.",
    "What does “{word}” mean here? Nothing was asked before. Ask again with its name.": (
        "Was ist hier mit „{word}“ gemeint? Davor wurde nichts gefragt. Bitte mit seinem Namen noch einmal fragen."
    ),
    "This is only a part of a question, and nothing was asked before. Ask it in full.": (
        "Das ist nur ein Teil einer Frage, und davor wurde nichts gefragt. Bitte die ganze Frage stellen."
    ),
    "Footnote does not know this of the documents themselves. It knows their names, kinds, sizes and days.": (
        "Das weiß Footnote von den Dokumenten selbst nicht. Es kennt ihre Namen, Arten, Größen und Tage."
    ),
    "the passages near it hold no sentence to quote": "die nächsten Stellen enthalten keinen Satz zum Zitieren",
    "the passages near it hold no sentence": "die nächsten Stellen enthalten keinen Satz",
    "{model} found no answer in the nearest passages": "{model} fand in den nächsten Stellen keine Antwort",
    "“{name}” is not mentioned there: it is about “{thing}”.": "„{name}“ kommt dort nicht vor: Es geht um „{thing}“.",
    "None of your documents mentions “{name}”.": "Keines der Dokumente erwähnt „{name}“.",
    "The model of this collection does not read the question's language, and the passage holds few of its words: "
    "look whether it is what was asked. docs/languages.md names a model that reads it.": "Das Modell dieser Sammlung "
    "liest die Sprache der Frage nicht, und die Stelle enthält wenige ihrer Wörter: Zu prüfen ist, ob sie das Gefragte "
    "sagt. docs/languages.md nennt ein Modell, das sie liest.",
    "Question and passage are in two languages, and only their meaning was compared: look whether it is what was "
    "asked.": "Frage und Stelle sind in zwei Sprachen, und nur ihr Sinn wurde verglichen: Zu prüfen ist, ob sie das "
    "Gefragte sagt.",
    "The passage may be about something else: look whether it says what was asked.": (
        "Die Stelle handelt vielleicht von etwas anderem: Zu prüfen ist, ob sie das Gefragte sagt."
    ),
    "No passage near it mentions “{name}”.": "Keine der nächsten Stellen erwähnt „{name}“.",
    "Ask in your own words what your documents say: an amount, a day, a name, or what to do. “Which documents "
    "are there?” lists them, “Summarise” and “Compare” with their names tell what is in them. Every sentence "
    "of an answer has a footnote that shows where it stands.": "Mit eigenen Worten lässt sich fragen, was in den "
    "Dokumenten steht: ein Betrag, ein Tag, ein Name, oder was zu tun ist. „Welche Dokumente gibt es?“ zählt sie auf, "
    "„Fasse … zusammen“ und „Vergleiche …“ mit ihren Namen sagen, was in ihnen steht. Jeder Satz einer Antwort hat "
    "eine Fußnote, die zeigt, wo er steht.",
    "You are welcome. Ask on whenever you like.": "Gern geschehen. Weitere Fragen sind jederzeit willkommen.",
    "Hello. Ask anything about your documents.": "Hallo. Was möchten Sie aus Ihren Dokumenten wissen?",
    "Goodbye, until next time.": "Auf Wiedersehen, bis zum nächsten Mal.",
    "Good. Ask on whenever you like.": "Gut. Weitere Fragen sind jederzeit willkommen.",
    "Nothing was found about “{part}”.": "Zu „{part}“ wurde nichts gefunden.",
    "Searched for “{meant}” instead of “{typed}”, which no document holds.": (
        "Gesucht wurde „{meant}“ statt „{typed}“, das kein Dokument enthält."
    ),
    "Read “{typed}” as “{meant}”.": "„{typed}“ wurde als „{meant}“ gelesen.",
    "no passage near it mentions “{word}”": "keine der nächsten Stellen erwähnt „{word}“",
    "no passage near it mentions “{word}”, but there is {others}": "keine Stelle in der Nähe erwähnt „{word}“, wohl "
    "aber {others}",
    "the index holds nothing that is near it": "der Index enthält nichts, was ihr nahe kommt",
    "it asks for rows that are not so, which could not be computed, and rows that are so are no answer": (
        "gefragt ist nach Zeilen, die etwas nicht sind; das wurde nicht berechnet, und die anderen sind keine Antwort"
    ),
    "it asks for all that is more, less, before or after something, which could not be computed": (
        "gefragt ist nach allem, was mehr, weniger, davor oder danach ist; das ließ sich nicht berechnen"
    ),
    "the nearest passages do not tell what is asked": "die nächsten Stellen sagen nicht, wonach gefragt ist",
    "the nearest rows are of another time": "die nächsten Zeilen sind von einer anderen Zeit",
    "even the nearest passages are about something else": "auch die nächsten Stellen handeln von etwas anderem",
}

GERMAN: Mapping[str, str | tuple[str, str]] = {
    **STATED,
    **_COMMON,
    **_COLLECTION,
    **_DOCUMENT,
    **_ACROSS,
    **TABLE,
    **_UNANSWERED,
}
