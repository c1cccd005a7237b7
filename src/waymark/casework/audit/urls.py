from django.urls import path

from waymark.casework.audit import views

urlpatterns = [
    path("audit", views.audit, name="audit"),
    path("audit/download", views.download, name="audit_download"),
    path("audit/<uuid:entry_id>", views.entry, name="audit_entry"),
    path("records/<uuid:case_id>/looked", views.looked, name="case_looked"),
]
