-- Times are whole microseconds since 1970 in UTC; `data` and the lists are JSON.

-- One narrow row per workflow: all that a list shows and filters by. `seq` counts up in the order of creation.
CREATE TABLE workflows (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    uid TEXT NOT NULL UNIQUE,
    namespace TEXT NOT NULL,
    name TEXT NOT NULL,
    phase TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    started_at INTEGER,
    finished_at INTEGER,
    priority INTEGER,
    suspended INTEGER NOT NULL,
    progress TEXT NOT NULL,
    message TEXT NOT NULL,
    labels BLOB NOT NULL,
    parameters BLOB NOT NULL,
    UNIQUE (namespace, name)
);

-- The columns after `seq` let a list pass over rows without touching the table.
CREATE INDEX workflows_newest ON workflows (created_at, seq, namespace, phase, finished_at, name);
CREATE INDEX workflows_by_namespace ON workflows (namespace, created_at, seq, phase, finished_at, name);
CREATE INDEX workflows_by_phase ON workflows (phase, created_at, seq, namespace, finished_at, name);

-- The parts of a workflow, each rewritten only when it changes: metadata, spec, status, and "resolved", the templates
-- that the status keeps and that hardly ever change.
CREATE TABLE documents (
    workflow INTEGER NOT NULL,
    part TEXT NOT NULL,
    data BLOB NOT NULL,
    PRIMARY KEY (workflow, part)
) WITHOUT ROWID;

CREATE TABLE labels (
    workflow INTEGER NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (workflow, key)
) WITHOUT ROWID;

CREATE INDEX labels_by_value ON labels (key, value, created_at, workflow);

-- Rows of 500 bytes and more are cheaper with a rowid; `seq` is one, in the order of the nodes' creation.
CREATE TABLE nodes (
    seq INTEGER PRIMARY KEY,
    workflow INTEGER NOT NULL,
    id TEXT NOT NULL,
    type TEXT NOT NULL,
    phase TEXT NOT NULL,
    data BLOB NOT NULL,
    UNIQUE (workflow, id)
);

-- Holds `seq` too, as every index does: the nodes of a workflow in their order, without sorting.
CREATE INDEX nodes_of_workflow ON nodes (workflow);
CREATE INDEX nodes_counted ON nodes (workflow, type, phase) WHERE type IN ('Pod', 'Suspend');

-- An id is never used twice: a late commit must not take a newer request away.
CREATE TABLE requests (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    workflow_uid TEXT NOT NULL,
    data BLOB NOT NULL
);

CREATE INDEX requests_by_workflow ON requests (workflow_uid);

CREATE TABLE objects (
    api_version TEXT NOT NULL,
    kind TEXT NOT NULL,
    namespace TEXT NOT NULL,
    name TEXT NOT NULL,
    uid TEXT NOT NULL,
    resource_version INTEGER NOT NULL,
    data BLOB NOT NULL,
    PRIMARY KEY (api_version, kind, namespace, name)
);

CREATE TABLE meta (
    key TEXT NOT NULL PRIMARY KEY,
    value INTEGER NOT NULL
) WITHOUT ROWID;

INSERT INTO meta (key, value) VALUES ('resource_version', 0);
