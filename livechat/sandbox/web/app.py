"""The ASGI application: all routes."""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, WebSocketRoute

from ..world.files import THUMBNAILS
from ..world.state import State
from .accounts_routes import AccountsRoutes
from .chat_routes import ChatRoutes
from .faults import Faults, Record
from .http_exchange import Frame
from .rtm import Rtm

Endpoint = Callable[[Request], Awaitable[Response]]


def serve_files(state: State) -> Endpoint:
    """Return the endpoint that serves uploaded files and thumbnails."""

    async def file(request: Request) -> Response:
        """Serve an uploaded file or a thumbnail."""
        found = (
            state.files.temporary(request.path_params["temporary_id"])
            if "temporary_id" in request.path_params
            else state.files.permanent(request.path_params["file_id"])
        )
        if found is None:
            return Response("Not found", 404)
        kind = request.path_params.get("kind")
        # Anyone can upload anything: no browser shall run it in the name of this origin.
        headers = {"content-security-policy": "sandbox", "x-content-type-options": "nosniff"}
        if kind is not None:
            if kind not in THUMBNAILS or found.size is None:
                return Response("Not found", 404)
            try:
                thumbnail = found.thumbnail(THUMBNAILS[kind])
            except Exception:
                return Response("Not found", 404)
            return Response(thumbnail, headers=headers, media_type="image/png")
        if found.size is None:
            headers["content-disposition"] = "attachment"
        return Response(found.data, headers={**headers, "content-type": found.content_type})

    return file


def build(state: State, faults: Faults, requests: deque[Record], rtm: Rtm) -> Starlette:
    """Return the ASGI application."""
    frame = Frame(state.clock, faults, requests, lambda: state.keep())
    chat, token_server = ChatRoutes(state, frame), AccountsRoutes(state, frame)
    file = serve_files(state)
    verbs = ["GET", "POST", "PUT", "PATCH", "DELETE"]

    def route(path: str, endpoint: Endpoint) -> Route:
        return Route(path, endpoint, methods=verbs)

    app = Starlette(
        routes=[
            route("/v{version}/customer/action/{action}", chat.customer),
            route("/customer/action/{action}", chat.customer),
            WebSocketRoute("/v{version}/customer/rtm/ws", rtm.serve),
            route("/v{version}/agent/action/{action}", chat.agent),
            route("/agent/action/{action}", chat.agent),
            route("/sandbox/action/{action}", chat.control),
            route("/v2/customer/token", token_server.token),
            route("/v2/customer/info", token_server.info),
            route("/v2/customer/identity_transfer", token_server.identity_transfer),
            route("/v2/customer/{organization_id}/{group_id}/token", token_server.token),
            Route("/files/temporary/{temporary_id}/{name}", file),
            Route("/files/{file_id}/{kind}/{name}", file),
            Route("/files/{file_id}/{name}", file),
        ],
        middleware=[
            # A pattern, so that the origin is always answered by name: browsers refuse "*" for
            # requests with cookies, which the token server lives by.
            Middleware(
                CORSMiddleware,
                allow_origin_regex=".*",
                allow_credentials=True,
                allow_methods=["GET", "POST", "DELETE"],
                allow_headers=["*"],
            )
        ],
    )
    app.router.redirect_slashes = False
    return app
