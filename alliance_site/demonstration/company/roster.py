"""Who works at Northwind, a maker of monitoring for wind farms, and who did: nine years of it.

Every number is months before today; what is written happened on the first of that month. `posts`
read "months department: title", `bosses` "months key". Names are drawn by the seed, but for the
three who sign in. `fate` says how somebody's tours stand today, see `tours.py`.
"""

from __future__ import annotations

from dataclasses import dataclass

#: Departments with the one above; Hardware was closed 46 months ago, Support renamed 30 months ago.
DEPARTMENTS: list[tuple[str, str | None]] = [
    ("Management", None),
    ("Engineering", None),
    ("Hardware", "Engineering"),
    ("Data", "Engineering"),
    ("Product", None),
    ("Field Service", None),
    ("Support", None),
    ("Customer Success", None),
    ("Sales", None),
    ("Finance", None),
    ("People", None),
]


@dataclass(frozen=True)
class Left:
    months: int
    ending: str
    note: str = ""
    regretted: bool | None = None
    why: str = ""


@dataclass(frozen=True)
class Seat:
    """One spell of one person; `person` names them where they came back."""

    key: str
    work: str
    posts: str
    bosses: str = ""
    fate: str = "active"
    left: Left | None = None
    person: str = ""
    hr: bool = False


