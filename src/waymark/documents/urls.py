from django.urls import path

from waymark.documents import views

urlpatterns = [
    path("records/<uuid:case_id>/documents", views.documents, name="documents"),
    path("records/<uuid:case_id>/documents/add", views.add, name="add_document"),
    path("records/<uuid:case_id>/documents/<uuid:document_id>", views.document, name="document"),
    path("records/<uuid:case_id>/documents/<uuid:document_id>/file", views.file, name="document_file"),
    path(
        "records/<uuid:case_id>/documents/<uuid:document_id>/replace", views.replace_document, name="replace_document"
    ),
    path("records/<uuid:case_id>/documents/<uuid:document_id>/remove", views.remove_document, name="remove_document"),
    path(
        "records/<uuid:case_id>/documents/<uuid:document_id>/release", views.release_document, name="release_document"
    ),
]
