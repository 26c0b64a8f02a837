"""The statements that make dossiers by the set: drawn, dated, told as events with their hash chain, inserted."""

TABLES = {
    "load_people": """n int PRIMARY KEY, user_id bigint, name text, folded text, contact_id text, contact_id_hash text,
        contact_phone text, contact_phone_hash text, contact_email text""",
    "load_offers": """n int PRIMARY KEY, version_id bigint, procedure_id bigint, office_id bigint, office_code text, level int, words text,
        first_step text, answers text, fee_online bigint, fee_counter bigint, span_online text, span_counter text, span_post text""",
    "load_days": "day date PRIMARY KEY, opens date, worked date",
    "load_dues": "span text, day date, due_at timestamptz, PRIMARY KEY (span, day)",
}

ROOM = "SET LOCAL work_mem = '128MB'; SET LOCAL jit = off; SET LOCAL gin_pending_list_limit = '64MB'"
# No trigger of this transaction fires: not the lifecycle's, and none of thirty million that would look up a foreign key.
ALONE = "SET LOCAL session_replication_role = replica"
# Chance in [0, 1) that depends on nothing but the dossier's number, the seed and the place where it is asked.
DRAW = """
CREATE OR REPLACE FUNCTION pg_temp.draw(i bigint, place bigint) RETURNS float8 LANGUAGE sql IMMUTABLE AS
$$ SELECT (hashint8extended(i, place) & 1073741823) / 1073741824.0 $$
"""
CLOCK = """
CREATE OR REPLACE FUNCTION pg_temp.clock(day date, hour float8) RETURNS timestamptz LANGUAGE sql IMMUTABLE AS
$$ SELECT date_trunc('second', day::timestamp + hour * interval '1 hour') AT TIME ZONE 'Asia/Ho_Chi_Minh' $$
"""

# `recent` of them came in the last four weeks, the others over two years; two thirds online; offices and people not all alike.
DRAWN = """
CREATE TEMP TABLE load_drawn ON COMMIT DROP AS
WITH dice AS (
    SELECT i, pg_temp.draw(i, %(seed)s * 16) AS a, pg_temp.draw(i, %(seed)s * 16 + 1) AS b, pg_temp.draw(i, %(seed)s * 16 + 2) AS c,
        pg_temp.draw(i, %(seed)s * 16 + 3) AS d, pg_temp.draw(i, %(seed)s * 16 + 4) AS e, pg_temp.draw(i, %(seed)s * 16 + 5) AS f,
        pg_temp.draw(i, %(seed)s * 16 + 6) AS g, pg_temp.draw(i, %(seed)s * 16 + 7) AS h
    FROM generate_series(1, %(count)s) AS i
), filed AS (
    SELECT dice.*, o.version_id, o.procedure_id, o.office_id, o.office_code, o.level, o.words, o.first_step, o.answers,
        o.fee_online, o.fee_counter, o.span_online, o.span_counter, o.span_post, p.user_id, p.name, p.folded, p.contact_id, p.contact_id_hash,
        p.contact_phone, p.contact_phone_hash, p.contact_email,
        CASE WHEN b < 0.58 THEN 'online' WHEN b < 0.66 THEN 'online_typed' WHEN b < 0.94 OR span_post = '' THEN 'counter' ELSE 'post' END AS channel,
        %(today)s::date - 1 - floor(CASE WHEN a < %(recent)s THEN a / %(recent)s * 28 ELSE (a - %(recent)s) / (1 - %(recent)s) * 720 END)::int AS filed_on
    FROM dice
    JOIN load_offers o ON o.n = floor(power(c, 1.3) * (SELECT count(*) FROM load_offers))::int
    JOIN load_people p ON p.n = floor(d * CASE WHEN b < 0.66 THEN %(accounts)s ELSE (SELECT count(*) FROM load_people) END)::int
), received AS (
    SELECT filed.*, online, CASE WHEN online THEN w.opens ELSE w.worked END AS accepted_on,
        CASE WHEN online THEN pg_temp.clock(filed_on, 6 + e * 16) ELSE pg_temp.clock(w.worked, 7.6 + e * 3.6) END AS submitted_at,
        pg_temp.clock(CASE WHEN online THEN w.opens ELSE w.worked END, 7.6 + e * 3.6) AS accepted_at
    FROM filed CROSS JOIN LATERAL (SELECT channel LIKE 'online%%' AS online) k
    JOIN load_days w ON w.day = filed_on + online::int
), due AS (
    SELECT received.*, q.due_at, (q.due_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS due_on,
        CASE WHEN online AND g < 0.03 THEN 'refused' WHEN online AND g < 0.045 THEN 'withdrawn'
             WHEN g > 0.97 AND filed_on > %(today)s::date - 60 THEN 'stuck' ELSE 'decided' END AS fate
    FROM received
    JOIN load_dues q ON q.day = accepted_on AND q.span = CASE WHEN online THEN span_online WHEN channel = 'counter' THEN span_counter ELSE span_post END
), aimed AS (
    SELECT due.*, CASE WHEN f < 0.09 THEN due_on + 1 + floor(h * 5)::int
                       ELSE accepted_on + ceil((due_on - accepted_on) * (0.15 + 0.85 * h))::int END AS aimed_on FROM due
)
SELECT aimed.*, pg_temp.clock(w.opens, 14.3 + h * 2.4) AS decided_at,
    CASE WHEN online THEN pg_temp.clock(w.opens, 14.5 + h * 2.4 + e * 20) ELSE pg_temp.clock(n.opens, 8 + e * 3) END AS returned_at
FROM aimed JOIN load_days w ON w.day = aimed_on JOIN load_days n ON n.day = w.opens + 1
"""

