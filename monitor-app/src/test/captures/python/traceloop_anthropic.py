"""OpenLLMetry (Traceloop's SDK) on the Anthropic client."""
import anthropic
from traceloop_setup import finish, retriever, tool, turn  # after the client, which it instruments

import anthropic_application

anthropic_application.run(anthropic.Anthropic(), turn, retriever, tool)
finish()
