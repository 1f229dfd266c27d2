"""A contract's code, decoded as the page ModuleFormat.md says."""
from collections import Counter

from pages import INSTRUCTIONS, LIMITS
from values import Kind, Malformed, Reader, error_number, kinds_text, sha256, signature

WORDS = {"instruction of the function", "integer constant", "bytes constant", "function", "imported signature"}


class Part:
    """A part of a module, with its members by name."""

    def __init__(self, **members):
        self.__dict__.update(members)


class ModuleReader(Reader):
    def list(self, most, read):
        return [read() for _ in range(self.count(most))]

    def flag(self):
        return self.byte(1) == 1

    def name(self):
        return self.text(LIMITS.nameLength)

    def title(self):
        return self.text(LIMITS.titleLength)

    def kind(self):
        """A kind. The cases of an enum are those of the module, or 0 where it has no such enum, for the verifier."""
        tag = self.byte(10)
        if tag != 2:
            return Kind(tag)
        index = self.byte()
        kind = Kind(2, len(self.enums[index].cases) if index < len(self.enums) else 0)
        kind.written = 2, index
        return kind

    def parameter(self):
        return self.name(), self.kind()

    def parameters(self):
        """Names and kinds."""
        parameters = self.list(LIMITS.parameters, self.parameter)
        return [name for name, _ in parameters], [kind for _, kind in parameters]

    def kinds(self):
        return self.list(LIMITS.parameters, self.kind)

    def function_index(self):
        return self.count(LIMITS.functions)

    def enum(self):
        return Part(name=self.name(), cases=self.list(LIMITS.enumCases, self.name))

    def field(self):
        field = Part(name=self.name(), index=self.fields_read)
        self.fields_read += 1
        field.key_names, field.key = self.parameters()
        form = self.byte(2)
        field.record, field.summed = form == 1, form == 2
        if field.record:
            field.record_name = self.name()
            field.names, field.kinds = self.parameters()
        else:
            field.kinds = [self.kind()]
        return field

    def hook_reference(self):
        return Part(name=self.name(), foreign=self.flag(), gas=self.count())

    def asset_class(self):
        declared = Part(name=self.name(), title=self.title(), decimals=self.byte(), flags=self.byte(15))
        declared.keyed = declared.flags & 8 != 0
        declared.hooks = self.list(LIMITS.hooksPerClass, self.hook_reference)
        return declared

    def declaration(self):
        name = self.name()
        names, kinds = self.parameters()
        return Part(name=name, names=names, kinds=kinds, signature=name + kinds_text(kinds))

    def error(self):
        error = self.declaration()
        error.number = error_number(error.signature)
        return error

    def acceptance(self):
        """`None` for any, otherwise the indices of the fields; and whether fields are named at all."""
        form = self.byte(2)
        return None if form == 1 else list(self.string(LIMITS.declarations)) if form == 2 else [], form == 2

    def imported(self):
        name, parameters, results = self.name(), self.kinds(), self.kinds()
        return Part(name=name, parameters=parameters, results=results, view=self.flag(),
                    signature=signature(name, parameters, results))

    def export(self):
        name, function = self.name(), self.function_index()
        (names, parameters), (result_names, results) = self.parameters(), self.parameters()
        payment_names = self.list(LIMITS.payments, self.name)
        return Part(name=name, function=function, parameters=parameters, results=results,
                    payments=len(payment_names), name_lists=(names, result_names, payment_names),
                    view=self.flag(), signature=signature(name, parameters, results))

    def hook(self):
        return Part(name=self.name(), function=self.function_index())

    def invariant(self):
        return Part(title=self.title(), function=self.function_index(), enforced=self.flag())

    def function(self):
        parameters, results = self.kinds(), self.kinds()
        registers = [self.count(LIMITS.registersPerBank) for _ in range(3)]
        code = self.list(LIMITS.instructionsPerFunction, self.instruction)
        self.instructions_read += len(code)
        if self.instructions_read > LIMITS.instructions:
            raise Malformed("too many instructions")
        return Part(parameters=parameters, results=results, registers=registers, code=code,
                    parameters_of=Counter(kind.bank for kind in parameters),
                    results_of=Counter(kind.bank for kind in results))

    def instruction(self):
        code = self.byte()
        if code not in INSTRUCTIONS:
            raise Malformed(f"no instruction {code:02x}")
        rule = INSTRUCTIONS[code]
        return rule, [self.operand(what) for _, what in rule.operands]

    def operand(self, what):
        if what == "signed 16-bit integer":
            value = self.word()
            return value - 65_536 if value >= 32_768 else value
        return self.word() if what in WORDS else self.byte()


class Module:
    def __init__(self, data):
        if len(data) > LIMITS.moduleLength:
            raise Malformed("a module too long")
        r = ModuleReader(data)
        if r.take(5) != b"ALQM\x01":
            raise Malformed("other magic or version")
        r.enums, r.fields_read, r.instructions_read = [], 0, 0
        self.code_hash = sha256(data)
        self.name = r.name()
        self.enums = r.enums = r.list(LIMITS.declarations, r.enum)
        self.fields = r.list(LIMITS.declarations, r.field)
        self.classes = r.list(LIMITS.declarations, r.asset_class)
        self.events = r.list(LIMITS.declarations, r.declaration)
        self.errors = r.list(LIMITS.declarations, r.error)
        self.messages = r.list(LIMITS.declarations, r.declaration)
        self.accepts, self.accepts_fields = r.acceptance()
        self.integers = r.list(LIMITS.constants, r.integer)
        self.strings = r.list(LIMITS.constants, r.string)
        self.imports = r.list(LIMITS.imports, r.imported)
        self.exports = r.list(LIMITS.functions, r.export)
        self.hooks = r.list(LIMITS.declarations, r.hook)
        self.invariants = r.list(LIMITS.declarations, r.invariant)
        self.functions = r.list(LIMITS.functions, r.function)
        r.end()

    def export(self, signature_text):
        return next((export for export in self.exports if export.signature == signature_text), None)

    def export_named(self, name):
        return next((export for export in self.exports if export.name == name), None)

    def hook(self, name):
        return next((hook for hook in self.hooks if hook.name == name), None)
