"""OpenTelemetry's own instrumentation of LangChain, below the root span of a web server."""
from otel_setup import logs, provider, turn  # first: it sets the provider

from opentelemetry.instrumentation.genai.langchain import LangChainInstrumentor

import langchain_application

LangChainInstrumentor().instrument()
langchain_application.run(turn)
logs.shutdown()
provider.shutdown()
