"""Cannot note anything: its records go to the destination."""


def handler(event, _context):
    raise RuntimeError(f"no room for {event['bytes']} bytes")
