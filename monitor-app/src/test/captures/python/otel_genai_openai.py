"""The instrumentation of the OpenAI client from OpenTelemetry's repository for GenAI."""
from otel_setup import logs, provider, retriever, tool, turn  # first: it sets the provider

import openai
from opentelemetry.instrumentation.genai.openai import OpenAIInstrumentor

import openai_application

OpenAIInstrumentor().instrument()
openai_application.run(openai.OpenAI(), turn, retriever, tool)
logs.shutdown()
provider.shutdown()
