"""Strands Agents, with the telemetry it brings: OTEL_EXPORTER_OTLP_ENDPOINT says where to."""
import os

from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from strands import Agent, tool
from strands.models.openai import OpenAIModel
from strands.telemetry import StrandsTelemetry

from application import (CASE, INSTRUCTIONS, MODEL, QUESTIONS, SESSION, USER, answered, asked, get_weather,
                         lookup_order)

# a provider of its own: that of Strands gives its own version as the application's
provider = TracerProvider()
trace.set_tracer_provider(provider)
StrandsTelemetry(tracer_provider=provider).setup_otlp_exporter()
agent = Agent(
    model=OpenAIModel(
        client_args={"base_url": os.environ["OPENAI_BASE_URL"], "api_key": "none"}, model_id=MODEL),
    name="assistant",
    system_prompt=INSTRUCTIONS,
    tools=[tool(get_weather), tool(lookup_order)] if CASE in ("agent", "tool-failure") else [],
    trace_attributes={"session.id": SESSION, "user.id": USER, "tags": ["beta"]},
    callback_handler=None,
)
for question in QUESTIONS:
    asked(question, session=SESSION, user=USER, tags=["beta"], types=["AGENT"])
    answered(str(agent(question)))
provider.shutdown()
