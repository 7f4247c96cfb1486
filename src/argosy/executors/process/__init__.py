"""Runs leaves as processes of this machine.

    executor     the port: orders go in, reports come out
    client       the connection to the supervisor, and starting one
    launch       PodRequest → what to run: program, arguments, environment, folders; or why it can't be run
    environment  the environment of a container as Kubernetes builds it
    sandbox      a private view of the paths that a pod's outputs are at
    outcome      what the supervisor says → PodReport
    outputs      reads the files of output parameters
    logs         reads the logs
    home         where all of it is kept
    supervisor/  the parent of all pod processes: a program of its own

Under the home there are `run/` (the supervisor's socket, lock, journal and own log), `logs/UID/POD.log`, `work/UID/`
(the folder in which the pods of a workflow run) and `private/UID/` (scripts, and what pods wrote to their own paths).
"""
