-- Rankings (排行): what each person did on each day, and what was posted of it.

-- The local day of the registration: it is what a ranking counts by.
ALTER TABLE appointment ADD COLUMN registered_day TEXT NOT NULL DEFAULT '';
UPDATE appointment SET registered_day = (SELECT e.body::json ->> 'base_day' FROM register_entry e
    WHERE e.seq = appointment.entered_seq);

-- Sums a person and day: whether he had a shift, whether a report stands, its dialogues and no-answers, appointments
-- that count by their registration, arrivals that count by their day. Triggers keep them in the transaction that changes
-- what they are counted from, whoever changes it.
-- By day first: rows lie here as they come, and a span of days lies together.
CREATE TABLE tally_day (
    person       BIGINT NOT NULL,
    day          TEXT   NOT NULL,
    shifts       BIGINT NOT NULL DEFAULT 0,
    reports      BIGINT NOT NULL DEFAULT 0,
    dialogues    BIGINT NOT NULL DEFAULT 0,
    unanswered   BIGINT NOT NULL DEFAULT 0,
    appointments BIGINT NOT NULL DEFAULT 0,
    arrivals     BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (day, person)
);

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
    PRIMARY KEY (month, person)
);

-- Days into their months.
CREATE FUNCTION tally_month_follows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO tally_month AS m (person, month, shifts, reports, dialogues, unanswered, appointments, arrivals)
        VALUES (NEW.person, substr(NEW.day, 1, 7), NEW.shifts, NEW.reports, NEW.dialogues, NEW.unanswered,
            NEW.appointments, NEW.arrivals)
        ON CONFLICT (person, month) DO UPDATE SET shifts = m.shifts + excluded.shifts,
            reports = m.reports + excluded.reports, dialogues = m.dialogues + excluded.dialogues,
            unanswered = m.unanswered + excluded.unanswered, appointments = m.appointments + excluded.appointments,
            arrivals = m.arrivals + excluded.arrivals;
    ELSE
        UPDATE tally_month SET shifts = shifts + NEW.shifts - OLD.shifts, reports = reports + NEW.reports - OLD.reports,
            dialogues = dialogues + NEW.dialogues - OLD.dialogues,
            unanswered = unanswered + NEW.unanswered - OLD.unanswered,
            appointments = appointments + NEW.appointments - OLD.appointments,
            arrivals = arrivals + NEW.arrivals - OLD.arrivals
        WHERE person = NEW.person AND month = substr(NEW.day, 1, 7);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER tally_day_changed AFTER INSERT OR UPDATE ON tally_day
    FOR EACH ROW EXECUTE FUNCTION tally_month_follows();

-- 班次.
CREATE FUNCTION tally_shift_follows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        UPDATE tally_day SET shifts = 0 WHERE person = OLD.person_id AND day = OLD.date AND shifts <> 0;
    ELSIF TG_OP = 'INSERT' OR (NEW.start_at IS NULL) <> (OLD.start_at IS NULL) THEN
        INSERT INTO tally_day (person, day, shifts)
        VALUES (NEW.person_id, NEW.date, CASE WHEN NEW.start_at IS NULL THEN 0 ELSE 1 END)
        ON CONFLICT (person, day) DO UPDATE SET shifts = excluded.shifts;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER tally_shift_changed AFTER INSERT OR UPDATE OR DELETE ON rota
    FOR EACH ROW EXECUTE FUNCTION tally_shift_follows();

-- 日报: the highest revision that was not taken back.
CREATE FUNCTION tally_report_follows() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    live RECORD;
BEGIN
    SELECT dialogues, COALESCE((figures::json ->> '未应答')::bigint, 0) AS unanswered INTO live FROM report
        WHERE person_id = NEW.person_id AND date = NEW.date AND undone_at IS NULL ORDER BY revision DESC LIMIT 1;
    IF FOUND THEN
        INSERT INTO tally_day (person, day, reports, dialogues, unanswered)
        VALUES (NEW.person_id, NEW.date, 1, live.dialogues, live.unanswered)
        ON CONFLICT (person, day) DO UPDATE SET reports = excluded.reports, dialogues = excluded.dialogues,
            unanswered = excluded.unanswered;
    ELSE
        UPDATE tally_day SET reports = 0, dialogues = 0, unanswered = 0
        WHERE person = NEW.person_id AND day = NEW.date;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER tally_report_added AFTER INSERT ON report FOR EACH ROW EXECUTE FUNCTION tally_report_follows();
CREATE TRIGGER tally_report_undone AFTER UPDATE OF undone_at ON report
    FOR EACH ROW EXECUTE FUNCTION tally_report_follows();

-- 预约.
CREATE FUNCTION tally_appointment_follows() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    counted  BOOLEAN := NEW.state = 'open' AND NEW.class <> 'invalid';
    before   BOOLEAN := FALSE;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        before := OLD.state = 'open' AND OLD.class <> 'invalid';
    END IF;
    IF counted AND NOT before THEN
        INSERT INTO tally_day AS t (person, day, appointments) VALUES (NEW.owner, NEW.registered_day, 1)
        ON CONFLICT (person, day) DO UPDATE SET appointments = t.appointments + 1;
    ELSIF before AND NOT counted THEN
        UPDATE tally_day SET appointments = appointments - 1 WHERE person = OLD.owner AND day = OLD.registered_day;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER tally_appointment_added AFTER INSERT ON appointment
    FOR EACH ROW EXECUTE FUNCTION tally_appointment_follows();
CREATE TRIGGER tally_appointment_changed AFTER UPDATE OF state, class ON appointment
    FOR EACH ROW EXECUTE FUNCTION tally_appointment_follows();

-- 到诊.
CREATE FUNCTION tally_arrival_follows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF OLD.state = 'open' AND OLD.credited IS NOT NULL AND OLD.settled <> 'suggested' AND NOT OLD.forfeited THEN
            UPDATE tally_day SET arrivals = arrivals - 1 WHERE person = OLD.credited AND day = OLD.arrived_day;
        END IF;
    END IF;
    IF NEW.state = 'open' AND NEW.credited IS NOT NULL AND NEW.settled <> 'suggested' AND NOT NEW.forfeited THEN
        INSERT INTO tally_day AS t (person, day, arrivals) VALUES (NEW.credited, NEW.arrived_day, 1)
        ON CONFLICT (person, day) DO UPDATE SET arrivals = t.arrivals + 1;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER tally_arrival_added AFTER INSERT ON arrival FOR EACH ROW EXECUTE FUNCTION tally_arrival_follows();
CREATE TRIGGER tally_arrival_changed AFTER UPDATE OF state, credited, settled, forfeited, arrived_day ON arrival
    FOR EACH ROW
    WHEN ((OLD.state, OLD.credited, OLD.settled, OLD.forfeited, OLD.arrived_day) IS DISTINCT FROM
        (NEW.state, NEW.credited, NEW.settled, NEW.forfeited, NEW.arrived_day))
    EXECUTE FUNCTION tally_arrival_follows();

-- Boards that were posted. A version is open to objections or settled, and never changed afterwards: what is corrected
-- later is another version.
CREATE TABLE ranking_board (
    no           BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
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
