"""Which encoding a text is in, judged by the language that it is then in. Pure functions.

The statistics of bytes need a page of text. A letter or a list of names is shorter, and says by its own words which
language it is in; that language has its letters, and in the wrong encoding others stand in their place.
"""

import codecs
import math
import re
from collections.abc import Iterator
from functools import cache
from itertools import pairwise

from qa.lazy_regex import lazy_regex

# Letters beyond ASCII of languages in Latin letters.
_LETTERS = {
    "de": "äöüß", "fr": "àâæçéèêëîïôœùûüÿ", "es": "áéíñóúü", "pt": "ãáàâçéêíóôõúü", "it": "àèéìíòóù",
    "nl": "éëïóöüèá", "sv": "åäöé", "da": "æøåé", "nb": "æøåéòô", "no": "æøåéòô", "nn": "æøåéòô", "fi": "äöå",
    "is": "áðéíóúýþæö", "pl": "ąćęłńóśźż", "cs": "áčďéěíňóřšťúůýž", "sk": "áäčďéíĺľňóôŕšťúýž", "hu": "áéíóöőúüű",
    "ro": "ăâîșțşţ", "hr": "čćđšž", "bs": "čćđšž", "sl": "čšž", "tr": "çğıöşüâîİi̇", "lt": "ąčęėįšųūž",
    "lv": "āčēģīķļņšūž", "et": "äõöüšž", "sq": "çë", "ca": "àçéèíïóòúü", "en": "éèêïöü", "gl": "áéíñóúü",
    "eu": "ñ", "ga": "áéíóú", "lb": "äëéü", "af": "êëéïôöû", "cy": "âêîôûŵŷ", "eo": "ĉĝĥĵŝŭ",
}  # fmt: skip
# The letters of languages in other scripts, the frequent ones first.
_FREQUENT = {
    "ru": "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъё", "uk": "оаниітверслкдмпузяьбгчїйхцжюшщєґф",
    "be": "аіонырстлкдепмвяузьбгцёшйчжхфюэў", "bg": "аиоентрсвлкдпмузъябгчщцжхйшфюь",
    "sr": "аоиенрстјувкдлмпзбгчшцжхђњљћфџ", "el": "αοιετσνςρυκηπλμίάόγθέδχώήύφβξζψϊΐϋΰ",
    "he": "יוהלארתבמשםנןדחעקפטגכזסץףך", "ar": "اليمنوترهبدعسفكقةأحجشطصىخإضذغثزظئءؤآ",
}  # fmt: skip
# How fast letters grow rarer by their place in that order, and what another one weighs.
_FALL, _FOREIGN = 9.0, -8.0
_CAPITALS, _LOUD = 0.7, 0.25
_LATIN = ("cp1252", "cp1250", "iso8859_2", "cp1254", "cp1257")
_OTHERS = ("cp1251", "koi8_r", "koi8_u", "iso8859_5", "cp866", "cp1253", "cp1255", "cp1256")
_CYRILLIC, _GREEK, _HEBREW, _ARABIC = "\u0400-\u04ff", "\u0370-\u03ff", "\u0590-\u05ff", "\u0600-\u06ff"
# Signs that stand beside letters: quotation marks, dashes, the ellipsis, the hard blank and others.
_PLAIN = frozenset("„“”‚‘’«»‹›–—…\u00a0•·°§€´`¿¡®©™×½¼¾²³±")
_INSIDE = lazy_regex(r"(?<=[^\W\d_])[^\w\s„“”‚‘’«»‹›–—…·´`-](?=[^\W\d_])|(?<!\S)[¹²³£¥©®ª¼½¾¿](?=[a-z])")
_MIXED = lazy_regex(r"[^\W\d_][^\W\d_]+")
_MONEY = lazy_regex(r"(?<=\d)\s?[€£¥¢]|[€£¥¢](?=\s?\d)|(?<!\S)[€£¥¢](?!\S)")
_RUN = lazy_regex(r"[^\W\d_\x00-\x7f]{2,}")
_ASCII_WORD = lazy_regex(r"[A-Za-z]{2,}")
_PILE = lazy_regex(r"[^\W\d_\x00-\x7f]{3,}")
_HIGH = lazy_regex(r"[^\x00-\x7f]")
# Characters and syllables of everyday texts and of names, the most frequent ones.
_BOTH = (
    "的一是不了在人有我他中大上到子和你地出道也年得就那要下以生自去之家可她小心多天而能好都然日起成事"
    "只作想看文手十用主行方又如前所本面公同三已老知民分外但身些高意把法此回二理美月明其全工己者向情部"
    "正名定女力等很最新什打便位因重被走四第相次政海口使教西再平真世信北少加化由代入先山五太水市眼才比"
    "住九笑性通目立命活神件安表原白路期叫死常提感金何更反合放做系或司利受光王果界及今京制解各任至清物"
    "台象共接林周江李志徐朱郭沈曾蔡余姓址租付"
)
_COMMON = {
    "zh": _BOTH + (
        "这来国个说们为时会着过学对里后么没于还发当无开见经头从动两长样现将与进实点种声话儿问机给几业间电"
        "门东听气关并内却军产万体别处总场师书员华报马张难数车应计亲务记边风战干它许八特觉望直服毛题建南度"
        "统色字请交爱让认算论百吃义科怎元社术结六功指思非流每青管夫连远资队跟带花快条院变联言权往展该领传"
        "近留红治决保达办运武半候七必城父强步完革深区即求品士转量空甚众技轻程告语英基派满式息写呢识极令黄"
        "德收脸钱党倒未持取设始版双历越史商千片容研像找友孩站广改议形委早房音火际则首单据导影失拿网香似斯"
        "专石若兵弟谁校读飞观争究包组造落视济喜离虽坏号陈刘赵杨吴孙胡罗宋郑谢韩唐冯董萧曹袁邓傅彭吕苏卢蒋"
        "贾丁魏薛叶阎潘杜戴夏钟汪田姜范伟芳娜敏静丽磊洋勇艳杰娟涛超霞刚桂兰编赁签订款"
    ),
    "zht": _BOTH + (
        "這來國個說們為時會著過學對裡後麼沒於還發當無開見經頭從動兩長樣現將與進實點種聲話兒問機給幾業間電"
        "門東聽氣關並內卻軍產萬體別處總場師書員華報馬張難數車應計親務記邊風戰幹陳黃吳劉楊許鄭謝洪邱廖賴葉"
        "蘇莊呂蕭羅簡鍾施游詹趙盧玲淑惠雅婷豪怡君編號約簽"
    ),
    "ja": (
        "日一人年大十二本中長出三時行見月後前生五間上東四今金九入学高円子外八六下来気小七山話女北午百書先"
        "名川千水半男西電校語土木聞食車何南万毎白天母火右読友左休父雨田野村藤佐鈴橋伊渡辺井林加吉松石原池"
        "崎岡青森島阿部斎清太郎美恵会社員自分家手作新地方通内業事同的場代立開力問対理実関政定法体化県市区"
        "町氏様住所番号契約賃支払阪京都議題"
    ),
    "ko": (
        "이가는을를의에다고하지기사아은인도자리어로나시서한대정스해과수일원라만보그부전유상제주있구조들장"
        "소관여선성무동습니된입공세신재국학생화월년김박최강윤임오권황안송류홍민영희철진호준현우경미숙순옥"
        "남석훈연예빈혁태식약계금번름와며면할것등였었매불체결산"
    ),
}  # fmt: skip
_EAST = {"gb18030": "zh", "big5": "zht", "cp932": "ja", "euc_jp": "ja", "cp949": "ko"}
_ALIASES = {"iso8859_13": "cp1257", "iso8859_15": "cp1252", "gb2312": "gb18030", "gbk": "gb18030", "euc_kr": "cp949",
    "cp950": "big5", "big5hkscs": "big5", "shift_jis": "cp932"}  # fmt: skip
