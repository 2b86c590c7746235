"""What people say beside the regular questions: about their way on, and what both agree on at the end."""

from __future__ import annotations

#: What both wrote down of a check-in.
SUMMARIES = (
    "We are both content. The next step is the first site; the rest can wait until that runs.",
    "Two of the promises are late, and we know why. The course is to be booked this month.",
    "We see the mission alike. How much of it is still new we do not. To be spoken about again.",
    "Less on the list, and that properly: the second half moves by a quarter, to nobody's grief.",
    "The date stands. If the supplier moves it again we say so to the customer together, and at once.",
    "A good quarter. What comes after the tour we have left for the spring, on purpose.",
)
#: side that will do it → what
ACTIONS: dict[str, tuple[str, ...]] = {
    "employee": (
        "Write down what a new colleague would have to know, two pages.",
        "Send the draft to Field Service and ask for their word on it.",
        "Say by Thursday which of the two side jobs to give back.",
        "Ask the customer for a day on site.",
        "Show the others in half an hour how the new measurement is read.",
        "Look at the two courses and choose one.",
    ),
    "manager": (
        "Book the course.",
        "Settle the test equipment with Finance.",
        "Introduce the people in Product who decide this.",
        "Take over the weekly call with the customer for a month.",
        "Ask the board for a decision about the second site.",
        "Say in the round of heads what the team can no longer take on.",
        "Find somebody for the on-call weeks in spring.",
    ),
}
DROPPED = ("It became needless when the plan changed.", "Somebody else had done it by then.")
#: What is said in a career check-in: side → question → answers
CAREER: dict[str, dict[str, tuple[str, ...]]] = {
    "employee": {
        "role": (
            "A lead role, in about two years.",
            "An expert whom others ask, here in the team.",
            "I do not know yet.",
        ),
        "between": (
            "Nobody has seen me lead anything yet.",
            "Two more years of this, I suppose.",
            "Very little.",
        ),
        "help": ("Let me run the next project, a small one.", "Name me to the other heads.", ""),
        "otherwise": ("To know early, and to hear why.", "Another large mission.", ""),
    },
    "manager": {
        "role": (
            "A lead role, once the second site runs.",
            "The same seat with a larger mission.",
            "Next in Product.",
        ),
        "between": (
            "Experience with a budget.",
            "That there is no such post at present.",
            "Little. It is a matter of time.",
        ),
        "help": ("A project of their own from the summer on.", "I will put it on the list for autumn.", ""),
        "otherwise": ("A mission across departments.", "The expert's track.", ""),
    },
}
