-- 汇总: how each group's summary of a day, week, month or quarter stands, and what its lead added. The figures are not kept:
-- they are those of the reports, and what was confirmed stands in its event.

-- Team 0 is everybody who is in none. A row exists from the moment at which the summary was late or was confirmed.
CREATE TABLE summary (
    team           BIGINT  NOT NULL,
    term           TEXT    NOT NULL,
    from_day       TEXT    NOT NULL,
    to_day         TEXT    NOT NULL,
    unconfirmed_at BIGINT,
    confirmed_at   BIGINT,
    confirmed_by   BIGINT  REFERENCES person (id),
    late           BOOLEAN NOT NULL,
    PRIMARY KEY (team, term, from_day)
);

-- What a lead says besides: a figure that he counts otherwise than the report (the report stays as it is), or a remark,
-- which may name a patient and is encrypted with the key of the day's notes.
CREATE TABLE summary_line (
    id        BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    team      BIGINT NOT NULL,
    term      TEXT   NOT NULL,
    from_day  TEXT   NOT NULL,
    person    BIGINT REFERENCES person (id),
    field     TEXT,
    figure    BIGINT,
    note      BYTEA,
    by_person BIGINT NOT NULL REFERENCES person (id),
    at        BIGINT NOT NULL,
    undone_at BIGINT
);
CREATE INDEX summary_line_of ON summary_line (team, term, from_day);

-- What somebody closed on a day, for the draft of his report.
CREATE INDEX follow_up_closed_by ON follow_up (closed_by, closed_at) WHERE state = 'closed';
CREATE INDEX contact_at ON contact (at);
