"""What HR records of a person, and that nobody else can."""

import re
from datetime import date, timedelta
from html import unescape

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from alliance_site.outbox.models import Message
from alliance_site.outbox.notices import notices_of
from alliance_site.outbox.planning import plan_occasion
from people import services
from people.models import Access, Department, Employment, Person, Role
from people.reminders import address_changed
from tests.factories import TODAY, make_hr, make_line, make_person

pytestmark = pytest.mark.django_db

PAGES = ["person_identity", "person_manager", "person_position", "person_leaving"]


def url(name, person):
    return reverse(name, args=[person.pk])


def filled(client, name, person, **typed):
    """What the page shows, with what one typed over it."""
    form = client.get(url(name, person)).context["form"]
    shown = {field: form[field].value() for field in form.fields}
    return {key: value for key, value in {**shown, **typed}.items() if value is not None}


def save(client, name, person, **typed):
    return client.post(url(name, person), filled(client, name, person, **typed))


def saved(answer):
    """What the page says is saved by now."""
    assert "What is saved now" in answer.text
    rows = [row.split("</dl>")[0] for row in answer.text.split('<dl class="facts">')[1:]]
    return [dict(re.findall(r"<dt>(.*?)</dt><dd dir=\"auto\">(.*?)</dd>", row)) for row in rows]


class TestIdentity:
    def test_who_came_back_is_given_the_number_and_address_by_which_an_import_finds_them(self, cast, as_):
        lea = make_person("Lea Lind", number="7", left_on=TODAY - timedelta(days=1))
        answer = save(as_(cast.heidi), "person_identity", lea, number=" 8 ", email="Lea@Example.com")
        assert answer.status_code == 302
        lea.refresh_from_db()
        assert (lea.number, lea.email) == ("8", "lea@example.com")
        changed = Person.pgh_event_model.objects.filter(pgh_obj=lea, pgh_label="update").get()
        assert changed.pgh_context.metadata["user"] == cast.heidi.pk

    def test_whose_address_is_changed_reads_by_whom_and_hears_of_it_at_the_one_they_have_then(
        self, cast, as_
    ):
        heidi = as_(cast.heidi)
        for email in ("heidis.other@example.com", "alice@example.com"):
            save(heidi, "person_identity", cast.alice, email=email)
        save(heidi, "person_identity", cast.alice, number="8")
        text = as_(cast.alice).get(reverse("access_log")).text
        assert text.count("Your e-mail address was changed") == 2
        assert "Heidi Hart" in text
        assert plan_occasion(address_changed, timezone.now()) == 2
        letter = Message.objects.filter(recipient=cast.alice).first()
        assert "Heidi Hart changed the e-mail address of your account" in letter.text
        assert letter in notices_of(cast.alice.pk, timezone.now())
        assert plan_occasion(address_changed, timezone.now() + timedelta(days=31)) == 0

    def test_who_changes_their_own_is_told_too_for_it_may_be_another_in_their_place(self, cast, as_):
        heidi = as_(cast.heidi)
        save(heidi, "person_identity", cast.heidi, email="elsewhere@example.com")
        save(heidi, "person_identity", cast.heidi, email="heidi@example.com")
        assert heidi.get(reverse("access_log")).text.count("Your e-mail address was changed") == 2
        assert plan_occasion(address_changed, timezone.now()) == 2

    def test_a_first_address_is_no_change_unless_there_is_a_password_that_could_be_lost_by_it(
        self, cast, as_
    ):
        heidi = as_(cast.heidi)
        new = make_person("Nina New", email=None)
        new.set_unusable_password()  # as whoever is imported
        new.save()
        save(heidi, "person_identity", new, email="nina@example.com")
        assert not Access.objects.exists()
        Person.objects.filter(pk=cast.alice.pk).update(email=None)
        save(heidi, "person_identity", cast.alice, email="heidis.other@example.com")
        assert Access.objects.filter(person=cast.alice, what=Access.ADDRESS).count() == 1

    def test_of_one_taken_away_it_is_not_said_that_one_signs_in_with_another(self, cast, as_):
        save(as_(cast.heidi), "person_identity", cast.alice, email="")
        assert plan_occasion(address_changed, timezone.now()) == 1
        notice = notices_of(cast.alice.pk, timezone.now()).get()
        assert "Heidi Hart changed the e-mail address of your account" in notice.text
        assert "the new one" not in notice.text + notice.html

    def test_both_can_be_taken_away(self, cast, as_):
        assert save(as_(cast.heidi), "person_identity", cast.alice, number="", email="").status_code == 302
        cast.alice.refresh_from_db()
        assert (cast.alice.number, cast.alice.email) == (None, None)

    @pytest.mark.parametrize(
        ("number", "email", "follows"),
        [
            ("8", "alice@example.com", set()),
            ("8", "", {"cannot sign in"}),
            ("", "alice@example.com", set()),
            ("", "", {"cannot sign in", "takes them for somebody new"}),
        ],
    )
    def test_what_it_means_to_take_them_away_is_said_before_and_after(
        self, cast, as_, number, email, follows
    ):
        heidi, said = as_(cast.heidi), {"cannot sign in", "takes them for somebody new"}
        before = " ".join(unescape(heidi.get(url("person_identity", cast.alice)).text).split())
        assert all(words in before for words in said)
        save(heidi, "person_identity", cast.alice, number=number, email=email)
        after = heidi.get(cast.alice.get_absolute_url()).text
        assert {words for words in said if words in after} == follows
        assert after.count("<dd>not recorded</dd>") == (number, email).count("")

    @pytest.mark.parametrize(
        ("typed", "sentence"),
        [
            ({"email": "Bob@example.com"}, "Bob Brand has this employee number or e-mail address already."),
            ({"number": "B-1"}, "Bob Brand has this employee number or e-mail address already."),
            ({"email": "nowhere"}, "valid email address"),
            ({"number": "9" * 65}, "64"),
        ],
    )
    def test_what_is_anothers_or_cannot_be_is_refused_and_stays_typed(self, cast, as_, typed, sentence):
        Person.objects.filter(pk=cast.bob.pk).update(number="B-1")
        answer = save(as_(cast.heidi), "person_identity", cast.alice, **typed)
        assert answer.status_code == 400
        assert sentence in answer.text
        assert f'value="{next(iter(typed.values()))}"' in answer.text
        cast.alice.refresh_from_db()
        assert (cast.alice.number, cast.alice.email) == (None, "alice@example.com")

    def test_the_second_of_two_is_told(self, cast, as_):
        heidi = as_(cast.heidi)
        typed = filled(heidi, "person_identity", cast.alice, number="8")
        Person.objects.filter(pk=cast.alice.pk).update(number="9")
        answer = heidi.post(url("person_identity", cast.alice), typed)
        assert answer.status_code == 400
        assert saved(answer) == [{"Employee number": "9", "E-mail address": "alice@example.com"}]
        cast.alice.refresh_from_db()
        assert cast.alice.number == "9"


