import pytest
from conftest import run
from fakes import FakeDense, PlainWords, asked, hit

from qa.answering.quoting.direct import direct_answer
from qa.answering.quoting.quote import best_quotes, quoted_answer
from qa.text.changed_values import asks_before, says_change, settled
from qa.text.short_answers import may_hold, short_answers
from qa.text.wanted import asks_twice, wanted
from qa.types import Answer

STOP_WORDS = """the is a an of it and to was in on by what when who how much many did does do at for from until where
which has are be wann wie viele wer wo ist der die das am im in ein eine hat""".split()  # noqa: SIM905


def answer(question: str, text: str, *, language: str = "", title: str = "Title") -> Answer:
    """Return what is quoted of a single passage."""
    found: list[Answer] = []

    async def main() -> None:
        embedder = FakeDense()
        query = asked(
            question, words=PlainWords(*STOP_WORDS), vector=await embedder.embed_query(question), language=language
        )
        hits = [hit(text, title=title)]
        found.append(quoted_answer(query, await best_quotes(query, hits, embed=embedder.embed_sentences), hits))

    run(main)
    return found[0]


@pytest.mark.parametrize(
    ("question", "text", "expected"),
    [
        ("When was the bridge opened?", "The bridge was opened on 3 May 1932 by the mayor.", "3 May 1932"),
        ("In what year was the bridge opened?", "The bridge was opened in 1932 by the mayor.", "1932"),
        ("When was the war?", "The war of the roses (1455–1487) was long.", "1455–1487"),
        (
            "Until when is the agreement in force?",
            "The agreement is in force from 1 May 2019 and runs until 17 December 2029.",
            "17 December 2029",
        ),
        ("How many members have paid?", "He said that 31 of 44 members have paid.", "31 of 44 members"),
        ("How many seats are taken?", "12 out of the 60 seats are taken.", "12 out of the 60 seats"),
        ("How many people work in a turbine?", "At least three people work in a turbine.", "At least three people"),
        (
            "How much is the excess?",
            "From 1 July 2024 the excess rises from 250 pounds to 300 pounds.",
            "300 pounds",
        ),
        ("How much is the excess?", "In 2024 the excess is 300 pounds.", "300 pounds"),
        ("How much does the repair cost?", "The repair does cost £6.8 million in all.", "£6.8 million"),
        (
            "What is the day rate of the vessel?",
            "The day rate of the vessel is 2,980 pounds per day.",
            "2,980 pounds per day",
        ),
        ("How deep is the water at the buoy?", "The water at the buoy is 37.5 m deep.", "37.5 m"),
        ("How long must the work wait?", "After lightning the work must wait 60 minutes.", "60 minutes"),
        ("What share of days is windy?", "A share of 68 % of all days is windy.", "68 %"),
        ("How often is the exercise held?", "The exercise is held every two months.", "every two months"),
        ("Who designed the bridge?", "The bridge was designed by Ada Lovelace in London.", "Ada Lovelace"),
        ("Who designed the bridge?", "In 1931 Ada Lovelace designed the bridge.", "Ada Lovelace"),
        # What stands before a name at the beginning of a sentence is no part of it, or is what a firm is called.
        ("Who designed the bridge?", "Then Ada Lovelace designed the bridge.", "Ada Lovelace"),
        ("Who designed the bridge?", "First Ada Lovelace designed the bridge.", "Ada Lovelace"),
        ("Who designed the bridge?", "Eventually Lovelace designed the bridge.", "Lovelace"),
        ("Who designed the bridge?", "Kimberly Hill designed the bridge.", "Kimberly Hill"),
        ("Who designed the bridge?", "First National Bank designed the bridge.", "First National Bank"),
        ("Wer leitet den Verein?", "Danach Uwe Brandes leitet den Verein.", "Uwe Brandes"),
        ("Who is the managing director?", "Ask the managing director, Ingrid Halloran, for it.", "Ingrid Halloran"),
        ("Where is the tug stationed?", "The tug is stationed in Stranmoor at night.", "Stranmoor"),
        ("Is smoking allowed on deck?", "Smoking is not allowed on deck.", "No"),
        ("Is smoking allowed on deck?", "Smoking is allowed on deck.", "Yes"),
        ("How long must logs be kept?", "Logs must be kept indefinitely.", "indefinitely"),
        ("What is the deductible of the plan?", "The plan: $1,500/$3,000 deductible", "$1,500/$3,000"),
        ("When was the party founded?", "The party was founded in 1941 and he led it until 1972.", "1941"),
        # Another clause denies something else.
        ("When must the lease end?", "The lease must end on 31 May 2026 and is not renewed alone.", "31 May 2026"),
        ("When must the lease end?", "The lease must end not after 31 May 2026.", "31 May 2026"),
        (
            "How far is the town from the sea?",
            "The town is 260 km (160 mi) from the sea and 300 km from the hills.",
            "260 km",
        ),
        (
            "How many fighters came to the war?",
            "Some 16,000 to 35,000 fighters came to the war.",
            "16,000 to 35,000 fighters",
        ),
        ("Has Uwe Brandes paid?", "Name: Uwe Brandes; Status: member; Paid: no", "No"),
        ("Has Uwe Brandes paid?", "Name: Uwe Brandes; Status: member; Paid: true", "Yes"),
        ("wave limit of Plover", "Vessel: Plover; Wave limit: 1.5 m; Wind: 14 m/s", "1.5 m"),
        ("How deep is the water at F07?", "turbine: F07; water_depth_m: 37.5; pile_length_m: 74.4", "37.5 m"),
    ],
)
def test_few_words_answer_in_front(question: str, text: str, expected: str) -> None:
    given = answer(question, text)
    assert given.direct
    assert given.direct.text == expected
    marked = given.statements[given.direct.statement].text[given.direct.start : given.direct.end]
    assert marked
    assert marked in expected or expected in ("Yes", "No")


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("Paid: nein; Name: Uwe Brandes", "No"),
        ("Paid: open; Name: Uwe Brandes", None),
        ("Paid: unpaid; Name: Uwe Brandes", None),
        ("Member: no; Name: Uwe Brandes; Paid on: 2024-02-01", None),
    ],
)
def test_row_says_yes_or_no_under_the_column_that_is_asked_for(said: str, told: str | None) -> None:
    given = answer("Has Uwe Brandes paid?", said).direct
    assert (given.text if given else None) == told


