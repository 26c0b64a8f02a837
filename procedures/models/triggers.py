"""The database's own copy of the lifecycle: a trigger made from the table in models/lifecycle.py."""

from collections.abc import Iterable

GUARD = """
CREATE OR REPLACE FUNCTION motcua_dossier_lifecycle() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.state <> 'draft' OR NEW.event_count <> 0 THEN
      RAISE EXCEPTION 'a dossier begins as a draft' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
  END IF;
  IF NEW.state = OLD.state AND NEW.event_count = OLD.event_count AND NEW.last_step = OLD.last_step THEN
    RETURN NEW;
  END IF;
  IF NEW.event_count <> OLD.event_count + 1 THEN
    RAISE EXCEPTION 'a dossier passes one step at a time, each with its event' USING ERRCODE = 'check_violation';
  END IF;
  IF (NEW.last_step, OLD.state, NEW.state) IN (VALUES {edges}) THEN RETURN NEW; END IF;
  IF NEW.state = OLD.state AND NEW.last_step IN ({notes}) THEN RETURN NEW; END IF;
  RAISE EXCEPTION 'no step % from % to %', NEW.last_step, OLD.state, NEW.state USING ERRCODE = 'check_violation';
END $$;
DROP TRIGGER IF EXISTS lifecycle ON procedures_dossier;
CREATE TRIGGER lifecycle BEFORE INSERT OR UPDATE ON procedures_dossier
  FOR EACH ROW EXECUTE FUNCTION motcua_dossier_lifecycle();
"""


def lifecycle_trigger(edges: Iterable[tuple[str, str, str]], notes: Iterable[str]) -> str:
    """The SQL that lets through exactly these (step, from, to), and notes that change no state."""
    rows = ", ".join(f"('{step}', '{old}', '{new}')" for step, old, new in edges)
    return GUARD.format(edges=rows, notes=", ".join(f"'{name}'" for name in notes))


OFFICES_OF = """
CREATE OR REPLACE FUNCTION motcua_offices_of() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE procedures_procedure p SET offices = coalesce(told.offices, '{}')
    FROM (
        SELECT c.procedure_id, array_agg(o.office_id ORDER BY o.office_id) FILTER (WHERE o.office_id IS NOT NULL) AS offices
        FROM (SELECT DISTINCT procedure_id FROM changed) c LEFT JOIN procedures_offering o ON o.procedure_id = c.procedure_id
        GROUP BY c.procedure_id
    ) told
    WHERE p.id = told.procedure_id;
    RETURN NULL;
END $$;
DROP TRIGGER IF EXISTS offices_more ON procedures_offering;
CREATE TRIGGER offices_more AFTER INSERT ON procedures_offering REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION motcua_offices_of();
DROP TRIGGER IF EXISTS offices_fewer ON procedures_offering;
CREATE TRIGGER offices_fewer AFTER DELETE ON procedures_offering REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION motcua_offices_of();
"""

WORDS_OF_DOSSIERS = """
CREATE OR REPLACE FUNCTION motcua_dossier_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF (NEW.search, NEW.office_id, NEW.receiving_office_id, NEW.processing_office_id)
            IS NOT DISTINCT FROM (OLD.search, OLD.office_id, OLD.receiving_office_id, OLD.processing_office_id) THEN
            RETURN NULL;
        END IF;
        DELETE FROM procedures_dossierword WHERE tenant_id = NEW.tenant_id AND dossier_id = NEW.id;
    END IF;
    INSERT INTO procedures_dossierword (tenant_id, dossier_id, office_id, word, text)
    SELECT DISTINCT NEW.tenant_id, NEW.id, office, word, ' ' || regexp_replace(left(NEW.search, 990), '[^[:alnum:]]+', ' ', 'g') || ' '
    FROM unnest(ARRAY[NEW.office_id, NEW.receiving_office_id, NEW.processing_office_id]) AS office, regexp_split_to_table(left(NEW.search, 990), '[^[:alnum:]]+') AS word
    WHERE office IS NOT NULL AND word <> '' AND length(word) <= 40;
    RETURN NULL;
END $$;
DROP TRIGGER IF EXISTS words ON procedures_dossier;
CREATE TRIGGER words AFTER INSERT OR UPDATE OF search, office_id, receiving_office_id, processing_office_id ON procedures_dossier
    FOR EACH ROW EXECUTE FUNCTION motcua_dossier_words();
"""

# What a dossier was promised, when it was taken in and when it was decided: no statement changes these without an event of
# the same transaction, whoever sends it. Asked at the commit; looked up as the dossier's own tenant, whichever is entered.
MOMENTS = (
    "submitted_at", "acceptance_due_at", "accepted_at", "clock_started_at", "due_at", "promised_at", "supplement_due_at", "decided_at",
    "closed_at", "returned_at", "apologised_at", "extended_by", "outcome", "number",
)  # fmt: skip
TOLD = """
CREATE OR REPLACE FUNCTION motcua_moments_told() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  entered text := current_setting('app.tenant_id', true);
  told boolean;
BEGIN
  PERFORM set_config('app.tenant_id', NEW.tenant_id::text, true);
  SELECT EXISTS (
    SELECT 1 FROM procedures_dossierevent
    WHERE tenant_id = NEW.tenant_id AND dossier_id = NEW.id AND written_in = txid_current()
  ) INTO told;
  PERFORM set_config('app.tenant_id', coalesce(entered, ''), true);
  IF NOT told THEN
    RAISE EXCEPTION 'the moments of a dossier change only with an event' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
DROP TRIGGER IF EXISTS moments_told ON procedures_dossier;
CREATE CONSTRAINT TRIGGER moments_told AFTER UPDATE ON procedures_dossier DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW WHEN (OLD.state <> 'draft' AND ({changed})) EXECUTE FUNCTION motcua_moments_told();
"""


def moments_trigger() -> str:
    return TOLD.replace("{changed}", " OR ".join(f"OLD.{name} IS DISTINCT FROM NEW.{name}" for name in MOMENTS))
