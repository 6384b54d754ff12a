import pytest

from qa.answering.standalone.follow_up import readings, standalone
from qa.answering.standalone.lacking import lacking
from qa.answering.writing.prompt import rewritten
from qa.types import Turn

LONG = "How long is the notice period for tenants in the city?"
LONG_GERMAN = "Wie lange beträgt die Kündigungsfrist für Mieter in der Stadt?"


def asked(*questions: str) -> list[Turn]:
    return [turn for text in questions for turn in (Turn("user", text), Turn("assistant", f"About {text} Three [1]."))]


@pytest.mark.parametrize(
    "question",
    [
        "Does it also hold for subtenants who moved in last year?",
        "Which of them must be paid before the first of the month?",
        "May the landlord of that house ask for more money than this?",
        "What did they pay for the repair of the roof last year?",
        "And how long is it then?",
        "How many were sent in the end?",
        "Why not?",
        "How much?",
    ],
)
def test_english_follow_up_gets_the_question_before_it(question: str) -> None:
    found = readings(question, asked(LONG))
    assert (found.text, found.other) == (f"{LONG} {question}", "")


@pytest.mark.parametrize(
    "question",
    [
        "Gilt sie auch für Untermieter, die letztes Jahr eingezogen sind?",
        "Welche Gebühr muss man dafür am Anfang des Monats bezahlen?",
        "Und wie lange ist sie dann?",
        "Wer hat das gemacht?",
        "Und wenn man nicht zahlt?",
        "Warum?",
    ],
)
def test_german_follow_up_gets_the_question_before_it(question: str) -> None:
    found = readings(question, asked(LONG_GERMAN))
    assert (found.text, found.other) == (f"{LONG_GERMAN} {question}", "")


@pytest.mark.parametrize(
    ("before", "question", "text"),
    [
        ("What was the rent in 2024?", "And in 2023?", "What was the rent in 2023?"),
        ("how many days holiday does tom get", "and carol", "how many days holiday does carol get"),
        ("wann hat emil geburtstag", "und mia", "wann hat mia geburtstag"),
        ("How many days does Lena get?", "and tom", "How many days does tom get?"),
        ("how many gannets did we count", "and eiders", "how many eiders did we count"),
        ("how much does lena earn", "and yesterday", "how much does lena earn? and yesterday"),
        ("How deep is the water at F07?", "and A01?", "How deep is the water at A01?"),
        ("How many days were lost in January 2023?", "And in March?", "How many days were lost in March 2023?"),
        (
            "What is the limit of the Blue Heron by day?",
            "And at night?",
            "What is the limit of the Blue Heron at night?",
        ),
        ("Who is the master of Blue Heron?", "And of Grey Osprey?", "Who is the master of Grey Osprey?"),
        ("What is the limit of the Heron?", "And for the Osprey?", "What is the limit of the Osprey?"),
        ("Which oil goes into the main gearbox?", "And into the pump?", "Which oil goes into the pump?"),
        ("Wie hoch ist die Miete für das Büro?", "Und für die Garage?", "Wie hoch ist die Miete für die Garage?"),
        ("When does Ada Long's contract end?", "And Bo Short's?", "When does Bo Short's contract end?"),
        ("Who is the master of Blue Heron?", "How fast is she?", "How fast is Blue Heron?"),
        ("When was E02 built?", "When was its oil changed?", "When was E02's oil changed?"),
        ("How many cats were counted in March?", "And dogs?", "How many dogs were counted in March?"),
        ("how many incidents were serious", "and minor?", "how many incidents were minor"),
        ("How many cats were asleep?", "And dogs?", "How many dogs were asleep?"),
        ("How many invoices are paid?", "And overdue?", "How many invoices are overdue?"),
        ("Wie viele Aufträge sind offen?", "Und erledigt?", "Wie viele Aufträge sind erledigt?"),
        # What is no state is another thing, in a plural without "s" and with no plural as well.
        ("How much butter is needed?", "And flour?", "How much flour is needed?"),
        ("How many adults were there?", "And children?", "How many children were there?"),
        ("How many men were killed?", "And women?", "How many women were killed?"),
        ("How much water was used?", "And electricity?", "How much electricity was used?"),
        ("How many invoices are there?", "And staff?", "How many staff are there?"),
        ("How many tickets are open?", "And people?", "How many people are open?"),
        ("How much rent is overdue?", "And paid?", "How much rent is paid?"),
        ("What is the mean depth of the wells?", "And the maximum?", "What is the maximum depth of the wells?"),
        ("How much leave do staff have?", "And after ten years?", "How much leave do staff have after ten years?"),
        (
            "Compare the rents of the flat and the shop.",
            "And their size?",
            "Compare the size of the flat and the shop.",
        ),
        ("How high is the hire per day?", "And at night?", "How high is the hire per day at night?"),
        (
            "Ab welchem Wind darf in der Nabe nicht gearbeitet werden?",
            "Und auf dem Gondeldach?",
            "Ab welchem Wind darf auf dem Gondeldach nicht gearbeitet werden?",
        ),
        ("Was sagt der Vertrag über Hunde?", "Und über Katzen?", "Was sagt der Vertrag über Katzen?"),
        (
            "Ab wie vielen Litern muss man Öl melden?",
            "Und bei Lecks?",
            "Ab wie vielen Litern muss man Öl melden bei Lecks?",
        ),
    ],
)
def test_thing_takes_the_place_of_its_like(before: str, question: str, text: str) -> None:
    """Glued, both would be searched, and what was asked before is found again."""
    assert standalone(question, asked(before)) == text


