"""Missions of those who make the product: software, devices, data, design."""

from __future__ import annotations

from alliance_site.demonstration.company.missions.mission import Mission, company, own

SOFTWARE = (
    Mission(
        "Replace the alarm engine that pages customers at night. Move all 214 parks to the new one, park by "
        "park, and switch the old one off.",
        "False alarms fall from 31 to under 8 a park and month by {mid}, and one engine costs half of what "
        "two cost to run.",
        "Leads a migration alone from design to switch-off, defends the design before the architecture "
        "round, and can show a before-and-after in figures by {late}.",
        (
            company(
                "A seat in the architecture round from the second month on.",
                0.1,
                "invitation in the calendar",
            ),
            company("Two days a week free of on-call during the migration.", 0.25, "the on-call plan"),
            own("The first twenty parks run on the new engine.", 0.4, "the park list on the wall"),
            own(
                "A written account of what went wrong and why, for the other teams.",
                0.9,
                "a page in the handbook",
            ),
        ),
        "I would like to present this at a conference, not only in-house. Can we put that in, with a date?",
        company(
            "Travel and four days to present the migration at a public conference.", 0.8, "an accepted talk"
        ),
    ),
    Mission(
        "Give customers a programming interface for their turbine data: documented, versioned, with limits, "
        "and used by {client} first.",
        "Three customers read their data without asking our support by {late}; the 40 manual exports a "
        "month end.",
        "Designs a public interface others depend on, learns to say no to a customer in writing, and is "
        "named as its maintainer by {mid}.",
        (
            company(
                "Meetings with the engineers of {client} once a month, without a manager in between.",
                0.2,
                "the meeting notes",
            ),
            company(
                "A course in interface design, three days, of the employee's own choice.", 0.35, "the booking"
            ),
            own("A first version that {client} uses in earnest.", 0.45, "requests in the log"),
            own(
                "Documentation good enough that the second customer needs no call.", 0.75, "no open questions"
            ),
        ),
        "Being the maintainer must come with the say about what goes in. Please write that down.",
        company(
            "The employee decides what enters the interface, within the published rules.",
            0.3,
            "named as owner in the handbook",
        ),
    ),
    Mission(
        "Bring the nightly forecast run from five hours to under one, so that traders at {client} have it "
        "before the market opens.",
        "A forecast at 05:30 instead of 08:10 every day by {mid}; {client} made that a condition of renewal.",
        "Becomes the person the company asks about performance: profiling, database internals, and a public "
        "write-up under the employee's own name by {late}.",
        (
            company("A machine of the same size as production for measuring.", 0.1, "access given"),
            company(
                "A week with the database consultant who helped us two years ago.",
                0.4,
                "the week in the plan",
            ),
            company("The write-up read by Legal and cleared for publication.", 0.91, "the cleared text"),
            own("Measurements published before the first change is made.", 0.2, "a chart with the spread"),
            own("Under one hour for thirty nights in a row.", 0.85, "the run log"),
        ),
    ),
    Mission(
        "Rebuild the customer portal's front end so that a technician can use it on a phone on top of a "
        "tower.",
        "Half of all inspection reports are filed on site by {late}, instead of two days later from the "
        "office.",
        "Leads research with users in the field, owns the design system, and has a portfolio piece with "
        "figures by {mid}.",
        (
            company(
                "Three days on site with the crews at {park}, with safety training paid.",
                0.2,
                "the certificate",
            ),
            company("A designer for one day a week until the first release.", 0.3, "the plan of Product"),
            own(
                "Every page reachable by keyboard and readable in the sun.", 0.6, "an audit by somebody else"
            ),
            own("Two colleagues can change the design system without help.", 0.85, "their changes merged"),
        ),
    ),
    Mission(
        "Make us ready for certification of information security: find the gaps, close them with the teams, "
        "and pass the audit.",
        "The certificate by {late}, which eleven tenders of last year asked for and we did not have.",
        "Runs a company-wide change without formal power, earns the lead auditor's qualification, and "
        "reports to the board twice.",
        (
            company(
                "The lead auditor course and its examination, paid and in working time.", 0.35, "the diploma"
            ),
            company(
                "Each head of department names one person with two days a month.",
                0.15,
                "a list of eight names",
            ),
            own("A list of gaps, each with an owner and a date.", 0.3, "the list, agreed with all heads"),
            own("The internal audit without a major finding.", 0.75, "the report"),
        ),
        "Two days a month from each department will evaporate. I want the managing director to ask for it.",
        company(
            "The managing director announces the two days and asks about them every quarter.",
            0.2,
            "the announcement",
        ),
    ),
    Mission(
        "Take billing out of the old system: every contract, every meter, every correction, with both "
        "running side by side for a quarter.",
        "Invoices on the second working day instead of the twelfth from {mid} on, and no invoice by hand.",
        "Learns the money side of the company from Finance, owns a system on which the company depends, and "
        "leads two colleagues for the first time.",
        (
            company("Half a day a week in Finance for the first two months.", 0.15, "the calendar"),
            company(
                "The formal lead of a team of three from the third month on.", 0.25, "the organisation chart"
            ),
            own(
                "A quarter in which both systems agree to the cent.", 0.7, "the comparison, signed by Finance"
            ),
        ),
    ),
    Mission(
        "Set up on-call that people can live with: fewer pages, clear run-books, six people trained, no "
        "hero.",
        "Nights with a page fall from 14 to 4 a month by {mid}; nobody is on call more than one week in six.",
        "Becomes the company's authority on reliability, trains six engineers, and speaks at the regional "
        "meet-up in {place} by {late}.",
        (
            company("Pay for on-call raised to the level agreed with the works council.", 0.2, "the payslip"),
            company(
                "A veto for six months on releases that come without a run-book.", 0.1, "the release rules"
            ),
            own("A run-book for each of the fifteen most frequent pages.", 0.45, "the handbook"),
            own("Six people who have led a real incident.", 0.85, "the incident log"),
        ),
        "I can train six people only if their teams let them go. Can that be a promise too?",
        company("Each trainee has one day a week free for three months.", 0.35, "the plans of the teams"),
    ),
    Mission(
        "Test the way customers use us: replace 900 brittle checks by 120 that mean something, and run them "
        "in ten minutes.",
        "Releases every day instead of every third week by {mid}, with no more faults than today.",
        "Moves from testing to engineering: designs the approach, writes the tools, and is graded as an "
        "engineer by {late}.",
        (
            company("A mentor from the platform team, an hour each week.", 0.1, "the calendar"),
            company("The job title Engineer when the daily release stands.", 0.7, "a letter from People"),
            own("Ten minutes from commit to verdict.", 0.6, "the median of a month"),
        ),
    ),
)

