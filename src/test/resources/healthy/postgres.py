# Clients of PostgreSQL: postgres.py PART HOST PORT. Writes a line for each right answer; ends when its input ends.
import select
import sys
import threading

import psycopg2

part, host, port = sys.argv[1:]
over = threading.Event()


def connect():
    return psycopg2.connect(host=host, port=port, user="lab", dbname="postgres", sslmode="disable")


def ask(connection, text, wanted):
    with connection.cursor() as cursor:
        cursor.execute(text)
        assert cursor.fetchone() == (wanted,), text
    print("ok", flush=True)


def pool():
    all_of_them = [connect() for _ in range(3)]
    for one in all_of_them:
        one.autocommit = True
    rests = [2, 9, 1, 30]
    turn = 0
    while True:
        ask(all_of_them[turn % 3], "select 42", 42)
        if over.wait(rests[turn % 4]):
            break
        turn += 1
    for one in all_of_them:
        one.close()


def listen():
    listener, quiet, sender = connect(), connect(), connect()
    for one in (listener, quiet, sender):
        one.autocommit = True
    listener.cursor().execute("listen news")
    quiet.cursor().execute("listen nothing")
    while not over.wait(14):
        sender.cursor().execute("notify news, 'item'")
        while not listener.notifies:
            assert select.select([listener], [], [], 120)[0], "no notification"
            listener.poll()
        assert listener.notifies.pop().payload == "item"
        print("ok", flush=True)


def slow_query():
    connection = connect()
    connection.autocommit = True
    while True:
        ask(connection, "select count(*) from (select pg_sleep(15)) s", 1)
        if over.wait(5):
            break
    connection.close()


def transaction():
    connection = connect()
    while True:
        ask(connection, "select 42", 42)
        if over.wait(20):
            break
        connection.commit()
        if over.wait(3):
            break
    connection.close()


def run():
    try:
        {"pool": pool, "listen": listen, "slow-query": slow_query, "transaction": transaction}[part]()
    except BaseException as e:
        print(repr(e), file=sys.stderr, flush=True)
        failed.append(e)


failed = []
thread = threading.Thread(target=run)
thread.start()


def wait_for_input():
    sys.stdin.read()
    over.set()


threading.Thread(target=wait_for_input, daemon=True).start()
thread.join()
sys.exit(1 if failed else 0)
