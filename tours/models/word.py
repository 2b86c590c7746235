"""The word on a promise: `Promise.word`, which the database keeps beside the promise it is about.

It follows from the ledger, and is stored because hundreds of thousands of promises are asked for it at once.
Nobody gives it: whoever writes or touches a promise has it looked up, so no statement can put in another.

A word counts for all versions of the tour that word the promise the same. An entry therefore touches all of
them; and a version that is written takes along what was said by then. Whichever of the two comes second must
see the first, so both hold the tour: what waited for it then reads what the other left behind.
"""

from __future__ import annotations

import pgtrigger

#: Lets through of proposed terms what changes nothing: so a promise is touched.
NEVER_CHANGES = pgtrigger.Trigger(
    name="promises_of_proposed_terms",
    operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
    when=pgtrigger.Before,
    func="""
    IF EXISTS (
        SELECT 1 FROM tours_terms
        WHERE id IN (OLD.terms_id, NEW.terms_id) AND proposed_at IS NOT NULL
    ) AND (TG_OP <> 'UPDATE' OR NEW IS DISTINCT FROM OLD) THEN
        RAISE EXCEPTION 'pgtrigger: the promises of proposed terms never change';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
    """,
)

#: Comes after the one above, for triggers fire in the order of their names. A touch needs no lock but the
#: row's own: an entry that is made meanwhile waits for that, and touches it again.
TAKE_THE_WORD = pgtrigger.Trigger(
    name="word_is_taken_along",
    operation=pgtrigger.Insert | pgtrigger.Update,
    when=pgtrigger.Before,
    declare=[("its_tour", "bigint")],
    func="""
    SELECT tour_id INTO its_tour FROM tours_terms WHERE id = NEW.terms_id;
    IF NEW IS DISTINCT FROM OLD THEN
        PERFORM FROM tours_tour WHERE id = its_tour FOR NO KEY UPDATE;
    END IF;
    NEW.word := (
        SELECT entry.kind
        FROM tours_ledgerentry entry
        JOIN tours_terms terms ON terms.id = entry.terms_id
        JOIN tours_promise said ON said.id = entry.promise_id
        WHERE entry.key = NEW.key AND entry.kind IN ('kept', 'not_kept', 'agreed')
            AND terms.tour_id = its_tour AND entry.owed_by = NEW.owed_by
            AND said.what = NEW.what AND said.due_on = NEW.due_on
        ORDER BY entry.at DESC, entry.id DESC
        LIMIT 1
    );
    RETURN NEW;
    """,
)

GIVE_THE_WORD = pgtrigger.Trigger(
    name="word_is_given",
    operation=pgtrigger.Insert,
    when=pgtrigger.After,
    condition=pgtrigger.Q(new__kind__in=["kept", "not_kept", "agreed"]),
    declare=[("its_tour", "bigint")],
    func="""
    SELECT tour_id INTO its_tour FROM tours_terms WHERE id = NEW.terms_id;
    PERFORM FROM tours_tour WHERE id = its_tour FOR NO KEY UPDATE;
    UPDATE tours_promise promise SET word = promise.word
    FROM tours_terms terms, tours_promise said
    WHERE said.id = NEW.promise_id AND terms.tour_id = its_tour AND promise.terms_id = terms.id
        AND (promise.key, promise.owed_by, promise.what, promise.due_on)
            = (said.key, said.owed_by, said.what, said.due_on);
    RETURN NULL;
    """,
)
