-- Who holds which lock: an index of `synchronization` in the statuses, kept in the transactions that change them.
-- `fence` counts up and is never used twice; of a mutex there is one holder.
CREATE TABLE locks (
    fence INTEGER PRIMARY KEY AUTOINCREMENT,
    workflow INTEGER NOT NULL,
    name TEXT NOT NULL,
    is_mutex INTEGER NOT NULL,
    holder TEXT NOT NULL,
    UNIQUE (workflow, name, is_mutex, holder)
);

CREATE UNIQUE INDEX locks_of_mutexes ON locks (name) WHERE is_mutex;

-- What is held already. Of two that say they hold the same mutex, which never were to be, the older one has it.
INSERT OR IGNORE INTO locks (workflow, name, is_mutex, holder)
SELECT w.seq, json_extract(h.value, '$.mutex'), 1, json_extract(h.value, '$.holder')
FROM workflows AS w
JOIN documents AS d ON d.workflow = w.seq AND d.part = 'status'
JOIN json_each(CAST(d.data AS TEXT), '$.synchronization.mutex.holding') AS h
WHERE w.phase IN ('', 'Pending', 'Running')
ORDER BY w.seq;

INSERT OR IGNORE INTO locks (workflow, name, is_mutex, holder)
SELECT w.seq, json_extract(s.value, '$.semaphore'), 0, h.value
FROM workflows AS w
JOIN documents AS d ON d.workflow = w.seq AND d.part = 'status'
JOIN json_each(CAST(d.data AS TEXT), '$.synchronization.semaphore.holding') AS s
JOIN json_each(s.value, '$.holders') AS h
WHERE w.phase IN ('', 'Pending', 'Running')
ORDER BY w.seq;
