"""LangSmith's wrapper of the Anthropic client."""
import anthropic
from langsmith.wrappers import wrap_anthropic

import anthropic_application
from langsmith_setup import finish, retriever, tool, turn

anthropic_application.run(wrap_anthropic(anthropic.Anthropic()), turn, retriever, tool, tags=["beta"])
finish()
