-- Cards that ask for a decision and can be changed afterwards: about what, and by which handle of the platform's.
CREATE TABLE card_shown (
    outbox_id BIGINT NOT NULL PRIMARY KEY,
    subject   TEXT   NOT NULL,
    handle    TEXT,
    shown_at  BIGINT NOT NULL
);
CREATE INDEX card_shown_subject ON card_shown (subject);
