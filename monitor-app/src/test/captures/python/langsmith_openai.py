"""LangSmith's SDK in its OpenTelemetry mode: the wrapped OpenAI client and @traceable."""
import openai
from langsmith import Client, traceable
from langsmith.wrappers import wrap_openai

import openai_application
from application import SESSION, USER

client = Client()


def turn(answer, question):
    @traceable(name="assistant", client=client, tags=["beta"], metadata={"session_id": SESSION, "user_id": USER})
    def assistant(question):
        return answer(question)

    return assistant(question)


def retriever(function):
    @traceable(run_type="retriever", name="manuals")
    def manuals(query):
        return [
            {"page_content": d["text"], "type": "Document", "metadata": {"id": d["id"], "score": d["score"]}}
            for d in function(query)
        ]

    return lambda query: [{"text": d["page_content"]} for d in manuals(query)]


openai_application.run(
    wrap_openai(openai.OpenAI()), turn, retriever, traceable(run_type="tool"), tags=["beta"])
client.flush()
from opentelemetry import trace  # noqa: E402

trace.get_tracer_provider().shutdown()
