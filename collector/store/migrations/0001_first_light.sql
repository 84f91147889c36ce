-- Times are UTC epoch milliseconds by the collector's clock unless a name says otherwise.

CREATE TABLE hosts (
  id INTEGER PRIMARY KEY,
  host TEXT NOT NULL UNIQUE,
  customer TEXT NOT NULL,
  enrolled_at_ms INTEGER NOT NULL,
  -- 0: nobody speaks for it but its pings.
  has_agent INTEGER NOT NULL DEFAULT 1,
  revoked_at_ms INTEGER,
  revoked_reason TEXT,
  agent_version TEXT NOT NULL DEFAULT '',
  -- Flushed in batches from the sessions: liveness is not worth an fsync a heartbeat.
  connected INTEGER NOT NULL DEFAULT 0,
  last_seen_at_ms INTEGER,
  -- Agent clock minus collector clock.
  clock_offset_ms INTEGER NOT NULL DEFAULT 0,
  spool_records INTEGER NOT NULL DEFAULT 0,
  spool_bytes INTEGER NOT NULL DEFAULT 0,
  spool_error TEXT NOT NULL DEFAULT '',
  certificate_expires_at_ms INTEGER,
  facts TEXT,
  verdicts TEXT NOT NULL DEFAULT '{}',
  state TEXT NOT NULL DEFAULT 'unknown',
  next_check_at_ms INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX hosts_due ON hosts (next_check_at_ms);

-- The watermark: which records of which spool are stored. Moved in the transaction that stores them.
CREATE TABLE spools (
  host_id INTEGER NOT NULL REFERENCES hosts (id),
  epoch INTEGER NOT NULL,
  committed_seq INTEGER NOT NULL,
  committed_chain BLOB NOT NULL,
  PRIMARY KEY (host_id, epoch)
) STRICT, WITHOUT ROWID;

-- Which borg repositories hosts met, by the names in their configurations. A row stays when another takes its
-- place at the name: what was said about the old one has to be taken back.
CREATE TABLE repositories (
  id INTEGER PRIMARY KEY,
  host_id INTEGER NOT NULL REFERENCES hosts (id),
  name TEXT NOT NULL,
  borg_id TEXT NOT NULL,
  location TEXT NOT NULL,
  encryption TEXT NOT NULL,
  -- The customer a steward holds it for, '' for the host's own.
  held_for TEXT NOT NULL,
  first_seen_at_ms INTEGER NOT NULL,
  last_seen_at_ms INTEGER NOT NULL,
  UNIQUE (host_id, name, borg_id, location)
) STRICT;
CREATE INDEX repositories_borg ON repositories (borg_id);
CREATE INDEX repositories_location ON repositories (location);

CREATE TABLE gaps (
  id INTEGER PRIMARY KEY,
  host_id INTEGER NOT NULL REFERENCES hosts (id),
  epoch INTEGER NOT NULL,
  from_seq INTEGER NOT NULL,
  to_seq INTEGER NOT NULL,
  reason TEXT NOT NULL,
  oldest_at_ms INTEGER NOT NULL,
  newest_at_ms INTEGER NOT NULL,
  received_at_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX gaps_host ON gaps (host_id);

-- Records that decode and whose content cannot be stored, as JSON: acked, told of by a gap, and not lost.
CREATE TABLE records_aside (
  id INTEGER PRIMARY KEY,
  host_id INTEGER NOT NULL REFERENCES hosts (id),
  epoch INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  body TEXT NOT NULL,
  reason TEXT NOT NULL,
  received_at_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX records_aside_host ON records_aside (host_id);

CREATE TABLE certificates (
  serial TEXT PRIMARY KEY,
  host_id INTEGER NOT NULL REFERENCES hosts (id),
  issued_at_ms INTEGER NOT NULL,
  not_after_ms INTEGER NOT NULL,
  revoked_at_ms INTEGER
) STRICT;
CREATE INDEX certificates_host ON certificates (host_id);
CREATE INDEX certificates_ended ON certificates (not_after_ms);

CREATE TABLE enrollment_tokens (
  hash TEXT PRIMARY KEY,
  host TEXT NOT NULL,
  customer TEXT NOT NULL,
  created_at_ms INTEGER NOT NULL,
  expires_at_ms INTEGER NOT NULL,
  used_at_ms INTEGER
) STRICT;

CREATE TABLE jobs (
  id INTEGER PRIMARY KEY,
  host_id INTEGER NOT NULL REFERENCES hosts (id),
  job TEXT NOT NULL,
  -- Grows with every change of its recovery points but a newer one: what was remembered of them no longer holds.
  holdings_changes INTEGER NOT NULL DEFAULT 0,
  declaration TEXT NOT NULL,
  -- The strongest declaration nobody has agreed to weaken: many small steps still add up against it.
  promised TEXT NOT NULL,
  first_declared_at_ms INTEGER NOT NULL,
  declared_at_ms INTEGER NOT NULL,
  -- Since when the present schedule holds: nothing is due by it before.
  scheduled_since_ms INTEGER NOT NULL,
  -- From here on recovery points are promised.
  kept_from_ms INTEGER NOT NULL,
  -- Sizes before this instant are no measure any more.
  sizes_since_ms INTEGER NOT NULL DEFAULT 0,
  removed_at_ms INTEGER,
  -- 1: a person has acknowledged that the job is gone.
  removal_accepted INTEGER NOT NULL DEFAULT 0,
  -- What is weaker than promised, '' when nothing is; a sentence for people.
  weakened TEXT NOT NULL DEFAULT '',
  last_started_run_id INTEGER,
  last_finished_run_id INTEGER,
  last_success_run_id INTEGER,
  -- Failed or timed out; newer than the last success while the job is failing.
  last_failure_run_id INTEGER,
  verdicts TEXT NOT NULL DEFAULT '{}',
  -- The worst of the verdicts, and its rank for "worst first": 4 broken, 3 late, 2 unknown, 1 ok, 0 not-applicable.
  state TEXT NOT NULL DEFAULT 'unknown',
  state_rank INTEGER NOT NULL DEFAULT 2,
  -- 0: dirty, to be evaluated at once. Set in the transaction that changes a fact.
  next_check_at_ms INTEGER NOT NULL DEFAULT 0,
  -- When the first page of an inventory came whose last page has not come yet.
  inventory_since_ms INTEGER,
  -- When the newest complete inventory was taken.
  inventoried_at_ms INTEGER,
  UNIQUE (host_id, job)
) STRICT;
CREATE INDEX jobs_due ON jobs (next_check_at_ms);
-- Who backs up the same shared storage.
CREATE INDEX jobs_shared ON jobs (json_extract(declaration, '$.sharedAs'))
  WHERE json_extract(declaration, '$.sharedAs') <> '';
-- Covers the search for a page of ids; the wide rows are read for that page only.
CREATE INDEX jobs_worst ON jobs (state_rank DESC, id, host_id, job, removed_at_ms, state);

CREATE TABLE runs (
  id INTEGER PRIMARY KEY,
  job_id INTEGER NOT NULL REFERENCES jobs (id),
  -- Made by the agent from the time it starts, so a job's runs stand in order in the index.
  run_uid TEXT NOT NULL,
  run_trigger TEXT NOT NULL,
  due_at_ms INTEGER,
  started_at_ms INTEGER NOT NULL,
  finished_at_ms INTEGER,
  duration_ms INTEGER,
  outcome TEXT,
  exit_code INTEGER,
  signal TEXT,
  reason TEXT NOT NULL DEFAULT '',
  original_bytes INTEGER NOT NULL DEFAULT 0,
  compressed_bytes INTEGER NOT NULL DEFAULT 0,
  deduplicated_bytes INTEGER NOT NULL DEFAULT 0,
  files INTEGER NOT NULL DEFAULT 0,
  -- Entries left out by exclude patterns.
  excluded INTEGER NOT NULL DEFAULT 0,
  warnings_total INTEGER NOT NULL DEFAULT 0,
  received_at_ms INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX runs_job ON runs (job_id, run_uid);

-- Apart from runs, so that lists of runs read narrow rows. Absent when a run left neither.
CREATE TABLE run_details (
  run_id INTEGER PRIMARY KEY REFERENCES runs (id),
  warnings TEXT NOT NULL,
  log_tail TEXT NOT NULL
) STRICT;

CREATE TABLE recovery_points (
  id INTEGER PRIMARY KEY,
  job_id INTEGER NOT NULL REFERENCES jobs (id),
  run_id INTEGER REFERENCES runs (id),
  repository TEXT NOT NULL,
  name TEXT NOT NULL,
  archive_id TEXT NOT NULL,
  subject TEXT NOT NULL,
  created_at_ms INTEGER NOT NULL,
  size_bytes INTEGER NOT NULL,
  -- An archive dated in the future counts from here: its date would hide a silence.
  first_seen_at_ms INTEGER NOT NULL,
  seen_at_ms INTEGER NOT NULL,
  -- Since when a complete inventory no longer shows it; null while it can be restored.
  missing_since_ms INTEGER,
  UNIQUE (job_id, archive_id)
) STRICT;
CREATE INDEX recovery_points_window ON recovery_points (job_id, created_at_ms);
-- Those that a run reported: the others have no size to compare, and may be thousands.
CREATE INDEX recovery_points_sized ON recovery_points (job_id, created_at_ms) WHERE run_id IS NOT NULL;
CREATE INDEX recovery_points_run ON recovery_points (run_id);
CREATE INDEX recovery_points_missing ON recovery_points (missing_since_ms) WHERE missing_since_ms IS NOT NULL;

-- URLs that report a job's runs without an agent. Only a hash of what stands in the URL is kept.
CREATE TABLE pings (
  id INTEGER PRIMARY KEY,
  hash TEXT NOT NULL UNIQUE,
  job_id INTEGER NOT NULL REFERENCES jobs (id),
  created_at_ms INTEGER NOT NULL,
  last_used_at_ms INTEGER,
  revoked_at_ms INTEGER
) STRICT;

-- Who got what back, why, and who agreed. By the job's name: a job that is gone may be restored as well.
-- The newest sample of each write-ahead log that is watched.
CREATE TABLE wal_samples (
  job_id INTEGER PRIMARY KEY REFERENCES jobs (id),
  sample TEXT NOT NULL,
  -- Of the server, so that a standby finds its primary: '' while it could not be asked.
  system_identifier TEXT NOT NULL,
  role TEXT NOT NULL,
  role_since_ms INTEGER NOT NULL,
  received_at_ms INTEGER NOT NULL,
  -- When the oldest change was made that is not in the repository; null while all are.
  exposed_since_ms INTEGER,
  -- Since when the server, and since when the repository, could not be asked; null while it can be.
  database_lost_at_ms INTEGER,
  repository_lost_at_ms INTEGER
) STRICT;
CREATE INDEX wal_samples_system ON wal_samples (system_identifier);

-- Exposure over time, the worst of each few minutes.
CREATE TABLE wal_exposure (
  job_id INTEGER NOT NULL REFERENCES jobs (id),
  at_ms INTEGER NOT NULL,
  exposure_ms INTEGER NOT NULL,
  PRIMARY KEY (job_id, at_ms)
) STRICT, WITHOUT ROWID;

CREATE TABLE restores (
  id INTEGER PRIMARY KEY,
  host_id INTEGER NOT NULL REFERENCES hosts (id),
  -- Made on the host.
  restore_uid TEXT NOT NULL,
  job TEXT NOT NULL,
  -- A RestoreOrder (proto/restore.ts) as JSON, with the host's own times: its digest is what an approval names.
  restore_order TEXT NOT NULL,
  requested_at_ms INTEGER,
  decided_at_ms INTEGER,
  decided_by TEXT,
  decided_note TEXT,
  approved INTEGER,
  started_at_ms INTEGER,
  approval TEXT,
  approved_by TEXT NOT NULL DEFAULT '',
  finished_at_ms INTEGER,
  duration_ms INTEGER,
  outcome TEXT,
  result TEXT NOT NULL DEFAULT '',
  restored_bytes INTEGER NOT NULL DEFAULT 0,
  received_at_ms INTEGER NOT NULL,
  UNIQUE (host_id, restore_uid)
) STRICT;
-- Those that nobody has decided about, and those whose decision waits for its host.
CREATE INDEX restores_open ON restores (requested_at_ms)
  WHERE requested_at_ms IS NOT NULL AND started_at_ms IS NULL AND finished_at_ms IS NULL;

-- How full the file systems of a host's repositories were: the newest look of each hour.
CREATE TABLE storage_samples (
  host_id INTEGER NOT NULL REFERENCES hosts (id),
  path TEXT NOT NULL,
  hour INTEGER NOT NULL,
  at_ms INTEGER NOT NULL,
  total_bytes INTEGER NOT NULL,
  free_bytes INTEGER NOT NULL,
  PRIMARY KEY (host_id, path, hour)
) STRICT, WITHOUT ROWID;

CREATE TABLE alerts (
  id INTEGER PRIMARY KEY,
  rule TEXT NOT NULL,
  -- 'job:HOST/JOB', 'host:HOST' or 'collector'.
  subject TEXT NOT NULL,
  host TEXT,
  job TEXT,
  customer TEXT,
  severity TEXT NOT NULL,
  state TEXT NOT NULL,
  reason TEXT NOT NULL,
  started_at_ms INTEGER NOT NULL,
  updated_at_ms INTEGER NOT NULL,
  resolved_at_ms INTEGER,
  resolved_reason TEXT,
  acknowledged_by TEXT,
  acknowledged_at_ms INTEGER,
  acknowledged_note TEXT
) STRICT;
CREATE UNIQUE INDEX alerts_open ON alerts (rule, subject) WHERE state = 'firing';
CREATE INDEX alerts_subject ON alerts (subject);
CREATE INDEX alerts_resolved ON alerts (resolved_at_ms) WHERE resolved_at_ms IS NOT NULL;

-- The outbox: one row a notification, written in the transaction that changes its alert.
CREATE TABLE notifications (
  id INTEGER PRIMARY KEY,
  alert_id INTEGER NOT NULL REFERENCES alerts (id),
  receiver TEXT NOT NULL,
  event TEXT NOT NULL,
  payload TEXT NOT NULL,
  state TEXT NOT NULL DEFAULT 'pending',
  attempts INTEGER NOT NULL DEFAULT 0,
  created_at_ms INTEGER NOT NULL,
  next_attempt_at_ms INTEGER NOT NULL,
  finished_at_ms INTEGER,
  last_error TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX notifications_due ON notifications (next_attempt_at_ms) WHERE state = 'pending';
CREATE INDEX notifications_alert ON notifications (alert_id);

-- Who may read the page and the API. Only hashes are kept.
CREATE TABLE api_tokens (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  hash TEXT NOT NULL UNIQUE,
  role TEXT NOT NULL,
  customer TEXT,
  created_at_ms INTEGER NOT NULL,
  revoked_at_ms INTEGER
) STRICT;

-- kind 'cookie': a signed-in browser. kind 'link': a sign-in link that works once.
CREATE TABLE web_sessions (
  hash TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  token_id INTEGER NOT NULL REFERENCES api_tokens (id),
  expires_at_ms INTEGER NOT NULL
) STRICT;

-- What people and the system did: enrollment, revocation, acknowledgement, sign-in, requested runs.
CREATE TABLE journal (
  id INTEGER PRIMARY KEY,
  at_ms INTEGER NOT NULL,
  actor TEXT NOT NULL,
  action TEXT NOT NULL,
  subject TEXT NOT NULL,
  detail TEXT NOT NULL
) STRICT;
CREATE INDEX journal_at ON journal (at_ms);

CREATE TABLE leases (
  name TEXT PRIMARY KEY,
  owner TEXT NOT NULL,
  until_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE meta (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
