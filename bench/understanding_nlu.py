"""Which intent do sentences get that the model never saw? Measured with the trained model, as the channels feed it."""

from __future__ import annotations

from bench.stage import table
from tests.nlu.sentences import FRESH_SET, OTHER_SETS, TEST_SET, confusion, read, shares, understand


def measure() -> dict[str, float]:
    """Run it; the figures, shares between 0 and 1."""
    tested, fresh = read(TEST_SET), read(FRESH_SET)
    others = {language: read(file) for language, file in OTHER_SETS.items()}
    readings, itself = understand([*tested, *fresh, *(one for sentences in others.values() for one in sentences)])
    seen, unseen = readings[: len(tested)], readings[len(tested) : len(tested) + len(fresh)]
    rest = iter(readings[len(tested) + len(fresh) :])
    further = {language: shares([next(rest) for _ in sentences])["right"] for language, sentences in others.items()}
    first, second = shares(seen), shares(unseen)
    print("\n".join(confusion(seen)))
    for one in readings:
        if not one.right:
            print(f"  {one.sentence.intent:<17}> {one.intent:<17}{one.confidence:5.2f}  {one.sentence.text}")
    table(
        [
            ("test set: intent right", f"{first['right']:.1%}", ">= 95 %"),
            ("test set: asked back", f"{first['asked_back']:.1%}", ""),
            ("test set: out of scope, but something began", f"{first['started']:.1%}", "<= 2 %"),
            ("fresh set: intent right", f"{second['right']:.1%}", ""),
            ("fresh set: asked back", f"{second['asked_back']:.1%}", ""),
            ("fresh set: out of scope, but something began", f"{second['started']:.1%}", ""),
            *((f"{language}: intent right", f"{right:.1%}", ">= 93 %") for language, right in further.items()),
            ("one sentence", f"{itself['milliseconds']:.1f} ms", ""),
            ("Rasa's memory with the model", f"{itself['megabytes']:.0f} MB", ""),
        ]
    )
    return {
        "understanding.intent_accuracy": first["right"],
        "understanding.asked_back": first["asked_back"],
        "understanding.out_of_scope_started": first["started"],
        "understanding.fresh_intent_accuracy": second["right"],
        "understanding.fresh_out_of_scope_started": second["started"],
        **{f"understanding.{language}_intents": right for language, right in further.items()},
        "understanding.parse_ms": itself["milliseconds"],
        "understanding.n_sentences": float(len(readings)),
    }
