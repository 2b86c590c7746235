"""The demonstration's mail: taken by SMTP, read in the browser."""

import os
import smtplib
import socket
import subprocess
import sys
import time
from email.message import EmailMessage

import pytest
from django.urls import NoReverseMatch, get_resolver, reverse

from alliance_site.demonstration.letters import letters_for
from alliance_site.local.folder import BASE_DIR

demonstration = pytest.mark.urls("tests.alliance_site.demonstration_urls")
HTML = (
    '<html><head><style>p {color: red}</style></head><body><p><a href="/tours/1/">Tour</a></p></body></html>'
)


@pytest.fixture
def letters(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    return tmp_path / "letters"


@pytest.fixture
def sink(letters):
    """The sink as `make run` starts it; yields its port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "alliance_site.demonstration.sink", str(port), str(letters)]
    process = subprocess.Popen(command, cwd=BASE_DIR)
    until = time.monotonic() + 20
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            break
        except ConnectionRefusedError:
            assert process.poll() is None
            assert time.monotonic() < until
            time.sleep(0.05)
    yield port
    process.terminate()
    assert process.wait(10) == 0


def send(port, subject="Sign the terms", to="Álice <alice@example.com>", html=HTML):
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = "Alliance <alliance@localhost>", to, subject
    letter.set_content("Hello, see https://alliance.example.com/tours/1/ and <b>not bold</b>.\n")
    if html:
        letter.add_alternative(html, subtype="html")
    with smtplib.SMTP("127.0.0.1", port) as server:
        server.send_message(letter)


def test_what_cannot_be_kept_is_to_be_tried_again(sink, letters):
    send(sink)
    (letters / "tmp").rmdir()
    with pytest.raises(smtplib.SMTPDataError) as refused:
        send(sink)
    assert refused.value.smtp_code == 452
    (letters / "tmp").mkdir()
    send(sink)
    assert len(list((letters / "new").iterdir())) == 2


@demonstration
def test_a_letter_that_was_sent_can_be_read_by_whoever_is_signed_in(sink, as_, cast):
    send(sink, subject="Grüße aus Köln")
    client = as_(cast.mallory)
    page = client.get("/letters/").content.decode()
    assert "Grüße aus Köln" in page
    assert ">Álice</td>" in page
    (key,) = [part.split("/")[0] for part in page.split('href="/letters/')[1:] if part[0] != '"']

    letter = client.get(f"/letters/{key}/")
    assert "Álice &lt;alice@example.com&gt;" in letter.content.decode()
    assert '<a href="https://alliance.example.com/tours/1/"' in letter.content.decode()
    assert "&lt;b&gt;not bold" in letter.content.decode()
    assert "frame-src 'self'" in letter["Content-Security-Policy"]

    html = client.get(f"/letters/{key}/html")
    assert '<base target="_top">' in html.content.decode()
    policy = html["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox allow-top-navigation-by-user-activation" in policy
    assert "script-src" not in policy
    assert html["X-Frame-Options"] == "SAMEORIGIN"


@demonstration
def test_the_newest_letter_comes_first_and_many_are_paged(letters, as_, cast):
    for box in ("new", "cur", "tmp"):
        (letters / box).mkdir(parents=True)
    for number in range(60):
        path = letters / "new" / f"170000{number:04}.M1P1Q{number}.host"
        path.write_text(f"Subject: Letter {number}\nTo: alice@example.com\n\nHello\n")
        os.utime(path, (number, number))
    client = as_(cast.alice)
    first, second = (client.get(f"/letters/?page={page}").content.decode() for page in (1, 2))
    assert first.index("Letter 59") < first.index("Letter 58")
    assert "60 letters" in first
    assert "Letter 5<" not in first
    assert "Letter 5<" in second


@demonstration
def test_a_letter_without_parts_or_of_no_known_form_is_still_shown(letters, as_, cast):
    (letters / "new").mkdir(parents=True)
    (letters / "new" / "1.plain").write_text("Subject: =?broken?\nContent-Type: image/png\n\nxyz\n")
    (letters / "new" / "2.bytes").write_bytes(b"\xff\xfe\x00\n\n\xff")
    client = as_(cast.alice)
    assert client.get("/letters/").status_code == 200
    for key in ("1-plain", "2-bytes"):
        assert client.get(f"/letters/{key}/").status_code == 200


@demonstration
def test_before_the_first_letter_the_page_says_what_to_do(letters, as_, cast):
    assert "No letter has been sent yet" in as_(cast.alice).get("/letters/").content.decode()


@demonstration
@pytest.mark.parametrize("path", ["/letters/nothing/", "/letters/nothing/html"])
def test_a_letter_that_is_not_there_is_not_found(letters, as_, cast, path):
    assert as_(cast.alice).get(path).status_code == 404


@demonstration
@pytest.mark.parametrize("path", ["/letters/", "/letters/x/", "/letters/x/html"])
def test_only_who_is_signed_in_reads_and_nobody_writes(letters, client, as_, cast, path):
    assert client.get(path).url == f"/sign-in/?next={path}"
    assert as_(cast.alice).post(path).status_code == 405


def test_outside_the_demonstration_letters_have_no_address():
    with pytest.raises(NoReverseMatch):
        reverse("letters")
    assert "letters/" not in str(get_resolver().url_patterns)


@demonstration
def test_a_private_letter_is_its_recipients_alone(cast, as_, letters, sink):
    letter = EmailMessage()
    letter["From"], letter["To"] = "Alliance <alliance@localhost>", "Bob Brand <bob@example.com>"
    letter["Subject"], letter["Sensitivity"] = "Somebody asks for a word with you", "Private"
    letter.set_content("Look who it is.\n")
    with smtplib.SMTP("127.0.0.1", sink) as server:
        server.send_message(letter)
    send(sink)
    key = next(found.key for found in letters_for(cast.bob) if found.is_private)
    assert "asks for a word" in as_(cast.bob).get(reverse("letters")).text
    assert as_(cast.bob).get(reverse("letter", args=[key])).status_code == 200
    for other in (cast.alice, cast.heidi):
        page = as_(other).get(reverse("letters")).text
        assert "asks for a word" not in page
        assert "1 letter, the newest first" in page
        for name in ("letter", "letter_html"):
            assert as_(other).get(reverse(name, args=[key])).status_code == 404
