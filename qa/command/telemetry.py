"""Sends spans to the address in OpenTelemetry's own variables; without them nothing is loaded."""

import os
from importlib.metadata import version

from qa.errors import ConfigError

_ADDRESSES = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")


def send_spans() -> None:
    """Set up OpenTelemetry if one of its variables names an endpoint; remaining spans are sent when the process ends.

    Raises:
        ConfigError: The extra is not installed.
    """
    if (
        not any(os.environ.get(name) for name in _ADDRESSES)
        or os.environ.get("OTEL_SDK_DISABLED", "").lower() == "true"
    ):
        return
    try:
        from opentelemetry import trace
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError as error:
        raise ConfigError(
            f"{_ADDRESSES[0]} is set, but OpenTelemetry is not installed; "
            "install it with: pip install 'footnote[otel]', or unset the variable"
        ) from error
    about = Resource.create({"service.name": "footnote", "service.version": version("footnote")})
    provider = TracerProvider(resource=about)
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(provider)
