"""OpenInference on the OpenAI client."""
from openinference_setup import provider, retriever, tracer, turn  # first: it sets the provider

import openai
from openinference.instrumentation.openai import OpenAIInstrumentor

import openai_application

OpenAIInstrumentor().instrument(tracer_provider=provider)
openai_application.run(openai.OpenAI(), turn, retriever, tracer.tool, tags=["beta"])
provider.shutdown()
