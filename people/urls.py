from django.urls import path

from people import absences, imports, organising, records, signing_in, views
from people.clicks import clicked

urlpatterns = [
    path("sign-in/", signing_in.SignIn.as_view(), name="sign_in"),
    path("sign-out/", clicked(signing_in.SignOut.as_view()), name="sign_out"),
    path("password/forgotten/", signing_in.password_forgotten, name="password_forgotten"),
    path("password/sent/", signing_in.password_sent, name="password_sent"),
    path("password/new/<uidb64>/<token>/", signing_in.NewPassword.as_view(), name="password_new"),
    path("my/password/", signing_in.ChangePassword.as_view(), name="password_change"),
    path("my/settings/", views.my_settings, name="my_settings"),
    path("my/access/", views.access_log, name="access_log"),
    path("my/absences/", absences.absences, name="absences"),
    path("my/absences/<int:pk>/remove/", absences.absence_remove, name="absence_remove"),
    path("people/", views.people, name="people"),
    path("people/import/", imports.import_people, name="import_people"),
    path("people/import/<slug:key>/", imports.import_look, name="import_look"),
    path("people/departments/", organising.departments, name="departments"),
    path("people/departments/new/", organising.department_new, name="department_new"),
    path("people/departments/<int:pk>/", organising.department, name="department"),
    path("people/departments/<int:pk>/unite/", organising.department_unite, name="department_unite"),
    path("people/<int:pk>/identity/", records.person_identity, name="person_identity"),
    path("people/<int:pk>/manager/", records.person_manager, name="person_manager"),
    path("people/<int:pk>/position/", records.person_position, name="person_position"),
    path("people/<int:pk>/leaving/", records.person_leaving, name="person_leaving"),
    path("people/<int:pk>/duty/", records.person_duty, name="person_duty"),
    path("people/<int:pk>/staying/", records.person_staying, name="person_staying"),
]
