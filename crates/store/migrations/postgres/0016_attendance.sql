-- When somebody came and went (打卡), by the day of the shift.
CREATE TABLE attendance (
    person BIGINT NOT NULL REFERENCES person (id),
    date   TEXT   NOT NULL,
    in_at  BIGINT NOT NULL,
    out_at BIGINT,
    PRIMARY KEY (person, date)
);