# What has not happened yet has not happened: where each stands now. What lies open is accepted, at work, or stopped.
STANDING = """
CREATE TEMP TABLE load_dossiers ON COMMIT DROP AS
WITH stands AS (
    SELECT d.*, nextval('procedures_dossier_id_seq') AS id,
        upper(translate(substr(md5(i::text || %(seed)s::text), 1, 8) || lpad(to_hex(i), 4, '0'), '01', 'gh')) AS code,
        CASE WHEN accepted_at > %(now)s THEN 'submitted' WHEN fate IN ('refused', 'withdrawn') THEN fate
             WHEN fate = 'decided' AND returned_at <= %(now)s THEN 'returned' WHEN fate = 'decided' AND decided_at <= %(now)s THEN 'done'
             WHEN f < 0.2 OR accepted_at + interval '40 min' > %(now)s THEN 'accepted' WHEN f < 0.82 THEN 'processing'
             WHEN f < 0.94 THEN 'supplement_requested' ELSE 'suspended' END AS state
    FROM (SELECT * FROM load_drawn ORDER BY submitted_at, i) d
), named AS (
    SELECT stands.*, state NOT IN ('submitted', 'refused', 'withdrawn') AS is_accepted, state IN ('supplement_requested', 'suspended') AS paused,
        state IN ('done', 'returned') AS is_decided, substr(code, 1, 4) || '-' || substr(code, 5, 4) || '-' || substr(code, 9) AS reference,
        accepted_at + interval '20 min' AS routed_at, date_trunc('second', accepted_at + (%(now)s - accepted_at) * 0.6) AS paused_at
    FROM stands
)
SELECT named.*, CASE WHEN is_accepted THEN office_code || '-' || to_char(accepted_on, 'YYMMDD') || '-' || lpad(row_number() OVER (
    PARTITION BY office_code, accepted_on, is_accepted ORDER BY accepted_at, i)::text, 4, '0') ELSE '' END AS number FROM named
"""

