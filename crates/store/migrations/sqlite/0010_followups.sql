-- Follow-ups (回访, H…), and the ledger of what is proposed against or for somebody (K…).
-- What names a patient stands in the vault.

CREATE TABLE follow_up (
    no          BIGINT  NOT NULL PRIMARY KEY,
    subject     TEXT    NOT NULL,
    appointment BIGINT  REFERENCES appointment (no),
    owner       BIGINT  NOT NULL REFERENCES person (id),
    holder      BIGINT  NOT NULL REFERENCES person (id),
    with_lead   BOOLEAN NOT NULL,
    cause       TEXT    NOT NULL,
    due         TEXT    NOT NULL,
    nudge       TEXT,
    planned     BOOLEAN NOT NULL,
    unreached   BIGINT  NOT NULL,
    previous    BIGINT  REFERENCES follow_up (no),
    opened_at   BIGINT  NOT NULL,
    state       TEXT    NOT NULL,
    outcome     TEXT,
    closed_at   BIGINT,
    closed_by   BIGINT  REFERENCES person (id),
    closed_for  TEXT,
    counted_on  TEXT,
    told        BOOLEAN NOT NULL
) WITHOUT ROWID;
-- One open task a patient; what was planned ahead stands beside it.
CREATE UNIQUE INDEX follow_up_one ON follow_up (subject) WHERE state = 'open' AND NOT planned;
-- What is due is found among what is open alone, and what its due day was counted for is not looked at again.
CREATE INDEX follow_up_due ON follow_up (due, no) WHERE state = 'open';
CREATE INDEX follow_up_uncounted ON follow_up (due, no) WHERE state = 'open' AND counted_on IS NULL;
CREATE INDEX follow_up_nudge ON follow_up (nudge) WHERE state = 'open' AND nudge IS NOT NULL;
CREATE INDEX follow_up_holder ON follow_up (holder, due) WHERE state = 'open';
CREATE INDEX follow_up_subject ON follow_up (subject, no);
CREATE INDEX follow_up_done ON follow_up (due) WHERE state = 'closed';
CREATE INDEX follow_up_untold ON follow_up (owner) WHERE NOT told;
CREATE INDEX follow_up_closed_for ON follow_up (closed_for) WHERE closed_for IS NOT NULL;

-- What was said of a day on which a patient is expected: on_the_way, arrived, invalid.
CREATE TABLE visit_note (
    appointment BIGINT NOT NULL REFERENCES appointment (no),
    day         TEXT   NOT NULL,
    note        TEXT   NOT NULL,
    by_person   BIGINT NOT NULL REFERENCES person (id),
    at          BIGINT NOT NULL,
    PRIMARY KEY (appointment, day)
) WITHOUT ROWID;
CREATE INDEX visit_note_day ON visit_note (day) WHERE note = 'on_the_way';

-- To whom the follow-ups of an appointment were given; the credit stays its owner's.
CREATE TABLE handover (
    appointment BIGINT NOT NULL PRIMARY KEY REFERENCES appointment (no),
    person      BIGINT NOT NULL REFERENCES person (id),
    by_person   BIGINT REFERENCES person (id),
    at          BIGINT NOT NULL
) WITHOUT ROWID;

-- Which end of a clock was announced; a clock that was started anew is announced again.
CREATE TABLE ownership_notice (
    appointment BIGINT NOT NULL REFERENCES appointment (no),
    until       TEXT   NOT NULL,
    what        TEXT   NOT NULL,
    at          BIGINT NOT NULL,
    PRIMARY KEY (appointment, until, what)
) WITHOUT ROWID;
CREATE INDEX appointment_credit ON appointment (credit_until) WHERE state = 'open';

-- 台账: entries are only added; a reversal is an entry of its own. What stands in `source` is proposed once.
CREATE TABLE ledger_entry (
    no          BIGINT NOT NULL PRIMARY KEY,
    source      TEXT   NOT NULL UNIQUE,
    code        TEXT   NOT NULL,
    person      BIGINT NOT NULL REFERENCES person (id),
    day         TEXT   NOT NULL,
    fen         BIGINT NOT NULL,
    points      BIGINT NOT NULL,
    rule        TEXT   NOT NULL,
    about       TEXT,
    reverses    BIGINT REFERENCES ledger_entry (no),
    proposed_at BIGINT NOT NULL,
    state       TEXT   NOT NULL,
    decided_by  BIGINT REFERENCES person (id),
    decided_at  BIGINT
) WITHOUT ROWID;
CREATE INDEX ledger_entry_open ON ledger_entry (no) WHERE state = 'proposed';
CREATE INDEX ledger_entry_person ON ledger_entry (person, day);
CREATE UNIQUE INDEX ledger_entry_reverses ON ledger_entry (reverses) WHERE reverses IS NOT NULL;
