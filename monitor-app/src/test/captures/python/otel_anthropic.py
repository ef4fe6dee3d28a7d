"""Anthropic's client, which traces its calls itself where OpenTelemetry is set up; of a stream it tells no answer."""
from otel_setup import provider, retriever, tool, turn  # first: it sets the provider

import anthropic

import anthropic_application

anthropic_application.run(anthropic.Anthropic(), turn, retriever, tool, streams=False)
provider.shutdown()
