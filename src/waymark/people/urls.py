from django.urls import path

from waymark.people.views import about, doubles, register

urlpatterns = [
    path("register", register.register, name="register"),
    path("register/new", register.register_new, name="register_new"),
    path("records/<uuid:case_id>/about", about.about_them, name="about_them"),
    path("records/<uuid:case_id>/about/statuses/add", about.begin_status, name="add_status"),
    path("records/<uuid:case_id>/about/statuses/<uuid:status_id>/end", about.finish_status, name="end_status"),
    path("records/<uuid:case_id>/about/words", about.change_words, name="own_words"),
    path("records/<uuid:case_id>/about/needs", about.change_needs, name="needs"),
    path("records/<uuid:case_id>/about/people/add", about.add_somebody_around, name="add_supporter"),
    path(
        "records/<uuid:case_id>/about/people/<uuid:supporter_id>/end", about.end_somebody_around, name="end_supporter"
    ),
    path("records/<uuid:case_id>/about/double", doubles.merge_records, name="merge_records"),
    path("records/<uuid:case_id>/about/double/<uuid:merge_id>/undo", doubles.undo_merge, name="undo_merge"),
]
