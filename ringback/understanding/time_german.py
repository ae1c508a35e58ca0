"""German sentences in the words that the grammar of times knows: "um dreiviertel drei" is "at threequarter 3". Pure.

Only for conversations in German: "do" is Thursday here, "am" is no morning, and "3/12" is 3 December.
"""

from __future__ import annotations

from ringback.understanding.time_rules import Rule

_ONES = ("ein", "zwei", "drei", "vier", "funf", "sechs", "sieben", "acht", "neun")
_TENS = {"zwanzig": 20, "dreissig": 30, "vierzig": 40, "funfzig": 50}
NUMBERS = {
    **{f"{one}und{tens}": value + place for tens, value in _TENS.items() for place, one in enumerate(_ONES, start=1)},
    **_TENS, "eins": 1, "zwei": 2, "zwo": 2, "drei": 3, "vier": 4, "funf": 5, "fuenf": 5, "sechs": 6, "sieben": 7,
    "acht": 8, "neun": 9, "zehn": 10, "elf": 11, "zwolf": 12, "zwoelf": 12, "dreizehn": 13, "vierzehn": 14,
    "funfzehn": 15, "fuenfzehn": 15, "sechzehn": 16, "siebzehn": 17, "achtzehn": 18, "neunzehn": 19, "dreizig": 30,
}  # fmt: skip
_ORDINALS = {
    "ersten": 1, "zweiten": 2, "dritten": 3, "vierten": 4, "funften": 5, "sechsten": 6, "siebten": 7, "siebenten": 7,
    "achten": 8, "neunten": 9, "zehnten": 10, "elften": 11, "zwolften": 12, "dreizehnten": 13, "vierzehnten": 14,
    "funfzehnten": 15, "sechzehnten": 16, "siebzehnten": 17, "achtzehnten": 18, "neunzehnten": 19,
    **{f"{word}sten": value for word, value in NUMBERS.items() if value >= 20},
}  # fmt: skip
_SHORT = {
    "mo": "monday", "di": "tuesday", "mi": "wednesday", "do": "thursday", "fr": "friday", "sa": "saturday",
    "so": "sunday",
}  # fmt: skip
_DAYS = "montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonnabend|sonntag"
_PART = {"nachmittag": "afternoon", "vormittag": "morning", "abend": "evening"}
_CLOCK = r"\d{1,2}(?:[:.]\d\d)?"
_MODAL = (
    r"(?:kann|konnte|konnten|geht|ginge|passt|passte|schaffe|klappt|bin|ist|ware|waere|habe|hab|mag|mochte|will|gehen|"
    r"passen|klappen|werde)"
)
_BETWEEN = (
    r"(?: (?:ich|wir|es|das|mir|mich|uns|da|leider|aber|auch|gar|uberhaupt|so|eher|ja|dann|bei|fur|gut|erreichbar|zeit"
    r"|frei))*"
)

SOUNDS = (
    Rule(r"\b(h)ä(tte\w*)\b", r"\1ae\2"),
    Rule(r"\b(w)ä(re\w*)\b", r"\1ae\2"),
    Rule(r"\b(w)ü(rde\w*)\b", r"\1ue\2"),
)
"""What would be another word without its dots: "hätte" is a wish, "hatte" is over."""

