"""argosy install"""

from __future__ import annotations

import click

from argosy import __version__
from argosy.cli.command import verb
from argosy.cli.install.installation import Installation
from argosy.cli.install.manifests import manifests
from argosy.cli.session import Session
from argosy.model.codec import encode_yaml

NAMESPACE = "argosy"
EXECUTORS = ("kubernetes", "kubernetes-jobs")


@verb()
@click.option("--minimal", "form", flag_value="minimal", default=True, help="Kinds without a schema (the default).")
@click.option("--full", "form", flag_value="full", help="Kinds with a schema: the cluster checks manifests.")
@click.option("--namespaced", is_flag=True, help="For workflows of the namespace only: no rights in others.")
@click.option("--executor", type=click.Choice(EXECUTORS), default=EXECUTORS[0], help="As what leaves run.")
@click.option("--image", default=f"argosy:{__version__}", help="The image with Argosy in it.", show_default=True)
@click.pass_obj
def command(session: Session, form: str, namespaced: bool, executor: str, image: str) -> int:
    """Show the manifests of all that a cluster needs to run workflows.

    They are for `kubectl apply --server-side -f -`, or to be kept with those of other systems. The namespace is argosy,
    unless -n says another one.
    """
    installation = Installation(
        namespace=session.chosen_namespace or NAMESPACE,
        image=image,
        full=form == "full",
        namespaced=namespaced,
        executor=executor,
    )
    click.echo("---\n".join(encode_yaml(each) for each in manifests(installation)), nl=False)
    return 0
