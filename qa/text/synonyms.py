"""Everyday words for one thing, in English and German: "smoking" for "cigarettes", "Haustier" for "Hund". Pure.

Texts keep their words as they are: where none holds a word of a question, these are looked for in its place. What a
text says is never checked by them. Lists of senses such as WordNet's hold far more words, and for each of them senses
that papers of a household do not use.
"""

from collections.abc import Callable, Mapping

from qa.text.casing import word_set

# A line is one thing. Behind a colon stand its kinds: each stands for the thing, and the thing for each, but no kind
# for another: whoever asks for the cat is not told of the dog. Forms that a stemmer brings together stand here once.
_ENGLISH = """
smoking smoker tobacco: cigarette cigar pipe vape
pet animal: dog cat rabbit hamster parrot bird puppy kitten
dog hound puppy
leash lead
car vehicle automobile: van lorry truck motorbike motorcycle caravan camper
lorry truck
bicycle bike cycle
motorbike motorcycle
park: car vehicle
space place spot
child children kid youngster: son daughter boy girl toddler
toddler infant baby
pupil student schoolchild schoolchildren
adult grown-up
senior pensioner elderly retired
guest visitor
neighbour neighbor
doctor physician gp medic
surgery practice
medicine drug medication tablet pill
ill sick unwell disease
injury injured wound hurt
hospital clinic
vaccination jab
glasses spectacles
telephone phone mobile cell smartphone handset
call dial phone telephone conversation
urgent urgency emergency
begin start commence began begun
end finish conclude stop
expire lapse
buy purchase bought acquire acquisition
sell sale sold
holiday vacation leave
terminate cancel quit resign notice
cost price charge fee expensive
fee charge dues subscription
membership subscription member
salary wage earn income remuneration
money cash
landlord lessor owner landlady
tenant lessee renter occupier
lease tenancy
flat apartment
rent hire rental
sublet sublease
deposit bond
garbage rubbish trash waste refuse litter bin
repair mend fix restore
broken defective faulty damaged
boss supervisor manager superior
colleague coworker
employee staff worker
job position post employment
meeting session assembly
chair chairman chairwoman chairperson president
treasurer cashier
head leader conductor lead leadership
teacher instructor tutor
headmaster headmistress principal headteacher
gift present
wedding marriage ceremony marry
die death dead deceased bereavement
relative family: grandmother grandma granny grandfather grandpa parent mother father sibling aunt uncle cousin spouse
pregnant pregnancy maternity childbirth
birth born childbirth newborn baby
move removal relocate
dismiss sack redundancy layoff
party celebration festivity reception
bus coach
train railway
plane airplane aircraft flight
depart departure leave left
arrive come
ticket admission entry entrance
meal food: lunch dinner breakfast supper
eat food meal
dinner supper
drink beverage: coffee tea beer wine juice
dessert pudding
cook bake
oven stove cooker
fridge refrigerator
laundry washing launder
heating heater: boiler furnace radiator
tap faucet
toilet bathroom lavatory restroom
lift elevator
stairs staircase stairwell stairway
garden yard
lawn grass
cellar basement
attic loft
hall corridor hallway
sofa couch settee
furniture: sofa couch table wardrobe bed armchair
clothes garment: shirt trousers dress coat
jumper sweater pullover
jewellery jewelry: ring necklace bracelet earring
theft steal stolen stole thief burglary burglar rob robbery
fire: campfire bonfire barbecue
barbecue grill bbq
warranty guarantee
invoice bill
discount reduction rebate
penalty fine surcharge
late overdue delay
return back
borrow lend loan lent
book volume: novel
mail post letter
parcel package
send dispatch ship sent
deliver delivery
provider supply supplier
owner belong own possess proprietor
pillar column
class lesson course
exam examination test
certificate diploma
practise practice rehearsal training exercise
match game fixture
team squad
choir: singer
concert performance show play
cinema film movie
photo picture photograph image
quiet silence silent
noise noisy loud
allow permit permission let consent approval forbid prohibit ban forbidden
adjacent beside next
camping camper: tent
swim bathe
hike walk
lamp light bulb
electricity power current
internet wifi wlan broadband
password passcode pin
computer: laptop pc
television tv
paint redecorate decorate
leak drip
mould mold damp
window pane
fence hedge
cut trim prune
clean tidy
caretaker janitor concierge
mortgage loan
pension retirement
inherit heir bequeath
funeral burial
spouse partner: husband wife
parent: mother father mum mom dad
grandmother grandma granny
grandfather grandpa
sibling: brother sister
newcomer beginner novice
volunteer helper
help assist aid
participant attendee attend
collect pick fetch
discard dispose throw
wear dress
reserve book
trip tour excursion journey outing
luggage baggage suitcase
fuel petrol gasoline
service maintain maintenance check inspect examine
weekend: saturday sunday
noon midday
annual yearly
daily day
autumn fall
complaint complain
mistake error
answer reply response
ask request enquiry inquiry
choose select choice
agree agreement consent
change alter amend
shut close
lose loss lost
grow growth
build construct
show display
size dimension
colour color
centre center
cheque check
tyre tire
"""
_GERMAN = """
rauchen rauchverbot tabak: zigarette zigarre pfeife
haustier tier tierhaltung: hund katze kater hamster kaninchen vogel papagei hündin
leine anleinen angeleint
auto wagen fahrzeug pkw kraftfahrzeug kfz: lkw lastwagen transporter motorrad wohnmobil
lastwagen lkw
fahrrad rad
parken abstellen abgestellt parkplatz stellplatz
kind: sohn tochter junge mädchen kleinkind
kleinkind baby säugling
schüler schülerin schulkind
erwachsene volljährig
senior seniorin rentner rentnerin
gast besucher
arzt ärztin doktor mediziner
medikament arznei arzneimittel tablette
krank krankheit erkrankung
verletzung verletzt wunde
krankenhaus klinik
impfung impfen geimpft
brille augengläser
telefon handy mobiltelefon smartphone
anrufen telefonieren telefon
dringend notfall eilig
beginnen starten anfangen begonnen fängt
enden aufhören schluss endet
ablaufen auslaufen läuft
kaufen erwerben anschaffen gekauft erworben angeschafft
verkaufen verkauft
urlaub ferien erholungsurlaub
kündigen gekündigt beenden
kosten preis gebühr entgelt teuer betrag
beitrag mitgliedsbeitrag mitgliedschaft vereinsbeitrag
gehalt lohn verdienst verdienen vergütung einkommen
geld bargeld
vermieter vermieterin eigentümer hauswirt
mieter mieterin bewohner
mietvertrag mietverhältnis
wohnung apartment
miete mietzins kaltmiete
untervermieten untermiete
kaution mietsicherheit
müll abfall mülltonne tonne
reparieren reparatur instandsetzen instand richten beheben
kaputt defekt beschädigt schaden
chef chefin vorgesetzter leiter leiterin
leiter leiterin leitung dirigent dirigentin
kollege kollegin
mitarbeiter angestellter beschäftigte personal
arbeit job stelle arbeitsplatz
sitzung versammlung treffen besprechung
vorsitzender vorstand präsident präsidentin
kassenwart kassierer schatzmeister kassiererin
lehrer lehrerin lehrkraft
rektor rektorin schulleiter schulleiterin direktor
geschenk präsent gabe
hochzeit trauung heirat heiratet eheschließung
sterben stirbt gestorben starb tod todesfall trauerfall verstorben
verwandte angehörige familie: großmutter oma großvater opa mutter vater eltern bruder schwester tante onkel
schwanger schwangerschaft mutterschutz
geburt geboren entbindung neugeborenes
entlassen kündigung gekündigt
feier fest party
zug bahn
flugzeug flug
abfahren abfahrt losfahren
ankommen ankunft eintreffen
eintritt ticket eintrittskarte karte eintrittspreis
essen mahlzeit speise: frühstück mittagessen abendessen
getränk trinken: kaffee tee bier wein saft
nachtisch dessert nachspeise
kochen backen
ofen backofen herd
kühlschrank kühlgerät
gerät apparat: kühlschrank waschmaschine
wäsche waschmaschine gewaschen
heizung: ofen heizkessel kessel therme heizkörper
toilette wc klo bad
aufzug fahrstuhl lift
treppe treppenhaus hausflur
flur gang treppenhaus
keller untergeschoss
dachboden speicher
sofa couch
möbel: sofa couch tisch schrank bett
kleidung kleider: hemd hose jacke
schmuck: ring kette armband
diebstahl stehlen gestohlen dieb einbruch einbrecher
feuer: lagerfeuer
garantie gewährleistung
rechnung faktura
rabatt nachlass ermäßigung
strafe bußgeld mahngebühr
verspätet verspätung verzug überfällig
zurückgeben rückgabe zurückbringen
leihen ausleihen verleihen
buch: roman
post brief
paket päckchen
schicken senden versenden verschicken
liefern lieferung zustellung
besitzer eigentümer gehören inhaber
unterricht kurs lehrgang
prüfung test examen klausur
zeugnis zertifikat bescheinigung urkunde
üben probe training geprobt übung
spiel partie
mannschaft team
chor: sänger sängerin
konzert aufführung vorstellung auftritt
kino film
foto bild aufnahme
ruhe ruhig leise
lärm laut krach
erlaubt gestattet zulässig zustimmung genehmigung erlaubnis verboten untersagt dürfen erlauben verbieten
zelten camping
schwimmen baden
schwimmbad freibad hallenbad bad
zutritt zugang eintritt
öffnen aufmachen geöffnet öffnung öffnungszeiten öffnet
schließen zumachen geschlossen schließt
wandern wanderung
lampe licht leuchte
strom elektrizität
internet wlan
passwort kennwort pin
computer rechner: laptop
fernseher tv
streichen renovieren anstreichen schönheitsreparaturen gestrichen renovierung
undicht leck tropfen
schimmel feuchtigkeit
zaun hecke
schneiden zurückschneiden stutzen
putzen reinigen säubern putzdienst
hausmeister hauswart
darlehen kredit
rente pension ruhestand
erben erbschaft nachlass
beerdigung bestattung begräbnis
ehepartner ehegatte: ehemann ehefrau gatte gattin
eltern elternteil: mutter vater
großmutter oma
großvater opa
geschwister: bruder schwester
neuling anfänger neumitglied
freiwillige helfer ehrenamtliche
abholen holen
entsorgen wegwerfen
reservieren reservierung buchen buchung
reise ausflug fahrt tour
gepäck koffer
benzin kraftstoff sprit
wartung warten prüfung überprüfung gewartet prüfen untersuchen
wochenende: samstag sonntag
mittag zwölf
jährlich jahr
wöchentlich woche
täglich tag
beschwerde reklamation
fehler mangel
ändern änderung
umzug umziehen umzugstag
"""
# Verbs that say little of what is asked.
LIGHT = word_set(
    "put puts get gets got go goes take takes make makes give gives bring brings use need needs want stellen legen tun "
    "macht machen gehen geht kommen kommt bekomme bekommen bekommt nehmen nimmt brauchen brauche braucht geben"
)


def near_stems(text: str, stem: Callable[[str], str]) -> Mapping[str, tuple[str, ...]]:
    """Return the words that stand for each word, by its stem, in the order of the lines.

    Args:
        text: A list as those here.
        stem: Returns the stem of a word in lower case.
    """
    found: dict[str, dict[str, str]] = {}
    for line in text.strip().splitlines():
        thing, _, kinds = line.partition(":")
        names, narrower = thing.split(), kinds.split()
        for word in names:
            found.setdefault(stem(word), {}).update({stem(other): other for other in (*names, *narrower)})
        for word in narrower:
            found.setdefault(stem(word), {}).update({stem(other): other for other in names})
    return {own: tuple(word for key, word in others.items() if key != own) for own, others in found.items()}


def listed(language: str) -> str:
    """Return the list of a language by its English name, "" for none."""
    return {"english": _ENGLISH, "german": _GERMAN}.get(language, "")
