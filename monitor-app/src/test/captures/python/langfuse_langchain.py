"""Langfuse's callback on LangChain."""
from langfuse import get_client
from langfuse.langchain import CallbackHandler

import langchain_application
from application import SESSION, USER

langchain_application.run(
    lambda answer, question: answer(question),
    config={
        "callbacks": [CallbackHandler()],
        "metadata": {"langfuse_session_id": SESSION, "langfuse_user_id": USER, "langfuse_tags": ["beta"]},
    },
    tags=["beta"],
)
get_client().flush()
