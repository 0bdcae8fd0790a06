from functools import wraps

from django.core.exceptions import BadRequest
from django.http import Http404, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import render

import lab_parts as parts


def only(*methods):
    """What another method finds is nothing (Django's own decorator would answer 405)."""

    def decorate(view):
        @wraps(view)
        def checked(request):
            if request.method not in methods:
                raise Http404
            return view(request)

        return checked

    return decorate


read = only("GET", "HEAD")


def argument(request, name, default, low, high):
    value = parts.number(request.GET.get(name), default, low, high)
    if value is None:
        raise BadRequest(name)
    return value


def not_found(request, exception):
    return HttpResponse(parts.NOT_FOUND, content_type=parts.TEXT, status=404)


def bad_request(request, exception):
    return HttpResponse(parts.BAD_REQUEST, content_type=parts.TEXT, status=400)


@read
def hello(request):
    return HttpResponse(parts.HELLO, content_type=parts.TEXT)


@read
def json_route(request):
    return JsonResponse({"message": "Hello, world!"}, json_dumps_params={"separators": (",", ":")})


@read
def bytes_route(request):
    length = argument(request, "n", None, 0, parts.MAX_BYTES)
    response = StreamingHttpResponse(parts.pattern(length), content_type=parts.BYTES)
    response.headers["Content-Length"] = str(length)
    return response


@only("POST")
def echo(request):
    length = parts.content_length(request.META)
    if length is None:
        raise BadRequest("Content-Length")
    return HttpResponse(parts.echo(request, length), content_type=parts.JSON)


@read
def work(request):
    return HttpResponse(parts.work(argument(request, "rounds", 1, 1, parts.MAX_ROUNDS)), content_type=parts.TEXT)


@read
def page(request):
    return render(request, "page.html", parts.PAGE, content_type=parts.HTML)


@read
def stream(request):
    count = argument(request, "chunks", 1, 1, parts.MAX_CHUNKS)
    pause = argument(request, "ms", 0, 0, parts.MAX_WAIT_MS)
    return StreamingHttpResponse(parts.chunks(count, pause), content_type=parts.TEXT)


@read
def wait(request):
    return HttpResponse(parts.wait(argument(request, "ms", 0, 0, parts.MAX_WAIT_MS)), content_type=parts.TEXT)


@read
def env(request):
    return HttpResponse(parts.env(request.META, ("Django",)), content_type=parts.JSON)


@read
def who(request):
    return HttpResponse(parts.who(argument(request, "ms", 0, 0, parts.MAX_WAIT_MS)), content_type=parts.JSON)


@read
def rows(request):
    return HttpResponse(parts.rows(), content_type=parts.JSON)


@read
def boom(request):
    raise RuntimeError("boom")
