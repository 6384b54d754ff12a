# syntax=docker/dockerfile:1
# Footnote in a container, for processors:  docker build -t footnote .
#                                           docker run --rm -p 127.0.0.1:8501:8501 -v footnote:/data footnote
# The model of the package is inside, and nothing is fetched when it runs. docs/deploy.md says more.

FROM python:3.12-slim-bookworm AS built
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /source
COPY constraints.txt pyproject.toml README.md LICENSE ./
COPY scripts/small_install.sh scripts/
COPY qa/ qa/
COPY ingest/ ingest/
COPY ui/ ui/
COPY data/ data/
RUN python -m venv /opt/footnote \
    && bash scripts/small_install.sh /opt/footnote/bin/python postgres,ocr \
    && find /opt/footnote -name __pycache__ -prune -exec rm -rf {} +

FROM python:3.12-slim-bookworm
# Nobody's account but the service's own; the number is fixed, so that files in a volume keep their owner.
RUN groupadd --gid 10001 footnote \
    && useradd --uid 10001 --gid footnote --home-dir /data --shell /usr/sbin/nologin footnote \
    && install -d -o footnote -g footnote -m 700 /data \
    && install -d -o footnote -g footnote -m 755 /documents
COPY --from=built /opt/footnote /opt/footnote
ENV PATH=/opt/footnote/bin:$PATH \
    HOME=/data \
    FOOTNOTE_HOME=/data \
    PYTHONUNBUFFERED=1
USER 10001:10001
WORKDIR /documents
VOLUME ["/data"]
EXPOSE 8501
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=4 \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://localhost:8501/readyz', timeout=4)"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["footnote"]
CMD ["serve", "--host", "0.0.0.0", "--port", "8501"]
