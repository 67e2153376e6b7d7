-- People and rules over time: when rights end, who stands in for whom, the department's settings by version, and who has
-- acknowledged which.

-- From this instant on the person is nobody: at once when somebody is taken out, else at the end of the last day.
ALTER TABLE person ADD COLUMN rights_end BIGINT;

-- The name that the platform shows, where it gives one.
ALTER TABLE identity ADD COLUMN shown_name TEXT;

-- 代理: a role for some days, ended early or not. Both days belong to it.
CREATE TABLE acting (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    person_id  BIGINT NOT NULL REFERENCES person (id),
    role       TEXT   NOT NULL,
    team_id    BIGINT REFERENCES team (id),
    from_date  TEXT   NOT NULL,
    to_date    TEXT   NOT NULL,
    ended_at   BIGINT
);
CREATE INDEX acting_open ON acting (to_date) WHERE ended_at IS NULL;

-- A version of the rules (制度版本, V…): one change, of one setting or of many. Version 1 is the default composition.
CREATE TABLE rule_version (
    no             BIGINT NOT NULL PRIMARY KEY,
    effective_from TEXT   NOT NULL,
    changed_at     BIGINT NOT NULL,
    changed_by     BIGINT,
    undone_at      BIGINT
) WITHOUT ROWID;

-- What a version sets. The version in force on a day is the newest of the latest first day that is not after it.
CREATE TABLE setting_value (
    version BIGINT NOT NULL REFERENCES rule_version (no),
    key     TEXT   NOT NULL,
    value   TEXT   NOT NULL,
    PRIMARY KEY (version, key)
) WITHOUT ROWID;

CREATE TABLE acknowledgement (
    person_id BIGINT NOT NULL REFERENCES person (id),
    version   BIGINT NOT NULL,
    at        BIGINT NOT NULL,
    PRIMARY KEY (person_id, version)
) WITHOUT ROWID;

-- 审计 by number (J3, V2): few events have one, so the index stays small and the hot path does not touch it.
CREATE INDEX event_subject ON event (subject) WHERE subject IS NOT NULL;
