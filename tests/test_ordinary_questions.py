"""Ordinary questions go to the passages, however much they sound like questions about documents."""

from conftest import ROOT, OpenIndex, run
from test_routes import opened

from qa.evaluation import read_dataset
from qa.types import Document

# What the sample's documents are called; questions about what they are named after are not about them.
CALLED = {
    "contracts/insurance-schedule.docx": "Insurance Schedule 2024/25",
    "contracts/service-agreement.pdf": "Service and Availability Agreement",
    "contracts/vessel-charter.txt": "vessel charter",
    "mail/leave-2025.eml": "More annual leave and other changes in 2025",
    "mail/plover-dash-limit.eml": "New wave limit for Plover Dash from 10 June",
    "mail/rotor-lock-limit.eml": "Re: Crack in rotor lock pin of D04",
    "minutes/ops-meeting-2024-11-14.txt": "ops meeting 2024 11 14",
    "minutes/ops-meeting-2025-03-13.txt": "ops meeting 2025 03 13",
    "procedures/crew-transfer.docx": "Procedure: Crew Transfer and Weather Limits",
    "procedures/emergency-response.md": "Emergency Response Plan",
    "procedures/gearbox-oil-change.pdf": "O&M Manual Section 7: Gearbox Oil Change",
    "procedures/sicherheitsanweisung-sa07.pdf": "Sicherheitsanweisung SA-07",
    "procedures/staff-handbook.html": "Staff Handbook: Rotations, Leave and Allowances",
    "registers/spare-parts.xlsx": "spare parts",
    "registers/turbines.csv": "turbines",
    "reports/annual-2024.pdf": "Annual Operations Report 2024",
    "reports/hse-2024.md": "Health, Safety and Environment: Statistics 2024",
    "reports/lightning-b06.docx": "Incident Report: Lightning Strike on Turbine B06",
    "others/gearbox.txt": "Gearbox",
    "others/normandy.txt": "Normandy",
}
TRICKY = (
    "How many turbines were struck?",
    "How many turbines are there?",
    "List all turbines",
    "Which turbines are in row F?",
    "What is in the gearbox?",
    "What is the gearbox about to lose?",
    "What is in the oil?",
    "How many documents did the committee sign?",
    "Which documents must visitors show?",
    "What documents do I need for a visa?",
    "How many reports were filed about the strike?",
    "How many contracts did Nordgriff sign in 2023?",
    "Who signed the contract with Nordgriff?",
    "When was the report published?",
    "What changed in the weather limits in March 2025?",
    "What has changed in the policy on leave since January?",
    "Which limit changed in October?",
    "What is the newest vessel of the fleet?",
    "Which is the oldest turbine?",
    "What is the largest sum insured?",
    "Who wrote the letter of 5 November?",
    "How many letters does the alphabet have?",
    "How many minutes does the rescue take?",
    "How many words may a title have?",
    "How many pages must a report have?",
    "How big is the house?",
    "How large are the files that the machine takes?",
    "Wie groß ist das Boot?",
    "Which form has to be filled in after an accident?",
    "Which plan applies if a ship drifts?",
    "How many articles does the treaty have?",
    "How many books did the author write?",
    "What does the master decide?",
    "What does Nordgriff say about the limit?",
    "What did Marguerite Osei say about the pins?",
    "According to Norrvik, how long does a pin last?",
    "According to the laboratory, what caused the crack?",
    "In 2024, how many near misses were there?",
    "In the hub, which wind limit applies?",
    "Does the insurance cover lost earnings?",
    "What is the plan for 2025?",
    "What is Normandy known for?",
    "What is the difference between a weather day and a day off hire?",
    "What is the difference between technical and contractual availability?",
    "How do gannets and guillemots differ in avoiding turbines?",
    "Is the limit higher by day than at night?",
    "Is it more dangerous to work in the hub than in the nacelle?",
    "Who is better paid, a shift engineer or a technician?",
    "Which bird is the most frequent one?",
    "Which month was the strongest?",
    "Which joint failed first?",
    "What happens at the end of each trip?",
    "How often is each lifejacket serviced?",
    "What does each person wear?",
    "Who has sold the most records of all time?",
    "What must all visitors wear?",
    "What are all the steps of the oil change?",
    "What are the dates of the winter holidays?",
    "What costs does the owner bear?",
    "What is the price of the certificate?",
    "Show me how to fill in gear oil",
    "Show me the way to the muster station",
    "Which document mentions lightning most often?",
    'Which files mention "rotor lock" but not D04?',
    "List the steps of a hoist",
    "Name the master of Teal Runner",
    "Give me the telephone number of the duty",
    "Find out who repaired the cable",
    "Is there a helicopter in Stranmoor?",
    "Are there bats on Petrel?",
    "Do we have a spare rotor lock pin?",
    "Have I any leave left from 2024?",
    "Summarise how the crack was found",
    "Summarise the war in Ukraine",
    "Sum up the costs of the repair",
    "Outline the rescue of a person overboard",
    "What are the main causes of stops?",
    "What are the key figures of 2024?",
    "Compare simplex and complex communication",
    "Compare the ways of cooling a converter",
    "Wie viele Anlagen wurden getroffen?",
    "Wie viele Seiten darf der Bericht haben?",
    "Welche Unterlagen braucht ein Besucher?",
    "Welche Verträge hat Nordgriff gekündigt?",
    "Was hat sich an den Wettergrenzen geändert?",
    "Was ist neu an der Nabe?",
    "Was ist im Getriebe?",
    "Was sagt Nordgriff zur Grenze?",
    "Was steht auf dem Schild?",
    "Worum geht es bei der Rettung?",
    "Was ist der Unterschied zwischen Sturm und Gewitter?",
    "Welche Anlage ist die älteste?",
    "Was ist der neueste Stand der Reparatur?",
    "Zeige mir, wie man den Rotor arretiert",
    "Nenne den Projektleiter",
    "Gibt es eine Rettungswinde?",
    "Laut Norrvik, wie lange hält ein Bolzen?",
)
MOST = 0.01


def test_ordinary_questions_are_not_swallowed(new_index: OpenIndex) -> None:
    # What a table of the sample answers is told by tables that this index does not have.
    questions = [question.text for question in read_dataset(ROOT / "data").questions if question.expected is None]
    asked = [*questions, *TRICKY]
    documents = [Document(f"data/{source}", title, "Nothing much.", "text/plain") for source, title in CALLED.items()]

    async def main() -> None:
        async with opened(new_index, documents) as answerer:
            routed = [(text, await answerer.route(text)) for text in asked]
        wrong = [(text, found.route, found.reason) for text, found in routed if found.route != "passages"]
        assert len(asked) >= 200
        assert len(wrong) <= MOST * len(asked), wrong

    run(main)
