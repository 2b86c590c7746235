"""What people say: in check-ins, when they ask, decline, withdraw, skip or end."""

from __future__ import annotations

#: mood → side → question → what is said, in no particular order
CHECKIN: dict[str, dict[str, dict[str, tuple[str, ...]]]] = {
    "steady": {
        "employee": {
            "unsaid": (
                "The Thursday round costs me more than it gives. I would rather read the notes.",
                "I enjoy this more than I expected, above all the days on site.",
                "I said yes to two side jobs last month. I should have asked you first.",
                "The new colleague learns fast. I would like to have a say when the next one is hired.",
                "I have begun to look at what comes after. Nothing outside, just thinking.",
                "The praise in front of the whole department was kind; in private is enough for me.",
                "I am a little behind with the written part of my promises. It will be done this month.",
            ),
            "next": (
                "Two mornings a week without meetings.",
                "A decision about the test equipment, whichever way it goes.",
                "To sit in once when the budget is discussed.",
                "That we go through my draft together before it goes round.",
                "An hour with the people in Field Service who use it every day.",
                "The course dates, so that I can plan my leave around them.",
            ),
        },
        "manager": {
            "unsaid": (
                "Your work was named in the board's meeting. I should have told you that day.",
                "I was slow with two decisions you needed. That was me, not the budget.",
                "You could pass on more than you do. Others would like to learn it.",
                "There may be changes in our department soon. I will tell you when I know, and before "
                "others.",
                "I worry a little about your hours. Is that a phase?",
                "Two other heads have asked about you. I told them to talk to you, openly.",
            ),
            "next": (
                "I will settle the equipment with Finance by the end of next week.",
                "I take the customer calls for a month, so that you can finish.",
                "I will introduce you to the people in Product who decide this.",
                "I will read the draft within two days, I promise.",
                "I will keep the two mornings free of my own meetings.",
                "I will ask for the conference place now rather than at the last moment.",
            ),
        },
    },
    "fading": {
        "employee": {
            "unsaid": (
                "I could do most of this in half the time. I am waiting for the hard part, and it does not "
                "come.",
                "The interesting decisions are made in a round I am not in.",
                "I had a call from outside. I said no, but I listened.",
                "What we wrote as the mission is done, really. What is left is maintenance.",
            ),
            "next": (
                "Something I cannot do yet.",
                "A talk about what comes next, before the end is near.",
                "One project of my own, however small.",
            ),
        },
        "manager": {
            "unsaid": (
                "All is well from my side. Just go on like this.",
                "Nothing new. I am glad that I need not worry about this part.",
                "You are a rock. I say it too seldom.",
            ),
            "next": (
                "Keep your back free.",
                "Nothing in particular, it runs.",
                "See that you get the bonus.",
            ),
        },
    },
    "apart": {
        "employee": {
            "unsaid": (
                "The course was promised for half a year ago, and nobody has mentioned it since.",
                "I am doing the work of the post that was not filled, and the mission waits.",
                "I do not believe the second person will come. I would rather know.",
                "From outside this looks like a success. It rests on evenings.",
            ),
            "next": (
                "That one of the promises is kept, any one of them.",
                "An honest word on whether the budget exists.",
                "To stop reporting on things we no longer do.",
            ),
        },
        "manager": {
            "unsaid": (
                "I think we have kept what we said, as far as the year allowed.",
                "From where I sit this is the best tour in the department.",
                "I sense that something is wrong, but you have not said it.",
            ),
            "next": (
                "I will look up what exactly we wrote about the course.",
                "I will make time for a longer talk than this form.",
                "I will ask about the open post again.",
            ),
        },
    },
    "rough": {
        "employee": {
            "unsaid": (
                "The date cannot be kept. I have known it for three weeks.",
                "The supplier lets us down and I do not have the standing to press them.",
                "I need help with the customer. I thought I could do it alone.",
            ),
            "next": (
                "Your name under the letter to the supplier.",
                "A smaller first step that we can finish.",
                "That we agree on a later date openly.",
            ),
        },
        "manager": {
            "unsaid": (
                "I would rather hear bad news early. It will not be held against you.",
                "I have not told the board yet that we are late. I will do it this week.",
                "We asked for too much at once, and I agreed to it.",
            ),
            "next": (
                "I will call the supplier myself.",
                "I will move the date with the customer, and say that it is my decision.",
                "I will lend you somebody for a month.",
            ),
        },
    },
    "thriving": {
        "employee": {
            "unsaid": (
                "I was afraid of the second half, and it is the best I have done here.",
                "I would like to show this outside one day. Tell me if that is too early.",
                "Keep the pace. If it becomes too much I shall say so.",
            ),
            "next": (
                "The customer's site once, with my own eyes.",
                "More of this, and somebody to learn it from me.",
                "A word to the other teams that they may ask me.",
            ),
        },
        "manager": {
            "unsaid": (
                "Two of your ideas are in the plan for next year, under your name.",
                "I learn from how you do this. I should have said so earlier.",
                "People ask whether you are about to move up. Let us talk about that soon.",
            ),
            "next": (
                "I will take you along to the customer.",
                "I will keep the others from filling your calendar.",
                "I will ask for the budget of the second part now.",
            ),
        },
    },
    "plateau": {
        "employee": {
            "unsaid": (
                "It is the third round of the same. I do it well, and I learn nothing from it.",
                "I am asked because I know it, and so I never get to know anything else.",
                "The course would have been the only new thing this year.",
            ),
            "next": (
                "One day a week in another team.",
                "That somebody else is taught to do this too.",
                "A task of which I do not know the end.",
            ),
        },
        "manager": {
            "unsaid": (
                "I rely on you for this more than I should.",
                "I know that it is not new to you. The replacement starts in spring.",
                "Tell me if you see something here that you would rather do.",
            ),
            "next": (
                "I will look for a day a week in Data for you.",
                "I will find somebody whom you can teach it.",
                "Not much that is new this quarter, and I am sorry for it.",
            ),
        },
    },
    "improving": {
        "employee": {
            "unsaid": (
                "It was a bad start, and it has turned since we cut the plan in half.",
                "Thank you for taking the calls. It was what I needed.",
                "I believe in the date again.",
            ),
            "next": (
                "That we keep to the smaller plan, whatever comes in between.",
                "The same hour with you every other week.",
                "A quiet month.",
            ),
        },
        "manager": {
            "unsaid": (
                "I promised too much in your name at the beginning. I have learnt from it.",
                "The customer has noticed the difference, and said so.",
                "You asked for help early this time. That made it possible.",
            ),
            "next": (
                "I will keep the hour every other week free.",
                "I will say no to the extra request myself.",
                "I will send round what you have got done.",
            ),
        },
    },
}


