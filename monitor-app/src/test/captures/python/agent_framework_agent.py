"""Microsoft's Agent Framework, with the telemetry it brings: OTEL_EXPORTER_OTLP_ENDPOINT says where to."""
import asyncio

from agent_framework import Agent
from agent_framework.observability import configure_otel_providers
from agent_framework.openai import OpenAIChatCompletionClient
from opentelemetry import trace

from application import (CASE, INSTRUCTIONS, MODEL, QUESTIONS, SESSION, USER, answered, asked, get_weather,
                         lookup_order)

# without a version it gives its own as the application's
configure_otel_providers(service_version="1.4.2", enable_sensitive_data=True)
tracer = trace.get_tracer("shop")
agent = Agent(
    client=OpenAIChatCompletionClient(model=MODEL),
    name="assistant",
    instructions=INSTRUCTIONS,
    tools=[get_weather, lookup_order] if CASE in ("agent", "tool-failure") else [],
)
session = agent.create_session()


async def main():
    for i, question in enumerate(QUESTIONS):
        asked(question, session=SESSION, user=USER, types=["AGENT"])
        with tracer.start_as_current_span("POST /ask", attributes={"session.id": SESSION, "user.id": USER}):
            # the second turn streams
            if i > 0:
                parts = [str(update) async for update in agent.run(question, session=session, stream=True)]
                answered("".join(parts))
            else:
                answered((await agent.run(question, session=session)).text)


asyncio.run(main())
trace.get_tracer_provider().shutdown()
