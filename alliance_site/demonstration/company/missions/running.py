"""Missions of those who lead, and of those who keep the company running."""

from __future__ import annotations

from alliance_site.demonstration.company.missions.mission import Mission, company, own

LEAD = (
    Mission(
        "Make a team out of six people who happen to sit together: one backlog, one on-call, and everybody "
        "on a tour of their own.",
        "What was promised for a quarter is delivered in that quarter, three times in a row by {late}.",
        "First leadership with a coach and a budget; after it a free choice between leading and expert work, "
        "without loss of grade.",
        (
            company("A coach from outside, an hour every second week.", 0.15, "the invoices"),
            company(
                "Return to expert work at the same grade, if asked for by the end.",
                0.95,
                "a letter from People",
            ),
            own("A tour agreed with everybody in the team.", 0.3, "six statements"),
            own("Three quarters in a row as promised.", 0.85, "the quarterly notes"),
        ),
        "I want to be able to go back to expert work without it looking like failure. Can People confirm "
        "that?",
        company("People confirms the way back at the same grade, beforehand.", 0.15, "the letter"),
    ),
    Mission(
        "Merge two teams after the reorganisation: one way of working by {mid}, nobody lost because nobody "
        "asked.",
        "Both old backlogs in one, and at most one unwanted departure in the first year.",
        "Leads people who did not choose each other, learns to renegotiate openly, and reports to the board "
        "on it.",
        (
            company(
                "The head of department speaks to both teams about what will not come back.",
                0.1,
                "the meeting",
            ),
            company("Two training days for the whole team, off site.", 0.35, "the booking"),
            own("A talk of an hour with each person in the first six weeks.", 0.2, "the calendar"),
            own("One way of working, written by the team.", 0.5, "a page in the handbook"),
        ),
    ),
    Mission(
        "Hire four people in a market where nobody answers advertisements, and have all four still here in "
        "a year.",
        "Four good people by {mid}, each on a tour within their first month.",
        "Becomes somebody who can build a team from nothing; learns interviewing from People and trains "
        "others.",
        (
            company("A day a week of Talent Acquisition.", 0.1, "the plan of People"),
            company("Offers decided within three working days.", 0.2, "the dates"),
            own("A way of interviewing that candidates praise, also those refused.", 0.4, "their answers"),
        ),
    ),
    Mission(
        "Bring the team's quality back after a bad year: find the three causes, end them, and show it in "
        "figures.",
        "Complaints halved by {mid}, and {client}, who had given notice, stays.",
        "Learns to lead through a bad time in the open, with a mentor from another company's management.",
        (
            company("No new projects for the team until {first}.", 0.3, "the plan of the department"),
            company("A mentor from outside, four meetings a year.", 0.25, "the first meeting"),
            own("The three causes, with evidence, told to the whole company.", 0.3, "the Monday round"),
            own("Complaints at half of what they were, for a quarter.", 0.7, "the count"),
        ),
    ),
    Mission(
        "Grow two people so far that either could lead the team, and then let one of them.",
        "No gap when the team's lead moves on, and two people who stay because they see a way.",
        "Proof of having developed leaders, which the next grade asks for, and the time to go deep again.",
        (
            company("The next grade when a successor leads for three months.", 0.85, "a letter from People"),
            own("Both have led a project and a difficult talk.", 0.5, "their own account"),
            own("A choice of one, explained to the other in person.", 0.75, "all three say so"),
        ),
        "What becomes of the one who is not chosen? I will not start this without an answer.",
        company("A tour with a project of their own for whoever is not chosen.", 0.8, "a signed statement"),
    ),
    Mission(
        "Hand over the daily work to a deputy and plan three years ahead: people, tools, budget.",
        "A plan that the board accepts by {mid}, and a team that runs for a month without its lead.",
        "From the week to the year: budget responsibility of 600,000 and a place in the planning of the "
        "department.",
        (
            company("The budget, with the right to move a tenth of it.", 0.3, "the cost centre"),
            company("A grade for the deputy.", 0.35, "a letter from People"),
            own("A month of leave in which nobody calls.", 0.75, "the telephone"),
        ),
    ),
)

