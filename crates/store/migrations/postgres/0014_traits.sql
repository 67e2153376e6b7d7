-- Of what does not name a patient two things are those of hundreds: an appointment is found by three. The program makes
-- the new tags, in this same transaction.
DELETE FROM blind_index WHERE field IN ('day_region', 'age_region');
