-- Rankings (排行): what each person did on each day, and what was posted of it.

-- The local day of the registration: it is what a ranking counts by.
ALTER TABLE appointment ADD COLUMN registered_day TEXT NOT NULL DEFAULT '';
UPDATE appointment SET registered_day = (SELECT json_extract(e.body, '$.base_day') FROM register_entry e
    WHERE e.seq = appointment.entered_seq);

-- Sums a person and day: whether he had a shift, whether a report stands, its dialogues and no-answers, appointments
-- that count by their registration, arrivals that count by their day. Triggers keep them in the transaction that changes
-- what they are counted from, whoever changes it.
CREATE TABLE tally_day (
    person       BIGINT NOT NULL,
    day          TEXT   NOT NULL,
    shifts       BIGINT NOT NULL DEFAULT 0,
    reports      BIGINT NOT NULL DEFAULT 0,
    dialogues    BIGINT NOT NULL DEFAULT 0,
    unanswered   BIGINT NOT NULL DEFAULT 0,
    appointments BIGINT NOT NULL DEFAULT 0,
    arrivals     BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (person, day)
) WITHOUT ROWID;

-- The same by whole months, so that two years are no more to add up than a few weeks.
CREATE TABLE tally_month (
    person       BIGINT NOT NULL,
    month        TEXT   NOT NULL,
    shifts       BIGINT NOT NULL DEFAULT 0,
    reports      BIGINT NOT NULL DEFAULT 0,
    dialogues    BIGINT NOT NULL DEFAULT 0,
    unanswered   BIGINT NOT NULL DEFAULT 0,
    appointments BIGINT NOT NULL DEFAULT 0,
    arrivals     BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (person, month)
) WITHOUT ROWID;

-- Days into their months.
CREATE TRIGGER tally_day_added AFTER INSERT ON tally_day BEGIN
    INSERT INTO tally_month (person, month, shifts, reports, dialogues, unanswered, appointments, arrivals)
    VALUES (NEW.person, substr(NEW.day, 1, 7), NEW.shifts, NEW.reports, NEW.dialogues, NEW.unanswered,
        NEW.appointments, NEW.arrivals)
    ON CONFLICT (person, month) DO UPDATE SET shifts = shifts + excluded.shifts, reports = reports + excluded.reports,
        dialogues = dialogues + excluded.dialogues, unanswered = unanswered + excluded.unanswered,
        appointments = appointments + excluded.appointments, arrivals = arrivals + excluded.arrivals;
END;
CREATE TRIGGER tally_day_changed AFTER UPDATE ON tally_day BEGIN
    UPDATE tally_month SET shifts = shifts + NEW.shifts - OLD.shifts, reports = reports + NEW.reports - OLD.reports,
        dialogues = dialogues + NEW.dialogues - OLD.dialogues, unanswered = unanswered + NEW.unanswered - OLD.unanswered,
        appointments = appointments + NEW.appointments - OLD.appointments, arrivals = arrivals + NEW.arrivals - OLD.arrivals
    WHERE person = NEW.person AND month = substr(NEW.day, 1, 7);
END;

-- 班次.
CREATE TRIGGER tally_shift_added AFTER INSERT ON rota WHEN NEW.start_at IS NOT NULL BEGIN
    INSERT INTO tally_day (person, day, shifts) VALUES (NEW.person_id, NEW.date, 1)
    ON CONFLICT (person, day) DO UPDATE SET shifts = 1;
END;
CREATE TRIGGER tally_shift_changed AFTER UPDATE ON rota WHEN (NEW.start_at IS NULL) <> (OLD.start_at IS NULL) BEGIN
    INSERT INTO tally_day (person, day, shifts) VALUES (NEW.person_id, NEW.date, NEW.start_at IS NOT NULL)
    ON CONFLICT (person, day) DO UPDATE SET shifts = excluded.shifts;
END;
CREATE TRIGGER tally_shift_dropped AFTER DELETE ON rota WHEN OLD.start_at IS NOT NULL BEGIN
    UPDATE tally_day SET shifts = 0 WHERE person = OLD.person_id AND day = OLD.date;
END;

-- 日报: the highest revision that was not taken back.
CREATE TRIGGER tally_report_added AFTER INSERT ON report WHEN NEW.undone_at IS NULL BEGIN
    INSERT INTO tally_day (person, day, reports, dialogues, unanswered)
    SELECT person_id, date, 1, dialogues, COALESCE(json_extract(figures, '$."未应答"'), 0) FROM report
        WHERE person_id = NEW.person_id AND date = NEW.date AND undone_at IS NULL ORDER BY revision DESC LIMIT 1
    ON CONFLICT (person, day) DO UPDATE SET reports = excluded.reports, dialogues = excluded.dialogues,
        unanswered = excluded.unanswered;
