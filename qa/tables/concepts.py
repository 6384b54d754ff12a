"""Words that name the same thing in tables, in English and German. Pure functions.

A person asks for the "phone number" of a column "Telefon", and a German for the "Mitglieder" of a club's English list.
A line holds what means one thing in a table, and nothing that may mean another: a question that is read wrongly is
worse than one that is not read.
"""

from functools import cache

# Endings that a word and its plural differ in.
_ENDINGS = ("", "s", "es", "n", "en", "e", "er", "nen")
_LEAST = 4

_LINES = """
member mitglied vereinsmitglied
employee staff mitarbeiter mitarbeiterin angestellte angestellter beschäftigte worker
customer client kunde kundin auftraggeber
supplier vendor lieferant anbieter
tenant mieter pächter leaseholder
borrower ausleiher entleiher
author autor autorin verfasser
owner besitzer eigentümer
doctor arzt ärztin
pupil student schüler studierende
visitor besucher gäste guest gast
merchant shop store payee händler laden geschäft
company firm firma unternehmen
department abteilung
country land länder staat
city town stadt städte ort
place location standort site
room raum räume zimmer
street straße strasse
address adresse anschrift
phone telephone telefon telefonnummer rufnummer handy mobile
email mail mailadresse
birthday geburtstag geburtsdatum
invoice bill rechnung
order bestellung auftrag aufträge
booking buchung reservation reservierung
appointment termin
shift schicht
trip reise ausflug
payment zahlung zahlungsart zahlungsweise
article item artikel product produkt
device gerät appliance
book buch bücher
car auto vehicle fahrzeug wagen
animal tier
plant pflanze
plot parzelle grundstück
house haus häuser
project projekt vorhaben
task aufgabe
course kurs seminar lehrgang
lesson unterricht stunde
concert konzert
event veranstaltung
meeting sitzung besprechung
team mannschaft
game spiel
sample probe specimen
substance substanz stoff
measurement messung messwert
test prüfung versuch
result ergebnis resultat
winner won wins sieger siegerin gewonnen gewann
fault störung defect failure
repair reparatur instandsetzung
part teil ersatzteil
tool werkzeug
category kategorie rubrik
group gruppe
section sparte
type art sorte
class klasse
colour color farbe
name bezeichnung
title titel
date datum
day tag
month monat
quarter quartal
year jahr
week woche
hour stunde
minute
age alter
amount betrag
price preis einzelpreis stückpreis
cost kosten
spending expense expenditure outlay ausgabe ausgaben einkauf einkäufe purchase
spent ausgegeben
salary wage pay gehalt lohn verdienst verdient earns earn
revenue takings turnover umsatz einnahme einnahmen erlös
profit gewinn
loss verlust
budget etat
fee gebühr beitrag mitgliedsbeitrag dues
rent miete pacht
fine mahngebühr strafe penalty
deposit kaution
premium prämie versicherungsprämie
excess deductible selbstbeteiligung selbstbehalt
mileage kilometerstand
payload nutzlast zuladung
leave vacation urlaub
seat sitz sitzplatz sitzplätze plätze
boat boot
tax steuer
discount rabatt
donation spende
value wert
area fläche
weight mass gewicht masse
length länge
width breite
height höhe
depth tiefe
volume volumen
temperature temperatur
power leistung
speed geschwindigkeit
pressure druck
consumption usage verbrauch
electricity strom
water wasser
heat heizung heating
distance entfernung strecke
duration dauer
quantity menge stückzahl
stock bestand lagerbestand vorrat hand
minimum mindestbestand mindestmenge
target ziel soll
share anteil
score punkte points punktzahl
capacity kapazität
population einwohner inhabitants
warranty garantie
contract vertrag verträge
licence license lizenz
certificate zertifikat bescheinigung
status zustand
priority priorität
comment bemerkung remark anmerkung
description beschreibung
language sprache
hired eingestellt employed angestellt employment
joined eingetreten beigetreten beitritt eintritt
born geboren
issued ausgestellt
due fällig fälligkeit
paid bezahlt gezahlt beglichen
bought purchased angeschafft anschaffung gekauft acquired acquisition
sold verkauft
measured gemessen
returned zurückgegeben zurückgebracht
lent ausgeliehen verliehen borrowed geliehen
finished completed abgeschlossen fertig beendet done
cancelled canceled storniert
valid expired expires expire expiry expiration gültig gültigkeit abgelaufen ablauf ablaufdatum
open offen
overdue überfällig
passed bestanden
failed durchgefallen
broken defective defekt kaputt faulty
stopped lost downtime standstill stillstand ausfall ausgefallen
active aktiv
delivered geliefert
arrived angekommen
started begonnen gestartet
ended geendet
inspected geprüft kontrolliert
commissioned betrieb inbetriebnahme
serial seriennummer
vaccinated geimpft
registered angemeldet
led lead leads leader leitet leiter leiterin geleitet
supplied supplies supply liefert
used benutzt
"""


@cache
def _known() -> dict[str, int]:
    known: dict[str, int] = {}
    for number, line in enumerate(_LINES.split("\n")):
        for word in line.casefold().split():
            known.setdefault(word, number)
    return known


@cache
def concept(word: str) -> int:
    """Return the number of what a word in lower case names, whatever its ending; 0 for a word that is not known."""
    known = _known()
    if word in known:
        return known[word]
    for ending in _ENDINGS:
        bare = word.removesuffix(ending) if ending else word
        if len(bare) >= _LEAST and bare in known:
            return known[bare]
    # "categories", "Kategorie".
    if word.endswith("ies") and (singular := f"{word[:-3]}y") in known:
        return known[singular]
    return next((known[word + ending] for ending in _ENDINGS if len(word) >= _LEAST and word + ending in known), 0)


def same_thing(one: str, other: str) -> bool:
    """Tell whether two words in lower case name the same thing."""
    return bool(number := concept(one)) and number == concept(other)
