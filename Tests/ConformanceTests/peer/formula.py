"""Turns a formula as the page on gas writes it, such as `12 + 2(n + m) + ⌊nm / 2⌋`, into something to call."""
import re

TOKEN = re.compile(r"\s*(\d{1,3}(?:,\d{3})+|\d+|[A-Za-z][A-Za-z0-9]*|[-+/·()⌊⌋,])")


def tokens(text):
    place, found = 0, []
    while text[place:].strip():
        match = TOKEN.match(text, place)
        if not match:
            raise ValueError(f"{text!r} is not understood from {text[place:]!r} on")
        found.append(match[1])
        place = match.end()
    return found


def translate(text, variables, functions):
    """Python for a formula: products need no sign, and every division rounds down."""
    python, before = [], ""
    for token in tokens(text):
        if token[0].isdigit():
            parts = [token.replace(",", "")]
        elif token in functions or token in variables:
            parts = [token]
        elif token.isalpha() and all(letter in variables for letter in token):
            parts = list(token)
        elif token[0].isalpha():
            raise ValueError(f"{text!r} names {token}, which is nothing known")
        else:
            parts = [{"⌊": "(", "⌋": ")", "/": "//", "·": "*"}.get(token, token)]
        for part in parts:
            begins = part == "(" or part[0].isalnum()
            ends = before and (before == ")" or before[0].isalnum()) and before not in functions
            if begins and ends:
                python.append("*")
            python.append(part)
            before = part
    return " ".join(python)


class Formulas(dict):
    """Formulas by name; each may use those defined so far, `max` and `min`."""

    def __init__(self):
        super().__init__(max=max, min=min)

    def define(self, heading, text):
        """Defines `name(parameters)`; the text may end in `with q = … and r = …`."""
        name, parameters = re.fullmatch(r"(\w+)\(([\w, ]+)\)", heading).groups()
        variables = parameters.split(", ")
        text, _, extra = text.partition(" with ")
        helpers = ""
        for definition in extra.split(" and ") if extra else []:
            variable, value = definition.split(" = ", 1)
            helpers += f"{variable} = {translate(value, variables, self)}; "
            variables = variables + [variable]
        body = f"def {name}({parameters}):\n    {helpers}return {translate(text, variables, self)}\n"
        scope = dict(self)
        exec(body, scope)
        self[name] = scope[name]
