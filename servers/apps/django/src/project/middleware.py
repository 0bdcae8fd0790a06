import lab_parts as parts


def contract(get_response):
    """Counts the request, and sends no body in answer to HEAD: Django leaves that to the server."""

    def middleware(request):
        parts.count_request()
        response = get_response(request)
        if request.method == "HEAD":
            if response.streaming:
                response.streaming_content = []
            else:
                response.content = b""
        return response

    return middleware
