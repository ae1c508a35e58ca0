"""What a turn is besides an answer: a way out, or a question of the person's own. Pure.

Words of command are known by themselves, so that "stop" works whatever the model makes of it. What the model takes for
something else counts when it is sure, and when there is no answer in the turn.
"""

from __future__ import annotations

import re
import unicodedata

from ringback.intake import asides_words as others
from ringback.intake.parts import Aside, Ask, Said

SURE = 0.6
VERY_SURE = 0.85
"""From this confidence on, a model's word counts where free text may mean anything."""

_COURTESIES = (
    r"please|pls|plz|ok(?:ay)?|oh|uh|um|hey|hi|well|just|now|no|can we|can i|could we|could you|can you|lets|let us|"
    r"i want to|i would like to|id like to|i wanna|i need to|i want|i need|get me|give me|let me|bitte|thanks|thank you"
)
_AT_THE_START = re.compile(rf"^(?:(?:{_COURTESIES}|{others.COURTESIES})\b[ ,]*)+")
_AT_THE_END = re.compile(rf"(?:[ ,]*\b(?:please|pls|plz|now|thanks|thank you|bitte|instead|again|{others.AFTER})\b)+$")

_COMMANDS: dict[Aside, tuple[str, ...]] = {
    Aside.STOP: (
        "stop", "stop it", "stop this", "stop here", "stop that", "stop asking", "quit", "exit", "abort", "end",
        "end this", "cancel", "cancel it", "cancel this", "cancel that", "cancel everything", "cancel the request",
        "cancel my request", "forget it", "forget about it", "forget that", "never mind", "nevermind", "nvm",
        "leave it", "enough", "no more questions", "dont call me", "do not call me", "dont call", "drop it", "stopp",
        "i changed my mind", "abbrechen", "bye", "goodbye", "i dont want this", "dont want this anymore",
        "i dont want a call", "stop the request", "get out", "get me out of here", "stop stop",
    ),
    Aside.START_OVER: (
        "start over", "start again", "start all over", "start over again", "start afresh", "start from the beginning",
        "start from scratch", "restart", "reset", "begin again", "from the beginning", "from the start", "from scratch",
        "new request", "start new", "all over", "do it all over", "von vorne", "neu anfangen", "begin from the start",
    ),
    Aside.GO_BACK: (
        "back", "go back", "step back", "one step back", "a step back", "go one step back", "go back one step",
        "go back a step", "previous", "previous question", "the previous question", "previous step", "last question",
        "go to the previous question", "back to the last question", "undo", "undo that", "zuruck",
        "go back to the previous question", "back please", "take me back", "back up",
    ),
    Aside.PERSON: (
        "human", "a human", "real human", "a real human", "person", "a person", "real person", "a real person", "agent",
        "an agent", "live agent", "a live agent", "human agent", "operator", "representative", "a representative",
        "talk to a human", "talk to a person", "talk to an agent", "talk to a real person", "talk to someone real",
        "speak to a human", "speak to a person", "speak to an agent", "speak to a real person", "speak with a human",
        "speak with a person", "speak with an agent", "chat with a human", "chat with a person", "chat with an agent",
        "talk to somebody real", "somebody real", "someone real", "mensch", "einen menschen", "talk to your manager",
        "speak to a manager", "i dont want to talk to a bot", "not a bot", "connect me to an agent", "is there a human",
        "transfer me", "connect me to a human", "connect me to a person", "is there a human here", "hand me over",
    ),
}  # fmt: skip
_BY_PHRASE = {phrase: aside for aside in _COMMANDS for phrase in (*_COMMANDS[aside], *others.COMMANDS[aside])}

_WHAT_WE_ARE = r"(?:a |an )?(?:real )?(?:chat ?)?(?:bot|robot|human|person|machine|computer|ai|real)\b"
# Questions that nobody asks as an answer.
_QUESTIONS: tuple[tuple[Aside, re.Pattern[str]], ...] = (
    (Aside.WAIT, re.compile(
        r"\bhow (?:much )?long(?:er)?\b.*\b(?:take|wait|last|be|call|until|till|queue|hold)|^how (?:much )?long(?:er)?$"
        r"|\b(?:wait|waiting) times?\b|\bhow long is the (?:wait|queue|line)\b|\bhow many (?:people )?(?:are )?ahead\b"
    )),
    (Aside.STATUS, re.compile(
        r"\bwhere(?:s| is) (?:my|the) call(?: ?back)?\b|^where(?:s| is) it$"
        r"|\bwhen (?:will|are|do) (?:you|they) call(?:ing)?\b"
    )),
    (Aside.BOT, re.compile(
        rf"\b(?:are|r) (?:you|u) (?:really )?{_WHAT_WE_ARE}|\bam i (?:talking|speaking) (?:to|with) {_WHAT_WE_ARE}"
    )),
    (Aside.QUEUES, re.compile(
        r"\b(?:which|what) (?:are (?:the|your) )?(?:other )?(?:departments?|queues?|teams?|topics)\b"
        r"(?! (?:is|was|did)\b)"
    )),
    (Aside.PRIVACY, re.compile(
        r"\b(?:what|why) (?:do|will|would) (?:you|u) (?:do with|need|want) (?:my|the) (?:number|data|phone|details)\b"
        r"|\b(?:store|share|sell|save|keep|safe with) my (?:number|data|phone|details)\b|\bis my (?:data|number) safe\b"
        r"|\bwhat happens (?:to|with) my (?:number|data)\b"
    )),
    (Aside.INSULT, re.compile(
        r"\b(?:you|u|bot|this) (?:are |r |is )?(?:a |an |so |really |fucking |bloody )*"
        r"(?:stupid|idiot|dumb|useless|suck|sucks|moron|crap|shit|rubbish|worthless|annoying)\b"
        r"|^(?:stupid|dumb|useless|fuck|fuck you|f off|piss off|shut up|idiot|wtf|bullshit|screw you)(?: bot)?$"
    )),
)  # fmt: skip

