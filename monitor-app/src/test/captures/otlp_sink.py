"""Keeps the exports of traces and logs that reach it, as they came (decompressed). Standard library only."""
import gzip
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class OtlpSink:
    def __init__(self):
        self.bodies = []
        lock = threading.Lock()
        sink = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def body(self):
                if self.headers.get("Transfer-Encoding") != "chunked":
                    return self.rfile.read(int(self.headers.get("Content-Length", 0)))
                data = b""
                while size := int(self.rfile.readline(), 16):
                    data += self.rfile.read(size)
                    self.rfile.readline()
                self.rfile.readline()
                return data

            def answer(self, data, kind):
                self.send_response(200)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def do_POST(self):
                body = self.body()
                if self.headers.get("Content-Encoding") == "gzip":
                    body = gzip.decompress(body)
                is_json = self.headers.get("Content-Type", "").startswith("application/json")
                signal = self.path.rsplit("/", 1)[-1]
                if signal in ("traces", "logs") and body:
                    with lock:
                        encoding = "json" if is_json else "otlp"
                        sink.bodies.append((encoding if signal == "traces" else "logs." + encoding, body))
                self.answer(b"{}" if is_json else b"", "application/json" if is_json else "application/x-protobuf")

            # SDKs that look up a project, an experiment or their settings first
            def do_GET(self):
                self.answer(b"{}", "application/json")

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.http.server_port}"
        threading.Thread(target=self.http.serve_forever, daemon=True).start()

    def stop(self):
        self.http.shutdown()
        self.http.server_close()
