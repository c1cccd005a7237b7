from django.urls import path

from waymark.disclosure.views import subject

urlpatterns = [
    path("subject-access", subject.find, name="subject_access"),
    path("subject-access/<uuid:case_id>", subject.person, name="subject_access_person"),
]
