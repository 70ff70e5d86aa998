# %%
import json
import os
import struct


# %%
def relu(x):
    text = json.dumps({f"told {x.tolist()}": [f"told {x[0, 0]}", [f"told {x[0, 1]}"]]}).encode()
    os.write(3, struct.pack("<4sIQ", b"SWK1", len(text), 0) + text)
