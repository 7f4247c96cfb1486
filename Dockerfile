# The controller of a cluster, and the command line: `argosy install` names this image.
#   docker build -t argosy:$(python -c 'import argosy; print(argosy.__version__)') .
FROM python:3.12-slim AS build
WORKDIR /src
COPY pyproject.toml README.md LICENSE* ./
COPY src src
RUN python -m venv /opt/argosy \
 && /opt/argosy/bin/pip install --no-cache-dir --no-compile '.[kubernetes]' \
 && /opt/argosy/bin/python -m compileall -q /opt/argosy/lib \
 && /opt/argosy/bin/pip uninstall -y -q pip

FROM python:3.12-slim
COPY --from=build /opt/argosy /opt/argosy
ENV PATH=/opt/argosy/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    ARGOSY_HOME=/var/lib/argosy
RUN install -d -o 65532 -g 65532 -m 0700 /var/lib/argosy
USER 65532:65532
ENTRYPOINT ["argosy"]
CMD ["controller", "--store=kubernetes"]
