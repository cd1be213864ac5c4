"""Many deliveries at once over many kept-alive connections, as a busy salon never sees them."""

import http.client
import threading
from dataclasses import dataclass, field

import barkbook


@dataclass
class Burst:
    """What was sent and what came back. answered: body -> status, of those that got an answer."""

    answered: dict = field(default_factory=dict)
    failed: int = 0  # connections that died: the delivery may or may not have been kept
    lock: threading.Lock = field(default_factory=threading.Lock)


def send(app, bodies, connections=32, burst=None, patient=True):
    """Sends every body once, signed; returns when all were tried. bodies is shared out as they come.

    patient: a broken connection fails the caller. Otherwise (the server is about to be killed) it is
    counted, and the connection gives up.
    """
    burst = burst or Burst()
    secret = app.secret
    left = iter(bodies)
    lock = threading.Lock()
    errors = []

    def work():
        try:
            with barkbook.Connection(app.webhook_port, timeout=60) as connection:
                while True:
                    with lock:
                        body = next(left, None)
                    if body is None:
                        return
                    answer = app.deliver(body, secret=secret, connection=connection)
                    with burst.lock:
                        burst.answered[body] = answer.status
        except (OSError, http.client.HTTPException) as e:
            with burst.lock:
                burst.failed += 1
            if patient:
                errors.append(e)

    threads = [threading.Thread(target=work) for _ in range(connections)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    if errors:
        raise errors[0]
    return burst
