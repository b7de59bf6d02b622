"""The stand-in DailyStory: started, asked, and ended with its standard input."""

import json
import ssl
import subprocess
import urllib.parse
import urllib.request

TOKEN = "ds-token-0123456789abcdef-us-1"


class Receiver:
    """One stand-in DailyStory."""

    def __init__(self, binary, *options, tls=None):
        command = [binary, *map(str, options)]
        if tls:
            command += ["--cert", tls.cert, "--key", tls.key]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.port = int(self.process.stdout.readline().split()[1])
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self.port}"
        self.context = None
        if tls:
            self.context = ssl.create_default_context(cafile=tls.ca)
            self.context.check_hostname = False

    def control(self, what, /, **query):
        url = f"{self.url}/control/{what}?{urllib.parse.urlencode(query)}"
        with urllib.request.urlopen(url, context=self.context, timeout=60) as answer:
            return answer.read().decode()

    def fault(self, kind, call="", **query):
        self.control("fault", kind=kind, call=call, **query)

    def switch(self, name, value):
        self.control("switch", name=name, value=value)

    def edit(self, what, **query):
        self.control("edit", what=what, **query)

    def books(self):
        return json.loads(self.control("books"))

    def calls(self):
        """How many since the last forget."""
        return json.loads(self.control("calls"))["calls"]

    def rate(self):
        return json.loads(self.control("calls"))

    def log(self):
        """(ms, method, path, request id, agent, fault, body) of each call; needs --bodies."""
        return [line.split("\t", 6) for line in self.control("log").splitlines()]

    def harm(self):
        """Each time somebody who ever refused could have been written to."""
        return self.control("harm").splitlines()

    def close(self):
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()
