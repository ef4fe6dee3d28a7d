"""Logfire on the OpenAI client."""
import openai
import logfire

import openai_application
from logfire_setup import traced, turn

logfire.instrument_openai()
openai_application.run(openai.OpenAI(), turn, traced, traced, tags=["beta"])
logfire.shutdown()