HEAD = (
    Mission(
        "Double the department's output with a third more people: fewer projects, clearer owners, no hidden "
        "work.",
        "Six large projects a year finished instead of eleven begun, by {late}.",
        "A department that is recognised outside; a seat on the board's strategy days and an executive "
        "programme of their choice.",
        (
            company("The executive programme, twenty days over a year.", 0.5, "the enrolment"),
            company("A say before any project is promised to a customer.", 0.15, "the rule of the board"),
            own("A list of what is not done any more, agreed with every other head.", 0.3, "the list"),
            own("A successor who could take over tomorrow.", 0.9, "a name, known to the board"),
        ),
        "A successor as my promise is fair. Then I need to know what I would be free for.",
        company("A talk about the role after this one, with an answer in writing.", 0.6, "the letter"),
    ),
    Mission(
        "Make the department one that good people recommend: a tour with each, honest check-ins, no surprise "
        "resignations.",
        "Regretted departures down from four a year to at most one by {late}.",
        "Shapes how the whole company deals with people and speaks about it in public, with the company's "
        "figures.",
        (
            company("Freedom to publish the department's figures, good or bad.", 0.4, "the board's minutes"),
            company("A deputy from {first} on.", 0.35, "the organisation chart"),
            own("A tour with every report, none older than its terms.", 0.4, "this application"),
        ),
    ),
    Mission(
        "Win back the trust between the department and Sales: one forecast, one list of promises to "
        "customers.",
        "No promise to a customer that the department hears of afterwards, from {mid} on.",
        "Stands for the whole company rather than one side of it; leads the quarterly review with the ten "
        "largest customers.",
        (
            company("The quarterly review is the employee's to lead.", 0.3, "the invitations"),
            own("One list of promises, read by both sides every Monday.", 0.2, "the list"),
            own("A year in which none of them came as a surprise.", 0.9, "the list again"),
        ),
    ),
    Mission(
        "Bring the costs of the department down by an eighth without losing anybody whom we would hire "
        "again.",
        "A yearly saving of 380,000 by {late} that still stands two years later.",
        "Learns to cut openly: shares every figure with the department, and earns a seat in the budget "
        "committee.",
        (
            company("The board names no figure in public before the department knows it.", 0.15, "the dates"),
            company("A third of the saving is the department's to spend on training.", 0.6, "the budget"),
            own("The department has seen every figure that the board has seen.", 0.3, "the meeting"),
        ),
    ),
    Mission(
        "Join what we bought in {place} to the department: eleven people, another way of working, a good "
        "product.",
        "One product on offer by {mid}; at least nine of the eleven still here a year later.",
        "Experience of a takeover from the inside, with a coach, and the lead of the next one if there is "
        "one.",
        (
            company("A coach who has done this before, a day each month.", 0.2, "the first day"),
            company("Half the week in {place} for six months, travel paid.", 0.4, "the travel plan"),
            own("A tour agreed with each of the eleven.", 0.4, "eleven statements"),
        ),
        "I can promise the product. Nine people I can only promise if I may set their pay with People.",
        company(
            "Pay for the eleven is settled by the employee and People together.", 0.2, "the board's minutes"
        ),
    ),
    Mission(
        "Prepare the company's entry into the south: partners, people and prices, with the first office in "
        "{place}.",
        "An office that carries itself by {late}.",
        "General management on a small scale: a profit and loss of their own, and two stays of three months "
        "abroad.",
        (
            company("Full responsibility for the office's profit and loss.", 0.3, "the mandate"),
            company("Family flights and a flat during the stays.", 0.25, "the contract"),
            own("Three partners with signed agreements.", 0.6, "the agreements"),
        ),
    ),
)

STEWARD = (
    Mission(
        "Keep what makes us reliable: the standards, the customers of the first hour, and the memory of why "
        "things are as they are.",
        "Decisions of weight are looked at by somebody who knows what was tried before.",
        "A free hand in how to do it, a say in strategy twice a year, and one new field to learn every two "
        "years.",
        (
            company("A place in the strategy round, spring and autumn.", 0.4, "the invitations"),
            company("Ten days a year for a field of their own choice.", 0.6, "the calendar"),
            own("One younger colleague taken along in everything.", 0.5, "a name"),
        ),
    ),
    Mission(
        "Be the one whom customers and colleagues call when it is serious, and make sure that there are "
        "three such people in the end.",
        "No customer lost over a serious fault, and no night that hangs on one person.",
        "Time and standing to teach: an academy day each month, and no line management against their will.",
        (
            company("The academy day, which no deadline may take.", 0.3, "twelve dates"),
            own("Two people who can stand in.", 0.8, "a fortnight of leave undisturbed"),
        ),
    ),
    Mission(
        "Look after the heart of the system for the long term: what may change, what must not, and who "
        "decides.",
        "Five years in which no customer must be migrated by force.",
        "Principal grade with the last word on the core, freedom to speak at two conferences a year, and a "
        "clear word about what comes after.",
        (
            company("The last word on changes to the core, written down.", 0.2, "the handbook"),
            company("A clear word about the next role before the review.", 0.95, "a letter"),
            own("The decisions of nine years, written down with reasons.", 0.6, "sixty pages"),
            own("Two successors for the core who have decided something alone.", 0.9, "the decision log"),
        ),
    ),
)