# Every passage of every dossier (the desk's one hop to the officer stands for the route); `rank` is the order within one. Facts are written as Python's json.dumps would.
STEPS = """
CREATE TEMP TABLE load_steps ON COMMIT DROP AS
SELECT id AS dossier_id, row_number() OVER (PARTITION BY id ORDER BY rank)::int AS number, step, from_state, to_state, actor_id, actor_role, reason, facts, at
FROM (
    SELECT id, 1 AS rank, CASE WHEN online THEN 'submit' ELSE 'register' END AS step, 'draft' AS from_state,
        CASE WHEN online THEN 'submitted' ELSE 'accepted' END AS to_state, CASE WHEN channel = 'online' THEN user_id ELSE %(clerk)s END AS actor_id,
        CASE WHEN channel = 'online' THEN 'citizen' ELSE 'clerk' END AS actor_role, '' AS reason, '{"channel": "' || channel || '"}' AS facts, submitted_at AS at
    FROM load_dossiers
    UNION ALL SELECT id, 2, 'accept', 'submitted', 'accepted', %(clerk)s, 'clerk', '', '{}', accepted_at FROM load_dossiers WHERE online AND is_accepted
    UNION ALL SELECT id, 2, 'refuse', 'submitted', 'refused', %(clerk)s, 'clerk', 'Không thuộc thẩm quyền',
        '{"clause": "Điều 17", "remedy": "Nộp tại nơi thường trú"}', accepted_at FROM load_dossiers WHERE state = 'refused'
    UNION ALL SELECT id, 2, 'withdraw', 'submitted', 'withdrawn', user_id, 'citizen', 'Nộp nhầm', '{}', submitted_at + interval '9 min'
        FROM load_dossiers WHERE state = 'withdrawn'
    UNION ALL SELECT id, 3, 'route', 'accepted', 'processing', %(clerk)s, 'clerk', '',
        '{"step": "' || first_step || '", "to": "' || %(officer_name)s || '"}', routed_at FROM load_dossiers WHERE is_accepted AND state <> 'accepted'
    UNION ALL SELECT id, 4, 'ask_supplement', 'processing', 'supplement_requested', %(officer)s, 'officer', 'Bản chụp bị mờ',
        '{"papers": ["Bản chụp rõ hơn"]}', paused_at FROM load_dossiers WHERE state = 'supplement_requested'
    UNION ALL SELECT id, 4, 'suspend', 'processing', 'suspended', %(head)s, 'head', 'Chờ cơ quan phối hợp', '{}', paused_at
        FROM load_dossiers WHERE state = 'suspended'
    UNION ALL SELECT id, 6, 'decide', 'processing', 'done', %(head)s, 'head', '', '{"outcome": "granted"}', decided_at FROM load_dossiers WHERE is_decided
    UNION ALL SELECT id, 7, 'hand_over', 'done', 'returned', CASE WHEN online THEN user_id ELSE %(clerk)s END, CASE WHEN online THEN 'citizen' ELSE 'clerk' END, '',
        '{"consignment": "", "how": "' || CASE WHEN online THEN 'online' ELSE 'counter' END || '", "receiver": "' || CASE WHEN online THEN '' ELSE name END || '"}',
        returned_at FROM load_dossiers WHERE state = 'returned'
) AS told
"""
INDEX_STEPS = "CREATE INDEX ON load_steps (number)"
# The same text, letter for letter, that workflow.event_hash hashes.
CHAIN = """
CREATE TEMP TABLE load_events ON COMMIT DROP AS
WITH RECURSIVE told AS (
    SELECT s.*, format('%%s, %%s, "%%s", "%%s", "%%s", %%s, "%%s", "%%s", %%s, "%%s", "%%s"]', dossier_id, number, step, from_state, to_state, actor_id,
        actor_role, reason, facts, stamp, stamp) AS words
    FROM (SELECT *, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS stamp FROM load_steps) s
), chain AS (
    SELECT told.*, '' AS previous_hash, encode(sha256(convert_to('["", ' || words, 'UTF8')), 'hex') AS hash FROM told WHERE number = 1
    UNION ALL
    SELECT t.*, c.hash, encode(sha256(convert_to('["' || c.hash || '", ' || t.words, 'UTF8')), 'hex')
    FROM chain c JOIN told t ON t.dossier_id = c.dossier_id AND t.number = c.number + 1
)
SELECT * FROM chain
"""
DOSSIERS = """
INSERT INTO procedures_dossier (
    id, tenant_id, state, resumes_to, reference, number, version_id, procedure_id, office_id, receiving_office_id, channel, level, provenance,
    owner_id, submitter_id, owner_kind, owner_name, contact_id, contact_id_hash, contact_phone, contact_phone_hash, contact_email, contact_address,
    language, "case", answers, sources, delivery, step_key, assignee_id, proposal, supplement_count, supplement_due_at, fee_total, fee_paid_at, paid_online,
    outcome, created_at, saved_at, submitted_at, acceptance_due_at, accepted_at, clock_started_at, due_at, promised_at, decided_at, closed_at, returned_at,
    last_step, event_count, event_hash, timed_events, extended_by, changed_at, changed_by_id, search /* columns */)
SELECT d.id, %(tenant)s, d.state, CASE WHEN paused THEN 'processing' ELSE '' END, d.reference, d.number, version_id, procedure_id, office_id, office_id,
    channel, CASE WHEN online THEN greatest(level, 3) ELSE level END, 'native', user_id, user_id, 'citizen', name, contact_id, contact_id_hash,
    contact_phone, contact_phone_hash, contact_email, '', 'vi', 'default', answers, %(no_sources)s, CASE WHEN online THEN 'online' ELSE 'counter' END,
    CASE WHEN NOT is_accepted OR d.state = 'accepted' THEN '' ELSE first_step END,
    CASE WHEN NOT is_accepted OR d.state = 'accepted' THEN NULL WHEN is_decided THEN %(head)s ELSE %(officer)s END, %(nothing)s,
    (d.state = 'supplement_requested')::int, CASE WHEN d.state = 'supplement_requested' THEN paused_at + interval '30 days' END,
    CASE WHEN online THEN fee_online ELSE fee_counter END,
    CASE WHEN NOT online AND fee_counter > 0 THEN accepted_at WHEN online AND fee_online > 0 THEN submitted_at + interval '4 min' END,
    online AND fee_online > 0, CASE WHEN is_decided THEN 'granted' ELSE '' END, submitted_at - interval '20 min', submitted_at, submitted_at,
    CASE WHEN online THEN pg_temp.clock(accepted_on, 17) END, CASE WHEN is_accepted THEN accepted_at END, CASE WHEN is_accepted THEN accepted_at END,
    CASE WHEN is_accepted AND NOT paused THEN due_at END, CASE WHEN is_accepted THEN due_at END, CASE WHEN is_decided THEN decided_at END,
    CASE d.state WHEN 'refused' THEN accepted_at WHEN 'withdrawn' THEN submitted_at + interval '9 min' WHEN 'returned' THEN returned_at END,
    CASE WHEN d.state = 'returned' THEN returned_at END, e.step, e.number, e.hash, e.number, 0, e.at, e.actor_id, folded /* values */
FROM load_dossiers d JOIN (SELECT DISTINCT ON (dossier_id) dossier_id, step, number, hash, at, actor_id FROM load_events ORDER BY dossier_id, number DESC) e
    ON e.dossier_id = d.id
ORDER BY d.id
"""
# As the trigger would have made them, one by one.
WORDS = """
INSERT INTO procedures_dossierword (tenant_id, dossier_id, office_id, word, text)
SELECT %(tenant)s, id, office_id, word, ' ' || folded || ' ' FROM load_dossiers, LATERAL (SELECT DISTINCT unnest(string_to_array(folded, ' ')) AS word) w
ORDER BY word, id
"""
EVENTS = """
INSERT INTO procedures_dossierevent (tenant_id, dossier_id, number, step, from_state, to_state, actor_id, actor_role, reason, facts,
    recorded_at, occurred_at, previous_hash, hash)
SELECT %(tenant)s, dossier_id, number, step, from_state, to_state, actor_id, actor_role, reason, facts::jsonb, at, at, previous_hash, hash
FROM load_events ORDER BY dossier_id, number
"""
PAUSES = """
INSERT INTO procedures_pause (tenant_id, dossier_id, kind, started_at)
SELECT %(tenant)s, id, CASE state WHEN 'suspended' THEN 'suspension' ELSE 'supplement' END, paused_at FROM load_dossiers WHERE paused
"""
REQUESTS = """
INSERT INTO procedures_supplementrequest (tenant_id, dossier_id, round, papers, fields, reason, asked_by_id, asked_at, due_at, note)
SELECT %(tenant)s, id, 1, %(wanted)s, '[]', %(blurred)s, %(officer)s, paused_at,
    paused_at + interval '30 days', '' FROM load_dossiers WHERE state = 'supplement_requested'
"""
DUE_CHANGES = """
INSERT INTO procedures_duechange (tenant_id, dossier_id, due_at, since)
SELECT %(tenant)s, id, due_at, accepted_at FROM load_dossiers WHERE is_accepted
UNION ALL SELECT %(tenant)s, id, NULL, paused_at FROM load_dossiers WHERE paused
"""
COUNTERS = """
INSERT INTO procedures_numbercounter (tenant_id, series, last)
SELECT %(tenant)s, 'dossier:' || office_code || ':' || to_char(accepted_on, 'YYMMDD'), count(*) FROM load_dossiers WHERE is_accepted
GROUP BY office_code, accepted_on
"""
INDEXED = "CREATE INDEX ON load_events (dossier_id, number DESC)"
STATEMENTS = (
    ROOM, ALONE, DRAW, CLOCK, DRAWN, STANDING, STEPS, INDEX_STEPS, CHAIN, INDEXED, DOSSIERS, WORDS, EVENTS, PAUSES, REQUESTS, DUE_CHANGES, COUNTERS,
)  # fmt: skip
