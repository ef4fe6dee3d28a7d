"""OpenLLMetry (Traceloop's SDK) on OpenAI's Agents SDK."""
import agents_application
from traceloop_setup import finish, retriever, turn  # after the framework, which it instruments

agents_application.run(turn, retriever)
finish()