class TestManager:
    @pytest.mark.parametrize("told", ["carol@example.com", "Carol@Example.com", " carol  cole ", "C-1"])
    def test_a_manager_is_named_by_address_number_or_name(self, cast, as_, told):
        cast.carol.number = "C-1"
        cast.carol.save()
        assert save(as_(cast.heidi), "person_manager", cast.alice, manager=told).status_code == 302
        assert cast.alice.manager_on(TODAY) == cast.carol
        assert cast.alice.manager_on(TODAY - timedelta(days=1)) == cast.bob

    def test_nobody_can_be_the_manager(self, cast, as_):
        assert save(as_(cast.heidi), "person_manager", cast.alice, manager="").status_code == 302
        assert cast.alice.manager_on(TODAY) is None

    @pytest.mark.parametrize(
        ("told", "sentence"),
        [
            ("nobody@example.com", "Nobody has this e-mail address"),
            ("Twin Twist", "Several people have this name"),
            ("alice@example.com", "cannot manage themselves"),
            ("lea@example.com", "is not employed on"),
        ],
    )
    def test_what_cannot_be_is_refused_and_stays_typed(self, cast, as_, told, sentence):
        make_person("Twin Twist")
        make_person("Twin Twist")
        make_person("Lea Lind", email="lea@example.com", left_on=TODAY - timedelta(days=1))
        answer = save(as_(cast.heidi), "person_manager", cast.alice, manager=told)
        assert answer.status_code == 400
        assert sentence in answer.text
        assert f'value="{told}"' in answer.text
        assert cast.alice.manager_on(TODAY) == cast.bob

    def test_a_circle_is_refused_with_its_names(self, cast, as_):
        answer = save(as_(cast.heidi), "person_manager", cast.carol, manager="alice@example.com")
        assert answer.status_code == 400
        assert "Carol Cole → Alice Ames → Bob Brand → Carol Cole" in answer.text

    def test_the_second_of_two_is_told_and_can_insist(self, cast, as_):
        heidi = as_(cast.heidi)
        typed = filled(heidi, "person_manager", cast.alice, manager="dan@example.com")
        services.set_manager(cast.alice, cast.carol, since=TODAY)
        answer = heidi.post(url("person_manager", cast.alice), typed)
        assert answer.status_code == 400
        assert "Somebody has changed this" in answer.text
        assert saved(answer) == [{"Manager": "Carol Cole", "From": "15 Jun 2026"}]
        assert 'value="dan@example.com"' in answer.text
        assert cast.alice.manager_on(TODAY) == cast.carol
        form = answer.context["form"]
        heidi.post(url("person_manager", cast.alice), {name: form[name].value() for name in form.fields})
        assert cast.alice.manager_on(TODAY) == cast.dan

    def test_who_plans_what_another_has_planned_meanwhile_is_told(self, cast, as_):
        heidi, later = as_(cast.heidi), TODAY + timedelta(days=30)
        typed = filled(heidi, "person_manager", cast.alice, manager="dan@example.com", since=later)
        services.set_manager(cast.alice, cast.carol, since=later)
        answer = heidi.post(url("person_manager", cast.alice), typed)
        assert answer.status_code == 400
        assert [row["Manager"] for row in saved(answer)] == ["Bob Brand", "Carol Cole"]
        assert cast.alice.manager_on(later) == cast.carol

    def test_the_page_shows_who_did_and_will_manage_them(self, cast, as_):
        services.set_manager(cast.alice, cast.carol, since=TODAY + timedelta(days=30))
        text = as_(cast.heidi).get(url("person_manager", cast.alice)).text
        listed = text[text.index("Managers, past and planned") :]
        assert listed.index("Carol Cole") < listed.index("Bob Brand") < listed.index("Dan Drew")

    def test_what_does_not_last_is_told(self, cast, as_):
        heidi, page = as_(cast.heidi), url("person_manager", cast.alice)
        earlier = filled(heidi, "person_manager", cast.alice, manager="Carol Cole", since="2024-06-01")
        assert (
            "Saved, until 31 Dec 2024: then Bob Brand follows." in heidi.post(page, earlier, follow=True).text
        )
        services.end_employment(cast.carol, last_day=TODAY + timedelta(days=9), ending="retirement")
        typed = filled(heidi, "person_manager", cast.alice, manager="Carol Cole")
        assert "then the person or the manager leaves." in heidi.post(page, typed, follow=True).text

    def test_it_takes_six_queries_however_many_managed_them(self, cast, as_, statements):
        taken = []
        for year in range(2000, 2010):
            boss = make_person(f"Number {year}")
            make_line(cast.alice, boss, since=date(year, 1, 1), until=date(year, 12, 31))
            taken.append(len(statements(as_(cast.heidi), url("person_manager", cast.alice), has=boss.name)))
        assert set(taken) == {taken[0]}
        assert taken[0] <= 6


