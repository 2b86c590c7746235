"""The pages of programmes, as each of the cast sees them."""

from datetime import date, timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from people.models import Import, Person
from tests.factories import (
    TODAY,
    make_giving,
    make_hr,
    make_line,
    make_person,
    make_pledge,
    make_position,
    make_programme,
    make_signed_tour,
    make_tour,
)
from tours import services
from tours.giving.working import work
from tours.models import Giving, Programme, Revision, Terms, Tour

SPAN = {"starts_on": TODAY - timedelta(days=30), "ends_on": TODAY + timedelta(days=300)}


@pytest.fixture
def programme(cast) -> Programme:
    programme = make_programme(cast.heidi)
    make_pledge(programme.newest)
    return programme


def typed(**more) -> dict:
    """A whole form, as the browser sends it."""
    return {
        "base": 0,
        "name": "Graduates",
        "mission": "{employee_first_name} rotates through three teams.",
        "company_gain": "An engineer who knows the whole product.",
        "employee_gain": "Picks the team at the end.",
        "values": "",
        "months": 18,
        "rhythm": 2,
        "example": "",
        "pledge-TOTAL_FORMS": 1,
        "pledge-INITIAL_FORMS": 0,
        "pledge-0-what": "A mentor for {employee}.",
        "pledge-0-owed_by": "manager",
        "pledge-0-due_after": 14,
        "pledge-0-due_unit": "days",
        "pledge-0-known_by": "the name",
        "save": 1,
        **more,
    }


def edit(programme) -> str:
    return reverse("programme_edit", args=[programme.pk])


def give(programme, **asked) -> str:
    return reverse("programme_give", args=[programme.pk], query=asked)


def told(reply) -> str:
    return reply.content.decode()


@pytest.mark.usefixtures("no_missing_words")
class TestWriting:
    def test_hr_writes_one_with_a_promise(self, cast, as_):
        reply = as_(cast.heidi).post(reverse("programme_new"), typed())
        programme = Programme.objects.get()
        assert reply.url == programme.get_absolute_url()
        assert programme.newest.mission == "{employee_first_name} rotates through three teams."
        pledge = programme.newest.pledges.get()
        assert (pledge.what, pledge.due_after, pledge.due_unit) == ("A mentor for {employee}.", 14, "days")

    @pytest.mark.parametrize("field", ["mission", "company_gain", "employee_gain", "values", "pledge-0-what"])
    def test_an_unknown_placeholder_is_an_error_beside_its_field(self, cast, as_, field):
        reply = as_(cast.heidi).post(reverse("programme_new"), typed(**{field: "Dear {nobody}"}))
        assert reply.status_code == 400
        assert told(reply).count("There is no placeholder {nobody}") == 2  # beside the field, and on top
        assert "Dear {nobody}" in told(reply), "nothing typed is lost"
        assert not Programme.objects.exists()

    def test_blanks_are_no_mission(self, cast, as_):
        assert as_(cast.heidi).post(reverse("programme_new"), typed(mission="…")).status_code == 400

    def test_empty_phrases_are_told_once_before_it_is_saved(self, cast, as_):
        data = typed(employee_gain="Valuable experience, and a lot of exposure.")
        first = as_(cast.heidi).post(reverse("programme_new"), data)
        assert "Not saved yet" in told(first)
        assert "Valuable experience</q> says little." in told(first)
        assert not Programme.objects.exists()
        assert as_(cast.heidi).post(reverse("programme_new"), data | {"warned": 1}).status_code == 302
        assert Programme.objects.exists()

    def test_what_is_missing_is_said_in_our_voice(self, cast, as_):
        page = told(as_(cast.heidi).post(reverse("programme_new"), typed(name="", mission="", months=0)))
        for said in ("Fill this in.", "Say it in a sentence or two.", "Enter 1 or more."):
            assert said in page
        for theirs in ("This field", "Ensure this"):
            assert theirs not in page

    def test_a_promise_is_due_before_the_end(self, cast, as_):
        late = {"months": 3, "pledge-0-due_unit": "months", "pledge-0-due_after": 4}
        reply = as_(cast.heidi).post(reverse("programme_new"), typed(**late))
        assert reply.status_code == 400
        assert "after the tour has ended" in told(reply)

    def test_the_preview_saves_nothing_and_fills_in_the_example(self, cast, as_):
        data = typed(preview=1, example="alice@example.com")
        del data["save"]
        reply = as_(cast.heidi).post(reverse("programme_new"), data)
        assert reply.status_code == 200
        assert "Alice rotates through three teams." in told(reply)
        assert "A mentor for Alice Ames." in told(reply)
        assert "The company, through Bob Brand" in told(reply)
        assert not Programme.objects.exists()

    def test_an_example_whom_nobody_knows_is_told(self, cast, as_):
        reply = as_(cast.heidi).post(reverse("programme_new"), typed(preview=1, example="Nobody Such"))
        assert reply.status_code == 400

    def test_an_edit_starts_from_the_words_and_makes_a_revision(self, cast, as_, programme):
        page = told(as_(cast.heidi).get(edit(programme)))
        assert "A mentor for {employee}." in page
        assert "{employee_first_name} rotates through three teams from {start} on." in page
        assert as_(cast.heidi).post(edit(programme), typed(base=1, name="Trainees")).status_code == 302
        programme.refresh_from_db()
        assert (programme.newest.number, programme.newest.name) == (2, "Trainees")

    def test_a_promise_can_be_left_out(self, cast, as_, programme):
        left_out = {"pledge-INITIAL_FORMS": 1, "pledge-0-DELETE": "on"}
        as_(cast.heidi).post(edit(programme), typed(base=1, **left_out))
        programme.refresh_from_db()
        assert not programme.newest.pledges.exists()

    def test_the_second_of_two_editors_is_told_what_changed_and_then_saves_over_it(
        self, cast, as_, programme
    ):
        assert as_(cast.heidi).post(edit(programme), typed(base=1, mission="First hand.")).status_code == 302
        reply = as_(cast.heidi).post(edit(programme), typed(base=1, mission="Second hand."))
        assert reply.status_code == 400
        assert "First" in told(reply)
        assert "Second hand." in told(reply)
        assert 'name="base" value="2"' in told(reply)
        assert as_(cast.heidi).post(edit(programme), typed(base=2, mission="Second hand.")).status_code == 302
        assert Revision.objects.count() == 3

    def test_copy_retire_and_bring_back(self, cast, as_, programme):
        heidi = as_(cast.heidi)
        heidi.post(reverse("programme_copy", args=[programme.pk]))
        assert Programme.objects.count() == 2
        heidi.post(reverse("programme_retire", args=[programme.pk]))
        assert "No longer offered" in told(heidi.get(reverse("programmes")))
        assert as_(cast.bob).get(programme.get_absolute_url()).status_code == 404
        assert heidi.get(give(programme)).status_code == 404
        heidi.post(reverse("programme_bring_back", args=[programme.pk]))
        assert as_(cast.bob).get(programme.get_absolute_url()).status_code == 200