@pytest.mark.parametrize(
    "question",
    [
        "Who supplies yaw drives?",
        "Which insurer leads the policy?",
        "Which documents does a new employee bring on the first day?",
        "Why must the tenant pay the landlord a fee for late payment?",
        "Which boat stands in for the Heron while she is in dry dock?",
        "What happens when a vessel breaks down and its owner has no substitute?",
        "How many people are there in the whole company?",
        "Are those who are pregnant allowed to work offshore?",
        "Which reports are due this year?",
        "After a strike of 150 kA, what has to happen before the turbine may be restarted?",
        "In August 2024, up to which height could people step over?",
        "How much was spent on placing rock and burying the cable?",
        "Compare the availability of 2023 with that of 2024.",
        "Which turbines have not had their gear oil changed?",
        "How many trial landings did Plover Dash make with its new fender?",
        "How many documents are in the collection?",
        "List all telephone numbers",
        "Summarise this document",
        "Was wiegt ein Arretierbolzen?",
        "Warum muss Werkzeug angeleint werden?",
        "Können Sie mir sagen, wer die Prüfung abnimmt?",
        "Gibt es eine Grenze für die Menge an Öl, die man melden muss?",
        "was kostet die inspektion beim autohaus",
        "wie lange läuft das eco programm des geschirrspülers",
        "How does an italic thesis title change the theme of another's item?",  # it, the, the, other: parts of words
    ],
)
def test_question_that_lacks_nothing_is_left_as_it_is(question: str) -> None:
    assert standalone(question, asked(LONG)) == question


@pytest.mark.parametrize(
    "question",
    [
        "What did the repair cost?",
        "And which fee does the landlord charge for a late payment?",
        "How long does it take to get to the farm?",
        "Who holds the other shares?",
        "yaw brake torque",
        "wer hat das unterschrieben",
        "Et en hiver ?",
    ],
)
def test_question_that_can_be_read_both_ways_has_both_readings(question: str) -> None:
    found = readings(question, asked(LONG))
    assert (found.text, found.other, found.subject) == (f"{LONG} {question}", question, LONG)


@pytest.mark.parametrize(
    ("question", "own"),
    [
        ("And the rent in Mill Lane?", "What is the rent in Mill Lane?"),
        ("Und die Miete in der Mill Lane?", "Die Miete in der Mill Lane?"),
        ("And the deposit?", ""),
        ("And its rent in Mill Lane?", ""),
    ],
)
def test_piece_that_names_what_it_is_about_may_be_a_question_of_its_own(question: str, own: str) -> None:
    """Else every question after "What is the capital of France?" is searched with France, and refused for it."""
    assert readings(question, asked("Who approved the budget?")).other == own


def test_first_question_is_left_as_it_is() -> None:
    assert standalone("How much is it?", []) == "How much is it?"
    assert standalone("How much is it?", [Turn("assistant", "Good morning.")]) == "How much is it?"


@pytest.mark.parametrize(
    ("turns", "question", "text"),
    [
        ((LONG, "How is it counted?", "Why?", "Who says so?"), "And when is it over?", f"{LONG} And when is it over?"),
        (("What was the rent in 2024?", "And in 2023?"), "Is it more for shops?", "{} Is it more for shops?"),
        (
            ("What was the rent in 2024?", "And in 2023?", "Is it more for shops?"),
            "And the deposit?",
            "{} And the deposit?",
        ),
        ((LONG, "What colour is it?", "How tall is it?"), "Who made it?", f"{LONG} Who made it?"),
        ((LONG, "And the deposit?"), "When is it paid back?", "When is the deposit paid back?"),
        (("When did B06 stop?", "What did the repair cost?"), "Who did it?", "When did B06 stop? Who did the repair?"),
        (
            ("Why was the blade of B06 damaged?", "Were other blades checked for it?"),
            "How many others had it?",
            "Why was the blade of B06 damaged? How many other blades had it?",
        ),
        (
            ("Warum brach das Blatt von B06?", "Wurden andere Blätter darauf geprüft?"),
            "Wie viele andere hatten es?",
            "Warum brach das Blatt von B06? Wie viele andere Blätter hatten es?",
        ),
        (("Summarise the lease.", "What does it say about cats?"), "And about dogs?",
         "Summarise the lease. What does it say about dogs?"),
        (("What is the fee for a night?", "And for a day on a boat?"), "And for a week?",
         "What is the fee for a week?"),
    ],
)  # fmt: skip
def test_chain_of_follow_ups_does_not_heap_up(turns: tuple[str, ...], question: str, text: str) -> None:
    """What is searched is never more than two questions, however long the chain is."""
    assert standalone(question, asked(*turns)) == text.format("What was the rent in 2023?")


