-- Contacts, arrivals and whose the credit of an arrival is. Everything that is put in order stands in one ledger with the
-- appointments: the letter says what a line is of.

ALTER TABLE register_entry ADD COLUMN letter TEXT NOT NULL DEFAULT 'Y';
DROP INDEX register_entry_no;
CREATE INDEX register_entry_no ON register_entry (letter, no, seq);

-- The newest verified arrival of the patient, credited on this appointment or not.
ALTER TABLE appointment ADD COLUMN arrived BIGINT;
CREATE INDEX appointment_registered ON appointment (registered_at);

-- 咨询, 跳转 and 回访 (C…). What names the patient stands in the vault.
CREATE TABLE contact (
    no            BIGINT  NOT NULL PRIMARY KEY,
    subject       TEXT    NOT NULL UNIQUE,
    kind          TEXT    NOT NULL,
    person        BIGINT  NOT NULL REFERENCES person (id),
    to_person     BIGINT  REFERENCES person (id),
    appointment   BIGINT  REFERENCES appointment (no),
    at            BIGINT  NOT NULL,
    seq           BIGINT  NOT NULL,
    channel       TEXT    NOT NULL,
    known         TEXT    NOT NULL,
    record        BOOLEAN NOT NULL,
    remark        BOOLEAN NOT NULL,
    reached       BOOLEAN NOT NULL,
    cover         BOOLEAN NOT NULL,
    touched       BOOLEAN NOT NULL,
    booking_words BOOLEAN NOT NULL,
    both_online   BOOLEAN NOT NULL,
    outcome       TEXT,
    state         TEXT    NOT NULL
) WITHOUT ROWID;
CREATE INDEX contact_person ON contact (person, at);
CREATE INDEX contact_appointment ON contact (appointment) WHERE appointment IS NOT NULL;

-- 到诊 (D…): the fold of its lines, and the decision that stands.
CREATE TABLE arrival (
    no          BIGINT  NOT NULL PRIMARY KEY,
    subject     TEXT    NOT NULL UNIQUE,
    recorder    BIGINT  NOT NULL REFERENCES person (id),
    recorded_at BIGINT  NOT NULL,
    seq         BIGINT  NOT NULL,
    arrived_at  BIGINT  NOT NULL,
    arrived_day TEXT    NOT NULL,
    visit_kind  TEXT,
    channel     TEXT,
    missing     TEXT    NOT NULL,
    spend_fen   BIGINT,
    is_false    BOOLEAN NOT NULL,
    giver       BIGINT  REFERENCES person (id),
    receiver    BIGINT  REFERENCES person (id),
    signer      BIGINT  REFERENCES person (id),
    forfeited   BOOLEAN NOT NULL,
    state       TEXT    NOT NULL,
    outcome     TEXT    NOT NULL,
    credited    BIGINT  REFERENCES person (id),
    appointment BIGINT  REFERENCES appointment (no),
    step        TEXT    NOT NULL,
    rule        TEXT    NOT NULL,
    confirm_by  TEXT,
    source      TEXT,
    settled     TEXT    NOT NULL,
    decision_no BIGINT  NOT NULL
) WITHOUT ROWID;
CREATE INDEX arrival_day ON arrival (arrived_day);
CREATE INDEX arrival_recorded ON arrival (recorded_at);
CREATE INDEX arrival_credited ON arrival (credited, arrived_day);
CREATE INDEX arrival_waiting ON arrival (no) WHERE settled = 'suggested' AND state = 'open';

-- Which appointments were compared with an arrival: the items that agree, how it stood, what a person said who looked.
CREATE TABLE arrival_match (
    arrival     BIGINT  NOT NULL REFERENCES arrival (no),
    appointment BIGINT  NOT NULL REFERENCES appointment (no),
    items       TEXT    NOT NULL,
    standing    TEXT    NOT NULL,
    in_question BOOLEAN NOT NULL,
    verified    BOOLEAN NOT NULL,
    confirmed   BIGINT,
    PRIMARY KEY (arrival, appointment)
) WITHOUT ROWID;
CREATE INDEX arrival_match_appointment ON arrival_match (appointment);

-- Whose the credit was decided to be; never changed. A later decision names the one whose place it takes.
CREATE TABLE credit_decision (
    no          INTEGER PRIMARY KEY AUTOINCREMENT,
    arrival     BIGINT  NOT NULL REFERENCES arrival (no),
    at          BIGINT  NOT NULL,
    to_person   BIGINT  REFERENCES person (id),
    appointment BIGINT  REFERENCES appointment (no),
    step        TEXT    NOT NULL,
    rule        TEXT    NOT NULL,
    confirm_by  TEXT,
    source      TEXT,
    settled     TEXT    NOT NULL,
    replaces    BIGINT  REFERENCES credit_decision (no),
    cause       TEXT    NOT NULL,
    by_person   BIGINT  REFERENCES person (id),
    body        TEXT    NOT NULL
);
CREATE INDEX credit_decision_arrival ON credit_decision (arrival, no);

-- 申诉 (S…). The reason stands in the vault.
CREATE TABLE objection (
    no          BIGINT  NOT NULL PRIMARY KEY,
    subject     TEXT    NOT NULL UNIQUE,
    arrival     BIGINT  NOT NULL REFERENCES arrival (no),
    appointment BIGINT  REFERENCES appointment (no),
    by_person   BIGINT  NOT NULL REFERENCES person (id),
    at          BIGINT  NOT NULL,
    due_day     TEXT    NOT NULL,
    state       TEXT    NOT NULL,
    ruled_by    BIGINT  REFERENCES person (id),
    ruled_at    BIGINT,
    decision    BIGINT  REFERENCES credit_decision (no)
) WITHOUT ROWID;
CREATE INDEX objection_arrival ON objection (arrival);
CREATE INDEX objection_open ON objection (at) WHERE state = 'open';
