"""Missions of those who serve customers: on the towers, on the telephone, in the market."""

from __future__ import annotations

from alliance_site.demonstration.company.missions.mission import Mission, company, own

FIELD = (
    Mission(
        "Fit all 46 turbines of {park} with the new sensor in one season, without a lost-time accident.",
        "The first park wholly on the new sensor by {late}, and a fitting plan the other crews can follow.",
        "Plans and leads a season from the first crane to the last report; qualifies as site supervisor by "
        "{mid}.",
        (
            company("The site supervisor's course before the season starts.", 0.25, "the certificate"),
            company("A second van from the twentieth turbine on.", 0.35, "the keys"),
            own("Two turbines a week from the fourth week on.", 0.6, "the site diary"),
            own("The fitting plan, with pictures, for the other crews.", 0.9, "used by one of them"),
        ),
        "I can lead the season, but not with borrowed people every week. I want a fixed second technician.",
        company("A fixed second technician for the whole season.", 0.3, "the roster"),
    ),
    Mission(
        "Learn to inspect blades by rope and by drone, and inspect the whole of {park} within the year.",
        "Inspections of our own instead of hired ones: 85,000 a year saved from {late} on.",
        "Rope access level two and the drone licence for heavy classes, both valid with any employer.",
        (
            company("Both courses, paid, in working time.", 0.4, "two certificates"),
            company("A logbook countersigned every month, so that the hours count.", 0.5, "the logbook"),
            own("All blades of {park}, each with a report that Data can use.", 0.85, "the reports"),
        ),
    ),
    Mission(
        "Train technicians of our partners in {place}: three courses, forty people, an examination that "
        "means something.",
        "Partners fit our sensors without our crews from {mid} on.",
        "Becomes a trainer: certified, with course material under their own name and a season less on the "
        "road.",
        (
            company("The trainer's certificate with the chamber of crafts.", 0.35, "the certificate"),
            company("No nights away in the weeks between courses.", 0.3, "the roster"),
            own("Forty people who pass, and those who should not pass do not.", 0.8, "the examination lists"),
        ),
    ),
    Mission(
        "Halve the second visits: find out why every fourth repair at {park} is done twice, and change that.",
        "From 24 to 12 per cent second visits by {late}: some 300 days of travel a year.",
        "From doing to improving: learns root-cause analysis, leads a circle of five crews, reports to the "
        "head of department.",
        (
            company("One day a week off the tower for the analysis.", 0.15, "the roster"),
            company("Spare parts as the circle asks for, up to 20,000.", 0.4, "the store"),
            own("The five commonest causes, with evidence.", 0.35, "the list on the van doors"),
            own("A van kit that three crews have asked to keep.", 0.75, "it is in the vans"),
        ),
    ),
    Mission(
        "Take over the three parks around {place} as their single contact: plan, repair, report, answer the "
        "owner.",
        "One voice for {client}, who threatened to leave over five different ones; renewed by {late}.",
        "Learns planning, budget and customer talks; the way to team lead is open, with a decision in "
        "{late}.",
        (
            company("Sits in on every talk with {client} about money.", 0.2, "the invitations"),
            company("A written answer about the step to team lead.", 0.9, "the letter"),
            own("A monthly report of one page that {client} reads.", 0.3, "their answer"),
            own("Availability of the three parks above 97 per cent.", 0.8, "the meter"),
        ),
        "The way to team lead should not depend on whether somebody leaves. Say what I must show by then.",
        company(
            "A list of what a team lead must show, gone through every half year.", 0.35, "the list, dated"
        ),
    ),
    Mission(
        "Bring our drones out of sight: permits, procedures and the first flights beyond line of sight at "
        "{park}.",
        "A park seen from one place instead of six; the permit is one of four in the country, by {late}.",
        "Accountable pilot by name in the permit, and a trade that hardly anybody else has.",
        (
            company("Fees and twenty days for the permit's examinations.", 0.3, "the result"),
            company("A flight recorder and insurance in the pilot's favour.", 0.2, "the policy"),
            own("Sixty flights without an incident.", 0.75, "the log"),
        ),
    ),
)

APPRENTICE = (
    Mission(
        "Three crews, three seasons: north, south, workshop. Pass the intermediate examination on the way.",
        "A technician who can join any crew, and whom two team leads want.",
        "The trade from all its sides, working-at-height and electrical safety certificates, and a say in "
        "which crew comes next.",
        (
            company("Learning days on Fridays that no job may take.", 0.1, "the roster"),
            company("A named technician in each crew who answers questions.", 0.1, "three names"),
            own("The record of work written every week.", 0.3, "signed every month"),
            own("The intermediate examination.", 0.6, "the result"),
        ),
    ),
    Mission(
        "Run the van store of the crew for a year beside the training, and end the hunt for missing parts.",
        "No job put off for want of a part from {mid} on.",
        "First responsibility of their own with a budget of 8,000, and the hoist certificate.",
        (
            company("The hoist certificate, paid.", 0.4, "the card"),
            own("A count every Friday.", 0.2, "the list"),
        ),
    ),
)