@pytest.mark.usefixtures("no_missing_words")
class TestReading:
    def test_a_manager_reads_it_as_it_would_be_for_a_report(self, cast, as_, programme):
        page = told(as_(cast.bob).get(programme.get_absolute_url(), {"example": "Alice Ames"}))
        assert "Alice rotates through three teams" in page
        assert "Edit" not in page

    def test_a_manager_sees_no_counts_and_no_givings_but_their_own(self, cast, as_, programme):
        make_giving(programme, [cast.carol], cast.heidi)
        own = make_giving(programme, [cast.alice], cast.bob, as_hr=False)
        page = told(as_(cast.bob).get(programme.get_absolute_url()))
        assert "Waiting for signatures" not in page
        assert own.get_absolute_url() in page
        assert "Heidi Hart</span>" not in page

    def test_a_manager_gets_no_preview_of_somebody_they_do_not_know(self, cast, as_, programme):
        reply = as_(cast.bob).get(programme.get_absolute_url(), {"example": "Mallory Moss"})
        assert reply.status_code == 400
        assert "for Mallory" not in told(reply)

    def test_each_revision_stays_readable_with_what_changed(self, cast, as_, programme):
        as_(cast.heidi).post(edit(programme), typed(base=1))
        path = reverse("programme_revision", args=[programme.pk, 2])
        page = told(as_(cast.bob).get(path))
        assert "removed:" in page
        assert "(2 months after the start)." in page
        assert "(14 days after the start). Both will know by: the name" in page
        first = reverse("programme_revision", args=[programme.pk, 1])
        assert "removed:" not in told(as_(cast.bob).get(first))
        assert as_(cast.bob).get(reverse("programme_revision", args=[programme.pk, 3])).status_code == 404

    def test_hr_sees_what_became_of_it(self, cast, as_, programme):
        people = [make_person() for _ in range(4)]
        for person in people:
            make_line(person, cast.bob)
        make_giving(programme, people, cast.heidi, starts_on=TODAY)
        work(timezone.now())
        one, two, three, _four = Terms.objects.order_by("pk")
        for terms in (one, two):
            for side in (terms.employee, terms.manager):
                services.sign(terms, actor=side, now=timezone.now())
        services.decline(three, "No.", actor=three.employee, now=timezone.now())
        reply = as_(cast.heidi).get(programme.get_absolute_url())
        tally = reply.context["tally"]
        assert (tally.given, tally.signed, tally.declined, tally.waiting, tally.running) == (4, 2, 1, 1, 2)