#: The bored star: see `moods.py` for what is marked meanwhile.
STAR_SAYS = (
    "Steep, and I like it. The first three months went by like a week.",
    "I now know most of the system. When does the second half of the mission begin?",
    "The second half has been put off again. I fill the time, but I would rather learn.",
    "I could hand this over tomorrow. I have no idea what you would want me to do instead.",
    "I asked three months ago what comes next. I am asking again.",
    "Somebody has called me about a lead role. I would have liked to talk about it with you first.",
    "I have stopped expecting something new here.",
)
STAR_HEARS = (
    "A better start than anybody I have hired.",
    "You have become indispensable where you are.",
    "Bear with us: the roadmap moved. Your work is excellent.",
    "Nothing to add. You carry the team.",
    "We will talk about the next step after the release.",
    "I am relieved that at least this part of the department runs by itself.",
    "Let us find an hour when things are calmer.",
)
#: The presumed heir: says it every time, and is never answered.
HEIR_SAYS = (
    "When you move on one day I shall be ready. You can count on that.",
    "I take it that the years count for something when your post is filled.",
    "I have turned down an offer, because I know what I am waiting for here.",
    "Colleagues already come to me as if I had your job. I suppose that is settled, then.",
    "I would be glad to hear from you what everybody seems to assume.",
)
HEIR_HEARS = (
    "I could not do without your memory of how all this came about.",
    "You are the calmest voice in every crisis.",
    "There is talk of looking outside for my successor. I have not found the right moment to tell you.",
    "Thank you for stepping in again.",
    "The board asked me about succession. I said it was too early.",
)
TALES: dict[str, dict[str, tuple[str, ...]]] = {
    "star": {"employee": STAR_SAYS, "manager": STAR_HEARS},
    "heir": {"employee": HEIR_SAYS, "manager": HEIR_HEARS},
}

