"""Any export, again and again, without harm."""

from datetime import date, timedelta

import pghistory
import pytest
from django.urls import reverse
from django.utils import timezone

from alliance_site.outbox.models import Message
from alliance_site.outbox.planning import plan_occasion
from people import services
from people.models import Access, Department, Employment, Person
from people.reminders import address_changed
from tests.factories import make_employment, make_hr, make_person
from tests.people.importing import AS_OF, HRDATASET, QUIRKS, SIMPLE, Export, everything, refused, run

pytestmark = pytest.mark.django_db

YESTERDAY = AS_OF - timedelta(days=1)
BOSS = "1,Bo Boss,bo@example.com,2010-01-01,,,Board,Head,"
ANN = "2,Ann Ames,ann@example.com,2015-06-01,,,Sales,Seller,1"
BEN = "3,Ben Bell,ben@example.com,2016-01-01,,,Sales,Seller,1"


@pytest.fixture
def export(tmp_path):
    return Export(tmp_path)


@pytest.fixture
def quirks(tmp_path):
    path = tmp_path / "quirks.csv"
    path.write_text(QUIRKS, encoding="utf-8")
    return path


def person(number) -> Person:
    return Person.objects.get(number=str(number))


def positions(number) -> list:
    rows = person(number).positions.order_by("since")
    return list(rows.values_list("department__name", "title", "since", "until"))


def lines(number) -> list:
    rows = person(number).reporting_lines.order_by("since")
    return list(rows.values_list("manager__name", "since", "until"))


def spells(number) -> list:
    rows = person(number).employments.order_by("hired_on")
    return list(rows.values_list("hired_on", "left_on", "ending", "ending_note"))


class TestTheShippedMapping:
    def test_names_are_turned_round_and_departments_trimmed(self, quirks):
        run(quirks, HRDATASET)
        names = ["Janet King", "Brandon R LeBlanc", "Barbara M Stanford", "Olga Old", "Lars Late"]
        assert list(Person.objects.order_by("number").values_list("name", flat=True)) == names
        assert set(Department.objects.values_list("name", flat=True)) == {
            "Executive Office",
            "Admin Offices",
            "Production",
        }

    def test_endings_are_sorted_by_reason_then_by_status(self, quirks):
        told = run(quirks, HRDATASET)
        assert spells(10003) == [(date(2011, 1, 10), date(2014, 12, 31), "resignation", "return to school")]
        assert spells(10004)[0][2:] == ("retirement", "retiring")
        assert spells(10005)[0][2:] == ("dismissal", "attendance")
        assert spells(10001) == [(date(2008, 7, 2), None, None, "")]
        assert "In the file 3 have left" in told

    def test_managers_are_matched_by_name_and_listed_where_there_is_none(self, quirks):
        told = run(quirks, HRDATASET)
        assert lines(10002) == [("Janet King", date(2010, 1, 5), None)]
        assert lines(10003) == [("Brandon R LeBlanc", date(2011, 1, 10), date(2014, 12, 31))]
        assert lines(10005) == []
        assert "“Michael Albert” (1): Lars Late\n" in told
        assert "“Board of Directors” (1): Janet King\n" in told

    def test_a_line_begins_when_both_are_employed(self, quirks):
        run(quirks, HRDATASET)
        assert lines(10004) == [("Brandon R LeBlanc", date(2010, 1, 5), date(2016, 6, 30))]

    def test_what_is_not_mapped_is_not_read(self, quirks):
        told = run(quirks, HRDATASET)
        assert "Columns read: 9 of 12" in told
        assert "250000" not in str(everything())

    def test_the_second_run_changes_nothing_and_says_so(self, quirks):
        run(quirks, HRDATASET)
        before = everything()
        history = Person.pgh_event_model.objects.count()
        assert "Nothing changed: 5 people are as the file says." in run(quirks, HRDATASET)
        assert everything() == before
        assert Person.pgh_event_model.objects.count() == history


class TestWhatIsNew:
    def test_who_is_imported_cannot_sign_in_before_they_choose_a_password(self, export):
        run(export.write(BOSS))
        assert not person(1).has_usable_password()
        assert person(1).email == "bo@example.com"

    def test_a_dry_run_does_everything_and_writes_nothing(self, export):
        told = run(export.write(BOSS, ANN), dry_run=True)
        assert "People: 2 new, 0 changed, 0 as before." in told
        assert "nothing has been written" in told
        assert not Person.objects.exists()

    def test_somebody_without_a_number_is_known_by_their_email(self, export):
        heidi = make_person("Heidi", email="bo@example.com", hired_on=date(2026, 3, 1))
        make_hr(heidi)
        run(export.write(BOSS))
        heidi.refresh_from_db()
        assert (heidi.number, heidi.name) == ("1", "Bo Boss")
        assert spells(1) == [(date(2010, 1, 1), None, None, "")]

    def test_it_takes_as_many_statements_for_many_as_for_few(self, export, django_assert_max_num_queries):
        rows = [f"{n},Person {n},p{n}@example.com,2015-01-01,,,Sales,Seller,1" for n in range(2, 300)]
        with django_assert_max_num_queries(30):
            run(export.write(BOSS, *rows))
        with django_assert_max_num_queries(12):
            run(export.write(BOSS, *rows))


