"""Arize's OpenInference on smolagents."""
from openinference.instrumentation import TracerProvider, using_attributes
from openinference.instrumentation.smolagents import SmolagentsInstrumentor
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from smolagents import OpenAIServerModel, Tool, ToolCallingAgent, tool

import os

from application import (CASE, MODEL, OTLP, QUESTIONS, SESSION, USER, answered, asked, get_weather, lookup_order)

provider = TracerProvider()
provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=OTLP + "/v1/traces")))
SmolagentsInstrumentor().instrument(tracer_provider=provider)
agent = ToolCallingAgent(
    tools=[tool(get_weather), tool(lookup_order)],
    model=OpenAIServerModel(MODEL, api_base=os.environ["OPENAI_BASE_URL"], api_key="none"),
    max_steps=3,
    verbosity_level=0,
)
for question in QUESTIONS:
    asked(question, session=SESSION, user=USER, types=["AGENT"])
    with using_attributes(session_id=SESSION, user_id=USER):
        answered(str(agent.run(question, reset=CASE != "chat" or question == QUESTIONS[0])))
provider.shutdown()
