"""The page's connection, in the hands of a test."""

from __future__ import annotations

from playwright.async_api import Page, Route, WebSocketRoute


class Line:
    """The page's connection, in the hands of a test: it can be cut, and acknowledgements can get lost on it."""

    def __init__(self) -> None:
        self.cut = False
        self.lose_acknowledgements = False
        self._open: list[WebSocketRoute] = []

    async def attach(self, page: Page) -> None:
        await page.route_web_socket("**/socket.io/**", self._connect)
        await page.route("**/socket.io/**", self._poll)

    async def _connect(self, near: WebSocketRoute) -> None:
        if self.cut:
            await near.close()
            return
        far = near.connect_to_server()
        self._open.append(near)
        far.on_message(lambda message: None if self._lost(message) else near.send(message))

    def _lost(self, message: str | bytes) -> bool:
        # "43" is Socket.IO's acknowledgement inside an Engine.IO message.
        return self.lose_acknowledgements and str(message).startswith("43")

    async def _poll(self, route: Route) -> None:
        await (route.abort() if self.cut else route.continue_())

    async def break_off(self) -> None:
        self.cut = True
        for near in self._open:
            await near.close()
        self._open.clear()
