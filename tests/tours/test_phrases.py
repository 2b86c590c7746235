"""Phrases that say nothing are found, in each language; those that say something are left alone."""

import pytest

from tours.guidance.phrases import ADVICE, FILE, empty_phrases

LANGUAGES = {"en", "de", "es", "ar"}


def found(text: str) -> list[str]:
    return [finding.phrase for finding in empty_phrases(text)]


@pytest.mark.parametrize(
    ("text", "phrases"),
    [
        ("Gain valuable experience.", ["valuable experience"]),
        ("VALUABLE\n  Experiences, and exposure to many things", ["VALUABLE Experiences", "exposure"]),
        ("Grow as a leader and work on exciting projects.", ["Grow as a leader", "exciting projects"]),
        ("Wertvolle Erfahrungen sammeln", ["Wertvolle Erfahrungen"]),
        ("Er soll sich persönlich weiterentwickeln, zeitnah.", ["zeitnah"]),
        ("Adquirir experiencia y aportar valor", ["Adquirir experiencia", "aportar valor"]),
        ("سيحصل على خبرة قيّمة وفي أقرب وقت", ["خبرة قيمة", "وفي أقرب وقت"]),
        ("Once more: exposure, exposure, Exposure", ["exposure"]),
    ],
)
def test_an_empty_phrase_is_found_in_whatever_language_it_is_written(text, phrases):
    assert found(text) == phrases


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Lead the migration of twelve services by June and present it at the spring conference.",
        "Overexposure of the film is below 2 %.",
        "Leitet ab Mai ein Team von acht Personen.",
        "Dirige un equipo de ocho personas desde mayo.",
        "تقود فريقا من ثمانية أشخاص ابتداء من مايو",
        "🚀 <script>alert(1)</script>",
    ],
)
def test_what_says_something_is_left_alone(text):
    assert found(text) == []


def test_a_long_text_takes_no_time_to_speak_of():
    assert len(found("as needed and " * 5_000)) == 1


def test_each_kind_of_phrase_is_named_in_each_language_and_has_advice():
    import tomllib

    by_name = tomllib.loads(FILE.read_text(encoding="utf-8"))
    assert set(by_name) == set(ADVICE)
    for name, by_language in by_name.items():
        assert set(by_language) == LANGUAGES, name
        for phrases in by_language.values():
            assert len(phrases) == len(set(phrases)) >= 3
