"""Any export of people from another system, read by a mapping, again and again, without harm.

`mapping` says how a file is read, `reading` makes rows of it, `company` is what is known already,
`planning` says what is to change, `applying` writes it, `summary` tells.
"""
