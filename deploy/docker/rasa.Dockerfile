# The Rasa server with our channels, the chat page and a trained model: docker build -f deploy/docker/rasa.Dockerfile .
# The model is inside: it has to fit the domain, the intents' code and the channels, which are inside as well.
FROM python:3.10.19-slim-bookworm AS base

FROM base AS environment
COPY rasa-server/requirements.lock /build/
# The lock names every package with its hash, so nothing is resolved. Three of Rasa's requirements exist as sources only,
# all pure Python; of no other package a script may run here.
RUN python -m venv --without-pip /opt/venv \
    && pip --python /opt/venv/bin/python install --no-cache-dir --no-deps --require-hashes \
        --only-binary :all: --no-binary docopt,mattermostwrapper,randomname -r /build/requirements.lock \
    # C++ headers for those who extend TensorFlow.
    && rm -rf /opt/venv/lib/python3.10/site-packages/tensorflow/include

FROM base AS build
COPY --from=environment /opt/venv /opt/venv
WORKDIR /opt/ringback
COPY . .
RUN mkdir var models \
    && /opt/venv/bin/python -m compileall -q channels intents ringback rasa-server \
    && /opt/venv/bin/python rasa-server/launch.py train --domain domain --out models --fixed-model-name ringback \
    && rm -rf .rasa actions sandbox rasa_sdk_plugins.py

FROM base
LABEL org.opencontainers.image.title="Ringback's Rasa server" \
      org.opencontainers.image.description="Rasa 3.6 with Ringback's channels, chat page and model" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="0.1.0"
RUN groupadd --system --gid 10001 ringback \
    && useradd --uid 10001 --gid 10001 --home-dir /tmp --no-create-home --shell /usr/sbin/nologin ringback
WORKDIR /opt/ringback
COPY --from=environment /opt/venv /opt/venv
COPY --from=build /opt/ringback /opt/ringback
# The only folder beside /tmp that is written to; a new volume mounted here takes its owner over.
RUN chown 10001:10001 var
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    RASA_TELEMETRY_ENABLED=false \
    MPLCONFIGDIR=/tmp \
    HOME=/tmp
USER 10001:10001
EXPOSE 5005
STOPSIGNAL SIGTERM
# It listens when the model is loaded. Its own first page would ask for no more than that; this one is ours.
HEALTHCHECK --interval=15s --timeout=5s --start-period=180s --retries=4 \
    CMD ["python", "deploy/docker/healthy.py", "http://127.0.0.1:5005/webhooks/website/"]
CMD ["python", "rasa-server/launch.py", "run", "--enable-api", "-i", "0.0.0.0", "-p", "5005", \
     "--endpoints", "deploy/docker/endpoints.yml", "--credentials", "deploy/docker/credentials.yml", \
     "--model", "models/ringback.tar.gz"]
