"""The windows of these tests hear what goes wrong in them."""


def test_what_a_window_asks_of_elsewhere_is_noticed(page_as, cast, problems):
    page = page_as(cast.alice)
    page.goto("/")
    page.evaluate("fetch('https://elsewhere.example.com/').catch(() => 0)")
    page.evaluate("document.body.append(Object.assign(document.createElement('script'), {text: '1'}))")
    page.evaluate("fetch('/static/nothing.css')")
    page.wait_for_timeout(300)
    said = "\n".join(problems)
    assert "Content Security Policy" in said
    assert "404 for" in said
    problems.clear()
