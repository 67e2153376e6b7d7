-- 节假日 that the department has entered itself: each takes the place of what the program brings along of that day.

CREATE TABLE special_day (
    day       TEXT    NOT NULL PRIMARY KEY,
    works     BOOLEAN NOT NULL,
    name      TEXT    NOT NULL,
    by_person BIGINT  REFERENCES person (id),
    at        BIGINT  NOT NULL
);

-- 三方 (T…): orders that a third-party site has dispatched. What names the patient stands in the vault.
CREATE TABLE third_party_order (
    no            BIGINT NOT NULL PRIMARY KEY,
    owner         BIGINT NOT NULL REFERENCES person (id),
    dispatched_at BIGINT NOT NULL,
    recorded_at   BIGINT NOT NULL,
    accepted_at   BIGINT,
    duplicate_of  TEXT,
    reported_at   BIGINT,
    state         TEXT   NOT NULL
);