GRADUATE = (
    Mission(
        "Rotate through three teams, six months each: platform, field service, data. Deliver one thing in "
        "each that is used afterwards.",
        "An engineer who knows how a sensor reading becomes an invoice, and three small tools we have "
        "wanted.",
        "Sees the whole product before choosing; at the end picks the team, with references from three "
        "leads.",
        (
            company("A named mentor in each team who is not the lead.", 0.1, "three names"),
            company(
                "The choice of team is granted unless somebody says why not in writing.", 0.9, "the decision"
            ),
            own("A short talk at the end of each rotation.", 0.35, "the recording"),
        ),
    ),
    Mission(
        "Learn the trade on the alert pages: fix a fault every week, then own one page of the portal with "
        "all that belongs to it.",
        "The forty oldest customer faults closed by {mid}, each with a test.",
        "From first commit to owner of something customers see within a year; reviewed by four different "
        "seniors, with a written assessment by {mid}.",
        (
            company("A review within a working day, by a senior.", 0.1, "the merge log"),
            company("A visit to {park} to see where the data come from.", 0.5, "a tick beside the date"),
            own("One fault a week, explained in two sentences.", 0.4, "the weekly note"),
        ),
    ),
)

FIRMWARE = (
    Mission(
        "Bring the vibration sensor to ten years on one battery, without losing the peaks that announce a "
        "broken bearing.",
        "No battery visits: 2,300 tower climbs a year that need not happen, from {late} on.",
        "Deep skill in low-power design, a patent application with the employee as inventor, and the lead "
        "of the next sensor.",
        (
            company("A laboratory place with the current analyser for the whole tour.", 0.1, "the desk"),
            company("The patent attorney's time for one application.", 0.7, "the filing number"),
            own("Measured current below 9 µA over a month.", 0.55, "the log of five sensors"),
        ),
        "If I am to lead the next sensor I would like that in writing rather than in the gain alone.",
        company(
            "Lead of the next sensor project is offered to the employee first.", 0.85, "the project charter"
        ),
    ),
    Mission(
        "Update 11,000 sensors over the air, safely: no device that dies, and a way back for each.",
        "A fault in the field mended in a day instead of a season, proven at {park} by {mid}.",
        "Owns the riskiest thing we do; learns secure boot and staged roll-out and presents both at the "
        "embedded meet-up in {place}.",
        (
            company("Fifty sensors to break.", 0.1, "the box"),
            company("The course on secure embedded systems in {place}.", 0.4, "the certificate"),
            own("A thousand updates in a row without a lost device.", 0.6, "the counter"),
            own("A plan for the day it goes wrong, tried with Field Service.", 0.8, "the exercise's notes"),
        ),
    ),
    Mission(
        "Build the test bench that tells good boards from bad in ninety seconds, and hand it to the partner "
        "who makes them.",
        "Returns from the field fall from 3.1 to below 1 per cent by {late}.",
        "Leads work at a supplier abroad, learns test engineering at scale, and gets the automation "
        "certificate.",
        (
            company("Four weeks at the partner's works, flights home every weekend.", 0.4, "the travel plan"),
            company("Fees and ten days for the automation certificate.", 0.6, "the certificate"),
            own("Ninety seconds a board, with nothing bad let through in 500.", 0.7, "the record"),
        ),
    ),
    Mission(
        "Keep the three old sensor families alive and honest: spare parts, known faults, and a date for the "
        "end of each.",
        "Customers hear a date from us before they hear a rumour; no family is supported by memory alone.",
        "Becomes the steward of what is installed, with the last word on end-of-life, and passes the "
        "knowledge to two younger colleagues.",
        (
            company(
                "The last word on end-of-life dates, against Sales too.", 0.3, "the rule in the handbook"
            ),
            own("Known faults written down for all three families.", 0.5, "the pages"),
            own(
                "Two colleagues who can answer in the employee's stead.",
                0.9,
                "three weeks of leave undisturbed",
            ),
        ),
    ),
)