class TestWhatChanged:
    def test_a_new_department_closes_the_old_position_and_opens_another(self, export):
        run(export.write(BOSS, ANN), as_of=date(2025, 1, 1))
        told = run(export.write(BOSS, ANN.replace("Sales", "Marketing")))
        assert positions(2) == [
            ("Sales", "Seller", date(2015, 6, 1), YESTERDAY),
            ("Marketing", "Seller", AS_OF, None),
        ]
        assert "People: 0 new, 1 changed, 1 as before." in told

    def test_a_correction_on_the_same_day_updates_in_place(self, export):
        run(export.write(BOSS, ANN), as_of=date(2025, 1, 1))
        run(export.write(BOSS, ANN.replace("Sales", "Marketing")))
        run(export.write(BOSS, ANN.replace("Sales", "Design")))
        assert positions(2)[1:] == [("Design", "Seller", AS_OF, None)]

    def test_a_new_manager_closes_the_old_line(self, export):
        run(export.write(BOSS, ANN, BEN))
        run(export.write(BOSS, ANN.replace("Seller,1", "Seller,3"), BEN))
        assert lines(2) == [("Bo Boss", date(2015, 6, 1), YESTERDAY), ("Ben Bell", AS_OF, None)]

    def test_no_manager_any_more_ends_the_line(self, export):
        run(export.write(BOSS, ANN))
        told = run(export.write(BOSS, ANN.replace("Seller,1", "Seller,")))
        assert lines(2) == [("Bo Boss", date(2015, 6, 1), YESTERDAY)]
        assert "as the file names none:\n  Ann Ames\n" in told

    def test_who_leaves_loses_position_and_reports_with_the_last_day(self, export):
        under = ANN.replace("Seller,1", "Seller,3")
        run(export.write(BOSS, under, BEN))
        run(export.write(BOSS, under, BEN.replace("01-01,,", "01-01,2026-02-28,resignation")))
        assert spells(3) == [(date(2016, 1, 1), date(2026, 2, 28), "resignation", "resignation")]
        assert positions(3)[0][3] == date(2026, 2, 28)
        assert lines(2) == [("Ben Bell", date(2016, 1, 1), date(2026, 2, 28))]

    def test_who_leaves_later_than_was_said_keeps_their_reports_until_then(self, export):
        left = BEN.replace("01-01,,", "01-01,2026-02-28,resignation")
        run(export.write(BOSS, ANN.replace("Seller,1", "Seller,3"), BEN), as_of=date(2026, 1, 1))
        run(export.write(left), as_of=date(2026, 1, 1))
        services.set_manager(person(2), person(1), since=date(2026, 3, 21))
        run(export.write(left.replace("2026-02-28", "2026-03-31")))
        assert lines(2)[0] == ("Ben Bell", date(2016, 1, 1), date(2026, 3, 20))

    def test_who_comes_back_gets_a_second_spell(self, export):
        run(export.write(BOSS, ANN.replace("06-01,,", "06-01,2020-01-31,resignation")))
        run(export.write(BOSS, ANN.replace("2015-06-01", "2024-02-01")))
        assert [row[:2] for row in spells(2)] == [
            (date(2015, 6, 1), date(2020, 1, 31)),
            (date(2024, 2, 1), None),
        ]
        assert positions(2)[1] == ("Sales", "Seller", date(2024, 2, 1), None)

    def test_a_corrected_day_of_hiring_moves_what_began_with_it(self, export):
        run(export.write(BOSS, ANN))
        run(export.write(BOSS, ANN.replace("2015-06-01", "2014-06-01")))
        assert [row[0] for row in spells(2)] == [date(2014, 6, 1)]
        assert positions(2)[0][2] == date(2014, 6, 1)
        assert lines(2)[0][1] == date(2014, 6, 1)
        run(export.write(BOSS, ANN))
        assert positions(2)[0][2] == lines(2)[0][1] == date(2015, 6, 1)

    def test_emails_may_change_hands_within_one_file(self, export):
        run(export.write(ANN, BEN))
        swapped = (ANN.replace("ann@", "x@").replace("x@", "ben@"), BEN.replace("ben@", "ann@"))
        run(export.write(*swapped))
        assert (person(2).email, person(3).email) == ("ben@example.com", "ann@example.com")

    def test_an_email_that_the_file_does_not_give_stays(self, export):
        run(export.write(ANN))
        run(export.write(ANN.replace("ann@example.com", "")))
        assert person(2).email == "ann@example.com"

    def test_an_address_of_who_has_left_passes_on_and_is_listed(self, export):
        gone = make_person("Gina Gone", email="ann@example.com", number="77", left_on=date(2020, 1, 1))
        told = run(export.write(ANN))
        gone.refresh_from_db()
        assert (gone.email, person(2).email) == (None, "ann@example.com")
        assert "on their page before the import:\n  ann@example.com: Gina Gone → Ann Ames\n" in told
        assert list(Access.objects.values_list("person", "what", "viewer")) == [(gone.pk, "address", None)]

    def test_a_first_address_is_no_change_unless_there_is_a_password_that_could_be_lost_by_it(self, export):
        bare = (ANN.replace("ann@example.com", ""), BEN.replace("ben@example.com", ""))
        run(export.write(*bare))
        ben = person(3)
        ben.set_password("correct horse battery")
        ben.save()
        run(export.write(ANN, BEN))
        assert person(2).email == "ann@example.com"
        assert list(Access.objects.values_list("person", "what")) == [(ben.pk, "address")]

    def test_whose_address_changes_can_read_it(self, export, as_):
        run(export.write(ANN, BEN))
        assert not Access.objects.exists()
        run(export.write(ANN.replace("ann@", "ann.ames@"), BEN.replace("ben@", "ben.bell@")))
        assert plan_occasion(address_changed, timezone.now()) == 2
        assert "An import changed the e-mail address" in Message.objects.first().text
        text = as_(person(2)).get(reverse("access_log")).text
        assert "An import" in text
        assert "Your e-mail address was changed" in text


