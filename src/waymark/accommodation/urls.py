from django.urls import path

from waymark.accommodation.views import schemes, upkeep, vacancies

urlpatterns = [
    path("vacancies", vacancies.list_vacancies, name="vacancies"),
    path("vacancies/summary", upkeep.summary, name="voids_summary"),
    path("schemes", schemes.schemes, name="schemes"),
    path("schemes/new", schemes.new_scheme, name="new_scheme"),
    path("schemes/<uuid:scheme_id>", schemes.scheme, name="scheme"),
    path("schemes/<uuid:scheme_id>/change", schemes.edit_scheme, name="edit_scheme"),
    path("schemes/<uuid:scheme_id>/units/new", schemes.new_unit, name="new_unit"),
    path("units/<uuid:unit_id>/change", schemes.edit_unit, name="edit_unit"),
    path("units/<uuid:unit_id>/out-of-service", upkeep.out_of_service, name="out_of_service"),
    path("units/<uuid:unit_id>/void", upkeep.new_void, name="record_void"),
    path("out-of-service/<uuid:occupancy_id>/back", upkeep.back_in_service, name="back_in_service"),
    path("voids/<uuid:void_id>/close", upkeep.end_void, name="close_void"),
]