class TestPosition:
    def test_a_move_is_recorded_from_a_day_on(self, cast, as_):
        answer = save(as_(cast.heidi), "person_position", cast.alice, department="sales", title="Seller")
        assert answer.status_code == 302
        position = cast.alice.positions.get(since=TODAY)
        assert (position.department.name, position.title) == ("Sales", "Seller")

    def test_a_department_is_not_made_by_a_typing_error(self, cast, as_):
        heidi = as_(cast.heidi)
        assert save(heidi, "person_position", cast.alice, department="Slaes").status_code == 400
        assert not Department.objects.filter(name="Slaes").exists()
        save(heidi, "person_position", cast.alice, department="Research", is_new="on")
        assert cast.alice.positions.get(since=TODAY).department.name == "Research"

    def test_a_former_name_of_a_department_is_told_unless_a_new_one_is_called_so(self, cast, as_):
        heidi, sales = as_(cast.heidi), Department.objects.get(name="Sales")
        services.change_department(sales, name="Customers", above=None)
        answer = save(heidi, "person_position", cast.alice, department="sales")
        assert answer.status_code == 400
        assert "the department is called Customers today." in answer.text
        save(heidi, "person_position", cast.alice, department="Sales", is_new="on")
        made = cast.alice.positions.get(since=TODAY).department
        assert (made.name, made == sales, sales.former_names.count()) == ("Sales", False, 0)

    def test_the_second_of_two_is_told(self, cast, as_):
        heidi = as_(cast.heidi)
        typed = filled(heidi, "person_position", cast.alice, title="Seller")
        services.set_position(cast.alice, Department.objects.get(name="Sales"), "Aide", since=TODAY)
        answer = heidi.post(url("person_position", cast.alice), typed)
        assert answer.status_code == 400
        assert saved(answer) == [{"Department": "Sales", "Job title": "Aide", "From": "15 Jun 2026"}]

    def test_who_plans_what_another_has_planned_meanwhile_is_told(self, cast, as_):
        heidi, later = as_(cast.heidi), TODAY + timedelta(days=30)
        typed = filled(heidi, "person_position", cast.alice, title="Seller", since=later)
        services.set_position(cast.alice, Department.objects.get(name="Sales"), "Aide", since=later)
        assert heidi.post(url("person_position", cast.alice), typed).status_code == 400
        assert cast.alice.positions.get(since=later).title == "Aide"


