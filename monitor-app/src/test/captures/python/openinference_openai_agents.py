"""Arize's OpenInference on OpenAI's Agents SDK (Responses API)."""
from agents import Agent, Runner, function_tool
from openinference.instrumentation import TracerProvider, using_attributes
from openinference.instrumentation.openai_agents import OpenAIAgentsInstrumentor
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace.export import BatchSpanProcessor

from application import (CASE, INSTRUCTIONS, MODEL, OTLP, QUESTIONS, SESSION, USER, answered, asked, get_weather,
                         lookup_order, search)

provider = TracerProvider()
provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=OTLP + "/v1/traces")))
OpenAIAgentsInstrumentor().instrument(tracer_provider=provider)
tracer = provider.get_tracer("shop")
agent = Agent(
    name="assistant",
    instructions=INSTRUCTIONS,
    model=MODEL,
    tools=[function_tool(get_weather), function_tool(lookup_order)] if CASE in ("agent", "tool-failure") else [],
)


def retrieve(question):
    with tracer.start_as_current_span("manuals", openinference_span_kind="retriever") as span:
        span.set_input(question)
        for i, document in enumerate(search(question)):
            span.set_attribute(f"retrieval.documents.{i}.document.id", document["id"])
            span.set_attribute(f"retrieval.documents.{i}.document.content", document["text"])
            span.set_attribute(f"retrieval.documents.{i}.document.score", document["score"])


history = []
for question in QUESTIONS:
    asked(question, session=SESSION, user=USER, types=["AGENT"])
    with using_attributes(session_id=SESSION, user_id=USER), tracer.start_as_current_span(
            "POST /ask", attributes={"session.id": SESSION}):
        if CASE == "rag":
            retrieve(question)
        result = Runner.run_sync(agent, [*history, {"role": "user", "content": question}])
    history = result.to_input_list()
    answered(result.final_output)
provider.shutdown()