_KANA, _HANGUL, _HAN = "\u3041-\u30ff", "\uac00-\ud7a3", "\u4e00-\u9fff"
_EASTERN = lazy_regex(f"[{_KANA}{_HANGUL}{_HAN}]")
_BESIDE = lazy_regex(
    f"[A-Za-z][{_KANA}{_HANGUL}{_HAN}][A-Za-z]|[A-Za-z]{{2}}[{_HANGUL}{_HAN}]|[{_HANGUL}{_HAN}][a-z]{{2}}"
)
_HALF_WIDE = lazy_regex("[\uff61-\uff9f\ue000-\uf8ff\u3400-\u4dbf]")
_LEAST_WIDE = 0.35
# Where bytes of UTF-16 lack zeros: how many there must be, and how many of its characters a script's. Pairs of letters
# and digits of other text are characters too, some of them common ones.
_LEAST_BYTES, _LEAST_SIGNS, _MOST_ASCII, _ZEROS = 8, 3, 0.85, 0.25
# Bytes that other text lacks, and that half of a character of UTF-16 often is.
_CONTROL = lazy_regex(rb"[\x00-\x08\x0e-\x19\x1c-\x1f]")
# Which share of the bytes beyond ASCII may be wrong in an encoding of several bytes a letter.
_WRONG = 0.02
_TEXT = 0.95
_MOST_CHARACTERS = 4_000
_SAMPLE_BYTES = 12_000
# With one or two letters beyond ASCII the language is a guess, and most are of Western Europe.
_FEW, _USUAL = 2, 0.3
# Which share of a text's letters another script has at the least.
_SCRIPT = 0.15
_SURE, _LIKELY, _MARGIN = 0.8, 0.5, 0.02
# Encodings of Latin letters that hardly anybody used.
_RARE = lazy_regex(
    r"iso8859_(?:3|4|10|14)$|mac_(?:latin2|iceland|turkish|roman)$|cp(?:437|775|85\d|86\d|1125|1258)$|hp_|ptcp|kz"
)