RULES = (
    Rule(rf"\b(?:{'|'.join(NUMBERS)})\b", lambda found: str(NUMBERS[found[0]])),
    Rule(rf"\b(?:am|den|der|zum|vom|bis|ab) (?:{'|'.join(_ORDINALS)})\b(?! (?:{_DAYS}|termin))",
         lambda found: f"{found[0].split()[0]} {_ORDINALS[found[0].split()[1]]}th"),
    Rule(r"\b(?:moregn|mogren|morgn|mrogen|morgne|moorgen|morge)\b", "morgen"),
    # See you then: no time for a call.
    Rule(rf"^(?:\W*(?:ok|okay|danke|gut|super|alles klar|tschuss|also|dann|vielen|dank|ja)\b)*\W*bis "
         rf"(?:morgen|dann|bald|gleich|spater|nachher|nachste woche|{_DAYS})(?: dann| mal)?\W*$", " _ "),
    Rule(r"\b(?:guten|schonen|schones) \w+(?: noch)?\b", " _ "),
    Rule(r"\w*(?:strasse|weg|platz|gasse|allee) \d+\w?\b|\b(?:hausnummer|zimmer|vertrag|konto|postleitzahl|plz) \d+",
         " _ "),
    Rule(r"\b\d+ (?:vertrage|leute|personen|mal|kinder|gerate|rechnungen|anrufe|fragen|probleme|kunden)\b", " _ "),
    Rule(r"\balle (?:\d+|paar) (?:tage|wochen|stunden|minuten)\b", " _ "),
    Rule(r"\bvor (?:etwa |ca\.? |ungefahr )?(?:\d+|ein\w*|paar|einigen) (?:paar )?"
         r"(?:tag|woche|stunde|minute|monat|jahr)\w*", " 2 day ago "),
    Rule(r"\bvorgestern\b", "gestern"),
    Rule(r"\b(\d{1,2})/(\d{1,2})(?:/((?:20)?\d\d))?(?![\d/])", lambda found: f"{found[1]}.{found[2]}.{found[3] or ''}"),
    Rule(r"\b3 viertel(?= \d)", "dreiviertel"),
    # How long until then.
    Rule(r"\b(?:ein\w* )?(?:3|drei) ?viertel ?stunden?\b|\b(?:ein\w* )?dreiviertelstunde\b", "45 minutes"),
    Rule(r"\b(?:ein\w* )?viertel ?stunde\b", "15 minutes"),
    Rule(r"\bin '?ner halben stunde\b", "in 30 minutes"),
    Rule(r"\b(zwei|2|drei|3|vier|4)einhalb stunden\b",
         lambda found: f"{60 * {'zwei': 2, 'drei': 3, 'vier': 4}.get(found[1], 0) + 30} minutes"),
    Rule(r"\bin (?:den|der) nachsten (?=\d|stunde|halben|minuten)", "within the next "),
    Rule(r"\binnerhalb (?:von |der |der nachsten |eine[rs] )?", "within "),
    Rule(r"\bwithin (?:the next )?(?:nachsten |next )?stunde\b", "within 1 hour"),
    Rule(r"\b(?:in )?(?:ein paar|einigen) stunden\b", "in a few hours"),
    Rule(r"\bin 8 tagen\b", "in a week or in 8 day"),
    Rule(r"\b(?:tagen|tage)\b", "day"),
    # The earliest and the latest.
    Rule(r"\bso (?:spat|spaet) (?:wie|als)?(?: ?es)?(?: nur)? ?(?:moglich|geht)\b|\bmoglichst (?:spat|spaet)\b",
         "as late as possible"),
    Rule(r"\bso (?:fruh|frueh|bald|schnell|zeitig) (?:wie|als)?(?: ?es)?(?: nur)? ?(?:moglich|geht)\b"
         r"|\bmoglichst (?:fruh|frueh|bald|schnell|zeitig)\b"
         r"|\b(?:schnellstmoglich|baldmoglichst|schnellstens|fruhestmoglich)\w*\b", "as early as possible"),
    Rule(r"\b(?:der |den |als |zum )?(?:letzt|spatest)\w+ (?:freien? |moglichen? |termin|zeitpunkt)+\w*", "last slot"),
    Rule(r"\b(?:der |den |zum )?(?:fruhest|fruehest|erst)\w+ (?:freien? |moglichen? |termin|zeitpunkt)+\w*",
         "first slot"),
    Rule(r"\b(?:der |den |zum )?nachst\w+ (?:freien? |moglichen? |termin)+\w*", "next available"),
    Rule(r"\b(?:gleich|direkt) (?:als 1|als erstes)\b|\bals (?:aller)?erstes\b", "earliest"),
    Rule(r"\b(?:gleich|direkt) morgen fruh\b", "earliest tomorrow morning"),
    Rule(r"\b(?:gleich|direkt) (?:in der fruh\w*)\b", "earliest morning"),
    Rule(r"\b(?:bis )?(?:spatestens|spaetestens)(?: um| bis)? (?=\d|halb|viertel|dreiviertel|mittag)", "latest at "),
    Rule(r"\b(?:fruhestens|fruehestens)(?: um| ab)? (?=\d|halb|viertel|dreiviertel)", "earliest at "),
    Rule(rf"\b(?:bis )?spatestens (?:am )?(?={_DAYS}|morgen)", "by "),
    Rule(r"\b(?:spatestens|spaetestens)\b", "at latest"),
    Rule(r"\b(?:fruhestens|fruehestens)\b", "at earliest"),
    # Parts of the day.
    Rule(r"\b(?:am |im )?spat(?:en|er)? ?(nachmittag|vormittag|abend)s?\b", lambda found: f"late {_PART[found[1]]}"),
    Rule(r"\b(?:am |im )?fruh(?:en|er) (nachmittag|vormittag|abend)s?\b", lambda found: f"early {_PART[found[1]]}"),
    Rule(r"\b(?:am |ganz )?fruh(?:en)? (?:am )?morgens?\b|\bin der (?:fruh|frueh|fruhe)\b|\bmorgens fruh\b",
         "in the morning"),
    Rule(rf"\b({_CLOCK})(?: uhr)?(?: am)? (?:nachmittags?|abends?|des nachmittags|in der nacht)\b", r"\1 pm"),
    Rule(rf"\b({_CLOCK})(?: uhr)? (?:morgens|vormittags|fruh|frueh|in the morning|am morgen|am vormittag)\b", r"\1 am"),
    Rule(r"\b(?:in der |zur )?(?:mittagspause|mittagszeit)\b|\b(?:dem )?mittagessen\b", "mittag"),
    Rule(r"\bnach (?:dem |der )?mittag\b", "after lunch"),
    Rule(r"\bvor (?:dem |der )?mittag\b", "before lunch"),
    # No, and none of these.
    Rule(rf"\b{_MODAL}{_BETWEEN} (?:nicht|keinesfalls|schlecht)(?: mehr| gehen| passen)?\b", "not work"),
    Rule(rf"\b(?:{_MODAL}{_BETWEEN} )?keine? (?:zeit|gelegenheit|moglichkeit)\b", "not work"),
    Rule(r"\b(?:an)?statt\b", "not"),
    Rule(r"\b(?:ausser|bis auf)\b", "except"),
    Rule(r"\b(?:lieber|besser|doch|eher) nicht\b", "not"),
    Rule(r"\bnein\b,? ", ""),
    # At any time.
    Rule(r"\b(?:egal|ganz gleich) (?:um )?(?:wann|wieviel uhr|welche zeit)\b|\bjederzeit\b"
         r"|\bwann (?:immer )?sie wollen\b|\bwann immer\b", "any time"),
    Rule(r"\b(?:zu|um) (\d{1,2}) (?:rum|herum)\b", r"around \1"),
    Rule(r"\b(\d{1,2}) uhr rum\b", r"\1 uhr"),
    # Days.
    Rule(r"\b(am|bis|ab|oder|und|nachsten|kommenden|diesen|nur|auch|geht|nicht|jeden) so\b"
         r"(?! (?:\w+ )?(?:wie|gegen|um))",
         r"\1 sunday"),
    Rule(r"\bso\b\.?,? (?=\d{1,2}\. ?[a-z\d])", "sunday "),
    Rule(r"\b(mo|di|mi|do|fr|sa)\b\.?", lambda found: _SHORT[found[1]]),
    Rule(r"\bam\b(?! ?\d{0,2}:)", "on"),
    Rule(r"\b(\w+tag|mittwoch|sonnabend)(?:s)? den (?=\d)", r"\1 "),
    Rule(r"\b(?:den|zum) (?=\d{1,2}\.)", "on "),
    Rule(r"\bvom\b", "from"),
    Rule(rf"\b(?:{_DAYS})s?(?= (?:in|nachster|nachste|kommender) )", lambda found: found[0].removesuffix("s")),
    # I have time; I have an appointment.
    Rule(r"\b(?:hab|habe|haben|hatte|haette)(?: ich| wir| sie)? zeit\b|\bzeit (?:hab|habe|haben|haette)\b", "free"),
    Rule(r"\b(?:hab|habe)\b(?=.{0,60}\bzeit\b)", "have"),
    Rule(r"\b(?:arbeite|bin|besprechung|beschaftigt|unterwegs)\b([^,.;]{0,30}) bis\b", r"busy\1 until"),
)  # fmt: skip

