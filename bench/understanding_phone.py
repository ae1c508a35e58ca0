"""Is a telephone number found in a sentence? Every country's example numbers, in every way of writing them."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

import phonenumbers
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from bench.stage import table
from ringback.understanding.phone import Numbers, find_numbers

SENTENCES = (
    "{}",
    "call me on {} please",
    "My number is {}.",
    "You can reach me at {}, thanks!",
    "it's {} and my account is 7788",
    "{} is my mobile, ring tomorrow at 10:30",
)
FORMS = {
    "national": PhoneNumberFormat.NATIONAL,
    "international": PhoneNumberFormat.INTERNATIONAL,
    "E.164": PhoneNumberFormat.E164,
    "RFC 3966": PhoneNumberFormat.RFC3966,
}
KINDS = (PhoneNumberType.FIXED_LINE, PhoneNumberType.MOBILE)


class Written(NamedTuple):
    """A number in a sentence; `region` is where it is read."""

    text: str
    region: str
    form: str
    e164: str


def written() -> Iterator[Written]:
    """The example numbers of all regions, in all forms and sentences."""
    for region in sorted(phonenumbers.SUPPORTED_REGIONS):
        for kind in KINDS:
            number = phonenumbers.example_number_for_type(region, kind)
            if number is None:
                continue
            e164 = phonenumbers.format_number(number, PhoneNumberFormat.E164)
            for form, style in FORMS.items():
                shown = phonenumbers.format_number(number, style)
                yield from (Written(sentence.format(shown), region, form, e164) for sentence in SENTENCES)


def is_read(one: Written) -> bool:
    """Whether exactly this number is found."""
    reading = find_numbers(one.text, one.region)
    return isinstance(reading, Numbers) and [number.e164 for number in reading.numbers] == [one.e164]


def measure() -> dict[str, float]:
    """Read them all; the share that is read right, 0 to 1."""
    everything = list(written())
    started = time.perf_counter()
    missed = [one for one in everything if not is_read(one)]
    milliseconds = 1000 * (time.perf_counter() - started) / len(everything)
    right = 1 - len(missed) / len(everything)
    rows = [(f"numbers in sentences: {len(everything)}", f"{100 * right:.2f} %", ">= 99 %")]
    count = Counter(one.form for one in missed)
    rows += [(f"  {form}: not read", f"{count[form]}", "") for form in FORMS]
    table([*rows, ("time of one reading", f"{milliseconds:.2f} ms", "")])
    for one in missed:
        print(f"  not read in {one.region}: {one.text!r}")
    return {
        "understanding.phone": right,
        "understanding.phone_ms": milliseconds,
        "understanding.n_phone": float(len(everything)),
    }
