"""The contract in plain WSGI: the standard library and nothing else."""
import html
from urllib.parse import parse_qs

import lab_parts as parts

REASONS = {200: "200 OK", 400: "400 Bad Request", 404: "404 Not Found"}

PAGE = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>{title}</title></head>
<body>
<h1>{title}</h1>
<table>
<tr><th>No.</th><th>Town</th><th>Goods</th><th>Weight</th></tr>
{rows}</table>
</body>
</html>
"""
ROW = "<tr><td>{number}</td><td>{town}</td><td>{goods}</td><td>{weight}</td></tr>\n"


class BadRequest(Exception):
    pass


def argument(environ, name, default, low, high):
    """A whole number of the query, or BadRequest."""
    values = parse_qs(environ.get("QUERY_STRING", ""), keep_blank_values=True).get(name)
    value = parts.number(None if values is None else values[0], default, low, high)
    if value is None:
        raise BadRequest
    return value


def hello(environ):
    return parts.TEXT, parts.HELLO


def json_route(environ):
    return parts.JSON, parts.dumps({"message": "Hello, world!"})


def bytes_route(environ):
    length = argument(environ, "n", None, 0, parts.MAX_BYTES)
    return parts.BYTES, parts.pattern(length), length


def echo(environ):
    length = parts.content_length(environ)
    if length is None:
        raise BadRequest
    return parts.JSON, parts.echo(environ["wsgi.input"], length)


def work(environ):
    return parts.TEXT, parts.work(argument(environ, "rounds", 1, 1, parts.MAX_ROUNDS))


def page(environ):
    rows = "".join(
        ROW.format(**{key: html.escape(value) for key, value in row.items()}) for row in parts.PAGE["rows"]
    )
    return parts.HTML, PAGE.format(title=html.escape(parts.PAGE["title"]), rows=rows).encode("utf-8")


def stream(environ):
    count = argument(environ, "chunks", 1, 1, parts.MAX_CHUNKS)
    pause = argument(environ, "ms", 0, 0, parts.MAX_WAIT_MS)
    return parts.TEXT, parts.chunks(count, pause), None


def wait(environ):
    return parts.TEXT, parts.wait(argument(environ, "ms", 0, 0, parts.MAX_WAIT_MS))


def env(environ):
    return parts.JSON, parts.env(environ)


def who(environ):
    return parts.JSON, parts.who(argument(environ, "ms", 0, 0, parts.MAX_WAIT_MS))


def rows(environ):
    return parts.JSON, parts.rows()


def boom(environ):
    raise RuntimeError("boom")


GET = {
    "/hello": hello,
    "/json": json_route,
    "/bytes": bytes_route,
    "/work": work,
    "/page": page,
    "/stream": stream,
    "/wait": wait,
    "/env": env,
    "/who": who,
    "/rows": rows,
    "/boom": boom,
}
ROUTES = {"GET": GET, "HEAD": GET, "POST": {"/echo": echo}}


def application(environ, start_response):
    parts.count_request()
    route = ROUTES.get(environ["REQUEST_METHOD"], {}).get(environ.get("PATH_INFO", ""))
    status = 200
    if route is None:
        status, answer = 404, (parts.TEXT, parts.NOT_FOUND)
    else:
        try:
            answer = route(environ)
        except BadRequest:
            status, answer = 400, (parts.TEXT, parts.BAD_REQUEST)
    # (type, body) or (type, blocks, length); a stream's length is None.
    content_type, body = answer[0], answer[1]
    length = answer[2] if len(answer) == 3 else len(body)
    headers = [("Content-Type", content_type)]
    if length is not None:
        headers.append(("Content-Length", str(length)))
    start_response(REASONS[status], headers)
    if environ["REQUEST_METHOD"] == "HEAD":
        return []
    return [body] if isinstance(body, bytes) else body
