-- 对账: who confirmed a group's arrivals of a month, what became of each arrival, when a month was opened again, and the
-- hospital's lists. What names a patient in a list is sealed with the key of its month (case M2026-03).

CREATE TABLE reconciliation (
    no        INTEGER PRIMARY KEY AUTOINCREMENT,
    month     TEXT   NOT NULL,
    team      BIGINT REFERENCES team (id),
    by_person BIGINT NOT NULL REFERENCES person (id),
    at        BIGINT NOT NULL,
    count     BIGINT NOT NULL,
    undone_at BIGINT
);
CREATE INDEX reconciliation_month ON reconciliation (month);

-- An arrival without a row is still to be confirmed.
CREATE TABLE reconciliation_claim (
    arrival   BIGINT  NOT NULL PRIMARY KEY REFERENCES arrival (no),
    month     TEXT    NOT NULL,
    person    BIGINT  NOT NULL REFERENCES person (id),
    state     TEXT    NOT NULL,
    confirmed BIGINT  REFERENCES reconciliation (no),
    at        BIGINT  NOT NULL,
    told      BOOLEAN NOT NULL
) WITHOUT ROWID;
CREATE INDEX reconciliation_claim_month ON reconciliation_claim (month);
CREATE INDEX reconciliation_claim_untold ON reconciliation_claim (arrival) WHERE NOT told;

CREATE TABLE reconciliation_opening (
    no        INTEGER PRIMARY KEY AUTOINCREMENT,
    month     TEXT   NOT NULL,
    team      BIGINT REFERENCES team (id),
    until_day TEXT   NOT NULL,
    by_person BIGINT REFERENCES person (id),
    at        BIGINT NOT NULL
);
CREATE INDEX reconciliation_opening_month ON reconciliation_opening (month);

-- The groups that a list is of stand as their numbers; nothing means everybody.
CREATE TABLE hospital_list (
    no        INTEGER PRIMARY KEY AUTOINCREMENT,
    month     TEXT   NOT NULL,
    teams     TEXT   NOT NULL,
    by_person BIGINT REFERENCES person (id),
    at        BIGINT NOT NULL,
    state     TEXT   NOT NULL
);
CREATE INDEX hospital_list_month ON hospital_list (month, state);

-- What the comparison said of a row: the arrivals by their numbers, and why a person has to look.
CREATE TABLE hospital_row (
    list      BIGINT NOT NULL REFERENCES hospital_list (no),
    line      BIGINT NOT NULL,
    visit_day TEXT,
    sealed    BLOB   NOT NULL,
    fit       TEXT   NOT NULL,
    arrivals  TEXT   NOT NULL,
    why       TEXT,
    PRIMARY KEY (list, line)
) WITHOUT ROWID;
