"""Microsoft's Semantic Kernel, with the telemetry it brings: what was said travels as records of Python's logging."""
import asyncio
import logging

from opentelemetry import _logs, trace
from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk._logs import LoggerProvider, LoggingHandler
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from openai import AsyncOpenAI
from semantic_kernel.agents import ChatCompletionAgent
from semantic_kernel.connectors.ai.open_ai import OpenAIChatCompletion
from semantic_kernel.functions import kernel_function

from application import (CASE, INSTRUCTIONS, MODEL, OTLP, QUESTIONS, SESSION, USER, answered, asked, get_weather,
                         lookup_order)

provider, logs = TracerProvider(), LoggerProvider()
provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=OTLP + "/v1/traces")))
trace.set_tracer_provider(provider)
logs.add_log_record_processor(BatchLogRecordProcessor(OTLPLogExporter(endpoint=OTLP + "/v1/logs")))
_logs.set_logger_provider(logs)
logging.getLogger().addHandler(LoggingHandler(logger_provider=logs))
logging.getLogger().setLevel(logging.INFO)
tracer = trace.get_tracer("shop")


class Shop:
    @kernel_function(name="get_weather", description="Weather of a city")
    def weather(self, city: str) -> str:
        return get_weather(city)

    @kernel_function(name="lookup_order", description="State of an order")
    def order(self, order_id: str) -> str:
        return lookup_order(order_id)


agent = ChatCompletionAgent(
    service=OpenAIChatCompletion(ai_model_id=MODEL, async_client=AsyncOpenAI()),
    name="assistant",
    instructions=INSTRUCTIONS,
    plugins=[Shop()] if CASE in ("agent", "tool-failure") else [],
)


async def main():
    thread = None
    for question in QUESTIONS:
        asked(question, session=SESSION, user=USER, types=["AGENT"])
        with tracer.start_as_current_span("POST /ask", attributes={"session.id": SESSION, "user.id": USER}):
            response = await agent.get_response(messages=question, thread=thread)
            thread = response.thread
            answered(str(response))


asyncio.run(main())
provider.shutdown()
logs.shutdown()
