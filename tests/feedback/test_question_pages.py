"""The pages on which HR reads and writes the questions."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.urls import reverse
from django.utils import translation

from feedback.forms.questions import MOST
from feedback.models import Kind, Question, QuestionSet
from feedback.questions import latest_set
from tests.factories import NOW, make_hr, make_person, make_question, make_question_set

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_missing_words")]

LIST, EDIT = reverse("questions"), reverse("questions_edit", args=["regular"])
WORDS = ("key", "answer_kind", "visibility", "for_employee", "for_manager", "low", "high")


def typed(
    kind: str = "regular", *, act: str = "publish", based_on: int | None = None, **more
) -> dict[str, object]:
    """What the editor of that kind posts; `more` by the field's name without its prefix: `0_low="Never"`."""
    newest = latest_set(Kind(kind), now=NOW)
    rows = list(newest.questions.all())
    data: dict[str, object] = {
        "based_on": newest.number if based_on is None else based_on,
        "question-TOTAL_FORMS": len(rows) + 1,
        "question-INITIAL_FORMS": len(rows),
        act: "1",
    }
    for n, question in enumerate(rows):
        data |= {f"question-{n}-{name}": getattr(question, name) for name in WORDS}
        data[f"question-{n}-choices"] = "\r\n".join(label for _key, label in question.choices)
        data[f"question-{n}-ORDER"] = n + 1
    return data | {f"question-{name.replace('_', '-', 1).lstrip('n')}": value for name, value in more.items()}


def new(n: int = 9, **words: str) -> dict[str, str]:
    """A row more, at the end of nine."""
    fields = {"answer_kind": "text", "visibility": "both", "for_employee": "And you?", "for_manager": "And?"}
    return {f"n{n}_{name}": value for name, value in (fields | words).items()}


def asked(kind: Kind = Kind.REGULAR) -> list[Question]:
    return list(latest_set(kind, now=NOW).questions.all())


class TestReading:
    def test_the_list_names_version_day_and_maker_of_each_kind(self, cast, as_):
        make_question_set(cast.heidi, make_question("one"), kind=Kind.CAREER)
        page = as_(cast.heidi).get(LIST).text
        assert page.count("Ships with Alliance") == 3
        assert "Heidi Hart" in page
        for kind in Kind:
            assert reverse("questions_edit", args=[kind]) in page

    def test_hr_finds_the_way_there_from_the_policy_and_nobody_else(self, cast, as_):
        assert f'href="{LIST}"' in as_(cast.heidi).get(reverse("policy")).text
        assert f'href="{LIST}"' not in as_(cast.alice).get(reverse("policy")).text

    def test_a_version_reads_as_either_side_is_asked_and_nothing_can_be_typed(self, cast, as_):
        page = as_(cast.heidi).get(latest_set(Kind.REGULAR, now=NOW).get_absolute_url()).text
        assert "I still learn something every month." in page
        assert "Robin Rivers still learns something every month." in page
        assert "How well does Kim Keller, for the company, keep the promises made to you?" in page
        fields = re.findall(r"<(?:input|textarea)[^>]*answer-[^>]*>", page)
        assert len(fields) == 2 * (6 * 5 + 2 * 4 + 2)
        assert all("disabled" in field for field in fields)
        assert len(re.findall(r'id="([^"]+)"', page)) == len(set(re.findall(r'id="([^"]+)"', page)))

    def test_earlier_versions_stay_readable_with_what_the_next_one_changed(self, cast, as_):
        first = latest_set(Kind.CAREER, now=NOW)
        made = make_question_set(cast.heidi, make_question("one"), kind=Kind.CAREER)
        client = as_(cast.heidi)
        old, new_ = client.get(first.get_absolute_url()).text, client.get(made.get_absolute_url()).text
        assert "Which role do you expect next, and by when?" in old
        assert made.get_absolute_url() in old
        assert "Change these questions" not in old
        assert "No longer asked" in new_
        assert "Change these questions" in new_

    @pytest.mark.parametrize("address", ["regular/99/", "regular/0/", "lunch/1/", "lunch/"])
    def test_what_does_not_exist_is_not_there(self, cast, as_, address):
        assert as_(cast.heidi).get(f"{LIST}{address}").status_code == 404

    @pytest.mark.parametrize("name", ["alice", "bob", "carol", "dan", "mallory"])
    def test_to_everybody_but_hr_none_of_it_exists(self, cast, as_, name):
        client = as_(getattr(cast, name))
        for address in (LIST, EDIT, latest_set(Kind.REGULAR, now=NOW).get_absolute_url()):
            assert client.get(address).status_code == 404
        assert client.post(EDIT, typed(**new())).status_code == 404
        assert QuestionSet.objects.filter(made_by__isnull=False).count() == 0