class TestLeaving:
    def test_a_leaving_says_whether_it_is_regretted_and_why(self, cast, as_):
        answer = save(
            as_(cast.heidi),
            "person_leaving",
            cast.alice,
            last_day=TODAY.isoformat(),
            ending="resignation",
            note="A competitor",
            regretted="yes",
            regretted_reason="Nobody knows the engine as she does.",
        )
        assert answer.status_code == 302
        spell = cast.alice.employments.get()
        assert (spell.left_on, spell.ending, spell.regretted) == (TODAY, "resignation", True)
        assert cast.alice.positions.get().until == TODAY

    def test_the_page_says_who_reads_the_last_day_before_it_is_saved(self, cast, as_):
        assert "as soon as you save it" in as_(cast.heidi).get(url("person_leaving", cast.alice)).text

    @pytest.mark.parametrize(
        ("typed", "sentence"),
        [
            ({"last_day": "2019-12-31", "ending": "death"}, "must not be before the day of hiring"),
            ({"last_day": "soon", "ending": "death"}, "Give a date."),
            ({"last_day": "2026-01-01", "ending": ""}, "Choose one of these."),
            ({"last_day": "2026-01-01", "ending": "death", "regretted": "yes"}, "Say in a sentence why"),
        ],
    )
    def test_what_is_missing_or_wrong_is_told(self, cast, as_, typed, sentence):
        answer = save(as_(cast.heidi), "person_leaving", cast.alice, **typed)
        assert answer.status_code == 400
        assert sentence in answer.text
        assert cast.alice.employments.get().left_on is None

    def test_it_can_be_taken_back(self, cast, as_):
        services.end_employment(cast.alice, last_day=TODAY, ending="resignation")
        heidi = as_(cast.heidi)
        page = heidi.get(url("person_leaving", cast.alice))
        assert "stays after all" in page.text
        seen = {"seen": page.context["form"]["seen"].value()}
        heidi.post(url("person_staying", cast.alice), seen)
        assert cast.alice.employments.get().left_on is None
        again = heidi.post(url("person_staying", cast.alice), seen, follow=True)
        assert "is not recorded as leaving" in again.text

    WORDS = {"note": "A competitor", "regretted": True, "regretted_reason": "She knows the engine."}

    @pytest.mark.parametrize(
        "first",
        [
            {"note": "A move abroad"},
            {"regretted_reason": "Nobody else knows the engine."},
            {"regretted": False},
            {"last_day": TODAY + timedelta(days=1)},
        ],
    )
    def test_the_second_of_two_is_told_whatever_the_first_has_changed(self, cast, as_, first):
        words = {"last_day": TODAY, "ending": "resignation", **self.WORDS}
        services.end_employment(cast.alice, **words)
        heidi = as_(cast.heidi)
        typed = filled(heidi, "person_leaving", cast.alice, note="To a competitor in the north")
        services.end_employment(cast.alice, **words | first)
        answer = heidi.post(url("person_leaving", cast.alice), typed)
        assert answer.status_code == 400
        assert "Somebody has changed this" in answer.text
        assert "To a competitor in the north" in answer.text
        (now,) = saved(answer)
        by = {"note": "Reason given", "regretted_reason": "Why", "last_day": "Last day employed"}
        for name, value in (words | first).items():
            if name in by:
                assert now[by[name]] == (date_format(value) if name == "last_day" else value)
        assert now["How it ends"] == "Resignation"
        regrets = "Yes" if (words | first)["regretted"] else "No"
        assert now["Does the company regret the loss?"] == regrets
        assert cast.alice.employments.get().ending_note == (words | first)["note"]

    def test_words_that_an_import_left_with_blanks_around_can_be_saved_over(self, cast, as_):
        words = {"last_day": TODAY, "ending": "resignation", **self.WORDS, "note": " Moved \n away "}
        services.end_employment(cast.alice, **words)
        assert save(as_(cast.heidi), "person_leaving", cast.alice, note="Moved away").status_code == 302

    def test_who_takes_back_a_leaving_that_another_has_corrected_is_told(self, cast, as_):
        services.end_employment(cast.alice, last_day=TODAY, ending="resignation")
        heidi = as_(cast.heidi)
        page = heidi.get(url("person_leaving", cast.alice))
        services.end_employment(cast.alice, last_day=TODAY, ending="resignation", note="To Norway")
        seen = {"seen": page.context["form"]["seen"].value()}
        answer = heidi.post(url("person_staying", cast.alice), seen, follow=True)
        assert "Say once more that they stay, if they do." in answer.text
        assert "To Norway" in answer.text
        assert cast.alice.employments.get().left_on == TODAY
        assert f'value="{seen["seen"]}"' not in answer.text

    def test_who_was_never_employed_cannot_leave(self, cast, as_):
        nora = make_person("Nora New", hired_on=None)
        assert as_(cast.heidi).get(url("person_leaving", nora)).status_code == 404

    def test_an_hr_person_who_left_records_nothing_more(self, cast, as_):
        services.end_employment(
            cast.heidi, last_day=TODAY - timedelta(days=1), ending=Employment.Ending.RESIGNATION
        )
        assert as_(cast.heidi).get(url("person_leaving", cast.alice)).status_code == 404


