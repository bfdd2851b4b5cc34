/**
 * How a journal of each earlier version becomes today's.
 *
 * @module
 */
import { FIRST_TABLES } from "./first_tables.ts";

/**
 * Each entry brings a file of version `index` to `index + 1`, inside one transaction. The list only grows: an entry stays
 * as it was once a journal may have gone through it, with the names that things had then. A new journal does not go
 * through it: `tables.ts` says what it comes to.
 */
export const JOURNAL_MIGRATIONS: readonly string[] = [
  FIRST_TABLES,
  `
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
`,
  `
ALTER TABLE deliveries ADD COLUMN settled_at INTEGER;
ALTER TABLE deliveries ADD COLUMN files_unsure INTEGER NOT NULL DEFAULT 0;
`,
  // What earlier versions recorded of a sandbox is a stranger's too.
  `
ALTER TABLE runs ADD COLUMN provenance TEXT NOT NULL DEFAULT 'here'
  CHECK (provenance IN ('here', 'sandbox', 'elsewhere'));
ALTER TABLE runs ADD COLUMN listed INTEGER NOT NULL DEFAULT 1;
ALTER TABLE deliveries ADD COLUMN parts TEXT NOT NULL DEFAULT '[]';
UPDATE runs SET provenance = 'sandbox'
  WHERE session_id IN (SELECT session_id FROM sessions WHERE process_started LIKE 'sandbox %');
`,
  `
ALTER TABLE deliveries RENAME COLUMN settled_at TO in_flight_until;
`,
  `
ALTER TABLE runs RENAME COLUMN sealed_time TO finalised_time;
`,
  `
ALTER TABLE sessions ADD COLUMN cells_to_run INTEGER;
ALTER TABLE executions ADD COLUMN source_from TEXT CHECK (source_from IN ('wire', 'file'));
UPDATE executions SET source_from = CASE WHEN via IN ('file', 'script') THEN 'file' ELSE 'wire' END
  WHERE source IS NOT NULL;
`,
  `
CREATE TABLE redactions_new (
  owner TEXT NOT NULL,
  place TEXT NOT NULL,
  kind TEXT NOT NULL,
  placeholder TEXT NOT NULL,
  digest TEXT,
  name TEXT,
  PRIMARY KEY (owner, place, placeholder)
) STRICT, WITHOUT ROWID;
INSERT OR IGNORE INTO redactions_new (owner, place, kind, placeholder)
  SELECT owner, place, kind, '[redacted: ' || kind || ']' FROM redactions;
DROP TABLE redactions;
ALTER TABLE redactions_new RENAME TO redactions;
ALTER TABLE datasets ADD COLUMN read_from TEXT;
`,
  `
ALTER TABLE sessions ADD COLUMN kernel TEXT NOT NULL DEFAULT 'deno' CHECK (kernel IN ('deno', 'nbtrack'));
`,
  `
ALTER TABLE deliveries ADD COLUMN points_mode TEXT CHECK (points_mode IN ('all', 'live', 'whole'));
ALTER TABLE deliveries ADD COLUMN points_sent_of INTEGER;
ALTER TABLE deliveries ADD COLUMN thinned TEXT;
`,
  `
CREATE INDEX runs_by_parent ON runs (parent) WHERE parent IS NOT NULL;
`,
  `
ALTER TABLE executions ADD COLUMN source_gap TEXT;
`,
  `
ALTER TABLE runs ADD COLUMN trial INTEGER;
`,
  `
ALTER TABLE sessions ADD COLUMN audit TEXT;
CREATE TABLE session_reads (
  session_id TEXT NOT NULL REFERENCES sessions,
  kind TEXT NOT NULL CHECK (kind IN ('file', 'host', 'env')),
  name TEXT NOT NULL,
  position INTEGER NOT NULL,
  written INTEGER NOT NULL,
  PRIMARY KEY (session_id, kind, name)
) STRICT, WITHOUT ROWID;
`,
  `
ALTER TABLE datasets ADD COLUMN named_mtime_ms REAL;
`,
  `
ALTER TABLE deliveries ADD COLUMN live_steps INTEGER;
ALTER TABLE deliveries ADD COLUMN replacing INTEGER NOT NULL DEFAULT 0;
`,
  `
ALTER TABLE deliveries ADD COLUMN experiment TEXT;
CREATE INDEX runs_by_original ON runs (reproduces) WHERE reproduces IS NOT NULL;
`,
  `
ALTER TABLE sessions ADD COLUMN file TEXT;
`,
  `
CREATE INDEX metric_keys_by_key ON metric_keys (run_id, key);
`,
  `
ALTER TABLE executions ADD COLUMN interrupted INTEGER NOT NULL DEFAULT 0;
UPDATE executions SET interrupted = 1 WHERE EXISTS (
  SELECT 1 FROM outputs o WHERE o.session_id = executions.session_id AND o.position = executions.position
    AND json_extract(o.json, '$.output_type') = 'error'
    AND (json_extract(o.json, '$.ename') = 'InterruptError'
      OR json_extract(o.json, '$.ename') = 'TimeoutError' AND json_extract(o.json, '$.evalue') LIKE '%was interrupted')
);
`,
  `
ALTER TABLE datasets ADD COLUMN changed TEXT;
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
`,
  `
ALTER TABLE sessions ADD COLUMN listed INTEGER NOT NULL DEFAULT 1;
UPDATE sessions SET listed = 0 WHERE EXISTS (SELECT 1 FROM runs r WHERE r.session_id = sessions.session_id)
  AND NOT EXISTS (SELECT 1 FROM runs r WHERE r.session_id = sessions.session_id AND r.listed = 1);
`,
  `
ALTER TABLE metric_keys ADD COLUMN last REAL;
ALTER TABLE metric_keys ADD COLUMN low REAL;
ALTER TABLE metric_keys ADD COLUMN low_step REAL;
ALTER TABLE metric_keys ADD COLUMN high REAL;
ALTER TABLE metric_keys ADD COLUMN high_step REAL;
ALTER TABLE metric_keys ADD COLUMN ranged INTEGER NOT NULL DEFAULT 0;
`,
  `
CREATE TABLE server_stars (
  tracking_uri TEXT NOT NULL,
  run_id TEXT NOT NULL,
  PRIMARY KEY (tracking_uri, run_id)
) STRICT, WITHOUT ROWID;
`,
  `
ALTER TABLE sessions ADD COLUMN runner_pid INTEGER;
ALTER TABLE sessions ADD COLUMN runner_started TEXT;
`,
  // What a table of runs counts and pages by, without reading the runs themselves.
  `
CREATE INDEX runs_in_tables ON runs (experiment, start_time, run_id, end_time) WHERE listed = 1;
`,
  `
ALTER TABLE runs ADD COLUMN adopted_time INTEGER;
CREATE INDEX runs_adopted ON runs (adopted_time) WHERE adopted_time IS NOT NULL;
`,
  `
ALTER TABLE sessions ADD COLUMN machine TEXT;
`,
  `
ALTER TABLE datasets ADD COLUMN named_digest TEXT;
ALTER TABLE datasets ADD COLUMN named_size INTEGER;
`,
  // Each execution that had to do with something has a row: one of them may be kept out of the record later.
  `
ALTER TABLE session_reads RENAME TO first_reads;
CREATE TABLE session_reads (
  session_id TEXT NOT NULL REFERENCES sessions,
  kind TEXT NOT NULL CHECK (kind IN ('file', 'host', 'env')),
  name TEXT NOT NULL,
  position INTEGER NOT NULL,
  written INTEGER NOT NULL,
  PRIMARY KEY (session_id, kind, name, position)
) STRICT, WITHOUT ROWID;
INSERT INTO session_reads SELECT session_id, kind, name, position, written FROM first_reads;
DROP TABLE first_reads;
`,
];

/** What the newest code writes; kept in SQLite's `user_version`. */
export const JOURNAL_VERSION: number = JOURNAL_MIGRATIONS.length;
