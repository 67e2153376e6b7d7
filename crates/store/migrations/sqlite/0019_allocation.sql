-- Grades (等级): what each week fixed, for ever; and how newcomers began.
CREATE TABLE grade (
    week     TEXT    NOT NULL,
    person   BIGINT  NOT NULL REFERENCES person (id),
    grade    TEXT    NOT NULL,
    arrivals BIGINT  NOT NULL,
    place    BIGINT  NOT NULL,
    counted  BOOLEAN NOT NULL,
    rule     TEXT    NOT NULL,
    PRIMARY KEY (person, week)
) WITHOUT ROWID;
CREATE INDEX grade_week ON grade (week);

CREATE TABLE newcomer (
    person      BIGINT NOT NULL PRIMARY KEY REFERENCES person (id),
    start       TEXT   NOT NULL,
    from_day    TEXT   NOT NULL,
    until_day   TEXT   NOT NULL,
    medium_from TEXT
) WITHOUT ROWID;

-- Conversations (对话, B…) that were given to somebody. Who the visitor is stands in the vault.
CREATE TABLE dialogue (
    no          BIGINT NOT NULL PRIMARY KEY,
    person      BIGINT NOT NULL REFERENCES person (id),
    shift_day   TEXT   NOT NULL,
    round       BIGINT NOT NULL,
    why         TEXT   NOT NULL,
    allotted_at BIGINT NOT NULL,
    state       TEXT   NOT NULL,
    settled_at  BIGINT
) WITHOUT ROWID;
CREATE INDEX dialogue_open ON dialogue (allotted_at) WHERE state = 'open';

-- The round that runs, and what each has had: in the round, and in the shift.
CREATE TABLE allocation_round (
    one   BIGINT NOT NULL PRIMARY KEY,
    round BIGINT NOT NULL
) WITHOUT ROWID;

CREATE TABLE allocation_turn (
    person    BIGINT NOT NULL PRIMARY KEY REFERENCES person (id),
    round     BIGINT NOT NULL,
    had       BIGINT NOT NULL,
    shift_day TEXT   NOT NULL,
    had_today BIGINT NOT NULL,
    cut_today BIGINT NOT NULL
) WITHOUT ROWID;

-- What holds somebody back, until it is lifted.
CREATE TABLE allocation_finding (
    seq       INTEGER PRIMARY KEY AUTOINCREMENT,
    person    BIGINT NOT NULL REFERENCES person (id),
    finding   TEXT   NOT NULL,
    day       TEXT   NOT NULL,
    by_person BIGINT NOT NULL REFERENCES person (id),
    at        BIGINT NOT NULL,
    lifted_at BIGINT
);
CREATE INDEX allocation_finding_open ON allocation_finding (person, day) WHERE lifted_at IS NULL;

-- Replies that came too late, summed by day.
CREATE TABLE reply_timeout (
    person BIGINT NOT NULL REFERENCES person (id),
    day    TEXT   NOT NULL,
    count  BIGINT NOT NULL,
    PRIMARY KEY (person, day)
) WITHOUT ROWID;
