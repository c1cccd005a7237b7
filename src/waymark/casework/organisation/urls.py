from django.urls import path

from waymark.casework.organisation import appointments, changes, people, reviewing, teams

urlpatterns = [
    path("people", people.people, name="people"),
    path("people/invite", people.invite, name="invite"),
    path("people/review", reviewing.review, name="review_people"),
    path("people/appointments", appointments.appointments, name="appointments"),
    path("people/appointments/<uuid:appointment_id>", appointments.appointment, name="appointment"),
    path("people/teams", teams.teams, name="teams"),
    path("people/teams/new", teams.new, name="new_team"),
    path("people/teams/<uuid:team_id>", teams.team, name="team"),
    path("people/teams/<uuid:team_id>/close", teams.close, name="close_team"),
    path("people/<uuid:member_id>", people.person, name="person"),
    path("people/<uuid:member_id>/link", people.link, name="new_link"),
    path("people/<uuid:member_id>/move", changes.move, name="move_person"),
    path("people/<uuid:member_id>/suspend", changes.suspend_or_resume, name="suspend_person"),
    path("people/<uuid:member_id>/administrator", changes.administrator, name="administrator"),
    path("people/<uuid:member_id>/second-factor", changes.lost_factor, name="lost_factor"),
    path("people/<uuid:member_id>/end", changes.end, name="end_person"),
]
