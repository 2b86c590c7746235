from tests.access import ALL, Page

ACCESS = {
    "home": Page(get=ALL),
    "retention": Page(get="heidi"),
    "retention_departments": Page(get="heidi"),
    "retention_staying": Page(get="heidi"),
    "retention_tours": Page(get="heidi"),
    "retention_list": Page(get="heidi", args=lambda world: {"of": "closing"}),
    "retention_export": Page(get="heidi", args=lambda world: {"kind": "csv"}, for_people=False),
    "retention_monthly": Page(post="heidi"),
    "team": Page(get="bob carol nina"),
    "team_list": Page(get="bob carol nina", args=lambda world: {"of": "ended"}),
    "team_export": Page(get="bob carol nina", args=lambda world: {"kind": "csv"}, for_people=False),
    "signals": Page(get="heidi"),
    "opinions": Page(get="heidi"),
    "opinions_export": Page(
        get="heidi", args=lambda world: {"kind": "csv"}, for_people=False, leads_on="heidi"
    ),
}
