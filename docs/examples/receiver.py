#!/usr/bin/env python3
"""A receiver of the feed in docs/feed.md: it stores readings in SQLite and answers. To begin with, not to end with.

    apt-get install python3-paho-mqtt python3-cbor2 python3-brotli
    python3 receiver.py localhost 1883 city.sqlite
"""
import datetime, hashlib, io, json, re, sqlite3, struct, sys, zlib

import brotli
import cbor2
import paho.mqtt.client as mqtt

MAX_BODY = 16 * 1024 * 1024
MAX_READINGS = 100_000
MAX_VALUES = 500_000
KINDS = ["water-level", "people-count", "sighting", "position", "alarm", "status", "measurement"]
QUALITIES = [None, "clock-unsynchronised", "out-of-range", "changing-too-fast", "no-target", "not-a-number",
             "device-fault", "stale", "uncertain", "undecoded"]
STORED, UNREADABLE, CONFLICT = 0, 1, 2


class Unreadable(Exception):
    """The body breaks the contract, or our bounds: it will never work (rule 5)."""


def decompress(body, compression):
    """Never more than MAX_BODY, whatever a stranger's kilobyte claims (rule 6)."""
    if compression == 0:
        plain = body
    elif compression == 1:
        inflater = zlib.decompressobj(-15)
        plain = inflater.decompress(body, MAX_BODY + 1)
        if not inflater.eof and len(plain) <= MAX_BODY:
            raise Unreadable("the body is cut short")
    elif compression == 2:
        decoder = brotli.Decompressor()
        plain = bytearray()
        for at in range(0, len(body), 64):  # few bytes at a time: each call may yield a thousand times as many
            plain += decoder.process(body[at:at + 64])
            if len(plain) > MAX_BODY:
                break
    else:
        raise Unreadable("unknown compression")
    if len(plain) > MAX_BODY:
        raise Unreadable("the body is too large")
    return bytes(plain)


def varints(data, count, signed=False):
    values, value, shift = [], 0, 0
    for byte in data:
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            values.append((value >> 1) ^ -(value & 1) if signed else value)
            value, shift = 0, 0
        elif shift > 49:
            raise Unreadable("a varint is too long")
    if shift or len(values) != count:
        raise Unreadable("another number of varints")
    return values


def numbers(order, exponent, base, data, count):
    if not 0 <= exponent <= 10:
        raise Unreadable("an exponent beyond 0 to 10")
    n, difference, values = int(base), 0, []
    for z in varints(data, count, signed=True):
        if order == 0:
            n = int(base) + z
        elif order == 1:
            n += z
        else:
            difference += z
            n += difference
        values.append(n / 10**exponent if exponent else n)
    return values


