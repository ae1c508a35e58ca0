"""A text in which no digits are left but those that may be a telephone number, written as figures. Pure.

Dates, times, prices, e-mail addresses and numbers with another name ("order 778899") are taken out; digits of other
scripts and digits in words become figures.
"""

from __future__ import annotations

import re
import unicodedata

from ringback.understanding.spoken import spoken_digits

_LONGEST_TEXT = 1000

_NOT_AFTER = r"(?<![\d+])(?<![\d+][./-])(?<!\+\d )(?<!\+\d\d )(?<!\+\d\d\d )"
_NOT_BEFORE = r"(?![./-]?\d)"
_MONTHS = (
    r"(?:jan(?:uary|uar)?|feb(?:ruary|ruar)?|mar(?:ch)?|märz|apr(?:il)?|ma[yi]|june?|juni|july?|juli|aug(?:ust)?|"
    r"sept?(?:ember)?|o[ck]t(?:ober)?|nov(?:embre|ember)?|de[cz](?:ember)?|"
    r"janv(?:ier)?|f[eé]v(?:rier|r)?|mars|avr(?:il)?|mai|juin|juil(?:let)?|ao[uû]t|septembre|octobre"
    r"|d[eé]c(?:embre)?)\b\.?"
)
_NO_PAIRS_AFTER = r"(?![\s.-]+\d\d[\s.-]\d\d)"
_DATES_AND_TIMES = re.compile(
    "|".join(
        (
            rf"{_NOT_AFTER}(?:19|20)\d\d([./-])(?:0?[1-9]|1[0-2])\1(?:0?[1-9]|[12]\d|3[01]){_NOT_BEFORE}",
            rf"{_NOT_AFTER}(?:0?[1-9]|[12]\d|3[01])([./-])(?:0?[1-9]|[12]\d|3[01])\2(?:(?:19|20)?\d\d){_NOT_BEFORE}",
            rf"\b\d{{1,2}}(?:st|nd|rd|th|\.)?\s*(?:of\s+)?{_MONTHS}(?:,?\s+(?:19|20)\d\d\b)?",
            rf"\b{_MONTHS}\s+\d{{1,2}}(?:st|nd|rd|th)?\b(?:,?\s+(?:19|20)\d\d\b)?{_NO_PAIRS_AFTER}",
            r"(?<![\d:+])(?:[01]?\d|2[0-4]):[0-5]\d(?::[0-5]\d)?(?![:\d])(?:\s*[ap]\.?m\b)?",
            r"(?<![\d+-])(?:0?\d|1\d|2[0-4])(?:[.][0-5]\d)?\s*(?:[ap]\.?m\b|uhr\b|o'?clock\b)",
            r"(?<![\d+-])(?:0?\d|1\d|2[0-4])\s?(?:h(?:eures?)?)(?:\s?[0-5]\d)?\b",
        )
    ),
    re.IGNORECASE,
)
_DOUBLE_ZERO = re.compile(r"(?<![\d+])(?<![\d+)][\s./-])00(?=[\s().-]{0,2}[1-9])")

_TOPIC_THEN_PHONE = (
    # "Call me about my bill 416 555 0199": written like a phone's, and nothing says that it is the bill's.
    r"\b(?:orders?|accounts?|invoices?|bill|contract|booking|bestellung|auftrag|vertrag|rechnung|commande|facture"
    r"|contrat|compte)[\s,]+"
    r"(?:\+[\d ()./-]{8,}\d|\(?0\d*\)?[ ./-][\d ()./-]{5,}\d|\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4}(?![ -]?\d))"
)
_NAMED_NUMBER = (
    rf"(?!{_TOPIC_THEN_PHONE})"
    r"\b(?:orders?|accounts?|invoices?|bill|tickets?|refs?|reference|customer|contract|case|booking"
    r"|policy|serial|tracking|"
    r"card|pin|code|iban|bestellung|auftrag|vertrag|konto|rechnung|kundennummer|auftragsnummer|bestellnummer|"
    r"rechnungsnummer|vertragsnummer|kontonummer|commande|facture|client|contrat|compte|dossier|r[eé]f[eé]rence)\b"
    r"(?:[ :.#-]|\b(?:number|no|nr|id|is|ist|my|nummer|num[eé]ro|est|de|le"
    r"|lautet)\b){1,12}[A-Z]{0,3}-?\d(?:[ -]?\d)*(?!\d)"
)
_OTHER_NUMBERS = re.compile(
    "|".join(  # noqa: FLY002 - a list of what is taken out
        (
            r"\S+@\S+\.\w+|https?://\S+|www\.\S+",
            r"[$€£¥]\s?\d[\d.,]*|\b\d[\d.,]*\s?(?:[$€£¥%]|(?:euros?|dollars?|pounds?|eur|usd|cad|gbp)\b)",
            r"\b[A-Z]{2}\d{2}(?: ?[A-Z\d]{4}){3,7}(?: ?[A-Z\d]{1,4})?\b",
            r"(?<![\d+])\d{4}(?:[ -]\d{4}){2}[ -]\d{4}(?!\d)",
            _NAMED_NUMBER,
        )
    ),
    re.IGNORECASE,
)
_EXTENSION = re.compile(
    r"[\s,]*\b(?:durchwahl|nebenstelle|dw|apparat|poste|extension(?: number)?)[\s:.]*(\d{1,6})\b", re.IGNORECASE
)


def only_numbers(text: str) -> str:
    """The text for libphonenumber to look at; of a very long one the beginning."""
    text = spoken_digits(_ascii_digits(text[:_LONGEST_TEXT]))
    text = _DATES_AND_TIMES.sub(" ; ", _OTHER_NUMBERS.sub(" ; ", text))
    text = re.sub(r"(?<=\d)_(?=\d)", "-", text)
    return _DOUBLE_ZERO.sub("+", _EXTENSION.sub(r" ext. \1", text))


def _ascii_digits(text: str) -> str:
    """Full-width, Arabic-Indic and other digits as 0 to 9, odd dashes and spaces as plain ones."""
    characters = []
    for character in unicodedata.normalize("NFKC", text):
        match unicodedata.category(character):
            case "Nd":
                characters.append(str(unicodedata.decimal(character)))
            case "Pd":
                characters.append("-")
            case "Zs" | "Cc":
                characters.append(" ")
            case "Cf":
                continue
            case _:
                characters.append(character)
    return "".join(characters)
