"""The GraphiQL page: a workbench in the browser, on the same address as the API.

Every byte of it comes from this server, and its content security policy lets the page ask no other, but for the pictures of a
store that a deployment keeps them in. Files are served
below a folder named after their own contents, so a browser may keep them for ever and still never sees a stale one.
The page holds no inline script: what the server has to tell it stands in a JSON block, which a browser does not run.
"""

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from os import PathLike, stat_result
from pathlib import Path
from typing import TypedDict

from graphql import parse
from graphql.language import DefinitionNode, OperationDefinitionNode
from graphql.utilities import separate_operations
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

FOLDER = Path(__file__).resolve().parents[1] / "static" / "graphiql"
"""`public/` in it is served as it is; the page template and the examples are read once, at start."""

NETWORK_LOCATION = re.compile(r"[A-Za-z0-9._-]+(:\d+)?|\[[0-9A-Fa-f:.]+\](:\d+)?")
"""A host that may be repeated in a header. Starlette also lets a `Host` with a semicolon pass: directives of its own."""

SCROLL_LOCK_STYLE = "'sha256-nzTgYzXYDNe6BAHiiI7NNlfK8n/auuOAhh2t92YvuXo='"
"""The one style sheet that GraphiQL 4.1.2 writes into the page itself: it stops scrolling behind an open dialog."""


class ExampleTab(TypedDict):
    """One tab of GraphiQL, in the names that its `defaultTabs` takes."""

    query: str
    variables: str | None


class GraphiQLPage:
    """Serves GraphiQL where it is enabled, with a token to begin with where there is one to give away.

    `development_token` is called for every page, so that a reload always brings a token that is still good. Only a
    server that issues its own tokens for development may return one: whoever can open the page gets it.
    """

    def __init__(
        self, *, development_token: Callable[[], str | None], enabled: bool, pictures_from: str | None = None
    ) -> None:
        """`pictures_from` is the origin that finished images are served from, where it is not this one."""
        self._development_token = development_token
        self._pictures_from = pictures_from
        self._enabled = enabled
        self._files_path = f"/static/graphiql/{_fingerprint(FOLDER / 'public')}"
        self._template = (FOLDER / "page.html").read_text(encoding="utf-8")
        self._tabs = example_tabs(
            (FOLDER / "examples.graphql").read_text(encoding="utf-8"),
            json.loads((FOLDER / "examples.json").read_text(encoding="utf-8")),
        )

    def html(self, request: Request) -> Response:
        if not self._enabled:
            return PlainTextResponse(
                "GraphiQL is switched off here. Send GraphQL requests by POST.",
                status_code=404,
                headers={"Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'"},
            )
        settings = {
            "graphqlPath": request.url.path,
            "developmentToken": self._development_token(),
            "exampleTabs": self._tabs,
            "picturesFrom": self._pictures_from,
        }
        page = self._template.replace("{{files}}", request.scope.get("root_path", "") + self._files_path)
        return HTMLResponse(
            page.replace("{{settings}}", _json_for_html(settings)),
            headers={
                "Content-Security-Policy": _content_security_policy(request.url.netloc, self._pictures_from),
                "Cache-Control": "no-store",  # It may hold a token.
                "Referrer-Policy": "no-referrer",
                "X-Content-Type-Options": "nosniff",
            },
        )

    def static_mount(self) -> BaseRoute:
        return Mount(self._files_path, app=_UnchangingFiles(directory=FOLDER / "public"), name="graphiql-files")


def example_tabs(document: str, variables_by_operation: Mapping[str, object]) -> list[ExampleTab]:
    """Give each operation of a document a tab: the comments above it, itself, and the fragments it needs."""
    ast = parse(document)
    needed_by_operation = separate_operations(ast)
    tabs: list[ExampleTab] = []
    end_of_previous = 0
    for definition in ast.definitions:
        start, end_of_previous = end_of_previous, _span(definition).stop
        if not isinstance(definition, OperationDefinitionNode) or definition.name is None:
            continue
        name = definition.name.value
        texts = [document[start:end_of_previous].strip()]
        texts += [document[_span(each)] for each in needed_by_operation[name].definitions if each is not definition]
        variables = json.dumps(variables_by_operation[name], indent=2) if name in variables_by_operation else None
        tabs.append(ExampleTab(query="\n\n".join(texts) + "\n", variables=variables))
    return tabs


class _UnchangingFiles(StaticFiles):
    """Files whose address changes whenever they do."""

    def file_response(
        self, full_path: str | PathLike[str], stat_result: stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        response = super().file_response(full_path, stat_result, scope, status_code)
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response


def _fingerprint(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            digest.update(path.relative_to(folder).as_posix().encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _span(node: DefinitionNode) -> slice:
    """Where a definition stands in the text it was parsed from."""
    return slice(node.loc.start, node.loc.end) if node.loc else slice(0)


def _json_for_html(value: object) -> str:
    """JSON in which no `</script>` or `<!--` can occur."""
    return json.dumps(value).replace("<", "\\u003c")


def _content_security_policy(network_location: str, pictures_from: str | None) -> str:
    is_plain = NETWORK_LOCATION.fullmatch(network_location)
    sockets = f" ws://{network_location} wss://{network_location}" if is_plain else ""
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            f"style-src 'self' {SCROLL_LOCK_STYLE}",
            f"img-src 'self' data: {pictures_from or ''}".rstrip(),  # GraphiQL's style sheet draws its check marks from data: addresses.
            "font-src 'self' data:",  # Its fonts are inside its style sheet.
            # 'self' alone leaves out sockets in older Safari and Firefox. Files are sent to that store, too.
            f"connect-src 'self'{sockets} {pictures_from or ''}".rstrip(),
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        )
    )