def column(members, rows):
    """The values of a column by row; None where a reading has none."""
    shape = members[0]
    length = {0: 4, 1: 4, 2: 4, 3: 2, 4: 3, 5: 2}[shape]
    presence = members[length] if len(members) > length else None
    present = [presence is None or presence[row // 8] >> (row % 8) & 1 for row in range(rows)]
    count = sum(map(bool, present))
    if shape <= 2:
        values = numbers(*members[:4], count)
    elif shape == 3:
        values = list(struct.unpack(f">{count}d", members[1]))
    elif shape == 4:
        values = [members[1][index] for index in varints(members[2], count)]
    else:
        values = [byte == 1 for byte in members[1]]
    values = iter(values)
    return [next(values) if is_there else None for is_there in present]


def columns(body):
    readings, left = [], MAX_VALUES
    for device, kind, rows, times, by_quantity, *rest in body:
        left -= rows * max(1, len(by_quantity))
        if len(readings) + rows > MAX_READINGS or left < 0:
            raise Unreadable("too many readings")
        at = numbers(*times, rows)
        quality = varints(rest[0], rows) if rest else [0] * rows
        decoded = {quantity: column(members, rows) for quantity, members in by_quantity.items()}
        for row in range(rows):
            values = {quantity: of[row] for quantity, of in decoded.items() if of[row] is not None}
            code = quality[row]
            name = QUALITIES[code] if code < len(QUALITIES) else "uncertain"
            readings.append((device, KINDS[kind], at[row], values, name))
    return readings


def senml(pack):
    readings = []
    for record in pack:
        if -3 in record:  # every base time begins a reading
            if len(readings) == MAX_READINGS:
                raise Unreadable("too many readings")
            device, kind = record[-2].rstrip("/").rsplit("/", 1) if -2 in record else readings[-1][:2]
            readings.append([device, kind, round(record[-3] * 1000), {}, None])
        value = record.get(2, record.get(3, record.get(4)))
        if record.get(0) == "quality" and isinstance(value, str):
            readings[-1][4] = value or None
        elif 0 in record:  # what SenML does not allow in a name is ":" and four digits of UTF-16
            plain = lambda codes: bytes.fromhex(codes[0].replace(":", "")).decode("utf-16-be")
            readings[-1][3][re.sub("(?::[0-9a-f]{4})+", plain, record[0])] = value
    return readings


def doubtful(readings, doubts):
    """Of each reading the quantities that its quality is about; None if it is about all of them."""
    of, left = [None] * len(readings), MAX_VALUES
    for quantity, data in doubts.items():
        runs = varints(data, sum(byte < 0x80 for byte in data))
        start = 0
        for skipped, length in zip(runs[::2], runs[1::2], strict=True):
            start, end = start + skipped, start + skipped + length
            left -= length
            if end > len(readings) or left < 0:
                raise Unreadable("doubts beyond the readings")
            for row in range(start, end):
                of[row] = (of[row] or []) + [quantity]
            start = end
    return of


def decode_body(batch):
    plain = decompress(batch[8], batch[7])
    body = cbor2.load(io.BytesIO(plain))
    readings = columns(body) if batch[6] == 0 else senml(body)
    if len(readings) != batch[5]:
        raise Unreadable("another number of readings than count")
    return [(*reading, of) for reading, of in zip(readings, doubtful(readings, batch.get(9, {})))]


class Store:
    def __init__(self, file):
        self.db = sqlite3.connect(file)
        self.db.executescript("""
          PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
          CREATE TABLE IF NOT EXISTS batch (gateway, epoch, number INTEGER, digest, PRIMARY KEY (gateway, epoch, number));
          CREATE TABLE IF NOT EXISTS piece (gateway, epoch, number INTEGER, digest, first INTEGER, count INTEGER);
          CREATE INDEX IF NOT EXISTS piece_of ON piece (gateway, epoch, number);
          CREATE TABLE IF NOT EXISTS gap (gateway, epoch, first INTEGER, last INTEGER, lost INTEGER, reason INTEGER,
                                          PRIMARY KEY (gateway, epoch, first));
          CREATE TABLE IF NOT EXISTS reading (tenant, device, kind, observed_at INTEGER, "values", quality, doubtful);
        """)

    def batch(self, tenant, identity, digest, readings, part_of):
        """Readings and number in one transaction (rules 1 and 2). A batch may come whole and in parts: each place is stored once."""
        epoch, number, whole, first = part_of or (identity[1], identity[2], digest, 0)
        of = (identity[0], epoch, number, whole)
        with self.db:
            known = self.db.execute("SELECT digest FROM batch WHERE gateway = ? AND epoch = ? AND number = ?", identity).fetchone()
            if known is not None:
                return STORED if known[0] == digest else CONFLICT
            self.db.execute("INSERT INTO batch VALUES (?, ?, ?, ?)", (*identity, digest))
            pieces = self.db.execute(
                "SELECT first, count FROM piece WHERE gateway = ? AND epoch = ? AND number = ? AND digest = ?", of).fetchall()
            self.db.execute("INSERT INTO piece VALUES (?, ?, ?, ?, ?, ?)", (*of, first, len(readings)))
            readings = [reading for place, reading in enumerate(readings, first)
                        if not any(start <= place < start + count for start, count in pieces)]
            rows = [(tenant, d, k, at, json.dumps(v, ensure_ascii=False), q, of and json.dumps(of, ensure_ascii=False))
                    for d, k, at, v, q, of in readings]
            self.db.executemany("INSERT INTO reading VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
        return STORED

    def gap(self, identity, last, lost, reason):
        """It may come again and may have grown (rule 7)."""
        with self.db:
            self.db.execute("""INSERT INTO gap VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE
                               SET last = MAX(last, excluded.last), lost = MAX(lost, excluded.lost)""",
                            (*identity, last, lost, reason))


def on_message(client, store, message):
    _, _, tenant, gateway, what = message.topic.split("/")
    try:
        body = cbor2.loads(message.payload)
        if body[0] != 1 or body[1] != gateway or len(body[2]) != 8 or body[3] < 1:
            return  # another version, or not from its topic (rule 3)
        identity = (gateway, body[2].hex(), int(body[3]))
        receipt = {0: 1, 1: gateway, 2: body[2], 3: body[3]}
        if what == "gap":
            store.gap(identity, int(body[4]), int(body[5]), body[6])
            receipt |= {4: STORED, 7: body[4]}
        else:
            digest = hashlib.sha256(message.payload).digest()[:8]
            receipt |= {4: UNREADABLE, 8: digest}
            try:
                part_of = body.get(10) and (body[10][0].hex(), int(body[10][1]), body[10][2], int(body[10][3]))
                receipt[4] = store.batch(tenant, identity, digest, decode_body(body), part_of)
            except sqlite3.Error:
                raise
            except Exception as fault:  # whatever a body can do to a decoder or a database: it is answered (rule 5)
                receipt[6] = str(fault)[:200] or type(fault).__name__
    except sqlite3.Error as fault:
        print("not stored, so not answered; it comes again:", fault, file=sys.stderr)
        return
    except Exception:
        return  # no envelope: it cannot be answered
    client.publish(f"machimori/v1/{tenant}/{gateway}/receipt", cbor2.dumps(receipt), qos=1)


def on_connect(client, *_):
    client.subscribe([("machimori/v1/+/+/batch", 1), ("machimori/v1/+/+/gap", 1)])
    print("ready", datetime.datetime.now().isoformat(timespec="seconds"), flush=True)


def main(host, port, file):
    store = Store(file)
    versions = getattr(mqtt, "CallbackAPIVersion", None)  # paho 2 asks for one
    client = mqtt.Client(*([versions.VERSION2] if versions else []), userdata=store)
    client.on_connect, client.on_message = on_connect, on_message
    client.connect(host, int(port))
    client.loop_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
