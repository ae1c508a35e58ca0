"""The single words for times, in English, German and French: each kind of word and how it is spelt."""

from __future__ import annotations

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip

# One "word: its spellings" a line. What two languages spell alike is told apart by the phrases below.
_SPELLINGS = """
monday: montag montags lundi mondays
tuesday: tue tues dienstag dienstags mardi tuesdays
wednesday: weds mittwoch mittwochs mercredi wednesdays
thursday: thu thur thurs donnerstag donnerstags jeudi thursdays
friday: fri freitag freitags vendredi fridays
saturday: samstag samstags sonnabend samedi saturdays
sunday: sonntag sonntags dimanche sundays
january: jan januar janner janvier
february: feb februar fevrier
march: mar maerz marz mars
april: apr avr avril
may: mai
june: jun juni juin
july: jul juli juillet
august: aug aout
september: sep sept septembre
october: oct oktober okt octobre
november: nov novembre
december: dec dez dezember decembre
tomorrow: tmrw tmr tmw tmrow tomoz tomo 2morrow 2moro 2mrw 2mro morrow demain
overmorrow: ubermorgen uebermorgen overmorgen
today: toady tday 2day heute heut aujourd'hui aujourdhui
yesterday: gestern hier
tonight: tonite 2night 2nite
morning: mornings morn vormittag vormittags morgens matin matinee fruh frueh mornin
afternoon: afternoons arvo nachmittag nachmittags aprem afternon
evening: evenings abend abends soir soiree
noon: midday midi noontime
lunch: lunchtime lunchbreak mittag mittags
midnight: mitternacht minuit
week: weeks wk wks woche wochen semaine semaines
weekend: weekends wochenende
month: months monat monats mois
day: days tag tage tagen jour jours
hour: hours hr hrs stunde stunden
minute: minutes min mins minuten
oclock: uhr heure heures
half: halfpast
halfto: halb halber
quarter: viertel
threequarter: dreiviertel
past: nach
before: vor avant ahead
after: apres
until: till til bis jusque jusqu'a
from: ab von
at: um
around: gegen vers circa roughly approx approximately about bout
between: zwischen entre btwn
and: und
or: oder ou
not: nicht kein keine keinen isn't isnt doesn't doesnt don't dont can't cant cannot won't wont wouldn't couldn't pas
next: nachste naechste nachsten naechsten nachster naechster prochain prochaine nxt
coming: kommende kommenden kommender upcoming
this: diese diesen dieser cette ce cet
last: letzte letzten letzter dernier derniere
latest: spatestens spaetestens
earliest: fruhestens fruehestens soonest
end: ende fin
start: anfang debut beginning
mid: mitte middle
please: bitte pls plz
possible: moglich moeglich
late: spat spaet tard
early: tot bald
but: sondern aber
"""
_NUMBERS = {
    "zero": 0, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17,
    "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50,
    "eins": 1, "zwei": 2, "zwo": 2, "drei": 3, "vier": 4, "funf": 5, "fuenf": 5, "sechs": 6, "sieben": 7, "acht": 8,
    "neun": 9, "zehn": 10, "elf": 11, "zwolf": 12, "zwoelf": 12, "dreizehn": 13, "vierzehn": 14, "funfzehn": 15,
    "fuenfzehn": 15, "sechzehn": 16, "siebzehn": 17, "achtzehn": 18, "neunzehn": 19, "zwanzig": 20, "dreissig": 30,
    "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "huit": 8, "neuf": 9, "onze": 11, "douze": 12, "quinze": 15,
}  # fmt: skip
ORDINALS = (
    "first|ersten|erster", "second|zweiten|zweiter", "third|dritten|dritter", "fourth|vierten", "fifth|funften",
    "sixth|sechsten", "seventh|siebten", "eighth|achten", "ninth|neunten", "tenth|zehnten",
)  # fmt: skip
WORDS = {word: line.split(":")[0] for line in _SPELLINGS.strip().splitlines() for word in line.split(":")[1].split()}
WORDS |= {word: str(number) for word, number in _NUMBERS.items()}
# Long enough for one slip in 6 or 7 letters and two in more; "morning" itself has a neighbour in "moaning", no more.
TYPED_WRONG = (
    *WEEKDAYS, *(month for month in MONTHS if len(month) > 6), "tomorrow", "morning", "afternoon", "evening", "tonight",
    "weekend", "quarter", "between", "midday", "midnight", "montag", "dienstag", "mittwoch", "donnerstag", "freitag",
    "samstag", "sonntag", "vormittag", "nachmittag", "ubermorgen", "vendredi", "mercredi", "yesterday", "earliest",
)  # fmt: skip
NO_SLIP = frozenset({
    "moaning", "mourning", "sundry", "quartet", "quarters", "midway", "midweek", "leaving", "opening", "remember",
    "weekday", "weekdays", "insight", "weekends", "fridge", "moving", "warning", "forenoon", "weaken", "weakened",
    "somebody", "someday", "evenings", "member", "earlier", "easiest", "sunny", "samsung", "quartier",
})  # fmt: skip

HARMLESS = frozenset(
    """
    a able about abt actually additionally adviser advisor afraid again agent ah aight all alles alright also am an
    and anrufen any anytime appeler appelez approximately are around as at auch available back be because before
    bell besides besser best besten better between bien bit bitte book booked booking bout brilliant but buzz by bye
    c call callback calling can chance change chat cheers choose clock confirm contact convenient cool could coz cuz
    d danke dann das day days de dear definitely dem den der des die do doch does don done du early ein eine einen
    either else er erst es est even exact exactly fancy fine first for free from fur geht gern gerne ginge give go
    good grab great guess gut hallo happy hatte hatten have hello help her here hey hi him hm hmm hope hoping how
    human i ich id ideal ideally if ihr il ill im in instead is ish ist it its ive ja je jeweils just kann kind
    kindly klar konnen konnte konnten kurz la late later le les let lets lieber like ll lol lot love lovely
    lunchtime m make makes mal man mate may maybe me mean meant merci mich might min mine mir mit mochte moglich moi
    mornings most move much my myself need nein next nice nicely no noch not noted nous now nt number o of oh ok
    okay on one only onwards or oui our passen passt perfect perhaps person peut peux phone pick ping plait please
    pls plz pm possible possibly postpone pouvais pouvez prefer preferably preference prima probably push pushed put
    quick rappel rappelez rather re reach really representative reschedule right ring roughly ruckruf ruf rufen s
    said same say schedule schon see set sharp should si sie slot slots smb so some somebody someone sometime soon
    sorry sound sounds speak spot still such suit suitable suits super sure svp switch t take talk team tel
    telephone than thank thanks that the them then there these they thing think thinking this tho thought thx time
    times to today together too trouble try tu ty u uh um un une uns until urgent us use ve vers very vielleicht
    voudrais vous waere wait want ware we weekday well wenn what when whenever which who will wir wish with wonder
    wonderful wondering work working works would wurde ya yeah yep yes yet you your yours zu zuruckrufen
    """.split()  # noqa: SIM905 - two hundred quotation marks would make it no clearer
)
"""Words beside a time that leave no doubt that it is the one for the call, in the plain spelling of `time_words`."""
