from django.urls import path

from waymark.casework.protocol import views

urlpatterns = [
    path("protocol", views.protocol, name="protocol"),
    path("protocol/whole", views.whole, name="protocol_whole"),
    path("protocol/parts/<str:name>", views.part, name="protocol_part"),
    path("protocol/<str:clause_id>", views.clause, name="protocol_clause"),
]