class TestWhatIsLeftAlone:
    def test_people_who_are_not_in_the_file_are_listed_and_untouched(self, export):
        run(export.write(BOSS, ANN))
        before = everything()
        told = run(export.write(BOSS))
        assert "not in the file" in told
        assert "Ann Ames" in told
        assert everything() == before

    def test_who_has_left_here_is_not_brought_back_by_an_older_export(self, export):
        run(export.write(BOSS, ANN))
        services.end_employment(
            person(2), last_day=YESTERDAY, ending="dismissal", regretted=False, regretted_reason="No."
        )
        before = everything()
        told = run(export.write(BOSS, ANN))
        assert "Recorded here as leaving, but without a last day in the file" in told
        assert "Nothing changed" in told
        assert everything() == before

    def test_what_hr_said_of_a_loss_stays(self, export):
        left = ANN.replace("06-01,,", "06-01,2020-01-31,unknown reason")
        told = run(export.write(left))
        assert "“unknown reason” (1)" in told
        Employment.objects.update(ending="dismissal", regretted=True, regretted_reason="She was good.")
        assert "unknown reason" not in run(export.write(left))
        spell = Employment.objects.get()
        assert (spell.ending, spell.regretted, spell.regretted_reason) == (
            "dismissal",
            True,
            "She was good.",
        )

    def test_a_change_planned_for_later_stays(self, export):
        run(export.write(BOSS, ANN))
        later = AS_OF + timedelta(days=30)
        services.set_position(person(2), Department.objects.get(name="Board"), "Aide", since=later)
        before = everything()
        run(export.write(BOSS, ANN))
        assert everything() == before

    def test_a_manager_whom_hr_recorded_stays_where_the_file_names_none(self, export):
        unmanaged = ANN.replace("Seller,1", "Seller,")
        run(export.write(BOSS, BEN, unmanaged))
        with pghistory.context(user=person(3).pk):  # as a page has it
            services.set_manager(person(2), person(3), since=YESTERDAY)
        before = everything()
        told = run(export.write(BOSS, BEN, unmanaged))
        assert everything() == before
        assert "left as they are (person / manager):\n  Ann Ames / Ben Bell\n" in told

    def test_of_who_has_left_no_manager_is_said_by_naming_none(self, export):
        left = ANN.replace("06-01,,", "06-01,2020-01-31,resignation")
        run(export.write(BOSS, left))
        before = everything()
        run(export.write(BOSS, left.replace("Seller,1", "Seller,")))
        assert everything() == before

    def test_reasons_that_nobody_mapped_are_listed_and_never_hidden(self, export):
        rows = [f"{n},P {n},,2015-01-01,2016-01-01,odd {n % 2},Sales,," for n in range(1, 5)]
        told = run(export.write(*rows, "5,P 5,,2015-01-01,2016-01-01,,Sales,,"))
        assert "“odd 1” (2)" in told
        assert "none given (1)" in told