_FIRM = {"stop": Aside.STOP, "cancel_callback": Aside.STOP, "start_over": Aside.START_OVER, "go_back": Aside.GO_BACK}
_ASKING = {
    "human": Aside.PERSON,
    "ask_wait_time": Aside.WAIT,
    "ask_queues": Aside.QUEUES,
    "ask_status": Aside.STATUS,
    "ask_privacy": Aside.PRIVACY,
    "bot_challenge": Aside.BOT,
}
_SOFT = {
    "help": Aside.HELP,
    "thanks": Aside.THANKS,
    "greet": Aside.GREET,
    "goodbye": Aside.STOP,
    "insult": Aside.INSULT,
    "out_of_scope": Aside.BEYOND,
}
_TAPS = {**_FIRM, **_ASKING, **_SOFT, "go_on": Aside.GO_ON}


_CALL_ME = re.compile(
    r"\b(?:call|ring|phone|telephone)\s+(?:me|us)\b|\b(?:give|gimme|get|have|want|need|like|book|order|request|arrange|schedule)"
    rf"\b.{{0,20}}\bcall(?: ?back)?\b|{others.CALL_ME}",
    re.IGNORECASE,
)
_DO_NOT = re.compile(
    rf"\b(?:don'?t|do not|not|never|no need|stop|cancel|nobody|no one)\b|{others.DO_NOT}", re.IGNORECASE
)


def wants_a_call(text: str) -> bool:
    """Whether a call is plainly asked for, whatever the model makes of the rest of the sentence."""
    asked = _CALL_ME.search(text[:300])
    if asked is None or _DO_NOT.search(text[: asked.end()]):
        return False
    return others.NOT_AFTER.match(text[asked.end() :]) is None


def plain(text: str) -> str:
    """Without case, accents, apostrophes, punctuation and double spaces, for comparing phrases."""
    lowered = unicodedata.normalize("NFKD", text[:300]).casefold().replace("'", "").replace("’", "")
    lowered = "".join(character for character in lowered if not unicodedata.combining(character))
    return " ".join(re.findall(r"[\w+#-]+", lowered))


def command(text: str) -> Aside | None:
    """A way out that the whole text is, with or without courtesies."""
    words = plain(text)
    if len(words) > 60:
        return None
    bare = _AT_THE_END.sub("", _AT_THE_START.sub("", words))
    return _BY_PHRASE.get(words) or _BY_PHRASE.get(bare)


def question(text: str) -> Aside | None:
    """A question of the person's own, by its words."""
    words = plain(text)
    ours = next((aside for aside, pattern in _QUESTIONS if pattern.search(words)), None)
    # "Allez-vous" and "allez vous" are the same.
    apart = words.replace("-", " ")
    return ours or next((aside for aside, pattern in others.QUESTIONS if pattern.search(apart)), None)


def tapped(intent: str) -> Aside | None:
    """What a button of ours means that holds no answer."""
    return _TAPS.get(intent)


def firm(said: Said, asked: Ask) -> Aside | None:
    """What the model is sure is no answer, however much it may look like one."""
    if asked is Ask.ANSWER:
        # "Cancel my contract" is what a call may be about.
        about_us = re.search(
            r"\b(call|callback|request|question|you|bot|(?:rück)?anruf|rückruf|anfrage|frage|sie|r?appel|demande|vous)\b",
            said.text.casefold(),
        )
        wanted = {**_FIRM, **_ASKING} if said.confidence >= VERY_SURE and about_us else {}
        return wanted.get(said.intent) or (_asked_back(said) if said.confidence >= VERY_SURE else None)
    return ({**_FIRM, **_ASKING}.get(said.intent)) if said.confidence >= SURE else None


def _asked_back(said: Said) -> Aside | None:
    short = len(said.text.split()) <= 12
    asking = said.text.rstrip().endswith("?") or said.intent in {"thanks", "greet", "goodbye"}
    return {**_ASKING, **_SOFT}.get(said.intent) if short and asking else None


def soft(said: Said) -> Aside | None:
    """What the model takes a turn for in which there was no answer."""
    return {**_ASKING, **_SOFT}.get(said.intent) if said.confidence >= SURE else None
