"""Logfire on the Anthropic client."""
import anthropic
import logfire

import anthropic_application
from logfire_setup import traced, turn

logfire.instrument_anthropic()
anthropic_application.run(anthropic.Anthropic(), turn, traced, traced, tags=["beta"])
logfire.shutdown()
