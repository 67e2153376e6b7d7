-- The vault: what names a patient, encrypted with a key of its case; and what was kept in plain text until now.

-- A random key a case, wrapped with a master key. Without it nothing of the case can be read anywhere, also not in
-- events, which are never rewritten.
CREATE TABLE case_key (
    subject   TEXT   NOT NULL PRIMARY KEY,
    key_id    BIGINT NOT NULL,
    wrapped   BLOB   NOT NULL,
    closed_on TEXT
) WITHOUT ROWID;
CREATE INDEX case_key_closed ON case_key (closed_on) WHERE closed_on IS NOT NULL;
CREATE INDEX case_key_master ON case_key (key_id);

CREATE TABLE vault (
    subject TEXT NOT NULL REFERENCES case_key (subject),
    field   TEXT NOT NULL,
    value   BLOB NOT NULL,
    PRIMARY KEY (subject, field)
) WITHOUT ROWID;

-- Equal values of a field have equal tags; without the master key a tag says nothing.
CREATE TABLE blind_index (
    field   TEXT   NOT NULL,
    tag     BLOB   NOT NULL,
    subject TEXT   NOT NULL REFERENCES case_key (subject),
    key_id  BIGINT NOT NULL,
    PRIMARY KEY (field, tag, subject)
) WITHOUT ROWID;
CREATE INDEX blind_index_subject ON blind_index (subject);
CREATE INDEX blind_index_master ON blind_index (key_id);

-- What somebody is told only once, ever.
CREATE TABLE told (
    platform TEXT   NOT NULL,
    user_id  TEXT   NOT NULL,
    what     TEXT   NOT NULL,
    told_at  BIGINT NOT NULL,
    PRIMARY KEY (platform, user_id, what)
) WITHOUT ROWID;

-- The program encrypts these into the new columns and drops the old ones, in this same transaction.
ALTER TABLE outbox RENAME COLUMN said TO said_plain;
ALTER TABLE outbox RENAME COLUMN late_url TO late_url_plain;
ALTER TABLE outbox ADD COLUMN said BLOB NOT NULL DEFAULT x'';
ALTER TABLE outbox ADD COLUMN late_url BLOB;
ALTER TABLE report RENAME COLUMN note TO note_plain;
ALTER TABLE report ADD COLUMN note BLOB;
