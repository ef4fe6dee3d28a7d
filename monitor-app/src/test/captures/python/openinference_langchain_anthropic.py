"""OpenInference on LangChain with Anthropic's model, whose client traces its calls too."""
from openinference_setup import provider, turn  # first: it sets the provider

from langchain_anthropic import ChatAnthropic
from openinference.instrumentation.langchain import LangChainInstrumentor

import langchain_application
from anthropic_application import MODEL

LangChainInstrumentor().instrument(tracer_provider=provider)
langchain_application.run(turn, model=ChatAnthropic(model=MODEL), tags=["beta"])
provider.shutdown()
