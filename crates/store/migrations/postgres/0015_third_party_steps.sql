-- 三方: the two further ticks of an order, and who watches the sites on a day, early and late (R-383, R-384).
ALTER TABLE third_party_order ADD COLUMN entered_at BIGINT;
ALTER TABLE third_party_order ADD COLUMN remarked_at BIGINT;

CREATE TABLE third_party_watch (
    day       TEXT   NOT NULL,
    slot      TEXT   NOT NULL,
    person    BIGINT NOT NULL REFERENCES person (id),
    by_person BIGINT REFERENCES person (id),
    at        BIGINT NOT NULL,
    PRIMARY KEY (day, slot, person)
);

-- What may be said in the group where something private finds no way: that it waits, and how to read it; nothing of it.
ALTER TABLE outbox ADD COLUMN stand_in TEXT;
