from people.importing import uploads
from people.models import Department
from tests.access import ALL, Page

TABLE = [["number", "name", "hired_on"], ["9", "Nell Newe", "2026-01-01"]]
AT_WORK = ALL.removesuffix(" lea")

ACCESS = {
    "sign_in": Page(get=ALL, post=ALL, anonymous=True, leads_on=ALL),
    "sign_out": Page(post=ALL, anonymous=True),
    "password_forgotten": Page(get=ALL, post=ALL, anonymous=True),
    "password_sent": Page(get=ALL, anonymous=True),
    "password_new": Page(
        get=ALL, post=ALL, anonymous=True, args=lambda w: {"uidb64": "MQ", "token": "no-token"}
    ),
    "password_change": Page(get=ALL, post=ALL),
    "my_settings": Page(get=ALL, post=ALL),
    "access_log": Page(get=ALL),
    "absences": Page(get=AT_WORK, post=AT_WORK),
    # What is gone is gone for everybody; that nobody removes another's is in `test_absences.py`.
    "absence_remove": Page(post=ALL, args=lambda w: {"pk": w.absence.pk}),
    "people": Page(get=ALL),
    "import_people": Page(get="heidi", post="heidi"),
    "import_look": Page(
        get="heidi", post="heidi", args=lambda w: {"key": uploads.keep(w.cast.heidi, "people.csv", TABLE)}
    ),
    "departments": Page(get="heidi"),
    "department_new": Page(get="heidi", post="heidi"),
    "department": Page(
        get="heidi",
        post="heidi",
        args=lambda w: {"pk": Department.objects.get_or_create(name="Sales")[0].pk},
    ),
    "department_unite": Page(
        get="heidi",
        post="heidi",
        args=lambda w: {"pk": Department.objects.get_or_create(name="Sales")[0].pk},
    ),
    "person": Page(get="alice bob carol heidi", args=lambda w: {"pk": w.cast.alice.pk}),
    "person_identity": Page(get="heidi", post="heidi", args=lambda w: {"pk": w.cast.alice.pk}),
    "person_manager": Page(get="heidi", post="heidi", args=lambda w: {"pk": w.cast.alice.pk}),
    "person_position": Page(get="heidi", post="heidi", args=lambda w: {"pk": w.cast.alice.pk}),
    "person_leaving": Page(get="heidi", post="heidi", args=lambda w: {"pk": w.cast.alice.pk}),
    "person_duty": Page(get="heidi", post="heidi", args=lambda w: {"pk": w.cast.heidi.pk}),
    "person_staying": Page(post="heidi", args=lambda w: {"pk": w.cast.alice.pk}),
}