class TestDuty:
    def test_the_hr_duty_of_another_can_be_ended_and_nobody_is_hr_by_it_any_more(self, cast, as_):
        make_hr(cast.mallory)
        heidi = as_(cast.heidi)
        assert url("person_duty", cast.mallory) in heidi.get(cast.mallory.get_absolute_url()).text
        assert "read nothing of others" in heidi.get(url("person_duty", cast.mallory)).text
        told = heidi.post(url("person_duty", cast.mallory), {}, follow=True)
        assert "Mallory Moss no longer has the HR duty." in told.text
        assert url("person_duty", cast.mallory) not in told.text
        assert not Person.objects.get(pk=cast.mallory.pk).is_hr
        role = cast.mallory.roles.get()
        assert role.until == TODAY - timedelta(days=1)
        assert Role.pgh_event_model.objects.filter(pgh_obj=role, pgh_label="update").count() == 1
        assert heidi.post(url("person_duty", cast.mallory), {}).status_code == 404

    def test_what_began_today_was_never_so(self, cast, as_):
        services.appoint_hr(cast.mallory, since=TODAY)
        as_(cast.heidi).post(url("person_duty", cast.mallory), {})
        assert not cast.mallory.roles.exists()

    def test_the_last_one_keeps_it(self, cast, as_):
        answer = as_(cast.heidi).post(url("person_duty", cast.heidi), {})
        assert answer.status_code == 400
        assert "Nobody else with the HR duty can sign in, so Heidi Hart keeps it." in answer.text
        assert Person.objects.get(pk=cast.heidi.pk).is_hr

    def test_whether_somebody_has_it_who_loses_their_address_is_asked_of_that_moment(self, cast):
        cast.heidi.roles.update(until=TODAY)
        later = timezone.now() + timedelta(days=3)
        services.identify(cast.heidi, number=None, email=None, actor=cast.heidi, now=later)
        assert Person.objects.get(pk=cast.heidi.pk).email is None


@pytest.mark.parametrize("name", [*PAGES, "person_staying", "person_duty"])
@pytest.mark.parametrize("viewer", ["alice", "bob", "carol", "dan", "mallory"])
def test_only_hr_records(cast, as_, name, viewer):
    client = as_(getattr(cast, viewer))
    assert client.post(url(name, cast.alice)).status_code == 404
    shown = client.get(url(name, cast.alice))  # what is only clicked leads to the person's page, if they may
    assert shown.status_code == 404 or shown.url == cast.alice.get_absolute_url()
