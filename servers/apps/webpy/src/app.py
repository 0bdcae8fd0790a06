"""The contract in web.py."""
import os

import web

import lab_parts as parts

web.config.debug = False

URLS = (
    "/hello", "Hello",
    "/json", "Json",
    "/bytes", "Bytes",
    "/echo", "Echo",
    "/work", "Work",
    "/page", "Page",
    "/stream", "Stream",
    "/wait", "Wait",
    "/env", "Env",
    "/who", "Who",
    "/rows", "Rows",
    "/boom", "Boom",
)
render = web.template.render(os.path.join(parts.HERE, "templates"), cache=True)


class BadArgument(web.HTTPError):
    """Of web.py's own kind: another exception becomes a 500 before a processor sees it."""

    def __init__(self):
        super().__init__("400 Bad Request")


def argument(name, default, low, high):
    value = parts.number(web.input(_method="get").get(name), default, low, high)
    if value is None:
        raise BadArgument
    return value


def answer(body, content_type, length=None):
    """Sets the headers that web.py leaves to the app; `length` is needed for a generator of known length."""
    # A template has already said what it is.
    web.header("Content-Type", content_type, unique=True)
    if length is None and isinstance(body, bytes):
        length = len(body)
    if length is not None:
        web.header("Content-Length", str(length))
    return b"" if web.ctx.method == "HEAD" else body


def refuse(status, body):
    web.ctx.status = status
    web.ctx.headers = []
    return answer(body, parts.TEXT)


class Hello:
    def GET(self):
        return answer(parts.HELLO, parts.TEXT)


class Json:
    def GET(self):
        return answer(parts.dumps({"message": "Hello, world!"}), parts.JSON)


class Bytes:
    def GET(self):
        length = argument("n", None, 0, parts.MAX_BYTES)
        return answer(parts.pattern(length), parts.BYTES, length)


class Echo:
    def POST(self):
        length = parts.content_length(web.ctx.env)
        if length is None:
            raise BadArgument
        return answer(parts.echo(web.ctx.env["wsgi.input"], length), parts.JSON)


class Work:
    def GET(self):
        return answer(parts.work(argument("rounds", 1, 1, parts.MAX_ROUNDS)), parts.TEXT)


class Page:
    def GET(self):
        document = render.page(parts.PAGE["title"], parts.PAGE["rows"])
        return answer(str(document).encode("utf-8"), parts.HTML)


class Stream:
    def GET(self):
        count = argument("chunks", 1, 1, parts.MAX_CHUNKS)
        return answer(parts.chunks(count, argument("ms", 0, 0, parts.MAX_WAIT_MS)), parts.TEXT)


class Wait:
    def GET(self):
        return answer(parts.wait(argument("ms", 0, 0, parts.MAX_WAIT_MS)), parts.TEXT)


class Env:
    def GET(self):
        return answer(parts.env(web.ctx.env, ("web.py",)), parts.JSON)


class Who:
    def GET(self):
        return answer(parts.who(argument("ms", 0, 0, parts.MAX_WAIT_MS)), parts.JSON)


class Rows:
    def GET(self):
        return answer(parts.rows(), parts.JSON)


class Boom:
    def GET(self):
        raise RuntimeError("boom")


def contract(handler):
    """A processor: counts the request and gives refusals the contract's words."""
    parts.count_request()
    try:
        return handler()
    except BadArgument:
        return refuse("400 Bad Request", parts.BAD_REQUEST)
    except (web.webapi._NotFound, web.webapi.NoMethod):
        return refuse("404 Not Found", parts.NOT_FOUND)


app = web.application(URLS, globals())
app.add_processor(contract)
application = app.wsgifunc()
