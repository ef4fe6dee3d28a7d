"""The four applications on Anthropic's client, as openai_application.py has them on OpenAI's."""
from application import (CASE, INSTRUCTIONS, QUESTIONS, SESSION, TOOL_DEFINITIONS, USER, answered, asked, get_weather,
                         lookup_order, search)

MODEL = "claude-sonnet-4-5"
TOOLS = [
    {"name": f["name"], "description": f["description"], "input_schema": f["parameters"]}
    for f in (definition["function"] for definition in TOOL_DEFINITIONS)
]


def run(client, turn, retriever, tool, streams=True, **facts):
    """As openai_application.run; streams: whether the second turn does."""
    retrieve = retriever(search)
    tools = {"get_weather": tool(get_weather), "lookup_order": tool(lookup_order)}
    history = []

    def create(messages, system=INSTRUCTIONS, **options):
        return client.messages.create(model=MODEL, max_tokens=1000, system=system, messages=messages, **options)

    def streamed(messages):
        events = create(messages, stream=True)
        return "".join(e.delta.text for e in events if e.type == "content_block_delta" and e.delta.type == "text_delta")

    def chat(question):
        history.append({"role": "user", "content": question})
        # the second turn streams
        text = streamed(history) if streams and len(history) > 1 else create(history).content[0].text
        history.append({"role": "assistant", "content": text})
        return text

    def rag(question):
        context = "Answer from these documents:\n" + "\n".join(d["text"] for d in retrieve(question))
        return create([{"role": "user", "content": question}], context).content[0].text

    def agent(question):
        messages = [{"role": "user", "content": question}]
        while True:
            reply = create(messages, tools=TOOLS)
            if reply.stop_reason != "tool_use":
                return reply.content[0].text
            messages.append({"role": "assistant", "content": [b.model_dump(exclude_none=True) for b in reply.content]})
            results = []
            for call in (b for b in reply.content if b.type == "tool_use"):
                result = {"type": "tool_result", "tool_use_id": call.id}
                try:
                    results.append({**result, "content": tools[call.name](**call.input)})
                except RuntimeError as e:
                    results.append({**result, "content": f"error: {e}", "is_error": True})
            messages.append({"role": "user", "content": results})

    answer = {"chat": chat, "rag": rag, "agent": agent, "tool-failure": agent}[CASE]
    for question in QUESTIONS:
        asked(question, session=SESSION, user=USER, **facts)
        answered(turn(answer, question))