class TestWriting:
    def test_a_new_question_is_published_at_the_end(self, cast, as_):
        response = as_(cast.heidi).post(EDIT, typed(**new()), follow=True)
        assert "Published. Check-ins that have not opened yet ask these questions." in response.text
        assert "Published by Heidi Hart" in response.text
        questions = asked()
        assert len(questions) == 10
        assert (questions[-1].for_manager, questions[-1].visibility) == ("And?", "both")
        assert [q.key for q in questions[:9]] == [
            q.key for q in QuestionSet.objects.get(kind="regular", number=1).questions.all()
        ]

    def test_another_wording_is_the_same_question_and_another_answer_is_not(self, cast, as_):
        scale = {"n0_for_manager": "Is {employee} stretched?"}
        text = {"n1_answer_kind": "text", "n1_visibility": "both"}
        as_(cast.heidi).post(EDIT, typed(**scale, **text))
        first, second = asked()[:2]
        assert (first.key, first.for_manager) == ("stretch", "Is {employee} stretched?")
        assert second.key != "market_value"
        assert (second.low, second.high) == ("", "")

    @pytest.mark.parametrize(("at", "place"), [(8, 1), (8, 3), (0, 9), (2, 5), (0, 99)])
    def test_a_question_has_the_place_that_it_is_given(self, cast, as_, at, place):
        keys = [question.key for question in asked()]
        as_(cast.heidi).post(EDIT, typed(**{f"n{at}_ORDER": place}))
        now = [question.key for question in asked()]
        moved = keys.pop(at)
        assert now.index(moved) == min(place, 9) - 1
        assert [key for key in now if key != moved] == keys

    def test_a_question_is_left_out(self, cast, as_):
        as_(cast.heidi).post(EDIT, typed(n0_DELETE="on"))
        assert [question.key for question in asked()][:2] == ["market_value", "learning"]

    def test_a_choice_keeps_the_keys_of_the_labels_that_stay(self, cast, as_):
        lines = "To part well\r\n\r\n  A new   tour \r\nA sabbatical"
        url = reverse("questions_edit", args=["next_tour"])
        assert as_(cast.heidi).post(url, typed("next_tour", n0_choices=lines)).status_code == 302
        first, second, third = asked(Kind.NEXT_TOUR)[0].choices
        assert (first, second) == (["part_well", "To part well"], ["new_tour", "A new tour"])
        assert third[1] == "A sabbatical"

    def test_what_is_left_as_it_was_goes_on_to_be_asked_in_every_language(self, cast, as_):
        cast.heidi.language = "de"
        cast.heidi.save(update_fields=["language"])
        client = as_(cast.heidi)
        page = unescape(client.get(EDIT, headers={"Accept-Language": "de"}).text)
        with translation.override("de"):
            german = translation.gettext("How much does this mission stretch you?")
            rows = {
                f"n{n}_{name}": translation.gettext(getattr(q, name))
                for n, q in enumerate(asked())
                for name in ("for_employee", "for_manager", "low", "high")
                if getattr(q, name)
            }
        assert german in page
        client.post(EDIT, typed(**rows, **new()), headers={"Accept-Language": "de"})
        assert asked()[0].for_employee == "How much does this mission stretch you?"
        assert len(asked()) == 10

    @pytest.mark.parametrize(
        ("words", "said"),
        [
            (new(for_employee=""), "Say it in words."),
            (new(for_manager="\u200b"), "Say it in words."),
            (new(for_employee="Dear {name}?"), "Only {employee} and {manager} stand for names."),
            (new(for_employee="x" * 20_000), "20000 characters long; 300 fit."),
            (new(visibility="figures"), "Only a scale can count in figures of a group."),
            (new(answer_kind="scale", low="Never"), "Say what this end means."),
            (new(answer_kind="choice", choices="One"), "Offer two choices at least, and 10 at most."),
            (new(answer_kind="choice", choices="\n".join("abcdefghijk")), "Offer two choices at least"),
            (new(answer_kind="choice", choices="One\nOne"), "Two of these are the same."),
            (new(answer_kind="choice", choices="One\n" + "x" * 81), "80 characters at most"),
            (new(answer_kind="promises"), "reviewed by another question already"),
            (new(answer_kind="dance"), "Select a valid choice"),
            (new(ORDER="0"), "greater than or equal to 1"),
            ({f"n{n}_DELETE": "on" for n in range(9)}, "Ask one question at least."),
        ],
    )
    def test_bad_input_is_said_and_nothing_typed_is_lost(self, cast, as_, words, said):
        response = as_(cast.heidi).post(EDIT, typed(n0_low="Keep me.", **words))
        assert response.status_code == 400
        assert said in unescape(response.text).replace("20,000", "20000")
        assert "Keep me." in response.text
        assert QuestionSet.objects.filter(made_by__isnull=False).count() == 0

    def test_more_than_twelve_are_too_many(self, cast, as_):
        more = {key: value for n in range(9, MOST + 1) for key, value in new(n).items()}
        data = typed(**more) | {"question-TOTAL_FORMS": MOST + 1}
        response = as_(cast.heidi).post(EDIT, data)
        assert "Ask 12 questions at most." in response.text
        fits = data | {"question-0-DELETE": "on"}
        assert as_(cast.heidi).post(EDIT, fits).status_code == 302
        assert len(asked()) == MOST

    @pytest.mark.parametrize("broken", [{"based_on": "x"}, {"question-TOTAL_FORMS": "x"}, {"based_on": -1}])
    def test_a_form_without_its_parts_is_refused(self, cast, as_, broken):
        assert as_(cast.heidi).post(EDIT, typed(**new()) | broken).status_code == 400
        assert as_(cast.heidi).post(EDIT, {}).status_code == 400
        assert QuestionSet.objects.filter(made_by__isnull=False).count() == 0

    @pytest.mark.parametrize("words", ["<script>alert(1)</script>", "{{ 7|add:7 }}", "\u202eשלום مرحبا 🧨"])
    def test_hostile_words_are_shown_as_they_are(self, cast, as_, words):
        words = words.replace("{{ 7|add:7 }}", "%(name)s %s")
        as_(cast.heidi).post(EDIT, typed(**new(for_employee=words)))
        page = as_(cast.heidi).get(latest_set(Kind.REGULAR, now=NOW).get_absolute_url()).text
        assert "<script>alert" not in page
        assert words in unescape(page)

    def test_a_key_that_is_nobody_s_is_not_taken_over(self, cast, as_):
        as_(cast.heidi).post(EDIT, typed(**new(key="stretch"), n1_key="made_up"))
        keys = [question.key for question in asked()]
        assert keys[0] == "stretch"
        assert keys.count("stretch") == 1
        assert "made_up" not in keys


