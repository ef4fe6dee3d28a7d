"""OpenLLMetry (Traceloop's SDK) on the OpenAI client, with its decorators."""
import openai
from opentelemetry import trace
from traceloop.sdk import Traceloop
from traceloop.sdk.decorators import task, tool, workflow

import openai_application
from application import OTLP, SESSION, USER

Traceloop.init(app_name="shop", api_endpoint=OTLP, telemetry_enabled=False)


def turn(answer, question):
    Traceloop.set_association_properties({"session_id": SESSION, "user_id": USER})

    @workflow(name="assistant")
    def assistant(question):
        return answer(question)

    return assistant(question)


openai_application.run(openai.OpenAI(), turn, task(name="manuals"), lambda f: tool(name=f.__name__)(f))
trace.get_tracer_provider().shutdown()