@pytest.mark.usefixtures("no_missing_words")
class TestChoosing:
    def names(self, as_, person, path) -> set[str]:
        return {found.name for found in as_(person).get(path).context["page"]}

    def test_a_manager_chooses_among_their_own_reports(self, cast, as_, programme):
        assert self.names(as_, cast.bob, give(programme)) == {"Alice Ames"}
        assert self.names(as_, cast.carol, give(programme)) == {"Bob Brand"}

    def test_hr_chooses_among_all_who_are_here_but_themselves(self, cast, as_, programme):
        make_person("Left Long Ago", left_on=TODAY - timedelta(days=1))
        make_person("To Begin", hired_on=TODAY + timedelta(days=20))
        everybody = {"Alice Ames", "Bob Brand", "Carol Cole", "Dan Drew", "Mallory Moss", "To Begin"}
        assert self.names(as_, cast.heidi, give(programme)) == everybody

    def test_by_name_department_day_of_hiring_and_tour(self, cast, as_, programme):
        new = make_person("Nia New", hired_on=TODAY - timedelta(days=10))
        make_signed_tour(cast.alice, cast.bob, **SPAN)
        make_tour(cast.bob, cast.carol, **SPAN)  # a draft is its writer's secret
        hr = cast.heidi
        assert self.names(as_, hr, give(programme, q="ali")) == {"Alice Ames"}
        assert self.names(as_, hr, give(programme, department="Sales")) == {"Mallory Moss"}
        days = {"hired_from": TODAY - timedelta(days=20), "hired_to": TODAY}
        assert self.names(as_, hr, give(programme, **days)) == {new.name}
        free = self.names(as_, hr, give(programme, free="on"))
        assert "Alice Ames" not in free
        assert "Bob Brand" in free

    def test_by_the_import_that_brought_them(self, cast, as_, programme):
        run = Import.objects.create(at=timezone.now(), file="may.csv", rows=2, created=1, changed=1)
        Person.objects.filter(pk=cast.mallory.pk).update(came_with=run)
        page = as_(cast.heidi).get(give(programme, cohort=run.pk))
        assert {found.name for found in page.context["page"]} == {"Mallory Moss"}
        assert "1 new in may.csv" in told(page)
        assert "may.csv" not in told(as_(cast.bob).get(give(programme)))

    def test_nobody_ticked_is_told(self, cast, as_, programme):
        reply = as_(cast.heidi).post(give(programme), {"starts_on": TODAY, "whom": "ticked"})
        assert reply.status_code == 400
        assert "Tick somebody" in told(reply)
        assert as_(cast.heidi).post(give(programme), {}).status_code == 400

    def test_a_start_whose_tour_would_be_over_is_told_and_ticks_are_kept(self, cast, as_, programme):
        data = {"starts_on": TODAY - timedelta(days=900), "whom": "ticked", "people": [cast.alice.pk]}
        reply = as_(cast.heidi).post(give(programme), data)
        assert reply.status_code == 400
        assert "over already" in told(reply)
        assert f'value="{cast.alice.pk}" checked' in told(reply)

    def test_somebody_elses_report_cannot_be_chosen(self, cast, as_, programme):
        data = {"starts_on": TODAY, "whom": "ticked", "people": [cast.mallory.pk]}
        assert as_(cast.bob).post(give(programme), data).status_code == 400


