"""Google's ADK, its model reached through LiteLLM."""
import asyncio
import os

from google.adk.agents import LlmAgent
from google.adk.models.lite_llm import LiteLlm
from google.adk.runners import InMemoryRunner
from google.genai import types
from opentelemetry import _logs, trace
from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

from application import (CASE, INSTRUCTIONS, MODEL, OTLP, QUESTIONS, SESSION, USER, answered, asked, get_weather,
                         log, lookup_order)

provider = TracerProvider()
provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=OTLP + "/v1/traces")))
trace.set_tracer_provider(provider)
logs = LoggerProvider()
logs.add_log_record_processor(BatchLogRecordProcessor(OTLPLogExporter(endpoint=OTLP + "/v1/logs")))
_logs.set_logger_provider(logs)


agent = LlmAgent(
    name="assistant",
    model=LiteLlm("openai/" + MODEL, api_base=os.environ["OPENAI_BASE_URL"]),
    instruction=INSTRUCTIONS,
    tools=[get_weather, lookup_order] if CASE in ("agent", "tool-failure") else [],
)


async def main():
    runner = InMemoryRunner(agent=agent, app_name="shop")
    await runner.session_service.create_session(app_name="shop", user_id=USER, session_id=SESSION)
    for question in QUESTIONS:
        asked(question, session=SESSION, user=USER, types=["AGENT"], model="openai/" + MODEL)
        message = types.Content(role="user", parts=[types.Part(text=question)])
        text = ""
        try:
            async for event in runner.run_async(user_id=USER, session_id=SESSION, new_message=message):
                if event.is_final_response() and event.content:
                    text = "".join(part.text or "" for part in event.content.parts)
            answered(text)
        except RuntimeError as e:
            # ADK lets a tool's exception through to the application
            log("failed", error=str(e))


asyncio.run(main())
logs.shutdown()
provider.shutdown()