@pytest.mark.parametrize(
    ("question", "text", "expected"),
    [
        ("Wann wurde die Brücke eröffnet?", "Die Brücke wurde am 3. Mai 1932 eröffnet.", "3. Mai 1932"),
        (
            "Wie viel Guthaben ergibt die Abrechnung?",
            "Die Abrechnung ergibt ein Guthaben von 63,18 Euro.",
            "63,18 Euro",
        ),
        ("Wie viele Personen arbeiten in der Anlage?", "In der Anlage arbeiten drei Personen.", "drei Personen"),
        ("Wie lange wartet man nach dem Blitz?", "Man wartet nach dem Blitz 60 Minuten.", "60 Minuten"),
        ("Wer entwarf die Brücke?", "Die Brücke entwarf man nicht hier, sie wurde von Ada Lovelace entworfen.", None),
        ("Wann ist die Abgabe?", "Die Abgabe ist am 3. Mai 2024, nicht im Juni.", "3. Mai 2024"),
        ("Ist Rauchen an Deck erlaubt?", "Rauchen ist an Deck nicht erlaubt.", "Nein"),
        ("Was ist an Deck erlaubt?", "Rauchen ist an Deck erlaubt.", None),
    ],
)
def test_few_words_in_german(question: str, text: str, expected: str | None) -> None:
    given = answer(question, text, language="de")
    assert (given.direct.text if given.direct else None) == expected


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("When was the bridge opened?", "The bridge was opened by the mayor."),
        ("When was the bridge opened?", "The mayor of the town was born in 1890."),  # of something else
        ("When was the bridge opened?", "The bridge was opened in 1932, or the bridge was opened in 1933."),
        ("How many people work in a turbine?", "People work in a turbine for 3 days."),
        ("How many people work in a turbine?", "From 1 July 2024 the people work in a turbine."),
        ("How many turbines were struck by lightning?", "On 27 January 2024 turbine B06 was struck by lightning."),
        ("How many lightning strikes did B06 have?", "4.1 Lightning strike on B06"),
        ("Who designed the bridge?", "The bridge of Ada Lovelace was designed long ago."),
        ("How many people worked there in 2023?", "In 2024 58 people worked there."),
        ("How high were the waves for Plover before?", "For Plover the waves are raised from 1.50 m to 1.60 m."),
        ("Who designed the bridge, and when?", "Ada Lovelace designed the bridge in 1931."),
        ("Why was the bridge opened?", "The bridge was opened in 1932."),
        ("Is smoking allowed on deck?", "Smoking is allowed on deck if the master agrees."),
        ("Is smoking allowed on deck?", "Smoking is generally allowed here."),
        ("Is smoking not allowed on deck?", "Smoking is not allowed on deck."),
        ("wave limit of Plover", "Vessel: Plover; Wave limit by day: 1.5 m; Wave limit at night: 1.2 m"),
        ("When was the bridge of 1932 opened?", "The bridge of 1932 was opened by the mayor."),
        ("Who won the harbour cup?", "Although Ada Lovelace won the town title, the harbour cup was not won."),
        ("Who killed the king?", "The duke of Hill conquered England killing the king."),
        ("Who influenced the school?", "The school was influenced by Wahhab, and the zeal of their guest Bin Salim."),
        ("Who is the host of the show?", "Paul Grady, the former host of the show, left."),
        ("Who is the host of the show?", "On holidays the show is led by the relief host Paul Grady."),
        ("Who is Will Bird?", "Present: Ida Sommer, Mark Penny, Will Bird"),
        ("Did Ida Sommer agree?", "Dr. Ida Sommer leads research."),
        ("Is the minimum pressure 16 bar?", "The maximum pressure is 16 bar, the minimum pressure is 4 bar."),
        ("Did the board approve the budget?", "The board did approve the budget by four votes to none."),
        ("Did the board approve the budget?", "The board did approve the budget without a debate."),
        ("When did the player join the club?", "The player of the club was born on 24 June 1987."),
        ("When was the last cup of the town held?", "The cup of the town was held in 2014."),
        ("What is the name of the law which set the speed limit?", "The law set the speed limit of 55 mph."),
        ("When did the show start and end?", "The show did start in 1972 and end."),
        ("Where are the rehearsals?", "From 1 October the rehearsals are moved to Thursdays in the hall."),
        ("When are the rehearsals?", "From 1 October the rehearsals are moved to Thursdays."),
        ("Do students pay more for tickets?", "Students pay £40 for tickets."),
        ("Is the deposit for the hall lower?", "The deposit for the hall is £40."),
        ("Is a note needed on day 2?", "A note is needed on day 4."),
        ("Is a note needed?", "A note is needed from the fourth day."),
        ("Is the gate locked at 21:00?", "The gate is locked at 22:00."),
        # What was looked at on a day was not changed on it.
        ("When was the belt changed?", "9 May 2025: oil changed, the belt looked at, not yet due."),
        ("When was the belt changed?", "The belt was not changed on Friday, 9 May 2025."),
        # From that day on it runs.
        ("When does the contract end?", "The contract runs for five years from 1 February 2023."),
        # A step of the whole.
        ("How long does the lentil soup take?", "Fry the onions and lentils for 5 minutes."),
    ],
)
def test_nothing_is_in_front_where_it_is_not_sure(question: str, text: str) -> None:
    assert answer(question, text).direct is None


