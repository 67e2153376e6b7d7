-- Seals over the events: each covers the numbers that follow the last one's; see crates/store/src/seal.rs.
-- Hashes are hexadecimal text; `marks` says for each event how far its number is from the one before, and its mark.

CREATE TABLE seal (
    no        BIGINT NOT NULL PRIMARY KEY,
    at        BIGINT NOT NULL,
    first_seq BIGINT NOT NULL,
    last_seq  BIGINT NOT NULL,
    events    BIGINT NOT NULL,
    key_id    BIGINT NOT NULL,
    key_mark  TEXT   NOT NULL,
    previous  TEXT   NOT NULL,
    contents  TEXT   NOT NULL,
    marks     TEXT   NOT NULL,
    hash      TEXT   NOT NULL
);
