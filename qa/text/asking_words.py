"""The words that ask in languages besides English and German: they are no names, no slips, and begin a question."""

from qa.text.casing import word_set

_WORDS = """
qué que quién quiénes quien quienes cuál cuáles cual cuales cuándo cuando cuánto cuánta cuántos cuántas dónde donde cómo
qui quoi quel quelle quels quelles quand combien comment où pourquoi lequel laquelle
chi che cosa quale quali quando quanto quanta quanti quante dove come perché
wie wat welk welke wanneer waar hoe hoeveel waarom
quem qual quais quantos quantas onde como
kto co czyj jaki jaka jakie jacy który która które ile kiedy gdzie jak dlaczego czy kogo komu
kdo kde kdy kolik jaký jaká jaké který která které proč
kim ne nerede nereye kaç nasıl niçin neden hangi kimin
vem vad vilken vilket vilka när hur varför hvem hvad hvilken hvilket hvilke hvornår hvor hvordan hva når hvorfor
kuka mikä mitä milloin missä kuinka miten miksi paljonko ki mi mikor hol mennyi hány hogyan miért melyik
cine ce care când unde cât câți câte cum
"""
ASKING_WORDS = word_set(_WORDS)
# "Is": what follows it is what is asked for.
_COPULAS = word_set("es son est sont è sono is zijn é são jest są je jsou är er on van este sunt")
_POINTING = word_set(
    "lo ça cela eso esto ello dat dit isso isto questo quello ciò tego bunu onu det dette toto sitä ezt asta"
)
_WHOLE = 4


def asks_whole(folded: list[str]) -> bool:
    """Tell whether a question that begins with such a word names what it asks about: "Chi è l'amministratore?".

    Args:
        folded: Its words in small letters.
    """
    if not folded or folded[0] not in ASKING_WORDS or not _POINTING.isdisjoint(folded):
        return False
    return len(folded) >= _WHOLE or (len(folded) == _WHOLE - 1 and folded[1] in _COPULAS)
