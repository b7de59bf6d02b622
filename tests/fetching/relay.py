"""A relay between the program and the stand-in that breaks chosen answers byte by byte."""

import socket
import ssl
import struct
import threading
import time


class Relay:
    """Hands calls on to a stand-in and breaks chosen answers byte by byte.

    plan: a function (number of the call, path) -> a way to break it, or None.
    """

    def __init__(self, standin, plan, tls=None):
        self.to, self.plan, self.tls = standin.port, plan, tls
        self.n, self.broken, self.lock = 0, 0, threading.Lock()
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=50)
        self.port = self.listener.getsockname()[1]
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self.port}"
        self.context = None
        if tls:
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.context.load_cert_chain(tls.cert, tls.key)
        self.is_open = True
        threading.Thread(target=self.listen, daemon=True).start()

    def listen(self):
        while self.is_open:
            try:
                peer, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(peer,), daemon=True).start()

    def serve(self, peer):
        try:
            if self.context:
                peer = self.context.wrap_socket(peer, server_side=True, suppress_ragged_eofs=True)
            while self.call(peer):
                pass
        except (OSError, ssl.SSLError):
            pass
        finally:
            # never unwrap: TLS ends without a goodbye
            try:
                peer.close()
            except OSError:
                pass

    def read_head(self, peer):
        head = b""
        while b"\r\n\r\n" not in head:
            piece = peer.recv(65536)
            if not piece:
                return None
            head += piece
        return head

    def ask(self, head):
        """The stand-in's answer: status line, headers, body."""
        with socket.create_connection(("127.0.0.1", self.to)) as s:
            s.sendall(head.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
            raw = b""
            while piece := s.recv(1 << 20):
                raw += piece
        top, body = raw.split(b"\r\n\r\n", 1)
        lines = top.split(b"\r\n")
        drop = (b"connection:", b"content-length:", b"transfer-encoding:")
        kept = [l for l in lines[1:] if not l.lower().startswith(drop)]
        return lines[0], kept, body

    def call(self, peer):
        head = self.read_head(peer)
        if head is None:
            return False
        path = head.split(b" ")[1].decode()
        with self.lock:
            n, self.n = self.n, self.n + 1
        way = self.plan(n, path)
        if way is None:
            top, headers, body = self.ask(head)
            send(peer, top, headers + [length(len(body))], body)
            return True
        with self.lock:
            self.broken += 1
        if way[0] == "silent":
            time.sleep(way[1])
        if way[0] in ("silent", "hangup"):
            return False
        return answer(peer, *self.ask(head), *way)

    def close(self):
        self.is_open = False
        self.listener.close()


def length(n):
    return b"Content-Length: %d" % n


def send(peer, top, headers, body):
    peer.sendall(b"\r\n".join([top, *headers]) + b"\r\n\r\n" + body)


def at_byte(body, at):
    """A place in the body: a number of bytes, or a share of it."""
    return int(len(body) * at) if isinstance(at, float) else at


def in_chunks(body, size=100):
    parts = [body[i:i + size] for i in range(0, len(body), size)]
    return b"".join(b"%x;x=1\r\n%s\r\n" % (len(p), p) for p in parts)


def part(body, at):
    return body[:at_byte(body, at)]


CHUNKED = b"Transfer-Encoding: chunked"
# The headers and the bytes that are sent in place of a whole body.
SENT = {
    "cut": lambda body, at: ([length(len(body))], part(body, at)),
    "wrong": lambda body, at: ([length(at_byte(body, at))], part(body, at)),
    "longer": lambda body, more: ([length(len(body) + more)], body),
    "absent": lambda body, at: ([b"Connection: close"], part(body, at)),
    "cut_chunked": lambda body, at: ([CHUNKED], part(in_chunks(body), at)),
    "chunked": lambda body: ([CHUNKED], in_chunks(body) + b"0\r\nX-Trailer: 1\r\n\r\n"),
    "two_lengths": lambda body: ([length(len(body)), length(len(body) - 1)], body),
    "interim": lambda body: ([length(len(body))], body),
    "reset": lambda body, at: ([length(len(body))], part(body, at)),
    "stall": lambda body, seconds: ([length(len(body))], part(body, 0.5)),
    "drip": lambda body, seconds: ([length(len(body))], b""),
}


def answer(peer, top, headers, body, way, *more):
    """One answer, broken; is the connection still good?"""
    if way == "interim":
        peer.sendall(b"HTTP/1.1 103 Early Hints\r\nContent-Length: 7\r\n\r\n")
    added, sent = SENT[way](body, *more)
    send(peer, top, headers + added, sent)
    if way == "reset":
        time.sleep(0.02)
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    if way == "stall":
        time.sleep(more[0])
    if way == "drip":
        end = time.time() + more[0]
        for byte in body:
            if time.time() > end:
                break
            peer.sendall(bytes([byte]))
            time.sleep(0.05)
    return way in ("chunked", "interim")
