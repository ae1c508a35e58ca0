# The action server, the worker, the operator's commands and the sandbox: docker build -f deploy/docker/ringback.Dockerfile .
# What runs is the command: `python -m rasa_sdk …` (below), `ringback worker`, `ringback list`, `python -m sandbox`.
FROM python:3.11.14-slim-bookworm AS base

FROM base AS build
COPY requirements.lock /build/
# The lock names every package with its hash, so nothing is resolved and nothing is compiled by a package's own script.
RUN python -m venv --without-pip /opt/venv \
    && pip --python /opt/venv/bin/python install --no-cache-dir --no-deps --only-binary :all: --require-hashes \
        -r /build/requirements.lock
WORKDIR /opt/ringback
COPY . .
# At run time nothing may be written here, byte code neither.
RUN install -m 0755 deploy/docker/command.py /opt/venv/bin/ringback \
    && /opt/venv/bin/python -m compileall -q actions ringback sandbox rasa_sdk_plugins.py \
    && rm -rf channels intents rasa-server web data \
    && mkdir var

FROM base
LABEL org.opencontainers.image.title="Ringback" \
      org.opencontainers.image.description="Ringback's action server, worker, operator's commands and sandbox" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="0.1.0"
RUN groupadd --system --gid 10001 ringback \
    && useradd --uid 10001 --gid 10001 --home-dir /tmp --no-create-home --shell /usr/sbin/nologin ringback
WORKDIR /opt/ringback
COPY --from=build /opt/venv /opt/venv
COPY --from=build /opt/ringback /opt/ringback
# The only folder beside /tmp that is written to; a new volume mounted here takes its owner over.
RUN chown 10001:10001 var
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONPATH=/opt/ringback \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    PYTHONWARNINGS="ignore:Your versions of rasa:UserWarning" \
    HOME=/tmp \
    SANIC_HOST=0.0.0.0
USER 10001:10001
EXPOSE 5055
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=4 \
    CMD ["python", "deploy/docker/healthy.py", "http://127.0.0.1:5055/health"]
CMD ["python", "-m", "rasa_sdk", "--actions", "actions", "--port", "5055"]
