"""Other people's words do nothing: hostile names, answers and provider texts are only shown."""

from __future__ import annotations

import asyncio
import json
import re

import pytest
from playwright.async_api import Browser, Dialog, Page, expect

from tests.browser.person import Person, card_in, open_person
from tests.system import System

pytestmark = pytest.mark.asyncio(loop_scope="module")

CALL = "window.tripped(1)"
HOSTILE = (
    "<script>@</script>",
    "</script><script>@</script>",
    "<SCRIPT SRC=data:text/javascript,@></SCRIPT>",
    "<img src=x onerror=@>",
    '<img src=x onerror="@">',
    "<img/src=x/onerror=@>",
    '"><img src=x onerror=@>',
    "'><img src=x onerror=@>",
    "`><img src=x onerror=@>",
    "<img src=`x`onerror=@>",
    "<img src=javascript:@>",
    "<svg onload=@>",
    "<svg><script>@</script></svg>",
    "<svg><animate onbegin=@ attributeName=x dur=1s>",
    '<svg><a xlink:href="javascript:@"><text>x</text></a></svg>',
    "<math><maction actiontype=statusline xlink:href=javascript:@>x</maction></math>",
    "<body onload=@>",
    "<iframe src=javascript:@></iframe>",
    '<iframe srcdoc="<script>parent.tripped(1)</script>"></iframe>',
    "<object data=javascript:@></object>",
    "<embed src=javascript:@>",
    "<details open ontoggle=@>x</details>",
    "<input autofocus onfocus=@>",
    "<select autofocus onfocus=@></select>",
    "<textarea autofocus onfocus=@></textarea>",
    "<video><source onerror=@></video>",
    "<audio src=x onerror=@></audio>",
    "<marquee onstart=@>x</marquee>",
    '<meta http-equiv="refresh" content="0;url=javascript:@">',
    '<base href="javascript:@//">',
    "<link rel=stylesheet href=javascript:@>",
    '<form action="javascript:@"><button>x</button></form>',
    '<button formaction="javascript:@">x</button>',
    "<style>*{background:url(javascript:@)}</style>",
    "<style>@import 'http://127.0.0.1:9/x.css';</style>",
    '<a href="javascript:@">x</a>',
    '<a href="&#106;avascript:@">x</a>',
    '<a href="java\tscript:@">x</a>',
    "[x](javascript:@)",
    "[x](JaVaScRiPt:@)",
    "[x](data:text/html,<script>@</script>)",
    "![x](javascript:@)",
    '![x](x"onerror="@)',
    "[x]: javascript:@\n[x]",
    "<javascript:@>",
    'https://example.org/"onmouseover="@',
    "https://example.org/'onmouseover='@",
    "https://example.org/<img src=x onerror=@>",
    "**<img src=x onerror=@>**",
    "{{constructor.constructor('@')()}}",
    "${@}",
    '" autofocus onfocus="@" x="',
    "x' onclick='@' x='",
    "&lt;img src=x onerror=@&gt;",
    "\u202e<img src=x onerror=@>\u0000",
    "<!--><img src=x onerror=@>-->",
    "<![CDATA[<img src=x onerror=@>]]>",
    "<template><script>@</script></template>",
    "<x-y is=deep-chat connect='{}' onclick=@>",
    "jAvAsCrIpT:/*-/*`/*\\`/*'/*\"/**/(@)//</stYle/</titLe/</teXtarEa/</scRipt/--!>\\x3csVg/<sVg/oNloAd=@//>\\x3e",
)
ALLOWED = {
    *("A", "B", "BUTTON", "DIV", "FIELDSET", "FORM", "I", "INPUT", "LABEL", "LEGEND", "LI", "P", "PATH", "SMALL"),
    *("SPAN", "STRONG", "SVG", "TIME", "UL"),
}
LOOK = """() => [...document.querySelector('deep-chat').shadowRoot.querySelectorAll('.rb, .rb *')].flatMap((one) => {
    const bad = [...one.attributes].filter(({ name, value }) =>
        name.startsWith('on') || /^(href|src|action|formaction|srcdoc|style)$/.test(name) && !/^https?:/.test(value));
    return [one.tagName.toUpperCase(), ...bad.map(({ name }) => `${name}!`)];
})"""


def text(hostile: str) -> str:
    return hostile.replace("@", CALL)


def as_shown(hostile: str) -> str:
    """Two stars make bold, and HTML drops a zero character; everything else is shown as it came."""
    return re.sub(r"\*\*([^*\n]+)\*\*", r"\1", hostile).replace("\0", "")


