"""What questions in other languages ask for by its form, and which of two sentences has it."""

import pytest

from qa.text.forms_elsewhere import says_elsewhere


@pytest.mark.parametrize(
    ("question", "tells", "other"),
    [
        ("社会科見学の集合時間は何時ですか。", "集合は午前8時20分です。", "社会科見学を2月20日に実施します。"),
        ("しょうゆを入れてから何分煮ますか。", "さらに15分煮る。", "煮立ったらあくを取る。"),
        ("Сколько стоит квартира в месяц?", "Плата 28 000 рублей.", "Квартира на улице Садовой, дом 31."),
        ("Во сколько сбор на экскурсию?", "Сбор в 9:40 у входа.", "Экскурсия в пятницу 13 февраля."),
        ("Do kiedy ważna jest polisa?", "Polisa obowiązuje do 14 maja 2026 r.", "Składka wynosi 1 860 zł."),
        ("Jak długo gotuje się pierogi?", "Gotować cztery minuty.", "Ziemniaki utłuc z serem."),
        ("Até quando tem de ser paga a fatura?", "Até 6 de março de 2026.", "Fatura n.º 2026/03318"),
        ("A che ora è il ritrovo?", "Il ritrovo è alle ore 7.", "La gita è giovedì 23 ottobre."),
        ("ما آخر موعد لدفع الفاتورة؟", "آخر موعد 18 شباط 2026", "المبلغ المطلوب: 41.750"),
        ("¿Cuánto es la factura de abril?", "Importe total: 894,30 euros", "Factura n.º 152, 17 de abril"),
        ("¿A cuánto asciende el recibo?", "Total: 40 €", "Recibo n.º 152"),
        ("À combien s'élève le loyer ?", "Le loyer est de 690 euros.", "Le bail est du 15 septembre."),
        ("A quanto ammonta la bolletta?", "Totale 84,20 €", "Bolletta di marzo"),
        ("Quanto é a conta da luz?", "A pagar: 61,90 euros", "Conta n.º 7"),
        ("Jaka jest kwota rachunku?", "Do zapłaty 120 zł", "Rachunek nr 7"),
        ("Какова сумма счёта?", "К оплате 83 150 рублей", "Счёт № 239"),
        ("Hoeveel is de huur?", "De huur is € 900.", "De huurder woont er sinds mei."),
        ("كم تبلغ الأجرة؟", "الأجرة 350 ديناراً", "الشقة رقم 9"),
    ],
)
def test_sentence_with_the_form_that_is_asked_for_is_told(question: str, tells: str, other: str) -> None:
    assert says_elsewhere(question, tells)
    assert not says_elsewhere(question, other)


@pytest.mark.parametrize(
    "question",
    [
        "Quanto devo aspettare?",
        "Combien dois-je attendre de jours ?",
        "¿Cuánto debo esperar?",
        "¿Cuál es el valor del coeficiente?",
        "Qual é o valor do coeficiente?",
        "Quel prix du jury a-t-il reçu ?",
    ],
)
def test_what_asks_for_no_money_is_not_told_by_a_sum(question: str) -> None:
    assert not says_elsewhere(question, "Total: 40 €")


@pytest.mark.parametrize(
    "question",
    [
        "Quanto devo pagare?",
        "Combien dois-je payer ?",
        "Combien dois-je ?",
        "¿Cuánto debo?",
        "¿Cuánto debo pagar?",
        "Qual é o valor da fatura?",
        "Quel est le prix du loyer ?",
    ],
)
def test_what_is_to_be_paid_is_told_by_a_sum(question: str) -> None:
    assert says_elsewhere(question, "Total: 40 €")


def test_where_no_form_is_known_nothing_is_told() -> None:
    assert not says_elsewhere("Chi è il proprietario?", "Il canone è di 780 euro.")