PAST = (
    r"\b(?:hab|habe|haben|hat|habt|hatte|hatten|have|wurde|wurden|bin|ist|sind|worden)\b(?! (?:gern|gerne)).*"
    r"\b(?!geeignet|gewunscht|gegen|genau|gelegen)\w*(?:ge\w{2,}(?:t|en)|bekommen|erhalten|bezahlt|bestellt|verpasst"
    r"|versucht|telefoniert|passiert|storniert|reklamiert|verloren|erreicht|unterschrieben|gekundigt|vereinbart)\b"
    r"|\b(?:war|waren|hatten?|seit|geburtstag|geboren)\b"
    r"|\b(?:rechnung|bestellung|brief|schreiben|lieferung|e?-?mail|vertrag|zahlung|auftrag|termin|anruf) (?:from|vom)\b"
)
"""What tells of something that is over."""

HARMLESS = frozenset(
    """
    ab abend alles also an angerufen anruf anrufe auf aus bei beim bekomme bekommen besser besten bevorzugt bin bis
    bisschen bitten brauche brauchte buchen bzw da dafur dank danke dann das dazu dein den denn der des dich die dir
    direkt doch dran durch eher ein eine einem einen einer eines einfach einmal eintragen er erreichbar erreichen
    erreichst erst es etwa etwas euch euer eventuell frau free frei freitags fur ganz geben gehen gehts gerade gern
    gerne gesprach gewunscht gibt ging ginge glaube gleich gunstig gut guten haette haetten hallo hatt have helfen herr
    hey hi hier ideal ihnen ihr ihre ihren im ins ist ja jemand jemanden kann kannst klappen klappt klar kollege
    kollegin konnen konnt konntest konntet kurz lassen legen lieb liebe lieber liebsten mache machen mal mehr mein
    meinem meinen meiner meinte melde melden meldet menschen mich mir mit mitarbeiter mochte mochten mochtest moglich
    moin muss namlich nehme nehmen nehmt nein nimm nochmal nummer nun nur nutzen ob oder ok passen passend passte
    perfekt planen prima recht rein reserviere reservieren ruckrufe rufe rufen rufst ruft sag sage sagen sagt schaffe
    scheint schlage schlagen schnell schon sehr sei sein selbst servus setzen sich sie sind slot so sollen sollte
    sollten sonst sowieso spater sprechen super telefonat telefonieren telefonisch termin termine trage tragen tut
    uhrzeit um ungefahr uns unser unter vereinbaren verfugbar verlegen verschiebe verschieben versuchen versuchs viel
    vielen vielleicht vom von vormerken vorschlagen waere waeren wann warte was wechsel wegen weil welche wenn werde
    werden wie wieder will wirklich wollen wollte wuerde wuerden wunsch wunsche wunschte wurde wurden zb zeit zeitpunkt
    zum zur zuruck zuruckgerufen zuruckruf zurueck
    """.split()  # noqa: SIM905 - as in the English list
)
"""Words beside a time that leave no doubt that it is the one for the call."""
