"""What people say when they are asked "Shall I book it?": ways of yes, ways of no, and what is neither."""

from __future__ import annotations

YES = (
    "yes", "Yes.", "YES", "yes please", "yes, please do", "yep", "yup", "yeah", "yeah sure", "ya", "yess", "yesss!!",
    "y", "k", "ok", "Okay", "okay, go ahead", "sure", "sure, why not", "of course", "absolutely", "definitely",
    "certainly", "correct", "that's correct", "that is right", "right", "all good", "looks good", "looks good to me",
    "sounds good", "sounds great, thanks", "perfect", "perfect, thank you", "great", "fine", "fine by me",
    "fine with me", "go ahead", "go for it", "do it", "please do", "book it", "yes book it", "book it please",
    "please book it", "confirm", "confirmed", "I confirm", "agreed", "exactly", "works for me", "that works",
    "alright", "all right then", "good to go", "let's do it", "yes that's fine", "yes it is", "yes thats all correct",
    "yes, everything is correct", "everything looks right", "ja", "ja bitte", "si", "oui", "👍", "👍🏾", "ok 👌", "✅",
    "aye", "uh huh", "mhm yes", "yes, call me", "yes call me please", "sure thing mate", "cool, do that", "awesome",
    "order it", "submit", "proceed", "yes indeed", "no changes, book it", "you can book it", "yes i would like that",
    "I'd love that", "jup", "yes!! finally",
)  # fmt: skip

NO = (
    "no", "No.", "NO!", "nope", "nah", "no thanks", "no thank you", "no, thank you", "n", "nooo", "not yet",
    "not now", "not really", "no way", "don't", "dont", "do not book it", "don't book it", "please don't", "no don't",
    "no wait", "no, stop", "never", "negative", "wrong", "that's wrong", "that is not right", "that's not correct",
    "not correct", "incorrect", "this is wrong", "nein", "nein danke", "non", "👎", "❌", "rather not",
    "I'd rather not", "I would rather not", "no i don't want that", "I don't want it", "I don't want this",
    "absolutely not", "definitely not", "certainly not", "no no no", "no, that's not it",
    "no that is not what I said", "nope, not yet", "not like that", "hell no", "no, not today", "no good",
    "i changed my mind", "forget it", "never mind", "cancel", "stop", "no, cancel it", "don't do it",
    "do not call me", "please do not", "nah mate", "not this", "i don't think so", "no I made a mistake",
    "no there is a mistake", "no need", "not interested", "no deal", "hmm no", "well, no", "sorry no", "no sorry",
    "ne",
)  # fmt: skip

NEITHER = (
    "maybe", "hmm", "not sure", "I don't know", "what?", "yes?", "why", "who calls me?", "yes but tomorrow",
    "yes and no", "ok but not now", "ok later", "yes, but change the number", "can I think about it", "wait",
    "one moment", "in a minute", "what does that cost", "is it free?", "purple", "yes if it is free",
    "only if it is before noon", "ok wait", "??", "...", "yes but not billing", "right number?", "is that correct?",
    "good question", "sure about that?", "great, but wrong number", "perfect except the time", "do it for new orders",
    "book it for friday instead",
)  # fmt: skip
