"""LangSmith's wrapper of the OpenAI client."""
import openai
from langsmith.wrappers import wrap_openai

import openai_application
from langsmith_setup import finish, retriever, tool, turn

openai_application.run(wrap_openai(openai.OpenAI()), turn, retriever, tool, tags=["beta"])
finish()
