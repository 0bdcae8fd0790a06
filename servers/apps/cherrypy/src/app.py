"""The contract in CherryPy. It brings no template engine of its own: /page uses the standard library's."""
import html
import string

import cherrypy

import lab_parts as parts

PAGE = string.Template(
    """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>$title</title></head>
<body>
<h1>$title</h1>
<table>
<tr><th>No.</th><th>Town</th><th>Goods</th><th>Weight</th></tr>
$rows</table>
</body>
</html>
"""
)
ROW = string.Template("<tr><td>$number</td><td>$town</td><td>$goods</td><td>$weight</td></tr>\n")


def answer(body, content_type, status=200, length=None):
    response = cherrypy.response
    response.status = status
    response.headers["Content-Type"] = content_type
    if length is not None:
        response.headers["Content-Length"] = str(length)
    return body


def not_found(*_path, **_query):
    return answer(parts.NOT_FOUND, parts.TEXT, 404)


def bad_request(*_path, **_query):
    return answer(parts.BAD_REQUEST, parts.TEXT, 400)


class BadArgument(Exception):
    pass


def argument(query, name, default, low, high):
    text = query.get(name)
    value = parts.number(text[0] if isinstance(text, list) else text, default, low, high)
    if value is None:
        raise BadArgument
    return value


def only(methods):
    """A tool: a path that goes on, or another method, is not found."""
    request = cherrypy.request
    if request.method not in methods or getattr(request.handler, "args", None):
        request.handler = not_found


cherrypy.tools.count = cherrypy.Tool("on_start_resource", parts.count_request)
cherrypy.tools.only = cherrypy.Tool("before_handler", only)


def route(handler, methods=("GET", "HEAD"), **config):
    """Exposes a method that takes the query as a dictionary."""

    def page(self, *_path, **query):
        try:
            return handler(query)
        except BadArgument:
            # The body that a stream would have had is not one.
            cherrypy.response.stream = False
            return bad_request()

    page.exposed = True
    page._cp_config = {"tools.only.on": True, "tools.only.methods": methods, **config}
    return page


def bytes_route(query):
    length = argument(query, "n", None, 0, parts.MAX_BYTES)
    return answer(parts.pattern(length), parts.BYTES, length=length)


def echo(query):
    length = parts.content_length(cherrypy.request.wsgi_environ)
    if length is None:
        raise BadArgument
    return answer(parts.echo(cherrypy.request.rfile, length), parts.JSON)


def page(query):
    rows = "".join(
        ROW.substitute({key: html.escape(value) for key, value in row.items()}) for row in parts.PAGE["rows"]
    )
    document = PAGE.substitute(title=html.escape(parts.PAGE["title"]), rows=rows)
    return answer(document.encode("utf-8"), parts.HTML)


def stream(query):
    count = argument(query, "chunks", 1, 1, parts.MAX_CHUNKS)
    pause = argument(query, "ms", 0, 0, parts.MAX_WAIT_MS)
    return answer(parts.chunks(count, pause), parts.TEXT)


def boom(query):
    raise RuntimeError("boom")


STREAMED = {"response.stream": True}


class Root:
    hello = route(lambda query: answer(parts.HELLO, parts.TEXT))
    json = route(lambda query: answer(parts.dumps({"message": "Hello, world!"}), parts.JSON))
    bytes = route(bytes_route, **STREAMED)
    echo = route(echo, methods=("POST",))
    work = route(
        lambda query: answer(parts.work(argument(query, "rounds", 1, 1, parts.MAX_ROUNDS)), parts.TEXT)
    )
    page = route(page)
    stream = route(stream, **STREAMED)
    wait = route(lambda query: answer(parts.wait(argument(query, "ms", 0, 0, parts.MAX_WAIT_MS)), parts.TEXT))
    env = route(lambda query: answer(parts.env(cherrypy.request.wsgi_environ, ("CherryPy",)), parts.JSON))
    who = route(lambda query: answer(parts.who(argument(query, "ms", 0, 0, parts.MAX_WAIT_MS)), parts.JSON))
    rows = route(lambda query: answer(parts.rows(), parts.JSON))
    boom = route(boom)

    @cherrypy.expose
    def default(self, *_path, **_query):
        return not_found()


cherrypy.config.update({"environment": "embedded", "log.screen": False})
# script_name None: where the app is mounted is the server's to say.
mounted = cherrypy.Application(
    Root(),
    script_name=None,
    config={
        "/": {
            "tools.count.on": True,
            "tools.trailing_slash.on": False,
            "request.process_request_body": False,
            "request.show_tracebacks": False,
        }
    },
)
mounted.log.screen = False


def application(environ, start_response):
    # On a Unix socket waitress gives a path and "None" for ports, of which CherryPy would make numbers.
    for key in ("SERVER_PORT", "REMOTE_PORT"):
        if not environ.get(key, "").isdigit():
            environ[key] = ""
    return mounted(environ, start_response)
