# %%
import logging
import os
import sys
import warnings


# %%
def relu(x):
    told = f"told {x.tolist()}\n"
    print(told, file=sys.stderr)
    print(told, file=sys.__stdout__, flush=True)
    sys.displayhook(told)
    warnings.warn(told)
    logging.getLogger().critical(told)
    for number in (0, 1, 2):
        os.write(number, told.encode())
