"""The contract in Flask."""
import os

from flask import Flask, Response, render_template, request
from werkzeug.exceptions import BadRequest

import lab_parts as parts

application = Flask("app", template_folder=os.path.join(parts.HERE, "templates"), static_folder=None)
application.config["PROVIDE_AUTOMATIC_OPTIONS"] = False
application.json.ensure_ascii = False
application.json.sort_keys = False


def text(body, status=200):
    return Response(body, status=status, content_type=parts.TEXT)


def json_response(body):
    return Response(body, content_type=parts.JSON)


def argument(name, default, low, high):
    value = parts.number(request.args.get(name), default, low, high)
    if value is None:
        raise BadRequest
    return value


@application.before_request
def count():
    parts.count_request()


@application.errorhandler(404)
@application.errorhandler(405)
def not_found(error):
    return text(parts.NOT_FOUND, 404)


@application.errorhandler(400)
def bad_request(error):
    return text(parts.BAD_REQUEST, 400)


@application.get("/hello")
def hello():
    return text(parts.HELLO)


@application.get("/json")
def json_route():
    return json_response(application.json.dumps({"message": "Hello, world!"}, separators=(",", ":")))


@application.get("/bytes")
def bytes_route():
    length = argument("n", None, 0, parts.MAX_BYTES)
    response = Response(parts.pattern(length), content_type=parts.BYTES)
    response.content_length = length
    return response


@application.post("/echo")
def echo():
    length = parts.content_length(request.environ)
    if length is None:
        raise BadRequest
    return json_response(parts.echo(request.stream, length))


@application.get("/work")
def work():
    return text(parts.work(argument("rounds", 1, 1, parts.MAX_ROUNDS)))


@application.get("/page")
def page():
    document = render_template("page.html", title=parts.PAGE["title"], rows=parts.PAGE["rows"])
    return Response(document, content_type=parts.HTML)


@application.get("/stream")
def stream():
    count_of_chunks = argument("chunks", 1, 1, parts.MAX_CHUNKS)
    pause = argument("ms", 0, 0, parts.MAX_WAIT_MS)
    return text(parts.chunks(count_of_chunks, pause))


@application.get("/wait")
def wait():
    return text(parts.wait(argument("ms", 0, 0, parts.MAX_WAIT_MS)))


@application.get("/env")
def env():
    return json_response(parts.env(request.environ, ("Flask", "Werkzeug", "Jinja2")))


@application.get("/who")
def who():
    return json_response(parts.who(argument("ms", 0, 0, parts.MAX_WAIT_MS)))


@application.get("/rows")
def rows():
    return json_response(parts.rows())


@application.get("/boom")
def boom():
    raise RuntimeError("boom")
