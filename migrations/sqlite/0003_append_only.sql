-- What was published stays published: these tables take new rows, and never change or lose one.

CREATE TRIGGER leaves_refuse_update BEFORE UPDATE ON leaves
BEGIN
    SELECT RAISE(ABORT, 'leaves is append-only');
END;

CREATE TRIGGER leaves_refuse_delete BEFORE DELETE ON leaves
BEGIN
    SELECT RAISE(ABORT, 'leaves is append-only');
END;

CREATE TRIGGER checkpoints_refuse_update BEFORE UPDATE ON checkpoints
BEGIN
    SELECT RAISE(ABORT, 'checkpoints is append-only');
END;

CREATE TRIGGER checkpoints_refuse_delete BEFORE DELETE ON checkpoints
BEGIN
    SELECT RAISE(ABORT, 'checkpoints is append-only');
END;

CREATE TRIGGER artifacts_refuse_update BEFORE UPDATE ON artifacts
BEGIN
    SELECT RAISE(ABORT, 'artifacts is append-only');
END;

CREATE TRIGGER artifacts_refuse_delete BEFORE DELETE ON artifacts
BEGIN
    SELECT RAISE(ABORT, 'artifacts is append-only');
END;

CREATE TRIGGER certificates_refuse_update BEFORE UPDATE ON certificates
BEGIN
    SELECT RAISE(ABORT, 'certificates is append-only');
END;

CREATE TRIGGER certificates_refuse_delete BEFORE DELETE ON certificates
BEGIN
    SELECT RAISE(ABORT, 'certificates is append-only');
END;
