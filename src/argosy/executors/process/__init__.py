"""Runs leaves as processes of this machine.

    executor     the port: orders go in, reports come out
    client       the connection to the supervisor, and starting one
    launch       PodRequest → what to run: program, arguments, environment, folders; or why it can't be run
    environment  the environment of a container as Kubernetes builds it
    outcome      what the supervisor says → PodReport
    logs         reads the logs
    supervisor/  the parent of all pod processes: a program of its own

Under the home there are `run/` (the supervisor's socket, lock, journal and own log), `logs/UID/POD.log` and
`work/UID/`, the folder in which the pods of a workflow run.
"""