@pytest.mark.usefixtures("no_missing_words")
class TestGiving:
    def confirm(self, client, path, **data):
        """The first click, and what the page asked in return is answered with yes."""
        data = {"starts_on": TODAY.isoformat(), **data}
        first = client.post(path, data)
        assert first.status_code == 200, told(first)
        assert not Giving.objects.exists(), "it is asked once more first"
        context = first.context
        again = {"key": str(context["key"]), "count": len(context["people"]), "read": context["read"]}
        return first, client.post(path, data | again)

    def test_those_ticked_get_it(self, cast, as_, programme):
        data = {"whom": "ticked", "people": [cast.alice.pk, cast.bob.pk]}
        first, reply = self.confirm(as_(cast.heidi), give(programme), **data)
        assert "to 2 people?" in told(first)
        giving = Giving.objects.get()
        assert reply.url == giving.get_absolute_url()
        assert (giving.given.count(), giving.starts_on, giving.given_by) == (2, TODAY, cast.heidi)

    def test_all_who_match_get_it_over_all_pages(self, cast, as_, programme):
        for n in range(60):
            tess = make_person(f"Tess {n}")
            make_position(tess, "Field")
            make_line(tess, cast.bob)
        self.confirm(as_(cast.heidi), give(programme, department="Field"), whom="all")
        assert Giving.objects.get().given.count() == 60

    def test_who_cannot_get_it_is_said_before(self, cast, as_, programme):
        data = {"whom": "ticked", "people": [cast.alice.pk, cast.carol.pk]}
        first, _reply = self.confirm(as_(cast.heidi), give(programme), **data)
        assert "1: Has no manager to agree with." in told(first)

    def test_where_nobody_can_get_it_nothing_is_offered_nor_recorded(self, cast, as_, programme):
        client, data = as_(cast.heidi), {"whom": "ticked", "people": [cast.carol.pk], "starts_on": TODAY}
        first = client.post(give(programme), data)
        assert "none of them can get it" in told(first)
        assert "Give it</button>" not in told(first)
        forging = {"key": str(first.context["key"]), "count": 1, "read": programme.newest.pk}
        forged = client.post(give(programme), data | forging)
        assert forged.status_code == 400
        assert not Giving.objects.exists()

    def test_whom_no_letter_reaches_is_counted_before_and_after(self, cast, as_, programme):
        silent = make_person("Sil Ent", email=None)
        make_line(silent, cast.bob)
        data = {"whom": "ticked", "people": [cast.alice.pk, silent.pk]}
        first, _reply = self.confirm(as_(cast.heidi), give(programme), **data)
        assert "1 of them has no e-mail address" in told(first)
        page = as_(cast.heidi).get(Giving.objects.get().get_absolute_url())
        assert "1 of them has no e-mail address" in told(page)

    def test_a_double_click_gives_once(self, cast, as_, programme):
        client, data = as_(cast.heidi), {"whom": "ticked", "people": [cast.alice.pk]}
        first, reply = self.confirm(client, give(programme), **data)
        again = {"key": str(first.context["key"]), "count": 1, "read": first.context["read"]}
        again["starts_on"] = TODAY.isoformat()
        assert client.post(give(programme), data | again).url == reply.url
        assert Giving.objects.count() == 1

    @pytest.mark.parametrize("whom", ["ticked", "all"])
    def test_nor_does_a_late_one_fail_where_who_has_got_it_matches_no_more(self, cast, as_, programme, whom):
        client, data = as_(cast.heidi), {"whom": whom, "people": [cast.alice.pk] if whom == "ticked" else []}
        first, reply = self.confirm(client, give(programme, free="on"), **data)
        work(timezone.now())
        again = {"key": str(first.context["key"]), "count": len(first.context["people"])}
        again |= {"starts_on": TODAY.isoformat(), "read": first.context["read"]}
        assert client.post(give(programme, free="on"), data | again).url == reply.url
        assert as_(cast.bob).post(give(programme, free="on"), data | again).status_code != 302

    def test_who_matches_by_now_is_asked_again(self, cast, as_, programme):
        client, path = as_(cast.heidi), give(programme)
        first = client.post(path, {"starts_on": TODAY, "whom": "all"})
        count, key = len(first.context["people"]), first.context["key"]
        make_person("Just Come")
        data = {"starts_on": TODAY, "whom": "all", "count": count, "key": key, "read": programme.newest.pk}
        assert "have changed since you looked" in told(client.post(path, data))
        assert not Giving.objects.exists()

    def test_where_nobody_matches_any_more_that_is_said_but_what_was_given_is_led_to(
        self, cast, as_, programme
    ):
        client, nobody = as_(cast.heidi), f"{give(programme)}?q=nobody+is+called+so"
        data = {"starts_on": TODAY.isoformat(), "whom": "all", "read": programme.newest.pk}
        assert "to 0 people?" in told(client.post(nobody, data))
        first = client.post(give(programme), data)
        again = data | {"key": str(first.context["key"]), "count": len(first.context["people"])}
        reply = client.post(give(programme), again)
        assert client.post(nobody, again).url == reply.url == Giving.objects.get().get_absolute_url()

    def test_the_days_of_the_words_are_those_chosen(self, cast, as_, programme):
        data = {"starts_on": "2028-02-29", "whom": "ticked", "people": [cast.alice.pk]}
        shown = as_(cast.heidi).post(give(programme), data).context
        assert (shown["preview"].starts_on, shown["preview"].ends_on) == (date(2028, 2, 29), shown["ends_on"])

    def test_words_that_changed_since_they_chose_are_read_where_it_is_confirmed(self, cast, as_, programme):
        client, path = as_(cast.heidi), give(programme)
        data = {"starts_on": TODAY.isoformat(), "whom": "ticked", "people": [cast.alice.pk]}
        client.post(edit(programme), typed(base=1, mission="New."))
        first = client.post(path, data | {"read": programme.newest.pk})
        assert "New." in told(first)
        data |= {"key": str(first.context["key"]), "count": 1, "read": first.context["read"]}
        assert client.post(path, data).status_code == 302

    def test_words_that_changed_meanwhile_are_not_given(self, cast, as_, programme):
        client, path, read = as_(cast.heidi), give(programme), programme.newest
        data = {"starts_on": TODAY.isoformat(), "whom": "ticked", "people": [cast.alice.pk]}
        first = client.post(path, data)
        assert f'name="read" value="{read.pk}"' in told(first)
        client.post(edit(programme), typed(base=1, mission="New."))
        data |= {"key": str(first.context["key"]), "count": 1, "read": first.context["read"]}
        reply = client.post(path, data)
        assert reply.status_code == 400
        assert "This programme was changed in the meantime. Read it again first." in told(reply)
        assert not Giving.objects.exists()
        assert client.post(path, data | {"read": reply.context["read"]}).status_code == 302
        programme.refresh_from_db()
        assert Giving.objects.get().revision == programme.newest

    def test_the_words_stand_where_they_are_confirmed_and_the_new_ones_after_a_refusal(
        self, cast, as_, programme
    ):
        client, path = as_(cast.heidi), give(programme)
        client.post(edit(programme), typed(base=1, mission="{employee_first_name} keeps a narwhal."))
        read = Revision.objects.latest("number").pk
        data = {"starts_on": TODAY.isoformat(), "whom": "ticked", "people": [cast.alice.pk], "read": read}
        first = client.post(path, data)
        assert "Alice keeps a narwhal." in told(first)
        client.post(edit(programme), typed(base=2, mission="{employee_first_name} keeps a walrus."))
        newest = Revision.objects.latest("number")
        reply = client.post(path, data | {"key": str(first.context["key"]), "count": 1})
        assert reply.status_code == 400
        assert "Alice keeps a walrus." in told(reply)
        assert newest.get_absolute_url() in told(reply)

    @pytest.mark.parametrize("who", ["yet to begin", "about to move", "with one who cannot get it"])
    def test_the_words_confirmed_are_the_words_that_are_proposed(self, cast, as_, who):
        starts_on, before = TODAY + timedelta(days=60), TODAY + timedelta(days=59)
        grace = make_person("Grace Gray", hired_on=starts_on if who == "yet to begin" else TODAY)
        if who == "about to move":
            make_position(grace, "Sales", since=TODAY, until=before)
        make_position(grace, "Field", since=starts_on)
        make_line(grace, cast.bob, since=starts_on if who == "yet to begin" else TODAY)
        nobodys = [cast.carol.pk] if who == "with one who cannot get it" else []
        says = "{employee_first_name} learns {department} with {manager}."
        programme = make_programme(cast.heidi, mission=says)
        make_pledge(programme.newest, owed_by="manager")
        data = {"whom": "ticked", "people": [*nobodys, grace.pk], "starts_on": starts_on.isoformat()}
        first, _reply = self.confirm(as_(cast.heidi), give(programme), **data)
        work(timezone.now())
        assert Terms.objects.get().mission == "Grace learns Field with Bob Brand."
        assert "Grace learns Field with Bob Brand." in told(first)
        assert "The company, through Bob Brand" in told(first)

    def test_who_does_not_say_what_they_read_is_asked_again(self, cast, as_, programme):
        client, data = as_(cast.heidi), {"starts_on": TODAY, "whom": "ticked", "people": [cast.alice.pk]}
        first = client.post(give(programme), data)
        again = {"key": str(first.context["key"]), "count": 1}
        assert client.post(give(programme), data | again).status_code == 200
        assert not Giving.objects.exists()


