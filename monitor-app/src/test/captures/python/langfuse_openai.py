"""Langfuse's SDK: its OpenAI client and @observe."""
from langfuse import get_client, observe, propagate_attributes
from langfuse.openai import openai

import openai_application
from application import SESSION, USER

langfuse = get_client()


def turn(answer, question):
    @observe(name="assistant")
    def assistant(question):
        with propagate_attributes(session_id=SESSION, user_id=USER, tags=["beta"]):
            return answer(question)

    return assistant(question)


openai_application.run(
    openai.OpenAI(), turn, observe(name="manuals", as_type="retriever"), observe(as_type="tool"), tags=["beta"])
langfuse.flush()
