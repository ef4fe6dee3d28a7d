"""Pydantic AI with Logfire, which exports wherever OTEL_EXPORTER_OTLP_ENDPOINT says."""
import asyncio
import json
import os

import logfire
from opentelemetry import trace
from pydantic_ai import Agent, ModelRetry
from pydantic_ai.models.openai import OpenAIChatModel

from application import (CASE, INSTRUCTIONS, MODEL, QUESTIONS, SESSION, USER, answered, asked, get_weather,
                         lookup_order, search)

# Logfire scrubs what has "session" in its name, unless told not to
logfire.configure(send_to_logfire=False, console=False, scrubbing=False)
logfire.instrument_pydantic_ai(version=int(os.environ["PYDANTIC_AI_VERSION"]))
tracer = trace.get_tracer("shop")


def look_up_order(order_id: str) -> str:
    try:
        return lookup_order(order_id)
    except RuntimeError as e:
        raise ModelRetry(str(e)) from e


look_up_order.__name__ = "lookup_order"
agent = Agent(
    OpenAIChatModel(MODEL),
    instructions=INSTRUCTIONS,
    name="assistant",
    tools=[get_weather, look_up_order] if CASE in ("agent", "tool-failure") else [],
)
history = []


async def answer(question):
    prompt = question
    if CASE == "rag":
        with tracer.start_as_current_span("retrieval manuals") as span:
            documents = search(question)
            span.set_attributes({
                "gen_ai.operation.name": "retrieval",
                "gen_ai.retrieval.query.text": question,
                "gen_ai.retrieval.documents": json.dumps(
                    [{"id": d["id"], "content": d["text"], "score": d["score"]} for d in documents]),
            })
    # the second turn streams
    if history:
        async with agent.run_stream(prompt, message_history=history) as run:
            text = await run.get_output()
            history[:] = run.all_messages()
    else:
        run = await agent.run(prompt)
        text = run.output
        history[:] = run.all_messages()
    return text


async def main():
    for question in QUESTIONS:
        asked(question, session=SESSION, user=USER, types=["AGENT"])
        with tracer.start_as_current_span("POST /ask", attributes={"session.id": SESSION, "user.id": USER}):
            answered(await answer(question))


asyncio.run(main())
logfire.force_flush()
logfire.shutdown()