def encoding(data: bytes, found: str | None) -> str | None:
    """Return the likeliest encoding of bytes that are not UTF-8; what was found by other means if none is likelier.

    Args:
        data: The bytes, or enough of their beginning.
        found: The encoding that statistics of bytes tell.
    """
    if len(data) > _SAMPLE_BYTES:
        data = data[:_SAMPLE_BYTES].rpartition(b"\n")[0] or data[:_SAMPLE_BYTES]
    scores = {name: score for name in (*_LATIN, *_OTHERS, *_EAST) if (score := _score(data, name)) > 0}
    if not scores:
        return found
    best = max(scores, key=lambda name: scores[name])
    known = _ALIASES.get(found or "", found or "")
    if known in _EAST and scores[best] < _LIKELY:
        return found
    if found and known not in (*_LATIN, *_OTHERS, *_EAST):
        # An encoding that is not judged here, as of Thai; where nothing here fits well, it stays.
        return best if scores[best] >= (_LIKELY if _RARE.match(found) else _SURE) else found
    return best if scores[best] > scores.get(known, 0.0) + _MARGIN else found or best


def wide(data: bytes) -> str:
    """Return UTF-32 or UTF-16 where bytes without a mark are that, "" where they are not.

    Hardly any other bytes are valid UTF-32. As UTF-16 nearly all are valid, and random ones are rare characters.
    """
    for name in ("utf-32-le", "utf-32-be"):
        text = "" if len(data) % 4 else _decoded(data, name)
        # Four bytes of a binary file may be a rare ideograph.
        if _is_text(text) and 2 * sum(sign <= "\uffff" for sign in text) >= len(text):
            return name
    if len(data) % 2:
        return ""
    if data.count(0) < _ZEROS * len(data) and (
        len(data) < _LEAST_BYTES
        or not _CONTROL.search(data)
        or sum(0x20 <= byte < 0x7F for byte in data) > _MOST_ASCII * len(data)
    ):
        return ""
    chances = {name: _plain_share(_decoded(data, name)) for name in ("utf-16-le", "utf-16-be")}
    best = max(chances, key=lambda name: chances[name])
    return best if chances[best] >= _LEAST_WIDE else ""


def _plain_share(text: str) -> float:
    """Return which share of a text is common in a language; 0 where other characters are among them."""
    if not _is_text(text):
        return 0.0
    letters = [sign for sign in text if sign.isalpha() or not sign.isascii()]
    if not letters:
        return 0.0
    common = {sign for kind in _COMMON.values() for sign in kind}
    scripts = re.compile(f"[{_CYRILLIC}{_GREEK}{_HEBREW}{_ARABIC}{_KANA}\u0e00-\u0e7f]")
    # Any other text has "0" behind letters and digits, which are punctuation of Chinese in UTF-16.
    beside = sum("\u3000" <= sign <= "\u303f" or "\uff00" <= sign <= "\uff5e" for sign in letters)
    sure = sum(sign in common or bool(scripts.match(sign)) for sign in letters)
    if sure < _LEAST_SIGNS and not any(sign.isascii() for sign in text):
        return 0.0
    return sure / (len(letters) - beside) if sure > beside else 0.0


def _is_text(text: str) -> bool:
    if not text or "\0" in text:
        return False
    return sum(sign.isprintable() or sign in "\t\r\n" for sign in text) >= _TEXT * len(text)


def _decoded(data: bytes, name: str) -> str:
    if name in _EAST:
        # One wrong byte, or half a character where the sample ends, says nothing against all others.
        text = codecs.getincrementaldecoder(name)("replace").decode(data, final=False)
        return text if text.count("\ufffd") <= _WRONG * len(_HIGH.findall(text)) else ""
    try:
        return data.decode(name)
    except UnicodeDecodeError:
        return ""


