"""OpenTelemetry's own instrumentation of the OpenAI client, below the root span of a web server."""
from otel_setup import logs, provider, retriever, tool, turn  # first: it sets the provider

import openai
from opentelemetry.instrumentation.openai_v2 import OpenAIInstrumentor

import openai_application

OpenAIInstrumentor().instrument()
openai_application.run(openai.OpenAI(), turn, retriever, tool)
logs.shutdown()
provider.shutdown()
