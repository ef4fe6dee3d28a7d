"""The four applications on the bare OpenAI client. An SDK's program gives the functions its own decoration."""
import json

from application import (CASE, INSTRUCTIONS, MODEL, QUESTIONS, SESSION, TOOL_DEFINITIONS, USER, answered, asked,
                         get_weather, lookup_order, search)


def same(function):
    return function


def run(client, turn, retriever=same, tool=same, embeddings=True, stream_options=True, **facts):
    """
    turn(answer, question): calls answer(question) as one trace of session SESSION and user USER.
    retriever, tool: what the SDK wants around such a function.
    facts: what else the application tells its SDK (tags), for its log.
    """
    retrieve = retriever(search)
    tools = {"get_weather": tool(get_weather), "lookup_order": tool(lookup_order)}
    history = [{"role": "system", "content": INSTRUCTIONS}]

    def streamed(messages):
        options = {"stream_options": {"include_usage": True}} if stream_options else {}
        chunks = client.chat.completions.create(model=MODEL, messages=messages, stream=True, **options)
        return "".join(c.choices[0].delta.content or "" for c in chunks if c.choices)

    def chat(question):
        history.append({"role": "user", "content": question})
        # the second turn streams
        if len(history) > 2:
            text = streamed(history)
        else:
            text = client.chat.completions.create(model=MODEL, messages=history).choices[0].message.content
        history.append({"role": "assistant", "content": text})
        return text

    def rag(question):
        if embeddings:
            client.embeddings.create(model="text-embedding-3-small", input=question)
        documents = retrieve(question)
        context = "Answer from these documents:\n" + "\n".join(d["text"] for d in documents)
        messages = [{"role": "system", "content": context}, {"role": "user", "content": question}]
        return client.chat.completions.create(model=MODEL, messages=messages).choices[0].message.content

    def agent(question):
        messages = [*history, {"role": "user", "content": question}]
        while True:
            reply = client.chat.completions.create(model=MODEL, messages=messages, tools=TOOL_DEFINITIONS).choices[0].message
            if not reply.tool_calls:
                return reply.content
            messages.append(reply.model_dump(exclude_none=True))
            for call in reply.tool_calls:
                try:
                    result = tools[call.function.name](**json.loads(call.function.arguments))
                except RuntimeError as e:
                    result = f"error: {e}"
                messages.append({"role": "tool", "tool_call_id": call.id, "content": result})

    answer = {"chat": chat, "rag": rag, "agent": agent, "tool-failure": agent}[CASE]
    for question in QUESTIONS:
        asked(question, session=SESSION, user=USER, **facts)
        answered(turn(answer, question))
