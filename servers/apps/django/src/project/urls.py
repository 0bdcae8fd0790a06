from django.urls import path

from project import views

urlpatterns = [
    path("hello", views.hello),
    path("json", views.json_route),
    path("bytes", views.bytes_route),
    path("echo", views.echo),
    path("work", views.work),
    path("page", views.page),
    path("stream", views.stream),
    path("wait", views.wait),
    path("env", views.env),
    path("who", views.who),
    path("rows", views.rows),
    path("boom", views.boom),
]
handler400 = "project.views.bad_request"
handler404 = "project.views.not_found"