DATA = (
    Mission(
        "Predict gearbox failure three weeks ahead, well enough that a crew will climb for it.",
        "Eight of ten failures announced, with at most two false climbs a park and year, by {late}.",
        "Takes a model from notebook to crews who rely on it; named author of a paper with the institute in "
        "{place} by {mid}.",
        (
            company("Inspection reports of five years, cleaned, from Field Service.", 0.2, "the data set"),
            company("Leave to publish, with customers' names removed.", 0.6, "a letter from Legal"),
            own(
                "A trial with the crew of {park}, figures shared whatever they are.", 0.5, "the trial report"
            ),
            own("A page that tells technicians why it calls.", 0.8, "two technicians can explain it"),
        ),
        "I would like the paper to be a promise with a date, not a hope. Our last one died in review.",
        company("One day a week for the paper, for four months.", 0.5, "the plan of the team"),
    ),
    Mission(
        "One place for every reading: move five stores into one, with an owner and a meaning for each "
        "column.",
        "A question of {client} answered in an hour instead of four days from {mid} on.",
        "Designs the company's data architecture, learns to lead by writing, and becomes the named owner of "
        "it.",
        (
            company("The say over new data stores: none without the employee's agreement.", 0.2, "the rule"),
            company("A second engineer from the sixth month on.", 0.4, "a signed contract"),
            own("Three of five stores switched off.", 0.6, "the invoices end"),
        ),
    ),
    Mission(
        "Measure what our alarms are worth: for each, what happened next, what it cost, and whether we "
        "helped.",
        "A figure that Sales may quote and an auditor would accept, by {mid}.",
        "Learns causal inference on a real question and presents the result to the board and to two "
        "customers.",
        (
            company("Access to the cost records of two customers.", 0.25, "two signed agreements"),
            company("A course in causal inference, five days.", 0.3, "the certificate"),
            own("A method that a sceptic outside the team has read.", 0.55, "the review"),
        ),
    ),
    Mission(
        "Turn drone pictures of blades into a list of damages that an inspector only needs to confirm.",
        "An inspection of a park in two days instead of nine, first at {park} by {mid}.",
        "Hands-on computer vision from labels to edge device, and the lead of two inspectors who label.",
        (
            company("30,000 labelled pictures, paid for.", 0.3, "the delivery"),
            company("A graphics machine of our own.", 0.15, "it runs"),
            own("Nine of ten damages found that the inspectors found.", 0.65, "the comparison"),
            own("A half-day for inspectors about what it cannot see.", 0.8, "the attendance list"),
        ),
    ),
    Mission(
        "Give each head of department five figures they trust, refreshed every morning, and retire 60 "
        "reports.",
        "Monthly figures without a week of spreadsheets, from {mid} on.",
        "Knows how every department earns or spends; moves from answering questions to deciding which are "
        "asked.",
        (
            company("An hour with every head of department each quarter.", 0.2, "the calendar"),
            own("Sixty reports switched off with nobody missing them.", 0.7, "no complaint in a month"),
            own("Each figure has a formula that its head has signed.", 0.5, "the page of formulas"),
        ),
    ),
)