def test_question_about_pay_asks_for_no_amount() -> None:
    for question in ("What does the handbook say about sick pay?", "What does half pay mean?"):
        assert wanted(question) is None


def test_question_of_two_is_told() -> None:
    assert asks_twice("Who found it, and when was it found?")
    assert asks_twice("Wie oft wird geprüft und wie viele Fragen gibt es?")
    assert not asks_twice("Who found the key that opens what was locked?")


def test_what_cannot_hold_a_number_is_told() -> None:
    want = wanted("How many flats are there?")
    assert want
    assert may_hold(want, "There are several.")
    assert not may_hold(want, "It is big.")
    assert short_answers(want, "There are 12 flats and 3 shops.") == [(10, 18)]


@pytest.mark.parametrize(
    ("question", "sentence", "may"),
    [
        ("How many trial landings did she make?", "They agreed on 31 May 2024 to 1.60 m by day.", False),
        ("How many trial landings did she make?", "In May 2024 she made 23 landings at 1.60 m.", True),
        ("How many trial landings did she make?", "In waves of 1.68 m we made 23 transfers.", True),
        ("How many people work there?", "It opened at 09:30 and cost £4 million.", False),
        ("How many litres does the tank hold?", "The tank holds 40 l.", True),
        ("How many days were lost?", "The boats lay still for 97 days.", True),
        ("Ab welchem Wind darf niemand aufs Dach?", "Unter minus 5 °C ist mit Eis zu rechnen.", False),
        ("Ab welchem Wind darf niemand aufs Dach?", "Tätigkeit: Dach; Grenzwert m/s: 13", True),
        ("How long was it the capital?", "It was the capital until 1796.", True),
        ("How big would the deductible be in summer?", "All damage of 72 hours is claimed together.", False),
        ("Repairing the blade cost how much?", "The repair took 52 days and cost 214,600.", True),
        ("How much does Harcourt owe us?", "To: Harcourt Hotel, 3 Quay Street, Fowey.", False),
        ("What does Harcourt have to pay?", "Kunde: Harcourt, Hauptstraße 14", False),
        ("How much does Harcourt owe us?", "Harcourt still owes 847.20.", True),
        ("How much did the hotel pay?", "To: Harcourt Hotel, £847.20", True),
        ("Repairing the blade cost how much?", "It was balanced with 11 kg on 3 May.", False),
        ("How much does the crane lift at night?", "At night the crane lifts 5 tonnes at most.", True),
        ("How many units were used?", "Units used: 1,480 kWh", True),
        ("How much is the router?", "The router is lent free of charge.", True),
        ("How long do they keep logs?", "It helps to find who should no longer come.", False),
        ("How much is the ticket?", "3. The ticket office is at the gate.", False),
        ("When was the midterm?", "Midterm exam: 25%", False),
        ("When was the midterm?", "1. May: the midterm exam", True),
        ("How many lifts does the crane do?", "At night the crane lifts 5 tonnes at most.", False),
    ],
)
def test_amount_of_another_kind_is_not_the_one_wanted(question: str, sentence: str, may: bool) -> None:
    """A day and a height are numbers, and count nothing."""
    want = wanted(question)
    assert want
    assert may_hold(want, sentence) is may


