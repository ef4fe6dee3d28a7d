"""Arize's OpenInference on CrewAI, and on the OpenAI client below it."""
import os

from crewai import LLM, Agent, Crew, Task
from crewai.tools import tool
from openinference.instrumentation import TracerProvider, using_attributes
from openinference.instrumentation.crewai import CrewAIInstrumentor
from openinference.instrumentation.openai import OpenAIInstrumentor
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace.export import BatchSpanProcessor

from application import (CASE, INSTRUCTIONS, MODEL, OTLP, QUESTIONS, SESSION, USER, answered, asked, get_weather,
                         lookup_order)

provider = TracerProvider()
provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=OTLP + "/v1/traces")))
CrewAIInstrumentor().instrument(tracer_provider=provider)
OpenAIInstrumentor().instrument(tracer_provider=provider)
agent = Agent(
    role="assistant",
    goal="Answer the question",
    backstory=INSTRUCTIONS,
    llm=LLM(model="openai/" + MODEL, base_url=os.environ["OPENAI_BASE_URL"], api_key="none"),
    tools=[tool("get_weather")(get_weather), tool("lookup_order")(lookup_order)]
    if CASE in ("agent", "tool-failure") else [],
)
crew = Crew(agents=[agent], tasks=[Task(description="{question}", expected_output="An answer", agent=agent)])
for question in QUESTIONS:
    asked(question, session=SESSION, user=USER, types=["AGENT"])
    with using_attributes(session_id=SESSION, user_id=USER):
        answered(crew.kickoff(inputs={"question": question}).raw)
provider.shutdown()