SKIPPED = (
    "I am on parental leave until the end of next month.",
    "We spoke for two hours on the way back from the site, and wrote it down.",
    "Both of us are at the customer's all week; we take the next one.",
    "The tour was agreed anew only ten days ago.",
    "Ill for three weeks, and we talked on the first day back.",
)
DECLINED = (
    "I have thought about it for a week. I would take on the nights and the travelling without what made it "
    "worth it, the lead. I would rather we talk about something else than sign this.",
    "The mission is right, but not for me and not now: my father needs me at home on three days a week.",
)
WITHDRAWN = (
    "The budget for the second half was cut yesterday. I will not ask for a signature under something that I "
    "cannot keep. A smaller tour follows.",
    "After the reorganisation this mission belongs to another team. I withdraw it and come back with a new "
    "one.",
)
EARLY: dict[str, tuple[str, ...]] = {
    "employee": (
        "I want to go back to building things. We both saw in the last two check-ins that leading was not "
        "it.",
        "My family moves, and the mission needs somebody on site.",
    ),
    "manager": (
        "The customer ended the contract, and with it the mission. This is not about the work, which was "
        "good.",
        "The project was stopped by the board. We agreed on a new tour within the month.",
    ),
}
EARLY_LEFT: dict[str, str] = {
    "resignation": "Leaves the company.",
    "dismissal": "The employment was ended.",
    "redundancy": "The department was closed.",
    "end_of_contract": "The contract ended and was not renewed.",
    "other": "Moved to a partner company with the contract.",
}

#: mood ("" for all others) → side → what is said about the end of a tour
ROLE: dict[str, dict[str, tuple[str, ...]]] = {
    "": {
        "employee": (
            "Leading a small team of my own, within the next year.",
            "The same kind of work on a larger site; I am in no hurry for a title.",
            "Something closer to the customers, from next spring.",
            "A specialist's role. I do not want to lead people.",
            "I honestly do not know yet, and would like to find out with you.",
        ),
        "manager": (
            "A lead role, once the second site is running; a year, I would say.",
            "An expert whom others come to. I do not see a lead role here soon.",
            "Next in Product, if they have a place by the summer.",
            "The same seat with a larger mission.",
        ),
    },
    "heir": {
        "employee": ("Yours, when you move on. I thought that this was understood.",),
        "manager": ("The one of today. Nobody could fill it better.",),
    },
}
STAY: dict[str, dict[str, tuple[str, ...]]] = {
    "": {
        "employee": (
            "A mission that I cannot do yet.",
            "To know by the summer what comes after.",
            "That the promise about the conference is kept this time.",
            "The people. And a salary that one need not be embarrassed about.",
            "Less travelling while the children are small.",
        ),
        "manager": (
            "For the calm with which the hard parts get done. I would give up a project for it.",
            "Because others learn here by watching. I would fight for the budget of a course.",
            "I can offer a say in what we build next, and mean it.",
            "It would take us a year to replace this knowledge. I should say that more often.",
        ),
    },
}
CARRY_ON: dict[str, dict[str, tuple[str, ...]]] = {
    "": {
        "employee": (
            "The weekly round with Field Service; somebody should own it.",
            "The handbook. I have told the new colleague where it stands.",
            "The tests on the old turbines are half done and worth finishing.",
        ),
        "manager": (
            "The way of writing things down before meetings.",
            "The contact with the customer: I take it until there is a successor.",
            "The open half of the migration goes into the next tour.",
        ),
    },
}
OTHERWISE: dict[str, dict[str, tuple[str, ...]]] = {
    "": {
        "employee": (
            "Ask for help in the second month, not in the eighth.",
            "Agree on fewer promises, and look at them more often.",
            "Nothing much. It was a good time.",
        ),
        "manager": (
            "Settle the equipment before the start.",
            "Talk about what comes next half a year earlier.",
            "Give away the customer calls from the first day.",
        ),
    },
}

#: outcome → what was noted about it
AGREED: dict[str, tuple[str, ...]] = {
    "new_tour": ("The second site, from the day after this one ends. We write it next month.", ""),
    "extension": ("Half a year more, until the acceptance by the customer.", ""),
    "move": ("To Product. We have both talked to them, and they have a place by the summer.", ""),
    "foundational": ("To stay, and to look at it again in two years.", ""),
    "part_well": ("A start-up of old friends. We stay in touch, and the door stays open.",),
    "undecided": ("Two ideas, and no budget before the spring. We talk again in four weeks.", ""),
}