FINANCE = (
    Mission(
        "Close the month in four days instead of twelve, without anybody working at a weekend.",
        "Figures on the fourth working day from {mid} on, audited without a remark.",
        "Leads a project across departments, learns the reporting tools, and sits the controller's "
        "examination by {late}.",
        (
            company("Fees and twelve days for the controller's examination.", 0.5, "the result"),
            company("No new reports for the board during the project.", 0.2, "the board's minutes"),
            own("A list of every step of the close, with its owner.", 0.3, "the list"),
            own("Four days, three months in a row.", 0.75, "the dates"),
        ),
    ),
    Mission(
        "Tell each park's true cost: sensors, climbs, data, calls. Sales and Product will price by it.",
        "No contract below cost from {mid} on; the worst ten put right or ended.",
        "From booking to steering: presents to the board every quarter and becomes business partner of "
        "Sales.",
        (
            company("A seat in the monthly round of Sales.", 0.1, "the invitation"),
            own("The cost of ten parks, agreed with those who climb there.", 0.4, "the sheets"),
            own("A tool that Sales uses without help.", 0.75, "it is used"),
        ),
    ),
)

PEOPLE = (
    Mission(
        "Give every newcomer a first ninety days that they would recommend: mentor, tour within a month, "
        "first honest check-in.",
        "Departures within the first year down from one in five to one in twelve by {late}.",
        "Leads a programme of their own with figures that are published inside the company; takes the "
        "coach's certificate.",
        (
            company("Coach's certificate, eighteen days, paid.", 0.5, "the certificate"),
            company("Every head takes part in the newcomers' day.", 0.3, "the attendance list"),
            own("A talk with each newcomer after 30 and 90 days.", 0.4, "the calendar"),
            own("Figures every half year, also when they are bad.", 0.6, "the page"),
        ),
        "Figures that are published must not be softened afterwards. Who decides what goes on the page?",
        company("What goes on the page is decided by the employee alone.", 0.3, "the rule in the handbook"),
    ),
    Mission(
        "Bring tours of duty to every department: train thirty leads, read every statement, end those that "
        "are hollow.",
        "Nine in ten people on a signed tour by {mid}, and no tour that ends without a talk.",
        "Becomes known for it outside: speaks at the people congress in {place} and writes about what did "
        "not work.",
        (
            company("The managing director goes first, with a tour for each head.", 0.15, "the statements"),
            company("Travel and three days for the congress.", 0.7, "an accepted talk"),
            own("Thirty leads trained, in groups of five.", 0.5, "the lists"),
        ),
    ),
    Mission(
        "Fill twenty posts with one advertisement fewer each time: referrals, alumni, schools.",
        "Half of all new people by recommendation by {late}; two who left come back.",
        "Builds an alumni network from nothing and learns to steer by figures instead of by calls.",
        (
            company("An alumni day each year, at the company's cost.", 0.5, "the date"),
            own("Every leaver of five years called once.", 0.45, "the list"),
        ),
        "I can call every leaver only if I may tell them honestly what has changed since. May I?",
        company(
            "The list of what has changed is agreed with the managing director beforehand.", 0.2, "the list"
        ),
    ),
)

OFFICE = (
    Mission(
        "Move the head office in {place} in one weekend and open it on Monday, with desks for all and peace "
        "for those who need it.",
        "A third less rent from {late} on, and nobody who lost a working day.",
        "Leads a project of 400,000 with suppliers and works council, and takes the project manager's "
        "certificate.",
        (
            company("The project manager's certificate, paid.", 0.35, "the certificate"),
            own("A plan that the works council has signed.", 0.4, "the signature"),
        ),
    ),
)
