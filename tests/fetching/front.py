"""A real nginx between the program and the stand-in: TLS and HTTP/2 as a web server speaks them."""

import os
import shutil
import signal
import socket
import subprocess
import time

PROGRAM = shutil.which("nginx", path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
SETTINGS = """
daemon off; master_process off; pid {place}/pid; error_log {place}/error.log info;
events {{ worker_connections 64; }}
http {{
	log_format calls '$server_protocol $connection $status $uri';
	access_log {place}/calls.log calls;
	client_body_temp_path {place}/body; proxy_temp_path {place}/proxy; fastcgi_temp_path {place}/fastcgi;
	uwsgi_temp_path {place}/uwsgi; scgi_temp_path {place}/scgi;
	server {{
		listen 127.0.0.1:{port} ssl http2;
		ssl_certificate {cert}; ssl_certificate_key {key};
		keepalive_requests {calls};
		location / {{ proxy_pass http://127.0.0.1:{to}; proxy_buffering off; }}
	}}
}}
"""


class Front:
    """Hands calls on to a stand-in or a relay; ends a connection in peace after so many calls."""

    def __init__(self, place, to, tls, calls=1000):
        self.place = os.path.join(place, "nginx")
        os.makedirs(self.place)
        with socket.create_server(("127.0.0.1", 0)) as s:
            self.port = s.getsockname()[1]
        self.url = f"https://127.0.0.1:{self.port}"
        with open(os.path.join(self.place, "nginx.conf"), "w") as f:
            f.write(SETTINGS.format(place=self.place, port=self.port, cert=tls.cert, key=tls.key, to=to.port, calls=calls))
        self.process = None
        self.begin()

    def begin(self):
        """Started, and it listens."""
        self.process = subprocess.Popen([PROGRAM, "-p", self.place, "-e", os.path.join(self.place, "error.log"), "-c", os.path.join(self.place, "nginx.conf")])
        for _ in range(500):
            assert self.process.poll() is None, self.errors()
            try:
                socket.create_connection(("127.0.0.1", self.port)).close()
                return
            except OSError:
                time.sleep(0.01)
        raise AssertionError("nginx does not listen")

    def errors(self):
        with open(os.path.join(self.place, "error.log")) as f:
            return f.read()

    def calls(self):
        """(protocol, connection, status, path) of every call."""
        with open(os.path.join(self.place, "calls.log")) as f:
            return [line.split() for line in f]

    def end(self, how=signal.SIGTERM):
        """In the midst of whatever it does."""
        self.process.send_signal(how)
        self.process.wait()

    def close(self):
        if self.process.poll() is None:
            self.end()