class Tripwire:
    """Notes everything that hostile text could set off. `trips` stays empty, or the test has found a hole."""

    def __init__(self, page: Page) -> None:
        self.trips: list[str] = []
        self._page = page
        page.on("dialog", self._dialog)
        page.on("framenavigated", lambda frame: self.trips.append(frame.url))
        page.on("popup", lambda popup: self.trips.append(popup.url))
        page.on("request", lambda request: self.trips.append(request.url) if "/socket.io/" not in request.url else None)
        page.on("console", lambda line: self.trips.append(line.text))
        page.on("pageerror", lambda error: self.trips.append(str(error)))

    async def _dialog(self, dialog: Dialog) -> None:
        self.trips.append(dialog.message)
        await dialog.dismiss()

    async def lay(self) -> None:
        await self._page.expose_function("tripped", lambda what: self.trips.append(str(what)))

    async def has_held(self) -> None:
        """Nothing has happened, and nothing stands in the page that could yet."""
        drawn = set(await self._page.evaluate(LOOK))
        assert drawn <= ALLOWED, drawn - ALLOWED
        await self._page.mouse.move(200, 300)
        assert self.trips == []


async def test_there_are_enough() -> None:
    """At least fifty different ones."""
    assert len(set(HOSTILE)) >= 50


async def test_the_tripwire_works(system: System, browser: Browser) -> None:
    """What would run is seen: the wire is not a thread of air."""
    async with open_person(system, browser, may_complain=True) as person:
        wire = Tripwire(person.page)
        await wire.lay()
        await person.page.evaluate("window.tripped('seen')")
        await person.page.evaluate(
            "document.querySelector('deep-chat').shadowRoot.querySelector('.rb').innerHTML = '<img src=x onerror=x>'"
        )
        async with asyncio.timeout(20):
            while len(wire.trips) < 2:  # the call, and the policy's complaint about the handler or the request for x
                await asyncio.sleep(0.05)
        assert "seen" in wire.trips
        assert {"IMG", "onerror!", "src!"} <= set(await person.page.evaluate(LOOK))


@pytest.mark.parametrize("part", range(6))
async def test_nothing_happens(person: Person, part: int) -> None:
    """In messages, titles, teams, cards, times and states hostile texts are shown as they are, and nothing else."""
    wire = Tripwire(person.page)
    await wire.lay()
    for number, hostile in enumerate(HOSTILE[part::6]):
        bad = text(hostile)
        payload = '/inform{"queue": ' + json.dumps(bad) + "}"
        await person.is_told(
            bad,
            buttons=[{"title": bad, "payload": payload}],
            hint={"ask": "queue", "options": [{"title": bad, "payload": payload, "state": bad, "note": bad}]},
        )
        slot = {"title": bad, "payload": payload, "starts_at": 1_790_000_000.0 + number}
        await person.is_told(bad, hint={"ask": "time_slot", "zone": bad, "options": [slot]})
        button = {"does": bad, "title": bad, "payload": payload}
        card = card_in(bad, 1, callback=f"{bad}{number}", queue=bad, number=bad, timer=bad, buttons=[button])
        await person.is_told(
            f"{bad} ",
            news={"id": f"{number}{bad}", "callback": card["callback"], "seq": 1, "state": bad},
            card=card,
        )
    await expect(person.cards).to_have_count(len(HOSTILE[part::6]))
    await wire.has_held()
    shown = await person.page.locator(".rb-bot .rb-bubble").all_text_contents()
    assert {as_shown(text(hostile)) for hostile in HOSTILE[part::6]} <= set(shown)


async def test_what_a_person_types_is_only_shown(person: Person) -> None:
    """A hostile answer comes back in a bubble of its own, also after a reload."""
    wire = Tripwire(person.page)
    await wire.lay()
    bad = text("<img src=x onerror=@>")
    await person.field.click()
    await person.page.keyboard.type(bad)
    await person.page.keyboard.press("Enter")
    await expect(person.page.locator(".rb-user .rb-bubble")).to_have_text(bad)
    await expect(person.page.locator(".rb-bot")).not_to_have_count(1)
    await wire.has_held()


async def test_a_hostile_address_of_the_page(person: Person) -> None:
    """Options in the page's address are text and colours, never markup or styles."""
    await person.open("?title=<img src=x onerror=alert(1)>&color=red;}*{display:none&language=<b>&theme=x&position=y")
    await expect(person.page.locator("h1")).to_have_text("<img src=x onerror=alert(1)>")
    assert await person.page.locator("h1 img").count() == 0
    assert await person.page.locator("html").get_attribute("style") in (None, "--view: 100dvh;")
    assert await person.page.locator("html").get_attribute("lang") == "en-US"
