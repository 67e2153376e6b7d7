-- The house: people, chats, rota, reports; inbox, outbox, events, schedules, reminders.
-- Instants are epoch milliseconds, local dates are text YYYY-MM-DD; the program passes both in.

CREATE TABLE meta (
    key   TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;

-- Numbers that people see (J3), by letter, and the version of the directory.
CREATE TABLE counter (
    name  TEXT   NOT NULL PRIMARY KEY,
    value BIGINT NOT NULL
) WITHOUT ROWID;
INSERT INTO counter (name, value) VALUES ('directory', 1);

CREATE TABLE team (
    id   INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
);

-- AUTOINCREMENT here and below: events and keys name these by number, also after the row has gone.
CREATE TABLE person (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    name       TEXT   NOT NULL,
    roles      TEXT   NOT NULL,
    team_id    BIGINT REFERENCES team (id),
    entered_on TEXT,
    left_on    TEXT,
    created_at BIGINT NOT NULL
);

CREATE TABLE identity (
    platform  TEXT   NOT NULL,
    user_id   TEXT   NOT NULL,
    bot       TEXT   NOT NULL,
    person_id BIGINT NOT NULL REFERENCES person (id),
    PRIMARY KEY (platform, user_id)
) WITHOUT ROWID;
CREATE INDEX identity_person ON identity (person_id);

CREATE TABLE chat (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    platform      TEXT   NOT NULL,
    bot           TEXT   NOT NULL,
    chat_ref      TEXT   NOT NULL,
    title         TEXT,
    purposes      TEXT   NOT NULL,
    registered_at BIGINT NOT NULL,
    UNIQUE (platform, bot, chat_ref)
);

CREATE TABLE join_request (
    no         BIGINT NOT NULL PRIMARY KEY,
    platform   TEXT   NOT NULL,
    bot        TEXT   NOT NULL,
    user_id    TEXT   NOT NULL,
    name       TEXT   NOT NULL,
    team       TEXT,
    asked_at   BIGINT NOT NULL,
    state      TEXT   NOT NULL,
    decided_by BIGINT REFERENCES person (id),
    decided_at BIGINT
);
CREATE INDEX join_request_open ON join_request (platform, user_id) WHERE state = 'open';

CREATE TABLE shift_template (
    id    INTEGER PRIMARY KEY,
    name  TEXT NOT NULL UNIQUE,
    hours TEXT NOT NULL
);

-- One row a person and day; start and end are null on a rest day. What stood there before is in the events.
CREATE TABLE rota (
    person_id BIGINT NOT NULL REFERENCES person (id),
    date      TEXT   NOT NULL,
    shift     TEXT   NOT NULL,
    start_at  BIGINT,
    end_at    BIGINT,
    PRIMARY KEY (person_id, date)
) WITHOUT ROWID;
CREATE INDEX rota_date ON rota (date);
CREATE INDEX rota_start ON rota (person_id, start_at) WHERE start_at IS NOT NULL;

-- Every submission is a row of its own; the live one is the highest revision that was not taken back.
CREATE TABLE report (
    id          INTEGER PRIMARY KEY,
    person_id   BIGINT  NOT NULL REFERENCES person (id),
    date        TEXT    NOT NULL,
    revision    BIGINT  NOT NULL,
    received_at BIGINT  NOT NULL,
    late        BOOLEAN NOT NULL,
    figures     TEXT    NOT NULL,
    dialogues   BIGINT  NOT NULL,
    appointments BIGINT NOT NULL,
    arrivals    BIGINT  NOT NULL,
    note        TEXT,
    undone_at   BIGINT,
    UNIQUE (person_id, date, revision)
);
CREATE INDEX report_date ON report (date);

-- Days that count as late: once a person and day, whatever happens afterwards (R-002).
CREATE TABLE report_overdue (
    person_id BIGINT NOT NULL REFERENCES person (id),
    date      TEXT   NOT NULL,
    cause     TEXT   NOT NULL,
    noted_at  BIGINT NOT NULL,
    PRIMARY KEY (person_id, date)
) WITHOUT ROWID;

CREATE TABLE inbox (
    id          INTEGER PRIMARY KEY,
    platform    TEXT   NOT NULL,
    bot         TEXT   NOT NULL,
    msg_id      TEXT   NOT NULL,
    received_at BIGINT NOT NULL,
    outcome     TEXT   NOT NULL,
    fault       TEXT,
    UNIQUE (platform, bot, msg_id)
);

CREATE TABLE outbox (
    id           INTEGER PRIMARY KEY,
    key          TEXT,
    inbox_id     BIGINT REFERENCES inbox (id),
    platform     TEXT   NOT NULL,
    bot          TEXT   NOT NULL,
    dest_kind    TEXT   NOT NULL,
    dest         TEXT   NOT NULL,
    person_id    BIGINT REFERENCES person (id),
    in_group     TEXT,
    said         TEXT   NOT NULL,
    late_url     TEXT,
    late_until   BIGINT,
    state        TEXT   NOT NULL,
    tries        BIGINT NOT NULL DEFAULT 0,
    next_at      BIGINT NOT NULL,
    owner        TEXT,
    leased_until BIGINT NOT NULL DEFAULT 0,
    created_at   BIGINT NOT NULL,
    settled_at   BIGINT,
    error        TEXT
);
-- Answers have no key and stay out of this index.
CREATE UNIQUE INDEX outbox_key ON outbox (key) WHERE key IS NOT NULL;
CREATE INDEX outbox_answers ON outbox (inbox_id);
CREATE INDEX outbox_pending ON outbox (platform, bot, dest_kind, dest, id) WHERE state = 'pending';
CREATE INDEX outbox_parked ON outbox (id) WHERE state IN ('parked', 'unknown');

CREATE TABLE event (
    seq     INTEGER PRIMARY KEY,
    at      BIGINT NOT NULL,
    kind    TEXT   NOT NULL,
    actor   BIGINT,
    subject TEXT,
    body    TEXT   NOT NULL
);
-- By time: rows arrive in its order, so the index grows at one end; by actor it would touch a page of its own a row.
CREATE INDEX event_at ON event (at);

-- Events that were taken back; the taking back is an event itself.
CREATE TABLE undone (
    seq     BIGINT NOT NULL PRIMARY KEY REFERENCES event (seq),
    at      BIGINT NOT NULL
) WITHOUT ROWID;

CREATE TABLE schedule_run (
    name        TEXT   NOT NULL,
    fire_at     BIGINT NOT NULL,
    state       TEXT   NOT NULL,
    tries       BIGINT NOT NULL DEFAULT 0,
    retry_at    BIGINT,
    finished_at BIGINT,
    reason      TEXT,
    PRIMARY KEY (name, fire_at)
) WITHOUT ROWID;
CREATE INDEX schedule_run_retry ON schedule_run (retry_at) WHERE retry_at IS NOT NULL;

CREATE TABLE reminder (
    id         INTEGER PRIMARY KEY,
    key        TEXT   NOT NULL UNIQUE,
    kind       TEXT   NOT NULL,
    person_id  BIGINT NOT NULL REFERENCES person (id),
    subject    TEXT   NOT NULL,
    due_at     BIGINT NOT NULL,
    state      TEXT   NOT NULL,
    settled_at BIGINT,
    reason     TEXT
);
CREATE INDEX reminder_due ON reminder (due_at) WHERE state = 'pending';