class TestPreview:
    def test_it_shows_both_sides_and_what_would_change_and_publishes_nothing(self, cast, as_):
        response = as_(cast.heidi).post(EDIT, typed(act="preview", **new(for_manager="Is {employee} well?")))
        assert response.status_code == 200
        assert "Is Robin Rivers well?" in response.text
        assert [label for label, _pieces in response.context["parts"]] == ["Question 10"]
        assert QuestionSet.objects.filter(made_by__isnull=False).count() == 0

    @pytest.mark.parametrize("act", ["publish", "write"])
    def test_it_carries_what_was_typed_in_the_order_asked_for(self, cast, as_, act):
        client = as_(cast.heidi)
        page = client.post(EDIT, typed(act="preview", n8_ORDER=1, n0_DELETE="on", **new())).text
        form = page[page.index('<form method="post" class="row-of-actions"') :]
        found = re.findall(
            r'<input type="hidden" name="([^"]+)"(?: value="([^"]*)")?', form[: form.index("</form>")]
        )
        response = client.post(EDIT, {name: unescape(value) for name, value in found} | {act: "1"})
        if act == "publish":
            assert response.status_code == 302
            assert [question.key for question in asked()][:2] == ["next", "market_value"]
            assert asked()[-1].for_employee == "And you?"
        else:
            rows = response.context["rows"]
            assert rows.initial_form_count() == 9
            assert rows.total_form_count() == 10
            assert "And you?" in response.text

    def test_with_nothing_changed_there_is_nothing_to_publish(self, cast, as_):
        page = as_(cast.heidi).post(EDIT, typed(act="preview")).text
        assert "Nothing is changed yet." in page
        assert 'name="publish"' not in page


class TestTwoAtOnce:
    def test_the_second_is_told_what_the_first_changed_and_keeps_what_was_typed(self, cast, as_):
        ruth = make_person("Ruth Roe")
        make_hr(ruth)
        mine = typed(**new(for_employee="From the second?"))
        as_(cast.heidi).post(EDIT, typed(n0_low="From the first"))
        response = as_(ruth).post(EDIT, mine)
        assert response.status_code == 400
        assert "Somebody else published questions since you opened this page." in response.text
        assert [label for label, _pieces in response.context["meanwhile"]] == ["Question 1"]
        assert "From the first" in "".join(piece.text for piece in response.context["meanwhile"][0][1])
        assert "From the second?" in response.text
        assert latest_set(Kind.REGULAR, now=NOW).number == 2
        again = mine | {"based_on": response.context["basis"].data["based_on"]}
        assert as_(ruth).post(EDIT, again).status_code == 302
        assert asked()[-1].for_employee == "From the second?"
        assert latest_set(Kind.REGULAR, now=NOW).made_by == ruth

    def test_a_double_click_publishes_once(self, cast, as_):
        data = typed(n0_low="Asleep")
        for _click in range(2):
            assert as_(cast.heidi).post(EDIT, data).status_code == 302
        assert latest_set(Kind.REGULAR, now=NOW).number == 2


def test_the_pages_are_light_and_take_no_more_queries_for_more_questions(cast, as_, statements):
    client = as_(cast.heidi)
    client.get(LIST)  # which writes the questions that ship
    sizes = []
    for count in (2, MOST):
        made = make_question_set(cast.heidi, *(make_question(f"q{n}", "scale") for n in range(count)))
        shown = {
            LIST: "Heidi Hart",
            EDIT: f"q{count - 1}, {{employee}}?",
            made.get_absolute_url(): "Heidi Hart",
        }
        sizes.append([len(statements(client, url, has=has)) for url, has in shown.items()])
    assert sizes[0] == sizes[1]
    assert sizes[0][0] <= 6
    assert max(sizes[0]) <= 8
