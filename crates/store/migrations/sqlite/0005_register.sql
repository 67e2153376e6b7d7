-- The register of appointments: what was entered, line by line, and how each appointment stands by that.

-- 登记流水: never changed but for being taken back. Of the patient nothing stands in the body; what was known of him with
-- this line is sealed with the key of his case.
CREATE TABLE register_entry (
    seq       INTEGER PRIMARY KEY AUTOINCREMENT,
    at        BIGINT NOT NULL,
    person_id BIGINT NOT NULL REFERENCES person (id),
    kind      TEXT   NOT NULL,
    no        BIGINT NOT NULL,
    body      TEXT   NOT NULL,
    sealed    BLOB,
    undone_at BIGINT
);
CREATE INDEX register_entry_no ON register_entry (no, seq);

-- How it stands: the fold of its lines that were not taken back.
CREATE TABLE appointment (
    no              BIGINT  NOT NULL PRIMARY KEY,
    subject         TEXT    NOT NULL UNIQUE,
    owner           BIGINT  NOT NULL REFERENCES person (id),
    registered_at   BIGINT  NOT NULL,
    entered_seq     BIGINT  NOT NULL,
    state           TEXT    NOT NULL,
    channel         TEXT    NOT NULL,
    source          TEXT    NOT NULL,
    class           TEXT    NOT NULL,
    missing         TEXT    NOT NULL,
    visit_date      TEXT,
    visit_minute    BIGINT,
    log             BOOLEAN NOT NULL,
    late_minutes    BIGINT,
    base_day        TEXT    NOT NULL,
    rebased         BIGINT  NOT NULL,
    booked          TEXT,
    protected_until TEXT    NOT NULL,
    credit_until    TEXT    NOT NULL
) WITHOUT ROWID;
CREATE INDEX appointment_owner ON appointment (owner, registered_at);
CREATE INDEX appointment_visit ON appointment (visit_date) WHERE state = 'open';
CREATE INDEX appointment_protected ON appointment (protected_until) WHERE state = 'open';
