from django.urls import path

from waymark.walk_ins import views

urlpatterns = [
    path("walk-ins", views.walk_ins, name="walk_ins"),
    path("walk-ins/new", views.new, name="new_walk_in"),
    path("walk-ins/report", views.report, name="walk_ins_report"),
    path("walk-ins/<uuid:walkin_id>", views.walk_in, name="walk_in"),
    path("walk-ins/<uuid:walkin_id>/<slug:slug>", views.step, name="walk_in_step"),
]