SUCCESS = (
    Mission(
        "Bring {client} from angry to reference: one plan, a call every week, and the eleven open faults "
        "closed.",
        "A renewal worth 410,000 a year, and a customer who answers the telephone for us by {late}.",
        "Leads a rescue in their own name, learns to negotiate with a board, and gets the key-account "
        "course.",
        (
            company(
                "The right to pull in an engineer for up to two days a month.",
                0.15,
                "the rule, known to the leads",
            ),
            company("The key-account course in {place}.", 0.5, "the certificate"),
            own("Eleven faults closed or honestly refused.", 0.45, "the list, agreed with {client}"),
            own("{client} says in writing that they would recommend us.", 0.85, "the letter"),
        ),
        "Two days a month of an engineer is what we promised {client} last time and did not keep. Who "
        "stands for it?",
        company("The head of Engineering stands for the two days, by name.", 0.2, "an entry in the plan"),
    ),
    Mission(
        "Write down what only six heads know: the 80 questions that make up most of the calls, answered "
        "well.",
        "Calls for known questions halved by {mid}; a newcomer answers alone after four weeks instead of "
        "twelve.",
        "Becomes editor of a knowledge base that customers read, learns technical writing, and leaves night "
        "shifts after a year.",
        (
            company("Out of the night shift from the second year on.", 0.5, "the roster"),
            company("A technical editor as a coach, ten half-days.", 0.3, "the invoices"),
            own("Eighty answers, each read by somebody who did not know it.", 0.6, "the count"),
        ),
    ),
    Mission(
        "Turn the quarterly call with each customer into one that they look forward to: their figures, our "
        "shortcomings, one proposal.",
        "Thirty customers in the new form by {mid}, and five extensions that came out of it.",
        "From answering to advising: presents to owners, learns their business figures, moves into a "
        "manager's grade by {late}.",
        (
            company("Figures of each customer prepared by Data three days ahead.", 0.25, "they are there"),
            company("Grade of a customer success manager after thirty calls.", 0.8, "a letter from People"),
            own("Thirty calls with notes that Product has read.", 0.7, "the notes"),
        ),
    ),
    Mission(
        "Half a year in Product, half a year back: bring what customers say to those who build, and stay in "
        "touch with both.",
        "The ten commonest complaints on the roadmap by {mid} with a yes, a no or a date.",
        "A trial of product work with a real backlog of their own; at the end an open talk about changing "
        "over.",
        (
            company("A desk and a backlog in Product for six months.", 0.2, "the plan of Product"),
            company("A written answer about changing over, with reasons.", 0.85, "the letter"),
            own("A monthly page: what customers said, what became of it.", 0.4, "six pages"),
        ),
    ),
    Mission(
        "Set up a new customer's first park in five days, again and again, and teach the other two how.",
        "Twenty parks a quarter with three people by {late}, where it was eight.",
        "Leads a process from end to end, learns the interface and the database behind it, speaks at the "
        "customers' day in {place}.",
        (
            company("Database and scripting course, five days.", 0.3, "the certificate"),
            company(
                "An engineer who mends what set-up trips over, one day a week.",
                0.2,
                "the plan of Engineering",
            ),
            own("Five days from contract to first alarm, ten times in a row.", 0.65, "the list"),
        ),
    ),
)

SALES = (
    Mission(
        "Open {place} and the country around it: first meetings, first pilot, first contract.",
        "Three pilots and one contract of at least 200,000 a year by {late}.",
        "Builds a market alone, with a budget and a language course, and keeps it as their territory "
        "afterwards.",
        (
            company(
                "The territory stays with the employee for two years after the first contract.",
                0.9,
                "in writing",
            ),
            company("Language course, four hours a week.", 0.2, "the invoices"),
            own("Sixty first meetings, with notes.", 0.4, "the list"),
            own("A price list that fits the market, with reasons.", 0.6, "approved by Finance"),
        ),
        "The territory afterwards is the reason I would do it. Two years need a date, and a yes from "
        "Finance.",
        company("Finance confirms the commission for the two years in writing.", 0.25, "the letter"),
    ),
    Mission(
        "Renew the twelve largest contracts for three years instead of one, at prices that we need not hide.",
        "Two thirds of turnover under contract for three years by {late}.",
        "Learns contract law and pricing from the ground up, and leads the talks instead of preparing them.",
        (
            company("A lawyer at hand for two hours each week.", 0.15, "the hours"),
            company("The lead in talks with {client}, the head of Sales beside.", 0.4, "the minutes"),
            own("One price list for all twelve, with every exception explained.", 0.35, "the list"),
            own("Eight of twelve renewed.", 0.85, "the contracts"),
        ),
    ),
    Mission(
        "Win tenders by answering better, not more: choose ten, write them well, learn from each lost one.",
        "Four of ten won by {late}, where it was seven of fifty.",
        "Becomes our tender lead with a library of their own, and a qualification in bid management.",
        (
            company("No for tenders outside the ten, from the head of Sales.", 0.2, "the list of ten"),
            company("Bid management qualification, paid.", 0.5, "the certificate"),
            own("A talk with the customer after every lost tender.", 0.6, "the notes"),
        ),
    ),
    Mission(
        "Find out with Engineering what offshore owners pay for, and sell the first two parks.",
        "Two offshore contracts by {late} and a price that Finance believes.",
        "Learns the offshore market from its buyers, with a seat in the product round and a network of "
        "their own.",
        (
            company("A seat in the product round.", 0.1, "the invitation"),
            company("A visit to each of the four offshore fairs.", 0.6, "the bookings"),
            own("Fifteen buyers who take the employee's calls.", 0.5, "the list"),
        ),
    ),
)