@pytest.mark.usefixtures("no_missing_words")
class TestProgress:
    @pytest.fixture
    def giving(self, cast, programme):
        return make_giving(programme, [cast.alice, cast.carol], cast.heidi, starts_on=TODAY)

    def test_the_page_says_how_far_it_is_and_then_what_came_of_it(self, cast, as_, giving):
        client = as_(cast.heidi)
        page = told(client.get(giving.get_absolute_url()))
        assert "0 of 2 done." in page
        assert '<noscript><meta http-equiv="refresh"' in page
        work(timezone.now())
        page = told(client.get(giving.get_absolute_url()))
        assert "Done: 1 given, 1 not." in page
        assert "Has no manager to agree with." in page
        assert "refresh" not in page
        tour = Tour.objects.get(employee=cast.alice)
        assert tour.get_absolute_url() in told(client.get(giving.get_absolute_url(), {"show": "given"}))

    def test_the_script_asks_for_numbers(self, cast, as_, giving):
        path = reverse("giving_progress", args=[giving.pk])
        assert as_(cast.heidi).get(path).json() == {
            "settled": 0,
            "people": 2,
            "finished": False,
            "said": "0 of 2 done.",
        }

    def test_it_can_be_stopped_once(self, cast, as_, giving):
        client, path = as_(cast.heidi), reverse("giving_stop", args=[giving.pk])
        assert "2 people do not get it" in told(client.post(path, follow=True))
        assert "finished already" in told(client.post(path, follow=True))
        assert "The giving was stopped before." in told(client.get(giving.get_absolute_url()))
        work(timezone.now())
        assert not Tour.objects.exists()

    def test_a_manager_sees_their_own_giving_and_no_other(self, cast, as_, programme, giving):
        own = make_giving(programme, [cast.alice], cast.bob, as_hr=False)
        assert as_(cast.bob).get(own.get_absolute_url()).status_code == 200
        assert as_(cast.heidi).get(own.get_absolute_url()).status_code == 200
        for person in (cast.alice, cast.carol, cast.mallory):
            assert as_(person).get(own.get_absolute_url()).status_code == 404
        assert as_(cast.bob).get(giving.get_absolute_url()).status_code == 404

    def test_who_gave_as_hr_and_is_hr_no_more_sees_it_no_more(self, cast, as_, giving):
        cast.heidi.roles.all().delete()
        make_line(cast.mallory, cast.heidi)
        make_hr(cast.mallory)
        assert as_(cast.heidi).get(giving.get_absolute_url()).status_code == 404


