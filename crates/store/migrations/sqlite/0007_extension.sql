-- Leave to register later (延迟登记, E…). What was given as the reason stands in the vault.
CREATE TABLE extension (
    no          BIGINT NOT NULL PRIMARY KEY,
    person      BIGINT NOT NULL REFERENCES person (id),
    asked_at    BIGINT NOT NULL,
    agreed_at   BIGINT,
    covers_from BIGINT NOT NULL,
    covers_to   BIGINT NOT NULL,
    over_at     BIGINT NOT NULL,
    state       TEXT   NOT NULL,
    decided_by  BIGINT REFERENCES person (id),
    decided_at  BIGINT
) WITHOUT ROWID;
CREATE INDEX extension_person ON extension (person, over_at);
CREATE INDEX extension_open ON extension (no) WHERE state = 'open';
