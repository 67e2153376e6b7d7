-- What is spent of a platform's monthly allowance, and of which percentage somebody was warned.
CREATE TABLE quota (
    platform TEXT   NOT NULL,
    month    TEXT   NOT NULL,
    kind     TEXT   NOT NULL,
    spent    BIGINT NOT NULL,
    warned   BIGINT NOT NULL,
    PRIMARY KEY (platform, month, kind)
) WITHOUT ROWID;

-- What was decided on an interactive card: the first decision stands.
CREATE TABLE card_decision (
    track      TEXT   NOT NULL PRIMARY KEY,
    decision   TEXT   NOT NULL,
    by_user    TEXT   NOT NULL,
    decided_at BIGINT NOT NULL
) WITHOUT ROWID;
