-- What is known of the outside: who holds a connection that there may be only once, where the bot may speak, and how much
-- of a platform's allowance is left.

CREATE TABLE lease (
    name     TEXT   NOT NULL PRIMARY KEY,
    owner    TEXT   NOT NULL,
    until    BIGINT NOT NULL,
    taken_at BIGINT NOT NULL
);

-- Chats and people that the bot has heard, or that the platform did not let it write to.
CREATE TABLE chat_book (
    platform  TEXT   NOT NULL,
    bot       TEXT   NOT NULL,
    dest_kind TEXT   NOT NULL,
    dest      TEXT   NOT NULL,
    title     TEXT,
    heard_at  BIGINT,
    barred_at BIGINT,
    barred    TEXT,
    PRIMARY KEY (platform, bot, dest_kind, dest)
);

-- Token buckets, so that a restart gives no platform more than it takes.
CREATE TABLE bucket (
    name  TEXT   NOT NULL PRIMARY KEY,
    level BIGINT NOT NULL,
    at    BIGINT NOT NULL
);