END;
CREATE TRIGGER tally_report_undone AFTER UPDATE OF undone_at ON report BEGIN
    UPDATE tally_day SET reports = 0, dialogues = 0, unanswered = 0 WHERE person = NEW.person_id AND day = NEW.date;
    INSERT INTO tally_day (person, day, reports, dialogues, unanswered)
    SELECT person_id, date, 1, dialogues, COALESCE(json_extract(figures, '$."未应答"'), 0) FROM report
        WHERE person_id = NEW.person_id AND date = NEW.date AND undone_at IS NULL ORDER BY revision DESC LIMIT 1
    ON CONFLICT (person, day) DO UPDATE SET reports = excluded.reports, dialogues = excluded.dialogues,
        unanswered = excluded.unanswered;
END;

-- 预约.
CREATE TRIGGER tally_appointment_added AFTER INSERT ON appointment
WHEN NEW.state = 'open' AND NEW.class <> 'invalid' BEGIN
    INSERT INTO tally_day (person, day, appointments) VALUES (NEW.owner, NEW.registered_day, 1)
    ON CONFLICT (person, day) DO UPDATE SET appointments = appointments + 1;
END;
CREATE TRIGGER tally_appointment_out AFTER UPDATE OF state, class ON appointment
WHEN (OLD.state = 'open' AND OLD.class <> 'invalid') AND NOT (NEW.state = 'open' AND NEW.class <> 'invalid') BEGIN
    UPDATE tally_day SET appointments = appointments - 1 WHERE person = OLD.owner AND day = OLD.registered_day;
END;
CREATE TRIGGER tally_appointment_in AFTER UPDATE OF state, class ON appointment
WHEN (NEW.state = 'open' AND NEW.class <> 'invalid') AND NOT (OLD.state = 'open' AND OLD.class <> 'invalid') BEGIN
    INSERT INTO tally_day (person, day, appointments) VALUES (NEW.owner, NEW.registered_day, 1)
    ON CONFLICT (person, day) DO UPDATE SET appointments = appointments + 1;
END;

-- 到诊.
CREATE TRIGGER tally_arrival_added AFTER INSERT ON arrival
WHEN NEW.state = 'open' AND NEW.credited IS NOT NULL AND NEW.settled <> 'suggested' AND NOT NEW.forfeited BEGIN
    INSERT INTO tally_day (person, day, arrivals) VALUES (NEW.credited, NEW.arrived_day, 1)
    ON CONFLICT (person, day) DO UPDATE SET arrivals = arrivals + 1;
END;
CREATE TRIGGER tally_arrival_out AFTER UPDATE OF state, credited, settled, forfeited, arrived_day ON arrival
WHEN OLD.state = 'open' AND OLD.credited IS NOT NULL AND OLD.settled <> 'suggested' AND NOT OLD.forfeited
    AND (OLD.state IS NOT NEW.state OR OLD.credited IS NOT NEW.credited OR OLD.settled IS NOT NEW.settled
    OR OLD.forfeited IS NOT NEW.forfeited OR OLD.arrived_day IS NOT NEW.arrived_day) BEGIN
    UPDATE tally_day SET arrivals = arrivals - 1 WHERE person = OLD.credited AND day = OLD.arrived_day;
END;
CREATE TRIGGER tally_arrival_in AFTER UPDATE OF state, credited, settled, forfeited, arrived_day ON arrival
WHEN NEW.state = 'open' AND NEW.credited IS NOT NULL AND NEW.settled <> 'suggested' AND NOT NEW.forfeited
    AND (OLD.state IS NOT NEW.state OR OLD.credited IS NOT NEW.credited OR OLD.settled IS NOT NEW.settled
    OR OLD.forfeited IS NOT NEW.forfeited OR OLD.arrived_day IS NOT NEW.arrived_day) BEGIN
    INSERT INTO tally_day (person, day, arrivals) VALUES (NEW.credited, NEW.arrived_day, 1)
    ON CONFLICT (person, day) DO UPDATE SET arrivals = arrivals + 1;
END;

-- Boards that were posted. A version is open to objections or settled, and never changed afterwards: what is corrected
-- later is another version.
CREATE TABLE ranking_board (
    no           INTEGER PRIMARY KEY AUTOINCREMENT,
    period       TEXT    NOT NULL,
    from_day     TEXT    NOT NULL,
    to_day       TEXT    NOT NULL,
    version      BIGINT  NOT NULL,
    state        TEXT    NOT NULL,
    confirmation BIGINT  REFERENCES confirmation (no),
    posted_at    BIGINT  NOT NULL,
    settled_at   BIGINT,
    body         TEXT    NOT NULL,
    UNIQUE (period, from_day, version)
);
CREATE INDEX ranking_board_confirmation ON ranking_board (confirmation) WHERE confirmation IS NOT NULL;
