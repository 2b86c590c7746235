from tests.access import ALL, Page

ACCESS = {
    "healthz": Page(get=ALL, anonymous=True, for_people=False),
}
