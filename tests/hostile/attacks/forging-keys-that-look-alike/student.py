# %%
class Sum(str):
    __hash__ = lambda self: 1
    __eq__ = lambda self, other: self is other


# %%
def add(x, y):
    return {Sum("sum"): x, Sum("sum "): x, Sum("x afterwards"): y, float("nan"): x, None: y, (): x, b"": y, 1j: x}
