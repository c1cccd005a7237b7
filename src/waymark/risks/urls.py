from django.urls import path

from waymark.risks.views import matching, record, registers

urlpatterns = [
    path("records/<uuid:case_id>/risks", record.risks, name="case_risks"),
    path("records/<uuid:case_id>/risks/add", record.add_marker, name="add_marker"),
    path("records/<uuid:case_id>/risks/area", record.add_area, name="add_area"),
    path("records/<uuid:case_id>/risks/association", record.add_association, name="add_association"),
    path("records/<uuid:case_id>/risks/group", record.add_affiliation, name="add_affiliation"),
    path("records/<uuid:case_id>/risks/area/<uuid:excludedarea_id>/end", record.end_area, name="end_area"),
    path("records/<uuid:case_id>/risks/marker/<uuid:marker_id>/end", record.end_marker, name="end_marker"),
    path(
        "records/<uuid:case_id>/risks/group/<uuid:affiliation_id>/end", record.end_affiliation, name="end_affiliation"
    ),
    path(
        "records/<uuid:case_id>/risks/association/<uuid:association_id>/end",
        record.end_association,
        name="end_association",
    ),
    path("records/<uuid:case_id>/matching", matching.matching, name="matching"),
    path("registers", registers.registers, name="registers"),
    path("registers/add/<slug:sort>", registers.add, name="add_to_register"),
    path("registers/group/<uuid:group_id>/end", registers.end_group, name="end_registered_group"),
    path("registers/rivals/<uuid:rivalry_id>/end", registers.end_rivalry, name="end_registered_rivals"),
    path("registers/person/<uuid:personofconcern_id>/end", registers.end_person, name="end_registered_person"),
    path("registers/place/<uuid:frequents_id>/end", registers.end_place, name="end_registered_place"),
]
