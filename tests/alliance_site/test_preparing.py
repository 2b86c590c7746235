"""What is done before the site starts, and only when there is something to do."""

import gettext
import os

from alliance_site.local import static_files, translations

PO = """msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"

msgid "Sign in"
msgstr "Anmelden"

#, fuzzy
msgid "Sign out"
msgstr "Auslagern"
"""


def test_translations_are_compiled_when_they_changed(settings, tmp_path):
    folder = tmp_path / "de" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.po").write_text(PO)
    settings.LOCALE_PATHS = [tmp_path]
    assert translations.compile_when_changed() == 1
    with (folder / "django.mo").open("rb") as file:
        german = gettext.GNUTranslations(file)
    assert german.gettext("Sign in") == "Anmelden"
    assert german.gettext("Sign out") == "Sign out"
    assert translations.compile_when_changed() == 0
    later = (folder / "django.mo").stat().st_mtime + 10
    os.utime(folder / "django.po", (later, later))
    assert translations.compile_when_changed() == 1


def test_static_files_are_collected_when_they_changed(settings, tmp_path):
    source = tmp_path / "source"
    source.mkdir()
    (source / "a.css").write_text("p {}")
    settings.STATICFILES_DIRS = [source]
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STATIC_ROOT = tmp_path / "assets" / "static"
    assert static_files.collect_when_changed()
    assert len(list(settings.STATIC_ROOT.glob("a.*.css"))) == 1
    assert not static_files.collect_when_changed()
    (source / "a.css").write_text("p {color: red}")
    assert static_files.collect_when_changed()
    assert len(list(settings.STATIC_ROOT.glob("a.*.css"))) == 2