@pytest.mark.parametrize("unseen", ["\u202e", "\u200b", "\u2067", "\u200f", "\ufeff"])
def test_a_name_is_kept_without_what_nobody_sees_and_turns_a_letter_round(export, unseen):
    told = run(export.write(f"3,{unseen}Eve {unseen} Ada{unseen},,2015-01-01,,,Sales,Seller,"))
    assert person(3).name == "Eve Ada"
    assert unseen not in told


def test_what_joins_the_letters_of_a_name_or_keeps_them_apart_is_kept(export):
    run(export.write("3,مهر\u200cداد Ada,,2015-01-01,,,Sales,Seller,"))
    assert person(3).name == "مهر\u200cداد Ada"


def test_only_unseen_signs_are_no_name(export):
    assert "Line 2, name: This must not be empty." in refused(export.write("3,\u200b\u202e,,2015-01-01,,,,,"))


class TestManagers:
    def test_a_name_that_two_people_have_is_listed_not_guessed(self, tmp_path):
        twin = '"King,  Janet",10009,1,x,Clerk,01/05/10,,N/A-StillEmployed,Active,Admin Offices,,\n'
        path = tmp_path / "twins.csv"
        path.write_text(QUIRKS + twin, encoding="utf-8")
        told = run(path, HRDATASET)
        assert "several people have" in told
        assert "“Janet King” (1): Brandon R LeBlanc\n" in told
        assert lines(10002) == []

    def test_a_number_that_is_nobodys_is_listed_whoever_has_the_name(self, export, tmp_path):
        make_person("Bo Boss", number="77")
        both, column = tmp_path / "both.toml", 'manager_number = "manager_number"\n'
        both.write_text(SIMPLE.read_text().replace(column, column + 'manager_name = "manager_name"\n'))
        row = ANN.replace("Seller,1", "Seller,78,Bo Boss")
        told = run(export.write(row, heading=f"{Export.HEADING},manager_name"), both)
        assert "“78, Bo Boss” (1): Ann Ames\n" in told
        assert lines(2) == []

    def test_of_many_whose_manager_is_not_found_the_first_few_are_named(self, export):
        rows = [f"{n},Person {n},,2015-01-01,,,Sales,Seller,{99 if n < 7 else 98}" for n in range(8)]
        told = run(export.write(*rows))
        few = "Person 0, Person 1, Person 2, Person 3, Person 4, …"
        assert f"  “99” (7): {few}\n  “98” (1): Person 7\n" in told

    def test_who_has_two_contracts_is_named_once(self, export):
        rows = [
            "2,Eva Again,,2020-01-01,2027-12-31,end of contract,Sales,Seller,99",
            "2,Eva Again,,2028-01-01,,,Sales,Seller,99",
            "3,Eva Again,,2020-01-01,,,Sales,Seller,99",
        ]
        assert "  “99” (2): Eva Again, Eva Again\n" in run(export.write(*rows))

    def test_a_manager_who_is_only_in_the_database_is_found(self, export):
        make_person("Gina Gone", number="77")
        run(export.write(ANN.replace("Seller,1", "Seller,77")))
        assert lines(2) == [("Gina Gone", date(2020, 1, 1), None)]

    def test_a_manager_whose_recorded_name_has_a_sign_that_nobody_sees_is_found(self, export, tmp_path):
        boss = make_person("Gina\u200f Gone\u202c", number="77")
        by_name = tmp_path / "by_name.toml"
        by_name.write_text(SIMPLE.read_text().replace('manager_number = "', 'manager_name = "'))
        run(export.write(ANN.replace("Seller,1", "Seller,Gina Gone")), by_name)
        assert lines(2) == [(boss.name, date(2020, 1, 1), None)]

    def test_a_manager_who_left_manages_until_then(self, export):
        boss = make_person("Gina Gone", number="77", hired_on=date(2010, 1, 1), left_on=date(2018, 1, 1))
        run(export.write(ANN.replace("Seller,1", "Seller,77")))
        assert lines(2) == [("Gina Gone", date(2015, 6, 1), date(2018, 1, 1))]
        make_employment(boss, hired_on=date(2025, 1, 1))
        run(export.write(ANN.replace("Seller,1", "Seller,77")))
        assert lines(2)[1:] == [("Gina Gone", AS_OF, None)]

    def test_who_was_never_there_together_is_listed(self, export):
        make_person("Gina Gone", number="77", hired_on=date(2001, 1, 1), left_on=date(2002, 1, 1))
        told = run(export.write(ANN.replace("Seller,1", "Seller,77")))
        assert "Ann Ames / Gina Gone" in told
        assert lines(2) == []
