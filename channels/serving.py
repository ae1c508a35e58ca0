# mypy: disable-error-code="misc, import-not-found, import-untyped, untyped-decorator, no-any-return"
"""The website channel's pages as routes of the Rasa server: the chat, the launcher for other sites, and a demo shop."""

from __future__ import annotations

import asyncio

from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from channels import pages
from channels.origins import Origins

_READ = ["GET", "HEAD"]
LAUNCHER = "embed.js"
DEMO = "demo"


def serve(blueprint: Blueprint, origins: Origins) -> None:
    """Adds ``ui/``, ``embed.js`` and ``demo/``; sites on the list may show ``ui/`` in a frame."""
    chat = {**pages.COMMON_HEADERS, "Content-Security-Policy": pages.chat_policy(origins.frame_ancestors)}
    demo = {**pages.COMMON_HEADERS, "Content-Security-Policy": pages.DEMO_POLICY}
    # Any site may load the launcher, also one that lets in only what says so itself; it holds no secret.
    launcher = {**pages.COMMON_HEADERS, "Cross-Origin-Resource-Policy": "cross-origin"}
    packer = pages.Packer()
    _folder(blueprint, "ui", chat, packer)
    _folder(blueprint, DEMO, demo, packer)

    @blueprint.route(f"/{LAUNCHER}", methods=_READ, name="launcher")
    async def script(request: Request) -> HTTPResponse:
        return await _answer(request, pages.find(LAUNCHER), launcher, packer)


def _folder(blueprint: Blueprint, name: str, headers: dict[str, str], packer: pages.Packer) -> None:
    root = pages.WEB_ROOT / name if name == DEMO else pages.WEB_ROOT

    @blueprint.route(f"/{name}", methods=_READ, strict_slashes=True, name=f"{name}_without_slash")
    async def without_slash(request: Request) -> HTTPResponse:
        # The pages' own addresses are relative, so they have to be opened as folders, also behind a proxy's prefix.
        query = f"?{request.query_string}" if request.query_string else ""
        return response.redirect(f"{name}/{query}", headers=dict(headers))

    @blueprint.route(f"/{name}/", methods=_READ, strict_slashes=True, name=f"{name}_folder")
    async def folder(request: Request) -> HTTPResponse:
        return await _answer(request, pages.find("", root), headers, packer)

    @blueprint.route(f"/{name}/<path:path>", methods=_READ, name=f"{name}_file")
    async def file(request: Request, path: str) -> HTTPResponse:
        return await _answer(request, pages.find(path, root), headers, packer)


async def _answer(
    request: Request, page: pages.Page | pages.NoPage, headers: dict[str, str], packer: pages.Packer
) -> HTTPResponse:
    if isinstance(page, pages.NoPage):
        return response.text("Not found", status=404, headers=dict(headers))
    pack = page.shrinks and pages.accepts_gzip(request.headers.get("accept-encoding", ""))
    # What is packed differs in its bytes, so its tag differs too.
    etag = f'{page.etag[:-1]}-gz"' if pack else page.etag
    headers = {**headers, "ETag": etag, "Vary": "Accept-Encoding"}
    if pages.is_current(request.headers.get("if-none-match", ""), etag):
        return response.empty(status=304, headers=headers)
    if not pack:
        return await response.file(page.file, headers=headers, mime_type=page.content_type)
    body = await asyncio.get_running_loop().run_in_executor(None, packer.packed, page)
    return response.raw(body, headers={**headers, "Content-Encoding": "gzip"}, content_type=page.content_type)
