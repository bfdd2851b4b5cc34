/**
 * The server's tables. A change is a new entry of {@linkcode MIGRATIONS}, never an edit of an old one.
 *
 * @module
 */

/** The scripts that bring a database from version n to n + 1. */
export const MIGRATIONS: readonly string[] = [
  `
CREATE TABLE projects (
  id INTEGER PRIMARY KEY, path TEXT NOT NULL, visibility TEXT NOT NULL,
  experiments INTEGER NOT NULL, registry INTEGER NOT NULL, packages INTEGER NOT NULL,
  former_paths TEXT NOT NULL, listed INTEGER NOT NULL, created_at INTEGER NOT NULL,
  last_experiment_iid INTEGER NOT NULL DEFAULT 0, last_run_iid INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE tokens (
  id INTEGER PRIMARY KEY AUTOINCREMENT, digest TEXT NOT NULL UNIQUE,
  settings TEXT NOT NULL, created_at INTEGER NOT NULL
) STRICT;
CREATE TABLE jobs (
  id INTEGER PRIMARY KEY, project INTEGER NOT NULL, digest TEXT NOT NULL, user INTEGER NOT NULL,
  ref TEXT NOT NULL, sha TEXT NOT NULL, merge_request INTEGER
) STRICT;
CREATE TABLE experiments (
  id INTEGER PRIMARY KEY AUTOINCREMENT, project INTEGER NOT NULL, iid INTEGER NOT NULL,
  name TEXT NOT NULL, name_key TEXT NOT NULL, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL,
  UNIQUE (project, iid), UNIQUE (project, name)
) STRICT;
CREATE TABLE experiment_tags (
  id INTEGER PRIMARY KEY, owner INTEGER NOT NULL REFERENCES experiments (id) ON DELETE CASCADE,
  key TEXT NOT NULL, value TEXT NOT NULL, UNIQUE (owner, key)
) STRICT;
CREATE TABLE runs (
  id INTEGER PRIMARY KEY AUTOINCREMENT, eid TEXT NOT NULL UNIQUE, project INTEGER NOT NULL,
  iid INTEGER NOT NULL, experiment INTEGER NOT NULL, name TEXT NOT NULL, name_key TEXT NOT NULL,
  user INTEGER, start_time INTEGER NOT NULL, end_time INTEGER, status TEXT NOT NULL,
  job INTEGER, package INTEGER, model_version INTEGER, created_at INTEGER NOT NULL,
  UNIQUE (project, iid)
) STRICT;
CREATE INDEX runs_of_experiment ON runs (experiment, created_at, id);
CREATE TABLE params (
  id INTEGER PRIMARY KEY, owner INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  key TEXT NOT NULL, value TEXT NOT NULL, UNIQUE (owner, key)
) STRICT;
CREATE TABLE run_tags (
  id INTEGER PRIMARY KEY, owner INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  key TEXT NOT NULL, value TEXT NOT NULL, UNIQUE (owner, key)
) STRICT;
CREATE TABLE series (
  id INTEGER PRIMARY KEY AUTOINCREMENT, run INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  key TEXT NOT NULL, latest INTEGER NOT NULL, in_order INTEGER NOT NULL,
  last_step INTEGER, last_timestamp INTEGER, UNIQUE (run, key)
) STRICT;
CREATE TABLE metrics (
  series INTEGER NOT NULL, id INTEGER NOT NULL, value REAL, step INTEGER, timestamp INTEGER,
  PRIMARY KEY (series, id)
) STRICT, WITHOUT ROWID;
CREATE TABLE packages (
  id INTEGER PRIMARY KEY AUTOINCREMENT, project INTEGER NOT NULL, type TEXT NOT NULL,
  name TEXT NOT NULL, version TEXT NOT NULL, status TEXT NOT NULL, created_at INTEGER NOT NULL,
  UNIQUE (project, type, name, version)
) STRICT;
CREATE TABLE package_files (
  id INTEGER PRIMARY KEY AUTOINCREMENT, package INTEGER NOT NULL REFERENCES packages (id) ON DELETE CASCADE,
  file_name TEXT NOT NULL, size INTEGER NOT NULL, sha256 TEXT NOT NULL, created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX files_of_package ON package_files (package, file_name);
CREATE TABLE models (
  id INTEGER PRIMARY KEY AUTOINCREMENT, project INTEGER NOT NULL, name TEXT NOT NULL, name_key TEXT NOT NULL,
  description TEXT, user INTEGER, experiment INTEGER NOT NULL,
  created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, UNIQUE (project, name)
) STRICT;
CREATE TABLE model_tags (
  id INTEGER PRIMARY KEY, owner INTEGER NOT NULL REFERENCES models (id) ON DELETE CASCADE,
  key TEXT NOT NULL, value TEXT NOT NULL, UNIQUE (owner, key)
) STRICT;
CREATE TABLE model_versions (
  id INTEGER PRIMARY KEY AUTOINCREMENT, project INTEGER NOT NULL,
  model INTEGER NOT NULL REFERENCES models (id) ON DELETE CASCADE, version TEXT NOT NULL,
  description TEXT, package INTEGER NOT NULL, run INTEGER NOT NULL,
  created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, UNIQUE (model, version)
) STRICT;
CREATE TABLE model_version_tags (
  id INTEGER PRIMARY KEY, owner INTEGER NOT NULL REFERENCES model_versions (id) ON DELETE CASCADE,
  key TEXT NOT NULL, value TEXT NOT NULL, UNIQUE (owner, key)
) STRICT;
`,
  `
CREATE TABLE notes (
  id INTEGER PRIMARY KEY AUTOINCREMENT, project INTEGER NOT NULL, merge_request INTEGER NOT NULL,
  body TEXT NOT NULL, author INTEGER NOT NULL, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX notes_of_merge_request ON notes (project, merge_request);
`,
  `
CREATE TABLE issues (
  id INTEGER PRIMARY KEY AUTOINCREMENT, project INTEGER NOT NULL, iid INTEGER NOT NULL,
  title TEXT NOT NULL, description TEXT NOT NULL, labels TEXT NOT NULL, state TEXT NOT NULL,
  author INTEGER NOT NULL, created_at INTEGER NOT NULL, UNIQUE (project, iid)
) STRICT;
CREATE TABLE issue_notes (
  id INTEGER PRIMARY KEY AUTOINCREMENT, issue INTEGER NOT NULL REFERENCES issues (id) ON DELETE CASCADE,
  body TEXT NOT NULL, author INTEGER NOT NULL, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL
) STRICT;
`,
  `
CREATE TABLE merge_requests (
  project INTEGER NOT NULL, iid INTEGER NOT NULL, PRIMARY KEY (project, iid)
) STRICT, WITHOUT ROWID;
INSERT INTO merge_requests SELECT id, 1 FROM projects WHERE path = 'practice/project';
CREATE INDEX runs_of_package ON runs (package);
`,
];
