-- Leave (请假): what was asked for, who decides it in which order, and what of whose shifts it takes. The reason stands in
-- the vault; what was decided before stands in the events.

CREATE TABLE leave (
    no              BIGINT  NOT NULL PRIMARY KEY,
    person          BIGINT  NOT NULL REFERENCES person (id),
    kind            TEXT    NOT NULL,
    asked_at        BIGINT  NOT NULL,
    entered_by      BIGINT  NOT NULL REFERENCES person (id),
    from_at         BIGINT  NOT NULL,
    to_at           BIGINT  NOT NULL,
    step            BIGINT  NOT NULL,
    rule            TEXT    NOT NULL,
    flags           TEXT    NOT NULL,
    notice_ok       BOOLEAN NOT NULL,
    levels          TEXT    NOT NULL,
    level           BIGINT  NOT NULL,
    substitute      BIGINT  REFERENCES person (id),
    state           TEXT    NOT NULL,
    decided_by      BIGINT  REFERENCES person (id),
    decided_at      BIGINT,
    certificate     TEXT    NOT NULL,
    certificate_due TEXT
) WITHOUT ROWID;
CREATE INDEX leave_person ON leave (person, from_at);
CREATE INDEX leave_open ON leave (from_at) WHERE state = 'open';
CREATE INDEX leave_certificate ON leave (certificate_due) WHERE certificate = 'due';

-- One row a day; what somebody who came back early does not take any more is gone from here.
CREATE TABLE leave_piece (
    leave         BIGINT NOT NULL REFERENCES leave (no),
    person        BIGINT NOT NULL REFERENCES person (id),
    date          TEXT   NOT NULL,
    from_at       BIGINT NOT NULL,
    to_at         BIGINT NOT NULL,
    halves        BIGINT,
    minutes       BIGINT NOT NULL,
    shift_minutes BIGINT NOT NULL,
    PRIMARY KEY (leave, date)
) WITHOUT ROWID;
CREATE INDEX leave_piece_date ON leave_piece (date);
CREATE INDEX leave_piece_person ON leave_piece (person, date);

-- What each level said, in order.
CREATE TABLE leave_say (
    seq       INTEGER PRIMARY KEY AUTOINCREMENT,
    leave     BIGINT  NOT NULL REFERENCES leave (no),
    level     BIGINT  NOT NULL,
    by_person BIGINT  NOT NULL REFERENCES person (id),
    at        BIGINT  NOT NULL,
    approved  BOOLEAN NOT NULL
);
CREATE INDEX leave_say_leave ON leave_say (leave, seq);

-- Swaps of shifts (换班).
CREATE TABLE swap (
    no         BIGINT NOT NULL PRIMARY KEY,
    asker      BIGINT NOT NULL REFERENCES person (id),
    partner    BIGINT NOT NULL REFERENCES person (id),
    date       TEXT   NOT NULL,
    other_date TEXT   NOT NULL,
    asked_at   BIGINT NOT NULL,
    state      TEXT   NOT NULL,
    decided_by BIGINT REFERENCES person (id),
    decided_at BIGINT
) WITHOUT ROWID;
CREATE INDEX swap_open ON swap (date) WHERE state IN ('asked', 'agreed');

-- What was posted for the group to confirm (确认, Q…): open to objections until an instant, then frozen.
CREATE TABLE confirmation (
    no        BIGINT NOT NULL PRIMARY KEY,
    key       TEXT   NOT NULL UNIQUE,
    kind      TEXT   NOT NULL,
    about     TEXT   NOT NULL,
    posted_at BIGINT NOT NULL,
    until_at  BIGINT NOT NULL,
    state     TEXT   NOT NULL
) WITHOUT ROWID;
CREATE INDEX confirmation_open ON confirmation (until_at) WHERE state = 'open';

-- What stands in a post: the label of each thing and whose it is.
CREATE TABLE confirmation_item (
    confirmation BIGINT NOT NULL REFERENCES confirmation (no),
    subject      TEXT   NOT NULL,
    person       BIGINT REFERENCES person (id),
    PRIMARY KEY (confirmation, subject)
) WITHOUT ROWID;

-- Who confirmed, and who objected to what; the reasons stand in the vault.
CREATE TABLE confirmation_answer (
    seq          INTEGER PRIMARY KEY AUTOINCREMENT,
    confirmation BIGINT  NOT NULL REFERENCES confirmation (no),
    person       BIGINT  NOT NULL REFERENCES person (id),
    at           BIGINT  NOT NULL,
    objects      BOOLEAN NOT NULL,
    subject      TEXT
);
CREATE INDEX confirmation_answer_of ON confirmation_answer (confirmation, person);
