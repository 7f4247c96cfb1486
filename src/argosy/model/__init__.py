"""What users write and the API returns, as plain data with Argo's names.

    values                                  the scalars that Argo reads in its own way
    meta  kubernetes                        the parts of Kubernetes that the model needs
    arguments  locations  policies          parameters and artifacts, where artifacts are, how templates are run
    template  workflow  cron  events        the kinds that users write
    status  tasks  requests                 what becomes of them, and the messages about them
    kinds                                   the words for phases, types of nodes and kinds
    fields                                  the table of field names, which manifests are checked against
    yaml  codec                             text to documents, documents to objects, objects to text

Most of it is generated from Argo's published schema by `tools/generate_model.py`.
"""
