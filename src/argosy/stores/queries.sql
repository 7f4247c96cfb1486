-- Every query by name. The line below a name says what the query is for; `:name` is a parameter.

-- workflow_by_uid --
-- The head that a commit and a read start from, and whether it holds locks.
SELECT
    seq, created_at, labels, EXISTS (SELECT 1 FROM locks WHERE workflow = seq), progress, message, phase, started_at,
    finished_at
FROM workflows WHERE uid = :uid

-- workflow_by_name --
-- The same by name, for a read.
SELECT seq FROM workflows WHERE namespace = :namespace AND name = :name

-- add_workflow --
-- A new head.
INSERT INTO workflows (
    uid, namespace, name, phase, created_at, started_at, finished_at, priority, suspended, progress, message, labels,
    parameters
) VALUES (
    :uid, :namespace, :name, :phase, :created_at, :started_at, :finished_at, :priority, :suspended, :progress, :message,
    :labels, :parameters
)

-- set_progress --
-- What changes often; no index has these columns.
UPDATE workflows SET progress = :progress, message = :message WHERE seq = :workflow

-- set_phase --
-- What changes rarely; every index of the list has these columns.
UPDATE workflows SET phase = :phase, started_at = :started_at, finished_at = :finished_at WHERE seq = :workflow

-- set_spec --
-- What a list shows of the spec.
UPDATE workflows SET priority = :priority, suspended = :suspended, parameters = :parameters WHERE seq = :workflow

-- set_labels --
-- The labels as a list shows them.
UPDATE workflows SET labels = :labels WHERE seq = :workflow

-- latest --
-- The newest workflow's name.
SELECT name FROM workflows WHERE namespace = :namespace ORDER BY created_at DESC, seq DESC LIMIT 1

-- unfinished --
-- What an engine has to take up.
SELECT uid FROM workflows WHERE phase IN ('', 'Pending', 'Running') ORDER BY created_at, seq

-- list --
-- Summaries in the order of creation, newest first.
SELECT
    w.seq, w.uid, w.namespace, w.name, w.phase, w.created_at, w.started_at, w.finished_at, w.priority, w.suspended,
    w.progress, w.message, w.labels, w.parameters
FROM workflows AS w
WHERE /* conditions */
ORDER BY w.created_at DESC, w.seq DESC
LIMIT :limit

-- list_labelled --
-- The same for one value of a label. CROSS JOIN makes SQLite walk the labels first, in order, without sorting.
SELECT
    w.seq, w.uid, w.namespace, w.name, w.phase, w.created_at, w.started_at, w.finished_at, w.priority, w.suspended,
    w.progress, w.message, w.labels, w.parameters
FROM labels AS l CROSS JOIN workflows AS w
WHERE l.key = :key AND l.value = :value AND w.seq = l.workflow AND /* conditions */
ORDER BY l.created_at DESC, l.workflow DESC
LIMIT :limit

-- has_label --
-- A condition for the two above: a label, with one of some values where `values` says so.
EXISTS (SELECT 1 FROM labels AS x WHERE x.workflow = w.seq AND x.key = :key /* values */)

-- count_nodes --
-- Pods and suspend nodes of one workflow by phase, from the index alone.
SELECT type, phase, count(*) FROM nodes WHERE workflow = :workflow AND type IN ('Pod', 'Suspend') GROUP BY type, phase

-- delete_workflow --
-- One head.
DELETE FROM workflows WHERE seq = :workflow

-- documents --
-- The parts of a workflow.
SELECT part, data FROM documents WHERE workflow = :workflow

-- put_document --
-- One part; the same as before writes nothing.
INSERT INTO documents (workflow, part, data) VALUES (:workflow, :part, :data)
ON CONFLICT (workflow, part) DO UPDATE SET data = excluded.data WHERE documents.data <> excluded.data

-- delete_documents --
-- All parts of a workflow.
DELETE FROM documents WHERE workflow = :workflow

