from django.urls import include, path

urlpatterns = [
    path("", include("waymark.casework.protocol.urls")),
]