def _score(data: bytes, name: str) -> float:
    text = _decoded(data, name)[:_MOST_CHARACTERS]
    if not _is_text(text):
        return 0.0
    if name in _EAST:
        return _eastern(text, _EAST[name])
    if name in _OTHERS:
        return _other(text)
    score = _latin(text)
    if not score:
        return 0.0
    bare, prices = _MONEY.subn(" ", text)
    is_few = sum(sign not in _PLAIN for sign in _HIGH.findall(bare)) <= _FEW
    return score + (_USUAL if prices else 0.0) + (_USUAL if name == _LATIN[0] and is_few else 0.0)


def _latin(text: str) -> float:
    """Return how well the letters beyond ASCII are those of the language that the text is in."""
    text = _MONEY.sub(" ", text)
    counted = [sign for sign in _HIGH.findall(text.lower()) if sign not in _PLAIN]
    wrong = len(_INSIDE.findall(text)) + sum(map(len, _PILE.findall(text))) + _turned(text)
    if not counted:
        return 0.5 if not wrong else 0.0
    fit = 0.0
    for code, chance in _chances(text):
        letters = _LETTERS.get(code)
        share = sum(sign in letters for sign in counted) / len(counted) if letters else 0.0
        fit += chance * share
    return max(0.0, fit - wrong / len(counted))


def _other(text: str) -> float:
    """Return how well the letters are those of a language in another script, and its frequent ones."""
    # A letter by itself may be a sign of another encoding, as of money or a quotation mark.
    letters = "".join(_RUN.findall(text.lower()))
    beside = sum(map(len, _ASCII_WORD.findall(text)))
    if not letters or len(letters) < _SCRIPT * (len(letters) + beside):
        return 0.0
    wrong = _turned(text) + sum(not sign.isalpha() and sign not in _PLAIN for sign in _HIGH.findall(text))
    mixed = sum(1 for word in _MIXED.findall(text) if re.search("[A-Za-z]", word) and _HIGH.search(word))
    best = max(_likeness(letters, code) for code in _FREQUENT)
    capitals = sum(map(str.isupper, text)) / max(1, sum(map(str.isalpha, text)))
    return max(0.0, best - (wrong + 2 * mixed) / len(letters) - (_LOUD if capitals > _CAPITALS else 0.0))


def _likeness(letters: str, code: str) -> float:
    """Return how like a language's the letters of a text are: about 1 for it, less for others, more for plain words."""
    weights, expected = _weights(code)
    mean = sum(weights.get(sign, _FOREIGN) for sign in letters) / len(letters)
    return 1 + (mean - expected) / 3


@cache
def _weights(code: str) -> tuple[dict[str, float], float]:
    """Return the logarithm of how frequent each letter of a language is, and their mean over its texts."""
    places = [math.exp(-place / _FALL) for place in range(len(_FREQUENT[code]))]
    shares = [one / sum(places) for one in places]
    weights = {sign: math.log(share) for sign, share in zip(_FREQUENT[code], shares, strict=True)}
    return weights, sum(share * math.log(share) for share in shares)


def _turned(text: str) -> int:
    """Return how many letters are small and stand before a capital one in their word, as "дОГОВОР" has one."""
    return sum(a.islower() and b.isupper() for word in _MIXED.findall(text) for a, b in pairwise(word))


def _eastern(text: str, kind: str) -> float:
    """Return which share of the characters is common in a language of East Asia; half for those beside them."""
    signs = _EASTERN.findall(text)
    if not signs:
        return 0.0
    beyond = len(_HIGH.findall(text))
    wrong = 2 * len(_BESIDE.findall(text)) + len(_HALF_WIDE.findall(text))
    kana = sum("\u3041" <= sign <= "\u30ff" for sign in signs)
    common = sum(sign in _COMMON[kind] for sign in signs)
    if kind == "ja":
        common += kana
    elif kana:
        wrong += 2 * kana
    if kind == "ko":
        wrong += sum("\u4e00" <= sign <= "\u9fff" for sign in signs)
    level = sum(_is_level_one(sign, kind) for sign in signs)
    return max(0.0, (0.7 * min(1.0, 1.4 * common / len(signs)) + 0.3 * level / len(signs)) - wrong / beyond)


def _is_level_one(sign: str, kind: str) -> bool:
    """Tell whether a character is among those that its standard calls the common ones."""
    name, first, last = {
        "zh": ("gb2312", 0xB0, 0xD7), "zht": ("big5", 0xA4, 0xC6), "ja": ("euc_jp", 0xA4, 0xCF),
        "ko": ("euc_kr", 0xB0, 0xC8),
    }[kind]  # fmt: skip
    try:
        return first <= sign.encode(name)[0] <= last
    except UnicodeEncodeError:
        return False


def _chances(text: str) -> Iterator[tuple[str, float]]:
    """Yield the languages that a text may be in, each with its probability."""
    from qa.text.language import identifier

    yield from ((str(code), float(chance)) for code, chance in identifier().rank(text)[:12])