PRODUCT = (
    Mission(
        "Find out whether small parks, under ten turbines, would pay for us, and launch for them or say why "
        "not.",
        "A decision on evidence by {mid}; if yes, forty small parks in the first year.",
        "Leads a product from question to launch with a budget of their own, and answers for it to the "
        "board.",
        (
            company("A budget of 60,000 to spend without asking.", 0.15, "the cost centre"),
            company("Two developers for six months once the answer is yes.", 0.5, "the plan of Engineering"),
            own("Thirty conversations with owners of small parks.", 0.35, "the notes"),
            own("A recommendation of two pages, with what would change it.", 0.5, "read by the board"),
        ),
        "If the answer is no, I do not want it to count as a failure. Can we say so?",
        company(
            "A well-founded no counts as success, and is presented as such.", 0.55, "the minutes of the board"
        ),
    ),
    Mission(
        "Cut the product to what is used: of 140 settings keep those that somebody would miss.",
        "A new customer set up in a day instead of two weeks by {late}.",
        "Learns to take away, with figures and with customers in the room; owns the roadmap of set-up from "
        "{first} on.",
        (
            company(
                "Backing when a customer complains about something removed.",
                0.3,
                "no setting comes back by phone",
            ),
            own("Use of every setting measured before one is removed.", 0.25, "the list"),
            own("Calls with the twenty customers who will notice.", 0.6, "the notes"),
        ),
    ),
    Mission(
        "Make offshore a product: what crews on a vessel need differs from what they need on a hill. Start "
        "with {client}.",
        "Two offshore parks under contract by {late}.",
        "Becomes our voice in the offshore market, with a speaker's place at the fair in {place} and a "
        "network beyond the company.",
        (
            company("Offshore safety training and two weeks on a service vessel.", 0.3, "the certificate"),
            company("A stand at the fair in {place}, under the employee's lead.", 0.7, "the booking"),
            own("A description of the crews' day that the crews recognise.", 0.4, "two crews have signed it"),
        ),
    ),
)

DESIGN = (
    Mission(
        "Give the portal one language: components, words and colours that hold for a control room and for a "
        "phone.",
        "Design and development of a new page in a week instead of four, from {mid} on.",
        "Builds a design system from scratch, leads its guild of six, and shows it in public by {late}.",
        (
            company("A front-end engineer for half the time.", 0.2, "the plan of Engineering"),
            company("Two days a month to write about it under their own name.", 0.4, "the first article"),
            own("The ten most used pages rebuilt from it.", 0.65, "the count"),
        ),
    ),
    Mission(
        "Make alarms understood at a glance at three in the morning: study operators at {client}, redesign, "
        "measure.",
        "Time from alarm to right decision halved, measured with operators of {client} by {mid}.",
        "Learns field research in control rooms and safety-critical design, with a case study both may "
        "publish.",
        (
            company("Twelve nights in control rooms, with time off after each.", 0.35, "the roster"),
            own(
                "A measured comparison, old against new, with operators who owe us nothing.",
                0.6,
                "the report",
            ),
            own("The case study, cleared with {client}.", 0.9, "published"),
        ),
    ),
    Mission(
        "Redesign the first week of a customer: from signed contract to first useful alarm.",
        "First useful alarm on day 3 instead of day 19 for every new park from {mid} on.",
        "Leads a change across four departments and learns service design; takes the certificate by {late}.",
        (
            company(
                "The service design course, six weekends, paid and given back as leave.",
                0.4,
                "the certificate",
            ),
            company("One named person in each of the four departments.", 0.1, "four names"),
            own("Five customers accompanied through their first week.", 0.3, "five diaries"),
        ),
    ),
)
