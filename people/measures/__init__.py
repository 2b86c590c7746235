"""Retention in the field's own terms: what HR asks of a period, counted in few queries.

`periods` says which days are meant, `counts` counts employments in the database (each a `Tenure`: of one
contract, or of several without a day between), `rates` divides them (one function a measure, its formula in
its docstring), `survival` estimates how long people stay, and `trend` follows both month by month. What
cannot be said is `None` with its reason, never nought.
"""
