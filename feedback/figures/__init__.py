"""Group figures: what HR is told of the marks in revealed check-ins, and why nobody can be found in them.

Against whom. An HR person who keeps every page and export there ever was, knows who works where, who is on
which tour and who answered when, knows how many marks lie behind each figure even where it is hidden, and
calculates exactly. They must not learn the answer of anybody, nor the sum of fewer people's answers than the
policy allows (`Policy.figure_people`, three at the least).

By which rule. Not every view is tested for whether it is safe; it is made so that none can be unsafe:

1. Once a quarter is over, the marks on one question are divided into groups (`grouping`). Every mark is in
   one group, and every group holds the marks of at least so many people, of whom none gave more than half.
2. Of each group one sum is kept, and nothing else leaves the answers. Everybody counts once a quarter, with
   the newest answer, so a group's size is a number of people.
3. Whatever is shown (a department, a type, both, the whole company, a page, an export) is the sum of whole
   groups (`reading`). A view that would cut through a group is refused, whatever its size.
4. A quarter is published once, by the policy of its last day, and never again (`publishing`): neither late
   answers, nor a department corrected afterwards, nor another threshold ever gives a second division of the
   same answers to lay beside the first. The database refuses it (`models.figures`).

Why that is enough. By 3, every published number weighs all marks of one group alike, and so does whatever is
calculated from published numbers: what is left after any subtraction is whole groups or nothing, and by 1 a
group is large enough. Guessing from the ends of the scale fails too: a sum of n marks is kept only between
n + 1 and 5n − 1, one mark being counted one step nearer the middle where everybody said the lowest or
everybody the highest. So each mark could be at least two different things. This holds whatever the marks
are, since groups are made by numbers of people alone.

What it does not cover. Whoever knows answers of a group already, for example their own, knows as much more
about the rest. That people answer in a quarter as they did in the one before is an assumption, and no figure:
who makes it may guess at somebody who came in between. And nobody is safe from a company that invents people
to surround them with.

Left out on purpose: figures of months or free days, and of years (a year's would count the same person up to
four times; the quarters stand side by side instead); the share of wide gaps (none or all of them would say
something of everybody); how marks are spread; what was said in words.
"""
