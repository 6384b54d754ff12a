"""Whether a heading says of which kind a paper is, "Tenancy agreement", and not whose it is. Pure functions.

Only of kinds that differ by whom or what they are about: contracts, rules, bills, policies, certificates.
"""

import re

from qa.lazy_regex import lazy_regex

# In English, German and Dutch the kind stands last, in compounds as well; elsewhere it stands first.
_LAST = (
    r"agreements?|contracts?|leases?|tenancy|rules|regulations|invoices?|bills?|receipts?|quotations?|policy|certificate|"
    r"warranty|deed|\w*(?:vertrag|vereinbarung|ordnung|rechnung|quittung|bescheid|bescheinigung|police|angebot|urkunde)|"
    r"\w*(?:overeenkomst|contract|factuur|polis)|\w*(?:avtal|faktura|kontrakt|sopimus|lasku)"
)
_FIRST = (
    r"(?:agreement|contract|lease|deed|certificate|rules)(?= (?:of|for|on)\b)|contrat|bail|facture|quittance|devis|"
    r"règlement|attestation|contrato|factura|recibo|póliza|reglamento|contratto|fattura|ricevuta|polizza|regolamento|"
    r"fatura|apólice|regulamento|contract(?= de\b)|umowa|faktura|rachunek|regulamin|polisa|smlouva|zmluva|ugovor|"
    r"pogodba|договор\w?|контракт|сч[её]т\w*|квитанция|полис|правила|договір|рахунок|μισθωτήριο|σύμβαση|συμβόλαιο|"
    r"τιμολόγιο|عقد|فاتورة|إيصال|חוזה|הסכם|חשבונית|קבלה"
)
_UNSPACED = r"契約書|請求書|領収書|規約|規則|合同|合約|协议|协议书|協議書|发票|發票|收据|收據|계약서|청구서|영수증"
_WORD = r"[\w'’/&-]+"
_KIND = lazy_regex(
    rf"(?:{_WORD} ){{0,3}}(?:{_LAST})\W*|(?:{_FIRST})(?: {_WORD}){{0,4}}\W*|\S{{0,12}}(?:{_UNSPACED})\W*",
    re.IGNORECASE,
)


def says_kind(heading: str) -> bool:
    """Tell whether a heading is the name of a kind of paper; a letterhead is not."""
    return _KIND.fullmatch(" ".join(heading.split())) is not None