def test_the_person_reads_which_programme_their_tour_comes_from(cast, as_, programme):
    make_giving(programme, [cast.alice], cast.heidi, starts_on=TODAY)
    work(timezone.now())
    tour = Tour.objects.get()
    words = "This tour comes from the programme “Graduates”, revision 1."
    for person in (cast.alice, cast.bob, cast.heidi):
        assert words in told(as_(person).get(tour.get_absolute_url()))
    assert words not in told(as_(cast.carol).get(tour.get_absolute_url()))


def test_letters_say_who_proposed_it(cast, programme):
    from alliance_site.outbox.models import Message
    from alliance_site.outbox.planning import plan

    make_giving(programme, [cast.alice], cast.heidi, starts_on=TODAY)
    work(timezone.now())
    plan(timezone.now())
    letters = Message.objects.filter(occasion="tours.terms_waiting").order_by("recipient__name")
    assert [letter.recipient for letter in letters] == [cast.alice, cast.bob]
    assert {letter.subject for letter in letters} == {"The programme “Graduates” waits for your signature"}
    assert "between you and Bob Brand" in letters[0].text
    assert "between you and Alice Ames" in letters[1].text
    assert "Heidi Hart proposed the programme" in letters[1].text
    assert not mail.outbox


def test_the_list_of_tours_leads_to_programmes_whoever_may_read_them(cast, as_):
    for person in (cast.alice, cast.bob, cast.heidi):
        led = f'href="{reverse("programmes")}"' in as_(person).get(reverse("tours")).text
        may = as_(person).get(reverse("programmes")).status_code == 200
        assert (led, may) == (person != cast.alice,) * 2
