"""A model with OpenAI's API and Anthropic's, whose answers are a function of the question. Standard library only.

Its log is the witness of what was really used: one JSON line a call, with the model that answered, the
tokens it reported and the tools it asked for.
"""
import hashlib
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

# What the model says, by a word of the question; (tool, arguments) where it wants a tool first.
TOOLS_WANTED = {
    "weather": ("get_weather", {"city": "Paris"}),
    "order": ("lookup_order", {"order_id": "42"}),
}
ANSWERS = {
    "capital": "The capital of France is Paris.",
    "people": "About 2.1 million people live in Paris.",
    "warranty": "The kettle has a warranty of two years.",
    "weather": "It is 18 degrees and sunny in Paris.",
    "order": "I am sorry, order 42 cannot be looked up at the moment.",
}


def text_of(content):
    if isinstance(content, list):
        return "".join(part.get("text", "") for part in content)
    return content or ""


def words(value):
    return len(json.dumps(value).split())


class Reply:
    """What the model does with a list of messages: a text, or a tool it wants called."""

    def __init__(self, messages, tools):
        questions = [m for m in messages if m.get("role") == "user"]
        question = text_of(questions[-1].get("content")) if questions else ""
        last_question = max((i for i, m in enumerate(messages) if m.get("role") == "user"), default=0)
        has_result = any(m.get("role") == "tool" for m in messages[last_question:])
        topic = next((t for t in ANSWERS if question.lower().rfind(t) >= 0), None)
        # smolagents repeats its task; everything else has the question as it was asked
        self.text = ANSWERS.get(topic, "I do not know.")
        self.tool = None
        offered = [t.get("function", t).get("name") for t in tools or []]
        wanted = TOOLS_WANTED.get(topic)
        # Semantic Kernel names a function with its plugin: Shop-get_weather
        name = wanted and next((o for o in offered if o and o.split("-")[-1] == wanted[0]), None)
        if name and not has_result:
            self.tool, self.text = (name, wanted[1]), None
        elif "final_answer" in offered:
            self.tool, self.text = ("final_answer", {"answer": self.text}), None
        self.prompt_tokens = words(messages) + words(tools or [])
        self.completion_tokens = words(self.text if self.tool is None else self.tool)
        digest = hashlib.sha256(json.dumps(messages).encode()).hexdigest()
        self.id, self.call_id = "chatcmpl-" + digest[:12], "call_" + digest[:12]

    def pieces(self):
        """The text as it is streamed."""
        return self.text.replace(" ", " \n").split("\n")


