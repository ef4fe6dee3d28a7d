"""OpenInference on the Anthropic client."""
from openinference_setup import provider, retriever, tracer, turn  # first: it sets the provider

import anthropic
from openinference.instrumentation.anthropic import AnthropicInstrumentor

import anthropic_application

AnthropicInstrumentor().instrument(tracer_provider=provider)
anthropic_application.run(anthropic.Anthropic(), turn, retriever, tracer.tool, tags=["beta"])
provider.shutdown()
