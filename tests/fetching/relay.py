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
            return False
        if way[0] == "hangup":
            return False
        return BREAK[way[0]](peer, *self.ask(head), *way[1:])

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


def cut_declared(peer, top, headers, body, at):
    send(peer, top, headers + [length(len(body))], body[:at_byte(body, at)])
    return False


def cut_wrong(peer, top, headers, body, at):
    n = at_byte(body, at)
    send(peer, top, headers + [length(n)], body[:n])
    return False


def cut_longer(peer, top, headers, body, more):
    send(peer, top, headers + [length(len(body) + more)], body)
    return False


def cut_absent(peer, top, headers, body, at):
    send(peer, top, headers + [b"Connection: close"], body[:at_byte(body, at)])
    return False


def in_chunks(body, size=100):
    parts = [body[i:i + size] for i in range(0, len(body), size)]
    return b"".join(b"%x;x=1\r\n%s\r\n" % (len(p), p) for p in parts)


def cut_chunked(peer, top, headers, body, at):
    whole = in_chunks(body)
    send(peer, top, headers + [b"Transfer-Encoding: chunked"], whole[:at_byte(whole, at)])
    return False


def chunked(peer, top, headers, body):
    send(peer, top, headers + [b"Transfer-Encoding: chunked"],
         in_chunks(body) + b"0\r\nX-Trailer: 1\r\n\r\n")
    return True


def interim(peer, top, headers, body):
    peer.sendall(b"HTTP/1.1 103 Early Hints\r\nContent-Length: 7\r\n\r\n")
    send(peer, top, headers + [length(len(body))], body)
    return True


def two_lengths(peer, top, headers, body):
    send(peer, top, headers + [length(len(body)), length(len(body) - 1)], body)
    return False


def reset(peer, top, headers, body, at):
    cut_declared(peer, top, headers, body, at)
    time.sleep(0.02)
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    return False


def stall(peer, top, headers, body, seconds):
    cut_declared(peer, top, headers, body, 0.5)
    time.sleep(seconds)
    return False


def drip(peer, top, headers, body, seconds):
    send(peer, top, headers + [length(len(body))], b"")
    end = time.time() + seconds
    for byte in body:
        if time.time() > end:
            break
        peer.sendall(bytes([byte]))
        time.sleep(0.05)
    return False


BREAK = {
    "cut": cut_declared, "wrong": cut_wrong, "longer": cut_longer,
    "absent": cut_absent, "cut_chunked": cut_chunked, "chunked": chunked,
    "interim": interim, "two_lengths": two_lengths, "reset": reset,
    "stall": stall, "drip": drip,
}
