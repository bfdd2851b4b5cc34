/**
 * The journal's tables as they are today.
 *
 * @module
 */

/** The SQL of a new journal: what the last entry of `JOURNAL_MIGRATIONS` leaves behind, in one step. */
export const JOURNAL_TABLES = `
CREATE TABLE sessions (
  session_id TEXT PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('kernel', 'script', 'repl')),
  pid INTEGER NOT NULL,
  process_started TEXT NOT NULL,
  connection_file TEXT,
  cwd TEXT NOT NULL,
  notebook TEXT,
  main_module TEXT,
  start_time INTEGER NOT NULL,
  end_time INTEGER,
  end_reason TEXT,
  recorder_pid INTEGER,
  recorder_started TEXT,
  recorder_port INTEGER,
  recorder_key TEXT,
  subscribed_time INTEGER,
  cells_to_run INTEGER,
  kernel TEXT NOT NULL DEFAULT 'deno' CHECK (kernel IN ('deno', 'nbtrack')),
  audit TEXT,
  file TEXT,
  listed INTEGER NOT NULL DEFAULT 1,
  runner_pid INTEGER,
  runner_started TEXT,
  machine TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_by_pid ON sessions (pid);

CREATE TABLE runs (
  run_id TEXT PRIMARY KEY,
  session_id TEXT NOT NULL REFERENCES sessions,
  experiment TEXT NOT NULL,
  name TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('RUNNING', 'SCHEDULED', 'FINISHED', 'FAILED', 'KILLED')),
  start_time INTEGER NOT NULL,
  end_time INTEGER,
  end_reason TEXT,
  parent TEXT,
  reproduces TEXT,
  seed INTEGER,
  description TEXT,
  options TEXT NOT NULL,
  attempt INTEGER NOT NULL DEFAULT 1,
  last_execution INTEGER,
  finalised_time INTEGER,
  provenance TEXT NOT NULL DEFAULT 'here' CHECK (provenance IN ('here', 'sandbox', 'elsewhere')),
  listed INTEGER NOT NULL DEFAULT 1,
  trial INTEGER,
  adopted_time INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX runs_by_experiment ON runs (experiment, start_time);
CREATE INDEX runs_by_session ON runs (session_id, start_time);
CREATE INDEX runs_by_time ON runs (start_time);
CREATE INDEX runs_by_parent ON runs (parent) WHERE parent IS NOT NULL;
CREATE INDEX runs_by_original ON runs (reproduces) WHERE reproduces IS NOT NULL;
CREATE INDEX runs_in_tables ON runs (experiment, start_time, run_id, end_time) WHERE listed = 1;
CREATE INDEX runs_adopted ON runs (adopted_time) WHERE adopted_time IS NOT NULL;

CREATE TABLE params (
  run_id TEXT NOT NULL REFERENCES runs,
  key TEXT NOT NULL,
  value TEXT NOT NULL,
  sent INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (run_id, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE tags (
  run_id TEXT NOT NULL REFERENCES runs,
  key TEXT NOT NULL,
  value TEXT NOT NULL,
  sent INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (run_id, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE metric_keys (
  run_id TEXT NOT NULL REFERENCES runs,
  key_id INTEGER NOT NULL,
  key TEXT NOT NULL,
  count INTEGER NOT NULL DEFAULT 0,
  last_point BLOB,
  last REAL,
  low REAL,
  low_step REAL,
  high REAL,
  high_step REAL,
  ranged INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (run_id, key_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX metric_keys_by_key ON metric_keys (run_id, key);

CREATE TABLE metric_blocks (
  run_id TEXT NOT NULL REFERENCES runs,
  first_seq INTEGER NOT NULL,
  count INTEGER NOT NULL,
  points BLOB NOT NULL,
  PRIMARY KEY (run_id, first_seq)
) STRICT;

CREATE TABLE artifacts (
  run_id TEXT NOT NULL REFERENCES runs,
  path TEXT NOT NULL,
  digest TEXT NOT NULL,
  size INTEGER NOT NULL,
  content_type TEXT NOT NULL,
  origin TEXT NOT NULL CHECK (origin IN ('user', 'record')),
  time INTEGER NOT NULL,
  sent INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (run_id, path)
) STRICT, WITHOUT ROWID;

CREATE TABLE datasets (
  run_id TEXT NOT NULL REFERENCES runs,
  name TEXT NOT NULL,
  context TEXT,
  found TEXT NOT NULL CHECK (found IN ('named', 'detected')),
  input TEXT,
  cwd TEXT,
  fingerprint TEXT,
  error TEXT,
  time INTEGER NOT NULL,
  sent INTEGER NOT NULL DEFAULT 0,
  read_from TEXT,
  named_mtime_ms REAL,
  changed TEXT,
  named_digest TEXT,
  named_size INTEGER,
  PRIMARY KEY (run_id, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE documents (
  run_id TEXT NOT NULL REFERENCES runs,
  name TEXT NOT NULL,
  json TEXT NOT NULL,
  PRIMARY KEY (run_id, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE missing (
  run_id TEXT NOT NULL REFERENCES runs,
  what TEXT NOT NULL,
  why TEXT NOT NULL,
  PRIMARY KEY (run_id, what)
) STRICT, WITHOUT ROWID;

CREATE TABLE executions (
  session_id TEXT NOT NULL REFERENCES sessions,
  position INTEGER NOT NULL,
  msg_id TEXT,
  execution_count INTEGER,
  source TEXT,
  cell_id TEXT,
  status TEXT NOT NULL CHECK (status IN ('running', 'ok', 'error', 'aborted')),
  start_time INTEGER,
  end_time INTEGER,
  via TEXT NOT NULL CHECK (via IN ('wire', 'file', 'runner', 'script')),
  flags TEXT NOT NULL DEFAULT '[]',
  source_from TEXT CHECK (source_from IN ('wire', 'file')),
  source_gap TEXT,
  interrupted INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (session_id, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX executions_by_message ON executions (session_id, msg_id);
CREATE INDEX executions_without_source ON executions (session_id, position, execution_count) WHERE source IS NULL;

CREATE TABLE outputs (
  session_id TEXT NOT NULL,
  position INTEGER NOT NULL,
  n INTEGER NOT NULL,
  json TEXT NOT NULL,
  PRIMARY KEY (session_id, position, n)
) STRICT, WITHOUT ROWID;

CREATE TABLE deliveries (
  run_id TEXT PRIMARY KEY REFERENCES runs,
  state TEXT NOT NULL CHECK (state IN ('local', 'pending', 'delivered', 'refused')),
  target TEXT,
  kind TEXT,
  remote_experiment_id TEXT,
  remote_run_id TEXT,
  remote_run_iid INTEGER,
  creating INTEGER NOT NULL DEFAULT 0,
  url TEXT,
  error TEXT,
  delivered_seq INTEGER NOT NULL DEFAULT 0,
  unsure_to INTEGER,
  status_sent TEXT,
  lease_holder TEXT,
  lease_until INTEGER,
  next_try INTEGER,
  tries INTEGER NOT NULL DEFAULT 0,
  in_flight_until INTEGER,
  files_unsure INTEGER NOT NULL DEFAULT 0,
  parts TEXT NOT NULL DEFAULT '[]',
  points_mode TEXT CHECK (points_mode IN ('all', 'live', 'whole')),
  points_sent_of INTEGER,
  thinned TEXT,
  live_steps INTEGER,
  replacing INTEGER NOT NULL DEFAULT 0,
  experiment TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX deliveries_by_state ON deliveries (state);

CREATE TABLE file_digests (
  path TEXT PRIMARY KEY,
  size INTEGER NOT NULL,
  mtime_ms REAL NOT NULL,
  inode TEXT NOT NULL,
  fingerprint TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE models (
  run_id TEXT NOT NULL REFERENCES runs,
  name TEXT NOT NULL,
  version TEXT,
  description TEXT,
  time INTEGER NOT NULL,
  creating TEXT,
  remote_version TEXT,
  remote_name TEXT,
  remote_run_id TEXT,
  source TEXT,
  url TEXT,
  sent INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (run_id, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE model_files (
  run_id TEXT NOT NULL,
  name TEXT NOT NULL,
  path TEXT NOT NULL,
  digest TEXT NOT NULL,
  size INTEGER NOT NULL,
  content_type TEXT NOT NULL,
  sent INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (run_id, name, path),
  FOREIGN KEY (run_id, name) REFERENCES models (run_id, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE redactions (
  owner TEXT NOT NULL,
  place TEXT NOT NULL,
  kind TEXT NOT NULL,
  placeholder TEXT NOT NULL,
  digest TEXT,
  name TEXT,
  PRIMARY KEY (owner, place, placeholder)
) STRICT, WITHOUT ROWID;

CREATE TABLE session_reads (
  session_id TEXT NOT NULL REFERENCES sessions,
  kind TEXT NOT NULL CHECK (kind IN ('file', 'host', 'env')),
  name TEXT NOT NULL,
  position INTEGER NOT NULL,
  written INTEGER NOT NULL,
  PRIMARY KEY (session_id, kind, name, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE session_answers (
  session_id TEXT NOT NULL REFERENCES sessions,
  position INTEGER NOT NULL,
  method TEXT NOT NULL,
  url TEXT NOT NULL,
  status INTEGER NOT NULL,
  digest TEXT NOT NULL,
  size INTEGER NOT NULL,
  content_type TEXT NOT NULL,
  count INTEGER NOT NULL,
  PRIMARY KEY (session_id, position, method, url, status, digest, size)
) STRICT;

CREATE TABLE session_system (
  session_id TEXT NOT NULL REFERENCES sessions,
  time INTEGER NOT NULL,
  kernel_cpu REAL,
  kernel_memory INTEGER,
  machine_cpu REAL,
  machine_memory INTEGER,
  PRIMARY KEY (session_id, time)
) STRICT, WITHOUT ROWID;

CREATE TABLE server_stars (
  tracking_uri TEXT NOT NULL,
  run_id TEXT NOT NULL,
  PRIMARY KEY (tracking_uri, run_id)
) STRICT, WITHOUT ROWID;
`;
