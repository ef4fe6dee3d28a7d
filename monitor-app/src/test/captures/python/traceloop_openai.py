"""OpenLLMetry (Traceloop's SDK) on the OpenAI client."""
import openai
from traceloop_setup import finish, retriever, tool, turn  # after the client, which it instruments

import openai_application

openai_application.run(openai.OpenAI(), turn, retriever, tool)
finish()
