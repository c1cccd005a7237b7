from django.urls import path

from waymark.casework.protocol import views

urlpatterns = [
    path("protocol", views.protocol, name="protocol"),
    path("protocol/<str:clause_id>", views.clause, name="protocol_clause"),
]