SEATS = [
    # Management and the heads
    Seat("ceo", "head", "108 Management: Managing Director", fate="none"),
    Seat("office", "office", "90 Management: Office Manager", "90 ceo", "foundational"),
    Seat("cto0", "head", "108 Engineering: Head of Engineering", "108 ceo",
         left=Left(60, "resignation", "Head of technology at a competitor", True,
                   "Built our platform. Nobody asked what should come after it until the offer was signed.")),
    Seat("cto1", "head", "60 Engineering: Head of Engineering", "60 ceo",
         left=Left(34, "dismissal", "Differences about the direction of the department", False)),
    Seat("tomas", "head", "84 Engineering: Software Engineer; 62 Engineering: Team Lead, Platform; "
         "34 Engineering: Head of Engineering", "84 cto0; 60 cto1; 34 ceo", "active"),
    Seat("head_field0", "head", "108 Field Service: Head of Field Service", "108 ceo",
         left=Left(57, "retirement", "Retired after 41 years in the trade", False)),
    Seat("head_field", "head", "103 Field Service: Service Technician; 81 Field Service: Team Lead; "
         "57 Field Service: Head of Field Service", "103 head_field0; 57 ceo", "foundational"),
    Seat("head_cs0", "head", "104 Support: Head of Support", "104 ceo",
         left=Left(54, "resignation", "Started a company of their own", False)),
    Seat("head_cs", "head", "86 Support: Support Engineer; 54 Support: Head of Support; "
         "30 Customer Success: Head of Customer Success", "86 head_cs0; 54 ceo", "foundational"),
    Seat("head_sales0", "head", "97 Sales: Head of Sales", "97 ceo",
         left=Left(31, "retirement", "Retired; still advises us on two accounts", False)),
    Seat("head_sales", "head", "31 Sales: Head of Sales", "31 ceo", "active"),
    Seat("cfo", "head", "94 Finance: Head of Finance", "94 ceo", "foundational"),
    Seat("head_prod0", "head", "52 Product: Head of Product", "52 ceo",
         left=Left(2, "resignation", "A larger product team abroad", True,
                   "Held the roadmap together. The talk about the next tour was put off three times.")),
    Seat("hr0", "people", "101 People: HR Manager", "101 ceo", hr=True,
         left=Left(64, "resignation", "Moved to another part of the country", False)),
    Seat("ruth", "people", "65 People: HR Manager; 40 People: Head of People", "65 ceo", "ruth", hr=True),
    # Engineering, under Tomas
    Seat("ines", "software", "68 Engineering: Graduate Engineer; 50 Engineering: Software Engineer; "
         "26 Engineering: Senior Software Engineer", "68 cto0; 60 cto1; 34 tomas", "ines"),
    Seat("heir", "heir", "108 Engineering: Software Engineer; 72 Engineering: Senior Software Engineer; "
         "40 Engineering: Principal Engineer", "108 cto0; 60 cto1; 34 tomas", "foundational"),
    Seat("star", "software", "24 Engineering: Software Engineer", "24 tomas", "star",
         left=Left(1, "resignation", "Lead engineer at another company", True,
                   "Our best hire in years. Wrote in the check-ins that the work had stopped being new; "
                   "we kept the same mission.")),
    Seat("lead_platform", "lead", "58 Engineering: Software Engineer; 33 Engineering: Team Lead, Platform",
         "58 tomas", "active"),
    Seat("lead_embedded", "lead", "92 Hardware: Electronics Engineer; "
         "46 Engineering: Team Lead, Embedded Systems", "92 head_hw; 46 cto1; 34 tomas", "active"),
    Seat("eng_ending", "software",
         "44 Engineering: Software Engineer; 20 Engineering: Senior Software Engineer",
         "44 tomas", "bored 20"),
    Seat("eng_change", "software", "39 Engineering: Site Reliability Engineer", "39 tomas", "change"),
    Seat("eng_draft", "software", "5 Engineering: Security Engineer", "5 tomas", "draft"),
    Seat("eng_overdue", "software", "29 Engineering: Software Engineer", "29 tomas", "overdue"),
    Seat("eng_new", "software", "2 Engineering: Quality Engineer", "2 tomas", "none"),
    Seat("eng_moved", "data", "27 Data: Data Engineer; 2 Engineering: Data Platform Engineer",
         "27 head_data; 2 tomas", "active"),
    Seat("p1", "software", "55 Engineering: Software Engineer; 30 Engineering: Senior Software Engineer",
         "55 tomas; 33 lead_platform", "agreed"),
    Seat("p2", "software", "31 Engineering: Software Engineer", "31 lead_platform", "proposed"),
    Seat("p3", "software", "21 Engineering: Frontend Engineer", "21 lead_platform"),
    Seat("p4", "software", "16 Engineering: Software Engineer", "16 lead_platform", "declined"),
    Seat("p5", "graduate", "9 Engineering: Graduate Engineer", "9 lead_platform", "given"),
    Seat("px1", "software", "79 Engineering: Software Engineer", "79 cto0; 62 tomas",
         left=Left(41, "resignation", "Pay", False)),
    Seat("px2", "software", "47 Engineering: Backend Engineer", "47 tomas; 33 lead_platform",
         left=Left(22, "resignation", "Nothing new to learn here", True,
                   "Knew the billing engine like nobody else; left three weeks before the second anniversary "
                   "of a tour that had done its job after one year.")),
    Seat("e1", "firmware", "77 Hardware: Test Engineer; 46 Engineering: Test Engineer",
         "77 head_hw; 46 lead_embedded", "foundational"),
    Seat("e2", "firmware", "64 Hardware: Firmware Engineer; 46 Engineering: Firmware Engineer",
         "64 head_hw; 46 lead_embedded", "restarted employee"),
    Seat("e3", "firmware", "23 Engineering: Firmware Engineer", "23 lead_embedded", "ending 80"),
    Seat("e4", "firmware", "12 Engineering: Electronics Engineer", "12 lead_embedded", "withdrawn"),
    # Hardware, closed: its head and two others were made redundant, the rest moved to Engineering
    Seat("head_hw", "lead", "100 Hardware: Head of Hardware", "100 cto0; 60 cto1",
         left=Left(46, "redundancy", "Hardware closed; production went to a partner", True,
                   "Offered another role too late to be taken seriously.")),
    Seat("hx1", "firmware", "83 Hardware: Electronics Engineer", "83 head_hw",
         left=Left(46, "redundancy", "Hardware closed", False)),
    Seat("hx2", "firmware", "58 Hardware: Assembly Technician", "58 head_hw",
         left=Left(46, "redundancy", "Hardware closed", False)),
    Seat("hx3", "firmware", "70 Hardware: Test Technician", "70 head_hw",
         left=Left(52, "end_of_contract", "Fixed term, not renewed", False)),
    # Data, born 28 months ago; its head moved to Product two months ago
    Seat("head_data", "lead",
         "66 Engineering: Data Analyst; 28 Data: Head of Data; 2 Product: Head of Product",
         "66 cto0; 60 cto1; 34 tomas; 28 ceo", "active"),
    Seat("lead_data", "data", "45 Engineering: Data Engineer; 28 Data: Senior Data Scientist; "
         "2 Data: Lead Data Scientist", "45 cto1; 34 tomas; 28 head_data; 2 ceo", "active"),
    Seat("d1", "data", "26 Data: Data Scientist", "26 head_data; 2 lead_data"),
    Seat("d2", "data", "18 Data: Data Scientist", "18 head_data; 2 lead_data"),
    Seat("d3", "data", "11 Data: Analytics Engineer", "11 head_data; 2 lead_data", "ending 150"),
    Seat("d4", "data", "4 Data: Data Analyst", "4 head_data; 2 lead_data", "none"),
    Seat("dx1", "data", "25 Data: Data Scientist", "25 head_data",
         left=Left(8, "resignation", "Research position at a university", True,
                   "Wanted to publish. It was in the promises and stayed there.")),
    # Product
    Seat("pr1", "product", "51 Product: Product Manager", "51 head_prod0; 2 head_data"),
    Seat("pr2", "design", "36 Product: Product Designer", "36 head_prod0; 2 head_data", "ending 80"),
    Seat("pr3", "product", "14 Product: Product Manager", "14 head_prod0; 2 head_data"),
    Seat("prx", "product", "48 Product: Product Manager", "48 head_prod0",
         left=Left(27, "resignation", "Family moved abroad", False)),
    # Field Service
    Seat("lead_north", "lead", "88 Field Service: Service Technician; 56 Field Service: Team Lead, North",
         "88 head_field0; 57 head_field", "active"),
    Seat("lead_south", "lead", "60 Field Service: Service Technician; 24 Field Service: Team Lead, South",
         "60 lead_south0; 24 head_field", "active"),
    Seat("lead_south0", "lead", "95 Field Service: Service Technician; 80 Field Service: Team Lead, South",
         "95 head_field0; 57 head_field", left=Left(24, "resignation", "Less travelling", False)),
    Seat("n1", "field", "72 Field Service: Service Technician; 30 Field Service: Senior Technician",
         "72 head_field0; 57 head_field; 56 lead_north", "foundational"),
    Seat("n2", "field", "49 Field Service: Blade Inspector", "49 lead_north"),
    Seat("n3", "field", "34 Field Service: Service Technician", "34 lead_north", "gap"),
    Seat("n4", "field", "19 Field Service: Service Technician", "19 lead_north", "restarted manager"),
    Seat("n5", "apprentice", "7 Field Service: Apprentice Technician", "7 lead_north", "given"),
    Seat("s1", "field", "66 Field Service: Service Technician; 24 Field Service: Senior Technician",
         "66 lead_south0; 24 lead_south"),
    Seat("s2", "field", "42 Field Service: Service Technician", "42 lead_south0; 24 lead_south",
         "ending 150"),
    Seat("s3", "field", "28 Field Service: Drone Pilot", "28 lead_south0; 24 lead_south"),
    Seat("s4", "field", "13 Field Service: Service Technician", "13 lead_south"),
    Seat("s5", "apprentice", "3 Field Service: Apprentice Technician", "3 lead_south", "draft"),
    Seat("nx1", "field", "96 Field Service: Senior Technician", "96 head_field0",
         left=Left(63, "retirement", "", False)),
    Seat("nx2", "field", "53 Field Service: Service Technician", "53 lead_north",
         left=Left(39, "dismissal", "Repeated breaches of the safety rules", False)),
    Seat("nx3", "field", "85 Field Service: Service Technician",
         "85 head_field0; 57 head_field; 56 lead_north",
         left=Left(30, "death", "", True, "A colleague of nearly five years, much missed.")),
    Seat("nx4", "field", "38 Field Service: Service Technician", "38 lead_north",
         left=Left(20, "resignation", "Work nearer to home", False)),
    Seat("sx1", "field", "20 Field Service: Service Technician", "20 lead_south",
         left=Left(12, "end_of_contract", "Season contract", False)),
    Seat("sx2", "field", "15 Field Service: Rope Access Technician", "15 lead_south",
         left=Left(6, "other", "Moved to our partner company with a contract we took over", None)),
    # Customer Success, called Support until 30 months ago
    Seat("c1", "success", "63 Support: Support Engineer; 30 Customer Success: Senior Customer Engineer",
         "63 head_cs0; 54 head_cs", "foundational"),
    Seat("c2", "success", "43 Support: Support Engineer; 30 Customer Success: Customer Engineer",
         "43 head_cs"),
    Seat("c3", "success", "25 Customer Success: Customer Engineer", "25 head_cs", "ending 20"),
    Seat("c4", "success", "17 Customer Success: Customer Engineer", "17 head_cs"),
    Seat("c5", "success", "8 Customer Success: Customer Success Manager", "8 head_cs", "first proposal"),
    Seat("boom0", "success", "80 Support: Support Engineer", "80 head_cs0; 54 head_cs", person="boom",
         left=Left(44, "resignation", "A year of travelling, then a start-up", True,
                   "Customers asked after them for months. We said the door was open, and meant it.")),
    Seat("boom", "lead", "26 Customer Success: Team Lead, Onboarding", "26 head_cs", "active"),
    Seat("c6", "success", "22 Customer Success: Onboarding Specialist", "22 boom"),
    Seat("c7", "success", "10 Customer Success: Onboarding Specialist", "10 boom"),
    Seat("cx1", "success", "69 Support: Support Engineer; 30 Customer Success: Customer Engineer",
         "69 head_cs0; 54 head_cs", left=Left(25, "resignation", "Shift work", False)),
    Seat("cx2", "success", "33 Support: Support Engineer; 30 Customer Success: Customer Engineer",
         "33 head_cs",
         left=Left(15, "resignation", "Wanted to move into product", True,
                   "Had asked for a rotation into Product twice and got no answer.")),
    # Sales
    Seat("sa1", "sales", "75 Sales: Account Manager; 29 Sales: Key Account Manager",
         "75 head_sales0; 31 head_sales", "foundational"),
    Seat("sa2", "sales", "40 Sales: Account Manager", "40 head_sales0; 31 head_sales", "agreed"),
    Seat("sa3", "sales", "20 Sales: Account Manager", "20 head_sales", "active"),
    Seat("sa4", "sales", "6 Sales: Business Development Manager", "6 head_sales", "first proposal"),
    Seat("sx3", "sales", "50 Sales: Account Manager", "50 head_sales0; 31 head_sales",
         left=Left(29, "dismissal", "Targets missed in three years running", False)),
    Seat("sx4", "sales", "37 Sales: Sales Engineer", "37 head_sales0; 31 head_sales",
         left=Left(18, "resignation", "A territory of their own elsewhere", True,
                   "The territory was promised for the second year; it came up after the notice.")),
    # Finance and People
    Seat("f1", "finance", "59 Finance: Accountant; 21 Finance: Senior Accountant", "59 cfo"),
    Seat("f2", "finance", "15 Finance: Controller", "15 cfo", "active"),
    Seat("fx1", "finance", "82 Finance: Accountant", "82 cfo", left=Left(38, "resignation", "Pay", False)),
    Seat("hr1", "people", "32 People: People Partner", "32 ruth", hr=True),
    Seat("hr2", "people", "13 People: Talent Acquisition Partner", "13 ruth", "change"),
    # Came within the year, and some went again as soon; two came back
    Seat("ex1", "success", "12 Customer Success: Customer Engineer", "12 head_cs",
         left=Left(4, "resignation", "Not the work that was advertised", True,
                   "Asked in the second week what the mission was. We wrote it in the third month.")),
    Seat("ex2", "field", "12 Field Service: Service Technician", "12 lead_south"),
    Seat("ex3", "sales", "11 Sales: Account Manager", "11 head_sales"),
    Seat("ex4", "sales", "9 Sales: Sales Engineer", "9 head_sales",
         left=Left(7, "dismissal", "Within the trial period", False)),
    Seat("px2_back", "software", "8 Engineering: Senior Software Engineer", "8 lead_platform", person="px2"),
    Seat("cx2_back", "product", "5 Product: Product Manager", "5 head_prod0; 2 head_data", person="cx2"),
]  # fmt: skip
