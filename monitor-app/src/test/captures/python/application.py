"""What the recorded applications have in common: what is asked, the tools, the documents, and the application's own log.

The log, with the model server's lines between its own, is what expected.json is written from.
"""
import json
import os
import sys

CASE = sys.argv[1] if len(sys.argv) > 1 else "chat"
MODEL = "gpt-4o-mini"
SESSION, USER = "session-1", "user-7"
QUESTIONS = {
    "chat": ["What is the capital of France?", "And how many people live there?"],
    "rag": ["How long is the warranty of the kettle?"],
    "agent": ["How is the weather in Paris?"],
    "tool-failure": ["Where is my order 42?"],
}[CASE]
INSTRUCTIONS = "You are a shop's assistant. Answer briefly."
DOCUMENTS = [
    {"id": "manual-7", "text": "The kettle comes with two years of warranty.", "score": 0.92},
    {"id": "manual-9", "text": "The toaster has a crumb tray.", "score": 0.41},
]
OTLP = os.environ["CAPTURE_OTLP"]
TOOLS = {
    "get_weather": ("Weather of a city", "city"),
    "lookup_order": ("State of an order", "order_id"),
}
TOOL_DEFINITIONS = [
    {
        "type": "function",
        "function": {
            "name": name,
            "description": description,
            "parameters": {
                "type": "object",
                "properties": {parameter: {"type": "string"}},
                "required": [parameter],
            },
        },
    }
    for name, (description, parameter) in TOOLS.items()
]


def log(event, **facts):
    with open(os.environ["CAPTURE_LOG"], "a") as lines:
        lines.write(json.dumps({"event": event, **facts}) + "\n")


def asked(question, **facts):
    """A turn begins; facts: session, user, tags, types, where the application gives them to its SDK."""
    log("asked", question=question, **facts)


def answered(answer):
    log("answered", answer=answer)


# as the framework calls them: some put the name of a plugin before
PREFIX = os.environ.get("CAPTURE_TOOL_PREFIX", "")


def get_weather(city: str) -> str:
    """Weather of a city.

    Args:
        city: its name
    """
    result = f"18 degrees and sunny in {city}"
    log("tool", name=PREFIX + "get_weather", arguments={"city": city}, result=result)
    return result


def lookup_order(order_id: str) -> str:
    """State of an order.

    Args:
        order_id: its number
    """
    error = "the order service is down"
    log("tool", name=PREFIX + "lookup_order", arguments={"order_id": order_id}, error=error)
    raise RuntimeError(error)


def search(query):
    log("documents", query=query, documents=DOCUMENTS)
    return DOCUMENTS


