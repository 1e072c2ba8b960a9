-- Rows of the register are sealed: HMAC under data.key over all that a row says (src/store/register.rs). Rows from before
-- have none: `ikd register seal`.
ALTER TABLE persons ADD COLUMN seal BYTEA;
ALTER TABLE regions ADD COLUMN seal BYTEA;

-- An instance of the version before, which runs beside the new ones, knows of no seals: what it changes has none, and not
-- one that does not fit.
CREATE FUNCTION register_unsealed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.seal := NULL;
    RETURN NEW;
END $$;
CREATE TRIGGER persons_unsealed BEFORE UPDATE ON persons FOR EACH ROW
WHEN (NEW.seal IS NOT NULL AND NEW.seal = OLD.seal AND NEW IS DISTINCT FROM OLD) EXECUTE FUNCTION register_unsealed();
CREATE TRIGGER regions_unsealed BEFORE UPDATE ON regions FOR EACH ROW
WHEN (NEW.seal IS NOT NULL AND NEW.seal = OLD.seal AND NEW IS DISTINCT FROM OLD) EXECUTE FUNCTION register_unsealed();