@pytest.mark.parametrize(
    ("sentence", "answer"),
    [
        ("The limit is raised from 1.50 m to 1.60 m by day.", "1.60 m"),
        ("Die Höhe wurde von 12 m auf 10 m gesenkt.", "10 m"),
        ("The path runs from 3 m to 5 m above the sea.", "3 m to 5 m"),
    ],
)
def test_of_a_change_what_holds_now_is_the_answer(sentence: str, answer: str) -> None:
    want = wanted("How high is the limit?", "en")
    assert want
    assert [sentence[slice(*span)] for span in settled(sentence, short_answers(want, sentence))] == [answer]


@pytest.mark.parametrize(
    ("question", "sentence", "found"),
    [
        ("How many people died?", "In the fire of 1666 six people died.", ["six people"]),
        ("How many people left?", "In 1914 young people left the valley.", []),
        ("Wie viele Menschen zogen fort?", "Seit 1914 zogen 40 Menschen fort.", ["40 Menschen"]),
        ("How many people have it?", "It is found in 1 in 2000 people.", ["2000 people"]),
        ("How much flour goes in?", "Add 200 g of flour and 3 eggs.", ["200 g of flour"]),
        # Neither how deep nor how long it was says how strong an earthquake is.
        ("How strong was the earthquake?", "It shook the town for 30 seconds from 10 km below.", []),
        ("How strong is the rope?", "The rope of 30 m holds 900 kg.", ["900 kg"]),
        ("How loud is a concert?", "Within 20 m it reaches 110 dB for 3 hours.", ["110 dB"]),
    ],
)
def test_few_words_of_other_papers(question: str, sentence: str, found: list[str]) -> None:
    want = wanted(question)
    assert want is not None
    assert [sentence[slice(*span)] for span in short_answers(want, sentence)] == found


@pytest.mark.parametrize(
    ("sentence", "changes"),
    [
        ("Add 200 g raisins.", False),
        ("The movie costs £3.", False),
        ("The cutlery is hired for £5.", False),
        ("The sink is 60 cm wide.", False),
        ("The lower floor has 3 rooms.", False),
        ("For each point by which it falls short, £4 is paid.", False),
        ("The rent falls due on the 3rd.", False),
        ("The rent falls to £900.", True),
        ("Steigbügel 12 €", False),
        ("The rent is now lower: £900.", True),
        ("They lowered it to £900.", True),
        ("Die Miete wird auf 900 € gesenkt.", True),
        ("Mit der Erhöhung sind es 940 €.", True),
    ],
)
def test_change_is_said_by_whole_words(sentence: str, *, changes: bool) -> None:
    assert says_change(sentence) is changes


def test_how_old_something_is_asks_for_nothing_before() -> None:
    assert not asks_before("How old is the boat?")
    assert asks_before("What was the old rent?")


@pytest.mark.parametrize(
    ("question", "noun"),
    [
        ("wie viel zucker im kuchen", "zucker"),
        ("wie viele fenster hat die wohnung", "fenster"),
        ("wie viel muss ich mitbringen", ""),
        ("wieviel wiegt es", ""),
    ],
)
def test_what_is_counted_is_known_in_small_letters(question: str, noun: str) -> None:
    want = wanted(question, "de")
    assert (want.noun if want and want.what == "count" else "") == noun


@pytest.mark.parametrize(
    ("sentence", "told"),
    [("Guests are welcome to sleep in the shed.", "Yes"), ("find someone sleep in the shed,", None)],
)
def test_leave_is_given_by_words_that_give_it(sentence: str, told: str | None) -> None:
    words = PlainWords(*STOP_WORDS, "may", "guests")
    query = asked("May guests sleep in the shed?", words=words)
    given = direct_answer(query, sentence, language="", above="")
    assert (given and given.text) == told