@pytest.mark.parametrize("question", ["With what share?", "Which boat?", "At what speed?", "Mit welchem Anteil?"])
def test_question_without_a_verb_lacks_its_subject(question: str) -> None:
    assert lacking(question) == "subject"


@pytest.mark.parametrize("question", ["What causes corrosion?", "Who wrote Faust?", "How many boats are there?"])
def test_short_question_with_a_verb_lacks_nothing(question: str) -> None:
    assert lacking(question) == "nothing"


@pytest.mark.parametrize(
    ("question", "lacks"),
    [
        ("¿Quién es el propietario?", "nothing"),
        ("Chi è l'amministratore?", "nothing"),
        ("Welk vermogen heeft de wasmachine?", "nothing"),
        ("Kto jest przełożonym?", "nothing"),
        ("¿Quién lo firmó?", "perhaps"),
        ("Wat kost dat?", "perhaps"),
        ("¿Y por la noche?", "perhaps"),
    ],
)
def test_question_in_another_language_is_whole_where_it_names_what_it_asks(question: str, lacks: str) -> None:
    assert lacking(question) == lacks


def test_chain_keeps_what_took_a_place() -> None:
    turns = asked("What is the limit of Blue Heron by day?", "And at night?")
    assert standalone("And of Grey Osprey?", turns) == "What is the limit of Grey Osprey at night?"


def test_chain_ends_at_the_question_that_stands_alone() -> None:
    other = "Which documents does a new employee bring on the first day?"
    assert standalone("Why?", asked(LONG, other, "When?")) == f"{other} Why?"


def test_question_that_failed_counts() -> None:
    assert standalone("Why?", [*asked(LONG), Turn("user", "Who pays the fee of a tenant?")]) == (
        "Who pays the fee of a tenant? Why?"
    )


def test_answers_are_not_searched_for() -> None:
    assert "About" not in standalone("How much?", asked(LONG))


@pytest.mark.parametrize("question", ["?", "…", " ", "and", "(", "🙂", "das", "it", "one", "and and and"])
def test_scraps_are_read_somehow(question: str) -> None:
    assert lacking(question) in ("nothing", "perhaps", "subject")
    assert standalone(question, asked(question, LONG))


@pytest.mark.parametrize(
    ("reply", "text"),
    [
        ("How long is the notice period for subtenants?", "How long is the notice period for subtenants?"),
        ('Standalone question: "How long is it for subtenants?"', "How long is it for subtenants?"),
        ("", ""),
        ("   \n", ""),
        ("The notice period for subtenants is three months.", ""),
        ("How long is the notice period for subtenants [1]?", ""),
        ("NOT IN THE DOCUMENTS", ""),
        ("How long is it for subtenants?\nIt is three months.", ""),
        ("How long is it for subtenants? " * 20, ""),
        ("Wie lange ist die Frist für die Untermieter in der Stadt?", ""),
        ("How long is the notice period for subtenants since 1987?", ""),
        ("What is the capital of France?", ""),
    ],
)
def test_rewriting_is_taken_where_it_is_the_question(reply: str, text: str) -> None:
    assert rewritten(reply, "And for subtenants?", asked(LONG)) == text


@pytest.mark.parametrize(
    ("before", "question", "meant"),
    [
        ("What is the salary of Sarah Okafor?", "salary of Peter Okafor", "What is the salary of Peter Okafor?"),
        ("What is the salary of Sarah Okafor?", "the pension of Peter Reed", "What is the pension of Peter Reed?"),
        ("How high is rent for Lane 12?", "deposit for Lane 14", "How high is deposit for Lane 14?"),
        ("Was ist die Miete von Haus Linde?", "die Kaution von Haus Erle", "Was ist die Kaution von Haus Erle?"),
    ],
)  # fmt: skip
def test_what_is_asked_of_another_is_not_asked_twice(before: str, question: str, meant: str) -> None:
    """It was put behind the name alone: "the salary of salary of Peter Okafor"."""
    assert standalone(question, [Turn("user", before)]) == meant


@pytest.mark.parametrize("question", ["bis wann gilt das angebot", "until when runs the lease", "mit wem spricht lena"])
def test_verb_behind_an_asking_word_makes_a_whole_question(question: str) -> None:
    assert lacking(question) != "subject"
    assert lacking("bis wann") == "subject"