-- add_label --
-- One label.
INSERT INTO labels (workflow, key, value, created_at) VALUES (
    :workflow, :key, :value, (SELECT created_at FROM workflows WHERE seq = :workflow)
)

-- delete_labels --
-- All labels of a workflow.
DELETE FROM labels WHERE workflow = :workflow

-- locks --
-- The locks that are held, in one namespace by how their names begin.
SELECT l.fence, w.uid, l.name, l.is_mutex, l.holder FROM locks AS l JOIN workflows AS w ON w.seq = l.workflow
WHERE substr(l.name, 1, length(:prefix)) = :prefix
ORDER BY l.name, l.is_mutex, l.fence

-- locks_of_workflow --
-- What a workflow and its nodes hold.
SELECT name, is_mutex, holder FROM locks WHERE workflow = :workflow

-- add_lock --
-- One more holder, with a fence of its own; none where it is a mutex that is held.
INSERT INTO locks (workflow, name, is_mutex, holder) VALUES (:workflow, :name, :is_mutex, :holder)
ON CONFLICT (name) WHERE is_mutex DO NOTHING

-- holder_of_mutex --
-- The one that there is.
SELECT holder FROM locks WHERE name = :name AND is_mutex

-- delete_lock --
-- Somebody let go of it.
DELETE FROM locks WHERE workflow = :workflow AND name = :name AND is_mutex = :is_mutex AND holder = :holder

-- delete_locks --
-- All that a workflow holds.
DELETE FROM locks WHERE workflow = :workflow

-- nodes --
-- The nodes of a workflow in the order of their creation.
SELECT data FROM nodes WHERE workflow = :workflow ORDER BY seq

-- put_node --
-- A new node, or the new state of one.
INSERT INTO nodes (workflow, id, type, phase, data) VALUES (:workflow, :id, :type, :phase, :data)
ON CONFLICT (workflow, id) DO UPDATE SET type = excluded.type, phase = excluded.phase, data = excluded.data

-- delete_node --
-- One node.
DELETE FROM nodes WHERE workflow = :workflow AND id = :id

-- delete_nodes --
-- All nodes of a workflow.
DELETE FROM nodes WHERE workflow = :workflow

-- add_request --
-- A request of a client.
INSERT INTO requests (workflow_uid, data) VALUES (:workflow_uid, :data)

-- requests --
-- What was asked, in order.
SELECT id, workflow_uid, data FROM requests ORDER BY id

-- delete_request --
-- One request.
DELETE FROM requests WHERE id = :id

-- delete_requests --
-- All requests to a workflow.
DELETE FROM requests WHERE workflow_uid = :workflow_uid

-- object --
-- One object.
SELECT data FROM objects
WHERE api_version = :api_version AND kind = :kind AND namespace = :namespace AND name = :name

-- objects --
-- All objects of a kind.
SELECT data FROM objects WHERE api_version = :api_version AND kind = :kind ORDER BY namespace, name

-- objects_of_namespace --
-- All objects of a kind in one namespace.
SELECT data FROM objects WHERE api_version = :api_version AND kind = :kind AND namespace = :namespace ORDER BY name

-- add_object --
-- A new object.
INSERT INTO objects (api_version, kind, namespace, name, uid, resource_version, data)
VALUES (:api_version, :kind, :namespace, :name, :uid, :resource_version, :data)

-- set_object --
-- The new state of an object.
UPDATE objects SET resource_version = :resource_version, data = :data
WHERE api_version = :api_version AND kind = :kind AND namespace = :namespace AND name = :name

-- delete_object --
-- One object.
DELETE FROM objects
WHERE api_version = :api_version AND kind = :kind AND namespace = :namespace AND name = :name

-- next_resource_version --
-- Counts up; every change of an object takes a number of its own.
UPDATE meta SET value = value + 1 WHERE key = 'resource_version'

-- resource_version --
-- The number that was taken last.
SELECT value FROM meta WHERE key = 'resource_version'