class ModelServer:
    def __init__(self, log_path):
        self.log_path = log_path
        self.lock = threading.Lock()
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                if self.path.endswith("/chat/completions"):
                    server.chat(self, body)
                elif self.path.endswith("/responses"):
                    server.responses(self, body)
                elif self.path.endswith("/messages"):
                    server.messages(self, body)
                elif self.path.endswith("/embeddings"):
                    server.embeddings(self, body)
                else:
                    self.send_error(404)

            def json(self, value):
                data = json.dumps(value).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def events(self, values, names=False, done=True):
                self.send_response(200)
                self.send_header("Content-Type", "text/event-stream")
                self.send_header("Connection", "close")
                self.end_headers()
                for value in values:
                    if names:
                        self.wfile.write(f"event: {value['type']}\n".encode())
                    self.wfile.write(f"data: {json.dumps(value)}\n\n".encode())
                if done:
                    self.wfile.write(b"data: [DONE]\n\n")
                self.close_connection = True

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.http.server_port}/v1"
        threading.Thread(target=self.http.serve_forever, daemon=True).start()

    def stop(self):
        self.http.shutdown()
        self.http.server_close()

    def log(self, **line):
        with self.lock, open(self.log_path, "a") as log:
            log.write(json.dumps(line) + "\n")

    def log_call(self, body, reply, model):
        self.log(
            event="model_call",
            requested_model=body["model"],
            model=model,
            stream=bool(body.get("stream")),
            input_tokens=reply.prompt_tokens,
            output_tokens=reply.completion_tokens,
            tool_asked=reply.tool and reply.tool[0],
            tool_arguments=reply.tool and reply.tool[1],
            answer=reply.text,
        )

    def chat(self, http, body):
        reply = Reply(body["messages"], body.get("tools"))
        model = body["model"] + "-2024-07-18"
        self.log_call(body, reply, model)
        usage = {
            "prompt_tokens": reply.prompt_tokens,
            "completion_tokens": reply.completion_tokens,
            "total_tokens": reply.prompt_tokens + reply.completion_tokens,
        }
        calls = reply.tool and [
            {
                "id": reply.call_id,
                "type": "function",
                "function": {"name": reply.tool[0], "arguments": json.dumps(reply.tool[1])},
            }
        ]
        finish = "tool_calls" if calls else "stop"
        base = {"id": reply.id, "created": 1767225600, "model": model}
        if not body.get("stream"):
            message = {"role": "assistant", "content": reply.text, **({"tool_calls": calls} if calls else {})}
            choice = {"index": 0, "message": message, "finish_reason": finish, "logprobs": None}
            http.json({**base, "object": "chat.completion", "choices": [choice], "usage": usage})
            return
        chunk = {**base, "object": "chat.completion.chunk"}

        def delta(value, reason=None):
            return {**chunk, "choices": [{"index": 0, "delta": value, "finish_reason": reason}]}

        chunks = [delta({"role": "assistant", "content": "" if reply.text else None})]
        if calls:
            chunks.append(delta({"tool_calls": [{"index": 0, **calls[0]}]}))
        else:
            chunks += [delta({"content": piece}) for piece in reply.pieces()]
        chunks.append(delta({}, finish))
        if (body.get("stream_options") or {}).get("include_usage"):
            chunks.append({**chunk, "choices": [], "usage": usage})
        http.events(chunks)

    def responses(self, http, body):
        """The Responses API, as far as agents use it."""
        messages = []
        given = body["input"]
        for item in [{"role": "user", "content": given}] if isinstance(given, str) else given:
            if item.get("type") == "function_call_output":
                messages.append({"role": "tool", "content": item["output"]})
            elif item.get("type", "message") == "message":
                messages.append({"role": item["role"], "content": item["content"]})
        reply = Reply(messages, body.get("tools"))
        model = body["model"] + "-2024-07-18"
        self.log_call(body, reply, model)
        if reply.tool:
            item = {
                "type": "function_call",
                "id": "fc_" + reply.call_id,
                "call_id": reply.call_id,
                "name": reply.tool[0],
                "arguments": json.dumps(reply.tool[1]),
                "status": "completed",
            }
        else:
            part = {"type": "output_text", "text": reply.text, "annotations": []}
            item = {"type": "message", "id": "msg_" + reply.id, "role": "assistant", "status": "completed", "content": [part]}
        http.json({
            "id": "resp_" + reply.id,
            "object": "response",
            "created_at": 1767225600,
            "status": "completed",
            "model": model,
            "output": [item],
            "parallel_tool_calls": False,
            "tool_choice": "auto",
            "tools": body.get("tools") or [],
            "error": None,
            "incomplete_details": None,
            "instructions": body.get("instructions"),
            "metadata": {},
            "usage": {
                "input_tokens": reply.prompt_tokens,
                "input_tokens_details": {"cached_tokens": 0},
                "output_tokens": reply.completion_tokens,
                "output_tokens_details": {"reasoning_tokens": 0},
                "total_tokens": reply.prompt_tokens + reply.completion_tokens,
            },
        })

    def messages(self, http, body):
        """Anthropic's API. Part of what it is asked it has cached, which it does not count as input."""
        messages = [{"role": "system", "content": body["system"]}] if body.get("system") else []
        for message in body["messages"]:
            content = message["content"]
            results = [] if isinstance(content, str) else [b for b in content if b["type"] == "tool_result"]
            for block in results:
                messages.append({"role": "tool", "content": text_of(block["content"])})
            if not results:
                messages.append(message)
        reply = Reply(messages, body.get("tools"))
        model = body["model"] + "-20250929"
        self.log_call(body, reply, model)
        usage = {
            "input_tokens": reply.prompt_tokens - 3,
            "cache_creation_input_tokens": 1,
            "cache_read_input_tokens": 2,
            "output_tokens": reply.completion_tokens,
        }
        block = {"type": "text", "text": reply.text}
        if reply.tool:
            block = {"type": "tool_use", "id": "toolu_" + reply.call_id, "name": reply.tool[0], "input": reply.tool[1]}
        whole = {
            "id": "msg_" + reply.id,
            "type": "message",
            "role": "assistant",
            "model": model,
            "content": [block],
            "stop_reason": "tool_use" if reply.tool else "end_turn",
            "stop_sequence": None,
            "usage": usage,
        }
        if not body.get("stream"):
            http.json(whole)
            return
        begun = {**whole, "content": [], "stop_reason": None, "usage": {**usage, "output_tokens": 1}}
        empty = {**block, "input": {}} if reply.tool else {**block, "text": ""}
        pieces = (
            [{"type": "input_json_delta", "partial_json": json.dumps(reply.tool[1])}]
            if reply.tool
            else [{"type": "text_delta", "text": piece} for piece in reply.pieces()]
        )
        http.events(
            [
                {"type": "message_start", "message": begun},
                {"type": "content_block_start", "index": 0, "content_block": empty},
                *({"type": "content_block_delta", "index": 0, "delta": piece} for piece in pieces),
                {"type": "content_block_stop", "index": 0},
                {
                    "type": "message_delta",
                    "delta": {"stop_reason": whole["stop_reason"], "stop_sequence": None},
                    "usage": usage,
                },
                {"type": "message_stop"},
            ],
            names=True,
            done=False,
        )

    def embeddings(self, http, body):
        given = body["input"]
        many = given if isinstance(given, list) and given and isinstance(given[0], (str, list)) else [given]
        tokens = sum(words(text) for text in many)
        self.log(event="embedding_call", model=body["model"], input_tokens=tokens)
        http.json({
            "object": "list",
            "model": body["model"],
            "data": [{"object": "embedding", "index": i, "embedding": [0.25, 0.5, 0.75]} for i in range(len(many))],
            "usage": {"prompt_tokens": tokens, "total_tokens": tokens},
        })
