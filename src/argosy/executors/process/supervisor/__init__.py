"""The parent of all pod processes: a small program of its own, so that they outlive the engine that asked for them.

    main     parses the command line, makes sure that it is the only one, runs the loop
    loop     one thread, one epoll: takes orders, starts what has a slot, collects what ended, tells the engine
    reactor  waits for descriptors, times and the ends of children
    pods     one pod's process: spawned, its output pumped into the log, signalled
    log      its log, and when what was written
    orphans  finds the processes that a killed supervisor left running
    journal  what was begun and how it ended, in a file: nothing is run twice, whoever is killed
    wire     lines of JSON over a Unix socket

It imports the standard library only, and of that little: it starts in some 20 ms and is run with `python -I -S`, as the
package `supervisor`, without the rest of Argosy on its path.

What an engine says (every line is a JSON array; a key is "workflow uid/node id"):

    ["hello", version, slots, {}] this is an engine; {} is the environment that its pods get
    ["take", [key, ...]]          what has become of these? Answered by a report for each, and by one "unknown"
    ["start", key, {...}]         run this, unless the key was ever started; the fields are Pod's
    ["stop", key, grace]          SIGTERM, and SIGKILL after so many seconds
    ["forget", [key, ...]]        the ends of these are safe elsewhere
    ["forget-all", uid]           everything of this workflow may go from the journal
    ["watch", key]                tell me when it has ended: for those who read a log that is still being written

What it hears:

    ["hello", version, pid]       followed by one of the next two for each pod that runs and that no engine hears of
    ["waiting", key, slots]       it has waited for a second for one of so many slots
    ["running", key, started]     it has run for a moment; those that end sooner are only reported ended
    ["ended", key, exit code or null, reason, detail, started, finished, result or null, whether it is in the file]
    ["unknown", [key, ...]]       never started

Times are seconds since 1970. A reason is "" (it ended by itself), "stopped", "deadline", "unstarted" (detail says why
it could not be started) or "lost" (its supervisor was killed, so that nobody knows how it ended).
"""

VERSION = 1
