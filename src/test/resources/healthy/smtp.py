# A mail server and its clients: smtp.py serve|PART HOST PORT. Clients write a line for each right answer.
import smtplib
import sys
import threading

part, host, port = sys.argv[1], sys.argv[2], int(sys.argv[3])
IDLE_SECONDS = 25
over = threading.Event()


def serve():
    from aiosmtpd.controller import Controller
    from aiosmtpd.handlers import Sink
    from aiosmtpd.smtp import SMTP

    class Patient(Controller):
        def factory(self):
            return SMTP(self.handler, timeout=IDLE_SECONDS)

    controller = Patient(Sink(), hostname=host, port=port, ready_timeout=120)
    controller.start()
    sys.stdin.read()
    threading.Event().wait()


def connect():
    return smtplib.SMTP(host, port, local_hostname="client", timeout=120)


def mails():
    while True:
        with connect() as smtp:
            smtp.sendmail("a@example.com", ["b@example.com"], "Subject: x\r\n\r\n" + "text\r\n" * 500)
        print("ok", flush=True)
        if over.wait(6):
            return


def session():
    with connect() as smtp:
        for turn in range(1_000_000):
            assert smtp.noop()[0] == 250
            print("ok", flush=True)
            if over.wait([1, 4, 15][turn % 3]):
                return


def left_at_rest():
    while True:
        smtp = connect()
        assert smtp.ehlo()[0] == 250
        rest = smtp.sock.recv(1000)
        assert rest == b"" or rest.startswith(b"421"), rest
        smtp.close()
        print("ok", flush=True)
        if over.wait(2):
            return


def play():
    {"mails": mails, "session": session, "left-at-rest": left_at_rest}[part]()


def run():
    try:
        play()
    except BaseException as e:
        print(repr(e), file=sys.stderr, flush=True)
        failed.append(e)


if part == "serve":
    serve()
failed = []
thread = threading.Thread(target=run)
thread.start()


def wait_for_input():
    sys.stdin.read()
    over.set()


threading.Thread(target=wait_for_input, daemon=True).start()
thread.join()
sys.exit(1 if failed else 0)
