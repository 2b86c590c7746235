from tests.access import ALL, Page

ACCESS = {
    "home": Page(get=ALL),
    "retention": Page(get="heidi"),
    "signals": Page(get="heidi"),
    "opinions": Page(get="heidi"),
    "opinions_export": Page(get="heidi", for_people=False),
}
