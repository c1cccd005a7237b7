from django.urls import path

from waymark.access import views

urlpatterns = [
    path("sign-in", views.sign_in, name="sign_in"),
    path("sign-in/acting-as", views.acting_as_page, name="acting_as"),
    path("sign-out", views.sign_out, name="sign_out"),
]
